package booking

import (
	"encoding/json"

	"openweek/internal/clock"
)

// Status is how a booking stands.
type Status string

// The states. All but Cancelled are active: they keep their contact from booking the session again.
const (
	Confirmed  Status = "confirmed"  // has its seats
	Waitlisted Status = "waitlisted" // waits for seats and takes none
	Pending    Status = "pending"    // holds its seats until the host confirms
	Cancelled  Status = "cancelled"
)

// Source is where a booking came from.
type Source string

// The sources.
const (
	FromPortal Source = "portal"
	FromAPI    Source = "api"
	FromHost   Source = "host" // booked by the host for a caller
	FromDoor   Source = "door" // somebody who simply came
)

// Untold is what a booker must still be told of.
type Untold string

// What there is to tell.
const (
	NothingUntold   Untold = ""
	UntoldConfirmed Untold = "confirmed" // the waitlist has moved up to them
	UntoldMoved     Untold = "moved"     // the session begins or ends at another time
	UntoldCancelled Untold = "cancelled" // the session does not take place
)

// by is who cancelled a booking.
type by string

// Who can. The host also does so by cancelling the session.
const (
	byBooker by = "booker"
	byHost   by = "host"
)

// Contact is who answers for a booking.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// Request is a claim on seats of a session.
type Request struct {
	SessionID string
	Party     int64 // people
	Contact   Contact
	Answers   json.RawMessage // JSON of the host's questions, or nil
	Source    Source
	// Key makes sending the request again safe: for a day the same key and request have the same
	// answer. "" without.
	Key string
}

// Receipt is the answer to a claim that was admitted.
type Receipt struct {
	BookingID   string
	Code        string // admits, and nothing else
	Status      Status
	Position    int64  // on the waitlist from 1; 0 unless Waitlisted
	ManageToken string // lets its holder read and cancel the booking
}

// Booking is a booking as its booker sees it.
type Booking struct {
	ID        string
	SessionID string
	Code      string
	Status    Status
	Party     int64
	Position  int64   // on the waitlist from 1; 0 unless Waitlisted
	Contact   Contact // zero once it has expired
	CreatedAt clock.Instant
	Version   int64
}
