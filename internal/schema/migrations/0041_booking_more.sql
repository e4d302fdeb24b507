-- +goose Up

-- What a booker must be told grows: a first confirmation, an offer of seats, a change, a refusal by the
-- host, an offer that has lapsed.
DROP INDEX booking_untold;
ALTER TABLE booking DROP COLUMN untold;
ALTER TABLE booking ADD COLUMN untold TEXT NOT NULL DEFAULT ''
    CHECK (untold IN ('', 'booked', 'offered', 'confirmed', 'changed', 'moved', 'cancelled', 'declined', 'lapsed'));
CREATE INDEX booking_untold ON booking (untold, id) WHERE untold <> '';

-- grouped: a class or group, of which seats may be one for all. by_host: it is the host's to confirm.
-- reachable: there is a channel to the booker. skip_left is how many seats were free when a waiting party
-- was passed over last. reserved are seats that are held for the
-- head of a waitlist until there are enough for it. offer_until is set while a waiting party has been
-- offered seats, which are held for it: it is pending then, and 0 otherwise. locale is the language in
-- which the booker is written to, '' for the product's own.
ALTER TABLE booking ADD COLUMN grouped BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE booking ADD COLUMN by_host BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE booking ADD COLUMN reachable BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE booking ADD COLUMN skip_left BIGINT NOT NULL DEFAULT 0 CHECK (skip_left >= 0);
ALTER TABLE booking ADD COLUMN reserved BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0);
ALTER TABLE booking ADD COLUMN offer_until BIGINT NOT NULL DEFAULT 0 CHECK (offer_until >= 0);
ALTER TABLE booking ADD COLUMN locale TEXT NOT NULL DEFAULT '';
CREATE INDEX booking_offer ON booking (offer_until) WHERE offer_until > 0;
-- The bookings of a session as its host and its door read them.
CREATE INDEX booking_session ON booking (session_id, id);

-- What a host asks of those who book an activity; none stands for the usual rules. questions is JSON.
-- auto_max: a group of so many people at most is confirmed by rule. Numbers of 0 do not bound.
CREATE TABLE booking_rule (
    activity_id   TEXT PRIMARY KEY REFERENCES activity (id),
    per_day       BIGINT NOT NULL CHECK (per_day >= 0),
    auto_max      BIGINT NOT NULL CHECK (auto_max >= 0),
    adults_per    BIGINT NOT NULL CHECK (adults_per >= 0),
    visits_max    BIGINT NOT NULL CHECK (visits_max >= 0),
    questions     TEXT NOT NULL,
    offer_minutes BIGINT NOT NULL CHECK (offer_minutes > 0),
    skip_limit    BIGINT NOT NULL CHECK (skip_limit > 0),
    version       BIGINT NOT NULL CHECK (version > 0)
);

-- How many active bookings a contact has of an activity on a day, where its host sets a limit: counted by
-- compare-and-set, because sessions of one activity are booked beside each other.
CREATE TABLE booking_day (
    activity_id  TEXT NOT NULL REFERENCES activity (id),
    on_day       TEXT NOT NULL CHECK (length(on_day) = 10),
    contact_hash BYTEA NOT NULL,
    bookings     BIGINT NOT NULL CHECK (bookings >= 0),
    PRIMARY KEY (activity_id, on_day, contact_hash)
);
