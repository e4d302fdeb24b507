package booking

import (
	"context"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Resize gives a booking another number of people, for the holder of its manage token.
//
// Errors: as Get and ResizeTx; booking.group_change (Conflict) for a class, whose teacher asks the host.
func (s *Service) Resize(ctx context.Context, code, token string, party int64) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.Resize")
	err = s.ownTx(ctx, code, token, func(tx *sqldb.Tx, before Booking) error {
		if before.Group {
			return errGroupChange()
		}
		b, err = s.ResizeTx(ctx, tx, before.ID, party, false)
		return err
	})
	if err != nil {
		return Booking{}, err
	}
	return b, nil
}

// ownTx does something in one transaction with the booking that has a code, for the holder of its manage
// token.
func (s *Service) ownTx(ctx context.Context, code, token string, do func(tx *sqldb.Tx, b Booking) error) error {
	bookingID, err := s.BookingOf(token)
	if err != nil {
		return err
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		b, err := s.read(ctx, tx, bookingID, code)
		if err != nil {
			return err
		}
		return do(tx, b)
	})
}

// Move books another session of the same activity in the place of a booking, for the holder of its manage
// token: the new one is made and the old one cancelled in one transaction, with the same party, contact and
// answers. Its receipt has a code and a token of its own; the old ones lead to it. Asked again for the
// session that was moved to already it gives the same receipt.
//
// Who has seats does not give them up for a waitlist: a full session is booking.full and leaves all as it
// is.
//
// Errors: as Get and Claim; booking.state_cancelled, booking.over, booking.full, booking.group_change,
// booking.same_session (Conflict); booking.session_not_found, also for another activity's.
func (s *Service) Move(ctx context.Context, code, token, sessionID string) (receipt Receipt, err error) {
	defer errs.Wrap(&err, "booking.Move(%s)", sessionID)
	err = s.ownTx(ctx, code, token, func(tx *sqldb.Tx, b Booking) error {
		receipt, err = s.moveTx(ctx, tx, b.ID, sessionID)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	return receipt, nil
}

func (s *Service) moveTx(ctx context.Context, tx *sqldb.Tx, bookingID, sessionID string) (Receipt, error) {
	before, err := bookingByID(ctx, tx, bookingID)
	if err != nil {
		return Receipt{}, err
	}
	// Both are held in the order of their ids before either is looked at: two who change places wait for
	// each other and do not deadlock.
	windows, err := s.holdAllTx(ctx, tx, []string{before.SessionID, sessionID})
	if err != nil {
		return Receipt{}, err
	}
	from, to := windows[before.SessionID], windows[sessionID]
	if from == nil || to == nil || from.session.ActivityID != to.session.ActivityID {
		return Receipt{}, errSessionNotFound()
	}
	r, err := bookingByID(ctx, tx, bookingID) // as it stands under the lock
	if err != nil {
		return Receipt{}, err
	}
	own, err := ownRow(ctx, tx, bookingID)
	if err != nil {
		return Receipt{}, err
	}
	switch {
	case own.movedTo != "":
		return s.movedBefore(ctx, tx, own.movedTo, sessionID)
	case r.Group:
		return Receipt{}, errGroupChange()
	case r.Status == Cancelled || r.contact == nil:
		return Receipt{}, errs.Conflict("booking.state_cancelled")
	case before.SessionID == sessionID:
		return Receipt{}, errs.Conflict("booking.same_session").On("session")
	}
	b, err := s.opened(r)
	if err != nil {
		return Receipt{}, err
	}
	answers, err := s.openAnswers(bookingID, own.answers)
	if err != nil {
		return Receipt{}, err
	}
	if _, err := s.CancelTx(ctx, tx, bookingID, ByBooker, NothingUntold); err != nil {
		return Receipt{}, err
	}
	receipt, err := s.ClaimTx(ctx, tx, Request{
		SessionID: sessionID, Party: b.Party, Contact: b.Contact, Answers: answers, Source: FromPortal, Locale: own.locale, settled: true,
	})
	if err != nil {
		return Receipt{}, err
	}
	if receipt.Status == Waitlisted && r.Status != Waitlisted {
		left := max(to.session.Seat.Left(), 0)
		return Receipt{}, errs.Conflict("booking.full", "reason", string(Full), "left", left).On("session")
	}
	_, err = tx.Exec(ctx, setMoved, bookingID, receipt.BookingID)
	return receipt, err
}

// movedBefore is the receipt of a booking that took another's place already.
func (s *Service) movedBefore(ctx context.Context, tx *sqldb.Tx, bookingID, sessionID string) (Receipt, error) {
	b, err := s.GetTx(ctx, tx, bookingID)
	if err != nil {
		return Receipt{}, err
	}
	if b.SessionID != sessionID || b.Status == Cancelled {
		return Receipt{}, errs.Conflict("booking.state_cancelled")
	}
	return Receipt{BookingID: b.ID, Code: b.Code, Status: b.Status, Position: b.Position, ManageToken: s.Token(b.ID)}, nil
}

func errGroupChange() *errs.Error { return errs.Conflict("booking.group_change") }
