package portal

import (
	"net/http"
	"slices"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	print "openweek/internal/paper"
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
	c.Link = p.Base + address(listPath, q.filter)
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

// calendar gives sessions as a calendar has them.
func (p *Portal) calendar(w present, name, description string, list []event) print.Calendar {
	c := print.Calendar{Locale: w.locale, Name: name, Description: description, Made: w.now}
	for _, one := range list {
		c.Events = append(c.Events, print.Event{
			UID: one.run.ID, Title: one.title, Description: p.told(w, one), Place: one.place, Link: p.activityLink(one.run.ActivityID),
			Starts: one.run.Starts, Ends: one.run.Ends, Revision: one.run.Version, Changed: newest(one.changed, one.run.CancelledAt), Cancelled: one.run.Cancelled(),
		})
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

func sendCalendar(w http.ResponseWriter, r *httpx.Request, c print.Calendar) error {
	return httpx.WriteAs(w, r, "text/calendar; charset=utf-8", c.File())
}
