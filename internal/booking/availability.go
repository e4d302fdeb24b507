package booking

import (
	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
)

// Reason is why a claim would not be confirmed.
type Reason string

// The reasons. A claim on a Full session is put on its waitlist, the others are refused.
const (
	Open          Reason = ""
	NotBookable   Reason = "not_bookable" // free entry: nobody counts
	NotYetOpen    Reason = "not_yet_open"
	Closed        Reason = "closed" // bookings have ended
	Full          Reason = "full"
	PartyTooLarge Reason = "party_too_large"
	CalledOff     Reason = "cancelled"
)

// Availability tells whether seats of a session can be had.
type Availability struct {
	Left   int64
	Reason Reason
	Opens  clock.Instant // of NotYetOpen
	Limit  int64         // of PartyTooLarge: the most people of one booking
}

// Available tells what a party of so many people can have of a session at a moment; a party of 1 asks
// for anything at all. Before bookings open a session is not yet open even if the host keeps all seats
// back: nobody waits for what cannot be booked.
func Available(s activity.Session, party int64, now clock.Instant) Availability {
	a := Availability{Left: max(s.Seat.Left(), 0)}
	limit := min(int64(s.PartyMax), s.Seat.Capacity)
	switch {
	case s.Cancelled():
		a.Left, a.Reason = 0, CalledOff
	case !s.Bookable:
		a.Left, a.Reason = 0, NotBookable
	case s.Closes <= now:
		a.Reason = Closed
	case s.Opens > now:
		a.Reason, a.Opens = NotYetOpen, s.Opens
	case party > limit:
		a.Reason, a.Limit = PartyTooLarge, limit
	case a.Left < party:
		a.Reason = Full
	}
	return a
}

// refusal is the error of a claim that cannot even wait, nil for one that can.
func (a Availability) refusal() error {
	switch a.Reason {
	case NotBookable:
		return errs.Conflict("booking.not_bookable", "reason", string(a.Reason))
	case NotYetOpen:
		return errs.Conflict("booking.not_yet_open", "reason", string(a.Reason), "opens", a.Opens.Time().Format("2006-01-02 15:04"))
	case Closed:
		return errs.Conflict("booking.closed", "reason", string(a.Reason))
	case PartyTooLarge:
		return errs.Conflict("booking.party_too_large", "reason", string(a.Reason), "limit", a.Limit).On("party_size")
	case CalledOff:
		return errs.Conflict("booking.session_cancelled", "reason", string(a.Reason))
	}
	return nil
}
