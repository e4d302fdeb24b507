-- +goose Up

-- What a unit hands in for a duty: one that lives, and those that were declined before it. values_open
-- is JSON of what does not identify persons, values_sealed the rest. draft_version is what two people
-- of a unit who write at once are told apart by; versions counts what was handed in.
CREATE TABLE filing (
    id             TEXT PRIMARY KEY,
    duty_id        TEXT NOT NULL REFERENCES duty (id),
    unit_id        TEXT NOT NULL REFERENCES unit (id),
    form_id        TEXT NOT NULL,
    form_code      TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('draft', 'filed', 'returned', 'accepted', 'declined')),
    values_open    TEXT NOT NULL,
    values_sealed  BYTEA,
    draft_by       TEXT NOT NULL,
    draft_at       BIGINT NOT NULL CHECK (draft_at > 0),
    draft_version  BIGINT NOT NULL CHECK (draft_version > 0),
    versions       BIGINT NOT NULL CHECK (versions >= 0),
    created_at     BIGINT NOT NULL,
    CHECK (versions > 0 OR state = 'draft')
);
CREATE UNIQUE INDEX filing_living ON filing (duty_id) WHERE state <> 'declined';
CREATE INDEX filing_duty ON filing (duty_id, created_at, id);

-- Who has written in a filing: none of them reviews it.
CREATE TABLE filing_writer (
    filing_id TEXT NOT NULL REFERENCES filing (id),
    person_id TEXT NOT NULL,
    PRIMARY KEY (filing_id, person_id)
);

-- What was handed in, word for word. hash is keyed and over all values; due_at is the duty's due time
-- as it stood then, so that late filings stay known as such; draft_version makes a double submit one.
CREATE TABLE filing_version (
    filing_id     TEXT NOT NULL REFERENCES filing (id),
    n             BIGINT NOT NULL CHECK (n > 0),
    values_open   TEXT NOT NULL,
    values_sealed BYTEA,
    hash          TEXT NOT NULL CHECK (length(hash) = 64),
    draft_version BIGINT NOT NULL,
    filed_by      TEXT NOT NULL,
    filed_at      BIGINT NOT NULL CHECK (filed_at > 0),
    due_at        BIGINT NOT NULL CHECK (due_at >= 0),
    outcome       TEXT NOT NULL CHECK (outcome IN ('filed', 'withdrawn', 'returned', 'accepted', 'declined')),
    PRIMARY KEY (filing_id, n)
);
