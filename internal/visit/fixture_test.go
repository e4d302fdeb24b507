package visit_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/edition/editiontest"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
	"openweek/internal/visit"
)

var (
	ctx    = context.Background()
	sys    = actor.TheSystem()
	nobody = actor.Actor{}
	noon   = time.Date(2020, 7, 15, 12, 0, 0, 0, clock.Shanghai)
)

// town is a published edition with a college that takes classes, two prefectures and their schools.
type town struct {
	*visit.Service
	t          testing.TB
	db         *sqldb.DB
	clock      *clock.Manual
	bookings   *booking.Service
	activities *activity.Service
	log        *audit.Log
	units      map[string]unit.Draft
	ids        map[string]string // of units by name
	act        string            // the activity
	halls      []string          // its sessions
	editionID  string
	dir        string // of the store's files
	ring       *seal.Ring
}

var regions = []unit.Region{
	{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1},
	{Code: "430100", Name: "长沙市", Short: "长沙", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 1},
	{Code: "430102", Name: "芙蓉区", Short: "芙蓉", Level: unit.LevelCounty, Parent: "430100", TileX: -1, TileY: -1},
	{Code: "430200", Name: "株洲市", Short: "株洲", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 2},
}

func place(name, region string, l actor.Line, t actor.Tier, k actor.Kind) unit.Draft {
	return unit.Draft{Name: name, Place: actor.Place{Region: region, Line: l, Tier: t, Kind: k}}
}

var register = []unit.Draft{
	place("省教育厅", "430000", actor.LineEducation, actor.TierProvince, actor.KindDepartment),
	place("长沙市教育局", "430100", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),
	place("芙蓉区教育局", "430102", actor.LineEducation, actor.TierCounty, actor.KindDepartment),
	place("株洲市教育局", "430200", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),
	place("长沙市人社局", "430100", actor.LineHumanResources, actor.TierPrefecture, actor.KindDepartment),
	place("长沙高职", "430100", actor.LineNone, actor.TierProvince, actor.KindHigherVocational),
	place("株洲高职", "430200", actor.LineNone, actor.TierProvince, actor.KindHigherVocational),
	place("芙蓉中学", "430102", actor.LineNone, actor.TierBase, actor.KindSchool),
	place("五一小学", "430102", actor.LineNone, actor.TierBase, actor.KindSchool),
	place("湘城（附属）小学", "430200", actor.LineNone, actor.TierBase, actor.KindSchool),
	place("荷塘中学", "430200", actor.LineNone, actor.TierBase, actor.KindSchool),
}

// in runs a test on both engines and verifies the store afterwards.
func in(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) { fn(t, newTown(t, engine)) })
}

func newTown(t testing.TB, engine sqldb.Engine) *town {
	t.Helper()
	w := &town{t: t, clock: clock.NewManual(noon), units: map[string]unit.Draft{}, ids: map[string]string{}}
	o := sqldbtest.New(t, engine)
	w.dir = o.Dir
	w.db = sqldbtest.Open(t, o, func(ctx context.Context, q sqldb.Querier) error {
		if err := w.bookings.Verify(ctx, q); err != nil {
			return err
		}
		return w.Verify(ctx, q)
	})
	ring, err := seal.Create(filepath.Join(o.Dir, "keys"))
	must(t, err)
	w.ring = ring
	w.log = audit.New(w.db, ring, w.clock)
	units, forms := unit.NewService(w.db, ring, w.clock, w.log), form.NewService(w.db, w.clock, w.log)
	messages := message.NewService(w.db, w.clock, w.log, nil, nil, message.Options{})
	w.activities = activity.NewService(activity.Deps{DB: w.db, Ring: ring, Clock: w.clock, Log: w.log, Forms: forms, Messages: messages})
	w.bookings = booking.NewService(booking.Deps{DB: w.db, Ring: ring, Clock: w.clock, Activities: w.activities})
	w.activities.UseFollowers(w.bookings)
	w.Service = visit.NewService(visit.Deps{DB: w.db, Ring: ring, Clock: w.clock, Log: w.log, Units: units, Activities: w.activities, Bookings: w.bookings, Messages: messages})
	must(t, forms.Install(ctx))
	ids, err := units.Load(ctx, sys, regions, register)
	must(t, err)
	for i, d := range register {
		w.ids[d.Name], w.units[d.Name] = ids[i], d
	}
	w.publish(editiontest.NewService(t, w.db, w.clock, w.log))
	return w
}

