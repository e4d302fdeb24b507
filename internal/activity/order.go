package activity

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Ordered is a session as the order of an office about public events looks at it.
type Ordered struct {
	Offer
	Region string // of its venue
	Mode   Mode
	Link   bool // there is a way to take part from afar
}

// FindOrdered gives the sessions of an edition that people come to and that have not begun at an instant,
// in the order of their ids behind one, at most so many. Sessions that were cancelled are among them, those
// of cancelled activities are not. It checks no right.
func (s *Service) FindOrdered(ctx context.Context, q sqldb.Querier, editionID string, from clock.Instant, after string, most int) (list []Ordered, err error) {
	defer errs.Wrap(&err, "activity.FindOrdered(%s)", shorten(editionID))
	return listOrdered(ctx, q, editionID, from, after, most)
}

// HoldOrderedTx holds a session and its seats until the end of the transaction and gives it as it stands then.
// What another transaction has done to it is committed by then.
//
// Errors: activity.session_not_found, also for one that people do not come to or that is not public.
func (s *Service) HoldOrderedTx(ctx context.Context, tx *sqldb.Tx, sessionID string) (o Ordered, err error) {
	defer errs.Wrap(&err, "activity.HoldOrderedTx(%s)", shorten(sessionID))
	if _, _, err := orderOn(ctx, tx, sessionID); err != nil {
		return Ordered{}, err
	}
	return orderedByID(ctx, tx, sessionID)
}

// OrderOffTx cancels a session by the order of an office, whose right the caller has checked. Those who
// booked follow. It does nothing to one that is cancelled already, and tells whether it did.
func (s *Service) OrderOffTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, sessionID, reason string) (off bool, err error) {
	defer errs.Wrap(&err, "activity.OrderOffTx(%s)", shorten(sessionID))
	r, one, err := orderOn(ctx, tx, sessionID)
	if err != nil || one.Cancelled() {
		return false, err
	}
	if _, err := s.cancelSessionTx(ctx, tx, a, one, reason); err != nil {
		return false, err
	}
	return true, s.scheduledTx(ctx, tx, a, r, "activity.session_cancel", sessionID)
}

// OrderOnTx lets a session take place again that OrderOffTx has cancelled, unless it has begun; its bookings
// stay cancelled. It tells whether it did.
func (s *Service) OrderOnTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, sessionID string) (on bool, err error) {
	defer errs.Wrap(&err, "activity.OrderOnTx(%s)", shorten(sessionID))
	r, one, err := orderOn(ctx, tx, sessionID)
	if err != nil || !one.Cancelled() || one.Starts <= s.deps.Clock.Now() {
		return false, err
	}
	if _, err := tx.Exec(ctx, reopenSession, sessionID); err != nil {
		return false, err
	}
	return true, s.scheduledTx(ctx, tx, a, r, "activity.session_reopen", sessionID)
}

// orderOn holds the activity and the seats of a session of a published activity.
func orderOn(ctx context.Context, tx *sqldb.Tx, sessionID string) (r row, one Session, err error) {
	if one, err = sessionByID(ctx, tx, sessionID); err != nil {
		return row{}, Session{}, err
	}
	if r, err = lock(ctx, tx, one.ActivityID); err != nil {
		return row{}, Session{}, err
	}
	if r.State != Published {
		return row{}, Session{}, errSessionNotFound()
	}
	if _, err := lockSeat(ctx, tx, sessionID); err != nil {
		return row{}, Session{}, err
	}
	one, err = sessionByID(ctx, tx, sessionID) // as it stands under the locks
	return r, one, err
}
