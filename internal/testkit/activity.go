package testkit

import (
	"slices"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/form"
	"openweek/internal/review"
)

// Staff gives a person of the demo by the name with which they sign in.
func (s *Site) Staff(signIn string) actor.Actor {
	s.t.Helper()
	personID, err := s.Units.PersonOfSignIn(s.t.Context(), s.DB, signIn)
	if err != nil {
		s.t.Fatal(err)
	}
	a, err := s.Units.Actor(s.t.Context(), s.DB, personID)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// Edition gives the demo's edition of today.
func (s *Site) Edition() edition.Face {
	s.t.Helper()
	current, err := s.Editions.Current(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	e, err := s.Editions.Face(s.t.Context(), actor.Actor{}, current.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}

// Run is a session of an hour and a half with seats that can be booked.
func Run(day clock.Day, hour int, seats int64) activity.SessionDraft {
	starts := day.Start().Add(time.Duration(hour) * time.Hour)
	return activity.SessionDraft{Starts: starts, Ends: starts.Add(90 * time.Minute), Bookable: true, Capacity: seats}
}

// Publish has the demo's college enter an activity and everybody accept it whom the edition's rule asks.
// change, which may be nil, changes what it says.
func (s *Site) Publish(change func(*activity.Content), runs ...activity.SessionDraft) activity.Activity {
	s.t.Helper()
	ctx, host, e := s.t.Context(), s.Staff("college.editor"), s.Edition()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	method := slices.IndexFunc(e.Methods, func(i edition.Item) bool { return i.Code == form.OpenCampus })
	if method < 0 {
		s.t.Fatal("the demo's edition has no open campus")
	}
	c := activity.Content{
		Title: "数控技术开放日", Summary: "参观实训楼，体验数控机床。", Description: "上午参观，下午**体验**。",
		MethodID: e.Methods[method].ID, TopicIDs: []string{e.Topics[0].ID}, Kind: form.OpenCampus,
		Values:   form.Values{"programmes": form.Rows{{"name": form.Text("数控技术"), "place": form.Text("实训楼")}}, "liaison": form.Person{Name: "张示例", Phone: "13800010000"}},
		Audience: []activity.Audience{"pupils", "parents"}, Mode: activity.OnSite,
		Venue:   activity.Venue{Name: "实训楼", Address: "示例路1号", Region: "430102"},
		Contact: activity.Contact{Office: "招生就业处", Phone: "0731-84710000", Confirmed: true}, Safety: "请勿触摸运转的设备。", Access: "地铁2号线示例站。",
	}
	if change != nil {
		change(&c)
	}
	act, err := s.Activities.Begin(ctx, host, activity.Beginning{EditionID: e.ID, Content: c})
	must(err)
	act, err = s.Activities.AddSessions(ctx, host, act.ID, act.Version, runs)
	must(err)
	_, err = s.Activities.Submit(ctx, host, act.ID, act.Draft.Version)
	must(err)
	for {
		act, err = s.Activities.Get(ctx, host, act.ID)
		must(err)
		open := slices.IndexFunc(act.Steps, func(step review.Step) bool { return step.State == review.Open })
		if open < 0 {
			return act
		}
		step := act.Steps[open]
		reader := s.Staff("sheng.reviewer")
		if step.UnitID == host.UnitID {
			reader = s.Staff("college.head")
		}
		read, err := s.Activities.Read(ctx, reader, step.ID)
		must(err)
		_, err = s.Activities.Decide(ctx, reader, step.ID, review.Decision{Outcome: review.Accepted, ReadHash: read.Version.Hash})
		must(err)
	}
}