// publish makes the edition.
func (w *town) publish(editions *edition.Service) {
	t := w.t
	head := w.staff("省教育厅", actor.RoleHead)
	e := editiontest.Publish(t, editions, head)
	w.editionID = e.ID
	w.act, w.halls = w.host(e, "长沙高职", "430102", 100, 100, 100, 30)
}

// host loads an activity of a unit with runs of so many seats on the days of the week, at nine.
func (w *town) host(e edition.Edition, unitName, region string, seats ...int64) (activityID string, sessionIDs []string) {
	one := activity.Loading{ID: id.New(), UnitID: w.ids[unitName], Content: activity.Content{Title: "开放日", MethodID: e.Methods[0].ID, TopicIDs: []string{e.Topics[0].ID},
		Mode: activity.OnSite, Venue: activity.Venue{Name: "实训楼", Region: region}}}
	for i, n := range seats {
		starts := clock.Day("2020-07-20").AddDays(i % 7).Start().Add(9 * time.Hour)
		one.Sessions = append(one.Sessions, activity.LoadingSession{ID: id.New(), SessionDraft: activity.SessionDraft{
			Starts: starts, Ends: starts.Add(2 * time.Hour), Closes: starts.Add(-24 * time.Hour), Bookable: true, Capacity: n, PartyMax: 5, GroupMin: 10, GroupMax: 60,
		}})
		sessionIDs = append(sessionIDs, one.Sessions[i].ID)
	}
	must(w.t, w.activities.Load(ctx, sys, e.ID, []activity.Loading{one}))
	return one.ID, sessionIDs
}

// staff is a person of a unit.
func (w *town) staff(unitName string, roles ...actor.Role) actor.Actor {
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: w.ids[unitName], Place: w.units[unitName].Place, Roles: roles}
}

func (w *town) rule(auto, adultsPer, visits int64) {
	w.t.Helper()
	must(w.t, w.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, insertRule, w.act, auto, adultsPer, visits)
		return err
	}))
}

// class is the nth class of a school: 28 pupils, 2 adults.
func (w *town) class(hall string, n int, school string) visit.Request {
	return visit.Request{
		SessionID: hall, School: visit.School{ID: w.ids[school]},
		Class:   visit.Class{Grade: "初二（3）班", Pupils: 28, Adults: 2, Needs: "一名学生使用轮椅", Transport: visit.ByBus, Language: visit.Mandarin},
		Contact: booking.Contact{Name: "李示例", Phone: fmt.Sprintf("139%04d0000", n)}, Consent: true, Locale: "zh-Hans",
	}
}

// ask books a class and gives its manage token.
func (w *town) ask(r visit.Request) (receipt booking.Receipt) {
	w.t.Helper()
	receipt, err := w.Ask(ctx, nobody, r)
	must(w.t, err)
	return receipt
}

func (w *town) read(token string) visit.Visit {
	w.t.Helper()
	v, err := w.ByToken(ctx, token)
	must(w.t, err)
	return v
}

func (w *town) count(query string, args ...any) (n int64) {
	w.t.Helper()
	must(w.t, w.db.QueryRow(ctx, query, args...).Scan(&n))
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, err error, key string) {
	t.Helper()
	if !errs.Is(err, key) {
		t.Errorf("got %v, want %s", err, key)
	}
}
