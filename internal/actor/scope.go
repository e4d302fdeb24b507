package actor

import "slices"

// Scope covers units by region × line × tier × kind. Within one dimension the values are
// alternatives, the dimensions are joined by "and", an empty dimension does not restrict. The zero
// Scope therefore covers everything; Nobody covers nothing. A Scope is data: it is stored as JSON
// with an obligation's audience.
type Scope struct {
	// Regions are GB/T 2260 codes; each covers the region and all inside of it.
	Regions []string `json:"regions,omitempty"`
	Lines   []Line   `json:"lines,omitempty"`
	Tiers   []Tier   `json:"tiers,omitempty"`
	Kinds   []Kind   `json:"kinds,omitempty"`
	// Units are ids of single units; when set, only these are covered (still subject to the other dimensions).
	Units []string `json:"units,omitempty"`
	// None covers nothing, whatever else is set.
	None bool `json:"none,omitempty"`
}

// Nobody is the scope that covers nothing.
var Nobody = Scope{None: true}

// Covers tells whether a unit with the id and place is in the scope.
func (s Scope) Covers(unitID string, p Place) bool {
	if s.None {
		return false
	}
	inRegion := len(s.Regions) == 0 || slices.ContainsFunc(s.Regions, func(outer string) bool { return RegionWithin(p.Region, outer) })
	return inRegion &&
		(len(s.Lines) == 0 || slices.Contains(s.Lines, p.Line)) &&
		(len(s.Tiers) == 0 || slices.Contains(s.Tiers, p.Tier)) &&
		(len(s.Kinds) == 0 || slices.Contains(s.Kinds, p.Kind)) &&
		(len(s.Units) == 0 || slices.Contains(s.Units, unitID))
}

// Scopes covers what any of its scopes covers; nil covers nothing.
type Scopes []Scope

// Covers tells whether a unit with the id and place is in one of the scopes.
func (s Scopes) Covers(unitID string, p Place) bool {
	return slices.ContainsFunc(s, func(one Scope) bool { return one.Covers(unitID, p) })
}
