package desk

import (
	"bytes"
	"net/http"
	"net/url"

	"openweek/internal/actor"
	"openweek/internal/httpx"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

const unitsPath = "/desk/units"

type unitList struct {
	Filter  unit.Filter
	Line    string // of the filter, as the form sends it
	Units   []unit.Unit
	Counts  unit.Facets
	Regions []unit.Region
	Pages   ui.Pages
	Export  string // address of the same list as a file
}

// unitFilter reads the filter bar of the list of units. Each dimension takes one value there.
func unitFilter(in *httpx.Input) unit.Filter {
	f := unit.Filter{Text: in.Text("q", 80), State: parseState(in), After: in.Raw("after")}
	if s := in.Raw("region"); s != "" {
		f.Regions = []string{s}
	}
	if s := in.Choice("line", formLines()...); s != "" {
		f.Lines = []actor.Line{parseLine(s)}
	}
	if s := in.Choice("tier", names(actor.Tiers)...); s != "" {
		f.Tiers = []actor.Tier{actor.Tier(s)}
	}
	if s := in.Choice("kind", names(actor.Kinds)...); s != "" {
		f.Kinds = []actor.Kind{actor.Kind(s)}
	}
	return f
}

// GetUnits lists the units that the reader may see, with counts beside each value of the filter.
func (d *Desk) GetUnits(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	filter := unitFilter(in)
	if err := in.Err(); err != nil {
		return err
	}
	page, err := d.Units.Find(r.Context(), r.Actor, filter)
	if err != nil {
		return err
	}
	counts, err := d.Units.Counts(r.Context(), r.Actor, filter)
	if err != nil {
		return err
	}
	regions, err := d.Units.Regions(r.Context())
	if err != nil {
		return err
	}
	v := d.view(r, r.T("nav.units"))
	summary := v.T("desk.page_summary", "total", counts.Total, "shown", len(page.Items))
	return ui.Render(w, r, http.StatusOK, unitListPage(v, unitList{
		Filter: filter, Line: in.Raw("line"), Units: page.Items, Counts: counts, Regions: regions,
		Pages: ui.PagesOf(v, in, page.Next, summary), Export: elsewhere(in, unitsPath+"/export"),
	}))
}

// elsewhere is an address with the filter of the present page, from its beginning.
func elsewhere(in *httpx.Input, path string) string {
	q := url.Values{}
	for name, values := range in.Values() {
		switch name {
		case "after", "trail", httpx.QueryLang, httpx.QueryReading:
		default:
			if len(values) > 0 && values[0] != "" {
				q[name] = values
			}
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// GetUnitsExport gives what the list shows, all pages, as an Excel file.
func (d *Desk) GetUnitsExport(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	filter := unitFilter(in)
	if err := in.Err(); err != nil {
		return err
	}
	var body bytes.Buffer
	if err := d.Units.Export(r.Context(), r.Actor, filter, &body); err != nil {
		return err
	}
	return d.workbook(w, r, r.T("nav.units"), body.Bytes())
}

// only gives the one value of a filter's dimension, "" for none.
func only[T ~string](values []T) string {
	if len(values) == 0 {
		return ""
	}
	return string(values[0])
}

// filtered tells whether anything restricts the list.
func (p unitList) filtered() bool {
	f := p.Filter
	return f.Text != "" || f.State != unit.Open || len(f.Regions)+len(f.Lines)+len(f.Tiers)+len(f.Kinds) > 0
}

func (p unitList) regions(v ui.View) []ui.Option {
	return regionOptions(v, p.Regions, func(code string) (int, bool) {
		n := p.Counts.Regions[code]
		return n, n > 0 || code == only(p.Filter.Regions)
	})
}

// facetOptions lists the values of a dimension that would find something, and the chosen one.
func facetOptions[T ~string](v ui.View, values []T, counts map[T]int, chosen string, name func(ui.View, T) string, form func(T) string) []ui.Option {
	var out []ui.Option
	for _, value := range values {
		if n := counts[value]; n > 0 || form(value) == chosen {
			out = append(out, ui.Option{Value: form(value), Text: counted(v, name(v, value), n)})
		}
	}
	return out
}

func asForm[T ~string](value T) string { return string(value) }

func (p unitList) lines(v ui.View) []ui.Option {
	return facetOptions(v, append([]actor.Line{actor.LineNone}, actor.Lines...), p.Counts.Lines, p.Line, lineName, formLine)
}

func (p unitList) tiers(v ui.View) []ui.Option {
	return facetOptions(v, actor.Tiers, p.Counts.Tiers, only(p.Filter.Tiers), tierName, asForm)
}

func (p unitList) kinds(v ui.View) []ui.Option {
	return facetOptions(v, actor.Kinds, p.Counts.Kinds, only(p.Filter.Kinds), kindName, asForm)
}
