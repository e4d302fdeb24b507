package paper

import (
	"strings"

	"github.com/arran4/golang-ical"

	"openweek/internal/clock"
	"openweek/internal/i18n"
)

// Calendar is a file or feed for calendars (RFC 5545).
type Calendar struct {
	Locale      i18n.Locale
	Name        string
	Description string // or ""
	Link        string // its page, of a feed that is asked for again each hour; "" of a file
	Made        clock.Instant
	Events      []Event
}

// Event is one session in a calendar.
type Event struct {
	// UID is the session's id for good, so that a calendar moves or strikes what it has instead of showing
	// it twice.
	UID, Title, Description, Place, Link string
	Starts, Ends                         clock.Instant
	Revision                             int64 // grows with each change
	Changed                              clock.Instant
	Cancelled                            bool
	Private                              bool // of one person, who is reminded a day before
}

const zone = "Asia/Shanghai"

// File writes a calendar. Numbers of free seats have no place in it: it is asked for again too seldom to be
// right about them.
func (c Calendar) File() []byte {
	out := ics.NewCalendar()
	out.SetProductId("-//openweek//activities//" + strings.ToUpper(string(c.Locale)))
	out.SetMethod(ics.MethodPublish)
	out.SetName(c.Name)
	out.SetXWRCalName(c.Name)
	if c.Description != "" {
		out.SetDescription(c.Description)
		out.SetXWRCalDesc(c.Description)
	}
	out.SetXWRTimezone(zone)
	if c.Link != "" {
		out.SetUrl(c.Link)
		// How often to ask again; the first is RFC 7986, the second what older programs read.
		out.SetRefreshInterval("PT1H", ics.WithValue("DURATION"))
		out.SetXPublishedTTL("PT1H")
	}
	standard := ics.NewStandard()
	standard.AddProperty(ics.ComponentPropertyDtStart, "19910915T000000") // since then without summer time
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), "+0800")
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), "+0800")
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzname), "CST")
	tz := out.AddTimezone(zone)
	tz.Components = append(tz.Components, standard)
	for _, one := range c.Events {
		one.write(out.AddEvent(one.UID), c.Locale, c.Made)
	}
	return []byte(out.Serialize(ics.WithNewLineWindows))
}

func (one Event) write(e *ics.VEvent, l i18n.Locale, made clock.Instant) {
	e.SetDtStampTime(made.Time())
	e.SetModifiedAt(one.Changed.Time())
	e.SetSequence(int(max(one.Revision-1, 0)))
	e.SetProperty(ics.ComponentPropertyDtStart, local(one.Starts), ics.WithTZID(zone))
	e.SetProperty(ics.ComponentPropertyDtEnd, local(one.Ends), ics.WithTZID(zone))
	e.SetLocation(one.Place)
	e.SetURL(one.Link)
	e.SetClass(ics.ClassificationPublic)
	if one.Private {
		e.SetClass(ics.ClassificationPrivate)
	}
	switch {
	case one.Cancelled:
		e.SetStatus(ics.ObjectStatusCancelled)
		e.SetTimeTransparency(ics.TransparencyTransparent)
		// Many programs on phones do not look at STATUS.
		e.SetSummary(i18n.T(l, "feed.cancelled_title", "title", one.Title))
	default:
		e.SetStatus(ics.ObjectStatusConfirmed)
		e.SetSummary(one.Title)
	}
	e.SetDescription(one.Description)
	if one.Private && !one.Cancelled {
		alarm := e.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger("-P1D")
		alarm.SetDescription(one.Title)
	}
}

func local(i clock.Instant) string { return i.Time().Format("20060102T150405") }
