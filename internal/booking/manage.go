package booking

import (
	"context"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// ClaimTx claims seats in the caller's transaction, outside of the queue: for a host, a door and a class,
// of which few come at once. What is not of the queue is as with Claim.
//
// Errors: as Claim, without booking.busy.
func (s *Service) ClaimTx(ctx context.Context, tx *sqldb.Tx, r Request) (receipt Receipt, err error) {
	defer errs.Wrap(&err, "booking.ClaimTx")
	c, err := s.prepare(r)
	if err == nil {
		err = s.orderedTx(ctx, tx, r)
	}
	if err != nil {
		return Receipt{}, err
	}
	for try := 1; ; try++ {
		outcomes, err := s.admitTx(ctx, tx, []*claim{c})
		switch {
		case err == nil:
			return s.receipt(outcomes[0])
		case err != errCodes || try == codeTries: //nolint:errorlint // it is our own, and not wrapped
			return Receipt{}, err
		}
		c.code = newCode()
	}
}

// Cancel gives up the booking with a code for the holder of its manage token, until its session begins.
// Its seats go to the waitlist. A booking that is cancelled already stays so.
//
// Errors: as Get; booking.over (Conflict) once the session has begun.
func (s *Service) Cancel(ctx context.Context, code, token string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.Cancel")
	err = s.ownTx(ctx, code, token, func(tx *sqldb.Tx, before Booking) error {
		b, err = s.CancelTx(ctx, tx, before.ID, ByBooker, NothingUntold)
		return err
	})
	if err != nil {
		return Booking{}, err
	}
	return b, nil
}

// CancelTx cancels an active booking in the caller's transaction; a booking that is cancelled already
// stays so. A booker cancels until the session begins, a host until it ends. tell is what the booker must
// be told.
//
// Errors: booking.not_found, booking.over (Conflict).
func (s *Service) CancelTx(ctx context.Context, tx *sqldb.Tx, bookingID string, who By, tell Untold) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.CancelTx(%s)", bookingID)
	return s.changeTx(ctx, tx, bookingID, func(w *window, r row, now clock.Instant) error {
		if r.Status == Cancelled {
			return nil
		}
		if who == ByBooker && w.session.Starts <= now || w.session.Ends <= now {
			return errs.Conflict("booking.over")
		}
		return s.endTx(ctx, tx, w, r, who, tell, 0, now)
	})
}

// endTx cancels a booking whose seats are held and frees them. lapsed is the end of an offer that was not
// taken.
func (s *Service) endTx(ctx context.Context, tx *sqldb.Tx, w *window, r row, who By, tell Untold, lapsed, now clock.Instant) error {
	if _, err := tx.Exec(ctx, cancelOne, r.ID, string(who), string(r.tell(tell)), int64(now), int64(lapsed)); err != nil {
		return err
	}
	switch r.Status {
	case Waitlisted:
		w.change(0, -r.reserved)
	case Confirmed:
		w.change(-r.Seats, 0)
	case Pending:
		w.change(0, -r.Seats)
	}
	return s.dayTx(ctx, tx, w, r.hash, -1)
}

// tell is what a booker is told; who has no contact is told nothing.
func (r row) tell(what Untold) Untold {
	if r.contact == nil {
		return NothingUntold
	}
	return what
}

// ConfirmTx confirms a booking that waits for its host, in the caller's transaction; one that is
// confirmed already stays so.
//
// Errors: booking.not_found, booking.not_pending (Conflict), booking.over (Conflict).
func (s *Service) ConfirmTx(ctx context.Context, tx *sqldb.Tx, bookingID string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.ConfirmTx(%s)", bookingID)
	return s.changeTx(ctx, tx, bookingID, func(w *window, r row, now clock.Instant) error {
		switch {
		case r.Status == Confirmed:
			return nil
		case r.Status != Pending || r.Offered():
			return errs.Conflict("booking.not_pending")
		case w.session.Ends <= now:
			return errs.Conflict("booking.over")
		}
		return s.takeHeldTx(ctx, tx, w, r, r.tell(UntoldConfirmed), now)
	})
}

// takeHeldTx makes seats that are held for a booking its own.
func (s *Service) takeHeldTx(ctx context.Context, tx *sqldb.Tx, w *window, r row, tell Untold, now clock.Instant) error {
	if _, err := tx.Exec(ctx, confirmOne, r.ID, string(tell), int64(now)); err != nil {
		return err
	}
	w.change(r.Seats, -r.Seats)
	return nil
}

