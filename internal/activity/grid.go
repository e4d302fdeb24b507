package activity

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Axis is a direction of the grid (内容×方式覆盖).
type Axis string

// The axes.
const (
	ByTopic  Axis = "topic"  // 宣传内容
	ByMethod Axis = "method" // 宣传方式
	ByRegion Axis = "region" // 市州
)

// Axes lists the axes.
var Axes = []Axis{ByTopic, ByMethod, ByRegion}

// Spot is a place in the grid: ids of items of the edition and the code of a prefecture, or of the
// territory for what stands in none. "" stands for all of that axis.
type Spot struct{ Topic, Method, Region string }

// on gives the place of a spot along an axis.
func (s Spot) on(x Axis) string {
	switch x {
	case ByTopic:
		return s.Topic
	case ByMethod:
		return s.Method
	default:
		return s.Region
	}
}

func (s Spot) with(x Axis, id string) Spot {
	switch x {
	case ByTopic:
		s.Topic = id
	case ByMethod:
		s.Method = id
	default:
		s.Region = id
	}
	return s
}

// holds tells whether a spot lies in this one.
func (s Spot) holds(other Spot) bool {
	for _, x := range Axes {
		if s.on(x) != "" && s.on(x) != other.on(x) {
			return false
		}
	}
	return true
}

// Tally counts activities by how far they have come, each once.
type Tally struct {
	Planned   int // handed in and not public yet (策划中)
	Published int // public, and something is still to come (已发布)
	Held      int // public, and all of its sessions are over or reported on (已举办)
}

// Total is how many there are.
func (t Tally) Total() int { return t.Planned + t.Published + t.Held }

func (t *Tally) add(other Tally) {
	t.Planned, t.Published, t.Held = t.Planned+other.Planned, t.Published+other.Published, t.Held+other.Held
}

// Named is a place on an axis.
type Named struct{ ID, Name, NameEN string }

// GridCell is what there is in a spot.
type GridCell struct {
	Spot
	Tally
	Asks []Ask // the latest first
}

// Gap tells whether there is nothing: neither held, nor to come, nor planned.
func (c GridCell) Gap() bool { return c.Total() == 0 }

// Grid is what an edition's activities cover, as far as the actor sees it. It is made by Service.Grid
// and looked at through Pivot.
type Grid struct {
	EditionID string
	At        clock.Instant
	Places    map[Axis][]Named // topics and methods in the edition's order, prefectures by code
	Asks      []Ask            // the latest first

	topics map[Spot]Tally // an activity under each of its topics
	each   map[Spot]Tally // an activity once; Topic is ""
}

// GridQuery says which grid.
type GridQuery struct {
	EditionID string
	// Region narrows the prefectures to one, "" for all in sight.
	Region string
}

// Grid counts the activities of an edition by topic, method and prefecture, those of the actor's unit and
// of units in sight. What was never handed in is its unit's own affair and counts for nobody else; what
// was declined or cancelled covers nothing.
//
// Errors: activity.edition_not_found; activity.choice_unknown (on region).
func (s *Service) Grid(ctx context.Context, a actor.Actor, g GridQuery) (grid Grid, err error) {
	defer errs.Wrap(&err, "activity.Grid(%s)", shorten(g.EditionID))
	if !a.IsStaff() && a.Class != actor.System {
		return Grid{}, errs.NotFound("activity.edition_not_found")
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		grid = Grid{EditionID: g.EditionID, At: s.deps.Clock.Now(), topics: map[Spot]Tally{}, each: map[Spot]Tally{}}
		f, err := readFacts(ctx, q, g.EditionID)
		if err != nil {
			return err
		}
		if grid.Places, err = gridPlaces(ctx, q, f, g); err != nil {
			return err
		}
		counted, err := listCovered(ctx, q, a, g.EditionID, grid.At)
		if err != nil {
			return err
		}
		planned, err := listPlanned(ctx, q, a, g.EditionID)
		if err != nil {
			return err
		}
		grid.take(append(counted, planned...), f.territory, g.Region)
		grid.narrow(a, f.territory, g.Region)
		asks, err := listAsks(ctx, q, g.EditionID)
		if err != nil {
			return err
		}
		grid.Asks = slices.DeleteFunc(asks, func(one Ask) bool { return grid.index(ByRegion, one.Region) < 0 })
		return nil
	})
	if err != nil {
		return Grid{}, err
	}
	return grid, nil
}

// gridPlaces lists the axes: the items of the edition, its prefectures and its territory.
func gridPlaces(ctx context.Context, q sqldb.Querier, f facts, g GridQuery) (places map[Axis][]Named, err error) {
	places = map[Axis][]Named{}
	items, err := listNamed(ctx, q, gridItems, g.EditionID)
	if err != nil {
		return nil, err
	}
	for _, one := range items {
		if f.topics[one.ID] {
			places[ByTopic] = append(places[ByTopic], one)
		} else {
			places[ByMethod] = append(places[ByMethod], one)
		}
	}
	prefix := actor.RegionPrefix(f.territory)
	if places[ByRegion], err = listNamed(ctx, q, gridRegions, prefix, prefix+":", f.territory); err != nil {
		return nil, err
	}
	if g.Region != "" && !slices.ContainsFunc(places[ByRegion], func(one Named) bool { return one.ID == g.Region }) {
		return nil, errs.Invalid("activity.choice_unknown").On("region")
	}
	return places, nil
}

// covered is how many activities there are of a method, a region and a set of topics.
type covered struct {
	method, region string
	topics         []string
	Tally
}

// take adds up what was read. What stands in no prefecture, such as what the province itself holds for
// all, is the territory's.
func (g *Grid) take(list []covered, territory, region string) {
	add := func(into map[Spot]Tally, at Spot, n Tally) {
		sum := into[at]
		sum.add(n)
		into[at] = sum
	}
	known := map[string]bool{}
	for _, one := range g.Places[ByRegion] {
		known[one.ID] = true
	}
	for _, c := range list {
		at := Spot{Method: c.method, Region: territory}
		if len(c.region) == 6 && known[c.region[:4]+"00"] {
			at.Region = c.region[:4] + "00"
		}
		if region != "" && at.Region != region {
			continue
		}
		add(g.each, at, c.Tally)
		for _, topic := range c.topics {
			at.Topic = topic
			add(g.topics, at, c.Tally)
		}
	}
}

// narrow leaves of the prefectures those that the actor stands in or above, and those in which something
// is: a unit may hold its activity elsewhere. The territory is one of them only where something is its own.
func (g *Grid) narrow(a actor.Actor, territory, region string) {
	within := func(code string) bool {
		own := a.Place.Region
		return a.Class == actor.System || a.Platform != actor.NoPlatform || actor.RegionWithin(code, own) || actor.RegionWithin(own, code)
	}
	g.Places[ByRegion] = slices.DeleteFunc(g.Places[ByRegion], func(one Named) bool {
		if region != "" {
			return one.ID != region
		}
		for spot := range g.each {
			if spot.Region == one.ID {
				return false
			}
		}
		return !within(one.ID) || one.ID == territory && len(g.Places[ByRegion]) > 1
	})
}

func (g *Grid) index(x Axis, id string) int {
	return slices.IndexFunc(g.Places[x], func(one Named) bool { return one.ID == id })
}
