package host

import (
	"net/http"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// bookingList are the sessions of the reader's unit, or of the units in sight.
type bookingList struct {
	Filter     booking.HostFilter
	Tabs       []ui.Tab
	Items      []booking.HostSession
	Activities []booking.HostActivity
	Regions    []ui.Option
	Pages      ui.Pages
	Wide       bool // the reader sees more than their own unit's
	Both       bool // and has sessions of their own
	Now        clock.Instant
}

const whoseOwn = "own"

func (p bookingList) filtered() bool {
	f := p.Filter
	return f.Day != "" || f.ActivityID != "" || f.State != "" || f.Region != "" || p.Both && f.Own
}

func (p bookingList) reset() string {
	if p.Filter.Past {
		return bookingsPath + "?when=past"
	}
	return bookingsPath
}

// getBookings lists the sessions that are booked.
func (h *Host) getBookings(w http.ResponseWriter, r *httpx.Request) error {
	ctx, in := r.Context(), r.Input()
	page := bookingList{Wide: seesOthers(r.Actor), Now: h.Clock.Now()}
	page.Both = page.Wide && belongs(r.Actor)
	page.Filter = booking.HostFilter{
		Past: in.Choice("when", "past") != "", Own: !page.Wide || in.Choice("whose", whoseOwn) != "", ActivityID: in.ID("activity"), Day: in.Day("day"),
		Region: in.Text("region", 6), State: booking.HostState(in.Choice("state", names(booking.HostStates)...)), After: in.Raw("after"),
	}
	if err := in.Err(); err != nil {
		return err
	}
	v := h.bookingView(r, r.T("host.title"), nil)
	found, err := h.Bookings.FindSessions(ctx, r.Actor, page.Filter)
	if err != nil {
		return err
	}
	page.Items = found.Items
	if page.Activities, err = h.Bookings.HostActivities(ctx, r.Actor); err != nil {
		return err
	}
	if page.Wide {
		regions, err := h.Units.Regions(ctx)
		if err != nil {
			return err
		}
		for _, g := range regions {
			if g.Level == "prefecture" {
				name, lang := i18n.Pick(v.Locale, g.Name, g.NameEN)
				page.Regions = append(page.Regions, ui.Option{Value: g.Code, Text: name, Lang: lang})
			}
		}
	}
	for _, past := range []bool{false, true} {
		when, word := "", v.T("host.when_ahead")
		if past {
			when, word = "past", v.T("host.when_past")
		}
		page.Tabs = append(page.Tabs, ui.Tab{Href: v.With("when", when, "after", "", "trail", ""), Text: word, Count: -1, Current: past == page.Filter.Past})
	}
	page.Pages = ui.PagesOf(v, in, found.Next, v.T("host.page_sessions", "shown", len(page.Items)))
	return ui.Render(w, r, http.StatusOK, bookingListPage(v, page))
}

func (p bookingList) activityOptions(v ui.View) (list []ui.Option) {
	for _, a := range p.Activities {
		name, lang := i18n.Pick(v.Locale, a.Title, a.TitleEN)
		list = append(list, ui.Option{Value: a.ID, Text: name, Lang: lang})
	}
	return list
}

//i18n:prefix host.filter_
func stateOptions(v ui.View) (list []ui.Option) {
	for _, s := range booking.HostStates {
		list = append(list, ui.Option{Value: string(s), Text: v.T("host.filter_" + string(s))})
	}
	return list
}
