package sqldb_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	osexec "os/exec"
	"path/filepath"
	"testing"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func wantBusy(t *testing.T, what string, err error, key string) {
	t.Helper()
	if !errs.Is(err, key) || errs.KindOf(err) != errs.KindBusy {
		t.Errorf("%s: %v, want Busy %s", what, err, key)
	}
}

func TestFullDiskIsToldAndChangesNothing(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite))
	exec(t, db, "CREATE TABLE heap (id INTEGER PRIMARY KEY, data BLOB NOT NULL)")
	_, pool := db.Pools()
	var pages int64
	if err := pool.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	exec(t, db, fmt.Sprintf("PRAGMA max_page_count = %d", pages+10))
	fill := func() error {
		return db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for range 100 {
				if _, err := tx.Exec(t.Context(), "INSERT INTO heap (data) VALUES ($1)", make([]byte, 4000)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	wantBusy(t, "write", fill(), "store.full")
	if n := value(t, db, "SELECT count(*) FROM heap"); n != 0 {
		t.Fatalf("%d rows of the failed write", n)
	}
	exec(t, db, "PRAGMA max_page_count = 100000")
	if err := fill(); err != nil {
		t.Fatalf("with room again: %v", err)
	}
}

func TestDatabaseGoesAwayAndReturns(t *testing.T) {
	t.Parallel()
	sqldbtest.Server(t) // skips where PostgreSQL is switched off
	cluster, err := sqldbtest.StartCluster(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	db := sqldbtest.Open(t, sqldb.Options{URL: cluster.URL})
	exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 0)")
	attempts := 0
	add := func(then func() error) error {
		return db.Write(t.Context(), func(tx *sqldb.Tx) error {
			attempts++
			if _, err := tx.Exec(t.Context(), "UPDATE counter SET n = n + 1"); err != nil {
				return err
			}
			return then()
		})
	}
	nothing := func() error { return nil }

	// A connection that breaks in mid-transaction is replaced.
	broken := false
	if err := add(func() error {
		if !broken {
			broken = true
			exec(t, db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()")
		}
		return nil
	}); err != nil {
		// The COMMIT itself met the broken connection: nobody knows, so it is told and not repeated.
		wantBusy(t, "commit on a broken connection", err, "store.unavailable")
	}
	if err := add(nothing); err != nil {
		t.Fatal(err)
	}
	before := value(t, db, "SELECT n FROM counter")

	// The server goes away in mid-transaction.
	attempts = 0
	err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
		attempts++
		if attempts == 1 {
			if err := cluster.StopServer(t.Context()); err != nil {
				t.Error(err)
			}
		}
		_, err := tx.Exec(t.Context(), "UPDATE counter SET n = n + 1")
		return err
	})
	wantBusy(t, "write when it goes away", err, "store.unavailable")
	wantBusy(t, "write while it is away", add(nothing), "store.unavailable")
	wantBusy(t, "ping", db.Ping(t.Context()), "store.unavailable")
	_, err = db.Query(t.Context(), "SELECT n FROM counter")
	wantBusy(t, "query", err, "store.unavailable")
	var n int64
	wantBusy(t, "query row", db.QueryRow(t.Context(), "SELECT n FROM counter").Scan(&n), "store.unavailable")
	wantBusy(t, "snapshot", db.Snapshot(t.Context(), func(sqldb.Querier) error { return nil }), "store.unavailable")
	wantBusy(t, "listen", db.Listen(t.Context(), "c", func() {}, func(string) {}), "store.unavailable")
	_, err = sqldb.Open(t.Context(), sqldb.Options{URL: cluster.URL})
	wantBusy(t, "open", err, "store.unavailable")

	if err := cluster.StartServer(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := add(nothing); err != nil {
		t.Fatalf("after its return: %v", err)
	}
	if n := value(t, db, "SELECT n FROM counter"); n != before+1 {
		t.Fatalf("%d after the return, want %d", n, before+1)
	}
}

func TestStatementsThatFailBeforeCommitOnABrokenConnectionAreTriedAgain(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, sqldbtest.New(t, sqldb.Postgres))
	exec(t, db, counter, "INSERT INTO counter (id, n) VALUES ('a', 0)")
	attempts := 0
	if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		attempts++
		if attempts == 1 {
			pid := value(t, tx, "SELECT pg_backend_pid()")
			exec(t, db, fmt.Sprintf("SELECT pg_terminate_backend(%d, 5000)", pid))
		}
		_, err := tx.Exec(t.Context(), "UPDATE counter SET n = n + 1")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if n := value(t, db, "SELECT n FROM counter"); attempts != 2 || n != 1 {
		t.Fatalf("%d attempts and %d, want 2 and 1", attempts, n)
	}
}

func TestEndedContextIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		attempts := 0
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			attempts++
			cancel()
			_, err := tx.Exec(ctx, "UPDATE topic_version SET version = 1")
			return err
		})
		if !errors.Is(err, context.Canceled) || attempts != 1 {
			t.Fatalf("%v after %d attempts, want context.Canceled after 1", err, attempts)
		}
		if err := db.Write(t.Context(), func(*sqldb.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFolderServesOneOpenStore(t *testing.T) {
	t.Parallel()
	o := sqldbtest.New(t, sqldb.SQLite)
	db, err := sqldb.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqldb.Open(t.Context(), o); !errs.Is(err, "store.in_use") || errs.KindOf(err) != errs.KindConflict {
		t.Fatalf("second Open: %v, want Conflict store.in_use", err)
	}
	reader, err := sqldb.Open(t.Context(), sqldb.Options{Dir: o.Dir, ReadOnly: true})
	if err != nil {
		t.Fatalf("reading beside it: %v", err)
	}
	if n := value(t, reader, "SELECT count(*) FROM topic_version"); n != 0 {
		t.Fatalf("read %d rows, want 0", n)
	}
	if err := reader.Write(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), "DELETE FROM topic_version")
		return err
	}); err == nil {
		t.Fatal("a store that was opened for reading wrote")
	}
	if err := errors.Join(reader.Close(), db.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	sqldbtest.Open(t, o) // is free again
}

