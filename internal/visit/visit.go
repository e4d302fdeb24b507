package visit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
)

// State is how a visit stands.
type State string

// The states. The first seven hold seats or a place on the waitlist.
const (
	Invited    State = "invited"  // the bureau holds seats, the school has not answered
	Accepted   State = "accepted" // the school comes and has not described its class yet
	Pending    State = "pending"  // waits for the host
	Confirmed  State = "confirmed"
	Waitlisted State = "waitlisted"
	Offered    State = "offered"   // seats became free and are held until the teacher takes them
	Declined   State = "declined"  // by the host, with a reason
	Refused    State = "refused"   // an invitation that the school has declined
	Withdrawn  State = "withdrawn" // an invitation that the bureau took back
	Lapsed     State = "lapsed"    // an invitation or an offer that nobody took in time
	Cancelled  State = "cancelled"
)

// States lists the states in the order in which lists offer them.
var States = []State{Pending, Invited, Accepted, Confirmed, Waitlisted, Offered, Declined, Refused, Withdrawn, Lapsed, Cancelled}

// Active tells whether a visit in the state holds seats or waits for some.
func (s State) Active() bool {
	switch s {
	case Declined, Refused, Withdrawn, Lapsed, Cancelled:
		return false
	}
	return true
}

// Transport is how a class comes.
type Transport string

// The ways.
const (
	ByBus    Transport = "bus" // a coach of its own, which needs a place to stand
	ByPublic Transport = "public"
	OnFoot   Transport = "foot"
	NeedHelp Transport = "help" // the school asks the host or the bureau for help
)

// Transports lists the ways in which a class comes.
var Transports = []Transport{ByBus, ByPublic, OnFoot, NeedHelp}

// Language is the language in which a class is shown around.
type Language string

// The languages.
const (
	Mandarin Language = "mandarin"
	English  Language = "english"
	Sign     Language = "sign" // 手语
)

// Languages lists the languages of a visit.
var Languages = []Language{Mandarin, English, Sign}

// School is where a class comes from.
type School struct {
	ID     string // of the registered unit, "" for one whose name was typed
	Name   string
	NameEN string
	Region string // where it stands; of a typed one its prefecture
}

// Class is what a host must know of a class. It holds no pupil's name.
type Class struct {
	Grade          string
	Pupils, Adults int64
	Needs          string // such as a wheelchair; it may say something of a child's health
	Transport      Transport
	Language       Language
}

// Party is how many people come.
func (c Class) Party() int64 { return c.Pupils + c.Adults }

// Bounds of what is written, in characters and people.
const (
	maxSchool = 60
	maxGrade  = 40
	maxNeeds  = 300
	maxReason = 200
	maxNote   = 300
	maxPeople = 1000 // of a class; the session's own bound is narrower
)

// Rule is what a host asks of those who come as a class; see booking.Rule.
type Rule struct{ AutoMax, AdultsPer, VisitsMax int64 }

// Adults is how many adults must come with so many pupils: at least one, or one for each AdultsPer.
func (r Rule) Adults(pupils int64) int64 {
	if r.AdultsPer <= 0 {
		return 1
	}
	return max(1, (pupils+r.AdultsPer-1)/r.AdultsPer)
}

// Confirms tells whether a class of so many pupils needs no word of the host.
func (r Rule) Confirms(pupils int64) bool { return r.AutoMax > 0 && pupils <= r.AutoMax }

// problems collects what is wrong with one form.
type problems []*errs.Error

func (bad *problems) add(e *errs.Error) {
	if e != nil {
		*bad = append(*bad, e)
	}
}

// text tidies what somebody typed: spaces at the ends and runs of them go away, lines stay where there may
// be several. What is missing, too long or not text is a problem on its field.
func (bad *problems) text(field, s string, limit int, needed, lines bool) string {
	s = norm.NFC.String(s)
	if lines {
		s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	} else {
		s = strings.Join(strings.Fields(s), " ")
	}
	switch {
	case s == "" && needed:
		bad.add(errs.Invalid("visit.text_missing").On(field))
	case !utf8.ValidString(s), strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && (r != '\n' || !lines) }):
		bad.add(errs.Invalid("visit.text_broken").On(field))
	case utf8.RuneCountInString(s) > limit:
		bad.add(errs.Invalid("visit.text_long", "limit", limit).On(field))
	default:
		return s
	}
	return ""
}

// tidy gives a class as it is stored, with what is wrong with it in itself and by the host's rule.
func (c Class) tidy(r Rule) (Class, problems) {
	var bad problems
	c.Grade = bad.text("grade", c.Grade, maxGrade, true, false)
	c.Needs = bad.text("needs", c.Needs, maxNeeds, false, true)
	bad.people(c.Pupils, c.Adults, r)
	if !known(Transports, c.Transport) {
		bad.add(errs.Invalid("visit.choice_missing").On("transport"))
	}
	if !known(Languages, c.Language) {
		bad.add(errs.Invalid("visit.choice_missing").On("language"))
	}
	return c, bad
}

