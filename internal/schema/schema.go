package schema

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// The number is arbitrary; it only must be the same in all replicas.
const migrationLock = 0x6f77_7363_6865_6d61

// Migrate brings the store to this program's schema, its own tables and the queue's in one locked
// step: replicas that start at the same time wait for the first. On a current store it does nothing.
//
// Errors: "schema.newer" (Conflict) when a later program has migrated the store already.
func Migrate(ctx context.Context, db *sqldb.DB) (err error) {
	defer errs.Wrap(&err, "schema.Migrate")
	latest, err := Latest()
	if err != nil {
		return err
	}
	return migrateTo(ctx, db, latest)
}

func migrateTo(ctx context.Context, db *sqldb.DB, version int64) (err error) {
	_, pool := db.Pools()
	if db.Engine() == sqldb.Postgres {
		unlock, err := lock(ctx, pool)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, unlock()) }()
	}
	own, err := provider(db.Engine(), pool)
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, db); err != nil {
		return err
	}
	if _, err := own.UpTo(ctx, version); err != nil {
		return err
	}
	return migrateQueue(ctx, db.Engine(), pool)
}

// lock takes the advisory lock on a connection of its own; the migrations run on others.
func lock(ctx context.Context, pool *sql.DB) (unlock func() error, err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() error {
		// Also when ctx has ended: the connection goes back to the pool and would keep the lock.
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migrationLock))
		return errors.Join(err, conn.Close())
	}, nil
}

func provider(engine sqldb.Engine, pool *sql.DB) (*goose.Provider, error) {
	files, err := sources(engine)
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if engine == sqldb.Postgres {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, pool, files, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// Latest is the version of the schema that this program knows.
func Latest() (version int64, err error) {
	files, err := sources(sqldb.SQLite)
	if err != nil {
		return 0, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", name, err)
		}
		version = max(version, n)
	}
	return version, nil
}

// Version is the version of the store's schema; 0 for an empty store.
func Version(ctx context.Context, db *sqldb.DB) (version int64, err error) {
	defer errs.Wrap(&err, "schema.Version")
	return highest(ctx, db, "goose_db_version", "version_id")
}

// highest gives the greatest number in a column, 0 where the table is empty or missing.
func highest(ctx context.Context, db *sqldb.DB, table, column string) (n int64, err error) {
	query := "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1)"
	if db.Engine() == sqldb.Postgres {
		query = "SELECT to_regclass($1) IS NOT NULL"
	}
	var exists bool
	if err := db.QueryRow(ctx, query, table).Scan(&exists); err != nil || !exists {
		return 0, err
	}
	err = db.QueryRow(ctx, "SELECT coalesce(max("+column+"), 0) FROM "+table).Scan(&n)
	return n, err
}

// Require tells whether the store has exactly this program's schema, without changing it: for
// commands that work beside a running server.
//
// Errors: "schema.newer", "schema.older" (Conflict).
func Require(ctx context.Context, db *sqldb.DB) (err error) {
	defer errs.Wrap(&err, "schema.Require")
	if err := refuseNewer(ctx, db); err != nil {
		return err
	}
	known, err := Latest()
	if err != nil {
		return err
	}
	found, err := Version(ctx, db)
	if err != nil {
		return err
	}
	if found < known {
		return errs.Conflict("schema.older", "found", found, "known", known)
	}
	return nil
}

// refuseNewer looks at the product's own version and at the queue's.
func refuseNewer(ctx context.Context, db *sqldb.DB) error {
	known, err := Latest()
	if err != nil {
		return err
	}
	found, err := Version(ctx, db)
	if err != nil {
		return err
	}
	if found > known {
		return errs.Conflict("schema.newer", "found", found, "known", known)
	}
	if known, err = queueVersion(); err != nil {
		return err
	}
	if found, err = highest(ctx, db, "river_migration", "version"); err != nil {
		return err
	}
	if found > known {
		return errs.Conflict("schema.newer", "found", found, "known", known)
	}
	return nil
}

// Fingerprint tells whether two programs make the same schema: it names the shared template
// databases of tests.
func Fingerprint() (string, error) {
	sum := sha256.New()
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.Postgres} {
		files, err := sources(engine)
		if err != nil {
			return "", err
		}
		names, err := fs.Glob(files, "*.sql")
		if err != nil {
			return "", err
		}
		for _, name := range names {
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s %s %d\n%s", engine, name, len(text), text)
		}
	}
	queue, err := queueVersion()
	if err != nil {
		return "", err
	}
	fmt.Fprintf(sum, "queue %d", queue)
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}
