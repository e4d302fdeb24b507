package sqldb

import (
	"context"
	"errors"

	"openweek/internal/errs"
)

// Bulk runs fn, in which Write does not wait for the disk at each commit of SQLite, and waits for it once
// before it returns: a thousand small transactions on a slow disk take seconds of waiting otherwise. If
// the machine loses its power meanwhile, the last commits of fn may be gone, in their order; the file is
// whole. PostgreSQL gathers commits by itself, so there fn simply runs.
//
// It is for filling a store that nobody uses yet: commits of others are not waited for either.
func (db *DB) Bulk(ctx context.Context, fn func() error) (err error) {
	defer errs.Wrap(&err, "sqldb.Bulk")
	if db.engine == Postgres {
		return fn()
	}
	// In WAL mode NORMAL gives up the latest commits only, never the file (sqlite.org/pragma.html#pragma_synchronous).
	if _, err := db.writer.ExecContext(ctx, "PRAGMA synchronous = NORMAL"); err != nil {
		return explain(err)
	}
	defer func() {
		back := context.WithoutCancel(ctx)
		_, full := db.writer.ExecContext(back, "PRAGMA synchronous = FULL")
		_, synced := db.writer.ExecContext(back, "PRAGMA wal_checkpoint(TRUNCATE)")
		err = errors.Join(err, explain(full), explain(synced))
	}()
	return fn()
}
