-- +goose Up

-- What the program notes about the store as a whole (package app): the check value of the key file
-- that belongs to it, and whether it was filled with sample data.
CREATE TABLE house_note (
    name  TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);
