package door

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
)

// How is the way in which somebody was checked in.
type How string

// The ways.
const (
	Scanned How = "scan"
	Typed   How = "typed"
	Picked  How = "picked" // from the list of those expected
	WalkIn  How = "walk_in"
	Paper   How = "paper" // from a printed list, later
)

// Kind is what a telephone hands in.
type Kind string

// The kinds.
const (
	CheckIn Kind = "check_in" // of a booking, by its code or picked
	Walk    Kind = "walk_in"  // people without a booking
	Undo    Kind = "undo"     // of an earlier check-in or walk-in
	Change  Kind = "people"   // another number of people of an earlier one
)

// Device is the telephone that hands in.
type Device struct {
	ID     string // made by itself
	Helper string // who holds it, as they call themselves; may be ""
}

// Event is something that happened at a door.
type Event struct {
	ID        string // made by the telephone: what is handed in twice counts once
	Kind      Kind
	Of        string // of Undo and Change: the ID of the check-in
	Code      string // of CheckIn
	BookingID string // of CheckIn with How Picked, instead of Code
	SessionID string // of Walk
	People    int64  // 0 of a CheckIn is the whole party
	How       How    // of CheckIn: Scanned, Typed or Picked
	// DeviceAt is the telephone's clock at the event, which is only kept. Age is how long ago it was by the
	// telephone when it handed in: came_at is the server's time less it.
	DeviceAt clock.Instant
	Age      time.Duration
}

// Result is what becomes of an event.
type Result string

// The results. All but In, Already, WalkedIn, Undone and Changed leave nothing behind.
const (
	In           Result = "in"
	Already      Result = "already" // kept as a duplicate; First tells who, where and when
	WalkedIn     Result = "walked_in"
	Undone       Result = "undone"
	Changed      Result = "changed"
	Unknown      Result = "unknown"       // no booking has the code
	OtherSession Result = "other_session" // the booking is for another session of that day, or of another activity
	OtherDay     Result = "other_day"     // the booking is for another day, or it is not that day yet
	Waiting      Result = "waitlisted"
	Pending      Result = "pending" // the host has not confirmed it
	Cancelled    Result = "cancelled"
	SessionOff   Result = "session_off" // the session does not take place
	Closed       Result = "closed"      // it happened after the door was closed
	TooMany      Result = "too_many"    // more people than the booking has
	TooLate      Result = "too_late"    // to undo or change
	NoSuch       Result = "no_such"     // what should be undone or changed is not there
)

// Seen tells of the check-in that was the first.
type Seen struct {
	At     clock.Instant
	Door   string // the label of its link; "" from paper
	Helper string
	How    How
}

// Answer tells what became of an event.
type Answer struct {
	ID        string
	Result    Result
	People    int64 // that came
	Party     int64 // of the booking
	SessionID string
	Starts    clock.Instant // of the session
	Title     string        // of the activity, where it is another than the link's
	First     *Seen         // of Already
	Seated    bool          // of WalkedIn: seats were left and are taken
	Over      bool          // of WalkedIn: the session counts seats, and none were left for them
}

// undoTime is how long a mistaken check-in can be taken back.
const undoTime = 10 * time.Minute

// Bounds of what a telephone hands in.
const (
	MaxEvents = 200 // at once
	maxPeople = 1000
	maxAge    = 31 * 24 * time.Hour
	maxHelper = 20 // characters
	maxLabel  = 30
	latestYet = clock.Instant(253_402_300_800_000_000) // the year 10000
)

func (d Device) check() (Device, error) {
	d.Helper = tidy(d.Helper)
	switch {
	case !id.Valid(d.ID):
		return d, errs.Invalid("door.device_malformed").On("device")
	case !utf8.ValidString(d.Helper) || utf8.RuneCountInString(d.Helper) > maxHelper || strings.ContainsFunc(d.Helper, unprintable):
		return d, errs.Invalid("door.helper_malformed", "limit", maxHelper).On("helper")
	}
	return d, nil
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// check finds what no page of ours sends.
func (e Event) check() error {
	bad := func(field string) error { return errs.Invalid("door.event_malformed").On(field) }
	switch {
	case !id.Valid(e.ID):
		return bad("id")
	case e.People < 0 || e.People > maxPeople:
		return bad("people")
	case e.DeviceAt < 0 || e.DeviceAt > latestYet:
		return bad("device_at")
	case e.Age < 0 || e.Age > maxAge:
		return bad("age")
	}
	switch e.Kind {
	case CheckIn:
		switch e.How {
		case Scanned, Typed:
			if e.BookingID != "" {
				return bad("booking")
			}
		case Picked:
			if !id.Valid(e.BookingID) {
				return bad("booking")
			}
		default:
			return bad("how")
		}
	case Walk:
		if !id.Valid(e.SessionID) || e.People < 1 {
			return bad("session")
		}
	case Undo, Change:
		if !id.Valid(e.Of) || e.Kind == Change && e.People < 1 {
			return bad("of")
		}
	default:
		return bad("kind")
	}
	return nil
}

// at is when the event was by the server's clock: not before the link was made, and not later than now.
func (e Event) at(l Link, now clock.Instant) clock.Instant {
	return min(max(now.Add(-e.Age), l.MadeAt), now)
}

// CodeOf reads a code as a ticket shows it, as people type it and as its QR code holds it: the code or the
// site's short address with it. "" where it is none.
func CodeOf(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > 300 {
		return ""
	}
	if i := strings.LastIndex(text, "/c/"); i >= 0 {
		text = text[i+len("/c/"):]
		if j := strings.IndexAny(text, "?#/"); j >= 0 {
			text = text[:j]
		}
	}
	text = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "　", "", "－", "").Replace(text))
	if len(text) != codeLength || strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(codeLetters, r) }) {
		return ""
	}
	return text
}

// Codes are as package booking draws them.
const (
	codeLength  = 8
	codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
)
