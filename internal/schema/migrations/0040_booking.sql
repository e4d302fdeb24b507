-- +goose Up

-- A claim on the seats of a session. turn numbers the claims of a session in the order in which they were
-- admitted: it is given while the session's seats are held, so that clocks of several machines do not
-- matter. seats is what the party takes of the session's seats. code only admits; who may read and cancel
-- has a signed token, which is not stored. contact_sealed is JSON of name and telephone, answers_sealed
-- JSON of the host's questions; contact_hash is keyed. Both contacts are NULL once they have expired.
-- skips counts how often others behind a waiting party were let in. untold is what the booker must still
-- be told.
CREATE TABLE booking (
    id             TEXT PRIMARY KEY,
    session_id     TEXT NOT NULL REFERENCES session (id),
    turn           BIGINT NOT NULL CHECK (turn > 0),
    code           TEXT NOT NULL CHECK (length(code) = 8),
    status         TEXT NOT NULL CHECK (status IN ('confirmed', 'waitlisted', 'pending', 'cancelled')),
    party_size     BIGINT NOT NULL CHECK (party_size > 0),
    seats          BIGINT NOT NULL CHECK (seats > 0 AND seats <= party_size),
    contact_sealed BYTEA,
    contact_hash   BYTEA,
    answers_sealed BYTEA,
    source         TEXT NOT NULL CHECK (source IN ('portal', 'api', 'host', 'door')),
    skips          BIGINT NOT NULL CHECK (skips >= 0),
    untold         TEXT NOT NULL CHECK (untold IN ('', 'confirmed', 'moved', 'cancelled')),
    created_at     BIGINT NOT NULL CHECK (created_at > 0),
    changed_at     BIGINT NOT NULL CHECK (changed_at >= created_at),
    cancelled_by   TEXT NOT NULL CHECK (cancelled_by IN ('', 'booker', 'host')),
    version        BIGINT NOT NULL CHECK (version > 0),
    CHECK ((contact_sealed IS NULL) = (contact_hash IS NULL)),
    CHECK ((status = 'cancelled') = (cancelled_by <> ''))
);
CREATE UNIQUE INDEX booking_code ON booking (code);
CREATE UNIQUE INDEX booking_turn ON booking (session_id, turn);
-- One active booking for each contact and session.
CREATE UNIQUE INDEX booking_contact ON booking (contact_hash, session_id) WHERE status <> 'cancelled';
CREATE INDEX booking_waiting ON booking (session_id, turn) WHERE status = 'waitlisted';
CREATE INDEX booking_untold ON booking (untold, id) WHERE untold <> '';

-- Requests that carried an Idempotency-Key and were admitted, for a day: the same request again has the
-- same answer. digest is over route, session and key; body_hash is keyed, because what it hides is short.
CREATE TABLE booking_key (
    digest     TEXT PRIMARY KEY,
    body_hash  BYTEA NOT NULL,
    booking_id TEXT NOT NULL REFERENCES booking (id),
    status     TEXT NOT NULL CHECK (status IN ('confirmed', 'waitlisted', 'pending')),
    position   BIGINT NOT NULL CHECK (position >= 0),
    created_at BIGINT NOT NULL CHECK (created_at > 0)
);
CREATE INDEX booking_key_booking ON booking_key (booking_id);
CREATE INDEX booking_key_created ON booking_key (created_at);
