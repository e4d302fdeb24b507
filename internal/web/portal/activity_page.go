package portal

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/measure"
	"openweek/internal/web/ui"
)

// relatedRows is how many other activities stand below one.
const relatedRows = 4

// activityPage is an activity with what a reader can do with it.
type activityPage struct {
	Face     ui.ActivityFace
	Orders   []measure.Draft
	Afar     bool     // all that is to come is held from afar by order
	Attend   []string // how to come, one sentence each; empty where there is nothing to come to
	Phone    string   // whom to call for it
	Share    share
	Results  []result
	Related  []row
	AllHref  string // of its method
	AllLabel string
}

// share are the ways to pass an activity on; empty for one that does not take place.
type share struct {
	Link            string // to be read aloud or typed
	Code, Pixels    string // the QR code
	Upright, Across string // posters
	Calendar        string // all sessions
}

// result is what became of a session.
type result struct {
	When       string
	Attendance int64
	Provenance ui.Provenance
	Counted    string // the check-ins beside it, "" for none
	Outcome    string
	Photos     []ui.Photo
}

// GetActivity shows an activity.
func (p *Portal) GetActivity(w http.ResponseWriter, r *httpx.Request) error {
	a, err := p.Activities.GetPublic(r.Context(), r.PathID("id"))
	if err != nil {
		return err
	}
	e, err := p.presentOf(r, a.EditionID)
	if err != nil {
		return err
	}
	current, err := p.Editions.Current(r.Context())
	if err != nil && !errs.Is(err, "edition.none_published") {
		return err
	}
	live := current.ID == a.EditionID
	title := e.pick(a.Content.Title, a.Content.TitleEN)
	v := p.Shell.View(r, title)
	if live {
		v = v.Under(ui.Crumb{Href: listPath, Text: r.T("find.title")})
	} else {
		v = v.Under(ui.Crumb{Href: "/editions/" + e.ID, Text: e.pick(e.Name, e.NameEN)})
	}
	v.Lead = e.pick(a.Content.Summary, a.Content.SummaryEN)
	page := activityPage{Face: e.face(v, a, live)}
	if page.Orders, page.Afar, err = p.orders(r.Context(), a); err != nil {
		return err
	}
	if a.State == activity.Published {
		page.Attend, page.Phone = e.attend(a), a.Content.Contact.Phone
		at := activityHref(a.ID)
		page.Share = share{p.shortLink(a.ID), at + "/qr.svg", at + "/qr.png", at + "/poster.pdf", at + "/poster.pdf?format=a4", at + "/calendar.ics"}
	}
	if page.Results, err = p.results(r, e, a); err != nil {
		return err
	}
	if live {
		related, err := p.Activities.Related(r.Context(), a, 3*relatedRows)
		if err != nil {
			return err
		}
		related = slices.DeleteFunc(related, func(item activity.PublicItem) bool { return e.row(item, e.ahead(), "").Seats.Kind == "over" })
		page.Related = e.rows(related[:min(len(related), relatedRows)], e.ahead(), "")
		if m, ok := e.method(a.Content.MethodID); ok {
			page.AllHref, page.AllLabel = methodHref(m), r.T("find.all_of", "name", e.pick(m.Name, m.NameEN))
		}
	}
	return ui.Render(w, r, http.StatusOK, showActivity(p.withHead(v, e, a), page))
}

// orders are what offices have ordered for the sessions of an activity that are still to be held, and tell
// whether all of these are held from afar.
func (p *Portal) orders(ctx context.Context, a activity.PublicActivity) (list []measure.Draft, afar bool, err error) {
	days, ahead := map[clock.Day]bool{}, []string{}
	for _, s := range a.Sessions {
		if s.Ends > p.Clock.Now() {
			days[s.Day()] = true
			ahead = append(ahead, s.ID)
		}
	}
	if a.State != activity.Published || len(ahead) == 0 || a.Content.Mode == activity.Online {
		return nil, false, nil
	}
	all, err := p.Measures.Orders(ctx, a.EditionID, a.Content.Venue.Region, "")
	for _, d := range all {
		if slices.ContainsFunc(slices.Collect(maps.Keys(days)), d.On) {
			list = append(list, d)
		}
	}
	if err != nil || len(list) == 0 {
		return nil, false, err
	}
	held, err := p.Measures.HeldAfar(ctx, ahead)
	return list, len(held) == len(ahead), err
}

