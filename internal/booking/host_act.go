package booking

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Caller is somebody for whom a host books: at the telephone, or without a contact at the door.
type Caller struct {
	Contact Contact // zero for somebody who simply came
	Party   int64
	Group   bool // counted as the session counts groups
	Locale  string
}

// BookFor books seats of a session for somebody, who may wait for them where there are not enough.
// Somebody without a contact has come: whom nobody can call waits for nothing.
//
// Errors: host.session_not_found, host.forbidden; as ClaimTx; booking.full (Conflict, with left) for
// somebody without a contact.
func (s *Service) BookFor(ctx context.Context, a actor.Actor, sessionID string, c Caller) (receipt Receipt, err error) {
	defer errs.Wrap(&err, "booking.BookFor")
	h, err := s.hosted(ctx, a, sessionID)
	if err != nil {
		return Receipt{}, err
	}
	r := Request{SessionID: h.ID, Party: c.Party, Contact: c.Contact, Source: FromHost, Group: c.Group, Locale: c.Locale}
	if c.Contact == (Contact{}) {
		r.Source = FromDoor
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if receipt, err = s.ClaimTx(ctx, tx, r); err != nil {
			return err
		}
		if receipt.Status == Waitlisted && r.Source == FromDoor {
			w, err := s.holdTx(ctx, tx, h.ID)
			if err != nil {
				return err
			}
			return errFull(max(w.session.Seat.Left(), 0))
		}
		return s.recordTx(ctx, tx, a, h, "booking.book_for", receipt.BookingID)
	})
	if err != nil {
		return Receipt{}, err
	}
	return receipt, nil
}

// recordTx writes an audit entry about one booking of a session.
func (s *Service) recordTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, h HostSession, action, bookingID string) error {
	return s.deps.Audit.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: "booking", SubjectID: bookingID, UnitID: h.Unit.ID})
}

// HostBooking gets one booking of a session with its contact masked.
//
// Errors: host.session_not_found, host.forbidden; booking.not_found, also for another session's.
func (s *Service) HostBooking(ctx context.Context, a actor.Actor, sessionID, bookingID string) (b HostBooking, err error) {
	defer errs.Wrap(&err, "booking.HostBooking")
	h, err := s.ownSession(ctx, a, sessionID)
	if err != nil {
		return HostBooking{}, err
	}
	if !id.Valid(bookingID) {
		return HostBooking{}, errNotFound()
	}
	rows, err := listHostRows(ctx, s.deps.DB, h.ID, 0, bookingChoice{id: bookingID}, 1)
	if err != nil {
		return HostBooking{}, err
	}
	if len(rows) == 0 {
		return HostBooking{}, errNotFound()
	}
	b, err = s.openHostRow(rows[0])
	b.Contact = b.Contact.Masked()
	return b, err
}

// change runs what a host does to one booking of a session, and records it.
func (s *Service) change(ctx context.Context, a actor.Actor, sessionID, bookingID, action string, do func(tx *sqldb.Tx) (Booking, error)) (b Booking, err error) {
	h, err := s.hosted(ctx, a, sessionID)
	if err != nil {
		return Booking{}, err
	}
	if !id.Valid(bookingID) {
		return Booking{}, errNotFound()
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		before, err := bookingByID(ctx, tx, bookingID)
		if err == nil && before.SessionID != h.ID {
			err = errNotFound()
		}
		if err != nil {
			return err
		}
		if b, err = do(tx); err != nil || b.Version == before.Version { // nothing has changed
			return err
		}
		return s.recordTx(ctx, tx, a, h, action, bookingID)
	})
	if err != nil {
		return Booking{}, err
	}
	b.Contact = b.Contact.Masked()
	return b, nil
}

// CancelFor cancels a booking of the host's session, or declines one that waits for the host. Its booker
// is told, its seats go to the waitlist.
//
// Errors: host.session_not_found, host.forbidden; booking.not_found, booking.over (Conflict).
func (s *Service) CancelFor(ctx context.Context, a actor.Actor, sessionID, bookingID string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.CancelFor")
	return s.change(ctx, a, sessionID, bookingID, "booking.cancel_for", func(tx *sqldb.Tx) (Booking, error) {
		before, err := bookingByID(ctx, tx, bookingID)
		if err != nil {
			return Booking{}, err
		}
		tell := UntoldCancelled
		if before.Status == Pending && !before.Offered() {
			tell = UntoldDeclined
		}
		return s.CancelTx(ctx, tx, bookingID, ByHost, tell)
	})
}

// ResizeFor gives a booking of the host's session another number of people. Errors: host.session_not_found,
// host.forbidden; as ResizeTx.
func (s *Service) ResizeFor(ctx context.Context, a actor.Actor, sessionID, bookingID string, party int64) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.ResizeFor")
	return s.change(ctx, a, sessionID, bookingID, "booking.resize_for", func(tx *sqldb.Tx) (Booking, error) {
		return s.ResizeTx(ctx, tx, bookingID, party, true)
	})
}

// ConfirmFor confirms a booking that waits for the host. Errors: host.session_not_found, host.forbidden;
// as ConfirmTx.
func (s *Service) ConfirmFor(ctx context.Context, a actor.Actor, sessionID, bookingID string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.ConfirmFor")
	return s.change(ctx, a, sessionID, bookingID, "booking.confirm_for", func(tx *sqldb.Tx) (Booking, error) {
		return s.ConfirmTx(ctx, tx, bookingID)
	})
}
