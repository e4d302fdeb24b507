package measure

import (
	"slices"
	"strings"
	"unicode/utf8"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
)

// Cause is why an office orders a measure.
type Cause string

// The causes.
const (
	Epidemic Cause = "epidemic"
	Weather  Cause = "weather"
	Safety   Cause = "safety"
)

// Causes lists the causes.
var Causes = []Cause{Epidemic, Weather, Safety}

// Onsite is whether people come to a place.
type Onsite string

// What an office can order about it.
const (
	OnsiteStays Onsite = ""
	OnsiteAfar  Onsite = "online" // from afar where there is a way, else not at all
	OnsiteOff   Onsite = "off"    // what can only be visited is cancelled
)

// Onsites lists what an office can order.
var Onsites = []Onsite{OnsiteStays, OnsiteAfar, OnsiteOff}

// Draft is a measure as it is written.
type Draft struct {
	EditionID  string
	Region     string // GB/T 2260 code: the territory, a prefecture or a county
	Cause      Cause
	CapPercent int64 // of the seats that may be taken, 1 to 100
	Contact    bool  // everybody who comes leaves a telephone number
	Onsite     Onsite
	Advice     string // what visitors must know; "" for nothing
	AdviceEN   string
	Reason     string    // what those concerned are told
	First      clock.Day // sessions that begin on these days
	Last       clock.Day // "" for no end
}

// Bounds of texts, in characters.
const (
	maxReason = 200
	maxAdvice = 600
)

// Measure is an order of an office.
type Measure struct {
	ID string
	Draft
	UnitID string // whose order it is
	// UnitName and UnitNameEN name it.
	UnitName, UnitNameEN string

	SetBy   string // person
	SetAt   clock.Instant
	EndedBy string
	EndedAt clock.Instant // 0 while it is in force
	Effect  Effect        // what it has done
	Version int64
}

// InForce tells whether the measure was not switched off.
func (m Measure) InForce() bool { return m.EndedAt == 0 }

// Effect is what a measure does to sessions and to those who booked them. Parties are bookings, people
// those whom they bring.
type Effect struct {
	Sessions      int64 `json:"sessions"`    // that it concerns
	Capped        int64 `json:"capped"`      // of which seats are kept back
	Seats         int64 `json:"seats"`       // so many
	CutParties    int64 `json:"cut_parties"` // put back on a waitlist
	CutPeople     int64 `json:"cut_people"`
	Online        int64 `json:"online"` // sessions that are held from afar
	OnlineParties int64 `json:"online_parties"`
	OnlinePeople  int64 `json:"online_people"`
	Cancelled     int64 `json:"cancelled"` // sessions that are cancelled
	OffParties    int64 `json:"off_parties"`
	OffPeople     int64 `json:"off_people"`
	Written       int64 `json:"written"` // bookers who are written to
	Called        int64 `json:"called"`  // bookers whom no letter reaches: their hosts call
}

// Told is how many bookers are told something.
func (e Effect) Told() int64 { return e.Written + e.Called }

// Quiet tells whether it does nothing to any session.
func (e Effect) Quiet() bool { return e.Capped+e.Online+e.Cancelled == 0 }

// add counts what becomes of one session: more seats that are kept back, those who lose theirs, and all who
// have booked it.
func (e *Effect) add(is, next state, more int64, lost, all booking.Parties) {
	told := booking.Parties{}
	if more > 0 {
		e.Capped, e.Seats = e.Capped+1, e.Seats+more
		e.CutParties, e.CutPeople = e.CutParties+lost.Count, e.CutPeople+lost.People
		told = lost
	}
	if next.online && !is.online {
		e.Online, e.OnlineParties, e.OnlinePeople = e.Online+1, e.OnlineParties+all.Count, e.OnlinePeople+all.People
		told = all
	}
	if next.cancelled && !is.cancelled {
		e.Cancelled, e.OffParties, e.OffPeople = e.Cancelled+1, e.OffParties+all.Count, e.OffPeople+all.People
		told = all
	}
	e.Written, e.Called = e.Written+told.Reached, e.Called+told.Named-told.Reached
}

// plus gives both together; the sessions concerned are those of the first.
func (e Effect) plus(o Effect) Effect {
	return Effect{
		e.Sessions, e.Capped + o.Capped, e.Seats + o.Seats, e.CutParties + o.CutParties, e.CutPeople + o.CutPeople,
		e.Online + o.Online, e.OnlineParties + o.OnlineParties, e.OnlinePeople + o.OnlinePeople,
		e.Cancelled + o.Cancelled, e.OffParties + o.OffParties, e.OffPeople + o.OffPeople, e.Written + o.Written, e.Called + o.Called,
	}
}

