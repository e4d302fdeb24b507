package portal

import (
	"net/http"
	"net/url"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// pageRows is how many activities the page of a topic, a method or a unit shows.
const pageRows = 20

func methodHref(m edition.Item) string { return "/methods/" + url.PathEscape(m.Code) }

func topicHref(t edition.Item) string { return "/topics/" + url.PathEscape(t.Code) }

// GetMethod shows a method of the edition of today with its activities.
func (p *Portal) GetMethod(w http.ResponseWriter, r *httpx.Request) error {
	e, err := p.present(r)
	if err != nil {
		return err
	}
	return p.item(w, r, e, e.Methods, "portal.methods", "/#methods", activity.Filter{Methods: []string{r.PathValue("code")}})
}

// GetTopic shows a topic of the edition of today with its activities.
func (p *Portal) GetTopic(w http.ResponseWriter, r *httpx.Request) error {
	e, err := p.present(r)
	if err != nil {
		return err
	}
	return p.item(w, r, e, e.Topics, "portal.topics", "/#topics", activity.Filter{Topics: []string{r.PathValue("code")}})
}

// item shows one of some items of an edition and what filter finds.
func (p *Portal) item(w http.ResponseWriter, r *httpx.Request, e present, list []edition.Item, crumb, up string, filter activity.Filter) error {
	i := slices.IndexFunc(list, func(one edition.Item) bool { return one.Code == r.PathValue("code") })
	if i < 0 {
		return errs.NotFound("find.item_not_found")
	}
	page := itemPage{Edition: e.Face, Item: list[i]}
	var err error
	if page.Found, err = p.some(r, e, filter); err != nil {
		return err
	}
	name, _ := i18n.Pick(r.Locale, list[i].Name, list[i].NameEN)
	v := p.Shell.View(r, name).Under(ui.Crumb{Href: up, Text: r.T(crumb)})
	v.Lead, _ = i18n.Pick(r.Locale, list[i].Description, list[i].DescriptionEN)
	return ui.Render(w, r, http.StatusOK, showItem(p.withAddress(v, r.URL.Path), page))
}

// some gives the first activities of a filter, from today on while the week is on, and where the others
// are listed.
func (p *Portal) some(r *httpx.Request, e present, filter activity.Filter) (s some, err error) {
	f := finding{present: e, view: listPath, filter: filter}
	f.filter.From = e.ahead()
	if f.facets, err = p.Activities.Facets(r.Context(), e.ID, f.filter); err != nil {
		return some{}, err
	}
	if f.facets.Total == 0 && f.filter.From != "" { // it is over: what there was
		f.filter.From = ""
		if f.facets, err = p.Activities.Facets(r.Context(), e.ID, f.filter); err != nil {
			return some{}, err
		}
	}
	f.filter.Limit = pageRows
	found, err := p.Activities.FindPublic(r.Context(), e.ID, f.filter)
	if err != nil {
		return some{}, err
	}
	s = some{Rows: f.rows(found.Items, f.filter.From, ""), Total: f.total(), Week: f.strip(), Items: found.Items}
	s.All, s.AllHref = f.facets.Total, address(listPath, f.filter)
	spread := 0
	for _, g := range e.prefectures {
		if f.facets.Regions[g.Code] > 0 {
			spread++
		}
	}
	if spread > 1 {
		s.Tiles = f.tiles()
	}
	query := f.filter
	query.From, query.Order = "", ""
	s.Feeds = feeds{Calendar: address(icsPath, query), Atom: address(atomPath, query)}
	return s, nil
}

// GetUnit shows a host with its activities of the edition of today: a unit, or a guest that one vouches
// for. Who has none is not shown to the public.
func (p *Portal) GetUnit(w http.ResponseWriter, r *httpx.Request) error {
	e, err := p.present(r)
	if err != nil {
		return err
	}
	hostID := r.PathID("id")
	if hostID == "" {
		return errs.NotFound("find.host_not_found")
	}
	page := unitPage{}
	if page.Found, err = p.some(r, e, activity.Filter{Host: hostID}); err != nil {
		return err
	}
	if len(page.Found.Items) == 0 {
		return errs.NotFound("find.host_not_found")
	}
	first := page.Found.Items[0]
	page.Host = ui.Named{Name: first.Unit.Name, NameEN: first.Unit.NameEN}
	if first.Guest.ID == hostID {
		page.Host = ui.Named{Name: first.Guest.Name, NameEN: first.Guest.NameEN}
		page.Vouched = ui.Named{Name: first.Unit.Name, NameEN: first.Unit.NameEN, Href: unitHref(first.Unit.ID)}
	}
	page.Place = e.full(first.Unit.Place.Region)
	v := p.Shell.View(r, picked(r.Locale, page.Host)).Under(ui.Crumb{Href: listPath, Text: r.T("find.title")})
	v.Lead = r.T("find.unit_lead", "name", picked(r.Locale, page.Host))
	return ui.Render(w, r, http.StatusOK, showUnit(p.withAddress(v, r.URL.Path), page))
}

func unitHref(hostID string) string { return "/units/" + hostID }
