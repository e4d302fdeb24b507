package booking

import (
	"context"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

var _ activity.SessionFollower = (*Service)(nil)

// MovedTx marks the active bookings of a session that begins or ends at another time: their bookers must
// be told. Another booking window concerns nobody who has booked.
func (s *Service) MovedTx(ctx context.Context, tx *sqldb.Tx, _ actor.Actor, before, after activity.Session) (err error) {
	defer errs.Wrap(&err, "booking.MovedTx(%s)", after.ID)
	if before.Starts == after.Starts && before.Ends == after.Ends {
		return nil
	}
	if _, err = tx.Exec(ctx, markMoved, after.ID, int64(s.deps.Clock.Now())); err != nil || before.Day() == after.Day() {
		return err
	}
	rule, err := ruleOf(ctx, tx, after.ActivityID)
	if err != nil || rule.PerDay == 0 {
		return err
	}
	if _, err = tx.Exec(ctx, dropDay, before.ActivityID, string(before.Day()), before.ID); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, raiseDay, after.ActivityID, string(after.Day()), after.ID)
	return err
}

// CancelledTx cancels the active bookings of a session, marks them for telling, and gives their seats back.
func (s *Service) CancelledTx(ctx context.Context, tx *sqldb.Tx, _ actor.Actor, session activity.Session, _ string) (err error) {
	defer errs.Wrap(&err, "booking.CancelledTx(%s)", session.ID)
	// Held before the bookings are read: a claim that was faster is among them.
	if _, err := s.deps.Activities.LockSeatsTx(ctx, tx, []string{session.ID}); err != nil {
		return err
	}
	var taken, held int64
	if err := tx.QueryRow(ctx, seatsOf, session.ID).Scan(&taken, &held); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, dropDay, session.ActivityID, string(session.Day()), session.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, cancelAll, session.ID, string(ByHost), string(UntoldCancelled), int64(s.deps.Clock.Now())); err != nil {
		return err
	}
	_, err = s.deps.Activities.TakeSeatsTx(ctx, tx, []activity.Claim{{SessionID: session.ID, Take: -taken, Hold: -held}})
	return err
}

// SeatsTx gives seats that became free to the waitlist.
func (s *Service) SeatsTx(ctx context.Context, tx *sqldb.Tx, _ actor.Actor, session activity.Session, _ int64) (err error) {
	defer errs.Wrap(&err, "booking.SeatsTx(%s)", session.ID)
	return s.SettleTx(ctx, tx, session.ID)
}
