package schema_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"openweek/internal/change"
	"openweek/internal/errs"
	"openweek/internal/jobs"
	"openweek/internal/schema"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// Tables of every column type, that refer to themselves and to a table that comes later.
const zoo = `
CREATE TABLE zoo_animal (
    id        TEXT PRIMARY KEY,
    keeper_id TEXT NOT NULL REFERENCES zoo_keeper (id),
    mother_id TEXT REFERENCES zoo_animal (id),
    tame      BOOLEAN NOT NULL,
    weight    DOUBLE PRECISION NOT NULL,
    born_at   BIGINT,
    picture   BYTEA
)`
const keepers = `CREATE TABLE zoo_keeper (id TEXT PRIMARY KEY, name TEXT NOT NULL)`

// More animals than fit into one statement.
const herd = 310

type animal struct {
	id, keeper string
	mother     sql.NullString
	tame       bool
	weight     float64
	born       sql.NullInt64
	picture    []byte
}

func build(t *testing.T, db *sqldb.DB) {
	t.Helper()
	for _, neutral := range []string{keepers, zoo} {
		ddl, err := schema.Translate([]byte(neutral+";"), db.Engine())
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), string(ddl))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

type feed struct{ AnimalID string }

func (feed) Kind() string { return "test.feed" }

// fill makes a herd in which each animal's mother follows it.
func fill(t *testing.T, db *sqldb.DB) {
	t.Helper()
	ctx := t.Context()
	if err := db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO zoo_keeper (id, name) VALUES ('k', '周')"); err != nil {
			return err
		}
		for i := herd; i > 0; i-- {
			mother := sql.NullString{String: fmt.Sprintf("a%04d", i+1), Valid: i < herd}
			if _, err := tx.Exec(ctx, `INSERT INTO zoo_animal (id, keeper_id, mother_id, tame, weight, born_at, picture)
				VALUES ($1, 'k', $2, $3, $4, $5, $6)`, fmt.Sprintf("a%04d", i), mother, i%2 == 0, float64(i)/8,
				sql.NullInt64{Int64: int64(i), Valid: i%3 == 0}, []byte{0, byte(i), 0xff}); err != nil {
				return err
			}
		}
		if err := change.Touch(ctx, tx, "zoo"); err != nil {
			return err
		}
		return jobs.InsertTx(ctx, tx, feed{"a0001"})
	}); err != nil {
		t.Fatal(err)
	}
}

func animals(t *testing.T, db *sqldb.DB) []animal {
	t.Helper()
	list, err := sqldb.List(t.Context(), db, func(row *sql.Rows) (a animal, err error) {
		return a, row.Scan(&a.id, &a.keeper, &a.mother, &a.tame, &a.weight, &a.born, &a.picture)
	}, "SELECT id, keeper_id, mother_id, tame, weight, born_at, picture FROM zoo_animal ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func compareStores(t *testing.T, got, want *sqldb.DB) {
	t.Helper()
	if g, w := animals(t, got), animals(t, want); len(w) != herd || !reflect.DeepEqual(g, w) {
		t.Fatalf("%d animals differ from the %d of the source", len(g), len(w))
	}
	if v, err := change.Version(t.Context(), got, "zoo"); v != 1 || err != nil {
		t.Fatalf("topic version %d (%v), want 1", v, err)
	}
	var kind, args string
	if err := got.QueryRow(t.Context(), "SELECT kind, CAST(args AS TEXT) FROM river_job").Scan(&kind, &args); err != nil {
		t.Fatal(err)
	}
	if kind != "test.feed" {
		t.Fatalf("job of kind %q, want test.feed", kind)
	}
}

func TestCopyMovesAStoreBetweenEngines(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]sqldb.Engine{
		{sqldb.SQLite, sqldb.Postgres}, {sqldb.Postgres, sqldb.SQLite}, {sqldb.SQLite, sqldb.SQLite},
	} {
		t.Run(fmt.Sprintf("%s to %s", pair[0], pair[1]), func(t *testing.T) {
			t.Parallel()
			from, to := sqldbtest.Open(t, sqldbtest.New(t, pair[0])), sqldbtest.Open(t, sqldbtest.New(t, pair[1]))
			build(t, from)
			build(t, to)
			fill(t, from)
			told := map[string]int64{}
			if err := schema.Copy(t.Context(), from, to, func(table string, rows int64) { told[table] = rows }); err != nil {
				t.Fatal(err)
			}
			compareStores(t, to, from)
			if told["zoo_animal"] != herd || told["zoo_keeper"] != 1 || told["river_job"] != 1 {
				t.Fatalf("progress told %v", told)
			}
			// Foreign keys are held as before.
			if err := to.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), "DELETE FROM zoo_keeper")
				return err
			}); err == nil {
				t.Fatal("the keeper of all animals could be deleted")
			}
			if err := schema.Copy(t.Context(), from, to, nil); !errs.Is(err, "schema.not_empty") {
				t.Fatalf("second copy: %v, want schema.not_empty", err)
			}
		})
	}
}

