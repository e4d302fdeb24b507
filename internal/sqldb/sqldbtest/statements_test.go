package sqldbtest_test

import (
	"os"
	"path/filepath"
	"testing"

	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// A statement that only one engine understands, or that names what is not there, fails here and not
// when somebody first comes to it.
func TestEveryStatementIsPreparedOnBothEngines(t *testing.T) {
	t.Parallel()
	root, err := sqldbtest.Root()
	if err != nil {
		t.Fatal(err)
	}
	statements, err := sqldbtest.Statements(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	if len(statements) == 0 {
		t.Fatal("no statements were found")
	}
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		_, pool := db.Pools()
		for _, s := range statements {
			if s.Engine != "" && s.Engine != db.Engine() {
				continue
			}
			prepared, err := pool.PrepareContext(t.Context(), s.Text)
			if err != nil {
				t.Errorf("%s %s: %v", s.Where, s.Name, err)
				continue
			}
			if err := prepared.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestStatementsAreFoundWhereverTheyStand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("package p\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("p.go", "const columns = `a, b`\nconst elsewhere = `SELECT 0`")
	write("sql.go", "const one = `\n\tSELECT `+columns+` FROM t`\nconst onlyPostgres, notOne = `UPDATE t SET a = 1`, `SELECTED`\n"+
		"func f() string { return `DELETE `+`FROM t` }\nvar list = []string{\"WITH x AS (SELECT 1) SELECT 2\"}")
	write("sql_test.go", "const tested = `SELECT 9`")
	got, err := sqldbtest.Statements(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []sqldbtest.Statement{
		{Name: "one", Where: "sql.go:2", Text: "\n\tSELECT a, b FROM t"},
		{Name: "onlyPostgres", Where: "sql.go:4", Text: "UPDATE t SET a = 1", Engine: sqldb.Postgres},
		{Name: "", Where: "sql.go:5", Text: "DELETE FROM t"},
		{Name: "", Where: "sql.go:6", Text: "WITH x AS (SELECT 1) SELECT 2"},
	}
	if len(got) != len(want) {
		t.Fatalf("found %+v, want %+v", got, want)
	}
	for i := range want {
		want[i].Where = filepath.Join(dir, want[i].Where)
		if got[i] != want[i] {
			t.Errorf("found %+v, want %+v", got[i], want[i])
		}
	}
	write("sql_more.go", "var table string\nfunc g() string { return `SELECT a FROM ` + table }")
	if _, err := sqldbtest.Statements(dir); err == nil {
		t.Fatal("a statement with a variable part was taken")
	}
}
