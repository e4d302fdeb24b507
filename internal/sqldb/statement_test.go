package sqldb_test

import (
	"context"
	"fmt"
	"testing"

	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// A connection keeps its statements prepared. What a statement reads must be what is there when it is run.
func TestStatementsThatAreRunAgainSeeWhatHasChanged(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		exec := func(text string, args ...any) {
			t.Helper()
			if err := db.Write(ctx, func(tx *sqldb.Tx) error {
				_, err := tx.Exec(ctx, text, args...)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		count := func() (n int) {
			t.Helper()
			if err := db.QueryRow(ctx, "SELECT count(*) FROM kept").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		exec("CREATE TABLE kept (id TEXT PRIMARY KEY)")
		for i := range 300 { // more texts than are kept
			exec(fmt.Sprintf("INSERT INTO kept (id) VALUES ('%d')", i))
			if i%50 == 0 && count() != i+1 {
				t.Fatalf("%d rows are seen after %d", count(), i+1)
			}
		}
		exec("ALTER TABLE kept ADD COLUMN more TEXT")
		exec("INSERT INTO kept (id, more) VALUES ($1, $2)", "more", "x")
		if count() != 301 {
			t.Errorf("%d rows", count())
		}
		// The same text within its own rows.
		rows, err := db.Query(ctx, "SELECT id FROM kept ORDER BY id")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close() //nolint:errcheck // only read
		if !rows.Next() || count() != 301 {
			t.Error("reading within rows fails")
		}
		if err := db.Write(ctx, func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(ctx, "INSERT INTO kept (id, more) VALUES ($1, $2)", "twice", "x"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "INSERT INTO kept (id, more) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", "twice", "x")
			return err
		}); err != nil {
			t.Error(err)
		}
		if count() != 302 {
			t.Errorf("%d rows", count())
		}
	})
}
