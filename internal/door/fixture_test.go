package door_test

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
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/edition/editiontest"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

var (
	ctx  = context.Background()
	sys  = actor.TheSystem()
	noon = time.Date(2020, 7, 19, 12, 0, 0, 0, clock.Shanghai)
)

// gate is a published edition with an activity of a college, which is held twice on one day and once on
// the next.
type gate struct {
	t          testing.TB
	DB         *sqldb.DB
	Clock      *clock.Manual
	Activities *activity.Service
	Bookings   *booking.Service
	Doors      *door.Service

	office, college, school unitOf
	host                    actor.Actor
	title                   string
	activityID              string
	am, pm, other           string // its sessions
	helper, secondHand      door.Device
}

// unitOf is a unit of the register.
type unitOf struct {
	id    string
	place actor.Place
}

func (u unitOf) staff(roles ...actor.Role) actor.Actor {
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: u.id, Place: u.place, Roles: roles}
}

// day is on which the activity of a gate is held; the clock stands on the day before.
const day = clock.Day("2020-07-20")

// in runs a test on both engines; the store is verified afterwards.
func in(t *testing.T, fn func(t *testing.T, g *gate)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) { fn(t, newGate(t, engine)) })
}

// seats is how many a session of a gate has.
const seats = 6

func newGate(t testing.TB, engine sqldb.Engine) *gate {
	t.Helper()
	g := &gate{t: t, Clock: clock.NewManual(noon), title: "开放日", activityID: id.New()}
	o := sqldbtest.New(t, engine)
	g.DB = sqldbtest.Open(t, o, review.Verify, func(ctx context.Context, q sqldb.Querier) error { return g.Bookings.Verify(ctx, q) },
		func(ctx context.Context, q sqldb.Querier) error { return g.Doors.Verify(ctx, q) })
	ring, err := seal.Create(filepath.Join(o.Dir, "keys"))
	must(t, err)
	log := audit.New(g.DB, ring, g.Clock)
	forms, messages := form.NewService(g.DB, g.Clock, log), message.NewService(g.DB, g.Clock, log, nil, nil, message.Options{})
	duties := duty.NewService(g.DB, g.Clock, log, calendar.NewStore(g.Clock), messages)
	g.Activities = activity.NewService(activity.Deps{DB: g.DB, Ring: ring, Clock: g.Clock, Log: log, Forms: forms, Reviews: review.NewService(g.Clock, log), Messages: messages, Duties: duties})
	g.Bookings = booking.NewService(booking.Deps{DB: g.DB, Ring: ring, Clock: g.Clock, Activities: g.Activities, Audit: log})
	g.Doors = door.NewService(door.Deps{DB: g.DB, Ring: ring, Clock: g.Clock, Log: log, Activities: g.Activities, Bookings: g.Bookings})
	g.Activities.UseFollowers(g.Bookings)
	g.Activities.UseCounter(g.Doors)
	must(t, forms.Install(ctx))
	g.publish(unit.NewService(g.DB, ring, g.Clock, log), editiontest.NewService(t, g.DB, g.Clock, log, duties, g.Activities))
	g.helper, g.secondHand = door.Device{ID: id.New(), Helper: "小王"}, door.Device{ID: id.New(), Helper: "小李"}
	return g
}

