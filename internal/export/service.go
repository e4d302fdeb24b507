package export

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/jobs"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Service holds the use cases of exports. It is safe for concurrent use once it is put together.
type Service struct {
	db     *sqldb.DB
	clock  clock.Clock
	log    *audit.Log
	blobs  blob.Store
	units  *unit.Service
	makers map[string]Maker
}

// NewService makes the service.
func NewService(db *sqldb.DB, c clock.Clock, log *audit.Log, blobs blob.Store, units *unit.Service) *Service {
	return &Service{db: db, clock: c, log: log, blobs: blobs, units: units, makers: map[string]Maker{}}
}

// Serve names the maker of a kind. It is called while the product is put together, once a kind.
func (s *Service) Serve(kind string, m Maker) { s.makers[kind] = m }

// maxWaiting bounds what one person has in the making.
const maxWaiting = 5

// Ask asks for an export, which a job makes. Errors: export.forbidden, export.too_many (Conflict).
func (s *Service) Ask(ctx context.Context, a actor.Actor, r Request) (e Export, err error) {
	defer errs.Wrap(&err, "export.Ask(%s)", r.Kind)
	if !a.IsStaff() || s.makers[r.Kind] == nil {
		return Export{}, errs.Forbidden("export.forbidden")
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		var waiting int
		if err := tx.QueryRow(ctx, countWaiting, a.PersonID).Scan(&waiting); err != nil {
			return err
		}
		if waiting >= maxWaiting {
			return errs.Conflict("export.too_many", "limit", maxWaiting)
		}
		e = Export{ID: id.New(), Request: r, PersonID: a.PersonID, State: Queued, AskedAt: s.clock.Now()}
		if _, err := tx.Exec(ctx, insertExport, e.ID, r.Kind, r.SubjectID, r.Locale, r.Name, e.PersonID, int64(e.AskedAt)); err != nil {
			return err
		}
		if err := jobs.InsertTx(ctx, tx, job{e.ID}); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "export.ask", Subject: r.Kind, SubjectID: r.SubjectID})
	})
	if err != nil {
		return Export{}, err
	}
	return e, nil
}

// Find lists what the actor has asked for, the latest first.
func (s *Service) Find(ctx context.Context, a actor.Actor) (list []Export, err error) {
	defer errs.Wrap(&err, "export.Find")
	if !a.IsStaff() || a.PersonID == "" {
		return nil, nil
	}
	return sqldb.List(ctx, s.db, func(row *sql.Rows) (Export, error) { return scanExport(row) }, findExports, a.PersonID)
}

// Get gets an export of the actor's own. Errors: export.not_found.
func (s *Service) Get(ctx context.Context, a actor.Actor, exportID string) (e Export, err error) {
	defer errs.Wrap(&err, "export.Get")
	if !id.Valid(exportID) || !a.IsStaff() {
		return Export{}, errNotFound()
	}
	e, err = exportByID(ctx, s.db, exportID)
	if err == nil && e.PersonID != a.PersonID {
		return Export{}, errNotFound()
	}
	return e, err
}

func errNotFound() *errs.Error { return errs.NotFound("export.not_found") }

// Open gives the content of an export that is ready, which the caller closes, and records that it was
// fetched.
//
// Errors: export.not_found; export.not_ready, export.expired (Conflict); those of the blob store.
func (s *Service) Open(ctx context.Context, a actor.Actor, exportID string) (e Export, content io.ReadSeekCloser, err error) {
	defer errs.Wrap(&err, "export.Open")
	if e, err = s.Get(ctx, a, exportID); err != nil {
		return Export{}, nil, err
	}
	switch {
	case e.State == Expired, e.State == Ready && e.ExpiresAt <= s.clock.Now():
		return Export{}, nil, errs.Conflict("export.expired")
	case e.State != Ready:
		return Export{}, nil, errs.Conflict("export.not_ready")
	}
	content, err = s.blobs.Open(ctx, e.hash)
	if errs.Is(err, "blob.not_found") {
		// The same content had expired before, and was swept while it was made anew.
		return Export{}, nil, errs.Conflict("export.expired")
	}
	if err != nil {
		return Export{}, nil, err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "export.fetch", Subject: e.Kind, SubjectID: e.SubjectID})
	})
	if err != nil {
		return Export{}, nil, errors.Join(err, content.Close())
	}
	return e, content, nil
}

