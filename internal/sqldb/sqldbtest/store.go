package sqldbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"openweek/internal/id"
	"openweek/internal/schema"
	"openweek/internal/sqldb"
)

// Check looks for data that contradicts itself. Packages export theirs; the command verify runs the same.
type Check = func(ctx context.Context, q sqldb.Querier) error

// Engines are the engines in the order in which tests run on them.
var Engines = []sqldb.Engine{sqldb.SQLite, sqldb.Postgres}

// Each runs fn as a parallel subtest for each engine.
func Each(t *testing.T, fn func(t *testing.T, engine sqldb.Engine)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			fn(t, engine)
		})
	}
}

// Both runs fn as a parallel subtest for each engine, on a migrated store of its own, and then
// applies the checks.
func Both(t *testing.T, fn func(t *testing.T, db *sqldb.DB), checks ...Check) {
	t.Helper()
	Each(t, func(t *testing.T, engine sqldb.Engine) {
		fn(t, Open(t, New(t, engine), checks...))
	})
}

// Open opens a store that New or Empty made and closes it at the end of the test, after
// schema.Verify and the checks. A second handle on the same store is opened by a second call, on PostgreSQL.
func Open(t testing.TB, o sqldb.Options, checks ...Check) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		if t.Failed() {
			return // what is wrong is said already
		}
		for _, check := range append([]Check{schema.Verify}, checks...) {
			if err := db.Snapshot(context.Background(), func(q sqldb.Querier) error {
				return check(context.Background(), q)
			}); err != nil {
				t.Errorf("the store is inconsistent: %v", err)
			}
		}
	})
	return db
}

// New makes a migrated store for one test and says how to open it.
func New(t testing.TB, engine sqldb.Engine) sqldb.Options {
	t.Helper()
	if engine == sqldb.SQLite {
		file, err := sqliteTemplate()
		if err != nil {
			t.Fatal(err)
		}
		o := Empty(t, engine)
		if err := os.WriteFile(filepath.Join(o.Dir, sqldb.File), file, 0o600); err != nil {
			t.Fatal(err)
		}
		return o
	}
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return newDatabase(t, template)
}

// Empty makes a store without tables.
func Empty(t testing.TB, engine sqldb.Engine) sqldb.Options {
	t.Helper()
	if engine == sqldb.SQLite {
		return sqldb.Options{Dir: t.TempDir()}
	}
	return newDatabase(t, "template0")
}

func newDatabase(t testing.TB, template string) sqldb.Options {
	t.Helper()
	server := Server(t)
	name := "openweek_test_" + hash(id.New())
	if err := execute(server, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return sqldb.Options{URL: database(server, name), Dir: t.TempDir(), MaxConns: 12}
}

// Server gives the URL of the maintenance database of the test server, and starts a private one
// where none is named. It skips the test only where PostgreSQL is switched off explicitly.
func Server(t testing.TB) string {
	t.Helper()
	switch named := os.Getenv(Env); named {
	case "":
		server, err := private()
		if err != nil {
			t.Fatalf("these tests need PostgreSQL; set %s to a server's URL, or to \"off\" to go without: %v", Env, err)
		}
		return server.URL
	case "off":
		t.Skipf("PostgreSQL is switched off by %s", Env)
		return ""
	default:
		return named
	}
}

// Env is the environment variable that names the server.
const Env = "OPENWEEK_TEST_POSTGRES"

var private = sync.OnceValues(func() (*Cluster, error) { return StartCluster(context.Background()) })

var sqliteTemplate = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "openweek")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := migrate(sqldb.Options{Dir: dir}); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, sqldb.File)) // closing has moved the log into the file
})

// postgresTemplate makes the migrated database that others are copied from, once for all processes
// on the server: under a lock, and under another name until it is complete.
var postgresTemplate = sync.OnceValues(func() (name string, err error) {
	server := os.Getenv(Env)
	if server == "" {
		cluster, err := private()
		if err != nil {
			return "", err
		}
		server = cluster.URL
	}
	fingerprint, err := schema.Fingerprint()
	if err != nil {
		return "", err
	}
	name = "openweek_template_" + fingerprint
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1) // the lock belongs to the connection
	ctx := context.Background()
	if _, err := pool.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", err
	}
	var exists bool
	if err := pool.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return name, err
	}
	building := name + "_building"
	for _, statement := range []string{
		"DROP DATABASE IF EXISTS " + building + " WITH (FORCE)",
		"CREATE DATABASE " + building + " TEMPLATE template0",
	} {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return "", err
		}
	}
	if err := migrate(sqldb.Options{URL: database(server, building)}); err != nil {
		return "", err
	}
	_, err = pool.ExecContext(ctx, "ALTER DATABASE "+building+" RENAME TO "+name)
	return name, err
})

func migrate(o sqldb.Options) (err error) {
	ctx := context.Background()
	db, err := sqldb.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return schema.Migrate(ctx, db)
}

// execute runs what cannot run in a transaction.
func execute(server, statement string) (err error) {
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	if _, err := pool.ExecContext(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// database is the server's URL with another database's name.
func database(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server // opening it says what is wrong
	}
	u.Path = "/" + name
	return u.String()
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}
