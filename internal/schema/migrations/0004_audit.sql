-- +goose Up

-- What was done. Rows are only ever inserted, and deleted from the old end by pruning. No foreign
-- keys: what was done stays true when its person or unit is gone. fields and digests are JSON.
CREATE TABLE audit_entry (
    id         TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,
    class      TEXT NOT NULL CHECK (class IN ('public', 'staff', 'link', 'api', 'system')),
    person_id  TEXT NOT NULL,
    unit_id    TEXT NOT NULL,
    addr       TEXT NOT NULL,
    action     TEXT NOT NULL CHECK (action <> ''),
    subject    TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    fields     TEXT NOT NULL,
    digests    TEXT NOT NULL,
    count      BIGINT NOT NULL,
    request_id TEXT NOT NULL
);
CREATE INDEX audit_entry_at ON audit_entry (at, id);
CREATE INDEX audit_entry_person ON audit_entry (person_id, at, id);
CREATE INDEX audit_entry_action ON audit_entry (action, at, id);
CREATE INDEX audit_entry_subject ON audit_entry (subject, subject_id, at, id);
CREATE INDEX audit_entry_unit ON audit_entry (unit_id, at, id);

-- Entries that no link has sealed yet: written with the entry, taken away with the link. A set and
-- not a cursor, so an entry that commits late is not skipped.
CREATE TABLE audit_pending (
    entry_id TEXT PRIMARY KEY
);

-- The chain. mac covers seq, prev and the whole entry. No foreign key: verification must be able to
-- say which entry is missing.
CREATE TABLE audit_link (
    seq      BIGINT PRIMARY KEY CHECK (seq > 0),
    entry_id TEXT NOT NULL,
    prev     BYTEA NOT NULL,
    mac      BYTEA NOT NULL,
    key_id   TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_link_entry ON audit_link (entry_id);

-- The chain's head as it stood once a day, signed; also written outside of the database.
CREATE TABLE audit_anchor (
    day         TEXT PRIMARY KEY,
    at          BIGINT NOT NULL,
    seq         BIGINT NOT NULL CHECK (seq > 0),
    head        BYTEA NOT NULL,
    mac         BYTEA NOT NULL,
    key_id      TEXT NOT NULL,
    exported_at BIGINT NOT NULL
);

-- Where pruning cut the chain: seq and head of the last link that is gone, signed.
CREATE TABLE audit_checkpoint (
    seq     BIGINT PRIMARY KEY CHECK (seq > 0),
    at      BIGINT NOT NULL,
    head    BYTEA NOT NULL,
    removed BIGINT NOT NULL CHECK (removed > 0),
    mac     BYTEA NOT NULL,
    key_id  TEXT NOT NULL
);

-- The process that seals. It is taken in the sealing transaction itself, so two never seal at once.
CREATE TABLE audit_sealer (
    name     TEXT PRIMARY KEY,
    holder   TEXT NOT NULL,
    until_at BIGINT NOT NULL
);
