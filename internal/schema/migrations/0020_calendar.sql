-- +goose Up

-- A year whose official arrangement of holidays an office has uploaded; it stands before the one that
-- the product brings along.
CREATE TABLE calendar_year (
    year        BIGINT PRIMARY KEY CHECK (year BETWEEN 1990 AND 2200),
    replaced_at BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version > 0)
);

-- The days of such a year that differ from Monday to Friday, or that the arrangement names.
CREATE TABLE calendar_day (
    day_on TEXT PRIMARY KEY CHECK (length(day_on) = 10),
    year   BIGINT NOT NULL REFERENCES calendar_year (year),
    kind   TEXT NOT NULL CHECK (kind IN ('holiday', 'workday')),
    name   TEXT NOT NULL
);
CREATE INDEX calendar_day_year ON calendar_day (year, day_on);
