package change_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"openweek/internal/change"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func touch(t *testing.T, db *sqldb.DB, topics ...string) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return change.Touch(t.Context(), tx, topics...) }); err != nil {
		t.Fatal(err)
	}
}

func version(t *testing.T, q sqldb.Querier, topics ...string) int64 {
	t.Helper()
	v, err := change.Version(t.Context(), q, topics...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVersionGrowsOnlyWithItsTopics(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		if v := version(t, db, "a", "b"); v != 0 {
			t.Fatalf("untouched: %d, want 0", v)
		}
		touch(t, db, "b", "a", "a")
		touch(t, db, "a")
		touch(t, db, "c")
		if got, want := [...]int64{version(t, db, "a"), version(t, db, "a", "b", "a"), version(t, db, "c"), version(t, db)}, [...]int64{2, 3, 1, 0}; got != want {
			t.Fatalf("versions %v, want %v", got, want)
		}
	})
}

func TestTouchIsUndoneByRollback(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		no := errors.New("no")
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			return errors.Join(change.Touch(t.Context(), tx, "a"), no)
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		if v := version(t, db, "a"); v != 0 {
			t.Fatalf("version %d after a rollback, want 0", v)
		}
	})
}

// heard collects what a feed tells.
type heard struct {
	mu       sync.Mutex
	versions map[string]int64
	back     []string
	told     chan struct{}
}

func follow(t *testing.T, db *sqldb.DB, o change.Options) *heard {
	t.Helper()
	h := &heard{versions: map[string]int64{}, told: make(chan struct{}, 1)}
	feed := change.NewFeed(db, o)
	feed.Subscribe(func(topic string, version int64) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if version <= h.versions[topic] {
			h.back = append(h.back, fmt.Sprintf("%s from %d to %d", topic, h.versions[topic], version))
		}
		h.versions[topic] = version
		select {
		case h.told <- struct{}{}:
		default:
		}
	})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); feed.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return h
}

// wait waits until the feed has told exactly these versions.
func (h *heard) wait(t *testing.T, limit time.Duration, want map[string]int64) {
	t.Helper()
	timeout := time.After(limit)
	for {
		h.mu.Lock()
		got, back := maps.Clone(h.versions), h.back
		h.mu.Unlock()
		if len(back) > 0 {
			t.Fatalf("versions went back: %v", back)
		}
		if maps.Equal(got, want) {
			return
		}
		select {
		case <-h.told:
		case <-timeout:
			t.Fatalf("after %s the feed has told %v, want %v", limit, got, want)
		}
	}
}

func TestFeedTellsEveryChangeAndWhatWasBefore(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		touch(t, db, "before")
		h := follow(t, db, change.Options{Poll: time.Hour}) // only woken
		h.wait(t, 5*time.Second, map[string]int64{"before": 1})
		touch(t, db, "a")
		h.wait(t, 5*time.Second, map[string]int64{"before": 1, "a": 1})
		touch(t, db, "a", "before")
		h.wait(t, 5*time.Second, map[string]int64{"before": 2, "a": 2})
	})
}

func TestFeedSkipsNothingUnderConcurrentCommits(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := follow(t, db, change.Options{Poll: 20 * time.Millisecond})
		want := map[string]int64{}
		var group errgroup.Group
		for i := range 8 {
			topic := fmt.Sprintf("t%d", i%4)
			want[topic] += 10
			group.Go(func() error {
				for range 10 {
					if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return change.Touch(t.Context(), tx, topic) }); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		h.wait(t, 5*time.Second, want)
	})
}

func TestFeedOfAnotherReplicaHearsWithinASecond(t *testing.T) {
	t.Parallel()
	o := sqldbtest.New(t, sqldb.Postgres)
	here, there := sqldbtest.Open(t, o), sqldbtest.Open(t, o)
	h := follow(t, there, change.Options{Poll: time.Hour}) // notifications alone must do
	touch(t, here, "first")
	h.wait(t, 5*time.Second, map[string]int64{"first": 1})
	touch(t, here, "a")
	h.wait(t, time.Second, map[string]int64{"first": 1, "a": 1})
}

func TestFeedPollsWithoutNotifications(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := follow(t, db, change.Options{Poll: 50 * time.Millisecond})
		// Written past Touch, so nobody is woken.
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO topic_version (topic, version) VALUES ('silent', 1)")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		h.wait(t, 5*time.Second, map[string]int64{"silent": 1})
	})
}
