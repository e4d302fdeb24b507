package portal

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/search"
	"openweek/internal/web/ui"
)

// The views of a query, and where it is subscribed to.
const (
	listPath     = "/activities"
	calendarPath = "/activities/calendar"
	mapPath      = "/activities/map"
	nearPath     = "/activities/near"
	icsPath      = "/activities.ics"
	atomPath     = "/activities.atom"
)

// NearQuery names the parameters of a query that one visitor alone asks with.
var NearQuery = []string{"near"}

// finding is a query of the edition of today as one of its views shows it.
type finding struct {
	present
	view    string
	filter  activity.Filter
	facets  activity.Facets
	problem error // why the query could not be read; the others are then those of an empty one
}

// find reads the query of a view. A page without one begins today while the week is on.
func (p *Portal) find(r *httpx.Request, view string) (f *finding, err error) {
	f = &finding{view: view}
	if f.present, err = p.present(r); err != nil {
		return nil, err
	}
	in := r.Input()
	if err := in.Err(); err != nil {
		return nil, err
	}
	choices, err := p.Activities.Choices(r.Context(), f.ID)
	if err != nil {
		return nil, err
	}
	f.filter, f.problem = activity.ParseFilter(in.Values(), choices)
	if f.problem != nil && !httpx.IsProblem(f.problem) {
		return nil, f.problem
	}
	if len(in.Values()) == 0 {
		f.filter.From = f.ahead()
	}
	f.facets, err = p.Activities.Facets(r.Context(), f.ID, f.filter)
	return f, err
}

// address is that of a view of a filter, from its beginning.
func address(view string, f activity.Filter) string {
	f.Cursor, f.Limit = "", 0
	if f.Near == (activity.Point{}) {
		f.Radius = 0
		if f.Order == activity.ByDistance {
			f.Order = ""
		}
	}
	if q := f.Query(); q != "" {
		return view + "?" + q
	}
	return view
}

// href is the address of this view with the filter changed.
func (f *finding) href(change func(*activity.Filter)) string {
	other := f.filter
	change(&other)
	if len(other.Query()) == 0 && f.ahead() != "" {
		other.From = f.Start // an address without a query begins today
	}
	return address(f.view, other)
}

func toggled[T comparable](list []T, values ...T) []T {
	if slices.Contains(list, values[0]) {
		return slices.DeleteFunc(slices.Clone(list), func(one T) bool { return slices.Contains(values, one) })
	}
	return append(slices.Clone(list), values...)
}

// head is what stands above every view.
func (f *finding) head() findHead {
	h := findHead{Action: f.view, Text: f.filter.Text, Chips: f.chips(), Chosen: f.chosen(), Week: f.strip()}
	h.Reset = f.href(func(o *activity.Filter) { *o = activity.Filter{} })
	for _, one := range []struct{ view, key string }{{listPath, "find.view_list"}, {calendarPath, "find.view_calendar"}, {mapPath, "find.view_map"}} {
		h.Views = append(h.Views, ui.Tab{Href: address(one.view, f.filter), Text: i18n.T(f.locale, one.key), Current: one.view == f.view, Count: -1})
	}
	if f.filter.Near == (activity.Point{}) {
		h.Near = address(nearPath, f.filter)
	}
	kept := f.filter
	kept.Text, kept.Cursor, kept.Limit = "", "", 0
	values, _ := url.ParseQuery(kept.Query()) // our own
	for _, name := range activity.Parameters {
		for _, value := range values[name] {
			h.Kept = append(h.Kept, hidden{name, value})
		}
	}
	return h
}

