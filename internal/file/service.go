package file

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Reader tells whether an actor may read what files are attached to. The package whose subjects
// these are implements it.
type Reader interface {
	MayRead(ctx context.Context, q sqldb.Querier, a actor.Actor, s Subject) (bool, error)
}

// Holder is a package other than this one that names blobs. HeldBlobs gives those of the hashes that
// it names; a sweep asks it before anything is deleted.
type Holder interface {
	HeldBlobs(ctx context.Context, q sqldb.Querier, hashes []string) ([]string, error)
}

// Service holds the use cases of files. It is safe for concurrent use.
type Service struct {
	db      *sqldb.DB
	clock   clock.Clock
	log     *audit.Log
	blobs   blob.Store
	holders []Holder
	readers map[string]Reader
	temp    string
}

// NewService makes the service. temp is the folder in which uploads are collected, "" the system's.
// holders are all other packages that name blobs in the same store: what none of them names is
// deleted.
func NewService(db *sqldb.DB, c clock.Clock, log *audit.Log, blobs blob.Store, temp string, holders ...Holder) *Service {
	return &Service{db: db, clock: c, log: log, blobs: blobs, temp: temp, holders: holders, readers: map[string]Reader{}}
}

// Serve names the reader of a kind of subjects. It is called while the product is put together, once
// a kind; files attached to a kind without reader are for nobody.
func (s *Service) Serve(kind string, r Reader) {
	if _, twice := s.readers[kind]; twice {
		panic("file: two readers of " + kind)
	}
	s.readers[kind] = r
}

// Upload takes a file in. It is free until AttachTx; one that is free for a week is removed.
//
// Errors: file.forbidden; file.name_malformed, file.empty, file.too_large, file.type_refused,
// file.type_mismatch, file.type_old_office, file.macros, file.damaged, file.unpacked_too_large,
// file.too_many_pixels (Invalid, on the field "file"); file.too_many_free (Conflict);
// file.try_again, blob.full, blob.unavailable (Busy).
func (s *Service) Upload(ctx context.Context, a actor.Actor, u Upload) (f File, err error) {
	defer errs.Wrap(&err, "file.Upload")
	if !a.IsStaff() || a.UnitID == "" {
		return File{}, errs.Forbidden("file.forbidden")
	}
	if err := s.mayBringMore(ctx, s.db, a); err != nil {
		return File{}, err
	}
	name, err := tidyName(u.Name)
	if err != nil {
		return File{}, err
	}
	temp, err := os.CreateTemp(s.temp, "openweek-upload-")
	if err != nil {
		return File{}, err
	}
	defer func() {
		_ = temp.Close()           // it was only a copy
		_ = os.Remove(temp.Name()) // and is in the folder that the system empties
	}()
	content, f, err := examine(temp, name, u)
	if err != nil {
		return File{}, err
	}
	if err := s.store(ctx, content, &f); err != nil {
		return File{}, err
	}
	f.ID, f.UnitID, f.PersonID, f.Created = id.New(), a.UnitID, a.PersonID, s.clock.Now()
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.mayBringMore(ctx, tx, a); err != nil {
			return err
		}
		if err := insert(ctx, tx, f); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "file.upload", Subject: "file", SubjectID: f.ID,
			Digests: map[string]string{"content": s.log.Digest("file.content", f.Hash)}})
	})
	if err != nil {
		return File{}, err // the blob stays behind and is swept
	}
	return f, nil
}

// mayBringMore keeps one person from filling the disk with files that nobody hands in. It is no
// capacity that must hold to the last one, so two uploads at once may pass it by one.
func (s *Service) mayBringMore(ctx context.Context, q sqldb.Querier, a actor.Actor) error {
	var free int
	if err := q.QueryRow(ctx, countFree, a.PersonID).Scan(&free); err != nil {
		return err
	}
	if free >= maxFree {
		return errs.Conflict("file.too_many_free", "limit", maxFree)
	}
	return nil
}

// examine collects an upload in temp, decides what it is and gives what is to be stored of it.
func examine(temp *os.File, name string, u Upload) (content io.ReadSeeker, f File, err error) {
	size, err := io.Copy(temp, io.LimitReader(u.Reader, MaxBytes+1))
	if err != nil {
		return nil, File{}, err
	}
	if size == 0 {
		return nil, File{}, errs.Invalid("file.empty").On("file")
	}
	if size > MaxBytes {
		return nil, File{}, tooLarge(MaxBytes)
	}
	if f.Type, err = typeOf(temp, size); err != nil {
		return nil, File{}, err
	}
	if taken := u.Purpose.types(); !slices.Contains(taken, f.Type) {
		return nil, File{}, refused(taken)
	}
	if limit := f.Type.limit(); size > limit {
		return nil, File{}, tooLarge(limit)
	}
	if f.Name, err = named(name, f.Type); err != nil {
		return nil, File{}, err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return nil, File{}, err
	}
	if !f.Type.Picture() {
		return temp, f, nil
	}
	whole, err := io.ReadAll(temp)
	if err != nil {
		return nil, File{}, err
	}
	p, err := rewrite(f.Type, whole)
	if err != nil {
		return nil, File{}, err
	}
	f.Width, f.Height, f.Stripped = p.width, p.height, p.stripped
	return bytes.NewReader(p.content), f, nil
}

