package activity

import "openweek/internal/clock"

// Reason is why the seats of a session cannot be had, or need not be.
type Reason string

// The reasons. A session without one has seats left.
const (
	SeatsLeft  Reason = ""
	FreeEntry  Reason = "free"      // nobody counts
	SeatsGone  Reason = "full"      // all are booked, held or kept back
	NotYetOpen Reason = "not_yet"   // bookings begin at Opens
	WasClosed  Reason = "closed"    // bookings have ended
	IsOver     Reason = "over"      // the session itself has
	CalledOff  Reason = "cancelled" // it does not take place
)

// Availability tells whether somebody can still come to a session.
type Availability struct {
	Left   int64 // seats; 0 where none are counted
	Reason Reason
	Opens  clock.Instant // of NotYetOpen
}

// Open tells whether somebody can come: a seat can be had, or none is needed.
func (a Availability) Open() bool { return a.Reason == SeatsLeft || a.Reason == FreeEntry }

// Availability tells whether somebody can still come at a moment. What ends the matter is told before
// what could still change.
func (s Session) Availability(now clock.Instant) Availability {
	switch {
	case s.Cancelled():
		return Availability{Reason: CalledOff}
	case s.Ends <= now:
		return Availability{Reason: IsOver}
	case !s.Bookable:
		return Availability{Reason: FreeEntry}
	}
	a := Availability{Left: s.Seat.Left()}
	switch {
	case s.Closes <= now:
		a.Reason = WasClosed
	case a.Left <= 0:
		a.Reason = SeatsGone
	case s.Opens > now:
		a.Reason, a.Opens = NotYetOpen, s.Opens
	}
	return a
}
