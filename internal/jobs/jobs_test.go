package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/jobs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "test.greet" }

type tick struct{}

func (tick) Kind() string { return "test.tick" }

var fast = jobs.Options{Poll: 20 * time.Millisecond}

func start(t *testing.T, db *sqldb.DB, register func(r *jobs.Runner)) *jobs.Runner {
	t.Helper()
	r := jobs.New(db, fast)
	register(r)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := r.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return r
}

func insert(t *testing.T, db *sqldb.DB, names ...string) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, name := range names {
			if err := jobs.InsertTx(t.Context(), tx, greet{name}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(15 * time.Second):
		t.Fatal("nothing came within 15 seconds")
		panic("unreachable")
	}
}

func TestJobRunsAfterCommitAndNotAfterRollback(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		done := make(chan string, 10)
		start(t, db, func(r *jobs.Runner) {
			jobs.Handle(r, func(_ context.Context, g greet) error { done <- g.Name; return nil })
		})
		no := errors.New("no")
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			return errors.Join(jobs.InsertTx(t.Context(), tx, greet{"rolled back"}), no)
		}); !errors.Is(err, no) {
			t.Fatal(err)
		}
		insert(t, db, "committed")
		if got := receive(t, done); got != "committed" {
			t.Fatalf("ran %q, want %q", got, "committed")
		}
	})
}

func TestFailedJobIsTriedAgain(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		attempts := 0
		done := make(chan int, 1)
		start(t, db, func(r *jobs.Runner) {
			jobs.Handle(r, func(context.Context, greet) error {
				if attempts++; attempts == 1 {
					return errors.New("not yet")
				}
				done <- attempts
				return nil
			})
		})
		insert(t, db, "stubborn")
		if got := receive(t, done); got != 2 {
			t.Fatalf("succeeded at attempt %d, want 2", got)
		}
	})
}

func TestStopWaitsForRunningJobs(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		begun, finished := make(chan struct{}), make(chan struct{}, 1)
		r := jobs.New(db, fast)
		jobs.Handle(r, func(ctx context.Context, _ greet) error {
			close(begun)
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(300 * time.Millisecond):
			}
			// A job may write while the runner stops.
			err := db.Write(ctx, func(*sqldb.Tx) error { return nil })
			finished <- struct{}{}
			return err
		})
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		insert(t, db, "slow")
		receive(t, begun)
		if err := r.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		select {
		case <-finished:
		default:
			t.Fatal("Stop returned before the job had finished")
		}
	})
}

func TestStopCutsJobsThatOutlastItsContext(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		begun := make(chan struct{})
		r := jobs.New(db, fast)
		jobs.Handle(r, func(ctx context.Context, _ greet) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		})
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		insert(t, db, "endless")
		receive(t, begun)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := r.Stop(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

func TestJobWaitsForItsInstant(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		done := make(chan string, 2)
		start(t, db, func(r *jobs.Runner) {
			jobs.Handle(r, func(_ context.Context, g greet) error { done <- g.Name; return nil })
		})
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			return jobs.InsertAtTx(t.Context(), tx, greet{"tomorrow"}, clock.System().Now().Add(24*time.Hour))
		}); err != nil {
			t.Fatal(err)
		}
		insert(t, db, "now")
		if got := receive(t, done); got != "now" {
			t.Fatalf("ran %q, want %q", got, "now")
		}
	})
}

func TestEveryRunsAtStart(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		done := make(chan struct{}, 10)
		start(t, db, func(r *jobs.Runner) {
			jobs.Handle(r, func(context.Context, tick) error { done <- struct{}{}; return nil })
			r.Every(time.Hour, tick{})
		})
		receive(t, done)
	})
}

func TestHundredJobsOfTwoReplicasRunOnceEach(t *testing.T) {
	t.Parallel()
	o := sqldbtest.New(t, sqldb.Postgres)
	var mu sync.Mutex
	var ran []string
	all := make(chan struct{})
	handle := func(r *jobs.Runner) {
		jobs.Handle(r, func(_ context.Context, g greet) error {
			mu.Lock()
			defer mu.Unlock()
			if ran = append(ran, g.Name); len(ran) == 100 {
				close(all)
			}
			return nil
		})
	}
	first, second := sqldbtest.Open(t, o), sqldbtest.Open(t, o)
	start(t, first, handle)
	start(t, second, handle)
	var want []string
	for i := range 100 {
		want = append(want, fmt.Sprintf("%03d", i))
	}
	insert(t, first, want...)
	receive(t, all)
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(ran)
	if !slices.Equal(ran, want) {
		t.Fatalf("ran %v, want each of 100 once", ran)
	}
}
