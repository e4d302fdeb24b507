package archtest

import (
	"regexp"
	"slices"
	"strings"
)

// Who may reach the engines. schema is among them because migrations are made of what engines
// describe and of libraries that want the raw pools.
var (
	engineRooms  = []string{"sqldb", "schema", "change", "jobs", "search"}
	rawRooms     = []string{"sqldb", "schema", "jobs"}
	driverImport = []string{"github.com/jackc/pgx", "github.com/lib/pq", "modernc.org/sqlite", "github.com/riverqueue/river", "github.com/pressly/goose"}
)

var drivers = Rule{
	Name:   "drivers only in sqldb, schema and jobs",
	Reason: "what a driver can do beyond database/sql exists on one engine only",
	Names:  rawRooms,
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			for _, imported := range sorted(f.Imports) {
				base := strings.TrimSuffix(imported, "/v5")
				if slices.ContainsFunc(driverImport, func(d string) bool { return within(base, d) }) && !within(f.Pkg, rawRooms...) {
					bad = append(bad, t.at(f.Syntax.Name, "imports %s", imported))
				}
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/sql.go":   `package unit; import _ "github.com/jackc/pgx/v5"; import _ "database/sql"`,
		"internal/app/app.go":    `package app; import _ "github.com/riverqueue/river"`,
		"internal/sqldb/open.go": `package sqldb; import _ "modernc.org/sqlite"`,
	},
	Caught: 2,
}

var rawStore = Rule{
	Name:   "raw pools and transactions only in sqldb, schema and jobs",
	Reason: "a statement outside the open transaction waits for itself on SQLite and is not undone with it on PostgreSQL",
	Names:  rawRooms,
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			if !slices.Contains(sorted(f.Imports), module+"/internal/sqldb") {
				return
			}
			if !within(f.Pkg, rawRooms...) {
				for _, call := range f.methods("Std", "Pools") {
					bad = append(bad, t.at(call, "reaches around sqldb"))
				}
			}
			if !within(f.Pkg, engineRooms...) {
				for _, call := range f.methods("Engine") {
					if len(call.Args) == 0 {
						bad = append(bad, t.at(call, "asks for the engine"))
					}
				}
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/service.go": `package unit; import "openweek/internal/sqldb"; func f(tx *sqldb.Tx) { tx.Std() }`,
		"internal/unit/sql.go":     `package unit; import "openweek/internal/sqldb"; func f(db *sqldb.DB) { db.Pools(); db.Engine() }`,
		"internal/jobs/jobs.go":    `package jobs; import "openweek/internal/sqldb"; func f(tx *sqldb.Tx) { tx.Std() }`,
	},
	Caught: 3,
}

// statement sees SQL by the keywords in capitals that begin it and the one that must follow.
var statement = regexp.MustCompile(`(?s)^\s*(?:SELECT\s.*|INSERT\s+INTO\s.*|UPDATE\s.*\sSET\s.*|DELETE\s+FROM\s.*|WITH\s.*\sAS\s*\(.*|(?:CREATE|ALTER|DROP)\s+(?:UNIQUE |VIRTUAL )?(?:TABLE|INDEX|TRIGGER)\s.*|PRAGMA\s.*|VACUUM.*|LISTEN\s.*)`)

func isSQL(text string) bool { return statement.MatchString(text) }

func sqlFile(f *File) bool { return strings.HasPrefix(f.Name, "sql") }

var sqlText = Rule{
	Name:   "SQL text only in sql*.go and schema",
	Reason: "every statement is prepared on both engines by a test, which must find them all; whoever changes a table must, too",
	Names:  []string{"schema"},
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			if sqlFile(f) || within(f.Pkg, "schema", "sqldb") {
				return
			}
			for _, l := range f.literals() {
				if isSQL(l.text) {
					bad = append(bad, t.at(l.node, "SQL outside a file sql*.go"))
				}
			}
			if !slices.Contains(sorted(f.Imports), module+"/internal/sqldb") {
				return
			}
			for _, call := range f.methods("And") {
				if len(call.Args) == 0 {
					continue
				}
				if _, ok := constant(call.Args[0]); ok {
					bad = append(bad, t.at(call, "a condition outside a file sql*.go"))
				}
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/service.go": "package unit; const q = `\n SELECT id FROM unit`",
		"internal/unit/b.go":       `package unit; var q = "UPDATE " + table + " SET x = 1"`,
		"internal/unit/c.go":       `package unit; import "openweek/internal/sqldb"; func f(w *sqldb.Where) { w.And("x = ?", 1) }`,
		"internal/unit/sql_all.go": `package unit; const q = "SELECT id FROM unit"`,
		"internal/unit/text.go":    `package unit; const s = "UPDATE your data"`,
	},
	Caught: 3,
}

