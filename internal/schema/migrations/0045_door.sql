-- +goose Up

-- A link for a helper's telephone: for one session, or for a place, which are all sessions of an activity
-- on a day. Its token is signed and not stored. salt is what codes are hashed with on its telephones. When
-- it expires follows from the sessions, which may be moved.
CREATE TABLE door_link (
    id          TEXT PRIMARY KEY,
    activity_id TEXT NOT NULL REFERENCES activity (id),
    unit_id     TEXT NOT NULL REFERENCES unit (id),
    session_id  TEXT REFERENCES session (id),
    on_day      TEXT NOT NULL CHECK (on_day = '' OR length(on_day) = 10),
    label       TEXT NOT NULL CHECK (label <> ''),
    salt        BYTEA NOT NULL,
    made_by     TEXT NOT NULL,
    made_at     BIGINT NOT NULL CHECK (made_at > 0),
    ended_by    TEXT NOT NULL,
    ended_at    BIGINT NOT NULL CHECK (ended_at >= 0),
    CHECK ((session_id IS NULL) = (on_day <> '')),
    CHECK ((ended_at > 0) = (ended_by <> ''))
);
CREATE INDEX door_link_activity ON door_link (activity_id, id);

-- People who came. id is made by the telephone, so that what it hands in twice stands once. link_id is NULL
-- for what was entered from paper by entered_by, booking_id for walk-ins, of whom claim_id is the booking of
-- the seats that they took, if there were any. came_at is by the server's clock, device_at by the
-- telephone's, received_at when it was handed in. The first check-in of a booking counts; a later one is a
-- duplicate of it. undone_at is set where it was a mistake.
CREATE TABLE check_in (
    id           TEXT PRIMARY KEY,
    session_id   TEXT NOT NULL REFERENCES session (id),
    link_id      TEXT REFERENCES door_link (id),
    booking_id   TEXT REFERENCES booking (id),
    claim_id     TEXT REFERENCES booking (id),
    people       BIGINT NOT NULL CHECK (people > 0),
    how          TEXT NOT NULL CHECK (how IN ('scan', 'typed', 'picked', 'walk_in', 'paper')),
    device       TEXT NOT NULL,
    helper       TEXT NOT NULL,
    entered_by   TEXT NOT NULL,
    device_at    BIGINT NOT NULL,
    came_at      BIGINT NOT NULL CHECK (came_at > 0),
    received_at  BIGINT NOT NULL CHECK (received_at >= came_at),
    duplicate_of TEXT REFERENCES check_in (id),
    undone_at    BIGINT NOT NULL CHECK (undone_at >= 0),
    CHECK ((link_id IS NULL) = (how = 'paper')),
    CHECK ((entered_by <> '') = (how = 'paper')),
    CHECK (booking_id IS NULL OR how <> 'walk_in'),
    CHECK (duplicate_of IS NULL OR booking_id IS NOT NULL),
    CHECK (claim_id IS NULL OR how = 'walk_in')
);
-- A ticket that comes to two doors at once is first at one of them only.
CREATE UNIQUE INDEX check_in_first ON check_in (booking_id) WHERE duplicate_of IS NULL AND undone_at = 0;
-- The walk-ins of a session's paper list are one number.
CREATE UNIQUE INDEX check_in_paper ON check_in (session_id) WHERE how = 'paper' AND booking_id IS NULL AND undone_at = 0;
CREATE INDEX check_in_session ON check_in (session_id, id);
CREATE INDEX check_in_booking ON check_in (booking_id, id) WHERE booking_id IS NOT NULL;
CREATE INDEX check_in_duplicate ON check_in (duplicate_of) WHERE duplicate_of IS NOT NULL;
