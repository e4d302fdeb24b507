// Package sqldb opens the store on SQLite (modernc.org/sqlite, no cgo) or PostgreSQL (pgx through
// database/sql) and gives both one narrow face.
//
// There is one SQL text for both engines, with $1… placeholders, kept in files named sql*.go as
// constants that can be PREPAREd as they stand. A constant with a variable condition contains the
// marker /*where*/TRUE, which Where.Apply replaces.
//
// A DB has no Exec: a write outside a transaction does not compile. SQLite has one writing
// connection (BEGIN IMMEDIATE) and several reading ones (query_only); PostgreSQL has one pool, and
// optionally a second one on a replica for reads that may lag.
//
// Where the engines differ in silence, both are made to agree: text sorts and matches by code point
// (LIKE too), a NUL character, broken UTF-8 and a time.Time are refused as arguments, and Notify and
// Listen work on both.
//
// The package knows nothing of the domain and holds no statement of it.
package sqldb
