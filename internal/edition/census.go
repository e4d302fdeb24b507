package edition

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/sqldb"
)

// census counts audiences without a statement for each: how many open units stand in each place, and
// where the single units stand that groups and scopes name.
type census struct {
	places  []placeCount
	named   map[string]actor.Place // open units named one by one
	members map[string][]string    // group id → unit ids
}

type placeCount struct {
	place actor.Place
	n     int
}

// takeCensus reads what is needed to count the audiences.
func takeCensus(ctx context.Context, q sqldb.Querier, editionID string, audiences []Audience) (c census, err error) {
	if c.places, err = listPlaceCounts(ctx, q); err != nil {
		return census{}, err
	}
	members, err := listMembers(ctx, q, editionID)
	if err != nil {
		return census{}, err
	}
	c.named, c.members = map[string]actor.Place{}, map[string][]string{}
	for _, m := range members {
		c.named[m.UnitID] = m.place
		c.members[m.group] = append(c.members[m.group], m.UnitID)
	}
	var single []string
	for _, a := range audiences {
		for _, s := range a.Scopes {
			single = append(single, s.Units...)
		}
		for _, s := range a.Suggestions {
			single = append(single, s.Scope.Units...)
		}
	}
	places, err := listPlaces(ctx, q, single)
	if err != nil {
		return census{}, err
	}
	for unitID, place := range places {
		c.named[unitID] = place
	}
	return c, nil
}

// count counts the different units that any of the audiences covers.
func (c census) count(audiences ...Audience) int {
	var wide actor.Scopes              // scopes over places
	single := map[string]actor.Place{} // units named one by one, by a scope or a group
	for _, a := range audiences {
		for _, s := range a.Scopes {
			if len(s.Units) == 0 {
				wide = append(wide, s)
				continue
			}
			for _, unitID := range s.Units {
				if place, open := c.named[unitID]; open && s.Covers(unitID, place) {
					single[unitID] = place
				}
			}
		}
		for _, unitID := range c.members[a.GroupID] {
			single[unitID] = c.named[unitID]
		}
	}
	n := 0
	for _, p := range c.places {
		if wide.Covers("", p.place) {
			n += p.n
		}
	}
	for unitID, place := range single {
		if !wide.Covers(unitID, place) {
			n++
		}
	}
	return n
}

// fill writes the counts into the edition.
func (c census) fill(e *Edition) {
	each := func(list []Audience) {
		for i := range list {
			list[i].Count = c.count(list[i])
			for j, s := range list[i].Suggestions {
				list[i].Suggestions[j].Count = c.count(Audience{Scopes: actor.Scopes{s.Scope}})
			}
		}
	}
	each(e.Addressees)
	for i := range e.Obligations {
		o := &e.Obligations[i]
		each(o.Audiences)
		o.Count = c.count(o.Audiences...)
		o.Open = 0
		for _, a := range o.Audiences {
			if !a.Resolved || a.GroupID != "" && len(c.members[a.GroupID]) == 0 {
				o.Open++
			}
		}
	}
}