// people checks the head-counts of a class.
func (bad *problems) people(pupils, adults int64, r Rule) {
	ok := true
	for _, one := range []struct {
		field string
		n     int64
		least int64
	}{{"pupils", pupils, 1}, {"adults", adults, 0}} {
		if one.n < one.least || one.n > maxPeople {
			ok = false
			bad.add(errs.Invalid("visit.people_count", "least", one.least, "limit", maxPeople).On(one.field))
		}
	}
	if least := r.Adults(pupils); ok && adults < least {
		bad.add(errs.Invalid("visit.adults_few", "least", least, "per", r.AdultsPer).On("adults"))
	}
}

func known[T comparable](list []T, one T) bool {
	for _, x := range list {
		if x == one {
			return true
		}
	}
	return false
}

// key tells schools apart: registered ones by their unit, others by where they stand and what they are
// called, without spaces and in one width of letters.
func (s School) key() string {
	if s.ID != "" {
		return s.ID
	}
	return s.Region + ":" + strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s.Name)), ""))
}

// Unit is a unit as a visit names it.
type Unit struct{ ID, Name, NameEN string }

// Visit is a class visit with what its pages show.
type Visit struct {
	ID         string // of its booking
	ActivityID string
	SessionID  string
	School     School
	Class      // Needs only for who may read them
	State      State
	Reason     string // of the host who declined, or of the session that does not take place
	Code       string
	Seats      int64         // of the session's
	Position   int64         // on the waitlist from 1; 0 unless Waitlisted
	OfferUntil clock.Instant // until when an offer is held; 0 without one

	Title, TitleEN               string // of the activity
	Host                         Unit   // the unit that answers for it
	Venue, Address               string
	Starts, Ends, Closes         clock.Instant
	SessionCancelled             bool
	Contact                      booking.Contact // masked but for who may read it; zero without one
	Roster                       Roster
	Allotment                    string // id of the bureau's invitation, "" without one
	CreatedAt, FilledAt, Decided clock.Instant
	Version                      int64
}

// Filled tells whether the class is described: not yet of an invitation.
func (v Visit) Filled() bool { return v.FilledAt > 0 }

// Changeable tells whether its teacher may still change the head-counts.
func (v Visit) Changeable(now clock.Instant) bool {
	return v.State.Active() && v.Filled() && v.Closes > now
}

// Cancellable tells whether its teacher may still give it up.
func (v Visit) Cancellable(now clock.Instant) bool {
	return v.State.Active() && v.Filled() && v.Starts > now
}

// stateOf derives the state from the booking's and what the visit and its invitation say.
func stateOf(status booking.Status, offerUntil clock.Instant, filled, declined bool, allotment AllotmentState) State {
	switch {
	case status == booking.Confirmed:
		return Confirmed
	case status == booking.Waitlisted:
		return Waitlisted
	case status == booking.Pending && !filled && allotment == AllotmentAccepted:
		return Accepted
	case status == booking.Pending && !filled:
		return Invited
	case status == booking.Pending && offerUntil > 0:
		return Offered
	case status == booking.Pending:
		return Pending
	case declined:
		return Declined
	case allotment == AllotmentDeclined:
		return Refused
	case allotment == AllotmentWithdrawn:
		return Withdrawn
	case allotment == AllotmentLapsed, offerUntil > 0:
		return Lapsed
	}
	return Cancelled
}

// Oversees tells whether somebody sees the visits of the schools of a region: the education departments.
func Oversees(a actor.Actor) bool {
	return a.IsStaff() && a.Platform == actor.NoPlatform && a.Place.Kind == actor.KindDepartment && a.Place.Line == actor.LineEducation
}

// Organises tells whether somebody invites schools and allots them to hosts: the education bureaus of
// prefectures, which the notice makes the organisers, and of counties.
func Organises(a actor.Actor) bool {
	return Oversees(a) && (a.Place.Tier == actor.TierPrefecture || a.Place.Tier == actor.TierCounty) && a.Has(actor.RoleEditor, actor.RoleHead)
}

// Hosts tells whether somebody reads the visits to the activities of their unit.
func Hosts(a actor.Actor) bool {
	return a.IsStaff() && a.Platform == actor.NoPlatform && a.UnitID != "" && a.Has(actor.RoleEditor, actor.RoleReviewer, actor.RoleHead)
}

// Belongs tells whether somebody sees the visits that their own unit makes as a school.
func Belongs(a actor.Actor) bool {
	return a.IsStaff() && a.Platform == actor.NoPlatform && a.UnitID != "" && a.Place.Kind != actor.KindDepartment
}

// mayRead tells whether somebody reads the visits to a unit's activities.
func mayRead(a actor.Actor, unitID string) bool { return Hosts(a) && a.UnitID == unitID }

// mayDecide tells whether somebody confirms and declines them.
func mayDecide(a actor.Actor, unitID string) bool {
	return actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: unitID})
}
