-- +goose Up

-- Messages (package message): something told to one person or one unit, once; dedupe is what makes
-- it the same thing. args is JSON of ids and safe words, never personal values. It stands in the
-- inbox from due_at on; read_at and read_by are the first reading. A withdrawn one is no longer so: it
-- is neither shown nor sent, and stays as evidence.
CREATE TABLE message (
    id           TEXT PRIMARY KEY,
    dedupe       TEXT NOT NULL CHECK (dedupe <> ''),
    to_person    TEXT NOT NULL,
    to_unit      TEXT NOT NULL,
    from_person  TEXT NOT NULL,
    from_unit    TEXT NOT NULL,
    key          TEXT NOT NULL CHECK (key <> ''),
    args         TEXT NOT NULL,
    link         TEXT NOT NULL,
    urgent       BOOLEAN NOT NULL,
    created_at   BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    read_at      BIGINT NOT NULL,
    read_by      TEXT NOT NULL,
    withdrawn_at BIGINT NOT NULL,
    CHECK ((to_person = '') <> (to_unit = '')),
    CHECK ((read_at = 0) = (read_by = ''))
);
CREATE UNIQUE INDEX message_dedupe ON message (dedupe);
CREATE INDEX message_person ON message (to_person, due_at, id) WHERE to_person <> '';
CREATE INDEX message_unit ON message (to_unit, due_at, id) WHERE to_unit <> '';

-- One letter over a channel out of the product, with one message or a day's digest. It is claimed
-- and committed before it is sent; perhaps: it may have arrived, and only a person sends it again.
-- header_id is the same at each attempt. error is a word, never a server's sentence.
CREATE TABLE delivery (
    id         TEXT PRIMARY KEY,
    channel    TEXT NOT NULL CHECK (channel IN ('mail', 'robot', 'sms')),
    person_id  TEXT NOT NULL,
    digest_on  TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'sent', 'perhaps', 'failed', 'withheld')),
    attempts   BIGINT NOT NULL CHECK (attempts >= 0),
    queued_at  BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    claimed_at BIGINT NOT NULL,
    done_at    BIGINT NOT NULL,
    header_id  TEXT NOT NULL,
    error      TEXT NOT NULL,
    version    BIGINT NOT NULL CHECK (version > 0),
    CHECK ((state IN ('queued', 'claimed')) = (done_at = 0)),
    CHECK ((channel = 'robot') = (person_id = ''))
);
CREATE UNIQUE INDEX delivery_digest ON delivery (channel, person_id, digest_on) WHERE digest_on <> '';
CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state = 'queued';
CREATE INDEX delivery_claimed ON delivery (claimed_at) WHERE state = 'claimed';

-- Which messages a letter holds: each is told to a person over a channel once.
CREATE TABLE delivery_message (
    message_id  TEXT NOT NULL REFERENCES message (id),
    channel     TEXT NOT NULL,
    person_id   TEXT NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    PRIMARY KEY (message_id, channel, person_id)
);
CREATE INDEX delivery_message_delivery ON delivery_message (delivery_id);
