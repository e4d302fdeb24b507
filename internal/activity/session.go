package activity

import (
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// GroupUnit is what a session counts when groups come.
type GroupUnit string

// The units.
const (
	CountPeople GroupUnit = "people" // a group takes as many seats as it has people
	CountGroups GroupUnit = "groups" // a seat is a group
)

// MaxSessions is how many sessions an activity may have: each day of a fortnight at fourteen times.
const MaxSessions = 200

// Bounds of a session.
const (
	usualParty  = 5
	maxParty    = 50
	maxGroup    = 1000
	longestRun  = 31 * 24 * time.Hour // an exhibition that stays open
	farFromWeek = 180                 // days: preparations and follow-ups, but no mistyped year
)

// SessionDraft is what a host says of one run.
type SessionDraft struct {
	Starts clock.Instant `json:"starts"`
	Ends   clock.Instant `json:"ends"`
	// Opens and Closes are the booking window: Opens 0 is from the publishing on, Closes 0 until it starts.
	Opens    clock.Instant `json:"opens,omitempty"`
	Closes   clock.Instant `json:"closes,omitempty"`
	Bookable bool          `json:"bookable,omitempty"` // false: free entry, no seats are counted
	Capacity int64         `json:"capacity,omitempty"`
	PartyMax int           `json:"party_max,omitempty"` // most people of one booking; 0 takes 5
	// GroupMin and GroupMax bound a class or group that its teacher books; 0 and 0 take none.
	GroupMin  int       `json:"group_min,omitempty"`
	GroupMax  int       `json:"group_max,omitempty"`
	GroupUnit GroupUnit `json:"group_unit,omitempty"` // "" takes CountPeople
}

// Session is one dated run of an activity.
type Session struct {
	ID         string
	ActivityID string
	SessionDraft
	Seat         Seat
	CancelledAt  clock.Instant // 0 unless it was cancelled
	CancelReason string
	Version      int64
}

// Cancelled tells whether the session does not take place.
func (s Session) Cancelled() bool { return s.CancelledAt != 0 }

// Day is the local day on which it begins.
func (s Session) Day() clock.Day { return s.Starts.Day() }

// tidy fills in what a host need not say.
func (d SessionDraft) tidy() SessionDraft {
	if d.Closes == 0 {
		d.Closes = d.Starts
	}
	if d.GroupUnit == "" {
		d.GroupUnit = CountPeople
	}
	if !d.Bookable {
		d.Opens, d.Closes, d.Capacity, d.PartyMax, d.GroupMin, d.GroupMax, d.GroupUnit = 0, d.Starts, 0, 0, 0, 0, CountPeople
	} else if d.PartyMax == 0 {
		d.PartyMax = min(usualParty, int(max(d.Capacity, 1)))
	}
	return d
}

// problems tells what is wrong with a tidied run, each on a field below at. start and end are the
// edition's week, "" for none.
func (d SessionDraft) problems(at string, start, end clock.Day) (bad problems) {
	switch {
	case d.Starts <= 0 || d.Starts >= latest:
		bad.add(errs.Invalid("activity.session_undated").On(at + ".starts"))
		return bad
	case d.Ends <= d.Starts:
		bad.add(errs.Invalid("activity.session_backwards").On(at + ".ends"))
	case d.Ends.Sub(d.Starts) > longestRun:
		bad.add(errs.Invalid("activity.session_long", "days", int(longestRun/(24*time.Hour))).On(at + ".ends"))
	case start != "" && (d.Starts < start.AddDays(-farFromWeek).Start() || d.Starts >= end.AddDays(farFromWeek).End()):
		bad.add(errs.Invalid("activity.session_far", "days", farFromWeek).On(at + ".starts"))
	}
	if d.Closes > d.Starts {
		bad.add(errs.Invalid("activity.session_closes_late").On(at + ".closes"))
	}
	if d.Opens < 0 || d.Opens >= d.Closes {
		bad.add(errs.Invalid("activity.session_window").On(at + ".opens"))
	}
	if !d.Bookable {
		return bad
	}
	if d.Capacity < 1 || d.Capacity > maxSeats {
		bad.add(errs.Invalid("activity.session_capacity", "limit", maxSeats).On(at + ".capacity"))
	}
	if d.PartyMax < 1 || d.PartyMax > maxParty {
		bad.add(errs.Invalid("activity.session_party", "limit", maxParty).On(at + ".party_max"))
	}
	if d.GroupUnit != CountPeople && d.GroupUnit != CountGroups {
		bad.add(errs.Invalid("activity.choice_unknown").On(at + ".group_unit"))
	}
	if (d.GroupMin != 0 || d.GroupMax != 0) && (d.GroupMin < 1 || d.GroupMax < d.GroupMin || d.GroupMax > maxGroup) {
		bad.add(errs.Invalid("activity.session_group", "limit", maxGroup).On(at + ".group_max"))
	}
	return bad
}

// latest is the end of what a date can be written as with four digits.
var latest = clock.Day("9999-12-31").Start()