// MaySet tells whether an actor may order measures for a region: the head of the education department that
// leads the week there or in a region around it (notice: 教育行政部门牵头).
func MaySet(a actor.Actor, region string) bool {
	return a.IsStaff() && a.Platform == actor.NoPlatform && a.Has(actor.RoleHead) && leads(a) && actor.RegionWithin(region, a.Place.Region)
}

// MayRead tells whether an actor sees measures: departments and those who receive visitors, auditors aside.
func MayRead(a actor.Actor) bool { return a.IsStaff() && a.Platform != actor.Auditor }

func leads(a actor.Actor) bool {
	return a.Place.Kind == actor.KindDepartment && a.Place.Line == actor.LineEducation && a.Place.Tier != actor.TierBase
}

// tidy gives the draft in its one form and tells what is wrong with it.
func (d Draft) tidy(today clock.Day) (_ Draft, bad []*errs.Error) {
	line := func(text, field string, limit int, needed bool) string {
		text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
		switch {
		case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
			bad = append(bad, errs.Invalid("measure.text_malformed").On(field))
		case text == "" && needed:
			bad = append(bad, errs.Invalid("measure.text_missing").On(field))
		case utf8.RuneCountInString(text) > limit:
			bad = append(bad, errs.Invalid("measure.text_long", "limit", limit).On(field))
		}
		return text
	}
	d.Reason = line(d.Reason, "reason", maxReason, true)
	d.Advice = line(d.Advice, "advice", maxAdvice, false)
	d.AdviceEN = line(d.AdviceEN, "advice_en", maxAdvice, false)
	if !slices.Contains(Causes, d.Cause) {
		bad = append(bad, errs.Invalid("measure.choice_unknown").On("cause"))
	}
	if !slices.Contains(Onsites, d.Onsite) {
		bad = append(bad, errs.Invalid("measure.choice_unknown").On("onsite"))
	}
	if d.CapPercent < 1 || d.CapPercent > 100 {
		bad = append(bad, errs.Invalid("measure.percent").On("cap_percent"))
	}
	if d.First == "" {
		d.First = today
	}
	if !valid(d.First) {
		bad = append(bad, errs.Invalid("measure.day").On("first"))
	}
	if d.Last != "" && (!valid(d.Last) || d.Last < max(d.First, today)) {
		bad = append(bad, errs.Invalid("measure.day_last").On("last"))
	}
	if d.CapPercent == 100 && !d.Contact && d.Onsite == OnsiteStays && d.Advice == "" && len(bad) == 0 {
		bad = append(bad, errs.Invalid("measure.empty").On("cap_percent"))
	}
	return d, bad
}

func valid(d clock.Day) bool {
	_, err := clock.ParseDay(string(d))
	return err == nil
}

// covers tells whether a measure is about a session.
func (d Draft) covers(o activity.Ordered) bool {
	return actor.RegionWithin(o.Region, d.Region) && d.On(o.Day())
}

// On tells whether a measure is about what begins on a day.
func (d Draft) On(day clock.Day) bool {
	return day >= d.First && (d.Last == "" || day <= d.Last)
}

// state is what orders have done to a session.
type state struct {
	blocked           int64
	online, cancelled bool
}

// own is how many of the seats that are kept back are so by order; a host may have released some of them.
func (s state) own(o activity.Ordered) int64 { return min(s.blocked, o.Seat.Blocked) }

// wanted is what the measures in force want of a session that is in a state; of several the strictest holds.
// Seats that the host keeps back count among those that nobody takes.
func wanted(list []Measure, o activity.Ordered, is state) (s state) {
	percent := int64(100)
	for _, d := range list {
		if !d.covers(o) {
			continue
		}
		percent = min(percent, d.CapPercent)
		switch {
		case d.Onsite == OnsiteStays:
		case o.Mode == activity.Both || d.Onsite == OnsiteAfar && o.Link:
			s.online = true
		default:
			s.cancelled = true
		}
	}
	if s.cancelled { // what does not take place has no seats to keep back
		return state{cancelled: true}
	}
	if o.Bookable && !s.online { // from afar there is room for all
		s.blocked = max(0, o.Capacity-o.Capacity*percent/100-(o.Seat.Blocked-is.own(o)))
	}
	return s
}