// face is an activity in the words of the page. Only those of the edition of today lead on to lists.
func (w present) face(v ui.View, a activity.PublicActivity, live bool) ui.ActivityFace {
	c := a.Content
	f := ui.ActivityFace{
		Title: c.Title, TitleEN: c.TitleEN, Summary: c.Summary, SummaryEN: c.SummaryEN, Description: form.HTML(c.Description),
		Mode: w.mode(c.Mode), Venue: c.Venue.Name, Address: c.Venue.Address, Region: w.full(c.Venue.Region), MapHref: mapHref(c.Venue), Link: c.Link,
		Office: c.Contact.Office, Phone: c.Contact.Phone, Safety: c.Safety, Access: c.Access,
	}
	if c.DescriptionEN != "" {
		f.DescriptionEN = form.HTML(c.DescriptionEN)
	}
	if a.State == activity.Cancelled {
		f.Cancelled = a.Reason
	}
	f.Host = ui.Named{Name: a.Unit.Name, NameEN: a.Unit.NameEN}
	if live {
		f.Host.Href = unitHref(a.Unit.ID)
		f.Region.Href = address(listPath, activity.Filter{Regions: []string{c.Venue.Region}, From: w.ahead()})
	}
	if a.Guest.ID != "" {
		f.Vouched = f.Host
		f.Host = ui.Named{Name: a.Guest.Name, NameEN: a.Guest.NameEN}
		if live {
			f.Host.Href = unitHref(a.Guest.ID)
		}
	}
	if m, ok := w.method(c.MethodID); ok {
		f.Method = ui.Named{Name: m.Name, NameEN: m.NameEN}
		if live {
			f.Method.Href = methodHref(m)
		}
	}
	for _, topicID := range c.TopicIDs {
		if t, ok := w.topic(topicID); ok {
			n := ui.Named{Name: t.Name, NameEN: t.NameEN}
			if live {
				n.Href = topicHref(t)
			}
			f.Topics = append(f.Topics, n)
		}
	}
	for _, one := range c.Audience {
		f.Audience = append(f.Audience, w.audience(one))
	}
	for _, one := range c.Pictures {
		f.Pictures = append(f.Pictures, ui.Photo{Src: pictureHref(one.FileID), Alt: one.Alt, AltEN: one.AltEN})
	}
	f.Details = details(v, a.Form.Definition, c.Values)
	f.When, f.Days = w.schedule(a)
	return f
}

// schedule are the sessions of an activity day by day, and when all of it is.
func (w present) schedule(a activity.PublicActivity) (when string, days []ui.SessionDay) {
	var first, last clock.Day
	for _, s := range a.Sessions {
		if !s.Cancelled() {
			if first == "" {
				first = s.Day()
			}
			last = max(last, (s.Ends - 1).Day())
		}
		if len(days) == 0 || days[len(days)-1].Day != s.Day() {
			days = append(days, ui.SessionDay{Day: s.Day()})
		}
		day := &days[len(days)-1]
		day.Sessions = append(day.Sessions, w.session(a, s))
	}
	switch {
	case first == "":
		return "", days
	case first == last:
		return i18n.Day(w.locale, first), days
	}
	return i18n.T(w.locale, "portal.when", "start", i18n.Day(w.locale, first), "end", i18n.Day(w.locale, last)), days
}