// HeldBlobs gives those of the hashes that exports name; it is the port of package file.
func (s *Service) HeldBlobs(ctx context.Context, q sqldb.Querier, hashes []string) (held []string, err error) {
	defer errs.Wrap(&err, "export.HeldBlobs")
	query, args := (&sqldb.Where{}).In("e.blob_hash", hashes).Apply(findHeld)
	return sqldb.List(ctx, q, func(row *sql.Rows) (hash string, err error) { return hash, row.Scan(&hash) }, query, args...)
}

// job makes one export.
type job struct {
	ExportID string `json:"export"`
}

// Kind names the job for ever.
func (job) Kind() string { return "export.make" }

// expire takes back what has expired.
type expire struct{}

// Kind names the job for ever.
func (expire) Kind() string { return "export.expire" }

// Register tells a runner of the package's jobs.
func (s *Service) Register(r *jobs.Runner) {
	jobs.Handle(r, func(ctx context.Context, args job) error { return s.Make(ctx, args.ExportID) })
	jobs.Handle(r, func(ctx context.Context, _ expire) error {
		_, err := s.Expire(ctx)
		return err
	})
	r.Every(10*time.Minute, expire{})
}

// Make makes an export that waits. One that is made already, or is gone, is left as it is.
func (s *Service) Make(ctx context.Context, exportID string) (err error) {
	defer errs.Wrap(&err, "export.Make(%s)", exportID)
	e, err := exportByID(ctx, s.db, exportID)
	if errs.Is(err, "export.not_found") || err == nil && !e.State.Waiting() {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.change(ctx, beginExport, exportID); err != nil {
		return err
	}
	ref, err := s.write(ctx, e)
	if err != nil {
		// What a person did, or may no longer do, is not mended by trying again.
		if errs.KindOf(err) == errs.KindInternal && e.attempts+1 < maxAttempts {
			return err
		}
		if cerr := s.change(ctx, failExport, exportID, int64(s.clock.Now())); cerr != nil {
			return errors.Join(err, cerr)
		}
		if errs.KindOf(err) == errs.KindInternal {
			return err
		}
		return nil
	}
	now := s.clock.Now()
	return s.change(ctx, finishExport, exportID, ref.Hash, ref.Size, int64(now), int64(now.Add(Lasts)))
}

// write collects the content in a temporary file, and keeps it as a blob.
func (s *Service) write(ctx context.Context, e Export) (ref blob.Ref, err error) {
	maker := s.makers[e.Kind]
	if maker == nil {
		return ref, errs.Forbidden("export.forbidden")
	}
	a, err := s.units.Actor(ctx, s.db, e.PersonID)
	if err != nil {
		return ref, err
	}
	f, err := os.CreateTemp("", "openweek-export-")
	if err != nil {
		return ref, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	told := time.Time{}
	progress := func(done, total int) error {
		now := s.clock.Now().Time()
		if done != total && now.Sub(told) < time.Second && !told.IsZero() {
			return ctx.Err()
		}
		told = now
		return s.change(ctx, tellProgress, e.ID, done, total)
	}
	if err := maker.Make(ctx, a, e.Request, f, progress); err != nil {
		return ref, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return ref, err
	}
	return s.blobs.Put(ctx, f, MaxBytes)
}

func (s *Service) change(ctx context.Context, statement string, args ...any) error {
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
}

// Expire takes back what can no longer be fetched, and forgets what nobody looks for any more. It gives
// how many exports it took back. Any number of processes may do so at a time.
func (s *Service) Expire(ctx context.Context) (expired int, err error) {
	defer errs.Wrap(&err, "export.Expire")
	now := s.clock.Now()
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, expireExports, int64(now))
		if err != nil {
			return err
		}
		expired = int(n)
		_, err = tx.Exec(ctx, forgetExports, int64(now.Add(-Listed)))
		return err
	})
	if err != nil {
		return 0, err
	}
	return expired, nil
}
