package booking_test

import (
	"encoding/json"
	"reflect"
	"sync"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
)

func TestABookerChangesThePartyWithinWhatIsLeft(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(func(d *activity.SessionDraft) { d.PartyMax = 6 }, 8)[0]
		mine := f.claim(t, request(hall, 1, 2))
		f.claim(t, request(hall, 2, 3))
		b, err := f.Resize(ctx, mine.Code, mine.ManageToken, 5)
		must(t, err)
		if b.Party != 5 || f.left(t, hall) != 0 {
			t.Errorf("%+v, %d left", b, f.left(t, hall))
		}
		_, err = f.Resize(ctx, mine.Code, mine.ManageToken, 6)
		refused(t, err, "booking.full")
		_, err = f.Resize(ctx, mine.Code, mine.ManageToken, 7)
		refused(t, err, "booking.party_too_large")
		for _, none := range []int64{0, -1} {
			_, err = f.Resize(ctx, mine.Code, mine.ManageToken, none)
			if problems(err)["party_size"] != "booking.party_size" {
				t.Errorf("%d: %v", none, err)
			}
		}
		b, err = f.Resize(ctx, mine.Code, mine.ManageToken, 1)
		must(t, err)
		if b.Party != 1 || f.left(t, hall) != 4 {
			t.Errorf("%+v, %d left", b, f.left(t, hall))
		}
		_, err = f.Resize(ctx, mine.Code, "x", 1)
		refused(t, err, "booking.token_refused")
	})
}

func TestMovingTakesTheNewSeatsAndGivesTheOldOnesBack(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 3, 3)
		f.setRule(halls[0], func(r *booking.Rule) { r.Questions = asked[:1] })
		ask := request(halls[0], 1, 2)
		ask.Answers, ask.Locale = json.RawMessage(`{"age":7}`), "en"
		mine := f.claim(t, ask)
		f.setRule(halls[0], func(r *booking.Rule) { // what is asked since then was not asked of this booker
			r.Questions = []booking.Question{{Key: "new", Type: booking.AskText, Label: "新问题", Required: true}}
		})
		moved, err := f.Move(ctx, mine.Code, mine.ManageToken, halls[1])
		must(t, err)
		if moved.Status != booking.Confirmed || moved.Code == mine.Code || f.left(t, halls[0]) != 3 || f.left(t, halls[1]) != 1 {
			t.Errorf("%+v, left %d and %d", moved, f.left(t, halls[0]), f.left(t, halls[1]))
		}
		now, err := f.Ticket(ctx, moved.ManageToken)
		must(t, err)
		if now.SessionID != halls[1] || now.Party != 2 || now.Contact != ask.Contact || string(now.Answers) != `{"age":7}` || now.Locale != "en" {
			t.Errorf("%+v", now)
		}
		before, err := f.Ticket(ctx, mine.ManageToken)
		must(t, err)
		if before.Status != booking.Cancelled || before.CancelledBy != booking.ByBooker || before.MovedTo != moved.ManageToken {
			t.Errorf("%+v", before)
		}
		again, err := f.Move(ctx, mine.Code, mine.ManageToken, halls[1])
		must(t, err)
		if again != moved {
			t.Errorf("sent again: %+v", again)
		}
		_, err = f.Move(ctx, moved.Code, moved.ManageToken, halls[1])
		refused(t, err, "booking.same_session")
		_, err = f.Move(ctx, moved.Code, moved.ManageToken, booking.Receipt{}.BookingID)
		refused(t, err, "booking.session_not_found")
	})
}

func TestMovingToAFullSessionLeavesAllAsItIs(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 2, 2)
		mine := f.claim(t, request(halls[0], 1, 2))
		waits := f.claim(t, request(halls[0], 2, 1))
		f.claim(t, request(halls[1], 3, 1))
		_, err := f.Move(ctx, mine.Code, mine.ManageToken, halls[1])
		refused(t, err, "booking.full")
		b, err := f.Get(ctx, mine.Code, mine.ManageToken)
		must(t, err)
		if b.Status != booking.Confirmed {
			t.Errorf("%+v", b)
		}
		// Who waits may wait elsewhere, and the seat that a move gives back goes to the next who wait.
		moved, err := f.Move(ctx, waits.Code, waits.ManageToken, halls[1])
		must(t, err)
		if moved.Status != booking.Confirmed {
			t.Errorf("%+v", moved)
		}
		f.clock.Set(time.Date(2020, 7, 20, 9, 0, 0, 0, clock.Shanghai))
		_, err = f.Move(ctx, mine.Code, mine.ManageToken, halls[1])
		refused(t, err, "booking.over")
	})
}

func TestBookersWhoChangePlacesDoNotHoldEachOtherUp(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 40, 40)
		var list [2][]booking.Receipt
		for n := range 10 {
			list[0] = append(list[0], f.claim(t, request(halls[0], n, 1)))
			list[1] = append(list[1], f.claim(t, request(halls[1], 100+n, 1)))
		}
		var w sync.WaitGroup
		for side := range list {
			for _, r := range list[side] {
				w.Go(func() {
					for range 2 { // a second press of the button
						if _, err := f.Move(ctx, r.Code, r.ManageToken, halls[1-side]); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		w.Wait()
		got := []int64{f.left(t, halls[0]), f.left(t, halls[1]), count(t, f.db, countStatus, halls[0], "confirmed"), count(t, f.db, countStatus, halls[1], "confirmed")}
		if want := []int64{30, 30, 10, 10}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v", got)
		}
	})
}
