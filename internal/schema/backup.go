package schema

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Backup writes the store as it is at one moment into a new SQLite file that only its owner may
// read, beside a running server. The file is complete and checked once it has its name. From
// PostgreSQL it is the copy that Copy makes: finished jobs and what package search keeps stay behind.
//
// Errors: "schema.path_exists" (Conflict), "store.full" (Busy), those of Copy.
func Backup(ctx context.Context, db *sqldb.DB, path string) (err error) {
	defer errs.Wrap(&err, "schema.Backup")
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		if err == nil {
			err = errs.Conflict("schema.path_exists", "path", path)
		}
		return err
	}
	// In the folder of the target, so that naming it at the end is one step.
	dir, err := os.MkdirTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if db.Engine() == sqldb.SQLite {
		err = vacuumInto(ctx, db, filepath.Join(dir, sqldb.File))
	} else {
		err = copyInto(ctx, db, dir)
	}
	if err != nil {
		return err
	}
	if err := check(ctx, dir); err != nil {
		return err
	}
	return publish(filepath.Join(dir, sqldb.File), path)
}

// vacuumInto runs on a reading connection: the writer goes on meanwhile.
func vacuumInto(ctx context.Context, db *sqldb.DB, path string) (err error) {
	reader, _ := db.Pools()
	conn, err := reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	// The other file is a database that is written.
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = OFF"); err != nil {
		return err
	}
	defer func() {
		_, rerr := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = ON")
		err = errors.Join(err, rerr)
	}()
	_, err = conn.ExecContext(ctx, "VACUUM INTO $1", path)
	return err
}

func copyInto(ctx context.Context, from *sqldb.DB, dir string) (err error) {
	to, err := sqldb.Open(ctx, sqldb.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }() // moves the log into the file
	if err := Migrate(ctx, to); err != nil {
		return err
	}
	return Copy(ctx, from, to, nil)
}

func check(ctx context.Context, dir string) (err error) {
	db, err := sqldb.Open(ctx, sqldb.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return Verify(ctx, db)
}

// publish makes the file durable before it has its name.
func publish(file, path string) error {
	if err := os.Chmod(file, 0o600); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	// Link, not Rename: it never replaces a file that has appeared meanwhile.
	if err := os.Link(file, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Restore fills an empty store of either engine from a file that Backup made, with this or an
// earlier program. The file is not changed: a copy of it in a temporary folder is checked and
// migrated first. The store is migrated too.
//
// Errors: "schema.newer", "schema.not_empty" (Conflict), "schema.not_backup" (Invalid).
func Restore(ctx context.Context, path string, to *sqldb.DB, progress func(table string, rows int64)) (err error) {
	defer errs.Wrap(&err, "schema.Restore")
	dir, err := os.MkdirTemp("", "openweek-restore-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := copyFile(path, filepath.Join(dir, sqldb.File)); err != nil {
		return err
	}
	from, err := sqldb.Open(ctx, sqldb.Options{Dir: dir})
	if err != nil {
		return errs.Invalid("schema.not_backup", "path", path).Because(err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if version, err := Version(ctx, from); err != nil || version == 0 {
		return errs.Invalid("schema.not_backup", "path", path).Because(err)
	}
	if err := Verify(ctx, from); err != nil {
		return errs.Invalid("schema.not_backup", "path", path).Because(err)
	}
	if err := Migrate(ctx, from); err != nil {
		return err
	}
	if err := Migrate(ctx, to); err != nil {
		return err
	}
	return Copy(ctx, from, to, progress)
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
