package host

import (
	"net/http"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// visitList are the visits to the activities of the reader's unit.
type visitList struct {
	Parts      []ui.Tab
	Tabs       []ui.Tab
	Filter     visit.Filter
	Items      []visit.Visit
	Activities []booking.HostActivity
	Pages      ui.Pages
	Now        clock.Instant
}

func (p visitList) filtered() bool {
	return p.Filter.State != "" || p.Filter.ActivityID != "" || p.Filter.Day != ""
}

// rareStates are offered as tabs where there are any.
var rareStates = map[visit.State]bool{
	visit.Accepted: true, visit.Offered: true, visit.Refused: true, visit.Withdrawn: true, visit.Lapsed: true, visit.Invited: true, visit.Waitlisted: true, visit.Declined: true, visit.Cancelled: true,
}

// getVisits lists the visits to the activities of the reader's unit. Whoever receives nobody is led to what
// they have to do with visits: a bureau to its schools, a school to its own.
func (h *Host) getVisits(w http.ResponseWriter, r *httpx.Request) error {
	ctx, in := r.Context(), r.Input()
	page := visitList{Now: h.Clock.Now(), Filter: visit.Filter{
		State: visit.State(in.Choice("state", names(visit.States)...)), ActivityID: in.ID("activity"), Day: in.Day("day"), After: in.Raw("after"),
	}}
	if err := in.Err(); err != nil {
		return err
	}
	counts, err := h.Visits.Count(ctx, r.Actor, page.Filter)
	forbidden := errs.Is(err, "visit.forbidden")
	if err != nil && !forbidden {
		return err
	}
	if to := elsewhere(r); to != "" && (forbidden || len(counts) == 0 && !page.filtered() && !in.Yes("all")) {
		return httpx.Redirect(w, r, to, visitsPath)
	}
	if forbidden {
		return err
	}
	found, err := h.Visits.Find(ctx, r.Actor, page.Filter)
	if err != nil {
		return err
	}
	page.Items = found.Items
	if page.Activities, err = h.Bookings.HostActivities(ctx, r.Actor); err != nil {
		return err
	}
	v := h.visitView(r, r.T("visit.list_title"))
	page.Parts = visitParts(v, visitsPath+"?all=1")
	total := 0
	for _, n := range counts {
		total += n
	}
	page.Tabs = append(page.Tabs, ui.Tab{Href: v.With("state", "", "after", "", "trail", "", "all", "1"), Text: v.T("visit.show_all"), Count: total, Current: page.Filter.State == ""})
	for _, s := range visit.States {
		if n := counts[s]; n > 0 || !rareStates[s] || s == page.Filter.State {
			page.Tabs = append(page.Tabs, ui.Tab{Href: v.With("state", string(s), "after", "", "trail", ""), Text: visitWord(v, s), Count: n, Current: s == page.Filter.State})
		}
	}
	page.Pages = ui.PagesOf(v, in, found.Next, v.T("visit.page_summary", "shown", len(page.Items)))
	return ui.Render(w, r, http.StatusOK, visitListPage(v, page))
}

// elsewhere is where somebody who receives nobody has to do with visits.
func elsewhere(r *httpx.Request) string {
	switch {
	case visit.Oversees(r.Actor):
		return schoolsPath
	case isSchool(r.Actor):
		return ownVisitsPath
	}
	return ""
}

func (p visitList) activityOptions(v ui.View) (list []ui.Option) {
	for _, a := range p.Activities {
		name, lang := i18n.Pick(v.Locale, a.Title, a.TitleEN)
		list = append(list, ui.Option{Value: a.ID, Text: name, Lang: lang})
	}
	return list
}

// visitDay are the confirmed visits of a day.
type visitDay struct {
	Day    clock.Day
	People int64
	Visits []visit.Visit
}

// mostDays is how many visits the calendar shows.
const mostDays = 100

// getVisitDays shows the confirmed visits to come, day by day.
func (h *Host) getVisitDays(w http.ResponseWriter, r *httpx.Request) error {
	found, err := h.Visits.Find(r.Context(), r.Actor, visit.Filter{State: visit.Confirmed, From: h.Clock.Now(), Limit: mostDays})
	if err != nil {
		return err
	}
	var days []visitDay
	for _, one := range found.Items {
		if n := len(days); n == 0 || days[n-1].Day != one.Starts.Day() {
			days = append(days, visitDay{Day: one.Starts.Day()})
		}
		d := &days[len(days)-1]
		d.Visits, d.People = append(d.Visits, one), d.People+one.Party()
	}
	v := h.visitView(r, r.T("visit.calendar_title"), ui.Crumb{Href: visitsPath, Text: r.T("visit.list_title")})
	return ui.Render(w, r, http.StatusOK, visitDaysPage(v, visitParts(v, visitDaysPath), days))
}
