package sqldb_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// exec runs DDL and test data past the package's face, which has no Exec.
func exec(t *testing.T, db *sqldb.DB, statements ...string) {
	t.Helper()
	_, pool := db.Pools()
	for _, s := range statements {
		if db.Engine() == sqldb.SQLite && strings.HasPrefix(s, "CREATE TABLE") {
			s += " STRICT"
		}
		if _, err := pool.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

const counter = "CREATE TABLE counter (id TEXT PRIMARY KEY, n INTEGER NOT NULL)"

func TestPlaceholdersAreBoundByNumber(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 1), ('b', 2)")
		var id string
		var n int64
		if err := db.QueryRow(t.Context(), "SELECT id, n FROM counter WHERE n = $2 AND id = $1 OR id <> $1 AND n = -$2", "b", 2).Scan(&id, &n); err != nil {
			t.Fatal(err)
		}
		if id != "b" || n != 2 {
			t.Fatalf("read %s %d, want b 2", id, n)
		}
	})
}

func TestColumnsRefuseWrongTypes(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter)
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO counter (id, n) VALUES ('a', 'many')")
			return err
		}); err == nil {
			t.Fatal("a number column took text")
		}
	})
}

func TestDoubleQuotedTextIsRefused(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		var s string
		if err := db.QueryRow(t.Context(), `SELECT "no such column"`).Scan(&s); err == nil {
			t.Fatalf("a name in double quotes was read as the text %q", s)
		}
	})
}

func TestForeignKeysAreHeld(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter, "CREATE TABLE child (id TEXT PRIMARY KEY, counter_id TEXT NOT NULL REFERENCES counter (id))")
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO child (id, counter_id) VALUES ('c', 'nobody')")
			return err
		}); err == nil {
			t.Fatal("a child without its parent was stored")
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter)
		const insert = "INSERT INTO counter (id, n) VALUES ('a', 1) RETURNING id"
		var id string
		if err := db.Snapshot(t.Context(), func(q sqldb.Querier) error { return q.QueryRow(t.Context(), insert).Scan(&id) }); err == nil {
			t.Fatal("a snapshot wrote")
		}
		if db.Engine() == sqldb.Postgres {
			return // where one pool reads and writes
		}
		if err := db.QueryRow(t.Context(), insert).Scan(&id); err == nil {
			t.Fatal("the reading pool wrote")
		}
	})
}

func TestTextSortsAndMatchesByCodePoint(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		// A column of the real schema: the type map gives it its collation.
		for _, topic := range []string{"b", "一", "Z", "a_", "ab", "张"} {
			exec(t, db, "INSERT INTO topic_version (topic, version) VALUES ('"+topic+"', 1)")
		}
		list := func(where *sqldb.Where) []string {
			query, args := where.Apply("SELECT topic FROM topic_version WHERE /*where*/TRUE ORDER BY topic")
			topics, err := sqldb.List(t.Context(), db, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
			if err != nil {
				t.Fatal(err)
			}
			return topics
		}
		for _, c := range []struct {
			where *sqldb.Where
			want  []string
		}{
			{new(sqldb.Where), []string{"Z", "a_", "ab", "b", "一", "张"}},
			{new(sqldb.Where).And("topic LIKE ? ESCAPE '!'", sqldb.LikePrefix("a_")), []string{"a_"}},
			{new(sqldb.Where).And("topic LIKE ? ESCAPE '!'", sqldb.LikePart("z")), nil},
		} {
			if got := list(c.where); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		}
	})
}

type word string

func TestTextThatPostgresCannotStoreIsRefusedByBoth(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter)
		bad := "a\x00b"
		for name, arg := range map[string]any{
			"NUL": bad, "broken UTF-8": "\xe5\xbc", "named type": word(bad), "pointer": &bad,
			"sql.NullString": sql.NullString{String: bad, Valid: true}, "sql.Null": sql.Null[word]{V: word(bad), Valid: true},
		} {
			var n int64
			_, qerr := db.Query(t.Context(), "SELECT n FROM counter WHERE id = $1", arg)
			for where, err := range map[string]error{
				"Write": db.Write(t.Context(), func(tx *sqldb.Tx) error {
					_, err := tx.Exec(t.Context(), "INSERT INTO counter (id, n) VALUES ($1, 1)", arg)
					return err
				}),
				"Query":    qerr,
				"QueryRow": db.QueryRow(t.Context(), "SELECT n FROM counter WHERE id = $1", arg).Scan(&n),
			} {
				if !errs.Is(err, "store.text") || errs.KindOf(err) != errs.KindInvalid {
					t.Errorf("%s in %s: %v, want Invalid store.text", name, where, err)
				}
			}
		}
	})
}

func TestInstantsPassOnlyAsNumbers(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, momentTable(db.Engine()))
		at := clock.FromTime(time.Date(2026, 5, 10, 9, 0, 0, 0, clock.Shanghai))
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO moment (at) VALUES ($1)", at)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var got clock.Instant
		if err := db.QueryRow(t.Context(), "SELECT at FROM moment WHERE at = $1", at).Scan(&got); err != nil || got != at {
			t.Fatalf("read %v (%v), want %v", got, err, at)
		}
		if err := db.QueryRow(t.Context(), "SELECT at FROM moment WHERE at = $1", at.Time()).Scan(&got); err == nil {
			t.Fatal("a time.Time was bound")
		}
	})
}

func momentTable(engine sqldb.Engine) string {
	if engine == sqldb.SQLite {
		return "CREATE TABLE moment (at INTEGER NOT NULL)"
	}
	return "CREATE TABLE moment (at BIGINT NOT NULL)"
}

func TestSnapshotDoesNotChange(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 1)")
		count := func(q sqldb.Querier) (n int) {
			if err := q.QueryRow(t.Context(), "SELECT count(*) FROM counter").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if err := db.Snapshot(t.Context(), func(q sqldb.Querier) error {
			before := count(q)
			if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), "INSERT INTO counter (id, n) VALUES ('b', 2)")
				return err
			}); err != nil {
				return err
			}
			if after := count(q); before != 1 || after != 1 {
				t.Errorf("the snapshot held %d and then %d rows, want 1 and 1", before, after)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n := count(db.Lagging()); n != 2 {
			t.Fatalf("%d rows after the snapshot, want 2", n)
		}
	})
}

func TestListenHearsCommittedNotificationsOnly(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ready, heard := make(chan struct{}), make(chan string, 10)
		done := make(chan error, 1)
		go func() {
			done <- db.Listen(ctx, "test_channel", func() { close(ready) }, func(payload string) { heard <- payload })
		}()
		<-ready
		for _, c := range []struct {
			channel, payload string
			result           error
		}{{"test_channel", "rolled back", context.DeadlineExceeded}, {"other", "elsewhere", nil}, {"test_channel", "committed", nil}} {
			// Any error will do to roll back; what Write makes of it is tested elsewhere.
			_ = db.Write(t.Context(), func(tx *sqldb.Tx) error {
				if err := tx.Notify(t.Context(), c.channel, c.payload); err != nil {
					t.Error(err)
				}
				return c.result
			})
		}
		select {
		case got := <-heard:
			if got != "committed" {
				t.Fatalf("heard %q, want %q", got, "committed")
			}
		case <-time.After(5 * time.Second):
			t.Fatal("heard nothing in five seconds")
		}
		cancel()
		<-done
	})
}
