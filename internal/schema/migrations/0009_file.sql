-- +goose Up

-- Uploaded files (package file). The content is a blob under its hash; several rows may name one.
-- subject_kind and subject_id say what a file is attached to, '' while it is free, and free_at since
-- when it is. A removed row stays as evidence; its blob goes once nothing else names it. width and
-- height are those of a picture, 0 otherwise; stripped tells that data beside the picture, such as
-- the place where it was taken, was left out.
CREATE TABLE file (
    id           TEXT PRIMARY KEY,
    blob_hash    TEXT NOT NULL CHECK (length(blob_hash) = 64),
    name         TEXT NOT NULL CHECK (name <> ''),
    bytes        BIGINT NOT NULL CHECK (bytes > 0),
    type         TEXT NOT NULL CHECK (type IN ('pdf', 'ofd', 'docx', 'xlsx', 'pptx', 'jpeg', 'png', 'webp', 'text')),
    width        BIGINT NOT NULL CHECK (width >= 0),
    height       BIGINT NOT NULL CHECK (height >= 0),
    stripped     BOOLEAN NOT NULL,
    unit_id      TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    free_at      BIGINT NOT NULL,
    removed_at   BIGINT NOT NULL,
    CHECK ((subject_kind = '') = (subject_id = '')),
    CHECK ((subject_id = '') = (free_at > 0)),
    CHECK (removed_at = 0 OR subject_id = '')
);
CREATE INDEX file_blob ON file (blob_hash) WHERE removed_at = 0;
CREATE INDEX file_subject ON file (subject_kind, subject_id) WHERE subject_id <> '';
CREATE INDEX file_free ON file (free_at) WHERE subject_id = '' AND removed_at = 0;
CREATE INDEX file_free_person ON file (person_id) WHERE subject_id = '' AND removed_at = 0;

-- Blobs that a sweep found without anything that names them, and since when. doomed_at is not 0
-- while one is being deleted: nobody may store the same content meanwhile.
CREATE TABLE file_orphan (
    blob_hash TEXT PRIMARY KEY CHECK (length(blob_hash) = 64),
    since_at  BIGINT NOT NULL,
    doomed_at BIGINT NOT NULL
);
CREATE INDEX file_orphan_since ON file_orphan (since_at);
