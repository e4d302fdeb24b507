package change

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"time"

	"openweek/internal/sqldb"
)

// Options set a feed's pace. The zero value is right for a server.
type Options struct {
	// Poll is how often the feed looks without having been woken; 0 takes a second.
	Poll time.Duration
	// Log hears of a lost and regained connection; nil is silent.
	Log *slog.Logger
}

// Feed tells subscribers which topics have changed in any process. Make it with NewFeed.
type Feed struct {
	db   *sqldb.DB
	poll time.Duration
	log  *slog.Logger
	wake chan struct{}

	mu          sync.Mutex
	subscribers []func(topic string, version int64)
}

// NewFeed makes a feed; Run starts it.
func NewFeed(db *sqldb.DB, o Options) *Feed {
	f := &Feed{db: db, poll: o.Poll, log: o.Log, wake: make(chan struct{}, 1)}
	if f.poll == 0 {
		f.poll = time.Second
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	return f
}

// Subscribe calls f for each topic with a new version. Changes that follow closely may be told as
// one. All calls come from the goroutine of Run, one after the other. A feed that starts tells every
// topic's version once, since what was cached before may be old.
func (f *Feed) Subscribe(subscriber func(topic string, version int64)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subscribers = append(f.subscribers, subscriber)
}

// Run follows the store until ctx ends, and returns then. It outlives lost connections.
func (f *Feed) Run(ctx context.Context) {
	var listening sync.WaitGroup
	listening.Go(func() { f.listen(ctx) })
	defer listening.Wait()

	ticker := time.NewTicker(f.poll)
	defer ticker.Stop()
	known := map[string]int64{}
	failed := false
	for {
		err := f.look(ctx, known)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failed {
			f.log.WarnContext(ctx, "change feed cannot read versions", "err", err)
		}
		failed = err != nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-f.wake:
		}
	}
}

type topicVersion struct {
	topic   string
	version int64
}

// look tells the subscribers what is newer than known, and remembers it.
func (f *Feed) look(ctx context.Context, known map[string]int64) error {
	now, err := sqldb.List(ctx, f.db, func(row *sql.Rows) (v topicVersion, err error) {
		return v, row.Scan(&v.topic, &v.version)
	}, allVersions)
	if err != nil {
		return err
	}
	f.mu.Lock()
	subscribers := f.subscribers
	f.mu.Unlock()
	for _, v := range now {
		if known[v.topic] == v.version {
			continue
		}
		known[v.topic] = v.version
		for _, tell := range subscribers {
			tell(v.topic, v.version)
		}
	}
	return nil
}

// listen turns notifications into wakes, and comes back after a lost connection.
func (f *Feed) listen(ctx context.Context) {
	nudge := func() {
		select {
		case f.wake <- struct{}{}:
		default: // it is about to look anyway
		}
	}
	for ctx.Err() == nil {
		err := f.db.Listen(ctx, channel, nudge, func(string) { nudge() })
		if ctx.Err() != nil {
			return
		}
		f.log.WarnContext(ctx, "change feed lost its notifications and polls", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(f.poll):
		}
	}
}
