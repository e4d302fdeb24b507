package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

const (
	sealBatch = 500             // entries in one transaction
	leaseFor  = 5 * time.Second // after a holder died another process seals that much later
	// pollEvery is how often the sealer looks. Waking it at each commit would double the commits.
	pollEvery = 300 * time.Millisecond
)

// Seal links everything that is committed and not sealed yet, if this process holds the sealer's
// lease or can take it; otherwise another process does so and nothing happens here.
//
// It asks what is not sealed instead of remembering how far it came: an entry that commits after a
// later one has been sealed is taken then.
func (l *Log) Seal(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "audit.Seal")
	for {
		// Looking does not need the writer, of which SQLite has one.
		var waiting bool
		if err := l.db.QueryRow(ctx, anythingPending).Scan(&waiting); err != nil || !waiting {
			return err
		}
		var sealed int
		err := l.db.Write(ctx, func(tx *sqldb.Tx) error {
			held, err := l.holdTx(ctx, tx)
			if err != nil || !held {
				sealed = 0
				return err
			}
			sealed, err = l.sealTx(ctx, tx)
			return err
		})
		if err != nil || sealed < sealBatch {
			return err
		}
	}
}

// holdTx takes or renews the sealer's lease. It is the first statement of every transaction that
// changes the chain, and its row stays locked until the commit, so the lease also makes such
// transactions take turns: there is never a fork, however late a process notices that it lost it.
func (l *Log) holdTx(ctx context.Context, tx *sqldb.Tx) (held bool, err error) {
	now := l.clock.Now()
	changed, err := tx.Exec(ctx, takeLease, l.holder, int64(now.Add(leaseFor)), int64(now))
	return changed == 1, err
}

func (l *Log) sealTx(ctx context.Context, tx *sqldb.Tx) (sealed int, err error) {
	head, err := headOf(ctx, tx)
	if err != nil {
		return 0, err
	}
	rows, err := sqldb.List(ctx, tx, func(r *sql.Rows) (row, error) { return scanRow(r) }, pendingRows, sealBatch)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		head = link{seq: head.seq + 1, entryID: r.ID, prev: head.mac}.signed(l.ring, r)
		if _, err := tx.Exec(ctx, insertLink, head.seq, head.entryID, head.prev, head.mac, head.keyID); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, deletePending, r.ID); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// headOf is the last link, or what pruning has left of it, or the beginning.
func headOf(ctx context.Context, q sqldb.Querier) (head link, err error) {
	head = link{mac: genesis}
	err = q.QueryRow(ctx, lastLink).Scan(&head.seq, &head.mac)
	if errors.Is(err, sql.ErrNoRows) {
		err = q.QueryRow(ctx, lastCheckpointHead).Scan(&head.seq, &head.mac)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return link{mac: genesis}, nil
	}
	return head, err
}

// Options are how the sealer runs.
type Options struct {
	// Anchor is given each anchor once it is made, to be kept outside of the database; see AnchorFile.
	// While it fails the anchor is offered again.
	Anchor func(Anchor) error
	// Retention is how many days entries are kept, at least MinRetention; 0 takes DefaultRetention.
	Retention int
	// Log says what went wrong; nil is silent.
	Log *slog.Logger
}

// Run seals what commits within a second, makes the daily anchor and prunes once a day, until ctx
// ends; then it seals what is left and gives the lease away. Every process runs one. Failures are
// logged and tried again.
//
// Errors: audit.retention_short (Invalid).
func (l *Log) Run(ctx context.Context, o Options) (err error) {
	defer errs.Wrap(&err, "audit.Run")
	days, err := o.retention()
	if err != nil {
		return err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	report := func(what string, err error) {
		if err != nil && !errors.Is(err, context.Canceled) {
			o.Log.ErrorContext(ctx, "audit: "+what, "err", err)
		}
	}
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	var daily clock.Day // the day whose daily work is done
	for {
		report("sealing failed", l.Seal(ctx))
		if today := l.clock.Now().Day(); today != daily {
			done, err := l.daily(ctx, o.Anchor, days)
			report("the daily anchor or pruning failed", err)
			if done {
				daily = today
			}
		}
		select {
		case <-ctx.Done():
			// What the last requests did is sealed before the process ends.
			last, stop := context.WithTimeout(context.WithoutCancel(ctx), leaseFor)
			defer stop()
			report("the last sealing failed", l.Seal(last))
			report("the lease could not be given away", l.release(last))
			return nil
		case <-poll.C:
		}
	}
}

// daily does what is due once a day; it is not done while there is nothing to anchor.
func (l *Log) daily(ctx context.Context, export func(Anchor) error, days int) (done bool, err error) {
	if done, err = l.AnchorToday(ctx); err != nil || !done {
		return false, err
	}
	if export != nil {
		if err := l.ExportAnchors(ctx, export); err != nil {
			return false, err
		}
	}
	_, err = l.Prune(ctx, days)
	return err == nil, err
}

func (l *Log) release(ctx context.Context) error {
	return l.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, deleteLease, l.holder)
		return err
	})
}

// AnchorToday signs the present head as today's anchor and tells whether there is one. There is none
// while nothing is sealed, or another process holds the lease and has not made it yet.
func (l *Log) AnchorToday(ctx context.Context) (there bool, err error) {
	defer errs.Wrap(&err, "audit.AnchorToday")
	now := l.clock.Now()
	if err := l.db.QueryRow(ctx, anchorThere, string(now.Day())).Scan(&there); err != nil || there {
		return there, err
	}
	if head, err := headOf(ctx, l.db); err != nil || head.seq == 0 {
		return false, err // asked before writing: an empty store should stay quiet
	}
	err = l.db.Write(ctx, func(tx *sqldb.Tx) error {
		held, err := l.holdTx(ctx, tx)
		there = held
		if err != nil || !held {
			return err
		}
		head, err := headOf(ctx, tx)
		if err != nil {
			return err
		}
		a := Anchor{Day: now.Day(), At: now, Seq: head.seq, Head: head.mac}.signed(l.ring)
		_, err = tx.Exec(ctx, insertAnchor, string(a.Day), int64(a.At), a.Seq, a.Head, a.MAC, a.KeyID)
		return err
	})
	return there, err
}

// ExportAnchors gives every anchor that has not left the database yet to export, oldest first, and
// marks it. After a crash an anchor can be given twice.
func (l *Log) ExportAnchors(ctx context.Context, export func(Anchor) error) (err error) {
	defer errs.Wrap(&err, "audit.ExportAnchors")
	list, err := sqldb.List(ctx, l.db, scanAnchor, anchorsToExport)
	if err != nil {
		return err
	}
	for _, a := range list {
		if err := export(a); err != nil {
			return fmt.Errorf("anchor of %s: %w", a.Day, err)
		}
		err := l.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, markExported, string(a.Day), int64(l.clock.Now()))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
