package booking_test

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
	"openweek/internal/edition/editiontest"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

var (
	ctx  = context.Background()
	sys  = actor.TheSystem()
	noon = time.Date(2020, 7, 3, 12, 0, 0, 0, clock.Shanghai)
)

// process is one running copy of the product, as far as bookings need it.
type process struct {
	*booking.Service
	activities *activity.Service
	db         *sqldb.DB
}

// fair is a published edition with sessions that can be booked.
type fair struct {
	process
	t     testing.TB
	o     sqldb.Options
	ring  *seal.Ring
	clock *clock.Manual
}

// newProcess opens bookings on a store; they are admitted once Run runs.
func newProcess(db *sqldb.DB, ring *seal.Ring, c clock.Clock) process {
	p := process{db: db}
	log := audit.New(db, ring, c)
	p.activities = activity.NewService(activity.Deps{DB: db, Ring: ring, Clock: c, Log: log, Forms: form.NewService(db, c, log)})
	p.Service = booking.NewService(booking.Deps{DB: db, Ring: ring, Clock: c, Activities: p.activities, Audit: log})
	p.activities.UseFollowers(p.Service)
	return p
}

// run admits claims until the returned function is called or the test ends.
func (p process) run(t testing.TB) (stop func()) {
	running, halt := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		p.Run(running)
		close(ended)
	}()
	stop = func() {
		halt()
		<-ended
	}
	t.Cleanup(stop)
	return stop
}

// in runs a test on both engines and verifies the store afterwards.
func in(t *testing.T, fn func(t *testing.T, f *fair)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) { fn(t, newFair(t, engine)) })
}

// newFair makes a fair whose bookings run.
func newFair(t testing.TB, engine sqldb.Engine) *fair {
	t.Helper()
	f := quietFair(t, engine)
	f.run(t)
	return f
}

// quietFair makes a fair whose bookings do not run.
func quietFair(t testing.TB, engine sqldb.Engine) *fair {
	t.Helper()
	f := &fair{t: t, o: sqldbtest.New(t, engine), clock: clock.NewManual(noon)}
	db := sqldbtest.Open(t, f.o, func(ctx context.Context, q sqldb.Querier) error { return f.Verify(ctx, q) })
	var err error
	f.ring, err = seal.Create(filepath.Join(f.o.Dir, "keys"))
	must(t, err)
	f.process = newProcess(db, f.ring, f.clock)
	return f
}

// sessions publishes an activity with runs of so many seats each on the first days of the week.
func (f *fair) sessions(change func(*activity.SessionDraft), seats ...int64) (ids []string) {
	t := f.t
	t.Helper()
	log := audit.New(f.db, f.ring, f.clock)
	units, forms := unit.NewService(f.db, f.ring, f.clock, log), form.NewService(f.db, f.clock, log)
	must(t, forms.Install(ctx))
	editions := editiontest.NewService(t, f.db, f.clock, log)
	office := actor.Place{Region: "430000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment}
	unitIDs, err := units.Load(ctx, sys, []unit.Region{{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1}},
		[]unit.Draft{{Name: "省教育厅", Place: office}})
	must(t, err)
	head := actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: unitIDs[0], Place: office, Roles: []actor.Role{actor.RoleHead}}
	e := editiontest.Publish(t, editions, head)
	one := activity.Loading{ID: id.New(), UnitID: unitIDs[0], Content: activity.Content{Title: "开放日", MethodID: e.Methods[0].ID, TopicIDs: []string{e.Topics[0].ID},
		Mode: activity.OnSite, Venue: activity.Venue{Name: "实训楼", Region: "430000"}}}
	for i, n := range seats {
		starts := clock.Day("2020-07-20").AddDays(i % 7).Start().Add(9 * time.Hour)
		d := activity.SessionDraft{Starts: starts, Ends: starts.Add(time.Hour), Bookable: true, Capacity: n, PartyMax: 40}
		if change != nil {
			change(&d)
		}
		one.Sessions = append(one.Sessions, activity.LoadingSession{ID: id.New(), SessionDraft: d})
		ids = append(ids, one.Sessions[i].ID)
	}
	must(t, f.activities.Load(ctx, sys, e.ID, []activity.Loading{one}))
	return ids
}

// request is a claim of the nth booker.
func request(sessionID string, n int, party int64) booking.Request {
	return booking.Request{SessionID: sessionID, Party: party, Contact: booking.Contact{Name: "张示例", Phone: fmt.Sprintf("138%04d0000", n)}, Source: booking.FromAPI}
}

func (p process) claim(t testing.TB, r booking.Request) booking.Receipt {
	t.Helper()
	receipt, err := p.Claim(ctx, r)
	must(t, err)
	return receipt
}

// left gives the seats that are left of a session.
func (p process) left(t testing.TB, sessionID string) int64 {
	t.Helper()
	_, a, err := p.GetSession(ctx, sessionID)
	must(t, err)
	return a.Left
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

func count(t testing.TB, q sqldb.Querier, query string, args ...any) (n int64) {
	t.Helper()
	must(t, q.QueryRow(ctx, query, args...).Scan(&n))
	return n
}
