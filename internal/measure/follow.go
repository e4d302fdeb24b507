package measure

import (
	"context"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

var _ activity.SessionFollower = (*Service)(nil)

// MovedTx does nothing: Apply finds a session that was moved to a day of other orders.
func (s *Service) MovedTx(context.Context, *sqldb.Tx, actor.Actor, activity.Session, activity.Session) error {
	return nil
}

// CancelledTx does nothing: what its host has cancelled stays so.
func (s *Service) CancelledTx(context.Context, *sqldb.Tx, actor.Actor, activity.Session, string) error {
	return nil
}

// SeatsTx keeps seats that a host releases or adds back by order before anybody has them. It stands before
// the bookings among the followers.
func (s *Service) SeatsTx(ctx context.Context, tx *sqldb.Tx, _ actor.Actor, one activity.Session, _ int64) (err error) {
	defer errs.Wrap(&err, "measure.SeatsTx(%s)", one.ID)
	o, is, inForce, err := s.holdTx(ctx, tx, one.ID)
	if errs.Is(err, "activity.session_not_found") {
		return nil
	}
	if err != nil {
		return err
	}
	next := wanted(inForce, o, is)
	if o.Cancelled() || next.cancelled || next.online != is.online { // Apply's to do
		return nil
	}
	own := is.own(o)
	if more := min(next.blocked-own, o.Seat.Left()); more > 0 {
		if _, err := s.deps.Activities.TakeSeatsTx(ctx, tx, []activity.Claim{{SessionID: o.ID, Block: more}}); err != nil {
			return err
		}
		own += more
	}
	if own == is.blocked {
		return nil
	}
	is.blocked = own
	return writeState(ctx, tx, o, is)
}
