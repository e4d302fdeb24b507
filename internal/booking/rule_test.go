package booking_test

import (
	"encoding/json"
	"reflect"
	"sync"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/id"
)

// activityOf gives the activity of a session.
func (f *fair) activityOf(sessionID string) string {
	f.t.Helper()
	s, _, err := f.GetSession(ctx, sessionID)
	must(f.t, err)
	return s.ActivityID
}

// setRule has the system set a rule over the one that stands.
func (f *fair) setRule(sessionID string, change func(*booking.Rule)) booking.Rule {
	f.t.Helper()
	activityID := f.activityOf(sessionID)
	r, err := f.Rule(ctx, sys, activityID)
	must(f.t, err)
	change(&r)
	r, err = f.SetRule(ctx, sys, activityID, r.Version, r)
	must(f.t, err)
	return r
}

func TestARuleIsSetByTheUnitsOwnPeople(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		activityID := f.activityOf(f.sessions(nil, 5)[0])
		act, err := f.activities.Get(ctx, sys, activityID)
		must(t, err)
		staff := func(unitID string, roles ...actor.Role) actor.Actor {
			return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: unitID, Place: act.Unit.Place, Roles: roles}
		}
		editor := staff(act.Unit.ID, actor.RoleEditor)
		usual, err := f.Rule(ctx, editor, activityID)
		must(t, err)
		if want := (booking.Rule{ActivityID: activityID, OfferMinutes: 120, SkipLimit: 3}); !reflect.DeepEqual(usual, want) {
			t.Errorf("%+v", usual)
		}
		set := booking.Rule{PerDay: 2, Questions: asked, AutoMax: 30, AdultsPer: 10, VisitsMax: 2}
		got, err := f.SetRule(ctx, editor, activityID, 0, set)
		must(t, err)
		want := set
		want.ActivityID, want.OfferMinutes, want.SkipLimit, want.Version = activityID, 120, 3, 1
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v", got)
		}
		for name, a := range map[string]actor.Actor{"a reviewer": staff(act.Unit.ID, actor.RoleReviewer), "nobody": {Class: actor.Public}, "another unit": staff(id.New(), actor.RoleHead)} {
			if _, err := f.SetRule(ctx, a, activityID, 1, set); err == nil {
				t.Errorf("%s sets a rule", name)
			}
		}
		for _, stale := range []int64{0, 2} {
			_, err = f.SetRule(ctx, editor, activityID, stale, set)
			refused(t, err, "booking.changed_meanwhile")
		}
		got, err = f.SetRule(ctx, editor, activityID, 1, booking.Rule{OfferMinutes: 30, SkipLimit: 1})
		must(t, err)
		if want := (booking.Rule{ActivityID: activityID, OfferMinutes: 30, SkipLimit: 1, Version: 2}); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v", got)
		}
		_, err = f.SetRule(ctx, editor, activityID, 2, booking.Rule{PerDay: -1, AutoMax: 1e9, OfferMinutes: 1, SkipLimit: 101, Questions: make([]booking.Question, 6)})
		bad := problems(err)
		if want := map[string]string{"per_day": "booking.rule_number", "auto_max": "booking.rule_number", "offer_minutes": "booking.rule_number", "skip_limit": "booking.rule_number", "questions": "booking.questions_many"}; !reflect.DeepEqual(bad, want) {
			t.Errorf("%v", bad)
		}
	})
}

func TestAClaimAnswersTheHostsQuestions(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 9)[0]
		f.setRule(hall, func(r *booking.Rule) { r.Questions = asked })
		answered := func(n int, raw string) booking.Request {
			r := request(hall, n, 1)
			if raw != "" {
				r.Answers = json.RawMessage(raw)
			}
			return r
		}
		for raw, want := range map[string]map[string]string{
			"":                      {"answers.age": "booking.answer_missing"},
			`{}`:                    {"answers.age": "booking.answer_missing"},
			`[]`:                    nil, // refused as a whole
			`{"age":"7"}`:           {"answers.age": "booking.answer_number"},
			`{"age":7.5}`:           {"answers.age": "booking.answer_number"},
			`{"age":7,"meal":"x"}`:  {"answers.meal": "booking.answer_choice"},
			`{"age":7,"chair":"y"}`: {"answers.chair": "booking.answer_yes_no"},
			`{"age":7,"note":[1]}`:  {"answers.note": "booking.answer_text"},
			`{"age":7,"idcard":""}`: {"answers": "booking.answers_unknown"},
		} {
			_, err := f.Claim(ctx, answered(1, raw))
			if want == nil {
				refused(t, err, "booking.answers_malformed")
			} else if got := problems(err); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v", raw, got)
			}
		}
		const raw = `{"age":7,"meal":"清真","chair":true,"note":"无"}`
		receipt := f.claim(t, answered(2, raw))
		ticket, err := f.Ticket(ctx, receipt.ManageToken)
		must(t, err)
		if string(ticket.Answers) != raw {
			t.Errorf("%s", ticket.Answers)
		}
		called := answered(3, "") // the host books for a caller and need not ask
		called.Source = booking.FromHost
		f.claim(t, called)
	})
}

