package booking

import (
	"context"
	"encoding/json"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Check tells what is wrong with a contact, as Claim would: for forms that ask more than a claim does.
//
// Errors: a form of the problems that Claim gives on contact.name, contact.phone and contact.mail.
func (c Contact) Check() error {
	_, bad := c.tidy()
	return errs.Join(bad...)
}

// NameTx gives a booking that its host made without a contact the one who answers for it, in the caller's
// transaction, such as a school that was invited and names its teacher. From then on the contact is told
// of it, in the language of locale.
//
// Errors: the forms of Claim about a contact; booking.not_found, booking.state_cancelled (Conflict),
// booking.named (Conflict) where it has a contact, booking.contact_twice (Conflict).
func (s *Service) NameTx(ctx context.Context, tx *sqldb.Tx, bookingID string, c Contact, locale string) (b Booking, err error) {
	defer errs.Wrap(&err, "booking.NameTx(%s)", bookingID)
	contact, bad := c.tidy()
	if err := errs.Join(bad...); err != nil {
		return Booking{}, err
	}
	secret, err := json.Marshal(contact)
	if err != nil {
		return Booking{}, err
	}
	hash := s.deps.Ring.Hash(contactPurpose, contact.Phone)
	reachable := len(s.channels(contact)) > 0
	return s.changeTx(ctx, tx, bookingID, func(w *window, r row, now clock.Instant) error {
		switch {
		case r.Status == Cancelled:
			return errs.Conflict("booking.state_cancelled")
		case r.contact != nil:
			return errs.Conflict("booking.named")
		}
		active, err := activeContacts(ctx, tx, [][]byte{hash})
		if err != nil {
			return err
		}
		if active[contactKey(r.SessionID, hash)] {
			return errTwice()
		}
		if _, err := tx.Exec(ctx, nameOne, r.ID, s.deps.Ring.Seal(contactPurpose, secret, bindContact(r.ID)), hash, reachable, locale, string(UntoldBooked), int64(now)); err != nil {
			return err
		}
		return s.dayTx(ctx, tx, w, hash, 1)
	})
}

// Contacts gives the contacts of bookings in clear, by the bookings' ids; those without one, or whose
// contact has expired, are not among them. It checks no right: that is the caller's.
func (s *Service) Contacts(ctx context.Context, q sqldb.Querier, bookingIDs []string) (byID map[string]Contact, err error) {
	defer errs.Wrap(&err, "booking.Contacts(%d)", len(bookingIDs))
	byID = make(map[string]Contact, len(bookingIDs))
	if len(bookingIDs) == 0 {
		return byID, nil
	}
	list, err := listContactsOf(ctx, q, bookingIDs)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if byID[r.id], err = s.openContact(r.id, r.sealed); err != nil {
			return nil, err
		}
	}
	return byID, nil
}
