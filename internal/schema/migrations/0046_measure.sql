-- +goose Up

-- What an office orders for the public events of an edition in a region: a share of the seats in hundredths
-- (100 does not cut), contact details of everybody, what visitors must know, and whether people come to a
-- place at all. It holds for sessions that begin on the days from first_on to last_on, '' for no end.
-- effect is JSON of what it did when it was switched on: counts, no persons.
CREATE TABLE measure (
    id             TEXT PRIMARY KEY,
    edition_id     TEXT NOT NULL REFERENCES edition (id),
    region_code    TEXT NOT NULL REFERENCES region (code),
    cause          TEXT NOT NULL CHECK (cause IN ('epidemic', 'weather', 'safety')),
    cap_percent    BIGINT NOT NULL CHECK (cap_percent BETWEEN 1 AND 100),
    contact        BOOLEAN NOT NULL,
    onsite         TEXT NOT NULL CHECK (onsite IN ('', 'online', 'off')),
    advice         TEXT NOT NULL,
    advice_en      TEXT NOT NULL,
    reason         TEXT NOT NULL CHECK (reason <> ''),
    first_on       TEXT NOT NULL CHECK (length(first_on) = 10),
    last_on        TEXT NOT NULL,
    unit_id        TEXT NOT NULL REFERENCES unit (id),
    set_by         TEXT NOT NULL,
    set_at         BIGINT NOT NULL CHECK (set_at > 0),
    ended_by       TEXT NOT NULL,
    ended_at       BIGINT NOT NULL,
    effect         TEXT NOT NULL,
    version        BIGINT NOT NULL CHECK (version > 0),
    CHECK ((ended_at = 0) = (ended_by = ''))
);
CREATE INDEX measure_edition ON measure (edition_id, set_at, id);
CREATE INDEX measure_active ON measure (edition_id) WHERE ended_at = 0;

-- What the orders in force have done to a session: seats kept back, held from afar, cancelled.
CREATE TABLE measure_session (
    session_id TEXT PRIMARY KEY REFERENCES session (id),
    edition_id TEXT NOT NULL REFERENCES edition (id),
    blocked    BIGINT NOT NULL CHECK (blocked >= 0),
    online     BOOLEAN NOT NULL,
    cancelled  BOOLEAN NOT NULL
);
CREATE INDEX measure_session_edition ON measure_session (edition_id);

-- What an order does is told: waits to who is put back on the waitlist, afar and onsite to those whose
-- session is held from afar, and on site again.
DROP INDEX booking_untold;
ALTER TABLE booking RENAME COLUMN untold TO untold_before;
ALTER TABLE booking ADD COLUMN untold TEXT NOT NULL DEFAULT ''
    CHECK (untold IN ('', 'booked', 'offered', 'confirmed', 'changed', 'moved', 'cancelled', 'declined', 'lapsed', 'waits', 'afar', 'onsite'));
UPDATE booking SET untold = untold_before WHERE untold_before <> '';
ALTER TABLE booking DROP COLUMN untold_before;
CREATE INDEX booking_untold ON booking (untold, id) WHERE untold <> '';
