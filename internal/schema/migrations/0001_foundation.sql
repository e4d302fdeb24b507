-- +goose Up

-- One versioned row per topic that readers cache (package change). A row's version grows by one in
-- each transaction that touches it, so a reader that compares versions misses nothing; a sequence
-- would commit out of order.
CREATE TABLE topic_version (
    topic   TEXT PRIMARY KEY,
    version BIGINT NOT NULL CHECK (version > 0)
);

-- Work that one process of several may do at a time (package jobs). The holder renews until_at;
-- whoever finds it passed takes over.
CREATE TABLE lease (
    name     TEXT PRIMARY KEY,
    holder   TEXT NOT NULL,
    until_at BIGINT NOT NULL
);
