package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"openweek/internal/clock"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Lease says what may run in one process at a time.
type Lease struct {
	Name  string
	Every time.Duration // how often the work is done
	TTL   time.Duration // after a dead holder the next one takes over this much later; 0 takes 15 seconds
	Clock clock.Clock
	Log   *slog.Logger // nil is silent
}

// RunLeased does work every l.Every while this process holds the lease, until ctx ends, and then
// gives the lease back. The machines' clocks may differ by a third of the TTL; beyond that, or when
// work outlasts the TTL, two may overlap for a moment, so work that must not changes rows only if
// they are as it found them.
func RunLeased(ctx context.Context, db *sqldb.DB, l Lease, work func(ctx context.Context) error) {
	if l.TTL == 0 {
		l.TTL = 15 * time.Second
	}
	if l.Log == nil {
		l.Log = slog.New(slog.DiscardHandler)
	}
	holder := id.New()
	var until clock.Instant // up to when the lease is ours
	ticker := time.NewTicker(l.Every)
	defer ticker.Stop()
	for {
		err := func() (err error) {
			// Renewed well before its end, and not at each turn: an idle server should not write.
			if now := l.Clock.Now(); until.Sub(now) < l.TTL*2/3 {
				if until, err = hold(ctx, db, l.Name, holder, now, now.Add(l.TTL)); err != nil || until.IsZero() {
					return err
				}
			}
			return work(ctx)
		}()
		if err != nil && ctx.Err() == nil {
			l.Log.ErrorContext(ctx, "leased work failed", "lease", l.Name, "err", err)
		}
		select {
		case <-ctx.Done():
			if err := giveBack(context.WithoutCancel(ctx), db, l.Name, holder); err != nil {
				l.Log.WarnContext(ctx, "lease is kept until it ends", "lease", l.Name, "err", err)
			}
			return
		case <-ticker.C:
		}
	}
}

// hold takes or renews the lease; zero means that another process holds it.
func hold(ctx context.Context, db *sqldb.DB, name, holder string, now, until clock.Instant) (held clock.Instant, err error) {
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		held = 0
		changed, err := tx.Exec(ctx, takeLease, name, holder, until, now)
		if err == nil && changed == 1 {
			held = until
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return held, nil
}

func giveBack(ctx context.Context, db *sqldb.DB, name, holder string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 5*time.Second, errors.New("giving a lease back took too long"))
	defer cancel()
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, dropLease, name, holder)
		return err
	})
}
