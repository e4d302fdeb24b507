// Package schema holds the migrations, the only DDL of the product, and moves whole stores.
//
// A migration is one file for both engines, migrations/NNNN_name.sql, written in neutral types
// (TEXT, BIGINT, BOOLEAN, BYTEA, DOUBLE PRECISION in capitals, names in small letters), which a small
// map turns into each engine's when the file is read. Where the engines have nothing in common
// (full-text search) a pair NNNN_name.sqlite.sql and NNNN_name.postgres.sql stands instead.
//
// Files are append-only: what was released is never edited, a later file changes it.
//
// The package knows tables, columns and keys as the engines describe them, and nothing of what is in them.
package schema
