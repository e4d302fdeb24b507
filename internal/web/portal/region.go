package portal

import (
	"net/http"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// regionRows is how many activities the page of a prefecture shows.
const regionRows = 6

func regionHref(editionID, code string) string { return "/editions/" + editionID + "/regions/" + code }

// GetRegion shows a prefecture's own theme beside the edition's, what is on there and who leads the week.
func (p *Portal) GetRegion(w http.ResponseWriter, r *httpx.Request) error {
	e, err := p.presentOf(r, r.PathID("id"))
	if err != nil {
		return err
	}
	region, err := p.Units.Region(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	if !actor.RegionWithin(region.Code, e.Territory) || region.Level != unit.LevelPrefecture {
		return errs.NotFound("region.not_found")
	}
	departments, err := p.Units.Departments(r.Context(), region.Code)
	if err != nil {
		return err
	}
	page := regionPage{Edition: e.Face, Region: region, Departments: departments, State: state(r.Locale, e.Summary, p.today()), When: when(r.Locale, e.Summary)}
	for _, t := range e.LocalThemes {
		if t.Region == region.Code {
			page.Theme = t
		}
	}
	facets, err := p.regionRows(r, e, &page)
	if err != nil {
		return err
	}
	page.Tiles = tiles(e.Face, e.prefectures, facets.Regions)
	for i := range page.Tiles {
		page.Tiles[i].Note, page.Tiles[i].NoteEN = "", ""
		page.Tiles[i].Selected = page.Tiles[i].Href == regionHref(e.ID, region.Code)
	}
	for _, g := range e.inside[region.Code] {
		c := county{ui.Named{Name: g.Name, NameEN: g.NameEN}, facets.Regions[g.Code]}
		if c.Count > 0 {
			c.Href = address(listPath, activity.Filter{Regions: []string{g.Code}, From: e.ahead()})
		}
		page.Counties = append(page.Counties, c)
	}
	name, _ := i18n.Pick(r.Locale, region.Name, region.NameEN)
	edName, _ := i18n.Pick(r.Locale, e.Name, e.NameEN)
	v := p.Shell.View(r, name).Under(ui.Crumb{Href: "/editions/" + e.ID, Text: edName})
	return ui.Render(w, r, http.StatusOK, showRegion(v, page))
}

// regionRows fills in what is on in a prefecture, where the edition is that of today: lists show no other.
func (p *Portal) regionRows(r *httpx.Request, e present, page *regionPage) (n activity.Facets, err error) {
	current, err := p.Editions.Current(r.Context())
	if err != nil || current.ID != e.ID {
		return activity.Facets{}, err
	}
	filter := activity.Filter{Regions: []string{page.Region.Code}, From: e.ahead(), Limit: regionRows}
	if n, err = p.Activities.Facets(r.Context(), e.ID, filter); err != nil {
		return activity.Facets{}, err
	}
	found, err := p.Activities.FindPublic(r.Context(), e.ID, filter)
	page.Rows = e.rows(found.Items, filter.From, "")
	page.All, page.AllHref = n.Total, address(listPath, filter)
	return n, err
}
