package audit_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// An entry whose transaction began first and commits last: its id and its time lie before those of
// entries that are sealed already.
func TestSealerTakesEntriesThatCommitLate(t *testing.T) {
	t.Parallel()
	options := sqldbtest.New(t, sqldb.Postgres) // SQLite has one writer: commits are in order
	db := sqldbtest.Open(t, options)
	h := newHouse(t, db)
	recorded, commit, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- db.Write(context.Background(), func(tx *sqldb.Tx) error {
			if err := h.RecordTx(context.Background(), tx, staff, audit.Entry{Action: "unit.late"}); err != nil {
				return err
			}
			close(recorded)
			<-commit
			return nil
		})
	}()
	<-recorded
	h.sealed(3)
	close(commit)
	h.must(<-done)
	h.must(h.Seal(t.Context()))
	late := h.find(audit.Filter{Action: "unit.late"})
	if len(late) != 1 || late[0].Seq != 4 {
		t.Errorf("got %+v, want the late entry at place 4", late)
	}
	h.clock.Advance(2 * time.Minute)
	if found := h.verify(); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

// Two processes record and seal at once: one chain without a fork or a gap.
func TestTwoSealersMakeOneChain(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		options := sqldbtest.New(t, engine)
		first := sqldbtest.Open(t, options)
		second := first // SQLite serves one process; two logs on it are still two holders
		if engine == sqldb.Postgres {
			second = sqldbtest.Open(t, options)
		}
		h := newHouse(t, first)
		const n = 25
		var all sync.WaitGroup
		failed := make(chan error, 4*n)
		for _, db := range []*sqldb.DB{first, second} {
			log := audit.New(db, h.ring, h.clock)
			for range 2 {
				all.Go(func() {
					for range n {
						failed <- errors.Join(
							db.Write(t.Context(), func(tx *sqldb.Tx) error {
								return log.RecordTx(t.Context(), tx, staff, audit.Entry{Action: "unit.change"})
							}),
							log.Seal(t.Context()))
						h.clock.Advance(200 * time.Millisecond) // the lease changes hands
					}
				})
			}
		}
		all.Wait()
		close(failed)
		for err := range failed {
			h.must(err)
		}
		h.clock.Advance(time.Minute)
		h.must(h.Seal(t.Context()))
		if got := h.count(`SELECT count(*) FROM audit_link`); got != 4*n {
			t.Errorf("%d links, want %d", got, 4*n)
		}
		if found := h.verify(); len(found) > 0 {
			t.Errorf("found %v", found)
		}
	})
}

func TestLeaseKeepsOthersFromSealingUntilItEnds(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.sealed(1)
		other := audit.New(db, h.ring, h.clock)
		h.record(staff, audit.Entry{Action: "unit.change"})
		h.must(other.Seal(t.Context()))
		if n := h.count(`SELECT count(*) FROM audit_pending`); n != 1 {
			t.Fatalf("the other sealed beside the holder")
		}
		h.clock.Advance(5 * time.Second) // the holder is dead
		h.must(other.Seal(t.Context()))
		if n := h.count(`SELECT count(*) FROM audit_pending`); n != 0 {
			t.Errorf("nobody took over from the dead holder")
		}
	})
}

