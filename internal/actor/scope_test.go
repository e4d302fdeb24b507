package actor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

var testRegions = []string{"430000", "430100", "430102", "430103", "430200", "430202", "431000", "433100", "433101", "420000", "420100"}

// TestScopeSQLAgreesWithCovers tries random scopes, single and joined, on units in every place.
func TestScopeSQLAgreesWithCovers(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		rng := rand.New(rand.NewPCG(1, 2))
		units := insertEverywhere(t, db)
		for range 400 {
			one, two := randomScope(rng, units), randomScope(rng, units)
			agrees(t, db, one.SQL(actor.UnitColumns("u")), units, one.Covers, one)
			both := actor.Scopes{one, two}[:rng.IntN(3)]
			agrees(t, db, both.SQL(actor.UnitColumns("u")), units, both.Covers, both)
		}
		for name, a := range actors {
			for _, s := range []actor.Scopes{{actor.Sight(a)}, actor.Command(a), actor.PeopleSight(a), actor.RevealSight(a)} {
				agrees(t, db, s.SQL(actor.UnitColumns("u")), units, s.Covers, name)
			}
		}
	})
}

func agrees(t *testing.T, db *sqldb.DB, where *sqldb.Where, units map[string]actor.Place, covers func(string, actor.Place) bool, what any) {
	t.Helper()
	var want []string
	for id, place := range units {
		if covers(id, place) {
			want = append(want, id)
		}
	}
	slices.Sort(want)
	got := findIDs(t, db, where)
	if !slices.Equal(got, want) {
		text, _ := json.Marshal(what)
		t.Errorf("%s: the statement finds %d units, Covers %d", text, len(got), len(want))
	}
}

func randomScope(rng *rand.Rand, units map[string]actor.Place) actor.Scope {
	var ids []string
	for id := range units {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return actor.Scope{
		Regions: some(rng, append(slices.Clone(testRegions), "", "110000", "9")),
		Lines:   some(rng, append(slices.Clone(actor.Lines), actor.LineNone)),
		Tiers:   some(rng, actor.Tiers),
		Kinds:   some(rng, actor.Kinds),
		Units:   some(rng, ids[:50]),
		None:    rng.IntN(20) == 0,
	}
}

// some gives a random part of the values, often none.
func some[T any](rng *rand.Rand, values []T) (part []T) {
	if rng.IntN(2) == 0 {
		return nil
	}
	for range 1 + rng.IntN(3) {
		part = append(part, values[rng.IntN(len(values))])
	}
	return part
}

func TestScopeSurvivesJSON(t *testing.T) {
	t.Parallel()
	s := actor.Scope{Regions: []string{"430000"}, Lines: []actor.Line{actor.LineEducation, actor.LineNone}, Kinds: []actor.Kind{actor.KindMedia}}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back actor.Scope
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(back) != fmt.Sprint(s) {
		t.Errorf("got %v, want %v", back, s)
	}
}

func TestRegionWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		inner, outer string
		want         bool
	}{
		{"430102", "430100", true},
		{"430102", "430000", true},
		{"430100", "430100", true},
		{"430200", "430100", false},
		{"430100", "430102", false},
		{"431000", "430100", false},
		{"431000", "430000", true},
		{"433101", "433100", true},
		{"430100", "", false},
		{"", "430000", false},
	} {
		if got := actor.RegionWithin(c.inner, c.outer); got != c.want {
			t.Errorf("%q within %q: got %v", c.inner, c.outer, got)
		}
	}
}

// insertEverywhere makes one unit in every place that the table takes.
func insertEverywhere(t *testing.T, db *sqldb.DB) map[string]actor.Place {
	t.Helper()
	units := map[string]actor.Place{}
	err := db.Write(context.Background(), func(tx *sqldb.Tx) error {
		for _, code := range testRegions {
			if err := insertRegion(tx, code); err != nil {
				return err
			}
		}
		for _, region := range testRegions {
			for _, line := range append(slices.Clone(actor.Lines[:4]), actor.LineNone) {
				for _, tier := range actor.Tiers {
					for _, kind := range []actor.Kind{actor.KindDepartment, actor.KindMedia, actor.KindHigherVocational} {
						if kind == actor.KindDepartment && line == actor.LineNone {
							continue
						}
						place := actor.Place{Region: region, Line: line, Tier: tier, Kind: kind}
						id := fmt.Sprint(len(units) + 1)
						if err := insertUnit(tx, id, place); err != nil {
							return err
						}
						units[id] = place
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return units
}