// chips are the shortcuts that the edition's own methods and days give.
func (f *finding) chips() (list []ui.Tab) {
	today := f.today()
	add := func(text string, count int, current bool, change func(*activity.Filter)) {
		if count != 0 || current {
			list = append(list, ui.Tab{Text: text, Count: count, Current: current, Href: f.href(change)})
		}
	}
	isToday := f.filter.From == today && f.filter.To == today
	add(i18n.T(f.locale, "find.chip_today"), f.facets.Days[today], isToday, func(o *activity.Filter) {
		o.From, o.To = today, today
		if isToday {
			o.From, o.To = "", ""
		}
	})
	for _, m := range f.Methods {
		name, _ := i18n.Pick(f.locale, m.Name, m.NameEN)
		add(name, f.facets.Methods[m.ID], slices.Contains(f.filter.Methods, m.Code), func(o *activity.Filter) { o.Methods = toggled(o.Methods, m.Code) })
	}
	add(i18n.T(f.locale, "find.chip_online"), f.facets.Modes[activity.Online]+f.facets.Modes[activity.Both], slices.Contains(f.filter.Modes, activity.Online), func(o *activity.Filter) {
		o.Modes = toggled(o.Modes, activity.Online, activity.Both)
	})
	add(i18n.T(f.locale, "find.chip_seats"), -1, f.filter.HasSeats, func(o *activity.Filter) { o.HasSeats = !o.HasSeats })
	return list
}

// strip is the week with what the query finds on each day.
func (f *finding) strip() ui.Week {
	w := week(f.Face, f.today())
	if len(w.Days) == 0 {
		return w
	}
	w.Counts = true
	for i := range w.Days {
		d := &w.Days[i]
		d.Count, d.Selected = f.facets.Days[d.Day], f.filter.From == d.Day && f.filter.To == d.Day
		d.Href = f.href(func(o *activity.Filter) {
			o.From, o.To = d.Day, d.Day
			if d.Selected {
				o.From, o.To = "", ""
			}
		})
	}
	var before, after int
	for day, n := range f.facets.Days {
		if day < f.Start {
			before += n
		} else if day > f.End {
			after += n
		}
	}
	if before > 0 {
		w.Before = &ui.Fold{Count: before, Href: f.href(func(o *activity.Filter) { o.From, o.To = "", f.Start.AddDays(-1) })}
	}
	if after > 0 {
		w.After = &ui.Fold{Count: after, Href: f.href(func(o *activity.Filter) { o.From, o.To = f.End.AddDays(1), "" })}
	}
	return w
}

// chosen are the filters that are set, each with the address without it.
func (f *finding) chosen() (list []chosen) {
	add := func(name ui.Named, note string, change func(*activity.Filter)) {
		name.Href = f.href(change)
		list = append(list, chosen{name, note})
	}
	plain := func(text string, change func(*activity.Filter)) { add(ui.Named{Name: text, NameEN: text}, "", change) }
	if f.filter.Text != "" {
		plain(i18n.T(f.locale, "find.quoted", "text", f.filter.Text), func(o *activity.Filter) { o.Text = "" })
	}
	for _, code := range f.filter.Regions {
		add(f.short(code), "", func(o *activity.Filter) { o.Regions = toggled(o.Regions, code) })
	}
	if text := f.days(); text != "" {
		plain(text, func(o *activity.Filter) { o.From, o.To = "", "" })
	}
	for _, m := range f.Methods {
		if slices.Contains(f.filter.Methods, m.Code) {
			add(ui.Named{Name: m.Name, NameEN: m.NameEN}, "", func(o *activity.Filter) { o.Methods = toggled(o.Methods, m.Code) })
		}
	}
	for _, t := range f.Topics {
		if slices.Contains(f.filter.Topics, t.Code) {
			add(ui.Named{Name: t.Name, NameEN: t.NameEN}, "", func(o *activity.Filter) { o.Topics = toggled(o.Topics, t.Code) })
		}
	}
	for _, a := range f.filter.Audience {
		plain(f.audience(a), func(o *activity.Filter) { o.Audience = toggled(o.Audience, a) })
	}
	for _, m := range f.filter.Modes {
		plain(f.mode(m), func(o *activity.Filter) { o.Modes = toggled(o.Modes, m) })
	}
	if f.filter.HasSeats {
		plain(i18n.T(f.locale, "find.chip_seats"), func(o *activity.Filter) { o.HasSeats = false })
	}
	if f.filter.Host != "" {
		plain(i18n.T(f.locale, "find.one_host"), func(o *activity.Filter) { o.Host = "" })
	}
	if f.filter.Near != (activity.Point{}) {
		radius := i18n.T(f.locale, "find.within", "km", f.radius())
		plain(i18n.T(f.locale, "find.near")+" "+radius, func(o *activity.Filter) { o.Near, o.Radius = activity.Point{}, 0 })
	}
	return list
}

