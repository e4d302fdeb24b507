package unit

import "openweek/internal/actor"

// Facets count the units under each value of a dimension, the other filters applied.
type Facets struct {
	Total   int
	Regions map[string]int // by code; a region counts all inside of it
	Lines   map[actor.Line]int
	Tiers   map[actor.Tier]int
	Kinds   map[actor.Kind]int
}

func facets(groups []placeCount, chosen actor.Scope) Facets {
	out := Facets{Regions: map[string]int{}, Lines: map[actor.Line]int{}, Tiers: map[actor.Tier]int{}, Kinds: map[actor.Kind]int{}}
	without := func(change func(*actor.Scope)) actor.Scope {
		s := chosen
		change(&s)
		return s
	}
	anyRegion := without(func(s *actor.Scope) { s.Regions = nil })
	anyLine := without(func(s *actor.Scope) { s.Lines = nil })
	anyTier := without(func(s *actor.Scope) { s.Tiers = nil })
	anyKind := without(func(s *actor.Scope) { s.Kinds = nil })
	for _, g := range groups {
		if chosen.Covers("", g.place) {
			out.Total += g.n
		}
		if anyRegion.Covers("", g.place) {
			for _, code := range enclosing(g.place.Region) {
				out.Regions[code] += g.n
			}
		}
		if anyLine.Covers("", g.place) {
			out.Lines[g.place.Line] += g.n
		}
		if anyTier.Covers("", g.place) {
			out.Tiers[g.place.Tier] += g.n
		}
		if anyKind.Covers("", g.place) {
			out.Kinds[g.place.Kind] += g.n
		}
	}
	return out
}

// enclosing gives the code and those of the regions around it: 430102 → 430000, 430100, 430102.
func enclosing(code string) []string {
	out := []string{code[:2] + "0000"}
	if prefix := actor.RegionPrefix(code); len(prefix) >= 4 {
		out = append(out, code[:4]+"00")
		if len(prefix) == 6 {
			out = append(out, code)
		}
	}
	return out
}
