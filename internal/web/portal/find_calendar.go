package portal

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

const (
	calendarDays = 7 // columns
	calendarEach = 3 // activities shown of an hour
)

// GetCalendar shows a query by days and hours.
func (p *Portal) GetCalendar(w http.ResponseWriter, r *httpx.Request) error {
	f, err := p.find(r, calendarPath)
	if err != nil {
		return p.orNothingYet(w, r, err)
	}
	page := calendarPage{Head: f.head(), Facets: f.facetList(), Filters: f.set(), Total: f.total()}
	v := p.page(r, f).WithProblems(f.problem)
	if f.problem != nil {
		page.Total = ""
		return ui.Render(w, r, f.status(), showCalendar(v, page))
	}
	first, last := f.window()
	if first != "" {
		hours, err := p.Activities.Agenda(r.Context(), f.ID, f.filter, first, last, calendarEach)
		if err != nil {
			return err
		}
		f.fill(&page, first, last, hours)
	}
	// Only a page of the list knows how the text was understood.
	if f.filter.Text != "" {
		found, err := p.Activities.FindPublic(r.Context(), f.ID, activity.Filter{Text: f.filter.Text, Limit: 1})
		if err != nil {
			return err
		}
		page.Note = f.note(found.How)
	}
	return ui.Render(w, r, http.StatusOK, showCalendar(v, page))
}

// window gives the days that the calendar shows: those chosen, or those of the week, as far as there is
// room; "" where nothing has a date.
func (f *finding) window() (first, last clock.Day) {
	first = f.filter.From
	if first == "" && f.Start != "" && (f.filter.To == "" || f.filter.To >= f.Start) {
		first = f.Start
	}
	if first == "" && len(f.facets.Days) > 0 {
		first = slices.Min(slices.Collect(maps.Keys(f.facets.Days)))
	}
	if first == "" {
		return "", ""
	}
	last = first.AddDays(calendarDays - 1)
	if f.filter.To != "" {
		last = min(last, f.filter.To)
	} else if f.End >= first {
		last = min(last, f.End)
	}
	return first, max(first, last)
}

func (f *finding) fill(page *calendarPage, first, last clock.Day, hours []activity.Hour) {
	column := map[clock.Day]int{}
	for d := first; d <= last; d = d.AddDays(1) {
		column[d] = len(page.Days)
		page.Days = append(page.Days, calendarDay{Day: d, Today: d == f.today()})
	}
	// Where there is room for one day only, it is today's, or the first with anything on it.
	shown := slices.IndexFunc(page.Days, func(d calendarDay) bool { return d.Today })
	if shown < 0 && len(hours) > 0 {
		shown = column[hours[0].Day]
	}
	if shown >= 0 {
		page.Days[shown].Now = true
	}
	byHour := map[int]*calendarHour{}
	for _, h := range hours {
		line := byHour[h.Hour]
		if line == nil {
			line = &calendarHour{Text: fmt.Sprintf("%d:00", h.Hour), Cells: make([]calendarCell, len(page.Days))}
			for i := range line.Cells {
				line.Cells[i].Now = page.Days[i].Now
			}
			byHour[h.Hour] = line
		}
		cell := &line.Cells[column[h.Day]]
		cell.Label = i18n.T(f.locale, "find.cell", "day", f.day(h.Day), "hour", line.Text)
		for _, item := range h.Items {
			cell.Items = append(cell.Items, f.calendarItem(item))
		}
		if more := h.Count - len(h.Items); more > 0 {
			cell.More = i18n.T(f.locale, "find.cell_more", "count", more)
			other := f.filter
			other.From, other.To = h.Day, h.Day
			cell.Href = address(listPath, other)
		}
	}
	for _, hour := range slices.Sorted(maps.Keys(byHour)) {
		page.Hours = append(page.Hours, *byHour[hour])
	}
	for day := range f.facets.Days {
		if day < first {
			page.Earlier = f.href(func(o *activity.Filter) { o.From, o.To = first.AddDays(-calendarDays), first.AddDays(-1) })
		} else if day > last {
			page.Later = f.href(func(o *activity.Filter) { o.From, o.To = last.AddDays(1), last.AddDays(calendarDays) })
		}
	}
}

func (f *finding) calendarItem(item activity.PublicItem) calendarItem {
	c := calendarItem{Href: activityHref(item.ID), Title: f.marked(item.Title, item.TitleEN, item.Found.Title)}
	if g, ok := f.prefecture(item.Venue.Region); ok {
		c.Place = ui.Named{Name: g.Short, NameEN: g.NameEN}
	}
	for _, s := range item.Sessions {
		if s.Day() != item.Day {
			continue
		}
		if c.Time != "" {
			c.Time += i18n.T(f.locale, "find.and")
		}
		c.Time += s.Starts.Time().Format("15:04")
	}
	return c
}
