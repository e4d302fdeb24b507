package booking_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/courier"
	"openweek/internal/message"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// called gives a call list as "phone what why", in its order; who was called already has a "+".
func (f *fair) called(t testing.TB, c booking.Calls) (list []string) {
	t.Helper()
	for _, one := range c.List {
		text := one.Contact.Phone + " " + string(one.What) + " " + string(one.Why)
		if one.CalledAt > 0 {
			text = "+" + text
		}
		list = append(list, text)
	}
	return list
}

func (f *fair) moveOn(t testing.TB, sessionID string) {
	t.Helper()
	s, _, err := f.GetSession(ctx, sessionID)
	must(t, err)
	d := s.SessionDraft
	d.Starts, d.Ends = d.Starts.Add(time.Hour), d.Ends.Add(time.Hour)
	_, err = f.activities.ChangeSession(ctx, sys, sessionID, s.Version, d)
	must(t, err)
}

func TestWhomNoLetterReachesStandsOnTheCallList(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, g *gateway) {
		halls := f.sessions(nil, 9, 9)
		landline := request(halls[0], 1, 1)
		landline.Contact.Phone = "073184710000"
		f.claim(t, landline)
		f.claim(t, request(halls[0], 2, 1))
		f.claim(t, request(halls[1], 3, 1))
		f.post(t)
		host, reviewer := f.host(halls[0], actor.RoleEditor), f.host(halls[0], actor.RoleReviewer)
		list := func(a actor.Actor) booking.Calls {
			t.Helper()
			c, err := f.CallList(ctx, a, halls[0])
			must(t, err)
			return c
		}
		equal(t, "what they did themselves", f.called(t, list(host)), nil)

		for _, step := range []struct {
			what   string
			answer int
			after  time.Duration
			want   []string
		}{
			{"sent", 0, 0, []string{"073****00 moved no_channel"}},
			{"away", http.StatusServiceUnavailable, 0, []string{"073****00 moved no_channel", "138****0000 moved waiting"}},
			{"away, then sent", 0, 3 * time.Minute, []string{"073****00 moved no_channel"}},
			{"refused", http.StatusBadRequest, 0, []string{"073****00 moved no_channel", "138****0000 moved failed"}},
			{"broken", http.StatusInternalServerError, 0, []string{"073****00 moved no_channel", "138****0000 moved perhaps"}},
		} {
			if step.after == 0 {
				f.moveOn(t, halls[0])
			}
			f.clock.Advance(step.after + time.Second)
			g.answer.Store(int32(step.answer))
			f.post(t)
			got := list(reviewer)
			equal(t, step.what, sorted(f.called(t, got)), step.want)
			if got.Open != len(step.want) || got.More {
				t.Errorf("%s: %d open", step.what, got.Open)
			}
		}

		_, err := f.RevealCallList(ctx, reviewer, halls[0])
		refused(t, err, "host.forbidden")
		clear, err := f.RevealCallList(ctx, host, halls[0])
		must(t, err)
		equal(t, "in clear", sorted(f.called(t, clear)), []string{"073184710000 moved no_channel", "13800020000 moved perhaps"})

		byPhone := map[string]booking.Call{}
		for _, c := range clear.List {
			byPhone[c.Contact.Phone] = c
		}
		first, second := byPhone["073184710000"], byPhone["13800020000"]
		refused(t, f.MarkCalled(ctx, reviewer, first.BookingID, first.Version), "host.forbidden")
		must(t, f.MarkCalled(ctx, host, first.BookingID, first.Version))
		must(t, f.MarkCalled(ctx, host, first.BookingID, first.Version)) // again is nothing new
		got := list(host)
		equal(t, "called", f.called(t, got), []string{"138****0000 moved perhaps", "+073****00 moved no_channel"})
		if got.Open != 1 || got.List[1].CalledBy != host.PersonID {
			t.Errorf("%+v", got)
		}

		// Only a person sends what perhaps arrived again.
		g.answer.Store(0)
		must(t, f.TellAgain(ctx, host, second.BookingID))
		f.post(t)
		if took := g.taken(); len(took) != 5 || !strings.HasPrefix(took[4].Text, "时间有变") {
			t.Errorf("%v", took)
		}
		equal(t, "reached", f.called(t, list(host)), []string{"+073****00 moved no_channel"})
		refused(t, f.TellAgain(ctx, host, second.BookingID), "message.not_resendable")

		// There is something newer to say.
		f.moveOn(t, halls[0])
		f.post(t)
		refused(t, f.MarkCalled(ctx, host, first.BookingID, first.Version), "booking.call_changed")
		equal(t, "moved again", f.called(t, list(host)), []string{"073****00 moved no_channel"})

		above, beside, _ := offices(host)
		_, err = f.CallList(ctx, above, halls[0])
		refused(t, err, "host.forbidden")
		_, err = f.CallList(ctx, beside, halls[0])
		refused(t, err, "host.session_not_found")
		refused(t, f.MarkCalled(ctx, beside, first.BookingID, first.Version+1), "booking.not_found")
	})
}

