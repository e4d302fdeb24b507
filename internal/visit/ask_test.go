package visit_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/visit"
)

func TestAClassHoldsItsSeatsUntilTheHostConfirms(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		r := w.ask(w.class(w.halls[0], 1, "芙蓉中学"))
		if r.Status != booking.Pending {
			t.Fatalf("%+v", r)
		}
		v := w.read(r.ManageToken)
		want := visit.Class{Grade: "初二（3）班", Pupils: 28, Adults: 2, Needs: "一名学生使用轮椅", Transport: visit.ByBus, Language: visit.Mandarin}
		if v.Class != want || v.State != visit.Pending || v.School != (visit.School{ID: w.ids["芙蓉中学"], Name: "芙蓉中学", Region: "430102"}) || v.Contact.Phone != "13900010000" {
			t.Errorf("%+v", v)
		}
		if held := w.count(countHeld, w.halls[0]); held != 30 {
			t.Errorf("%d seats are held", held)
		}
		editor := w.staff("长沙高职", actor.RoleEditor)
		if told := w.count(countTold, w.ids["长沙高职"], "visit.told_asked"); told != 1 {
			t.Errorf("the host was told %d times", told)
		}
		for range 2 { // the second time it is confirmed already
			must(t, w.Confirm(ctx, editor, r.BookingID))
		}
		if v := w.read(r.ManageToken); v.State != visit.Confirmed || w.count(countTaken, w.halls[0]) != 30 || w.count(countHeld, w.halls[0]) != 0 {
			t.Errorf("%+v", v.State)
		}
		if n := w.count(countUntold, r.BookingID, "confirmed"); n != 1 {
			t.Error("the teacher is not told of the confirmation")
		}
		must(t, w.Decline(ctx, editor, r.BookingID, "讲解员生病"))
		if v := w.read(r.ManageToken); v.State != visit.Declined || v.Reason != "讲解员生病" || w.count(countTaken, w.halls[0]) != 0 {
			t.Errorf("%+v", v)
		}
		if n := w.count(countUntold, r.BookingID, "declined"); n != 1 {
			t.Error("the teacher is not told of the refusal")
		}
		refused(t, w.Confirm(ctx, editor, r.BookingID), "visit.cannot_declined")
		refused(t, w.Decline(ctx, editor, r.BookingID, "再次"), "visit.cannot_declined")
	})
}

func TestARuleConfirmsSmallClassesByItself(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		w.rule(28, 0, 0)
		if r := w.ask(w.class(w.halls[0], 1, "芙蓉中学")); r.Status != booking.Confirmed {
			t.Errorf("28 pupils: %s", r.Status)
		}
		more := w.class(w.halls[1], 2, "芙蓉中学")
		more.Class.Pupils = 29
		if r := w.ask(more); r.Status != booking.Pending {
			t.Errorf("29 pupils: %s", r.Status)
		}
	})
}

