package portal

import (
	"net/http"
	"slices"
	"strconv"

	"openweek/internal/activity"
	"openweek/internal/httpx"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// GetMap shows a query by place: the prefectures, and the counties of the chosen one.
func (p *Portal) GetMap(w http.ResponseWriter, r *httpx.Request) error {
	f, err := p.find(r, mapPath)
	if err != nil {
		return p.orNothingYet(w, r, err)
	}
	page := mapPage{Head: f.head(), Facets: f.facetList(), Filters: f.set(), Total: f.total()}
	page.Facets = slices.DeleteFunc(page.Facets, func(one facet) bool { return one.Title == r.T("find.regions") }) // the map itself is that one
	v := p.page(r, f).WithProblems(f.problem)
	page.Tiles = f.tiles()
	if f.problem != nil {
		page.Total = ""
		return ui.Render(w, r, f.status(), showMap(v, page))
	}
	if g, ok := f.place(); ok {
		page.Place = ui.Named{Name: g.Name, NameEN: g.NameEN, Href: address(listPath, f.filter)}
		page.Local = regionHref(f.ID, g.Code)
		for _, c := range f.inside[g.Code] {
			if n := f.facets.Regions[c.Code]; n > 0 {
				name := f.short(c.Code)
				is := slices.Contains(f.filter.Regions, c.Code)
				name.Href = f.href(func(o *activity.Filter) {
					o.Regions = []string{c.Code}
					if is {
						o.Regions = []string{g.Code}
					}
				})
				page.Inside = append(page.Inside, facetValue{Name: name, Count: n, Chosen: is})
			}
		}
	}
	query := f.filter
	query.Cursor, query.Limit = "", mapRows
	found, err := p.Activities.FindPublic(r.Context(), f.ID, query)
	if err != nil {
		return err
	}
	page.Note = f.note(found.How)
	if page.Place.Name != "" {
		page.All = f.facets.Total
		page.Rows = f.rows(found.Items, f.filter.From, f.filter.To)
	}
	return ui.Render(w, r, http.StatusOK, showMap(v, page))
}

// mapRows is how many activities stand below the map.
const mapRows = 5

// place is the prefecture that is looked at, if one is.
func (f *finding) place() (g unit.Region, ok bool) {
	if len(f.filter.Regions) == 0 {
		return unit.Region{}, false
	}
	return f.prefecture(f.filter.Regions[0])
}

// tiles are the prefectures with what the query finds in each.
func (f *finding) tiles() (list []ui.Tile) {
	for _, g := range f.prefectures {
		selected := f.isAround(g.Code)
		list = append(list, ui.Tile{
			X: g.TileX, Y: g.TileY, Name: g.Short, NameEN: g.NameEN, Figure: strconv.Itoa(f.facets.Regions[g.Code]), Selected: selected,
			Href: f.href(func(o *activity.Filter) {
				o.Regions = []string{g.Code}
				if selected {
					o.Regions = nil
				}
			}),
		})
	}
	return list
}
