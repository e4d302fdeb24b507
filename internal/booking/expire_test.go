package booking_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

func TestKeepUntilCountsDaysAfterTheOneOnWhichASessionEnds(t *testing.T) {
	t.Parallel()
	s := activity.Session{SessionDraft: activity.SessionDraft{
		Starts: clock.Day("2020-07-20").Start().Add(22 * time.Hour), Ends: clock.Day("2020-07-21").Start().Add(time.Hour),
	}}
	if got := booking.KeepUntil(s, booking.KeepDays); got != "2020-08-20" {
		t.Errorf("%s", got)
	}
}

// grade is a question of a host, and answering a request that answers it.
var grade = []booking.Question{{Key: "grade", Type: booking.AskText, Label: "年级", Required: true}}

func answering(r booking.Request) booking.Request {
	r.Answers = json.RawMessage(`{"grade":"三年级"}`)
	return r
}

// editionOf gives the edition that a session belongs to.
func (f *fair) editionOf(sessionID string) string {
	o, err := f.activities.GetOffer(ctx, sessionID)
	must(f.t, err)
	return o.EditionID
}

func TestWhoBookedIsForgottenAndTheNumbersStay(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 3, 3, 3) // on 20, 21 and 22 July
		f.setRule(halls[0], func(r *booking.Rule) { r.PerDay, r.Questions = 5, grade })
		confirmed := f.claim(t, answering(request(halls[0], 1, 2)))
		waits := f.claim(t, answering(request(halls[0], 2, 2)))
		gone := f.claim(t, answering(request(halls[0], 3, 1)))
		f.cancel(t, gone)
		off := f.claim(t, answering(request(halls[1], 1, 2)))
		s, _, err := f.GetSession(ctx, halls[1])
		must(t, err)
		_, err = f.activities.CancelSession(ctx, sys, halls[1], s.Version, "台风")
		must(t, err)
		later := f.claim(t, answering(request(halls[2], 1, 2)))

		known := func(day clock.Day) (list []string) {
			t.Helper()
			f.clock.Set(day.Start().Time())
			_, err := f.Expire(ctx)
			must(t, err)
			for name, r := range map[string]booking.Receipt{"confirmed": confirmed, "waits": waits, "gone": gone, "off": off, "later": later} {
				if f.stands(t, r).Contact != (booking.Contact{}) {
					list = append(list, name)
				}
			}
			return sorted(list)
		}
		equal(t, "on the last day", known("2020-08-19"), []string{"confirmed", "gone", "later", "off", "waits"})
		equal(t, "after it", known("2020-08-20"), []string{"later", "off"})
		equal(t, "of a session that was cancelled", known("2020-08-21"), []string{"later"})
		equal(t, "all", known("2020-08-22"), nil)

		for what, n := range map[string]int64{identified: 0, countDays: 0, countBookings: 5} {
			if got := count(t, f.db, what); got != n {
				t.Errorf("%s: %d, want %d", what, got, n)
			}
		}
		for r, want := range map[booking.Receipt]booking.Status{confirmed: booking.Confirmed, waits: booking.Waitlisted, gone: booking.Cancelled, off: booking.Cancelled} {
			if b := f.stands(t, r); b.Status != want || b.Party == 0 {
				t.Errorf("%+v", b)
			}
		}
		if taken, _ := f.seat(t, halls[0]); taken != 2 {
			t.Errorf("%d taken", taken)
		}
		if n, err := f.Expire(ctx); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func TestTheOfficeOfAnEditionSetsHowLongBookersAreKnown(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 3)[0]
		r := f.claim(t, request(hall, 1, 2))
		editionID := f.editionOf(hall)
		p, err := f.Policy(ctx, editionID)
		if want := (booking.Policy{EditionID: editionID, KeepDays: 30}); p != want || err != nil {
			t.Errorf("%+v, %v", p, err)
		}
		head, editor := f.host(hall, actor.RoleHead), f.host(hall, actor.RoleEditor)
		_, beside, _ := offices(head)
		p.KeepDays = 2
		for _, a := range []actor.Actor{editor, beside, {}} {
			_, err = f.SetPolicy(ctx, a, p)
			refused(t, err, "edition.forbidden")
		}
		for _, days := range []int64{0, -1, 366, 1 << 40} {
			bad := p
			bad.KeepDays = days
			_, err = f.SetPolicy(ctx, head, bad)
			refused(t, err, "booking.keep_days")
		}
		_, err = f.SetPolicy(ctx, head, booking.Policy{EditionID: "none", KeepDays: 3})
		refused(t, err, "edition.not_found")
		after, err := f.SetPolicy(ctx, head, p)
		if want := (booking.Policy{EditionID: editionID, KeepDays: 2, Version: 1}); after != want || err != nil {
			t.Errorf("%+v, %v", after, err)
		}
		_, err = f.SetPolicy(ctx, head, p) // somebody else was faster
		refused(t, err, "booking.changed_meanwhile")
		after.KeepDays = 1
		after, err = f.SetPolicy(ctx, head, after)
		must(t, err)
		if after.Version != 2 {
			t.Errorf("%+v", after)
		}
		for _, c := range []struct {
			day  clock.Day
			want int
		}{{"2020-07-21", 0}, {"2020-07-22", 1}} {
			f.clock.Set(c.day.Start().Time())
			if n, err := f.Expire(ctx); n != c.want || err != nil {
				t.Errorf("%s: %d, %v", c.day, n, err)
			}
		}
		if f.stands(t, r).Contact != (booking.Contact{}) {
			t.Error("still known")
		}
	})
}