func TestCopyThatFailsLeavesTheTargetEmpty(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		from, to := sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite)), sqldbtest.Open(t, sqldbtest.New(t, engine))
		build(t, from)
		build(t, to)
		fill(t, from)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := schema.Copy(ctx, from, to, func(table string, _ int64) {
			if table == "zoo_animal" {
				cancel()
			}
		})
		if err == nil {
			t.Fatal("a cancelled copy succeeded")
		}
		if n := len(animals(t, to)); n != 0 {
			t.Fatalf("%d animals are left of a failed copy", n)
		}
	})
}

func TestCopyNeedsTheSameSchemaOnBothSides(t *testing.T) {
	t.Parallel()
	from := sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite))
	to := sqldbtest.Open(t, sqldbtest.Empty(t, sqldb.SQLite))
	if err := schema.Copy(t.Context(), from, to, nil); !errs.Is(err, "schema.older") {
		t.Fatalf("%v, want schema.older", err)
	}
}

func TestBackupOfAWorkingStoreIsRestored(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		build(t, db)
		fill(t, db)
		path := filepath.Join(t.TempDir(), "week.backup")
		if db.Engine() == sqldb.SQLite {
			if err := schema.Backup(t.Context(), db, path); err != nil {
				t.Fatal(err)
			}
		} else {
			// The tables of this test are in no migration, so the copy is made in two steps.
			dir := t.TempDir()
			file := sqldbtest.Open(t, sqldb.Options{Dir: dir})
			if err := schema.Migrate(t.Context(), file); err != nil {
				t.Fatal(err)
			}
			build(t, file)
			if err := schema.Copy(t.Context(), db, file, nil); err != nil {
				t.Fatal(err)
			}
			if err := schema.Backup(t.Context(), file, path); err != nil {
				t.Fatal(err)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("the file's mode is %v (%v), want 0600", info.Mode(), err)
		}
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, engine := range sqldbtest.Engines {
			to := sqldbtest.Open(t, sqldbtest.Empty(t, engine))
			if err := schema.Migrate(t.Context(), to); err != nil {
				t.Fatal(err)
			}
			build(t, to)
			if err := schema.Restore(t.Context(), path, to, nil); err != nil {
				t.Fatal(err)
			}
			compareStores(t, to, db)
		}
		after, err := os.ReadFile(path)
		if err != nil || !slices.Equal(before, after) {
			t.Fatalf("restoring has changed the backup (%v)", err)
		}
		if err := schema.Backup(t.Context(), db, path); !errs.Is(err, "schema.path_exists") {
			t.Fatalf("second backup: %v, want schema.path_exists", err)
		}
	})
}

func TestBackupOfEitherEngineHoldsRowsAndJobs(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if err := change.Touch(t.Context(), tx, "a"); err != nil {
				return err
			}
			return jobs.InsertTx(t.Context(), tx, feed{"a0001"})
		}); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "week.backup")
		if err := schema.Backup(t.Context(), db, path); err != nil {
			t.Fatal(err)
		}
		to := sqldbtest.Open(t, sqldbtest.Empty(t, db.Engine()))
		told := map[string]int64{}
		if err := schema.Restore(t.Context(), path, to, func(table string, rows int64) { told[table] = rows }); err != nil {
			t.Fatal(err)
		}
		if told["topic_version"] != 1 || told["river_job"] != 1 {
			t.Fatalf("restored %v, want a topic and a job", told)
		}
	})
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	t.Parallel()
	to := sqldbtest.Open(t, sqldbtest.Empty(t, sqldb.SQLite))
	for name, content := range map[string][]byte{"empty": nil, "text": []byte("this is no database, but long enough to be read as one: " + fmt.Sprint(make([]byte, 2000)))} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := schema.Restore(t.Context(), path, to, nil); !errs.Is(err, "schema.not_backup") {
			t.Errorf("%s: %v, want schema.not_backup", name, err)
		}
	}
}

func TestVerifyFindsAnOrphan(t *testing.T) {
	t.Parallel()
	o := sqldbtest.New(t, sqldb.SQLite)
	db, err := sqldb.Open(t.Context(), o) // not by sqldbtest, which verifies
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	build(t, db)
	_, pool := db.Pools()
	pool.SetMaxOpenConns(1)
	for _, statement := range []string{
		"PRAGMA foreign_keys = OFF",
		"INSERT INTO zoo_animal (id, keeper_id, tame, weight) VALUES ('a', 'nobody', 1, 1)",
	} {
		if _, err := pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := schema.Verify(t.Context(), db); err == nil || err.Error() != "schema.Verify: zoo_animal row 1 lacks its zoo_keeper" {
		t.Fatalf("%v, want the orphan", err)
	}
}
