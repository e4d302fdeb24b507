package unit_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

// house is a small province in a store of its own.
type house struct {
	*unit.Service
	db      *sqldb.DB
	ring    *seal.Ring
	keyFile string
	ids     map[string]string // of the units, by name
	hold    map[string]actor.Place
}

var (
	ctx  = context.Background()
	sys  = actor.TheSystem()
	noon = time.Date(2020, 7, 3, 12, 0, 0, 0, clock.Shanghai)
)

var houseRegions = []unit.Region{
	{Code: "430000", Name: "湖南省", NameEN: "Hunan", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1},
	{Code: "430100", Name: "长沙市", NameEN: "Changsha", Short: "长沙", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 1},
	{Code: "430102", Name: "芙蓉区", Short: "芙蓉", Level: unit.LevelCounty, Parent: "430100", TileX: -1, TileY: -1},
	{Code: "430200", Name: "株洲市", NameEN: "Zhuzhou", Short: "株洲", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 2},
	{Code: "430202", Name: "荷塘区", Short: "荷塘", Level: unit.LevelCounty, Parent: "430200", TileX: -1, TileY: -1},
}

func draft(name, region string, l actor.Line, t actor.Tier, k actor.Kind) unit.Draft {
	return unit.Draft{Name: name, Place: actor.Place{Region: region, Line: l, Tier: t, Kind: k}}
}

// houseUnits stand so that every kind of sight has something to leak.
var houseUnits = []unit.Draft{
	draft("湖南省教育厅", "430000", actor.LineEducation, actor.TierProvince, actor.KindDepartment),
	draft("湖南省工业和信息化厅", "430000", actor.LineIndustry, actor.TierProvince, actor.KindDepartment),
	draft("长沙市教育局", "430100", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),
	draft("长沙市人力资源和社会保障局", "430100", actor.LineHumanResources, actor.TierPrefecture, actor.KindDepartment),
	draft("株洲市教育局", "430200", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),
	draft("株洲市人力资源和社会保障局", "430200", actor.LineHumanResources, actor.TierPrefecture, actor.KindDepartment),
	draft("芙蓉区教育局", "430102", actor.LineEducation, actor.TierCounty, actor.KindDepartment),
	draft("荷塘区教育局", "430202", actor.LineEducation, actor.TierCounty, actor.KindDepartment),
	{Code: "4143000001", Name: "长沙示例职业技术学院", NameEN: "Changsha Sample College", Short: "长沙示例学院",
		Place: actor.Place{Region: "430100", Tier: actor.TierProvince, Kind: actor.KindHigherVocational}, Address: "长沙市示例路 1 号", Phone: "0731-85210000"},
	draft("株洲示例职业技术学院", "430200", actor.LineNone, actor.TierProvince, actor.KindHigherVocational),
	draft("芙蓉示例中学", "430102", actor.LineNone, actor.TierBase, actor.KindSchool),
	draft("湘音日报社", "430000", actor.LineNone, actor.TierProvince, actor.KindMedia),
	draft("神州报社驻湘站", "430000", actor.LineNone, actor.TierCentral, actor.KindMedia),
}

// in runs a test on both engines in a house of its own and verifies the store afterwards.
func in(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	keyFile := filepath.Join(t.TempDir(), "keys")
	ring, err := seal.Create(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	verify := unit.NewService(nil, ring, nil, nil).Verify
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) { fn(t, build(t, db, ring, keyFile)) }, verify)
}

func build(t *testing.T, db *sqldb.DB, ring *seal.Ring, keyFile string) *house {
	t.Helper()
	c := clock.NewManual(noon)
	h := &house{Service: unit.NewService(db, ring, c, audit.New(db, ring, c)), db: db, ring: ring, keyFile: keyFile,
		ids: map[string]string{}, hold: map[string]actor.Place{}}
	ids, err := h.Load(ctx, sys, houseRegions, houseUnits)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range houseUnits {
		h.ids[d.Name], h.hold[d.Name] = ids[i], d.Place
	}
	return h
}

// alone gives a house on SQLite that is not verified at the end: for tests that harm it.
func alone(t *testing.T) *house {
	t.Helper()
	keyFile := filepath.Join(t.TempDir(), "keys")
	ring, err := seal.Create(keyFile)
	ok(t, err)
	return build(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite)), ring, keyFile)
}

// staff makes an actor of a unit without a row for the person.
func (h *house) staff(t *testing.T, unitName string, roles ...actor.Role) actor.Actor {
	t.Helper()
	if h.ids[unitName] == "" {
		t.Fatalf("no unit %s", unitName)
	}
	return actor.Actor{Class: actor.Staff, UnitID: h.ids[unitName], Place: h.hold[unitName], Roles: roles}
}

func admin(p actor.Platform) actor.Actor { return actor.Actor{Class: actor.Staff, Platform: p} }

// person makes a person and gives the actor that they sign in as.
func (h *house) person(t *testing.T, signIn, unitName string, roles ...actor.Role) (unit.Person, actor.Actor) {
	t.Helper()
	p, err := h.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: h.ids[unitName], SignIn: signIn, Name: "张示例", Phone: "13800010000", Email: signIn + "@example.cn"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roles {
		ok(t, h.Grant(ctx, sys, p.ID, r))
	}
	return p, h.actor(t, p.ID)
}

func (h *house) actor(t *testing.T, personID string) actor.Actor {
	t.Helper()
	a, err := h.Actor(ctx, h.db, personID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (h *house) admin(t *testing.T, signIn string, role actor.Platform) (unit.Person, actor.Actor) {
	t.Helper()
	p, _ := h.person(t, signIn, "湖南省教育厅")
	ok(t, h.GrantPlatform(ctx, sys, p.ID, role))
	return p, h.actor(t, p.ID)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails unless err has the key, itself or on one of its fields.
func refused(t *testing.T, err error, key string) {
	t.Helper()
	if !errs.Is(err, key) {
		t.Errorf("got %v, want %s", err, key)
	}
}

// actions lists what the audit log holds since a mark.
func (h *house) actions(t *testing.T) []string {
	t.Helper()
	return listTexts(t, h.db, auditActions)
}