// session is one session of an activity with what is left of it, or why nothing is.
func (w present) session(a activity.PublicActivity, s activity.Session) ui.SessionFace {
	is := s.Availability(w.now)
	f := ui.SessionFace{ID: s.ID, Time: w.span(s, s.Day()), Struck: is.Reason == activity.CalledOff || a.State == activity.Cancelled, Full: is.Reason == activity.SeatsGone}
	if !f.Struck && is.Reason != activity.IsOver {
		f.Calendar = activityHref(a.ID) + "/sessions/" + s.ID + "/calendar.ics"
	}
	if a.State == activity.Published && (is.Reason == activity.SeatsLeft || is.Reason == activity.SeatsGone) {
		f.Href = "/sessions/" + s.ID + "/book"
	}
	switch {
	case a.State == activity.Cancelled:
		f.Note = i18n.T(w.locale, "find.seats_cancelled")
	case is.Reason == activity.CalledOff:
		f.Note = i18n.T(w.locale, "find.seats_cancelled_why", "reason", s.CancelReason)
	case is.Reason == activity.NotYetOpen:
		f.Seats = i18n.T(w.locale, "find.seats_of", "left", is.Left, "capacity", s.Seat.Capacity)
		f.Note = i18n.T(w.locale, "find.seats_opens", "moment", i18n.Moment(w.locale, is.Opens))
	case is.Reason == activity.SeatsLeft:
		f.Seats = i18n.T(w.locale, "find.seats_of", "left", is.Left, "capacity", s.Seat.Capacity)
	default:
		f.Note = w.seats([]activity.Session{s}).Text
	}
	return f
}

// attend says how to come to what is still to be held.
func (w present) attend(a activity.PublicActivity) (list []string) {
	free, seats, groups := false, false, false
	for _, s := range a.Sessions {
		switch s.Availability(w.now).Reason {
		case activity.FreeEntry:
			free = true
		case activity.SeatsLeft, activity.NotYetOpen:
			seats = true
			groups = groups || s.GroupMax > 0
		}
	}
	if free {
		list = append(list, i18n.T(w.locale, "find.attend_free"))
	}
	if seats {
		list = append(list, i18n.T(w.locale, "find.attend_seats"))
	}
	if groups {
		list = append(list, i18n.T(w.locale, "find.attend_groups"))
	}
	if (free || seats) && a.Content.Link != "" {
		list = append(list, i18n.T(w.locale, "find.attend_online"))
	}
	return list
}

// results are what became of the sessions that were held, as far as it stands.
func (p *Portal) results(r *httpx.Request, e present, a activity.PublicActivity) (list []result, err error) {
	stand, err := p.Activities.PublicResults(r.Context(), a.ID)
	if err != nil {
		return nil, err
	}
	for _, one := range stand {
		o := result{When: i18n.Moment(e.locale, one.Starts), Attendance: one.Attendance, Provenance: ui.Provenance(one.Provenance), Outcome: one.Outcome}
		if one.Counted != activity.NotCounted {
			o.Counted = r.T("find.checked_in", "count", one.Counted)
		}
		for _, photo := range one.Photos {
			o.Photos = append(o.Photos, ui.Photo{Src: pictureHref(photo.FileID), Alt: photo.Alt})
		}
		list = append(list, o)
	}
	return list, nil
}

func pictureHref(fileID string) string { return "/pictures/" + fileID }

// GetPicture shows a picture that is public: of a published activity, or of what became of a session.
func (p *Portal) GetPicture(w http.ResponseWriter, r *httpx.Request) error {
	f, content, err := p.Files.Open(r.Context(), nobody, r.PathID("id"))
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // only read
	if !f.Type.Picture() {
		return errs.NotFound("file.not_found")
	}
	h := w.Header()
	h.Set("Content-Type", f.Type.MediaType())
	h.Set("X-Content-Type-Options", "nosniff")
	// A file never changes, but it may cease to be public.
	h.Set("Cache-Control", "private, max-age=600")
	http.ServeContent(w, r.Request, "", time.Time{}, content)
	return nil
}

// mapHref opens the place in a map program; without a point there is none.
func mapHref(v activity.Venue) string {
	if v.Point == (activity.Point{}) {
		return ""
	}
	q := url.Values{"position": {v.Point.String()}, "name": {v.Name}, "coordinate": {"gaode"}} // that is GCJ-02
	return "https://uri.amap.com/marker?" + q.Encode()
}
