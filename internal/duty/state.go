package duty

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// LockTx takes a duty that the actor may see, so that its state stays until the transaction ends.
// Errors: duty.not_found.
func (s *Service) LockTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, dutyID string) (d Duty, err error) {
	defer errs.Wrap(&err, "duty.LockTx(%s)", shorten(dutyID))
	if !id.Valid(dutyID) {
		return Duty{}, errNotFound()
	}
	if _, err := tx.Exec(ctx, lockDuty, dutyID); err != nil {
		return Duty{}, err
	}
	return seen(ctx, tx, a, dutyID)
}

// DraftTx follows that the unit has begun a filing. A returned duty stays returned, a nil return stands
// until something is filed.
//
// Errors: duty.state_filed, duty.state_accepted, duty.state_exempt (Conflict).
func (s *Service) DraftTx(ctx context.Context, tx *sqldb.Tx, d Duty) (err error) {
	defer errs.Wrap(&err, "duty.DraftTx(%s)", d.ID)
	if !d.State.Waiting() && d.State != StateNil {
		return errState(d.State)
	}
	if err := s.beginTx(ctx, tx, d); err != nil || d.State != StateOpen {
		return err
	}
	return setCell(ctx, tx, d.ID, StateDraft, 0, 0)
}

func (s *Service) beginTx(ctx context.Context, tx *sqldb.Tx, d Duty) error {
	_, err := tx.Exec(ctx, setBegun, d.ID, int64(s.clock.Now()))
	return err
}

// FileTx follows that a filing was handed in at an instant, by which it is judged: that at which the
// server took it, not that at which the store was free. What the unit has not signed of the edition's
// notices is signed implicitly; signed tells how many. Reminders that nobody has read are taken back.
//
// Errors: duty.state_filed, duty.state_accepted, duty.state_exempt (Conflict).
func (s *Service) FileTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d Duty, at clock.Instant) (signed int, err error) {
	defer errs.Wrap(&err, "duty.FileTx(%s)", d.ID)
	if !d.State.Waiting() && d.State != StateNil {
		return 0, errState(d.State)
	}
	first := at
	if d.State == StateReturned {
		first = d.Filed
	}
	if err := s.beginTx(ctx, tx, d); err != nil {
		return 0, err
	}
	if err := setCell(ctx, tx, d.ID, StateFiled, first, 0); err != nil {
		return 0, err
	}
	if err := s.endRemindersTx(ctx, tx, a, d); err != nil {
		return 0, err
	}
	return s.signImplicitlyTx(ctx, tx, a, d.EditionID, d.Unit.ID)
}

// WithdrawTx follows that a filing was taken back before a decision. A correction goes back to being
// returned, a first filing to a draft as if it had never been handed in.
//
// Errors: duty.state_… unless filed.
func (s *Service) WithdrawTx(ctx context.Context, tx *sqldb.Tx, d Duty, correction bool) (err error) {
	defer errs.Wrap(&err, "duty.WithdrawTx(%s)", d.ID)
	if d.State != StateFiled {
		return errState(d.State)
	}
	if correction {
		return setCell(ctx, tx, d.ID, StateReturned, d.Filed, 0)
	}
	return setCell(ctx, tx, d.ID, StateDraft, 0, 0)
}

// Outcome is how a review ended.
type Outcome string

// The outcomes.
const (
	Accepted Outcome = "accepted" // 受理
	Returned Outcome = "returned" // 退回
	Declined Outcome = "declined" // 不予通过: that filing is closed, the duty is still owed
)

// DecideTx follows the end of a review. Errors: duty.state_… unless filed.
func (s *Service) DecideTx(ctx context.Context, tx *sqldb.Tx, d Duty, o Outcome) (err error) {
	defer errs.Wrap(&err, "duty.DecideTx(%s)", d.ID)
	if d.State != StateFiled {
		return errState(d.State)
	}
	switch o {
	case Accepted:
		return setCell(ctx, tx, d.ID, StateAccepted, d.Filed, s.clock.Now())
	case Returned:
		return setCell(ctx, tx, d.ID, StateReturned, d.Filed, 0)
	default:
		return setCell(ctx, tx, d.ID, StateOpen, 0, 0)
	}
}
