package sqldb_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestBulkLeavesEveryCommitInTheFile(t *testing.T) {
	t.Parallel()
	o := sqldbtest.New(t, sqldb.SQLite)
	db := sqldbtest.Open(t, o)
	exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 0)")
	if err := db.Bulk(t.Context(), func() error {
		for range 100 {
			if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), "UPDATE counter SET n = n + 1 WHERE id = 'a'")
				return err
			}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	// The file alone, as after a loss of power that took the log along.
	file, err := os.ReadFile(filepath.Join(o.Dir, sqldb.File))
	if err != nil {
		t.Fatal(err)
	}
	alone := sqldb.Options{Dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(alone.Dir, sqldb.File), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := value(t, sqldbtest.Open(t, alone), "SELECT n FROM counter"); n != 100 {
		t.Errorf("the file holds %d of 100 commits", n)
	}
}

func TestBulkWaitsForTheDiskAgainAfterwards(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		waits := func() int64 {
			if db.Engine() == sqldb.Postgres {
				return 2
			}
			_, writer := db.Pools()
			var level int64
			if err := writer.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&level); err != nil {
				t.Fatal(err)
			}
			return level
		}
		broken := errors.New("broken off")
		within := int64(-1)
		err := db.Bulk(t.Context(), func() error {
			within = waits()
			return broken
		})
		if !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if db.Engine() == sqldb.SQLite && within != 1 {
			t.Errorf("synchronous is %d inside, want 1 (NORMAL)", within)
		}
		if after := waits(); after != 2 {
			t.Errorf("synchronous is %d afterwards, want 2 (FULL)", after)
		}
	})
}