// Accept takes the seats that a waiting party was offered, for the holder of its manage token.
//
// Errors: as Get; booking.offer_lapsed (Conflict), booking.not_offered (Conflict).
func (s *Service) Accept(ctx context.Context, code, token string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.Accept")
	err = s.ownTx(ctx, code, token, func(tx *sqldb.Tx, before Booking) error {
		b, err = s.changeTx(ctx, tx, before.ID, func(w *window, r row, now clock.Instant) error {
			switch {
			case r.Status == Confirmed:
				return nil
			case r.Lapsed() || r.Offered() && r.OfferUntil <= now:
				return errs.Conflict("booking.offer_lapsed")
			case !r.Offered():
				return errs.Conflict("booking.not_offered")
			}
			return s.takeHeldTx(ctx, tx, w, r, r.tell(UntoldConfirmed), now)
		})
		return err
	})
	if err != nil {
		return Booking{}, err
	}
	return b, nil
}

// ResizeTx gives a booking another number of people in the caller's transaction: fewer free seats for the
// waitlist, more need free ones, and who waits keeps the place. host tells that the session's host does
// it, whom the window and the largest party do not bind.
//
// Errors: booking.not_found, booking.state_cancelled (Conflict); booking.over (Conflict); booking.full
// (Conflict, with left) where fewer are left than are added; otherwise as Claim.
func (s *Service) ResizeTx(ctx context.Context, tx *sqldb.Tx, bookingID string, party int64, host bool) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.ResizeTx(%s)", bookingID)
	if party < 1 {
		return Booking{}, errs.Join(errs.Invalid("booking.party_size").On("party_size"))
	}
	return s.changeTx(ctx, tx, bookingID, func(w *window, r row, now clock.Instant) error {
		ask := Ask{Party: party, Group: r.Group, Host: host}
		seats := ask.Seats(w.session)
		more := seats - r.Seats
		switch {
		case party == r.Party:
			return nil
		case r.Status == Cancelled:
			return errs.Conflict("booking.state_cancelled")
		case w.session.Starts <= now && !host, w.session.Ends <= now:
			return errs.Conflict("booking.over")
		}
		if party > r.Party { // fewer may come at any time
			a := AvailableTo(w.session, ask, now)
			if err := a.refusal(); err != nil {
				return err
			}
			if r.Status != Waitlisted && (a.Left < more || w.queued()) {
				return errFull(max(0, a.Left))
			}
		}
		freed := int64(0)
		if r.Status == Waitlisted {
			freed = max(0, r.reserved-seats)
		}
		if _, err := tx.Exec(ctx, resizeOne, r.ID, party, seats, r.reserved-freed, string(r.tell(UntoldChanged)), int64(now)); err != nil {
			return err
		}
		switch r.Status {
		case Confirmed:
			w.change(more, 0)
		case Pending:
			w.change(0, more)
		case Waitlisted:
			w.change(0, -freed)
		}
		return nil
	})
}

// changeTx changes one booking while the seats of its session are held, gives what became free to the
// waitlist, and reads the booking again.
func (s *Service) changeTx(ctx context.Context, tx *sqldb.Tx, bookingID string, change func(w *window, r row, now clock.Instant) error) (Booking, error) {
	before, err := bookingByID(ctx, tx, bookingID)
	if err != nil {
		return Booking{}, err
	}
	w, err := s.holdTx(ctx, tx, before.SessionID)
	if err != nil {
		return Booking{}, err
	}
	r, err := bookingByID(ctx, tx, bookingID) // as it stands under the lock
	if err != nil {
		return Booking{}, err
	}
	now := s.deps.Clock.Now()
	if err := change(w, r, now); err != nil {
		return Booking{}, err
	}
	if err := s.settleTx(ctx, tx, w, now); err != nil {
		return Booking{}, err
	}
	return s.GetTx(ctx, tx, bookingID)
}

// holdTx holds the seats of one session and reads what decides about it.
func (s *Service) holdTx(ctx context.Context, tx *sqldb.Tx, sessionID string) (*window, error) {
	windows, err := s.holdAllTx(ctx, tx, []string{sessionID})
	if err != nil {
		return nil, err
	}
	w := windows[sessionID]
	if w == nil {
		return nil, errSessionNotFound()
	}
	return w, nil
}

// settleTx gives what is free to the waitlist and writes the seats.
func (s *Service) settleTx(ctx context.Context, tx *sqldb.Tx, w *window, now clock.Instant) error {
	if err := s.moveUpTx(ctx, tx, w, now); err != nil {
		return err
	}
	if w.take == 0 && w.hold == 0 {
		return nil
	}
	return s.deps.Activities.TakeHeldSeatsTx(ctx, tx, []activity.Seat{w.session.Seat})
}
