-- +goose Up

-- Official notices, word for word. The text is never changed; text_hash proves it. An original starts
-- an edition, an amending one moves it. doc_number is '' while nobody has found one.
CREATE TABLE notice (
    id          TEXT PRIMARY KEY,
    territory   TEXT NOT NULL REFERENCES region (code),
    kind        TEXT NOT NULL CHECK (kind IN ('original', 'amending')),
    doc_number  TEXT NOT NULL,
    title       TEXT NOT NULL,
    issued_on   TEXT NOT NULL,
    text        TEXT NOT NULL CHECK (text <> ''),
    text_hash   TEXT NOT NULL CHECK (length(text_hash) = 64),
    file_name   TEXT NOT NULL,
    format      TEXT NOT NULL,
    blob_hash   TEXT NOT NULL,
    byte_count  BIGINT NOT NULL CHECK (byte_count > 0),
    uploaded_by TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL
);
CREATE INDEX notice_territory ON notice (territory, uploaded_at, id);

-- A document number belongs to one notice of a territory. A table of its own, because a corrected
-- number must be refused without a constraint error inside the transaction.
CREATE TABLE notice_number (
    territory  TEXT NOT NULL,
    doc_number TEXT NOT NULL CHECK (doc_number <> ''),
    notice_id  TEXT NOT NULL REFERENCES notice (id),
    PRIMARY KEY (territory, doc_number)
);
CREATE UNIQUE INDEX notice_number_notice ON notice_number (notice_id);

-- What was read from the notice, with a person's corrections. draft and corrections are JSON.
CREATE TABLE notice_draft (
    notice_id   TEXT PRIMARY KEY REFERENCES notice (id),
    draft       TEXT NOT NULL,
    corrections TEXT NOT NULL,
    changed_by  TEXT NOT NULL,
    changed_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version > 0)
);

-- One year's week. version is that of the whole edition: topics, obligations, audiences and groups
-- are changed under it. start_on and end_on are the present dates; amendment keeps the earlier ones.
-- read_hash is the hash of what the head had read when it was published.
CREATE TABLE edition (
    id               TEXT PRIMARY KEY,
    territory        TEXT NOT NULL REFERENCES region (code),
    year             BIGINT NOT NULL CHECK (year BETWEEN 1990 AND 2200),
    name             TEXT NOT NULL CHECK (name <> ''),
    name_en          TEXT NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    theme            TEXT NOT NULL,
    theme_en         TEXT NOT NULL,
    start_on         TEXT NOT NULL,
    end_on           TEXT NOT NULL,
    accent           TEXT NOT NULL,
    contact_released BOOLEAN NOT NULL,
    notice_id        TEXT REFERENCES notice (id),
    copied_from      TEXT REFERENCES edition (id),
    read_hash        TEXT NOT NULL,
    created_by       TEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    published_by     TEXT NOT NULL,
    published_at     BIGINT NOT NULL,
    archived_at      BIGINT NOT NULL,
    version          BIGINT NOT NULL CHECK (version > 0),
    CHECK ((start_on = '') = (end_on = '') AND start_on <= end_on),
    CHECK (notice_id IS NOT NULL OR copied_from IS NOT NULL),
    CHECK ((status = 'draft') = (published_at = 0) AND (status = 'archived') = (archived_at <> 0))
);
CREATE UNIQUE INDEX edition_notice ON edition (notice_id) WHERE notice_id IS NOT NULL;
CREATE INDEX edition_territory ON edition (territory, year, id);
CREATE INDEX edition_copied ON edition (copied_from);

-- Who signed, the lead first.
CREATE TABLE edition_issuer (
    edition_id TEXT NOT NULL REFERENCES edition (id),
    position   BIGINT NOT NULL,
    name       TEXT NOT NULL CHECK (name <> ''),
    name_en    TEXT NOT NULL,
    PRIMARY KEY (edition_id, position)
);

-- Topics, methods, genres and channels are data: a later year renames them.
CREATE TABLE edition_item (
    id             TEXT PRIMARY KEY,
    edition_id     TEXT NOT NULL REFERENCES edition (id),
    kind           TEXT NOT NULL CHECK (kind IN ('topic', 'method', 'genre', 'channel')),
    code           TEXT NOT NULL CHECK (code <> ''),
    name           TEXT NOT NULL CHECK (name <> ''),
    name_en        TEXT NOT NULL,
    description    TEXT NOT NULL,
    description_en TEXT NOT NULL,
    clause         TEXT NOT NULL,
    position       BIGINT NOT NULL
);
CREATE UNIQUE INDEX edition_item_code ON edition_item (edition_id, kind, code);

