package portal

import (
	"net/http"
	"slices"
	"strings"

	"github.com/arran4/golang-ical"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
)

// event is one session as a calendar shows it.
type event struct {
	run                         activity.Session
	title, summary, host, place string
	link, contact               string // "" where they are not known
	changed                     clock.Instant
}

func (w present) event(item activity.PublicItem, s activity.Session) event {
	e := event{run: s, changed: item.ChangedAt}
	e.title, e.summary, e.host = w.pick(item.Title, item.TitleEN), w.pick(item.Summary, item.SummaryEN), w.pick(item.HostName())
	e.place = w.where(item.Mode, item.Venue)
	return e
}

// pick chooses a label of data in the reader's language.
func (w present) pick(name, nameEN string) string {
	text, _ := i18n.Pick(w.locale, name, nameEN)
	return text
}

// where writes the place of an activity on one line.
func (w present) where(m activity.Mode, v activity.Venue) string {
	if m == activity.Online {
		return w.mode(m)
	}
	street := w.street(v)
	if v.Name == "" || v.Name == street {
		return street
	}
	return v.Name + i18n.T(w.locale, "feed.comma") + street
}

// events gives the sessions of one activity.
func (w present) events(a activity.PublicActivity) (list []event) {
	c := a.Content
	item := activity.PublicItem{
		ID: a.ID, Title: c.Title, TitleEN: c.TitleEN, Summary: c.Summary, SummaryEN: c.SummaryEN, Mode: c.Mode, Venue: c.Venue,
		Unit: a.Unit, Guest: a.Guest, ChangedAt: a.ChangedAt,
	}
	for _, s := range a.Sessions {
		e := w.event(item, s)
		e.link, e.contact = c.Link, strings.TrimSpace(c.Contact.Office+"  "+c.Contact.Phone)
		if a.State == activity.Cancelled && !s.Cancelled() {
			e.run.CancelledAt, e.run.CancelReason = a.CancelledAt, a.Reason
		}
		list = append(list, e)
	}
	return list
}

// GetCalendarFeed gives the sessions of a query for a calendar that subscribes to them.
func (p *Portal) GetCalendarFeed(w http.ResponseWriter, r *httpx.Request) error {
	q, err := p.feedQuery(r)
	if err != nil {
		return err
	}
	runs, more, err := p.runs(r, q)
	if err != nil {
		return err
	}
	c := p.calendar(q.present, q.title(), q.described(more), runs)
	c.SetUrl(p.Base + address(listPath, q.filter))
	// How often to ask again; the first is RFC 7986, the second what older programs read.
	c.SetRefreshInterval("PT1H", ics.WithValue("DURATION"))
	c.SetXPublishedTTL("PT1H")
	return sendCalendar(w, r, c)
}

// GetActivityCalendar gives all sessions of an activity for a calendar.
func (p *Portal) GetActivityCalendar(w http.ResponseWriter, r *httpx.Request) error {
	return p.activityCalendar(w, r, "")
}

// GetSessionCalendar gives one session for a calendar.
func (p *Portal) GetSessionCalendar(w http.ResponseWriter, r *httpx.Request) error {
	session := r.PathID("session")
	if session == "" {
		return errs.NotFound("feed.session_not_found")
	}
	return p.activityCalendar(w, r, session)
}

func (p *Portal) activityCalendar(w http.ResponseWriter, r *httpx.Request, sessionID string) error {
	a, err := p.Activities.GetPublic(r.Context(), r.PathID("id"))
	if err != nil {
		return err
	}
	e, err := p.presentOf(r, a.EditionID)
	if err != nil {
		return err
	}
	list := e.events(a)
	if sessionID != "" {
		list = slices.DeleteFunc(list, func(one event) bool { return one.run.ID != sessionID })
		if len(list) == 0 {
			return errs.NotFound("feed.session_not_found")
		}
	}
	return sendCalendar(w, r, p.calendar(e, e.pick(a.Content.Title, a.Content.TitleEN), "", list))
}

const zone = "Asia/Shanghai"

// calendar writes sessions as RFC 5545 has it. A session keeps its id as its UID for good, so that a
// calendar moves or strikes what it has instead of showing it twice. Numbers of free seats are not in it:
// a calendar is asked for again too seldom to be right about them.
func (p *Portal) calendar(w present, name, description string, list []event) *ics.Calendar {
	c := ics.NewCalendar()
	c.SetProductId("-//openweek//activities//" + strings.ToUpper(string(w.locale)))
	c.SetMethod(ics.MethodPublish)
	c.SetName(name)
	c.SetXWRCalName(name)
	if description != "" {
		c.SetDescription(description)
		c.SetXWRCalDesc(description)
	}
	c.SetXWRTimezone(zone)
	standard := ics.NewStandard()
	standard.AddProperty(ics.ComponentPropertyDtStart, "19910915T000000") // since then without summer time
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), "+0800")
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), "+0800")
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzname), "CST")
	tz := c.AddTimezone(zone)
	tz.Components = append(tz.Components, standard)

	stamp := w.now.Time()
	for _, one := range list {
		e := c.AddEvent(one.run.ID)
		e.SetDtStampTime(stamp)
		e.SetModifiedAt(newest(one.changed, one.run.CancelledAt).Time())
		e.SetSequence(int(max(one.run.Version-1, 0)))
		e.SetProperty(ics.ComponentPropertyDtStart, local(one.run.Starts), ics.WithTZID(zone))
		e.SetProperty(ics.ComponentPropertyDtEnd, local(one.run.Ends), ics.WithTZID(zone))
		e.SetLocation(one.place)
		e.SetURL(p.activityLink(one.run.ActivityID))
		e.SetClass(ics.ClassificationPublic)
		if one.run.Cancelled() {
			e.SetStatus(ics.ObjectStatusCancelled)
			e.SetTimeTransparency(ics.TransparencyTransparent)
			// Many programs on phones do not look at STATUS.
			e.SetSummary(i18n.T(w.locale, "feed.cancelled_title", "title", one.title))
		} else {
			e.SetStatus(ics.ObjectStatusConfirmed)
			e.SetSummary(one.title)
		}
		e.SetDescription(p.told(w, one))
	}
	return c
}

// told is what stands below the title of a calendar's entry.
func (p *Portal) told(w present, one event) string {
	lines := []string{}
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	if one.run.Cancelled() {
		add(i18n.T(w.locale, "feed.cancelled", "reason", one.run.CancelReason))
	}
	add(one.summary)
	add(i18n.T(w.locale, "feed.host", "host", one.host))
	if one.contact != "" {
		add(i18n.T(w.locale, "feed.contact", "contact", one.contact))
	}
	if one.link != "" && !one.run.Cancelled() {
		add(i18n.T(w.locale, "feed.online", "link", one.link))
	}
	add(p.activityLink(one.run.ActivityID))
	return strings.Join(lines, "\n")
}

func local(i clock.Instant) string { return i.Time().Format("20060102T150405") }

func sendCalendar(w http.ResponseWriter, r *httpx.Request, c *ics.Calendar) error {
	return httpx.WriteAs(w, r, "text/calendar; charset=utf-8", []byte(c.Serialize(ics.WithNewLineWindows)))
}