// Who waits without a channel is confirmed by itself and called.
func TestAWaitingPartyWithoutAChannelIsConfirmedAndCalled(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		f := newWritingFair(t, engine, nil)
		hall := f.sessions(nil, 2)[0]
		has, waits := f.claim(t, request(hall, 1, 2)), f.claim(t, request(hall, 2, 1))
		_, err := f.Cancel(ctx, has.Code, has.ManageToken)
		must(t, err)
		f.post(t)
		if b, err := f.Get(ctx, waits.Code, waits.ManageToken); err != nil || b.Status != booking.Confirmed {
			t.Errorf("%+v, %v", b, err)
		}
		c, err := f.CallList(ctx, f.host(hall, actor.RoleEditor), hall)
		must(t, err)
		equal(t, "calls", f.called(t, c), []string{"138****0000 confirmed no_channel"})
	})
}

// An offer that was never told is not lost by who never heard of it.
func TestAnOfferThatReachedNobodyIsConfirmedAndCalled(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, g *gateway) {
		hall := f.sessions(nil, 2)[0]
		has, waits, next := f.claim(t, request(hall, 1, 2)), f.claim(t, request(hall, 2, 2)), f.claim(t, request(hall, 3, 1))
		f.post(t)
		g.answer.Store(http.StatusBadRequest)
		_, err := f.Cancel(ctx, has.Code, has.ManageToken)
		must(t, err)
		f.post(t)
		f.clock.Advance(2 * time.Hour)
		if n, err := f.LapseOffers(ctx); n != 0 || err != nil {
			t.Errorf("%d offers ended, %v", n, err)
		}
		f.post(t)
		for name, c := range map[string]struct {
			of   booking.Receipt
			want booking.Status
		}{"the head": {waits, booking.Confirmed}, "behind it": {next, booking.Waitlisted}} {
			if b, err := f.Get(ctx, c.of.Code, c.of.ManageToken); err != nil || b.Status != c.want {
				t.Errorf("%s: %+v, %v", name, b, err)
			}
		}
		c, err := f.CallList(ctx, f.host(hall, actor.RoleEditor), hall)
		must(t, err)
		equal(t, "calls", f.called(t, c), []string{"138****0000 confirmed failed"})
	})
}

// A letter that leaves the house while its process dies is perhaps sent: the booker is called.
func TestALetterOfADeadProcessIsPerhapsSent(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		hangs := make(chan struct{})
		stuck := carrier(func(courier.Letter) error { <-hangs; return nil })
		f := newWritingFair(t, engine, map[message.Channel]courier.Carrier{message.SMS: stuck})
		hall := f.sessions(nil, 9)[0]
		one := f.claim(t, request(hall, 1, 1))
		_, err := f.TellBookers(ctx)
		must(t, err)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = f.w.messages.SendOutside(ctx)
		}()
		for f.letters(t, one.BookingID)[0] != "booked sms claimed" {
			time.Sleep(10 * time.Millisecond)
		}
		f.clock.Advance(16 * time.Minute)
		f.post(t)
		equal(t, "lapsed", f.letters(t, one.BookingID), []string{"booked sms perhaps crash"})
		close(hangs) // it lived after all: what is known is better than "perhaps"
		<-ended
		equal(t, "known", f.letters(t, one.BookingID), []string{"booked sms sent"})
	})
}