-- Units named together that no scope expresses.
CREATE TABLE unit_group (
    id         TEXT PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES edition (id),
    name       TEXT NOT NULL CHECK (name <> ''),
    name_en    TEXT NOT NULL,
    position   BIGINT NOT NULL
);
CREATE UNIQUE INDEX unit_group_name ON unit_group (edition_id, name);

CREATE TABLE unit_group_member (
    group_id TEXT NOT NULL REFERENCES unit_group (id),
    unit_id  TEXT NOT NULL REFERENCES unit (id),
    PRIMARY KEY (group_id, unit_id)
);
CREATE INDEX unit_group_member_unit ON unit_group_member (unit_id);

-- One clause: who owes what by when. due_on is the last day, included; due_time '' means 24:00.
-- form_hint names the form or the kind of evidence. span_* are rune offsets into the notice's text,
-- both 0 where there is none.
CREATE TABLE obligation (
    id           TEXT PRIMARY KEY,
    edition_id   TEXT NOT NULL REFERENCES edition (id),
    position     BIGINT NOT NULL,
    clause       TEXT NOT NULL,
    what         TEXT NOT NULL CHECK (what <> ''),
    what_en      TEXT NOT NULL,
    timing       TEXT NOT NULL CHECK (timing IN ('due', 'window', 'rolling', 'on_request', 'open')),
    due_on       TEXT NOT NULL,
    due_time     TEXT NOT NULL,
    submit_to    TEXT NOT NULL,
    required     BOOLEAN NOT NULL,
    discharge    TEXT NOT NULL CHECK (discharge IN ('filing', 'decision', 'evidence')),
    form_hint    TEXT NOT NULL,
    span_start   BIGINT NOT NULL CHECK (span_start >= 0),
    span_end     BIGINT NOT NULL CHECK (span_end >= span_start),
    CHECK ((timing = 'due') = (due_on <> '')),
    CHECK (due_time = '' OR due_on <> '')
);
CREATE INDEX obligation_edition ON obligation (edition_id, position, id);

-- Whom a phrase means. Without an obligation it is a phrase of the addressee line (主送机关): being
-- addressed is not owing. scopes, notes and suggestions are JSON; decided_at is 0 while no person
-- has decided.
CREATE TABLE audience (
    id            TEXT PRIMARY KEY,
    edition_id    TEXT NOT NULL REFERENCES edition (id),
    obligation_id TEXT REFERENCES obligation (id),
    position      BIGINT NOT NULL,
    phrase        TEXT NOT NULL CHECK (phrase <> ''),
    scopes        TEXT NOT NULL,
    group_id      TEXT REFERENCES unit_group (id),
    resolved      BOOLEAN NOT NULL,
    notes         TEXT NOT NULL,
    suggestions   TEXT NOT NULL,
    decided_by    TEXT NOT NULL,
    decided_at    BIGINT NOT NULL
);
CREATE INDEX audience_edition ON audience (edition_id, position, id);
CREATE INDEX audience_obligation ON audience (obligation_id, position, id);
CREATE INDEX audience_group ON audience (group_id);

-- A published week that was moved, with the notice that says so. One amending notice moves once.
CREATE TABLE amendment (
    id            TEXT PRIMARY KEY,
    edition_id    TEXT NOT NULL REFERENCES edition (id),
    ordinal       BIGINT NOT NULL CHECK (ordinal > 0),
    notice_id     TEXT NOT NULL REFERENCES notice (id),
    doc_number    TEXT NOT NULL CHECK (doc_number <> ''),
    reason        TEXT NOT NULL CHECK (reason <> ''),
    old_start_on  TEXT NOT NULL,
    old_end_on    TEXT NOT NULL,
    new_start_on  TEXT NOT NULL,
    new_end_on    TEXT NOT NULL CHECK (new_end_on >= new_start_on),
    decided_by    TEXT NOT NULL,
    decided_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX amendment_ordinal ON amendment (edition_id, ordinal);
CREATE UNIQUE INDEX amendment_notice ON amendment (notice_id);

CREATE TABLE amendment_due (
    amendment_id  TEXT NOT NULL REFERENCES amendment (id),
    obligation_id TEXT NOT NULL REFERENCES obligation (id),
    old_due_on    TEXT NOT NULL,
    new_due_on    TEXT NOT NULL,
    PRIMARY KEY (amendment_id, obligation_id)
);
CREATE INDEX amendment_due_obligation ON amendment_due (obligation_id);

-- A prefecture's own theme beside the edition's; '' once it was taken back.
CREATE TABLE local_theme (
    edition_id  TEXT NOT NULL REFERENCES edition (id),
    region_code TEXT NOT NULL REFERENCES region (code),
    theme       TEXT NOT NULL,
    theme_en    TEXT NOT NULL,
    set_by      TEXT NOT NULL,
    set_at      BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version > 0),
    PRIMARY KEY (edition_id, region_code)
);
