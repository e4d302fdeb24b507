package sqldb_test

import (
	"errors"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

const capacity = 20

func value(t *testing.T, q sqldb.Querier, query string) (n int64) {
	t.Helper()
	if err := q.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFiftyConcurrentReadModifyWritesAllCount(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 0)")
		var group errgroup.Group
		for range 50 {
			group.Go(func() error {
				return db.Write(t.Context(), func(tx *sqldb.Tx) error {
					// Locks and reads, portably: the same on both engines without FOR UPDATE.
					var n int64
					if err := tx.QueryRow(t.Context(), "UPDATE counter SET n = n WHERE id = 'a' RETURNING n").Scan(&n); err != nil {
						return err
					}
					_, err := tx.Exec(t.Context(), "UPDATE counter SET n = $1 WHERE id = 'a'", n+1)
					return err
				})
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if n := value(t, db, "SELECT n FROM counter"); n != 50 {
			t.Fatalf("counted %d, want 50", n)
		}
	})
}

func TestSQLiteReadsAndWritesWithoutLockErrors(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite))
	exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 0)")
	var group errgroup.Group
	for range 50 {
		group.Go(func() error {
			return db.Write(t.Context(), func(tx *sqldb.Tx) error {
				var n int64 // reads first: with BEGIN DEFERRED half of these fail with SQLITE_BUSY
				if err := tx.QueryRow(t.Context(), "SELECT n FROM counter").Scan(&n); err != nil {
					return err
				}
				_, err := tx.Exec(t.Context(), "UPDATE counter SET n = $1", n+1)
				return err
			})
		})
		group.Go(func() error {
			var n int64
			return db.QueryRow(t.Context(), "SELECT n FROM counter").Scan(&n)
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := value(t, db, "SELECT n FROM counter"); n != 50 {
		t.Fatalf("counted %d, want 50", n)
	}
}

// The control: what a conditional UPDATE is for. SQLite alone would hide it.
func TestCountThenInsertOversellsOnPostgres(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, sqldbtest.New(t, sqldb.Postgres))
	exec(t, db, "CREATE TABLE claim (id TEXT PRIMARY KEY)")
	var counted sync.WaitGroup
	counted.Add(2)
	var group errgroup.Group
	for _, id := range []string{"a", "b"} {
		group.Go(func() error {
			return db.Write(t.Context(), func(tx *sqldb.Tx) error {
				taken := value(t, tx, "SELECT count(*) FROM claim")
				counted.Done()
				counted.Wait() // both have counted before either inserts
				if taken >= 1 {
					return nil
				}
				_, err := tx.Exec(t.Context(), "INSERT INTO claim (id) VALUES ($1)", id)
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := value(t, db, "SELECT count(*) FROM claim"); n != 2 {
		t.Fatalf("%d claims on one seat; the control must oversell to 2", n)
	}
}

func TestConditionalUpdateDoesNotOversell(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('taken', 0)")
		var mu sync.Mutex
		sold := 0
		var group errgroup.Group
		for range 50 {
			group.Go(func() error {
				var got int64
				err := db.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
					got, err = tx.Exec(t.Context(), "UPDATE counter SET n = n + 1 WHERE id = 'taken' AND n < $1", capacity)
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				sold += int(got)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if n := value(t, db, "SELECT n FROM counter"); sold != capacity || n != capacity {
			t.Fatalf("sold %d, stored %d, want %d", sold, n, capacity)
		}
	})
}

func TestSerializationFailureIsTriedAgain(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, sqldbtest.New(t, sqldb.Postgres))
	exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 0)")
	attempts := 0
	if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		attempts++
		if _, err := tx.Exec(t.Context(), "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"); err != nil {
			return err
		}
		value(t, tx, "SELECT n FROM counter") // the snapshot is taken
		if attempts == 1 {
			exec(t, db, "UPDATE counter SET n = n + 10")
		}
		_, err := tx.Exec(t.Context(), "UPDATE counter SET n = n + 1")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if n := value(t, db, "SELECT n FROM counter"); attempts != 2 || n != 11 {
		t.Fatalf("%d attempts and %d, want 2 and 11", attempts, n)
	}
}

func TestDeadlockIsTriedAgain(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, sqldbtest.New(t, sqldb.Postgres))
	exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 0), ('b', 0)")
	var locked sync.WaitGroup
	locked.Add(2)
	var group errgroup.Group
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		first := true
		group.Go(func() error {
			return db.Write(t.Context(), func(tx *sqldb.Tx) error {
				for i, id := range order {
					if _, err := tx.Exec(t.Context(), "UPDATE counter SET n = n + 1 WHERE id = $1", id); err != nil {
						return err
					}
					if i == 0 && first {
						first = false
						locked.Done()
						locked.Wait() // each holds one row before it wants the other's
					}
				}
				return nil
			})
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := value(t, db, "SELECT sum(n) FROM counter"); n != 4 {
		t.Fatalf("%d, want 4", n)
	}
}

func TestErrorsOfTheClosureAreReturnedAndNotTriedAgain(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		attempts := 0
		full := errs.Conflict("booking.full")
		err := db.Write(t.Context(), func(*sqldb.Tx) error { attempts++; return full })
		if !errors.Is(err, full) || attempts != 1 {
			t.Fatalf("%v after %d attempts, want booking.full after 1", err, attempts)
		}
	})
}

func TestAfterCommitRunsOnlyAfterTheCommit(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter)
		insert := func(id string, result error) (told int64, err error) {
			told = -1
			err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
				tx.AfterCommit(func() { told = value(t, db, "SELECT count(*) FROM counter") })
				if _, err := tx.Exec(t.Context(), "INSERT INTO counter (id, n) VALUES ($1, 1)", id); err != nil {
					return err
				}
				return result
			})
			return told, err
		}
		no := errors.New("no")
		if told, err := insert("a", no); told != -1 || !errors.Is(err, no) {
			t.Fatalf("after a rollback it ran (%d rows, %v)", told, err)
		}
		if told, err := insert("b", nil); told != 1 || err != nil {
			t.Fatalf("it saw %d rows (%v), want the 1 committed", told, err)
		}
	})
}

func TestPanicRollsBackAndFreesTheConnection(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = db.Write(t.Context(), func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(t.Context(), "INSERT INTO counter (id, n) VALUES ('a', 1)"); err != nil {
					t.Error(err)
				}
				panic("in the closure")
			})
		}()
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if n := value(t, tx, "SELECT count(*) FROM counter"); n != 0 {
				t.Errorf("%d rows are left of the panicked transaction", n)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFailedCommitLeavesACleanConnection(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter, "CREATE TABLE child (id TEXT PRIMARY KEY, counter_id TEXT NOT NULL REFERENCES counter (id) DEFERRABLE INITIALLY DEFERRED)")
		ran := false
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			tx.AfterCommit(func() { ran = true })
			_, err := tx.Exec(t.Context(), "INSERT INTO child (id, counter_id) VALUES ('c', 'nobody')")
			return err
		}); err == nil || ran {
			t.Fatalf("err %v, AfterCommit ran %v; want an error at COMMIT", err, ran)
		}
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if n := value(t, db, "SELECT count(*) FROM child"); n != 0 {
			t.Fatalf("%d rows of the failed commit", n)
		}
	})
}
