package portal

import (
	"slices"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// facets are the filters that stand beside the results, with what each value would leave.
func (f *finding) facetList() (list []facet) {
	if f.filter.Near != (activity.Point{}) {
		list = append(list, f.radii())
	}
	list = append(list, f.regions())
	list = append(list,
		f.items("find.methods", f.Methods, f.facets.Methods, f.filter.Methods, func(o *activity.Filter, code string) { o.Methods = toggled(o.Methods, code) }),
		f.items("find.topics", f.Topics, f.facets.Topics, f.filter.Topics, func(o *activity.Filter, code string) { o.Topics = toggled(o.Topics, code) }),
		f.audiences(), f.modes(),
	)
	return slices.DeleteFunc(list, func(one facet) bool { return len(one.Values) == 0 })
}

// set is how many filters are set: what a phone shows beside the fold.
func (f *finding) set() int {
	n := len(f.filter.Regions) + len(f.filter.Methods) + len(f.filter.Topics) + len(f.filter.Audience) + len(f.filter.Modes)
	for _, is := range []bool{f.filter.From != "" || f.filter.To != "", f.filter.HasSeats, f.filter.Host != "", f.filter.Near != activity.Point{}} {
		if is {
			n++
		}
	}
	return n
}

// regions are the prefectures, and inside of the chosen ones their counties. One region is looked at at a
// time; an address may name several.
func (f *finding) regions() facet {
	list := facet{Title: i18n.T(f.locale, "find.regions")}
	add := func(code string, inner bool) {
		isChosen := slices.Contains(f.filter.Regions, code)
		name := f.short(code)
		name.Href = f.href(func(o *activity.Filter) {
			o.Regions = []string{code}
			if isChosen {
				o.Regions = nil
			}
		})
		list.Values = append(list.Values, facetValue{Name: name, Count: f.facets.Regions[code], Chosen: isChosen, Inner: inner})
	}
	for _, g := range f.prefectures {
		around := f.isAround(g.Code)
		if f.facets.Regions[g.Code] == 0 && !around {
			continue
		}
		add(g.Code, false)
		if !around {
			continue
		}
		for _, c := range f.inside[g.Code] {
			if f.facets.Regions[c.Code] > 0 || slices.Contains(f.filter.Regions, c.Code) {
				add(c.Code, true)
			}
		}
	}
	return list
}

// isAround tells whether a prefecture or something inside of it is chosen.
func (f *finding) isAround(code string) bool {
	return slices.ContainsFunc(f.filter.Regions, func(one string) bool {
		g, ok := f.prefecture(one)
		return ok && g.Code == code
	})
}

func (f *finding) items(key string, items []edition.Item, counts map[string]int, set []string, toggle func(*activity.Filter, string)) facet {
	list := facet{Title: i18n.T(f.locale, key)}
	for _, item := range items {
		v := facetValue{Name: ui.Named{Name: item.Name, NameEN: item.NameEN}, Count: counts[item.ID], Chosen: slices.Contains(set, item.Code)}
		v.Name.Href = f.href(func(o *activity.Filter) { toggle(o, item.Code) })
		list.Values = append(list.Values, v)
	}
	return list
}

func (f *finding) audiences() facet {
	const shown = 6
	list := facet{Title: i18n.T(f.locale, "find.audiences")}
	for _, a := range activity.Audiences {
		v := facetValue{Count: f.facets.Audience[a], Chosen: slices.Contains(f.filter.Audience, a)}
		if v.Count == 0 && !v.Chosen {
			continue
		}
		v.Name = f.plain(f.audience(a), func(o *activity.Filter) { o.Audience = toggled(o.Audience, a) })
		if len(list.Values) < shown || v.Chosen {
			list.Values = append(list.Values, v)
		} else {
			list.More = append(list.More, v)
		}
	}
	return list
}

func (f *finding) modes() facet {
	list := facet{Title: i18n.T(f.locale, "find.modes")}
	for _, m := range activity.Modes {
		list.Values = append(list.Values, facetValue{
			Name:  f.plain(f.mode(m), func(o *activity.Filter) { o.Modes = toggled(o.Modes, m) }),
			Count: f.facets.Modes[m], Chosen: slices.Contains(f.filter.Modes, m),
		})
	}
	return list
}

// radii are how far around the position is looked. What each would leave is not counted.
func (f *finding) radii() facet {
	list := facet{Title: i18n.T(f.locale, "find.radius")}
	for _, km := range []int{2, 5, activity.DefaultRadius, 30, 100} {
		list.Values = append(list.Values, facetValue{
			Name: f.plain(i18n.T(f.locale, "find.within", "km", km), func(o *activity.Filter) { o.Radius = km }), Count: -1, Chosen: f.radius() == km,
		})
	}
	return list
}

func (f *finding) plain(text string, change func(*activity.Filter)) ui.Named {
	return ui.Named{Name: text, NameEN: text, Href: f.href(change)}
}
