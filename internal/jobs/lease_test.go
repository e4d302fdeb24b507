package jobs_test

import (
	"context"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/jobs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// lead works under the lease and sends its name at each turn, until stop.
func lead(db *sqldb.DB, now clock.Clock, name string, turns chan<- string) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		lease := jobs.Lease{Name: "sealer", Every: 10 * time.Millisecond, TTL: 15 * time.Second, Clock: now}
		jobs.RunLeased(ctx, db, lease, func(ctx context.Context) error {
			select {
			case turns <- name:
			case <-ctx.Done():
			}
			return nil
		})
	}()
	return func() { cancel(); <-done }
}

func manual() *clock.Manual {
	return clock.NewManual(time.Date(2026, 5, 10, 8, 0, 0, 0, clock.Shanghai))
}

func TestLeaseIsHeldByOneAndGivenBack(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		now, turns := manual(), make(chan string)
		stopFirst := lead(db, now, "first", turns)
		if got := receive(t, turns); got != "first" {
			t.Fatalf("%s works, want first", got)
		}
		stopSecond := lead(db, now, "second", turns)
		defer stopSecond()
		for range 20 {
			now.Advance(time.Second) // past the TTL in all: the holder renews in time
			if got := receive(t, turns); got != "first" {
				t.Fatalf("%s works while the first holds the lease", got)
			}
		}
		stopFirst()
		if got := receive(t, turns); got != "second" {
			t.Fatalf("%s works after the first has stopped", got)
		}
	})
}

func TestLeaseOfADeadHolderIsTakenOverAfterItsEnd(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		now, turns := manual(), make(chan string)
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO lease (name, holder, until_at) VALUES ('sealer', 'dead', $1)", now.Now().Add(15*time.Second))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		defer lead(db, now, "heir", turns)()
		select {
		case <-turns:
			t.Fatal("the lease was taken before its end")
		case <-time.After(200 * time.Millisecond):
		}
		now.Advance(15 * time.Second)
		receive(t, turns)
	})
}
