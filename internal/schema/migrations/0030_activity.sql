-- +goose Up

-- An enterprise outside of the tree that somebody inside answers for: industry, state assets or the
-- trade union. contact_sealed is the person to call, sealed.
CREATE TABLE guest_host (
    id             TEXT PRIMARY KEY,
    edition_id     TEXT NOT NULL REFERENCES edition (id),
    unit_id        TEXT NOT NULL REFERENCES unit (id),
    name           TEXT NOT NULL CHECK (name <> ''),
    name_en        TEXT NOT NULL,
    contact_sealed BYTEA,
    vouched_by     TEXT NOT NULL,
    vouched_at     BIGINT NOT NULL,
    version        BIGINT NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX guest_host_name ON guest_host (edition_id, name);
CREATE INDEX guest_host_unit ON guest_host (unit_id, edition_id);

-- How activities of an edition are checked: how many units read them, above which attendance a result
-- is verified, and which fields of a published activity change at once (JSON list).
CREATE TABLE activity_rule (
    edition_id   TEXT PRIMARY KEY REFERENCES edition (id),
    depth        BIGINT NOT NULL CHECK (depth BETWEEN 1 AND 3),
    verify_over  BIGINT NOT NULL CHECK (verify_over >= 0),
    small_fields TEXT NOT NULL,
    version      BIGINT NOT NULL CHECK (version > 0)
);

-- The forms that an edition's office has set for a method, the first the usual one; a method without
-- rows has the product's.
CREATE TABLE activity_kind (
    edition_id TEXT NOT NULL REFERENCES edition (id),
    method_id  TEXT NOT NULL REFERENCES edition_item (id),
    form_code  TEXT NOT NULL CHECK (form_code <> ''),
    position   BIGINT NOT NULL,
    PRIMARY KEY (method_id, form_code)
);
CREATE INDEX activity_kind_edition ON activity_kind (edition_id);

-- Something held in the week. The columns from title to directions are what the public reads: empty
-- until the first acceptance, written by each later one. Points are GCJ-02 in millionths of a degree,
-- 0 and 0 for none. values_open is JSON without what identifies persons, which is values_sealed.
-- published_version is the version that the public reads; versions counts what was handed in.
CREATE TABLE activity (
    id                TEXT PRIMARY KEY,
    edition_id        TEXT NOT NULL REFERENCES edition (id),
    unit_id           TEXT NOT NULL REFERENCES unit (id),
    guest_host_id     TEXT REFERENCES guest_host (id),
    state             TEXT NOT NULL CHECK (state IN ('unpublished', 'published', 'cancelled')),
    title             TEXT NOT NULL,
    title_en          TEXT NOT NULL,
    summary           TEXT NOT NULL,
    summary_en        TEXT NOT NULL,
    description       TEXT NOT NULL,
    description_en    TEXT NOT NULL,
    method_id         TEXT REFERENCES edition_item (id),
    form_id           TEXT REFERENCES form (id),
    form_code         TEXT NOT NULL,
    values_open       TEXT NOT NULL,
    values_sealed     BYTEA,
    mode              TEXT NOT NULL CHECK (mode IN ('', 'onsite', 'online', 'both')),
    region_code       TEXT REFERENCES region (code),
    venue             TEXT NOT NULL,
    address           TEXT NOT NULL,
    lng               BIGINT NOT NULL CHECK (lng BETWEEN -180000000 AND 180000000),
    lat               BIGINT NOT NULL CHECK (lat BETWEEN -90000000 AND 90000000),
    link              TEXT NOT NULL,
    contact_office    TEXT NOT NULL,
    contact_phone     TEXT NOT NULL,
    safety            TEXT NOT NULL,
    directions        TEXT NOT NULL,
    published_version BIGINT NOT NULL CHECK (published_version >= 0),
    published_at      BIGINT NOT NULL,
    changed_at        BIGINT NOT NULL,
    cancelled_at      BIGINT NOT NULL,
    cancel_reason     TEXT NOT NULL,
    created_by        TEXT NOT NULL,
    created_at        BIGINT NOT NULL,
    versions          BIGINT NOT NULL CHECK (versions >= published_version),
    version           BIGINT NOT NULL CHECK (version > 0),
    CHECK ((state = 'unpublished') = (published_at = 0)),
    CHECK ((state = 'unpublished') = (published_version = 0)),
    CHECK ((state = 'cancelled') = (cancelled_at <> 0)),
    CHECK (state = 'unpublished' OR title <> '' AND mode <> '' AND method_id IS NOT NULL AND form_id IS NOT NULL AND region_code IS NOT NULL)
);
CREATE INDEX activity_edition ON activity (edition_id, state, id);
CREATE INDEX activity_unit ON activity (unit_id, edition_id, id);
CREATE INDEX activity_guest ON activity (guest_host_id) WHERE guest_host_id IS NOT NULL;
CREATE INDEX activity_method ON activity (method_id, state);
CREATE INDEX activity_region ON activity (edition_id, region_code, state);
CREATE INDEX activity_form ON activity (form_id) WHERE form_id IS NOT NULL;

CREATE TABLE activity_topic (
    activity_id TEXT NOT NULL REFERENCES activity (id),
    topic_id    TEXT NOT NULL REFERENCES edition_item (id),
    PRIMARY KEY (activity_id, topic_id)
);
CREATE INDEX activity_topic_topic ON activity_topic (topic_id, activity_id);

CREATE TABLE activity_audience (
    activity_id TEXT NOT NULL REFERENCES activity (id),
    audience    TEXT NOT NULL CHECK (audience <> ''),
    PRIMARY KEY (activity_id, audience)
);

CREATE TABLE activity_picture (
    activity_id TEXT NOT NULL REFERENCES activity (id),
    position    BIGINT NOT NULL,
    file_id     TEXT NOT NULL REFERENCES file (id),
    alt         TEXT NOT NULL CHECK (alt <> ''),
    alt_en      TEXT NOT NULL,
    PRIMARY KEY (activity_id, position)
);
CREATE INDEX activity_picture_file ON activity_picture (file_id);

-- What the host writes, one for each activity: the content to come, JSON. title, method_id and
-- region_code repeat it for lists ('' while it lacks them). state 'none' says that a published
-- activity has no change pending; version tells two people who write at once apart.
CREATE TABLE activity_draft (
    activity_id   TEXT PRIMARY KEY REFERENCES activity (id),
    state         TEXT NOT NULL CHECK (state IN ('none', 'editing', 'review', 'returned', 'declined')),
    content       TEXT NOT NULL,
    values_sealed BYTEA,
    form_id       TEXT REFERENCES form (id),
    title         TEXT NOT NULL,
    method_id     TEXT NOT NULL,
    region_code   TEXT NOT NULL,
    saved_by      TEXT NOT NULL,
    saved_at      BIGINT NOT NULL CHECK (saved_at > 0),
    version       BIGINT NOT NULL CHECK (version > 0)
);
CREATE INDEX activity_draft_form ON activity_draft (form_id) WHERE form_id IS NOT NULL;
CREATE INDEX activity_draft_state ON activity_draft (state, activity_id);
CREATE INDEX activity_draft_saved ON activity_draft (saved_at, activity_id);

-- Who has written in an activity since it was last accepted: none of them reviews it.
CREATE TABLE activity_writer (
    activity_id TEXT NOT NULL REFERENCES activity (id),
    person_id   TEXT NOT NULL,
    PRIMARY KEY (activity_id, person_id)
);

-- What was handed in, word for word. hash is keyed and over all that a reviewer reads; sessions is JSON
-- of the schedule of a first version, '' later: then sessions are changed at once. at_once says that a
-- rule accepted it without a reader.
CREATE TABLE activity_version (
    activity_id   TEXT NOT NULL REFERENCES activity (id),
    n             BIGINT NOT NULL CHECK (n > 0),
    content       TEXT NOT NULL,
    values_sealed BYTEA,
    form_id       TEXT NOT NULL REFERENCES form (id),
    sessions      TEXT NOT NULL,
    hash          TEXT NOT NULL CHECK (length(hash) = 64),
    draft_version BIGINT NOT NULL,
    submitted_by  TEXT NOT NULL,
    submitted_at  BIGINT NOT NULL CHECK (submitted_at > 0),
    outcome       TEXT NOT NULL CHECK (outcome IN ('review', 'withdrawn', 'returned', 'accepted', 'declined')),
    at_once       BOOLEAN NOT NULL,
    PRIMARY KEY (activity_id, n)
);
CREATE INDEX activity_version_form ON activity_version (form_id);

-- One dated run. opens_at 0 lets it be booked from its publishing. group_min and group_max are 0 where no
-- groups are taken.
CREATE TABLE session (
    id            TEXT PRIMARY KEY,
    activity_id   TEXT NOT NULL REFERENCES activity (id),
    starts_at     BIGINT NOT NULL CHECK (starts_at > 0),
    ends_at       BIGINT NOT NULL,
    opens_at      BIGINT NOT NULL CHECK (opens_at >= 0),
    closes_at     BIGINT NOT NULL,
    bookable      BOOLEAN NOT NULL,
    party_max     BIGINT NOT NULL CHECK (party_max >= 0),
    group_min     BIGINT NOT NULL CHECK (group_min >= 0),
    group_max     BIGINT NOT NULL CHECK (group_max >= group_min),
    group_unit    TEXT NOT NULL CHECK (group_unit IN ('people', 'groups')),
    cancelled_at  BIGINT NOT NULL,
    cancel_reason TEXT NOT NULL,
    version       BIGINT NOT NULL CHECK (version > 0),
    CHECK (ends_at > starts_at),
    CHECK (closes_at <= starts_at AND closes_at > opens_at),
    CHECK ((cancelled_at <> 0) = (cancel_reason <> ''))
);
CREATE INDEX session_activity ON session (activity_id, starts_at, id);
CREATE INDEX session_starts ON session (starts_at, id);

-- The seats of a session, and the one place that says how many are gone. It is changed only through
-- TakeSeatsTx and SetSeats, never counted from bookings.
CREATE TABLE seat (
    session_id TEXT PRIMARY KEY REFERENCES session (id),
    capacity   BIGINT NOT NULL CHECK (capacity >= 0),
    taken      BIGINT NOT NULL CHECK (taken >= 0),
    held       BIGINT NOT NULL CHECK (held >= 0),
    blocked    BIGINT NOT NULL CHECK (blocked >= 0),
    CHECK (taken + held + blocked <= capacity)
);
