-- +goose Up

-- A class visit: what is said of the class beside its booking, whose id it has. school_id is the registered
-- unit, NULL for a school whose name was typed; school_key tells schools apart in either case. Of a visit
-- that was invited and not answered yet only the school is known: filled_at is 0, pupils are the seats that
-- are held. needs_sealed is free text, NULL without and once it has expired. reason is why the host has
-- declined, and decided_at when it did so or confirmed.
CREATE TABLE visit (
    booking_id   TEXT PRIMARY KEY REFERENCES booking (id),
    activity_id  TEXT NOT NULL REFERENCES activity (id),
    school_id    TEXT REFERENCES unit (id),
    school_name  TEXT NOT NULL CHECK (school_name <> ''),
    school_key   TEXT NOT NULL CHECK (school_key <> ''),
    region_code  TEXT NOT NULL REFERENCES region (code),
    grade        TEXT NOT NULL,
    pupils       BIGINT NOT NULL CHECK (pupils > 0),
    adults       BIGINT NOT NULL CHECK (adults >= 0),
    needs_sealed BYTEA,
    transport    TEXT NOT NULL CHECK (transport IN ('', 'bus', 'public', 'foot', 'help')),
    language     TEXT NOT NULL CHECK (language IN ('', 'mandarin', 'english', 'sign')),
    filled_at    BIGINT NOT NULL CHECK (filled_at >= 0),
    reason       TEXT NOT NULL,
    decided_by   TEXT NOT NULL,
    decided_at   BIGINT NOT NULL CHECK (decided_at >= 0),
    created_at   BIGINT NOT NULL CHECK (created_at > 0),
    version      BIGINT NOT NULL CHECK (version > 0),
    CHECK (filled_at > 0 OR needs_sealed IS NULL AND adults = 0)
);
CREATE INDEX visit_activity ON visit (activity_id, school_key);
CREATE INDEX visit_unit ON visit (school_id) WHERE school_id IS NOT NULL;
CREATE INDEX visit_region ON visit (region_code);

-- One row for each school and activity, held while the school's visits to the activity are counted: two
-- teachers of a school who book two sessions at once wait for each other. claims counts how often.
CREATE TABLE visit_school (
    activity_id TEXT NOT NULL REFERENCES activity (id),
    school_key  TEXT NOT NULL,
    claims      BIGINT NOT NULL CHECK (claims > 0),
    PRIMARY KEY (activity_id, school_key)
);

-- The names of a class, where its school wants them at hand: JSON of the names and of who has declared
-- that the guardians consent, sealed. The school erases it, and time does. shown: the host reads it on the
-- day of the visit.
CREATE TABLE visit_roster (
    booking_id   TEXT PRIMARY KEY REFERENCES visit (booking_id),
    names_sealed BYTEA NOT NULL,
    names        BIGINT NOT NULL CHECK (names > 0),
    shown        BOOLEAN NOT NULL,
    declared_at  BIGINT NOT NULL CHECK (declared_at > 0)
);

-- An education bureau's invitation of a school to a session, whose seats are held by a booking until the
-- school answers or the deadline is over. unit_id is the bureau, region_code its region.
CREATE TABLE visit_allotment (
    id          TEXT PRIMARY KEY,
    booking_id  TEXT NOT NULL REFERENCES visit (booking_id),
    unit_id     TEXT NOT NULL REFERENCES unit (id),
    region_code TEXT NOT NULL REFERENCES region (code),
    note        TEXT NOT NULL,
    seats       BIGINT NOT NULL CHECK (seats > 0),
    state       TEXT NOT NULL CHECK (state IN ('invited', 'accepted', 'declined', 'booked', 'withdrawn', 'lapsed')),
    deadline    BIGINT NOT NULL CHECK (deadline > 0),
    reason      TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL CHECK (created_at > 0),
    answered_at BIGINT NOT NULL CHECK (answered_at >= 0),
    version     BIGINT NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX visit_allotment_booking ON visit_allotment (booking_id);
CREATE INDEX visit_allotment_unit ON visit_allotment (unit_id, created_at);
CREATE INDEX visit_allotment_deadline ON visit_allotment (deadline) WHERE state IN ('invited', 'accepted');
