package app

import (
	"context"
	"errors"
	"maps"

	"openweek/internal/activity"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/booking"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/door"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/export"
	"openweek/internal/file"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/login"
	"openweek/internal/measure"
	"openweek/internal/message"
	"openweek/internal/paper"
	"openweek/internal/review"
	"openweek/internal/schema"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
	"openweek/internal/visit"
	"openweek/internal/workday"
)

// House is an open store with the services of the domain on it.
type House struct {
	DB     *sqldb.DB
	Ring   *seal.Ring
	Clock  clock.Clock
	Blobs  blob.Store
	Audit  *audit.Log
	Units  *unit.Service
	Logins *login.Service
	// Editions calls its followers in the transaction of its own changes.
	Editions   *edition.Service
	Calendar   *calendar.Store
	Forms      *form.Service
	Reviews    *review.Service
	Messages   *message.Service
	Files      *file.Service
	Duties     *duty.Service
	Filings    *filing.Service
	Activities *activity.Service
	Bookings   *booking.Service
	Visits     *visit.Service
	Doors      *door.Service
	Measures   *measure.Service
	Workdays   *workday.Service
	Exports    *export.Service

	store config.Store
	disk  *blob.Disk // Blobs, where they are on this machine's disk
}

// Open opens the store for writing, brings its schema up to date, and makes the services. A store
// that does not exist yet is made, with its key file.
//
// Errors are those of sqldb.Open, schema.Migrate and seal.Load, and "app.other_key" (Conflict).
func Open(ctx context.Context, c config.Store, clk clock.Clock) (h *House, err error) {
	defer errs.Wrap(&err, "app.Open")
	return open(ctx, c, clk, login.Options{}, Post{})
}

func open(ctx context.Context, c config.Store, clk clock.Clock, rules login.Options, post Post) (h *House, err error) {
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
	if h, err = furnish(ctx, c, db, ring, clk, rules, post); err != nil {
		return nil, err
	}
	return h, h.Forms.Install(ctx)
}

// openBeside opens an existing store for reading, beside a running server.
func openBeside(ctx context.Context, c config.Store, clk clock.Clock) (h *House, err error) {
	o := storeOptions(c)
	o.ReadOnly = true
	return openExisting(ctx, c, o, clk)
}

// openExisting opens a store that a server of this version has made, and changes nothing of its schema.
func openExisting(ctx context.Context, c config.Store, o sqldb.Options, clk clock.Clock) (h *House, err error) {
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
	return furnish(ctx, c, db, ring, clk, login.Options{}, Post{})
}

func storeOptions(c config.Store) sqldb.Options {
	return sqldb.Options{URL: c.Database, ReplicaURL: c.DatabaseReplica, Dir: c.Data}
}

// furnish wires the domain: the one place where a service is given those that it calls.
func furnish(ctx context.Context, c config.Store, db *sqldb.DB, ring *seal.Ring, clk clock.Clock, rules login.Options, post Post) (*House, error) {
	h := &House{DB: db, Ring: ring, Clock: clk, store: c}
	if err := h.openBlobs(ctx); err != nil {
		return nil, err
	}
	h.Audit = audit.New(db, ring, clk)
	h.Units = unit.NewService(db, ring, clk, h.Audit)
	h.Logins = login.NewService(db, ring, clk, h.Audit, h.Units, rules)
	h.Calendar = calendar.NewStore(clk)
	h.Workdays = workday.NewService(db, clk, h.Audit, h.Calendar)
	h.Forms = form.NewService(db, clk, h.Audit)
	h.Reviews = review.NewService(clk, h.Audit)
	letters := paper.Letters{PublicURL: post.Base, Words: h.words}
	h.Messages = message.NewService(db, clk, h.Audit, readers{h.Units}, letters, message.Options{
		Carriers: post.Carriers, Host: post.host(), Digest: nextWorkingMorning(h.Calendar, db), Log: post.Log,
	})
	h.Duties = duty.NewService(db, clk, h.Audit, h.Calendar, h.Messages)
	h.Activities = activity.NewService(activity.Deps{
		DB: db, Ring: ring, Clock: clk, Log: h.Audit, Forms: h.Forms, Reviews: h.Reviews, Messages: h.Messages, Duties: h.Duties,
	})
	h.Bookings = booking.NewService(booking.Deps{
		DB: db, Ring: ring, Clock: clk, Activities: h.Activities, Audit: h.Audit, Messages: h.Messages, Log: post.Log,
		SMS: post.Carriers[message.SMS] != nil, Mail: post.Carriers[message.Mail] != nil,
	})
	h.Messages.UseOutsiders(bookers{h.Bookings, letters})
	h.Visits = visit.NewService(visit.Deps{
		DB: db, Ring: ring, Clock: clk, Log: h.Audit, Units: h.Units, Activities: h.Activities, Bookings: h.Bookings, Messages: h.Messages,
	})
	h.Doors = door.NewService(door.Deps{DB: db, Ring: ring, Clock: clk, Log: h.Audit, Activities: h.Activities, Bookings: h.Bookings})
	h.Activities.UseCounter(h.Doors)
	h.Editions = edition.NewService(db, clk, h.Audit, h.Blobs, h.Duties, h.Activities)
	h.Measures = measure.NewService(measure.Deps{DB: db, Clock: clk, Log: h.Audit, Editions: h.Editions, Activities: h.Activities, Bookings: h.Bookings})
	h.Bookings.UseOrders(h.Measures)
	h.Activities.UseFollowers(h.Measures, h.Bookings) // seats that are kept back by order first
	h.Exports = export.NewService(db, clk, h.Audit, h.Blobs, h.Units)
	h.Files = file.NewService(db, clk, h.Audit, h.Blobs, "", h.Editions, h.Exports)
	h.Activities.UseFiles(h.Files)
	h.Filings = filing.NewService(filing.Deps{
		DB: db, Ring: ring, Clock: clk, Log: h.Audit, Duties: h.Duties, Forms: h.Forms, Reviews: h.Reviews,
		Files: h.Files, Messages: h.Messages, Editions: h.Editions, Figures: []filing.Figure{h.Activities},
	})
	return h, nil
}

// words gives the words for which the arguments of messages stand, each package its own.
func (h *House) words(ctx context.Context, args map[string]string) (map[string]string, error) {
	words, err := h.Duties.Words(ctx, h.DB, args)
	if err != nil {
		return nil, err
	}
	more, err := h.Activities.Words(ctx, h.DB, args)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	maps.Copy(all, words)
	maps.Copy(all, more)
	return all, nil
}

// openBlobs opens the store of uploaded files: a bucket for s3://…, else a folder.
func (h *House) openBlobs(ctx context.Context) (err error) {
	if h.store.OnS3() {
		h.Blobs, err = blob.OpenS3(ctx, h.store.Blob, blob.S3Options{AccessKey: h.store.S3AccessKey, SecretKey: h.store.S3SecretKey})
		return err
	}
	h.disk, err = blob.OpenDisk(h.store.Files())
	h.Blobs = h.disk
	return err
}

// closeBlobs gives the folder of uploaded files back.
func (h *House) closeBlobs() error {
	if h.disk == nil {
		return nil
	}
	return h.disk.Close()
}

// Close gives the store back.
func (h *House) Close() error { return errors.Join(h.DB.Close(), h.closeBlobs()) }
