package portal

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// atlas are the regions of an edition's territory.
type atlas struct {
	byCode      map[string]unit.Region
	prefectures []unit.Region
	inside      map[string][]unit.Region // by the code around them
}

func (p *Portal) atlas(ctx context.Context, territory string) (a atlas, err error) {
	regions, err := p.Units.Regions(ctx)
	if err != nil {
		return atlas{}, err
	}
	a = atlas{byCode: make(map[string]unit.Region, len(regions)), inside: map[string][]unit.Region{}}
	for _, g := range regions {
		a.byCode[g.Code] = g
		a.inside[g.Parent] = append(a.inside[g.Parent], g)
		if g.Level == unit.LevelPrefecture && actor.RegionWithin(g.Code, territory) {
			a.prefectures = append(a.prefectures, g)
		}
	}
	return a, nil
}

// prefecture gives the prefecture in which a region lies, or that it is.
func (a atlas) prefecture(code string) (unit.Region, bool) {
	for g, ok := a.byCode[code]; ok; g, ok = a.byCode[g.Parent] {
		if g.Level == unit.LevelPrefecture {
			return g, true
		}
	}
	return unit.Region{}, false
}

// short names a region as lists and filters do.
func (a atlas) short(code string) ui.Named {
	g := a.byCode[code]
	return ui.Named{Name: g.Name, NameEN: g.NameEN}
}

// full names a region with the prefecture around it: 长沙市岳麓区, or Yuelu District, Changsha.
func (a atlas) full(code string) ui.Named {
	g := a.byCode[code]
	around, ok := a.byCode[g.Parent]
	if !ok || g.Level != unit.LevelCounty {
		return ui.Named{Name: g.Name, NameEN: g.NameEN}
	}
	n := ui.Named{Name: around.Name + g.Name}
	if g.NameEN != "" && around.NameEN != "" {
		n.NameEN = g.NameEN + ", " + around.NameEN
	}
	return n
}

// picked is a label in the language of the page.
func picked(l i18n.Locale, n ui.Named) string {
	text, _ := i18n.Pick(l, n.Name, n.NameEN)
	return text
}
