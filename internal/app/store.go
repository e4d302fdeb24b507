package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/login"
	"openweek/internal/schema"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// Progress hears of each table that has been moved with its number of rows.
type Progress func(table string, rows int64)

// Backup writes the store as it is at one moment and the uploaded files into one new file that only
// its owner may read, beside a running server. The key file is not in it: whoever finds the backup
// reads no personal data, and whoever restores it needs the key file.
//
// Errors: "schema.path_exists" (Conflict), "store.full" (Busy), those of opening the store.
func Backup(ctx context.Context, c config.Store, path string) (err error) {
	defer errs.Wrap(&err, "app.Backup(%s)", path)
	house, err := openBeside(ctx, c, clock.System())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	if _, err := os.Lstat(path); err == nil {
		return errs.Conflict("schema.path_exists", "path", path)
	}
	// In the folder of the target, so that naming it at the end is one step.
	dir, err := os.MkdirTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return errs.Invalid("app.backup_unwritable", "path", path).Because(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	database := filepath.Join(dir, sqldb.File)
	if err := schema.Backup(ctx, house.DB, database); err != nil {
		return err
	}
	// The files after the rows: a file that came meanwhile is too many, none is missing.
	packed := filepath.Join(dir, "backup.tar")
	if err := pack(ctx, packed, database, house.Blobs); err != nil {
		return err
	}
	if err := os.Link(packed, path); err != nil { // Link, not Rename: it never replaces a file
		return errs.Invalid("app.backup_unwritable", "path", path).Because(err)
	}
	return nil
}

// Restore fills an empty store from a backup. The key file that belongs to it must be in place.
//
// Errors: "seal.key_missing" (NotFound), "app.not_backup" (Invalid), "app.other_key" and
// "schema.not_empty" (Conflict).
func Restore(ctx context.Context, c config.Store, path string, progress Progress) (err error) {
	defer errs.Wrap(&err, "app.Restore(%s)", path)
	ring, err := seal.Load(c.Keys())
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "openweek-restore-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	database := filepath.Join(dir, sqldb.File)
	if err := unpackDatabase(path, database); err != nil {
		return err
	}
	db, err := sqldb.Open(ctx, storeOptions(c))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := schema.Restore(ctx, database, db, progress); err != nil {
		return err
	}
	if err := checkKeys(ctx, db, ring); err != nil {
		return err
	}
	house, err := furnish(ctx, c, db, ring, clock.System(), login.Options{}, Post{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.closeBlobs()) }()
	if err := unpackFiles(ctx, path, house.Blobs); err != nil {
		return err
	}
	if _, err := house.Activities.Relist(ctx, actor.TheSystem()); err != nil {
		return err
	}
	return house.sealAndVerify(ctx)
}

// Copy moves the whole store of a data folder into an empty PostgreSQL database. No server may be
// running on either: the folder's lock is taken. The key file and the uploaded files stay where
// they are.
//
// Errors: "store.missing" (NotFound), "store.in_use" and "schema.not_empty" (Conflict).
func Copy(ctx context.Context, c config.Store, target string, progress Progress) (err error) {
	defer errs.Wrap(&err, "app.Copy")
	if _, err := os.Stat(filepath.Join(c.Data, sqldb.File)); err != nil && c.Database == "" {
		return errs.NotFound("store.missing").Because(err)
	}
	from, err := Open(ctx, c, clock.System())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := sqldb.Open(ctx, sqldb.Options{URL: target})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if err := schema.Migrate(ctx, to); err != nil {
		return err
	}
	if err := schema.Copy(ctx, from.DB, to, progress); err != nil {
		return err
	}
	house, err := furnish(ctx, c, to, from.Ring, clock.System(), login.Options{}, Post{})
	if err != nil {
		return err
	}
	_, err = house.Activities.Relist(ctx, actor.TheSystem())
	if err == nil {
		err = house.sealAndVerify(ctx)
	}
	return errors.Join(err, house.closeBlobs())
}
