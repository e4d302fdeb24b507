package review_test

import (
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/review"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

// hall is a store with a county, a city and a province that review what a school files.
type hall struct {
	*review.Service
	t     *testing.T
	db    *sqldb.DB
	clock *clock.Manual
	units map[string]string // ids by name
}

var begin = time.Date(2020, 8, 31, 9, 0, 0, 0, clock.Shanghai)

func newHall(t *testing.T, db *sqldb.DB) *hall {
	t.Helper()
	file, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewManual(begin)
	log := audit.New(db, ring, c)
	h := &hall{Service: review.NewService(c, log), t: t, db: db, clock: c, units: map[string]string{}}
	department := func(region string, tier actor.Tier) actor.Place {
		return actor.Place{Region: region, Line: actor.LineEducation, Tier: tier, Kind: actor.KindDepartment}
	}
	drafts := []unit.Draft{
		{Name: "湖南省教育厅", Place: department("430000", actor.TierProvince)}, {Name: "长沙市教育局", Place: department("430100", actor.TierPrefecture)},
		{Name: "芙蓉区教育局", Place: department("430102", actor.TierCounty)}, {Name: "株洲市教育局", Place: department("430200", actor.TierPrefecture)},
	}
	region := func(code, name, level, parent string) unit.Region {
		return unit.Region{Code: code, Name: name, Short: name, Level: level, Parent: parent, TileX: unit.NoTile, TileY: unit.NoTile}
	}
	ids, err := unit.NewService(db, ring, c, log).Load(t.Context(), actor.TheSystem(), []unit.Region{
		region("430000", "湖南省", unit.LevelProvince, ""), region("430100", "长沙市", unit.LevelPrefecture, "430000"),
		region("430200", "株洲市", unit.LevelPrefecture, "430000"), region("430102", "芙蓉区", unit.LevelCounty, "430100"),
	}, drafts)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range drafts {
		h.units[d.Name] = ids[i]
	}
	return h
}

func both(t *testing.T, fn func(t *testing.T, h *hall)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) { fn(t, newHall(t, db)) }, review.Verify)
}

// person makes somebody who works in a unit.
func (h *hall) person(unitName string, roles ...actor.Role) actor.Actor {
	h.t.Helper()
	if h.units[unitName] == "" {
		h.t.Fatalf("no unit %s", unitName)
	}
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: h.units[unitName], Roles: roles}
}

// chain is the county's reviewer, the city's reviewer and head, and the province's head.
func (h *hall) chain() []review.Step {
	return []review.Step{
		{UnitID: h.units["芙蓉区教育局"], Role: actor.RoleReviewer}, {UnitID: h.units["长沙市教育局"], Role: actor.RoleReviewer},
		{UnitID: h.units["长沙市教育局"], Role: actor.RoleHead}, {UnitID: h.units["湖南省教育厅"], Role: actor.RoleHead},
	}
}

func filing(version int64) review.Subject {
	return review.Subject{Kind: "filing", ID: id.New(), Version: version, Hash: hashOf('a'), AuthorID: id.New()}
}

func hashOf(c byte) string { return strings.Repeat(string(c), 64) }

func (h *hall) open(s review.Subject, chain ...review.Step) []review.Step {
	h.t.Helper()
	var steps []review.Step
	h.must(h.db.Write(h.t.Context(), func(tx *sqldb.Tx) (err error) {
		steps, err = h.OpenTx(h.t.Context(), tx, s, chain)
		return err
	}))
	return steps
}

func (h *hall) decide(a actor.Actor, stepID string, d review.Decision) (r review.Result, err error) {
	err = h.db.Write(h.t.Context(), func(tx *sqldb.Tx) (err error) {
		r, err = h.DecideTx(h.t.Context(), tx, a, stepID, d)
		return err
	})
	return r, err
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) refused(what string, err error, key string) {
	h.t.Helper()
	if !errs.Is(err, key) {
		h.t.Errorf("%s: got %v, want %s", what, err, key)
	}
}

// states gives the states of a subject's steps, in order.
func (h *hall) states(s review.Subject) (states []review.State) {
	h.t.Helper()
	steps, err := h.History(h.t.Context(), h.db, s.Kind, s.ID)
	h.must(err)
	for _, step := range steps {
		states = append(states, step.State)
	}
	return states
}

func accept(s review.Subject) review.Decision {
	return review.Decision{Outcome: review.Accepted, ReadHash: s.Hash}
}
