package schema

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing/fstest"

	"openweek/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// sources gives an engine's migrations as goose reads them: NNNN_name.sql in the root.
func sources(engine sqldb.Engine) (fs.FS, error) {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	other := map[sqldb.Engine]string{sqldb.SQLite: ".postgres.sql", sqldb.Postgres: ".sqlite.sql"}[engine]
	own := "." + string(engine) + ".sql"
	files := fstest.MapFS{}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasSuffix(name, other) {
			continue
		}
		text, err := migrations.ReadFile(path.Join("migrations", name))
		if err != nil {
			return nil, err
		}
		if base, paired := strings.CutSuffix(name, own); paired {
			name = base + ".sql" // written for this engine: nothing to translate
		} else if text, err = translate(text, engine); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = &fstest.MapFile{Data: text, Mode: 0o444}
	}
	return files, nil
}

// Types that only one engine knows, or that mean different things on both.
var foreign = []string{
	"INTEGER", "INT", "SMALLINT", "SERIAL", "BIGSERIAL", "AUTOINCREMENT", "REAL", "FLOAT", "NUMERIC", "DECIMAL",
	"BLOB", "VARCHAR", "CHAR", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "INTERVAL", "JSON", "JSONB", "UUID",
	"STRICT", "WITHOUT", "COLLATE",
}

var sqliteTypes = map[string]string{"BIGINT": "INTEGER", "BOOLEAN": "INTEGER", "BYTEA": "BLOB"}

// translate turns neutral DDL into an engine's. Only words in capitals outside quotes and comments
// are looked at, so a column may be named "text" or "date".
//
// SQLite: STRICT tables, the types it allows there, and no NULL in a PRIMARY KEY column, which only
// SQLite takes (the columns of a key of several are declared NOT NULL by hand). PostgreSQL: text sorts by code point as on
// SQLite, not by the server's locale.
func translate(source []byte, engine sqldb.Engine) ([]byte, error) {
	var out bytes.Buffer
	var words []string // of the present statement
	for rest := source; len(rest) > 0; {
		n := 1
		switch c := rest[0]; {
		case bytes.HasPrefix(rest, []byte("--")):
			if n = bytes.IndexByte(rest, '\n'); n < 0 {
				n = len(rest)
			}
			out.Write(rest[:n])
		case c == '\'' || c == '"':
			end := bytes.IndexByte(rest[1:], c)
			if end < 0 {
				return nil, fmt.Errorf("a quote is not closed near %.20q", rest)
			}
			n = end + 2
			out.Write(rest[:n])
		case letter(c):
			for n < len(rest) && letter(rest[n]) {
				n++
			}
			word := string(rest[:n])
			if slices.Contains(foreign, word) {
				return nil, fmt.Errorf("%s is not neutral", word)
			}
			if word == "DOUBLE" {
				after, ok := bytes.CutPrefix(rest[n:], []byte(" PRECISION"))
				if !ok {
					return nil, fmt.Errorf("DOUBLE without PRECISION")
				}
				n, word = len(rest)-len(after), "DOUBLE PRECISION"
			}
			if word == "PRIMARY" && engine == sqldb.SQLite && !opens(out.Bytes()) {
				out.WriteString("NOT NULL ")
			}
			out.WriteString(typeFor(engine, word, words))
			words = append(words, word)
		case c == ';':
			if engine == sqldb.SQLite && len(words) > 1 && words[0] == "CREATE" && words[1] == "TABLE" {
				out.WriteString(" STRICT")
			}
			words = nil
			out.WriteByte(c)
		default:
			out.WriteByte(c)
		}
		rest = rest[n:]
	}
	return out.Bytes(), nil
}

// opens tells whether a table constraint begins here, not a column's.
func opens(before []byte) bool {
	before = bytes.TrimRight(before, " \t\n")
	return bytes.HasSuffix(before, []byte(",")) || bytes.HasSuffix(before, []byte("("))
}

func typeFor(engine sqldb.Engine, word string, before []string) string {
	if engine == sqldb.SQLite {
		if word == "DOUBLE PRECISION" {
			return "REAL"
		}
		if t, ok := sqliteTypes[word]; ok {
			return t
		}
		return word
	}
	// In CAST(x AS TEXT) a collation cannot stand.
	if word == "TEXT" && (len(before) == 0 || before[len(before)-1] != "AS") {
		return `TEXT COLLATE "C"`
	}
	return word
}

func letter(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80
}
