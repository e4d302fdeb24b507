package audit

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// State is how far the chain has come, as its reader sees it.
type State struct {
	Seq     int64         // of the last link, 0 while nothing is sealed
	At      clock.Instant // of the entry that it seals
	Pending int           // entries that are not sealed yet
	Anchors []AnchorState // the latest first, at most ten
}

// AnchorState is an anchor and whether it has left the database.
type AnchorState struct {
	Day      clock.Day
	Seq      int64
	Exported bool
}

const shownAnchors = 10

// State tells how far the chain has come. Errors: audit.forbidden.
func (l *Log) State(ctx context.Context, a actor.Actor) (state State, err error) {
	defer errs.Wrap(&err, "audit.State")
	if !actor.Can(a, actor.AuditRead, actor.Target{}) {
		return State{}, errs.Forbidden("audit.forbidden")
	}
	err = l.db.Snapshot(ctx, func(q sqldb.Querier) error {
		state = State{}
		if err := q.QueryRow(ctx, lastSealed).Scan(&state.Seq, &state.At); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := q.QueryRow(ctx, countPending).Scan(&state.Pending); err != nil {
			return err
		}
		state.Anchors, err = sqldb.List(ctx, q, scanAnchorState, latestAnchors, shownAnchors)
		return err
	})
	return state, err
}

// VerifyNow verifies the whole log as it stands, for its reader, and records that it was asked for.
// Errors: audit.forbidden.
func (l *Log) VerifyNow(ctx context.Context, a actor.Actor) (found []Finding, err error) {
	defer errs.Wrap(&err, "audit.VerifyNow")
	if !actor.Can(a, actor.AuditRead, actor.Target{}) {
		return nil, errs.Forbidden("audit.forbidden")
	}
	err = l.db.Snapshot(ctx, func(q sqldb.Querier) error {
		found, err = l.Verify(ctx, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, l.db.Write(ctx, func(tx *sqldb.Tx) error {
		return l.RecordTx(ctx, tx, a, Entry{Action: "audit.verify", Count: len(found)})
	})
}