// publish makes three units, an edition and the activity.
func (g *gate) publish(units *unit.Service, editions *edition.Service) {
	t := g.t
	places := []actor.Place{
		{Region: "430000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment},
		{Region: "430000", Line: actor.LineNone, Tier: actor.TierProvince, Kind: actor.KindHigherVocational},
		{Region: "430000", Line: actor.LineNone, Tier: actor.TierBase, Kind: actor.KindSchool},
	}
	ids, err := units.Load(ctx, sys, []unit.Region{{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1}},
		[]unit.Draft{{Name: "省教育厅", Place: places[0]}, {Name: "长沙高职", Place: places[1]}, {Name: "长沙中学", Place: places[2]}})
	must(t, err)
	g.office, g.college, g.school = unitOf{ids[0], places[0]}, unitOf{ids[1], places[1]}, unitOf{ids[2], places[2]}
	g.host = g.college.staff(actor.RoleEditor)
	head := g.office.staff(actor.RoleHead)
	e := editiontest.Publish(t, editions, head)
	one := activity.Loading{ID: g.activityID, UnitID: g.college.id, Content: activity.Content{Title: g.title, MethodID: e.Methods[0].ID, TopicIDs: []string{e.Topics[0].ID},
		Mode: activity.OnSite, Venue: activity.Venue{Name: "实训楼", Region: "430000"}}}
	for i, starts := range []clock.Instant{day.Start().Add(9 * time.Hour), day.Start().Add(14 * time.Hour), day.End().Add(9 * time.Hour)} {
		one.Sessions = append(one.Sessions, activity.LoadingSession{ID: id.New(), SessionDraft: activity.SessionDraft{Starts: starts, Ends: starts.Add(90 * time.Minute), Bookable: true, Capacity: seats}})
		*[]*string{&g.am, &g.pm, &g.other}[i] = one.Sessions[i].ID
	}
	must(t, g.Activities.Load(ctx, sys, e.ID, []activity.Loading{one}))
}

// session gives a session as it stands.
func (g *gate) session(sessionID string) activity.Session {
	g.t.Helper()
	s, _, err := g.Bookings.GetSession(ctx, sessionID)
	must(g.t, err)
	return s
}

// begin lets the first session begin.
func (g *gate) begin() { g.Clock.Set(day.Start().Time().Add(9*time.Hour + 10*time.Minute)) }

// book books for the nth booker of a session.
func (g *gate) book(sessionID string, n int, party int64) booking.Receipt {
	g.t.Helper()
	return g.claim(booking.Request{SessionID: sessionID, Party: party, Source: booking.FromAPI, Contact: booking.Contact{Name: "张示例", Phone: fmt.Sprintf("138%04d0000", n)}})
}

func (g *gate) claim(r booking.Request) (receipt booking.Receipt) {
	g.t.Helper()
	must(g.t, g.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		receipt, err = g.Bookings.ClaimTx(ctx, tx, r)
		return err
	}))
	return receipt
}

func (g *gate) open(sessionID, label string) door.Link {
	g.t.Helper()
	l, err := g.Doors.Open(ctx, g.host, door.Opening{SessionID: sessionID, Label: label})
	must(g.t, err)
	return l
}

// scan is an event of just now.
func scan(code string) door.Event {
	return door.Event{ID: id.New(), Kind: door.CheckIn, Code: code, How: door.Scanned}
}

func walk(sessionID string, people int64) door.Event {
	return door.Event{ID: id.New(), Kind: door.Walk, SessionID: sessionID, People: people}
}

func undo(of door.Event) door.Event {
	return door.Event{ID: id.New(), Kind: door.Undo, Of: of.ID}
}

// hand hands one event in.
func (g *gate) hand(l door.Link, d door.Device, e door.Event) door.Answer {
	g.t.Helper()
	list, err := g.Doors.Hand(ctx, l.Token, d, []door.Event{e})
	must(g.t, err)
	if len(list) != 1 || list[0].ID != e.ID {
		g.t.Fatalf("%+v", list)
	}
	return list[0]
}

// is fails unless an event comes to a result.
func (g *gate) is(l door.Link, e door.Event, want door.Result) door.Answer {
	g.t.Helper()
	got := g.hand(l, g.helper, e)
	if got.Result != want {
		g.t.Errorf("got %+v, want %s", got, want)
	}
	return got
}

func (g *gate) counts(sessionID string) door.Counts {
	g.t.Helper()
	d, err := g.Doors.Get(ctx, g.host, sessionID)
	must(g.t, err)
	return d.Counts
}

func (g *gate) left(sessionID string) int64 {
	g.t.Helper()
	return g.session(sessionID).Seat.Left()
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

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func count(t testing.TB, q sqldb.Querier, query string, args ...any) (n int64) {
	t.Helper()
	must(t, q.QueryRow(ctx, query, args...).Scan(&n))
	return n
}

func exec(t testing.TB, db *sqldb.DB, query string, args ...any) {
	t.Helper()
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}))
}
