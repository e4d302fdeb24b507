-- +goose Up

-- What the host reports of a session that has begun (活动结果). n is the version that was handed in
-- last; accepted is the one that stands for the public and in figures, 0 for none: while a correction
-- is being read, what was accepted before stands. version tells two people who write at once apart.
CREATE TABLE session_result (
    session_id  TEXT PRIMARY KEY REFERENCES session (id),
    activity_id TEXT NOT NULL REFERENCES activity (id),
    state       TEXT NOT NULL CHECK (state IN ('review', 'returned', 'accepted')),
    n           BIGINT NOT NULL CHECK (n > 0),
    accepted    BIGINT NOT NULL CHECK (accepted BETWEEN 0 AND n),
    version     BIGINT NOT NULL CHECK (version > 0),
    CHECK ((state = 'accepted') = (accepted = n))
);
CREATE INDEX session_result_activity ON session_result (activity_id, session_id);

-- Every version that was handed in. attendance is all who took part, by the host's word; online are
-- those of them who were not there; counted are the check-ins at the time of handing in, -1 where
-- nobody counts. hash is keyed and over all that a reviewer reads. verified: the unit above has read
-- it; else a rule accepted it. 'replaced' was corrected before anybody decided.
CREATE TABLE session_result_version (
    session_id  TEXT NOT NULL REFERENCES session_result (session_id),
    n           BIGINT NOT NULL CHECK (n > 0),
    attendance  BIGINT NOT NULL CHECK (attendance >= 0),
    online      BIGINT NOT NULL CHECK (online BETWEEN 0 AND attendance),
    counted     BIGINT NOT NULL CHECK (counted >= -1),
    outcome     TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('review', 'replaced', 'returned', 'accepted')),
    verified    BOOLEAN NOT NULL,
    hash        TEXT NOT NULL CHECK (length(hash) = 64),
    reported_by TEXT NOT NULL,
    reported_at BIGINT NOT NULL CHECK (reported_at > 0),
    settled_at  BIGINT NOT NULL,
    PRIMARY KEY (session_id, n),
    CHECK ((state = 'review') = (settled_at = 0)),
    CHECK (state = 'accepted' OR NOT verified)
);

-- Photos of a version. consent: the host says that who can be seen on it has agreed to its being
-- public (个人信息保护法 第二十五条). shown: everybody sees it now.
CREATE TABLE session_photo (
    session_id TEXT NOT NULL REFERENCES session_result (session_id),
    n          BIGINT NOT NULL,
    position   BIGINT NOT NULL,
    file_id    TEXT NOT NULL REFERENCES file (id),
    alt        TEXT NOT NULL CHECK (alt <> ''),
    consent    BOOLEAN NOT NULL,
    shown      BOOLEAN NOT NULL,
    PRIMARY KEY (session_id, n, position),
    CHECK (consent OR NOT shown)
);
CREATE INDEX session_photo_file ON session_photo (file_id);

-- Sessions that take place, for what was held and what is still to come of an activity.
CREATE INDEX session_living ON session (activity_id, ends_at, id) WHERE cancelled_at = 0;

-- What the grid counts, read from the index alone.
CREATE INDEX listing_grid ON listing (edition_id, method_id, region_code, topics, unit_id, activity_id, shown) WHERE shown;

-- A prefecture that was asked to fill a gap of the grid: evidence. topic_id and method_id are '' for
-- all. One cell is asked about once a day.
CREATE TABLE grid_ask (
    id          TEXT PRIMARY KEY,
    edition_id  TEXT NOT NULL REFERENCES edition (id),
    topic_id    TEXT NOT NULL,
    method_id   TEXT NOT NULL,
    region_code TEXT NOT NULL REFERENCES region (code),
    words       TEXT NOT NULL,
    to_unit     TEXT NOT NULL REFERENCES unit (id),
    asked_by    TEXT NOT NULL,
    asked_unit  TEXT NOT NULL REFERENCES unit (id),
    asked_at    BIGINT NOT NULL CHECK (asked_at > 0),
    asked_on    TEXT NOT NULL,
    message_ids TEXT NOT NULL
);
CREATE UNIQUE INDEX grid_ask_cell ON grid_ask (edition_id, topic_id, method_id, region_code, asked_on);

-- What has discharged a duty beside filings, or would have: subject is what was held, published or
-- hosted. at is when.
CREATE TABLE duty_evidence (
    duty_id    TEXT NOT NULL REFERENCES duty (id),
    subject_id TEXT NOT NULL,
    at         BIGINT NOT NULL CHECK (at > 0),
    PRIMARY KEY (duty_id, subject_id)
);
