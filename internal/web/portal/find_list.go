package portal

import (
	"net/http"

	"openweek/internal/activity"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// GetActivities lists what a query finds.
func (p *Portal) GetActivities(w http.ResponseWriter, r *httpx.Request) error {
	f, err := p.find(r, listPath)
	if err != nil {
		return p.orNothingYet(w, r, err)
	}
	page := listPage{Head: f.head(), Facets: f.facetList(), Filters: f.set(), Total: f.total(), Sorts: f.sorts()}
	v := p.page(r, f).WithProblems(f.problem)
	if f.problem != nil {
		page.Total = ""
		return ui.Render(w, r, f.status(), showList(v, page))
	}
	found, err := p.Activities.FindPublic(r.Context(), f.ID, f.filter)
	if err != nil {
		return err
	}
	page.Rows = f.rows(found.Items, f.filter.From, f.filter.To)
	page.Note = f.note(found.How)
	if found.Capped {
		page.Capped = r.T("find.capped", "count", activity.MaxRanked)
	}
	if found.Next != "" {
		next := f.filter
		next.Cursor = found.Next
		page.Next = listPath + "?" + next.Query()
	}
	if f.filter.Cursor != "" {
		page.First = address(listPath, f.filter)
	}
	query := f.filter
	query.Order = ""
	page.Feeds = feeds{Calendar: address(icsPath, query), Atom: address(atomPath, query)}
	return ui.Render(w, r, http.StatusOK, showList(v, page))
}

// sorts are the orders of a list; the nearest first needs a position.
func (f *finding) sorts() (list []ui.Tab) {
	for _, o := range activity.Orders {
		if o == activity.ByDistance && f.filter.Near == (activity.Point{}) {
			continue
		}
		current := f.filter.Order == o || f.filter.Order == "" && o == activity.ByTime
		//i18n:prefix find.sort_
		list = append(list, ui.Tab{Text: i18n.T(f.locale, "find.sort_"+string(o)), Current: current, Count: -1, Href: f.href(func(other *activity.Filter) { other.Order = o })})
	}
	return list
}