// engineOnly lists what one engine lacks or takes for something else.
var engineOnly = regexp.MustCompile(`(?i)\bnow\(\)|\bcurrent_timestamp\b|\bgreatest\(|\bleast\(|=\s*any\b|\bfor\s+(?:update|share)\b|::[a-z]|->>?|` +
	`\bjsonb?_|\bdatetime\(|\bstrftime\(|\bunixepoch\(|\binsert\s+or\s|\breplace\s+into\b|\browid\b|\bpg_|\bsqlite_|\bpragma\b|\bilike\b|\bglob\b|` +
	`\bcollate\b|\bifnull\(|\bgroup_concat\(|\bon\s+conflict\s+on\s+constraint\b|\bdistinct\s+on\b|\bto_tsvector|\bmatch\b|` +
	`\$[0-9]+\s+is\s+(?:not\s+)?null\b`)

var engineText = Rule{
	Name:   "engine-specific SQL only in sqldb, schema, change, jobs and search",
	Reason: "a second text is a second product; and what one engine alone accepts fails at the office that has the other",
	Names:  engineRooms,
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			if within(f.Pkg, engineRooms...) {
				return
			}
			for _, l := range f.literals() {
				if found := engineOnly.FindString(l.text); found != "" && (isSQL(l.text) || sqlFile(f)) {
					bad = append(bad, t.at(l.node, "%q is not portable", found))
				}
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/sql.go": "package unit; const (\n a = `SELECT now()`\n b = `SELECT id FROM unit WHERE id = ANY($1)`\n c = `SELECT id FROM unit FOR UPDATE`\n" +
			" d = `SELECT id FROM unit WHERE $1 IS NULL`\n e = `SELECT id FROM unit WHERE region_code IS NULL ORDER BY id NULLS LAST`\n)",
		"internal/change/sql.go": "package change; const a = `SELECT pg_notify($1, $2)`",
	},
	Caught: 4,
}

var (
	writes = regexp.MustCompile(`\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+([a-z_]+)`)
	reads  = regexp.MustCompile(`\b(?:FROM|JOIN)\s+([a-z_]+)`)
)

// tableUse gives, for a pattern, table → package → a place.
func (t *Tree) tableUse(pattern *regexp.Regexp) map[string]map[string]string {
	use := map[string]map[string]string{}
	t.code(func(f *File) {
		if within(f.Pkg, "schema") {
			return // moves whole stores
		}
		for _, l := range f.literals() {
			if !isSQL(l.text) {
				continue
			}
			for _, m := range pattern.FindAllStringSubmatch(l.text, -1) {
				if !slices.Contains(t.Tables, m[1]) {
					continue // a CTE
				}
				if use[m[1]] == nil {
					use[m[1]] = map[string]string{}
				}
				use[m[1]][f.Pkg] = t.at(l.node, "")
			}
		}
	})
	return use
}

var tablesHaveOneWriter = Rule{
	Name:   "a table has one writer",
	Reason: "a table's invariants are kept in one package; others call its …Tx",
	Check: func(t *Tree) (bad []string) {
		for table, packages := range t.tableUse(writes) {
			if len(packages) > 1 {
				for pkg, place := range packages {
					bad = append(bad, place+pkg+" writes "+table+", as another package does")
				}
			}
		}
		slices.Sort(bad)
		return bad
	},
	Bad: map[string]string{
		"internal/schema/migrations/0002_unit.sql": "CREATE TABLE unit (\n    id TEXT\n);",
		"internal/unit/sql.go":                     "package unit; const q = `UPDATE unit SET version = 1`",
		"internal/edition/sql.go":                  "package edition; const q = `DELETE FROM unit WHERE id = $1`",
		"internal/login/sql.go":                    "package login; const q = `SELECT id FROM unit`",
	},
	Caught: 2,
}

var tablesAreReadFromBelow = Rule{
	Name:   "a table is read by its writer and from below",
	Reason: "reading a table is depending on its package, so it goes the way of the imports",
	Check: func(t *Tree) (bad []string) {
		writers := t.tableUse(writes)
		for table, packages := range t.tableUse(reads) {
			for pkg, place := range packages {
				for writer := range writers[table] {
					if rank(pkg) < rank(writer) {
						bad = append(bad, place+pkg+" reads "+table+" of "+writer+", which stands below it")
					}
				}
			}
		}
		slices.Sort(bad)
		return bad
	},
	Bad: map[string]string{
		"internal/schema/migrations/0005_edition.sql": "CREATE TABLE edition (\n    id TEXT\n);",
		"internal/edition/sql.go":                     "package edition; const q = `INSERT INTO edition (id) VALUES ($1)`",
		"internal/unit/sql.go":                        "package unit; const q = `SELECT id FROM edition`",
	},
	Caught: 1,
}
