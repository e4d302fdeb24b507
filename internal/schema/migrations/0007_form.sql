-- +goose Up

-- A version of a form. Rows are only added: what was filed stays readable in the version it was filed
-- in. territory '' holds the forms that the product brings along; a territory's own stand before them
-- there and in what lies inside of it. definition is JSON and never changes; state tells which version
-- is filled in now.
CREATE TABLE form (
    id         TEXT PRIMARY KEY,
    territory  TEXT NOT NULL,
    code       TEXT NOT NULL CHECK (code <> ''),
    version    BIGINT NOT NULL CHECK (version > 0),
    title      TEXT NOT NULL CHECK (title <> ''),
    title_en   TEXT NOT NULL,
    definition TEXT NOT NULL CHECK (definition <> ''),
    state      TEXT NOT NULL CHECK (state IN ('current', 'past')),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX form_version ON form (territory, code, version);
CREATE UNIQUE INDEX form_current ON form (territory, code) WHERE state = 'current';
