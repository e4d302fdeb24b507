-- +goose Up

-- A person's password: an argon2id hash in its usual text form. must_change: it was given by
-- somebody else and serves for nothing but choosing one's own.
CREATE TABLE login_password (
    person_id   TEXT PRIMARY KEY REFERENCES person (id),
    hash        TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    set_at      BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version > 0)
);

-- Earlier passwords, which may not come back; the newest few are kept.
CREATE TABLE login_password_past (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    hash      TEXT NOT NULL,
    until_at  BIGINT NOT NULL
);
CREATE INDEX login_password_past_person ON login_password_past (person_id, until_at, id);

-- A signed-in browser. token_hash is SHA-256 of the cookie's 32 random bytes; addr is a keyed
-- digest; agent names a browser and a system, never the whole header.
CREATE TABLE login (
    id         TEXT PRIMARY KEY,
    token_hash BYTEA NOT NULL,
    person_id  TEXT NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    addr       TEXT NOT NULL,
    agent      TEXT NOT NULL
);
CREATE UNIQUE INDEX login_token ON login (token_hash);
CREATE INDEX login_person ON login (person_id, seen_at);
CREATE INDEX login_ends ON login (ends_at);

-- Failures and lock-outs by account and by address. key is a keyed digest: of the name, not the
-- person, so that a name that nobody has behaves like one that somebody has.
CREATE TABLE login_lock (
    kind     TEXT NOT NULL CHECK (kind IN ('account', 'address')),
    key      TEXT NOT NULL,
    failures BIGINT NOT NULL CHECK (failures >= 0),
    since_at BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    rounds   BIGINT NOT NULL CHECK (rounds >= 0),
    until_at BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX login_lock_last ON login_lock (last_at);

-- Tokens that the log has shown for the first run, one for each process that has started.
CREATE TABLE login_first_run (
    token_hash BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

-- One row once the first run is over: whoever inserts it first has done it.
CREATE TABLE login_founded (
    id TEXT PRIMARY KEY CHECK (id = 'founded'),
    at BIGINT NOT NULL
);
