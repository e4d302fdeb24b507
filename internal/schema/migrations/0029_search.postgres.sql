-- +goose Up

-- What is found by its text; package search writes all of it and knows the rules. word holds tokens
-- without their places: what a token promises, body proves.
CREATE TABLE search_text (
    key  BIGINT PRIMARY KEY,
    id   TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    word TSVECTOR NOT NULL
);
CREATE INDEX search_text_id ON search_text (id);

-- A list of waiting entries would make every search slower after a change.
CREATE INDEX search_text_word ON search_text USING gin (word) WITH (fastupdate = off);

-- The engine must know how common a pair of characters is to choose between the index and the order.
ALTER TABLE search_text ALTER COLUMN word SET STATISTICS 1000;
