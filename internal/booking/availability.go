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
	NoGroups      Reason = "no_groups"  // groups are not taken
	GroupSize     Reason = "group_size" // the group is smaller or larger than those that are taken
	CalledOff     Reason = "cancelled"
)

// Availability tells whether seats of a session can be had.
type Availability struct {
	Left   int64
	Reason Reason
	Opens  clock.Instant // of NotYetOpen
	Least  int64         // of GroupSize: the fewest people of a group
	Limit  int64         // of PartyTooLarge and GroupSize: the most people of one booking
}

// Ask is what somebody asks of a session.
type Ask struct {
	Party int64
	Group bool
	Host  bool // its host asks, for a caller or for somebody at the door
}

// Seats is how many seats of a session it takes.
func (a Ask) Seats(s activity.Session) int64 {
	if a.Group && s.GroupUnit == activity.CountGroups {
		return 1
	}
	return a.Party
}

// Available tells what a party of so many people can have of a session at a moment; a party of 1 asks
// for anything at all.
func Available(s activity.Session, party int64, now clock.Instant) Availability {
	return AvailableTo(s, Ask{Party: party}, now)
}

// AvailableTo tells whether a session has at a moment what is asked of it. Before bookings open a session
// is not yet open even if the host keeps all seats back: nobody waits for what cannot be booked. A host
// books until the session ends.
func AvailableTo(s activity.Session, ask Ask, now clock.Instant) Availability {
	a := Availability{Left: max(s.Seat.Left(), 0)}
	limit := min(int64(s.PartyMax), s.Seat.Capacity)
	closes := s.Closes
	if ask.Host {
		limit, closes = s.Seat.Capacity, s.Ends
	}
	if ask.Group {
		a.Least, limit = int64(s.GroupMin), int64(s.GroupMax)
	}
	if s.GroupUnit == activity.CountPeople || !ask.Group {
		limit = min(limit, s.Seat.Capacity)
	}
	switch {
	case s.Cancelled():
		a.Left, a.Reason = 0, CalledOff
	case !s.Bookable:
		a.Left, a.Reason = 0, NotBookable
	case closes <= now:
		a.Reason = Closed
	case s.Opens > now && !ask.Host:
		a.Reason, a.Opens = NotYetOpen, s.Opens
	case ask.Group && s.GroupMax == 0:
		a.Reason = NoGroups
	case ask.Group && (ask.Party < a.Least || ask.Party > limit):
		a.Reason, a.Limit = GroupSize, limit
	case ask.Party > limit:
		a.Reason, a.Limit = PartyTooLarge, limit
	case a.Left < ask.Seats(s):
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
	case NoGroups:
		return errs.Conflict("booking.no_groups", "reason", string(a.Reason))
	case GroupSize:
		return errs.Conflict("booking.group_size", "reason", string(a.Reason), "least", a.Least, "limit", a.Limit).On("party_size")
	case CalledOff:
		return errs.Conflict("booking.session_cancelled", "reason", string(a.Reason))
	}
	return nil
}
