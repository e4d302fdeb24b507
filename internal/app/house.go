package app

import (
	"context"
	"errors"

	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/login"
	"openweek/internal/schema"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// House is an open store with the services of the domain on it.
type House struct {
	DB     *sqldb.DB
	Ring   *seal.Ring
	Clock  clock.Clock
	Files  *blob.Disk
	Audit  *audit.Log
	Units  *unit.Service
	Logins *login.Service
	// Editions calls its followers in the transaction of its own changes.
	Editions *edition.Service

	store config.Store
}

// Open opens the store for writing, brings its schema up to date, and makes the services. A store
// that does not exist yet is made, with its key file.
//
// Errors are those of sqldb.Open, schema.Migrate and seal.Load, and "app.other_key" (Conflict).
func Open(ctx context.Context, c config.Store, clk clock.Clock) (h *House, err error) {
	defer errs.Wrap(&err, "app.Open")
	return open(ctx, c, clk, login.Options{})
}

func open(ctx context.Context, c config.Store, clk clock.Clock, rules login.Options) (h *House, err error) {
	db, err := sqldb.Open(ctx, storeOptions(c))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	ring, err := openKeys(ctx, c, db)
	if err != nil {
		return nil, err
	}
	if err := schema.Migrate(ctx, db); err != nil {
		return nil, err
	}
	if err := claimKeys(ctx, db, ring); err != nil {
		return nil, err
	}
	return furnish(c, db, ring, clk, rules)
}

// openBeside opens an existing store for reading, beside a running server.
func openBeside(ctx context.Context, c config.Store, clk clock.Clock) (h *House, err error) {
	o := storeOptions(c)
	o.ReadOnly = true
	db, err := sqldb.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if err := schema.Require(ctx, db); err != nil {
		return nil, err
	}
	ring, err := seal.Load(c.Keys())
	if err != nil {
		return nil, err
	}
	if err := checkKeys(ctx, db, ring); err != nil {
		return nil, err
	}
	return furnish(c, db, ring, clk, login.Options{})
}

func storeOptions(c config.Store) sqldb.Options {
	return sqldb.Options{URL: c.Database, ReplicaURL: c.DatabaseReplica, Dir: c.Data}
}

// furnish wires the domain: the one place where a service is given those that it calls.
func furnish(c config.Store, db *sqldb.DB, ring *seal.Ring, clk clock.Clock, rules login.Options) (*House, error) {
	files, err := blob.OpenDisk(c.Files())
	if err != nil {
		return nil, err
	}
	h := &House{DB: db, Ring: ring, Clock: clk, Files: files, store: c}
	h.Audit = audit.New(db, ring, clk)
	h.Units = unit.NewService(db, ring, clk, h.Audit)
	h.Logins = login.NewService(db, ring, clk, h.Audit, h.Units, rules)
	h.Editions = edition.NewService(db, clk, h.Audit, files)
	return h, nil
}

// Close gives the store back.
func (h *House) Close() error { return errors.Join(h.DB.Close(), h.Files.Close()) }
