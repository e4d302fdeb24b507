package portal

import (
	"net/http"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// homeRows is how many activities the home page shows.
const homeRows = 6

// GetHome shows the edition of today by the portal's rule (package edition) and what is on, or that there
// is none yet.
func (p *Portal) GetHome(w http.ResponseWriter, r *httpx.Request) error {
	e, err := p.present(r)
	if err != nil {
		return p.orNothingYet(w, r, err)
	}
	page := homePage{Edition: e.Face, Banner: banner(r, e.Face, e.today()), Near: nearPath}
	all, err := p.Activities.Facets(r.Context(), e.ID, activity.Filter{})
	if err != nil {
		return err
	}
	f := finding{present: e, view: listPath, filter: activity.Filter{From: e.ahead()}, facets: all}
	if f.filter.From != "" {
		if f.facets, err = p.Activities.Facets(r.Context(), e.ID, f.filter); err != nil {
			return err
		}
	}
	page.Chips, page.Week, page.From = f.chips(), f.strip(), string(f.filter.From)
	page.Tiles = tiles(e.Face, e.prefectures, f.facets.Regions)
	if err := p.next(r, &page, f); err != nil {
		return err
	}
	for _, m := range e.Methods {
		page.Methods = append(page.Methods, counted{m, methodHref(m), all.Methods[m.ID]})
	}
	for _, t := range e.Topics {
		page.Topics = append(page.Topics, counted{t, topicHref(t), all.Topics[t.ID]})
	}
	others, err := p.Editions.Find(r.Context(), nobody, edition.Filter{})
	if err != nil {
		return err
	}
	page.Others = slices.DeleteFunc(others, func(o edition.Summary) bool { return o.ID == e.ID })
	v := p.Shell.View(r, "")
	name, _ := i18n.Pick(r.Locale, e.Name, e.NameEN)
	v.Lead = r.T("find.lead", "name", name)
	return ui.Render(w, r, http.StatusOK, showHome(p.withAddress(v, "/"), page))
}

// next fills in what a reader can still go to, the earliest first; after the week, what there was.
func (p *Portal) next(r *httpx.Request, page *homePage, f finding) error {
	open := f.filter
	open.HasSeats, open.Limit = true, homeRows
	found, err := p.Activities.FindPublic(r.Context(), f.ID, open)
	if err != nil {
		return err
	}
	page.Title, page.All, page.AllHref = r.T("find.next"), f.facets.Total, address(listPath, f.filter)
	if len(found.Items) == 0 {
		page.Title, page.All, page.AllHref = r.T("find.past"), f.facets.Total, listPath
		if found, err = p.Activities.FindPublic(r.Context(), f.ID, activity.Filter{Limit: homeRows}); err != nil {
			return err
		}
	}
	page.Next = f.rows(found.Items, f.filter.From, "")
	return nil
}

// orNothingYet says that there is no edition yet, where that is the error.
func (p *Portal) orNothingYet(w http.ResponseWriter, r *httpx.Request, err error) error {
	if errs.Is(err, "edition.none_published") {
		return ui.Render(w, r, http.StatusOK, nothingYet(p.Shell.View(r, "")))
	}
	return err
}
