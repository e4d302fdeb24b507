package visit

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Resize gives a visit other head-counts for the holder of its manage token, until the host's closing
// time. More people need free seats. The host is told.
//
// Errors: as ByToken; visit.people and visit.adults_few on pupils and adults; visit.closed (Conflict);
// visit.cannot_… (Conflict) where it is not active; booking.full, booking.group_size on pupils.
func (s *Service) Resize(ctx context.Context, a actor.Actor, token string, pupils, adults int64) (err error) {
	defer errs.Wrap(&err, "visit.Resize")
	v, err := s.ByToken(ctx, token)
	if err != nil {
		return err
	}
	o, err := s.Open(ctx, v.SessionID)
	if err != nil {
		return err
	}
	var bad problems
	bad.people(pupils, adults, o.Rule)
	if err := errs.Join(bad...); err != nil {
		return err
	}
	party := pupils + adults
	if party < int64(o.GroupMin) || party > int64(o.GroupMax) { // fewer is checked by nobody else
		return errs.Conflict("booking.group_size", "reason", string(booking.GroupSize), "least", o.GroupMin, "limit", o.GroupMax).On("pupils")
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		b, err := s.deps.Bookings.ResizeTx(ctx, tx, v.ID, party, false)
		if err != nil {
			return err
		}
		now, err := visitByID(ctx, tx, v.ID) // as it stands under the lock of its seats
		if err != nil {
			return err
		}
		switch at := s.deps.Clock.Now(); {
		case !now.State.Active() || !now.Filled():
			return errState(now.State)
		case now.Closes <= at:
			return errs.Conflict("visit.closed")
		case now.Pupils == pupils && now.Adults == adults:
			return nil
		}
		if _, err := tx.Exec(ctx, resizeVisit, v.ID, pupils, adults); err != nil {
			return err
		}
		return s.tellHostTx(ctx, tx, a, v.ID, o.UnitID, v.ActivityID, "changed."+itoa(b.Version+now.Version), "visit.told_changed")
	})
	return beside(err)
}

// Cancel gives up a visit for the holder of its manage token, until it begins; a roster is erased with it.
// A visit that was given up already stays so.
//
// Errors: as ByToken; booking.over (Conflict) once it has begun.
func (s *Service) Cancel(ctx context.Context, a actor.Actor, token string) (err error) {
	defer errs.Wrap(&err, "visit.Cancel")
	v, err := s.ByToken(ctx, token)
	if err != nil {
		return err
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := s.deps.Bookings.CancelTx(ctx, tx, v.ID, booking.ByBooker, booking.NothingUntold); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, eraseRoster, v.ID); err != nil {
			return err
		}
		return s.tellHostTx(ctx, tx, a, v.ID, v.Host.ID, v.ActivityID, "cancelled", "visit.told_cancelled")
	})
}

// Take takes the seats that a waiting class was offered, for the holder of its manage token.
//
// Errors: as ByToken and booking.Accept.
func (s *Service) Take(ctx context.Context, token string) (err error) {
	defer errs.Wrap(&err, "visit.Take")
	v, err := s.ByToken(ctx, token)
	if err != nil {
		return err
	}
	_, err = s.deps.Bookings.Accept(ctx, v.Code, token)
	return err
}