// Get gets a file that the actor may read. Errors: file.not_found, also for one out of sight.
func (s *Service) Get(ctx context.Context, a actor.Actor, fileID string) (f File, err error) {
	defer errs.Wrap(&err, "file.Get(%s)", shorten(fileID, 40))
	return s.seen(ctx, s.db, a, fileID)
}

func (s *Service) seen(ctx context.Context, q sqldb.Querier, a actor.Actor, fileID string) (File, error) {
	f, err := byID(ctx, q, fileID)
	if err != nil {
		return File{}, err
	}
	may, err := s.mayRead(ctx, q, a, f)
	if err != nil {
		return File{}, err
	}
	if !may {
		return File{}, errs.NotFound("file.not_found")
	}
	return f, nil
}

// mayRead: a free file is for the unit that brought it in, whose people draft together; an attached
// one for whoever may read what it is attached to.
func (s *Service) mayRead(ctx context.Context, q sqldb.Querier, a actor.Actor, f File) (bool, error) {
	switch {
	case !f.Removed.IsZero():
		return false, nil
	case a.Class == actor.System:
		return true, nil
	case f.Subject == Subject{}:
		return ownUnit(a, f), nil
	}
	r := s.readers[f.Subject.Kind]
	if r == nil {
		return false, nil
	}
	return r.MayRead(ctx, q, a, f.Subject)
}

func ownUnit(a actor.Actor, f File) bool {
	return a.IsStaff() && a.UnitID != "" && a.UnitID == f.UnitID
}

// Open gets a file that the actor may read together with its content, which the caller closes.
// Errors: file.not_found, blob.not_found, blob.unavailable.
func (s *Service) Open(ctx context.Context, a actor.Actor, fileID string) (f File, content io.ReadSeekCloser, err error) {
	defer errs.Wrap(&err, "file.Open(%s)", shorten(fileID, 40))
	if f, err = s.seen(ctx, s.db, a, fileID); err != nil {
		return File{}, nil, err
	}
	if content, err = s.blobs.Open(ctx, f.Hash); err != nil {
		return File{}, nil, err
	}
	return f, content, nil
}

// Attached lists the files of a subject in the order in which they came in, whoever asks: the caller
// has checked that the actor may read the subject.
func (s *Service) Attached(ctx context.Context, q sqldb.Querier, subject Subject) (list []File, err error) {
	defer errs.Wrap(&err, "file.Attached(%s)", subject.Kind)
	return sqldb.List(ctx, q, scanFiles, filesOfSubject, subject.Kind, subject.ID)
}

// AttachTx attaches a free file of the actor's unit to a subject. The caller has checked that the
// actor may change the subject, and holds its row until the end of the transaction, so that two who
// attach at once are counted after each other. Attaching twice to the same subject changes nothing.
//
// Errors: file.not_found, also for another unit's file; file.attached, file.too_many (Conflict).
func (s *Service) AttachTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, fileID string, subject Subject) (err error) {
	defer errs.Wrap(&err, "file.AttachTx(%s)", shorten(fileID, 40))
	f, err := byID(ctx, tx, fileID)
	if err != nil {
		return err
	}
	if f.Subject == subject && subject != (Subject{}) {
		return nil
	}
	if !f.Removed.IsZero() || !ownUnit(a, f) && a.Class != actor.System {
		return errs.NotFound("file.not_found")
	}
	changed, err := tx.Exec(ctx, attachFile, fileID, subject.Kind, subject.ID)
	if err != nil {
		return err
	}
	if changed == 0 { // somebody was faster, or it belongs to another subject
		return errs.Conflict("file.attached", "name", f.Name)
	}
	var count int
	if err := tx.QueryRow(ctx, countOfSubject, subject.Kind, subject.ID).Scan(&count); err != nil {
		return err
	}
	if count > MaxPerSubject {
		return errs.Conflict("file.too_many", "limit", MaxPerSubject)
	}
	return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "file.attach", Subject: "file", SubjectID: fileID, UnitID: f.UnitID})
}

// DetachTx makes a file free again that is attached to the subject. The caller has checked that the
// actor may change the subject and that no kept version of it names the file.
// Errors: file.not_found, also where it is attached to something else.
func (s *Service) DetachTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, fileID string, subject Subject) (err error) {
	defer errs.Wrap(&err, "file.DetachTx(%s)", shorten(fileID, 40))
	if !id.Valid(fileID) || subject == (Subject{}) {
		return errs.NotFound("file.not_found")
	}
	changed, err := tx.Exec(ctx, detachFile, fileID, subject.Kind, subject.ID, s.clock.Now())
	if err != nil {
		return err
	}
	if changed == 0 {
		return errs.NotFound("file.not_found")
	}
	return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "file.detach", Subject: "file", SubjectID: fileID})
}

// Discard removes a free file of the actor's unit at once.
// Errors: file.not_found; file.attached (Conflict).
func (s *Service) Discard(ctx context.Context, a actor.Actor, fileID string) (err error) {
	defer errs.Wrap(&err, "file.Discard(%s)", shorten(fileID, 40))
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		f, err := s.seen(ctx, tx, a, fileID)
		if err != nil {
			return err
		}
		if !ownUnit(a, f) && a.Class != actor.System {
			return errs.NotFound("file.not_found")
		}
		changed, err := tx.Exec(ctx, discardFile, fileID, s.clock.Now())
		if err != nil {
			return err
		}
		if changed == 0 {
			return errs.Conflict("file.attached", "name", f.Name)
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "file.discard", Subject: "file", SubjectID: fileID, UnitID: f.UnitID})
	})
}
