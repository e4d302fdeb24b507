package review_test

import (
	"sync"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// The control decides as it must not be done: it looks first and writes later, without the condition.
const (
	lookFirst  = `SELECT count(*) FROM review_step WHERE id = $1 AND state = 'open'`
	writeLater = `UPDATE review_step SET state = 'accepted', decided_by = $2, decided_at = 1, read_hash = subject_hash WHERE id = $1`
)

const reviewers = 8

func race(decide func(i int)) {
	var all sync.WaitGroup
	for i := range reviewers {
		all.Go(func() { decide(i) })
	}
	all.Wait()
}

func TestTwoReviewersAtOnceYieldOneDecision(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		s := filing(1)
		steps := h.open(s, h.chain()[:2]...)
		results := make([]error, reviewers)
		people := make([]actor.Actor, reviewers)
		for i := range people {
			people[i] = h.person("芙蓉区教育局", actor.RoleReviewer)
		}
		race(func(i int) {
			d := accept(s)
			if i%2 == 1 {
				d.Outcome, d.Comment = review.Returned, "退回"
			}
			_, results[i] = h.decide(people[i], steps[0].ID, d)
		})
		decided := 0
		for i, err := range results {
			if err == nil {
				decided++
				if history, err := h.History(t.Context(), h.db, s.Kind, s.ID); err != nil || history[0].DecidedBy != people[i].PersonID {
					t.Errorf("another decision stands: %v %v", history, err)
				}
			} else if !errs.Is(err, "review.decided") {
				t.Errorf("got %v", err)
			}
		}
		if decided != 1 {
			t.Errorf("%d decided", decided)
		}
	})
}

// With the guard off several believe that they have decided: the race above is one.
func TestControlWithoutTheGuardDecidesMoreThanOnce(t *testing.T) {
	both(t, func(t *testing.T, h *hall) {
		s := filing(1)
		steps := h.open(s, h.chain()[:1]...)
		var looked sync.WaitGroup
		looked.Add(reviewers)
		decided := make([]bool, reviewers)
		race(func(i int) {
			var open int
			err := h.db.QueryRow(t.Context(), lookFirst, steps[0].ID).Scan(&open)
			looked.Done()
			if err != nil || open == 0 {
				return
			}
			looked.Wait()
			err = h.db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), writeLater, steps[0].ID, h.person("芙蓉区教育局").PersonID)
				return err
			})
			decided[i] = err == nil
		})
		n := 0
		for _, ok := range decided {
			if ok {
				n++
			}
		}
		if n != reviewers {
			t.Errorf("without the guard %d of %d decided: the race is none", n, reviewers)
		}
	})
}
