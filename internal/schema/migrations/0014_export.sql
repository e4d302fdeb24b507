-- +goose Up

-- A large file that is made as a job (package export) and can be fetched for a day by whoever asked for
-- it. done of total says how far it is. blob_hash is '' unless it is ready: once it has expired nothing
-- names the content any more and the sweep of files removes it.
CREATE TABLE export (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind <> ''),
    subject_id  TEXT NOT NULL,
    locale      TEXT NOT NULL CHECK (locale <> ''),
    name        TEXT NOT NULL CHECK (name <> ''),
    person_id   TEXT NOT NULL CHECK (person_id <> ''),
    state       TEXT NOT NULL CHECK (state IN ('queued', 'running', 'ready', 'failed', 'expired')),
    done        BIGINT NOT NULL CHECK (done >= 0),
    total       BIGINT NOT NULL CHECK (total >= 0),
    attempts    BIGINT NOT NULL CHECK (attempts >= 0),
    blob_hash   TEXT NOT NULL,
    bytes       BIGINT NOT NULL CHECK (bytes >= 0),
    asked_at    BIGINT NOT NULL CHECK (asked_at > 0),
    finished_at BIGINT NOT NULL CHECK (finished_at >= 0),
    expires_at  BIGINT NOT NULL CHECK (expires_at >= 0),
    CHECK ((state = 'ready') = (blob_hash <> '')),
    CHECK ((state IN ('queued', 'running')) = (finished_at = 0))
);
CREATE INDEX export_person ON export (person_id, asked_at, id);
CREATE INDEX export_blob ON export (blob_hash) WHERE blob_hash <> '';
CREATE INDEX export_expires ON export (expires_at) WHERE state = 'ready';
