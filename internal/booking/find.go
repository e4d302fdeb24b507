package booking

import (
	"context"
	"crypto/subtle"
	"encoding/json"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Find gives the manage token of a booking to who knows its code and the telephone number that it was made
// with. An unknown code and another number have the same answer after the same work.
//
// Errors: booking.no_match (Invalid); booking.phone_malformed (Invalid, on phone).
func (s *Service) Find(ctx context.Context, code, phone string) (token string, err error) {
	defer errs.Wrap(&err, "booking.Find")
	number, err := ParsePhone(phone)
	if err != nil {
		return "", errs.Join(errs.As(err).On("phone"))
	}
	bookingID, stored, err := contactByCode(ctx, s.deps.DB, tidyCode(code))
	if err != nil {
		return "", err
	}
	hash := s.deps.Ring.Hash(contactPurpose, number)
	if stored == nil {
		stored = make([]byte, len(hash))
	}
	if subtle.ConstantTimeCompare(hash, stored) != 1 {
		return "", errs.Invalid("booking.no_match")
	}
	return s.Token(bookingID), nil
}

// Ticket is a booking with all that is stored about it, as its booker reads it.
type Ticket struct {
	Booking
	Session     activity.Session
	Questions   []Question // of today
	Answers     json.RawMessage
	Locale      string
	ChangedAt   clock.Instant
	CancelledBy By     // "" unless Cancelled
	MovedTo     string // the manage token of the booking that took its place, "" for none
	Reachable   bool   // the booker is written to
}

// SendsMail tells whether bookers who give a mail address are written to.
func (s *Service) SendsMail() bool { return s.deps.Mail }

// Erased tells whether it is not known any more who booked.
func (t Ticket) Erased() bool { return t.Contact == Contact{} }

// Ticket gets a booking for the holder of its manage token.
//
// Errors: booking.token_refused (Forbidden) for a token that is forged; booking.not_found.
func (s *Service) Ticket(ctx context.Context, token string) (t Ticket, err error) {
	defer errs.Wrap(&err, "booking.Ticket")
	bookingID, err := s.BookingOf(token)
	if err != nil {
		return Ticket{}, err
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		if t.Booking, err = s.GetTx(ctx, q, bookingID); err != nil {
			return err
		}
		own, err := ownRow(ctx, q, bookingID)
		if err != nil {
			return err
		}
		t.Locale, t.ChangedAt, t.CancelledBy, t.Reachable = own.locale, own.changed, own.cancelledBy, own.reachable
		if own.movedTo != "" {
			t.MovedTo = s.Token(own.movedTo)
		}
		t.Answers, err = s.openAnswers(bookingID, own.answers)
		return err
	})
	if err != nil {
		return Ticket{}, err
	}
	offer, err := s.deps.Activities.GetOffer(ctx, t.SessionID)
	if err != nil {
		return Ticket{}, err
	}
	t.Session = offer.Session
	rule, err := ruleOf(ctx, s.deps.DB, offer.ActivityID)
	t.Questions = rule.Questions
	return t, err
}

func (s *Service) openAnswers(bookingID string, sealed []byte) (json.RawMessage, error) {
	if sealed == nil {
		return nil, nil
	}
	return s.deps.Ring.Open(answersPurpose, sealed, bindAnswers(bookingID))
}

// EraseOwn forgets who made a booking, for the holder of its manage token: contact, answers and language.
// Before its session begins that cancels the booking. What was booked stays as a number.
//
// Errors: as Get.
func (s *Service) EraseOwn(ctx context.Context, code, token string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.EraseOwn")
	err = s.ownTx(ctx, code, token, func(tx *sqldb.Tx, before Booking) error {
		w, err := s.holdTx(ctx, tx, before.SessionID)
		if err != nil {
			return err
		}
		if before.Status != Cancelled && w.session.Starts > s.deps.Clock.Now() {
			if _, err := s.CancelTx(ctx, tx, before.ID, ByBooker, NothingUntold); err != nil {
				return err
			}
		}
		r, err := bookingByID(ctx, tx, before.ID)
		if err != nil {
			return err
		}
		if r.contact != nil {
			if err := s.eraseTx(ctx, tx, w, r); err != nil {
				return err
			}
		}
		b, err = s.GetTx(ctx, tx, before.ID)
		return err
	})
	if err != nil {
		return Booking{}, err
	}
	return b, nil
}

// eraseTx takes what identifies a booker out of every table of the package.
func (s *Service) eraseTx(ctx context.Context, tx *sqldb.Tx, w *window, r row) error {
	if _, err := tx.Exec(ctx, eraseOne, r.ID, int64(s.deps.Clock.Now())); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, eraseKeys, r.ID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, eraseDays, w.session.ActivityID, r.hash)
	return err
}
