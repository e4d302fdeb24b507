package measure_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
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
	"openweek/internal/measure"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

const hour = time.Hour

// town is a published edition of a province with a college in its capital, whose sessions can be booked.
type town struct {
	t          *testing.T
	db         *sqldb.DB
	clock      *clock.Manual
	Activities *activity.Service
	Bookings   *booking.Service
	Measures   *measure.Service
	head       actor.Actor // of the province's education department
	city       actor.Actor // head of the education bureau of the capital, 430100
	host       actor.Actor // editor of the college
	edition    edition.Edition
	day        clock.Day // within the week
}

// in runs a test on both engines and verifies the store afterwards.
func in(t *testing.T, fn func(t *testing.T, f *town)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) { fn(t, newTown(t, engine)) })
}

func newTown(t *testing.T, engine sqldb.Engine) *town {
	t.Helper()
	ctx, o := t.Context(), sqldbtest.New(t, engine)
	f := &town{t: t, clock: clock.NewManual(time.Date(2020, 7, 3, 12, 0, 0, 0, clock.Shanghai)), day: "2020-07-21"}
	f.db = sqldbtest.Open(t, o, func(ctx context.Context, q sqldb.Querier) error {
		if err := f.Bookings.Verify(ctx, q); err != nil {
			return err
		}
		return f.Measures.Verify(ctx, q)
	})
	ring, err := seal.Create(filepath.Join(o.Dir, "keys"))
	f.must(err)
	log := audit.New(f.db, ring, f.clock)
	units, forms, editions := unit.NewService(f.db, ring, f.clock, log), form.NewService(f.db, f.clock, log), editiontest.NewService(t, f.db, f.clock, log)
	f.must(forms.Install(ctx))
	f.Activities = activity.NewService(activity.Deps{DB: f.db, Ring: ring, Clock: f.clock, Log: log, Forms: forms})
	f.Bookings = booking.NewService(booking.Deps{DB: f.db, Ring: ring, Clock: f.clock, Activities: f.Activities, Audit: log})
	f.Measures = measure.NewService(measure.Deps{DB: f.db, Clock: f.clock, Log: log, Editions: editions, Activities: f.Activities, Bookings: f.Bookings})
	f.Bookings.UseOrders(f.Measures)
	f.Activities.UseFollowers(f.Measures, f.Bookings)
	f.run()

	person := func(role actor.Role, p actor.Place) actor.Actor {
		return actor.Actor{Class: actor.Staff, PersonID: id.New(), Place: p, Roles: []actor.Role{role}}
	}
	f.head = person(actor.RoleHead, actor.Place{Region: "430000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment})
	f.city = person(actor.RoleHead, actor.Place{Region: "430100", Line: actor.LineEducation, Tier: actor.TierPrefecture, Kind: actor.KindDepartment})
	f.host = person(actor.RoleEditor, actor.Place{Region: "430102", Line: actor.LineEducation, Tier: actor.TierBase, Kind: actor.KindHigherVocational})
	unitIDs, err := units.Load(ctx, actor.TheSystem(), []unit.Region{
		{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1},
		{Code: "430100", Parent: "430000", Name: "长沙市", Short: "长沙", Level: unit.LevelPrefecture, TileX: -1, TileY: -1},
		{Code: "430102", Parent: "430100", Name: "芙蓉区", Short: "芙蓉", Level: unit.LevelCounty, TileX: -1, TileY: -1},
		{Code: "430200", Parent: "430000", Name: "株洲市", Short: "株洲", Level: unit.LevelPrefecture, TileX: -1, TileY: -1},
		{Code: "440000", Name: "广东省", Short: "广东", Level: unit.LevelProvince, TileX: -1, TileY: -1},
	}, []unit.Draft{{Name: "省教育厅", Place: f.head.Place}, {Name: "市教育局", Place: f.city.Place}, {Name: "职业学院", Place: f.host.Place}})
	f.must(err)
	f.head.UnitID, f.city.UnitID, f.host.UnitID = unitIDs[0], unitIDs[1], unitIDs[2]
	f.edition = editiontest.Publish(t, editions, f.head)
	return f
}

// run admits claims until the test ends.
func (f *town) run() {
	running, halt := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		f.Bookings.Run(running)
		close(ended)
	}()
	f.t.Cleanup(func() {
		halt()
		<-ended
	})
}

// publish gives sessions of so many seats on the day, from eight on. change, which may be nil, changes what
// the activity says.
func (f *town) publish(change func(*activity.Content), seats ...int64) []string {
	f.t.Helper()
	return f.publishOn(f.day, change, seats...)
}

func (f *town) publishOn(day clock.Day, change func(*activity.Content), seats ...int64) (ids []string) {
	f.t.Helper()
	one := activity.Loading{ID: id.New(), UnitID: f.host.UnitID, Content: activity.Content{Title: "开放日", MethodID: f.edition.Methods[0].ID,
		TopicIDs: []string{f.edition.Topics[0].ID}, Mode: activity.OnSite, Venue: activity.Venue{Name: "实训楼", Region: "430102"}}}
	if change != nil {
		change(&one.Content)
	}
	for i, n := range seats {
		starts := day.Start().Add(time.Duration(8+2*i) * hour)
		ids = append(ids, id.New())
		one.Sessions = append(one.Sessions, activity.LoadingSession{ID: ids[i], SessionDraft: activity.SessionDraft{
			Starts: starts, Ends: starts.Add(hour), Bookable: true, Capacity: n, PartyMax: 40,
		}})
	}
	f.must(f.Activities.Load(f.t.Context(), actor.TheSystem(), f.edition.ID, []activity.Loading{one}))
	return ids
}

// order is a measure about the day.
func (f *town) order(percent int64) measure.Draft {
	return measure.Draft{EditionID: f.edition.ID, Region: "430000", Cause: measure.Epidemic, CapPercent: percent, Reason: "按疫情防控要求控制人数", First: f.day, Last: f.day}
}

func (f *town) switchOn(d measure.Draft) measure.Measure {
	f.t.Helper()
	m, err := f.Measures.SwitchOn(f.t.Context(), f.head, d)
	f.must(err)
	return m
}

func (f *town) switchOff(m measure.Measure) {
	f.t.Helper()
	f.must(f.Measures.SwitchOff(f.t.Context(), f.head, m.ID, m.Version))
}

// book books as the nth resident, who is reached by nothing.
func (f *town) book(sessionID string, n int, party int64) booking.Receipt {
	f.t.Helper()
	r, err := f.Bookings.Claim(f.t.Context(), request(sessionID, n, party))
	f.must(err)
	return r
}

func request(sessionID string, n int, party int64) booking.Request {
	return booking.Request{SessionID: sessionID, Party: party, Source: booking.FromPortal, Contact: booking.Contact{Name: "李示例", Phone: fmt.Sprintf("138%04d0000", n)}}
}

// stand tells how bookings stand: c for those with seats, w and its position for those that wait, x.
func (f *town) stand(made ...booking.Receipt) string {
	f.t.Helper()
	list := make([]string, len(made))
	for i, r := range made {
		b, err := f.Bookings.Get(f.t.Context(), r.Code, r.ManageToken)
		f.must(err)
		switch b.Status {
		case booking.Waitlisted:
			list[i] = fmt.Sprint("w", b.Position)
		case booking.Cancelled:
			list[i] = "x"
		default:
			list[i] = string(b.Status[0])
		}
	}
	return strings.Join(list, " ")
}

// seat gives the seats of a session: capacity, taken, held and kept back.
func (f *town) seat(sessionID string) [4]int64 {
	f.t.Helper()
	s := f.session(sessionID).Seat
	return [4]int64{s.Capacity, s.Taken, s.Held, s.Blocked}
}

func (f *town) session(sessionID string) activity.Session {
	f.t.Helper()
	s, _, err := f.Bookings.GetSession(f.t.Context(), sessionID)
	f.must(err)
	return s
}

func (f *town) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func refused(t *testing.T, what string, err error, key string) {
	t.Helper()
	if !errs.Is(err, key) {
		t.Errorf("%s: got %v, want %s", what, err, key)
	}
}
