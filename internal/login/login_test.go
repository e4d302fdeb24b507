package login_test

import (
	"database/sql"
	"net/netip"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/login"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// office is a store with a few people, each with the password "<Sign-in>-4711-gOOd".
type office struct {
	*login.Service
	t     testing.TB
	db    *sqldb.DB
	ring  *seal.Ring
	clock *clock.Manual
	log   *audit.Log
	units *unit.Service

	bureau, college string // units
	// people by sign-in name: head and editor are of the bureau, teacher of the college; sysadmin,
	// secadmin and auditor hold the platform roles.
	people map[string]string
}

var (
	here  = netip.MustParseAddr("10.1.2.3")
	there = netip.MustParseAddr("10.9.9.9")
)

const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"

// cheap makes hashing cost nothing worth waiting for.
var cheap = login.Cost{MemoryKiB: 64, Passes: 1}

func goodPassword(signIn string) string { return "7x-Kranich-" + signIn[:2] + "-Brot" }

func empty(t testing.TB, db *sqldb.DB, options login.Options) *office {
	t.Helper()
	file, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{
		t: t, db: db, people: map[string]string{},
		clock: clock.NewManual(time.Date(2026, 5, 11, 9, 0, 0, 0, clock.Shanghai)),
	}
	o.ring, err = seal.Parse(file)
	o.must(err)
	o.log = audit.New(db, o.ring, o.clock)
	o.units = unit.NewService(db, o.ring, o.clock, o.log)
	if options.Cost == (login.Cost{}) {
		options.Cost = cheap
	}
	o.Service = login.NewService(db, o.ring, o.clock, o.log, o.units, options)
	return o
}

func newOffice(t testing.TB, db *sqldb.DB, options login.Options) *office {
	t.Helper()
	o := empty(t, db, options)
	ctx, system := t.Context(), actor.TheSystem()
	units, err := o.units.Load(ctx, system,
		[]unit.Region{
			{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: unit.NoTile, TileY: unit.NoTile},
			{Code: "430100", Name: "长沙市", Short: "长沙", Level: unit.LevelPrefecture, Parent: "430000", TileX: 0, TileY: 0},
		},
		[]unit.Draft{
			{Name: "长沙市教育局", Place: actor.Place{Region: "430100", Line: actor.LineEducation, Tier: actor.TierPrefecture, Kind: actor.KindDepartment}},
			{Name: "长沙某职业学院", Place: actor.Place{Region: "430100", Tier: actor.TierBase, Kind: actor.KindHigherVocational}},
		})
	o.must(err)
	o.bureau, o.college = units[0], units[1]
	for _, p := range []struct {
		signIn, unit string
		role         actor.Role
		platform     actor.Platform
	}{
		{signIn: "head", unit: o.bureau, role: actor.RoleHead},
		{signIn: "editor", unit: o.bureau, role: actor.RoleEditor},
		{signIn: "teacher", unit: o.college, role: actor.RoleEditor},
		{signIn: "sysadmin", platform: actor.SystemAdmin},
		{signIn: "secadmin", platform: actor.SecurityAdmin},
		{signIn: "auditor", platform: actor.Auditor},
	} {
		hash, err := o.NewHash(ctx, goodPassword(p.signIn))
		o.must(err)
		o.must(db.Write(ctx, func(tx *sqldb.Tx) error {
			made, err := o.units.CreatePersonTx(ctx, tx, system, unit.PersonDraft{UnitID: p.unit, SignIn: p.signIn, Name: "张三"})
			if err != nil {
				return err
			}
			o.people[p.signIn] = made.ID
			if p.role != "" {
				if err := o.units.GrantTx(ctx, tx, system, made.ID, p.role); err != nil {
					return err
				}
			}
			if p.platform != "" {
				if err := o.units.GrantPlatformTx(ctx, tx, system, made.ID, p.platform); err != nil {
					return err
				}
			}
			return o.SetPasswordTx(ctx, tx, system, made.ID, hash, false)
		}))
	}
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) try(signIn, password string, addr netip.Addr) error {
	o.t.Helper()
	_, _, err := o.SignIn(o.t.Context(), login.Credentials{Name: signIn, Password: password, Addr: addr, Agent: chrome})
	return err
}

// in signs somebody in.
func (o *office) in(signIn string) (token string, a actor.Actor) {
	o.t.Helper()
	token, a, err := o.SignIn(o.t.Context(), login.Credentials{Name: signIn, Password: goodPassword(signIn), Addr: here, Agent: chrome})
	o.must(err)
	return token, a
}

func (o *office) actions(f audit.Filter) (list []string) {
	o.t.Helper()
	f.Limit = 200
	page, err := o.log.Find(o.t.Context(), actor.TheSystem(), f)
	o.must(err)
	for _, r := range page.Records {
		list = append(list, r.Action)
	}
	return list
}

func (o *office) count(query string, args ...any) (n int) {
	o.t.Helper()
	o.must(o.db.QueryRow(o.t.Context(), query, args...).Scan(&n))
	return n
}

func scanText(r *sql.Rows) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}