func TestAContactBooksOnADayNoMoreOftenThanTheHostAllows(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		starts := clock.Day("2020-07-20").Start().Add(9 * time.Hour)
		n := 0
		halls := f.sessions(func(d *activity.SessionDraft) { // four on one day, one on the next
			d.Starts = starts.Add(time.Duration(n) * time.Hour)
			if n == 4 {
				d.Starts = d.Starts.Add(24 * time.Hour)
			}
			d.Ends, n = d.Starts.Add(time.Hour), n+1
		}, 9, 9, 9, 9, 9)
		old := f.claim(t, request(halls[0], 1, 1)) // before there is a limit
		f.setRule(halls[0], func(r *booking.Rule) { r.PerDay = 2 })
		second := f.claim(t, request(halls[1], 1, 1))
		full := func(hall string) {
			t.Helper()
			_, err := f.Claim(ctx, request(hall, 1, 1))
			refused(t, err, "booking.day_limit")
		}
		full(halls[2])
		f.claim(t, request(halls[4], 1, 1)) // another day
		f.claim(t, request(halls[2], 2, 1)) // another contact
		for _, gone := range []booking.Receipt{old, second} {
			_, err := f.Cancel(ctx, gone.Code, gone.ManageToken)
			must(t, err)
			f.claim(t, request(halls[2+n%2], 1, 1))
			n++
			full(halls[0])
		}
		// A session that is called off, or goes to another day, frees its contacts.
		s, _, err := f.GetSession(ctx, halls[3])
		must(t, err)
		_, err = f.activities.CancelSession(ctx, sys, s.ID, s.Version, "台风")
		must(t, err)
		f.claim(t, request(halls[0], 1, 1))
		full(halls[1])
		s, _, err = f.GetSession(ctx, halls[0])
		must(t, err)
		d := s.SessionDraft
		d.Starts, d.Ends, d.Closes = d.Starts.Add(24*time.Hour), d.Ends.Add(24*time.Hour), d.Closes.Add(24*time.Hour)
		_, err = f.activities.ChangeSession(ctx, sys, s.ID, s.Version, d)
		must(t, err)
		f.claim(t, request(halls[1], 1, 1))
		if n := count(t, f.db, countDay, "2020-07-21"); n != 2 {
			t.Errorf("%d are counted on the other day", n)
		}
	})
}

// rounds is how often two claims race. Each round the naive way is shown to let both in.
const rounds = 20

func TestTwoSessionsRacingDoNotPassTheLimitOfADay(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		starts := clock.Day("2020-07-20").Start().Add(9 * time.Hour)
		halls := f.sessions(func(d *activity.SessionDraft) { d.Starts, d.Ends = starts, starts.Add(time.Hour) }, 900, 900)
		other := newProcess(f.db, f.ring, f.clock) // a queue of its own: the claims meet in the store alone
		other.run(t)
		both := func(do func(p process, hall string)) {
			var w sync.WaitGroup
			for i, p := range []process{f.process, other} {
				w.Go(func() { do(p, halls[i]) })
			}
			w.Wait()
		}
		admitted := func(n int) int64 {
			return count(t, f.db, countContact, f.ring.Hash("booking.contact", request("", n, 1).Contact.Phone))
		}
		// The control: who counts first and books afterwards books twice.
		var counted sync.WaitGroup
		counted.Add(2)
		both(func(p process, hall string) {
			free := admitted(0) == 0
			counted.Done()
			counted.Wait()
			if free {
				if _, err := p.Claim(ctx, request(hall, 0, 1)); err != nil {
					t.Error(err)
				}
			}
		})
		if n := admitted(0); n != 2 {
			t.Fatalf("the control lets %d in: the test proves nothing", n)
		}
		f.setRule(halls[0], func(r *booking.Rule) { r.PerDay = 1 })
		for n := 1; n <= rounds; n++ {
			both(func(p process, hall string) {
				if _, err := p.Claim(ctx, request(hall, n, 1)); err != nil {
					refused(t, err, "booking.day_limit")
				}
			})
			if got := admitted(n); got != 1 {
				t.Errorf("round %d: %d bookings of one contact", n, got)
			}
		}
	})
}
