package audit

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// How long entries are kept, in days.
const (
	// MinRetention is what the law asks for: 网络安全法, 留存相关的网络日志不少于六个月.
	MinRetention = 185
	// DefaultRetention is a year.
	DefaultRetention = 365
)

func (o Options) retention() (days int, err error) {
	if o.Retention == 0 {
		return DefaultRetention, nil
	}
	if o.Retention < MinRetention {
		return 0, errs.Invalid("audit.retention_short", "days", o.Retention, "min", MinRetention)
	}
	return o.Retention, nil
}

const pruneBatch = 1000

// Prune removes entries older than days from the old end of the chain and leaves a signed
// checkpoint, from which the rest verifies. It says how many are gone. Only the lease's holder does
// so; elsewhere nothing happens. The pruning is itself an entry.
//
// What does not verify is not removed: otherwise it would be enough to make entries look old, and
// the product itself would destroy the evidence and sign for it.
//
// Errors: audit.retention_short (Invalid), audit.broken (Conflict, "seq").
func (l *Log) Prune(ctx context.Context, days int) (removed int, err error) {
	defer errs.Wrap(&err, "audit.Prune(%d)", days)
	if days < MinRetention {
		return 0, errs.Invalid("audit.retention_short", "days", days, "min", MinRetention)
	}
	before := l.clock.Now().Day().AddDays(-days).Start()
	for {
		n := 0
		err := l.db.Write(ctx, func(tx *sqldb.Tx) error {
			held, err := l.holdTx(ctx, tx)
			if err != nil || !held {
				n = 0
				return err
			}
			n, err = l.pruneTx(ctx, tx, before)
			return err
		})
		if err != nil {
			return removed, err
		}
		if removed += n; n < pruneBatch {
			return removed, nil
		}
	}
}

// pruneTx removes one batch. The chain is cut before the first entry that is young enough, even if
// older ones, committed late, stand behind it: what is left must be one piece.
func (l *Log) pruneTx(ctx context.Context, tx *sqldb.Tx, before clock.Instant) (removed int, err error) {
	start, forged, err := l.startOf(ctx, tx)
	if err != nil {
		return 0, err
	}
	if len(forged) > 0 {
		return 0, errs.Conflict("audit.broken", "seq", forged[0].Seq)
	}
	places, err := sqldb.List(ctx, tx, scanPlace, chainRows, start.seq, pruneBatch)
	if err != nil {
		return 0, err
	}
	last := start
	for _, p := range places {
		if p.there && p.entry.At >= before {
			break
		}
		if l.look(last, p) != "" {
			return 0, errs.Conflict("audit.broken", "seq", p.seq)
		}
		last = p.link
		removed++
	}
	if removed == 0 {
		return 0, nil
	}
	c := checkpoint{seq: last.seq, at: l.clock.Now(), head: last.mac, removed: int64(removed)}.signed(l.ring)
	for _, statement := range []string{deleteOldEntries, deleteOldLinks} {
		if _, err := tx.Exec(ctx, statement, c.seq); err != nil {
			return 0, err
		}
	}
	if _, err := tx.Exec(ctx, insertCheckpoint, c.seq, int64(c.at), c.head, c.removed, c.mac, c.keyID); err != nil {
		return 0, err
	}
	return removed, l.RecordTx(ctx, tx, actor.TheSystem(), Entry{Action: "audit.prune", Count: removed})
}
