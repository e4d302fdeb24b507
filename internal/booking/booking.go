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

// What there is to tell. A later one takes the place of an earlier one that was not told yet.
const (
	NothingUntold   Untold = ""
	UntoldBooked    Untold = "booked"    // seats, a place on the waitlist, or a wait for the host
	UntoldOffered   Untold = "offered"   // seats are held for a waiting party until it takes them
	UntoldConfirmed Untold = "confirmed" // by the waitlist or by the host
	UntoldChanged   Untold = "changed"   // another party size
	UntoldMoved     Untold = "moved"     // the session begins or ends at another time
	UntoldCancelled Untold = "cancelled" // by the host, or because the session does not take place
	UntoldDeclined  Untold = "declined"  // by the host, before it was confirmed
	UntoldLapsed    Untold = "lapsed"    // an offer was not taken in time
	UntoldWaits     Untold = "waits"     // put back on the waitlist by the order of an office
	UntoldAfar      Untold = "afar"      // the session is held from afar by the order of an office
	UntoldOnsite    Untold = "onsite"    // and on site again
)

// By is who cancels a booking.
type By string

// Who can. The host also does so by cancelling the session.
const (
	ByBooker By = "booker"
	ByHost   By = "host"
)

// Contact is who answers for a booking.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Mail  string `json:"mail,omitempty"` // "" for none
}

// Request is a claim on seats of a session.
type Request struct {
	SessionID string
	Party     int64 // people
	Contact   Contact
	Answers   json.RawMessage // JSON of the host's questions, or nil
	// Source is who claims. Of FromHost and FromDoor the booking window and the largest party do not bind,
	// and the contact may be zero: somebody who stands at the door.
	Source Source
	Group  bool   // a class or group: the session's bounds of groups bind, and its way of counting them
	Hold   bool   // seats are held until the host confirms
	Locale string // in which the booker is written to, "" for the product's own
	// Key makes sending the request again safe: for a day the same key and request have the same
	// answer. "" without.
	Key string

	settled bool // the answers were accepted with the booking whose place this one takes
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
	ID         string
	SessionID  string
	Code       string
	Status     Status
	Party      int64
	Seats      int64 // of the session's; 1 for a group where groups are counted
	Group      bool
	Position   int64         // on the waitlist from 1; 0 unless Waitlisted
	OfferUntil clock.Instant // until when seats that were offered are held; 0 without an offer
	Skips      int64         // how often others behind a waiting party were let in
	SkipLeft   int64         // how many seats were free then: too few for the party
	Contact    Contact       // zero without one, and once it has expired
	Source     Source
	CreatedAt  clock.Instant
	Version    int64
}

// Offered tells whether seats are held for a party that was waiting, until OfferUntil.
func (b Booking) Offered() bool { return b.Status == Pending && b.OfferUntil > 0 }

// Lapsed tells whether the booking was lost because an offer was not taken in time.
func (b Booking) Lapsed() bool { return b.Status == Cancelled && b.OfferUntil > 0 }