func (f *finding) radius() int {
	if f.filter.Radius == 0 {
		return activity.DefaultRadius
	}
	return f.filter.Radius
}

// days writes the chosen days, "" for none.
func (f *finding) days() string {
	from, to := f.filter.From, f.filter.To
	switch {
	case from == to:
		if from == "" {
			return ""
		}
		return f.day(from)
	case to == "":
		return i18n.T(f.locale, "find.days_from", "day", i18n.ShortDay(f.locale, from))
	case from == "":
		return i18n.T(f.locale, "find.days_to", "day", i18n.ShortDay(f.locale, to))
	}
	return i18n.T(f.locale, "portal.days", "start", i18n.ShortDay(f.locale, from), "end", i18n.ShortDay(f.locale, to))
}

// note says how the search was understood where it was not found as it was typed, "" else.
func (f *finding) note(how search.How) string {
	switch how {
	case search.Pinyin:
		return i18n.T(f.locale, "find.how_pinyin", "text", f.filter.Text)
	case search.Initials:
		return i18n.T(f.locale, "find.how_initials", "text", f.filter.Text)
	case search.Homophone:
		return i18n.T(f.locale, "find.how_homophone", "text", f.filter.Text)
	}
	return ""
}

func (f *finding) total() string {
	switch {
	case f.facets.Total == 0:
		return ""
	case f.facets.Partial:
		return i18n.T(f.locale, "find.total_partial", "count", f.facets.Total)
	case f.filter.HasSeats:
		return i18n.T(f.locale, "find.total_seats", "count", f.facets.Total)
	}
	return i18n.T(f.locale, "find.total", "count", f.facets.Total)
}

// page begins the page of a view.
func (p *Portal) page(r *httpx.Request, f *finding) ui.View {
	title := r.T("find.title")
	if f.filter.Text != "" {
		title = r.T("find.title_search", "text", f.filter.Text)
	}
	v := p.Shell.View(r, title)
	name, _ := i18n.Pick(r.Locale, f.Name, f.NameEN)
	v.Lead = r.T("find.lead", "name", name)
	return p.withFeeds(v, f.view, f.filter)
}

// status is that of a view: a query that could not be read is the reader's mistake.
func (f *finding) status() int {
	if f.problem != nil {
		return httpx.Status(errs.As(f.problem))
	}
	return http.StatusOK
}

// GetNear takes a position that a browser has told, and leads on to what is near it. Browsers speak
// WGS-84, the points of activities are GCJ-02.
func (p *Portal) GetNear(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	if err := in.Err(); err != nil {
		return err
	}
	q := maps.Clone(in.Values())
	at := q.Get("at")
	q.Del("at")
	var lng, lat float64
	if n, err := fmt.Sscanf(at, "%f,%f", &lng, &lat); n != 2 || err != nil || math.IsNaN(lng+lat) || math.Abs(lng) > 180 || math.Abs(lat) > 90 {
		r.Tell(w, httpx.Warning, "find.near_failed")
		return httpx.Redirect(w, r, listPath+"?"+q.Encode(), listPath)
	}
	q.Set("near", activity.FromWGS84(lng, lat).String())
	q.Set("sort", string(activity.ByDistance))
	return httpx.Redirect(w, r, listPath+"?"+q.Encode(), listPath)
}
