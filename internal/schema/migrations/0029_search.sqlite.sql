-- +goose Up

-- What is found by its text; package search writes all of it and knows the rules. A row's number is the
-- key of search_text. No text is kept here, and no place within it: what a token promises, body proves.
CREATE VIRTUAL TABLE search_index USING fts5(
    word, content='', contentless_delete=1, detail=none, prefix='1', tokenize='ascii'
);

CREATE TABLE search_text (
    key  INTEGER NOT NULL PRIMARY KEY,
    id   TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX search_text_id ON search_text (id);