func TestWhatIsWrongWithAClassIsToldBesideItsField(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		w.rule(0, 10, 0)
		for name, c := range map[string]struct {
			change func(*visit.Request)
			want   map[string]string // field → key
		}{
			"nothing at all": {func(r *visit.Request) { *r = visit.Request{SessionID: r.SessionID} }, map[string]string{
				"school": "visit.text_missing", "region": "visit.region_missing", "grade": "visit.text_missing", "pupils": "visit.people_count", "transport": "visit.choice_missing",
				"language": "visit.choice_missing", "consent": "visit.consent_missing", "contact.name": "booking.name_missing", "contact.phone": "booking.phone_malformed",
			}},
			"two adults for 28 pupils":   {func(r *visit.Request) {}, map[string]string{"adults": "visit.adults_few"}},
			"a million pupils":           {func(r *visit.Request) { r.Class.Pupils = 1e9 }, map[string]string{"pupils": "visit.people_count"}},
			"minus one adult":            {func(r *visit.Request) { r.Class.Adults = -1 }, map[string]string{"adults": "visit.people_count"}},
			"a foreign unit as a school": {func(r *visit.Request) { r.School.ID, r.Class.Adults = w.ids["长沙高职"], 3 }, map[string]string{"school": "visit.school_unknown"}},
			"an unknown region": {func(r *visit.Request) {
				r.School, r.Class.Adults = visit.School{Name: "某小学", Region: "999999"}, 3
			},
				map[string]string{"region": "visit.region_missing"}},
			"a plane":           {func(r *visit.Request) { r.Class.Transport, r.Class.Adults = "plane", 3 }, map[string]string{"transport": "visit.choice_missing"}},
			"control letters":   {func(r *visit.Request) { r.Class.Grade, r.Class.Adults = "初二\x00班", 3 }, map[string]string{"grade": "visit.text_broken"}},
			"broken text":       {func(r *visit.Request) { r.Class.Needs, r.Class.Adults = "\xff", 3 }, map[string]string{"needs": "visit.text_broken"}},
			"long needs":        {func(r *visit.Request) { r.Class.Needs, r.Class.Adults = strings.Repeat("长", 301), 3 }, map[string]string{"needs": "visit.text_long"}},
			"too small a group": {func(r *visit.Request) { r.Class.Pupils, r.Class.Adults = 5, 1 }, map[string]string{"pupils": "booking.group_size"}},
			"too large a group": {func(r *visit.Request) { r.Class.Pupils, r.Class.Adults = 60, 6 }, map[string]string{"pupils": "booking.group_size"}},
		} {
			r := w.class(w.halls[0], 1, "芙蓉中学")
			c.change(&r)
			_, err := w.Ask(ctx, nobody, r)
			got := map[string]string{}
			if e := errs.As(err); e != nil && len(e.Problems) == 0 {
				got[e.Field] = e.Key
			} else if e != nil {
				for _, p := range e.Problems {
					got[p.Field] = p.Key
				}
			}
			if len(got) != len(c.want) {
				t.Errorf("%s: %v", name, err)
			}
			for field, key := range c.want {
				if got[field] != key {
					t.Errorf("%s: %s has %q, want %q", name, field, got[field], key)
				}
			}
		}
		if n := w.count(countVisits); n != 0 {
			t.Errorf("%d visits stand", n)
		}
		for _, session := range []string{"", "x", w.act} {
			_, err := w.Ask(ctx, nobody, w.class(session, 1, "芙蓉中学"))
			refused(t, err, "booking.session_not_found")
		}
	})
}

func TestAnUnregisteredSchoolIsToldApartByNameAndPlace(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		w.rule(0, 0, 1)
		r := w.class(w.halls[0], 1, "")
		r.School = visit.School{Name: " 示例  小学 ", Region: "430100"}
		v := w.read(w.ask(r).ManageToken)
		if v.School != (visit.School{Name: "示例 小学", Region: "430100"}) {
			t.Errorf("%+v", v.School)
		}
		again := w.class(w.halls[1], 2, "")
		again.School = visit.School{Name: "示例小学", Region: "430100"}
		_, err := w.Ask(ctx, nobody, again)
		refused(t, err, "visit.visits_max")
		again.School.Region = "430200"
		w.ask(again)
	})
}

func TestSchoolsAreFoundByPartsOfTheirNames(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		for text, want := range map[string]string{"芙蓉": "芙蓉中学", "中学": "芙蓉中学 荷塘中学", "furong": "芙蓉中学", "湘城 （附属）": "湘城（附属）小学", "湘城（附属）小学": "湘城（附属）小学", "长沙高职": "", "%": "", "": "", "无此校": ""} {
			list, err := w.FindSchools(ctx, text)
			must(t, err)
			var names []string
			for _, one := range list {
				names = append(names, one.Name)
			}
			slices.Sort(names)
			wanted := strings.Fields(want)
			slices.Sort(wanted)
			if !slices.Equal(names, wanted) {
				t.Errorf("%q: %v", text, names)
			}
		}
		_, err := w.FindSchools(ctx, "\x00")
		refused(t, err, "visit.text_broken")
	})
}

func TestTwoTeachersOfASchoolTakeOnlyTheVisitsThatItsHostAllows(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		w := newTown(t, engine)
		w.rule(0, 0, 2)
		const teachers = 12
		errors := make([]error, teachers)
		var start, done sync.WaitGroup
		start.Add(1)
		for n := range teachers {
			done.Go(func() {
				start.Wait()
				_, errors[n] = w.Ask(ctx, nobody, w.class(w.halls[n%3], n, "芙蓉中学"))
			})
		}
		start.Done()
		done.Wait()
		taken := 0
		for _, err := range errors {
			if err == nil {
				taken++
			} else {
				refused(t, err, "visit.visits_max")
			}
		}
		if stand := w.count(countSchool, w.act, w.ids["芙蓉中学"]); taken != 2 || stand != 2 {
			t.Errorf("%d were told that they come, %d stand", taken, stand)
		}
	})
}

