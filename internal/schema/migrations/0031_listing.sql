-- +goose Up

-- By what the public finds an activity: a narrow copy of what it is, made anew whenever that changes.
-- rev is the version of the edition's change topic with which the row was written: since whoever writes
-- holds that topic's row, revs are committed in their order, and a reader asks for those above the last
-- it has seen. shown is false for what the public does not find any more. topics, audience are lists,
-- parted by a blank; the point is 0 and 0 for none.
CREATE TABLE listing (
    activity_id   TEXT PRIMARY KEY REFERENCES activity (id),
    edition_id    TEXT NOT NULL REFERENCES edition (id),
    rev           BIGINT NOT NULL CHECK (rev > 0),
    shown         BOOLEAN NOT NULL,
    unit_id       TEXT NOT NULL,
    guest_host_id TEXT NOT NULL,
    region_code   TEXT NOT NULL,
    method_id     TEXT NOT NULL,
    mode          TEXT NOT NULL,
    topics        TEXT NOT NULL,
    audience      TEXT NOT NULL,
    lng           BIGINT NOT NULL,
    lat           BIGINT NOT NULL
);
CREATE INDEX listing_edition ON listing (edition_id, rev);

-- Where an activity stands in lists: once for each local day on which it is held. Keys ascend with the
-- time at which it begins on that day, and are what package search files it under.
CREATE TABLE listing_day (
    key         BIGINT PRIMARY KEY CHECK (key > 0),
    activity_id TEXT NOT NULL REFERENCES listing (activity_id),
    held_on     TEXT NOT NULL
);
CREATE INDEX listing_day_activity ON listing_day (activity_id, held_on);
