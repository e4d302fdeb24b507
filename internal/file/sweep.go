package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/errs"
	"openweek/internal/jobs"
	"openweek/internal/sqldb"
)

const (
	freeFor     = 7 * 24 * time.Hour // how long a file may stay free
	orphanFor   = 24 * time.Hour     // how long a blob may stay without a name; no upload takes that long
	sweepEvery  = 6 * time.Hour
	sweepBatch  = 500
	rescueTries = 20 // waits for a blob that is being deleted, a tenth of a second each
)

// sweep is the job that removes what nobody needs.
type sweep struct{}

// Kind names the job for ever.
func (sweep) Kind() string { return "file.sweep" }

// Register tells a runner of the package's jobs.
func (s *Service) Register(r *jobs.Runner) {
	jobs.Handle(r, func(ctx context.Context, _ sweep) error {
		_, err := s.Sweep(ctx)
		return err
	})
	r.Every(sweepEvery, sweep{})
}

// store keeps the content as a blob. Before, it takes the blob out of a sweep's reach: a blob that
// was found without a name is not deleted for another day, and one that is just being deleted is
// waited for.
func (s *Service) store(ctx context.Context, content io.ReadSeeker, f *File) error {
	sum := sha256.New()
	size, err := io.Copy(sum, content)
	if err != nil {
		return err
	}
	f.Hash, f.Bytes = hex.EncodeToString(sum.Sum(nil)), size
	if err := s.rescue(ctx, f.Hash); err != nil {
		return err
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = s.blobs.Put(ctx, content, size)
	return err
}

func (s *Service) rescue(ctx context.Context, hash string) error {
	for try := range rescueTries {
		if try > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
		}
		var there bool
		if err := s.db.QueryRow(ctx, orphanThere, hash).Scan(&there); err != nil || !there {
			return err
		}
		err := s.db.Write(ctx, func(tx *sqldb.Tx) error {
			rescued, err := tx.Exec(ctx, rescueOrphan, hash)
			there = rescued == 0
			return err
		})
		if err != nil || !there {
			return err
		}
	}
	return errs.Busy("file.try_again") // a sweep died while it deleted this blob; the next one ends that
}

// Swept is what a sweep has removed.
type Swept struct{ Files, Blobs int }

// Sweep removes files that were free for a week, and blobs that were without any name for a day.
// Several processes may sweep at a time.
func (s *Service) Sweep(ctx context.Context) (swept Swept, err error) {
	defer errs.Wrap(&err, "file.Sweep")
	now := s.clock.Now()
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, discardForgotten, now.Add(-freeFor), now)
		swept.Files = int(n)
		if err != nil || n == 0 {
			return err
		}
		return s.log.RecordTx(ctx, tx, actor.TheSystem(), audit.Entry{Action: "file.sweep", Subject: "file", Count: int(n)})
	})
	if err != nil {
		return Swept{}, err
	}
	known, err := listOrphans(ctx, s.db)
	if err != nil {
		return swept, err
	}
	if err := s.markOrphans(ctx, known); err != nil {
		return swept, err
	}
	for _, o := range known {
		removed, err := s.removeOrphan(ctx, o)
		if err != nil {
			return swept, err
		}
		if removed {
			swept.Blobs++
		}
	}
	return swept, nil
}

// markOrphans notes every blob that nothing names, and forgets those that something names again.
func (s *Service) markOrphans(ctx context.Context, known map[string]orphan) error {
	var batch []string
	mark := func() error {
		unnamed, err := s.unnamed(ctx, s.db, batch)
		if err != nil {
			return err
		}
		var found, lost []string
		for _, hash := range batch {
			_, before := known[hash]
			switch {
			case unnamed[hash] && !before:
				found = append(found, hash)
			case !unnamed[hash] && before && known[hash].doomed.IsZero():
				lost = append(lost, hash)
			}
		}
		batch = batch[:0]
		if len(found)+len(lost) == 0 {
			return nil
		}
		return s.db.Write(ctx, func(tx *sqldb.Tx) error {
			for _, hash := range found {
				if _, err := tx.Exec(ctx, insertOrphan, hash, s.clock.Now()); err != nil {
					return err
				}
			}
			for _, hash := range lost {
				if _, err := tx.Exec(ctx, rescueOrphan, hash); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := s.blobs.List(ctx, func(ref blob.Ref) error {
		if batch = append(batch, ref.Hash); len(batch) < sweepBatch {
			return nil
		}
		return mark()
	})
	if err != nil || len(batch) == 0 {
		return err
	}
	return mark()
}

// unnamed tells which of some hashes neither a file nor another holder names.
func (s *Service) unnamed(ctx context.Context, q sqldb.Querier, hashes []string) (map[string]bool, error) {
	rest := make(map[string]bool, len(hashes))
	for _, hash := range hashes {
		rest[hash] = true
	}
	named, err := held(ctx, q, hashes)
	if err != nil {
		return nil, err
	}
	for _, h := range s.holders {
		more, err := h.HeldBlobs(ctx, q, hashes)
		if err != nil {
			return nil, err
		}
		named = append(named, more...)
	}
	for _, hash := range named {
		delete(rest, hash)
	}
	return rest, nil
}

// removeOrphan dooms a blob in a transaction, deletes it, and strikes it off. A sweep that dies on the
// way is ended by the next.
func (s *Service) removeOrphan(ctx context.Context, o orphan) (removed bool, err error) {
	now := s.clock.Now()
	if o.doomed.IsZero() {
		if o.since >= now.Add(-orphanFor) {
			return false, nil
		}
		var doomed int64
		if err := s.db.Write(ctx, func(tx *sqldb.Tx) error {
			if doomed, err = tx.Exec(ctx, doomOrphan, o.hash, now, now.Add(-orphanFor)); err != nil || doomed == 0 {
				return err
			}
			unnamed, err := s.unnamed(ctx, tx, []string{o.hash})
			if err != nil || unnamed[o.hash] {
				return err
			}
			doomed = 0
			_, err = tx.Exec(ctx, deleteOrphan, o.hash)
			return err
		}); err != nil || doomed == 0 {
			return false, err
		}
	}
	if err := s.blobs.Delete(ctx, o.hash); err != nil {
		return false, err
	}
	return true, s.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, deleteOrphan, o.hash)
		return err
	})
}