// The control: who counts without holding the school's row believes what is not so any more when it writes,
// and takes one visit too many.
func TestCountingVisitsWithoutHoldingTheSchoolTakesTooMany(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		w := newTown(t, engine)
		school := w.ids["芙蓉中学"]
		var counted, done sync.WaitGroup
		counted.Add(2)
		for n := range 2 {
			done.Go(func() {
				var has int64
				err := w.db.QueryRow(ctx, countSchool, w.act, school).Scan(&has)
				counted.Done()
				counted.Wait()
				if err != nil || has >= 1 {
					t.Errorf("one comes before anybody has asked: %d, %v", has, err)
					return
				}
				if err := w.db.Write(ctx, func(tx *sqldb.Tx) error {
					r, err := w.bookings.ClaimTx(ctx, tx, booking.Request{SessionID: w.halls[n], Party: 30, Contact: w.class("", n, "").Contact, Source: booking.FromPortal, Group: true, Hold: true})
					if err != nil {
						return err
					}
					_, err = tx.Exec(ctx, copyVisit, r.BookingID, w.act, school)
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		if n := w.count(countSchool, w.act, school); n != 2 {
			t.Errorf("the control is not one: %d visits", n)
		}
	})
}

func TestAFullSessionPutsAClassOnItsWaitlist(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		small := w.halls[3] // 30 seats
		first, second := w.ask(w.class(small, 1, "芙蓉中学")), w.ask(w.class(small, 2, "五一小学"))
		if second.Status != booking.Waitlisted || second.Position != 1 || w.read(second.ManageToken).State != visit.Waitlisted {
			t.Fatalf("%+v", second)
		}
		must(t, w.Cancel(ctx, nobody, first.ManageToken))
		if v := w.read(first.ManageToken); v.State != visit.Cancelled {
			t.Errorf("%s", v.State)
		}
		if v := w.read(second.ManageToken); v.State != visit.Pending { // the host's to confirm
			t.Errorf("%s", v.State)
		}
		if told := w.count(countTold, w.ids["长沙高职"], "visit.told_cancelled"); told != 1 {
			t.Errorf("the host was told %d times", told)
		}
	})
}

func TestATeacherChangesTheHeadCountsUntilTheHostsClosing(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		w.rule(0, 20, 0)
		hall := w.halls[3] // 30 seats
		token := w.ask(w.class(hall, 1, "芙蓉中学")).ManageToken
		must(t, w.Resize(ctx, nobody, token, 20, 1))
		_, err := w.activities.SetSeats(ctx, sys, hall, 40)
		must(t, err)
		other := w.class(hall, 2, "五一小学")
		other.Class.Pupils = 17
		w.ask(other) // no seat is left
		if v := w.read(token); v.Pupils != 20 || v.Adults != 1 || w.count(countHeld, hall) != 40 {
			t.Errorf("%+v", v.Class)
		}
		for key, c := range map[string][2]int64{"visit.adults_few": {25, 1}, "booking.full": {24, 2}, "booking.group_size": {8, 1}, "visit.people_count": {0, 2}} {
			refused(t, w.Resize(ctx, nobody, token, c[0], c[1]), key)
		}
		must(t, w.Resize(ctx, nobody, token, 19, 2)) // as many people as before
		if v := w.read(token); v.Pupils != 19 || v.Adults != 2 {
			t.Errorf("%+v", v.Class)
		}
		w.clock.Set(clock.Day("2020-07-22").Start().Add(9 * time.Hour).Time()) // a day before: its closing
		refused(t, w.Resize(ctx, nobody, token, 15, 2), "visit.closed")
		must(t, w.Cancel(ctx, nobody, token))
		refused(t, w.Resize(ctx, nobody, token, 15, 2), "booking.state_cancelled")
	})
}

func TestATokenReadsItsOwnVisitOnly(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		token := w.ask(w.class(w.halls[0], 1, "芙蓉中学")).ManageToken
		for name, forged := range map[string]string{"none": "", "nonsense": "x y", "forged": token[:len(token)-2] + "AA"} {
			_, err := w.ByToken(ctx, forged)
			if err == nil {
				t.Errorf("%s reads", name)
			}
			refused(t, w.Cancel(ctx, nobody, forged), "booking.token_refused")
		}
		var single booking.Receipt
		must(t, w.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
			single, err = w.bookings.ClaimTx(ctx, tx, booking.Request{SessionID: w.halls[0], Party: 2, Contact: w.class("", 9, "").Contact, Source: booking.FromPortal})
			return err
		}))
		_, err := w.ByToken(ctx, single.ManageToken) // a booking that is no class visit
		refused(t, err, "visit.not_found")
	})
}
