package schema_test

import (
	"testing"

	"openweek/internal/schema"
	"openweek/internal/sqldb"
)

func TestTranslate(t *testing.T) {
	t.Parallel()
	const source = `-- +goose Up
-- A BIGINT in a comment; it's left alone;
CREATE TABLE thing (
    id    TEXT PRIMARY KEY,
    text  TEXT NOT NULL CHECK (text <> 'TEXT; BLOB''S'),
    n     BIGINT NOT NULL, ok BOOLEAN NOT NULL, raw BYTEA, x DOUBLE PRECISION
);
CREATE TABLE pair (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b));
CREATE INDEX thing_n ON thing (n);
UPDATE thing SET text = CAST(n AS TEXT);
`
	for engine, want := range map[sqldb.Engine]string{
		sqldb.SQLite: `-- +goose Up
-- A BIGINT in a comment; it's left alone;
CREATE TABLE thing (
    id    TEXT NOT NULL PRIMARY KEY,
    text  TEXT NOT NULL CHECK (text <> 'TEXT; BLOB''S'),
    n     INTEGER NOT NULL, ok INTEGER NOT NULL, raw BLOB, x REAL
) STRICT;
CREATE TABLE pair (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b)) STRICT;
CREATE INDEX thing_n ON thing (n);
UPDATE thing SET text = CAST(n AS TEXT);
`,
		sqldb.Postgres: `-- +goose Up
-- A BIGINT in a comment; it's left alone;
CREATE TABLE thing (
    id    TEXT COLLATE "C" PRIMARY KEY,
    text  TEXT COLLATE "C" NOT NULL CHECK (text <> 'TEXT; BLOB''S'),
    n     BIGINT NOT NULL, ok BOOLEAN NOT NULL, raw BYTEA, x DOUBLE PRECISION
);
CREATE TABLE pair (a TEXT COLLATE "C" NOT NULL, b TEXT COLLATE "C" NOT NULL, PRIMARY KEY (a, b));
CREATE INDEX thing_n ON thing (n);
UPDATE thing SET text = CAST(n AS TEXT);
`,
	} {
		got, err := schema.Translate([]byte(source), engine)
		if err != nil {
			t.Errorf("%s: %v", engine, err)
		} else if string(got) != want {
			t.Errorf("%s:\n%s\nwant\n%s", engine, got, want)
		}
	}
}

func TestTranslateRefusesWhatIsNotNeutral(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"CREATE TABLE t (n INTEGER);":         "INTEGER is not neutral",
		"CREATE TABLE t (d TIMESTAMPTZ);":     "TIMESTAMPTZ is not neutral",
		"CREATE TABLE t (x DOUBLE);":          "DOUBLE without PRECISION",
		"CREATE TABLE t (n BIGINT) STRICT;":   "STRICT is not neutral",
		"UPDATE t SET n = 'not closed;":       `a quote is not closed near "'not closed;"`,
		`CREATE TABLE t (s TEXT COLLATE "C")`: "COLLATE is not neutral",
	} {
		if _, err := schema.Translate([]byte(source), sqldb.SQLite); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
	}
}