func TestPruneLeavesACheckpointFromWhichTheRestVerifies(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.sealed(1010) // more than a batch
		first, err := h.AnchorToday(t.Context())
		h.must(err)
		h.clock.Set(time.Date(2026, 9, 1, 8, 0, 0, 0, clock.Shanghai))
		h.sealed(5)
		_, err = h.AnchorToday(t.Context())
		h.must(err)
		h.clock.Set(time.Date(2026, 11, 13, 8, 0, 0, 0, clock.Shanghai))
		if _, err := h.Prune(t.Context(), audit.MinRetention-1); !errs.Is(err, "audit.retention_short") {
			t.Fatalf("184 days: got %v", err)
		}
		removed, err := h.Prune(t.Context(), audit.MinRetention)
		h.must(err)
		if !first || removed != 1010 {
			t.Errorf("removed %d, want 1010", removed)
		}
		h.must(h.Seal(t.Context()))
		if found := h.verify(); len(found) > 0 {
			t.Errorf("after pruning: %v", found)
		}
		if got := h.find(audit.Filter{Action: "audit.prune"}); len(got) != 2 || got[0].Count+got[1].Count != 1010 || got[0].Seq != 1017 {
			t.Errorf("the pruning's entries: %+v", got)
		}
		again, err := h.Prune(t.Context(), audit.MinRetention)
		if h.must(err); again != 0 {
			t.Errorf("removed %d more", again)
		}
		h.run(`UPDATE audit_checkpoint SET removed = removed + 1 WHERE seq = 1010`)
		if found := h.verify(); !slices.Equal(faults(found), []audit.Fault{audit.Forged}) {
			t.Errorf("an altered checkpoint: %v, want forged", found)
		}
		h.run(`UPDATE audit_checkpoint SET removed = removed - 1 WHERE seq = 1010`, `DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE seq = 1011)`,
			`DELETE FROM audit_link WHERE seq = 1011`)
		if found := h.verify(); !slices.Equal(faults(found), []audit.Fault{audit.Removed}) {
			t.Errorf("a removed row behind the checkpoint: %v, want removed", found)
		}
	})
}

func TestChainGoesOnAfterEverythingWasPruned(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.sealed(3)
		h.clock.Advance(400 * 24 * time.Hour)
		_, err := h.Prune(t.Context(), audit.DefaultRetention)
		h.must(err)
		h.sealed(2)
		if got := h.find(audit.Filter{Limit: 1})[0].Seq; got != 6 { // 3, the pruning, 2
			t.Errorf("the newest entry has place %d, want 6", got)
		}
		if found := h.verify(); len(found) > 0 {
			t.Errorf("found %v", found)
		}
	})
}

// It must not be enough to make entries look old.
func TestPruneRefusesToDestroyEvidence(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.sealed(5)
		h.run(`UPDATE audit_entry SET at = 1`)
		if _, err := h.Prune(t.Context(), audit.DefaultRetention); !errs.Is(err, "audit.broken") {
			t.Errorf("got %v, want audit.broken", err)
		}
		if n := h.count(`SELECT count(*) FROM audit_entry`); n != 5 {
			t.Errorf("%d entries are left of 5", n)
		}
	})
}

func TestRunSealsAnchorsAndStops(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		if err := h.Run(t.Context(), audit.Options{Retention: 30}); !errs.Is(err, "audit.retention_short") {
			t.Fatalf("got %v, want audit.retention_short", err)
		}
		ctx, stop := context.WithCancel(t.Context())
		anchors, ended := make(chan audit.Anchor, 1), make(chan error, 1)
		go func() {
			ended <- h.Run(ctx, audit.Options{Anchor: func(a audit.Anchor) error { anchors <- a; return nil }})
		}()
		h.record(staff, audit.Entry{Action: "unit.change"})
		if a := <-anchors; a.Seq != 1 {
			t.Errorf("the anchor is at %d, want 1", a.Seq)
		}
		h.record(staff, audit.Entry{Action: "unit.change"}, audit.Entry{Action: "unit.change"})
		stop()
		h.must(<-ended)
		if n := h.count(`SELECT count(*) FROM audit_pending`); n != 0 {
			t.Errorf("%d entries are unsealed after the stop", n)
		}
		if n := h.count(`SELECT count(*) FROM audit_sealer`); n != 0 {
			t.Error("the lease was not given away")
		}
	})
}

func TestFailedExportIsTriedAgain(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.sealed(1)
		_, err := h.AnchorToday(t.Context())
		h.must(err)
		full := errors.New("no room left")
		if err := h.ExportAnchors(t.Context(), func(audit.Anchor) error { return full }); !errors.Is(err, full) {
			t.Fatalf("got %v", err)
		}
		n := 0
		for range 2 {
			h.must(h.ExportAnchors(t.Context(), func(audit.Anchor) error { n++; return nil }))
		}
		if n != 1 {
			t.Errorf("exported %d times after the failure, want once", n)
		}
	})
}