func TestALetterToWhomNobodyKnowsAnyMoreIsWithheld(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, g *gateway) {
		hall := f.sessions(nil, 3)[0]
		r := f.claim(t, request(hall, 1, 2))
		_, err := f.TellBookers(ctx)
		must(t, err)
		_, err = f.EraseOwn(ctx, r.Code, r.ManageToken)
		must(t, err)
		f.post(t)
		equal(t, "letters", f.letters(t, r.BookingID), []string{"booked sms withheld withdrawn"})
		if took := g.taken(); len(took) != 0 {
			t.Errorf("%v", took)
		}
	})
}

func TestARotationOfKeysLosesNobodyAndLeavesNothingUnderTheOldKey(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 9)[0]
		f.setRule(hall, func(r *booking.Rule) { r.Questions = grade })
		first := f.claim(t, answering(request(hall, 1, 2)))
		stays := f.claim(t, answering(request(hall, 2, 1)))
		if n, err := f.Reseal(ctx); n != 0 || err != nil {
			t.Errorf("%d are stale before, %v", n, err)
		}
		must(t, f.ring.Rotate(filepath.Join(f.o.Dir, "keys")))
		stale := func() (n int) {
			t.Helper()
			for _, query := range []string{sealedContacts, sealedAnswers} {
				for _, sealed := range blobs(t, f.db, query) {
					if f.ring.Stale(sealed) {
						n++
					}
				}
			}
			return n
		}
		if n := stale(); n != 4 {
			t.Fatalf("%d are stale", n)
		}
		if n, err := f.Reseal(ctx); n != 2 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if n := stale(); n != 0 {
			t.Errorf("%d are stale after", n)
		}
		if n, err := f.Reseal(ctx); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		must(t, f.Verify(ctx, f.db))

		// The contact is the same one, is found, and the old link leads to it.
		_, err := f.Claim(ctx, answering(request(hall, 1, 1)))
		refused(t, err, "booking.contact_twice")
		token, err := f.Find(ctx, first.Code, "138 0001 0000")
		must(t, err)
		for _, one := range []string{token, first.ManageToken} {
			if b, err := f.Get(ctx, first.Code, one); err != nil || b.Contact.Phone != "13800010000" {
				t.Errorf("%+v, %v", b, err)
			}
		}
		f.cancel(t, stays)
	})
}

// A contact that is erased while it is sealed again does not come back.
func TestResealDoesNotBringBackWhatWasErased(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 9)[0]
		r := f.claim(t, request(hall, 1, 2))
		old := blobs(t, f.db, sealedContacts)[0]
		must(t, f.ring.Rotate(filepath.Join(f.o.Dir, "keys")))
		_, err := f.EraseOwn(ctx, r.Code, r.ManageToken)
		must(t, err)
		must(t, f.db.Write(ctx, func(tx *sqldb.Tx) error { return f.ResealSeen(ctx, tx, r.BookingID, old) }))
		if n := count(t, f.db, identified); n != 0 {
			t.Error("it is back")
		}
	})
}