// The environment variable names the folder to hold, in the process that TestFolderIsHeldAgainstAnotherProcess starts.
const holdEnv = "OPENWEEK_TEST_HOLD"

func TestHelperHoldsAFolder(t *testing.T) {
	dir := os.Getenv(holdEnv)
	if dir == "" {
		t.Skip("a helper of TestFolderIsHeldAgainstAnotherProcess")
	}
	if _, err := sqldb.Open(t.Context(), sqldb.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	fmt.Println("held")
	_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
}

func TestFolderIsHeldAgainstAnotherProcess(t *testing.T) {
	t.Parallel()
	o := sqldbtest.New(t, sqldb.SQLite)
	cmd := osexec.Command(os.Args[0], "-test.run=^TestHelperHoldsAFolder$")
	cmd.Env = append(os.Environ(), holdEnv+"="+o.Dir)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || line != "held\n" {
		t.Errorf("the other process said %q (%v)", line, err)
	}
	if _, err := sqldb.Open(t.Context(), o); !errs.Is(err, "store.in_use") {
		t.Errorf("%v, want store.in_use", err)
	}
	// A process that dies holds nothing.
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the killed process reports success")
	}
	sqldbtest.Open(t, o)
}

func TestOpenRefusesWhatIsNoStore(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, sqldb.File), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		options sqldb.Options
		key     string
	}{
		{sqldb.Options{Dir: damaged}, "store.damaged"},
		{sqldb.Options{URL: "mysql://somewhere"}, "store.url"},
		{sqldb.Options{URL: "postgres://[bad"}, "store.url"},
		{sqldb.Options{Dir: filepath.Join(file, "below")}, "store.folder"},
		{sqldb.Options{Dir: t.TempDir(), ReadOnly: true}, "store.missing"},
	} {
		if _, err := sqldb.Open(t.Context(), c.options); !errs.Is(err, c.key) {
			t.Errorf("%+v: %v, want %s", c.options, err, c.key)
		}
	}
}

func TestFolderNameMayHoldAnyCharacter(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "开放周 100%?#&")
	sqldbtest.Open(t, sqldb.Options{Dir: dir})
	if _, err := os.Stat(filepath.Join(dir, sqldb.File)); err != nil {
		t.Fatal(err)
	}
}

func TestDatabaseThatIsNotUTF8IsRefused(t *testing.T) {
	t.Parallel()
	o := sqldbtest.New(t, sqldb.Postgres)
	db := sqldbtest.Open(t, o)
	const name = "openweek_test_not_utf8"
	exec(t, db, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
	defer exec(t, db, "DROP DATABASE "+name)
	u, err := url.Parse(o.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	if _, err := sqldb.Open(t.Context(), sqldb.Options{URL: u.String()}); !errs.Is(err, "store.encoding") {
		t.Fatalf("%v, want store.encoding", err)
	}
}
