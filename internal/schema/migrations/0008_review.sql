-- +goose Up

-- One reading by one person. The steps of a subject's version follow each other by position: the first
-- is open, the others wait; void are those that nobody needs to read any more. subject_hash is of what
-- is to be read, read_hash of what was read. marks is JSON.
CREATE TABLE review_step (
    id              TEXT PRIMARY KEY,
    subject_kind    TEXT NOT NULL CHECK (subject_kind <> ''),
    subject_id      TEXT NOT NULL CHECK (subject_id <> ''),
    subject_version BIGINT NOT NULL CHECK (subject_version > 0),
    subject_hash    TEXT NOT NULL CHECK (subject_hash <> ''),
    author_id       TEXT NOT NULL CHECK (author_id <> ''),
    position        BIGINT NOT NULL CHECK (position > 0),
    unit_id         TEXT NOT NULL REFERENCES unit (id),
    role            TEXT NOT NULL CHECK (role IN ('reviewer', 'head')),
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'accepted', 'returned', 'declined', 'void')),
    opened_at       BIGINT NOT NULL,
    decided_by      TEXT NOT NULL,
    decided_at      BIGINT NOT NULL,
    comment         TEXT NOT NULL,
    marks           TEXT NOT NULL,
    read_hash       TEXT NOT NULL,
    CHECK ((state IN ('accepted', 'returned', 'declined')) = (decided_by <> '')),
    CHECK ((decided_by <> '') = (decided_at <> 0)),
    CHECK (decided_by <> author_id),
    CHECK (read_hash = '' AND decided_by = '' OR read_hash = subject_hash AND decided_by <> ''),
    CHECK (comment <> '' OR state NOT IN ('returned', 'declined')),
    CHECK (opened_at <> 0 OR state IN ('waiting', 'void'))
);
CREATE UNIQUE INDEX review_step_position ON review_step (subject_kind, subject_id, subject_version, position);
-- Different persons: nobody decides two steps of one version.
CREATE UNIQUE INDEX review_step_person ON review_step (subject_kind, subject_id, subject_version, decided_by) WHERE decided_by <> '';
CREATE UNIQUE INDEX review_step_open ON review_step (subject_kind, subject_id) WHERE state = 'open';
CREATE INDEX review_step_queue ON review_step (unit_id, opened_at, id) WHERE state = 'open';

-- Everybody who wrote in a version; none of them reviews it.
CREATE TABLE review_author (
    subject_kind    TEXT NOT NULL,
    subject_id      TEXT NOT NULL,
    subject_version BIGINT NOT NULL,
    person_id       TEXT NOT NULL CHECK (person_id <> ''),
    PRIMARY KEY (subject_kind, subject_id, subject_version, person_id)
);
