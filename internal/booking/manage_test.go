package booking_test

import (
	"errors"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

func TestAManageTokenReadsAndCancelsItsOwnBookingOnly(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 5)[0]
		mine, other := f.claim(t, request(hall, 1, 2)), f.claim(t, request(hall, 2, 1))
		got, err := f.Get(ctx, mine.Code, mine.ManageToken)
		must(t, err)
		want := booking.Booking{ID: mine.BookingID, SessionID: hall, Code: mine.Code, Status: booking.Confirmed, Party: 2, Seats: 2, Source: booking.FromAPI,
			Contact: booking.Contact{Name: "张示例", Phone: "13800010000"}, CreatedAt: clock.FromTime(noon), Version: 1}
		if got != want {
			t.Errorf("%+v", got)
		}
		letter := "A" // at a place within the signature, so that it is never what stands there already
		if mine.ManageToken[60] == 'A' {
			letter = "B"
		}
		forged := mine.ManageToken[:60] + letter + mine.ManageToken[61:]
		for name, token := range map[string]string{"another's": other.ManageToken, "none": "", "forged": forged, "nonsense": "x y"} {
			if _, err := f.Get(ctx, mine.Code, token); err == nil {
				t.Errorf("%s reads", name)
			} else {
				refused(t, err, "booking.token_refused")
			}
			_, err := f.Cancel(ctx, mine.Code, token)
			refused(t, err, "booking.token_refused")
		}
		for range 2 { // the second time it is cancelled already
			if got, err = f.Cancel(ctx, mine.Code, mine.ManageToken); err != nil || got.Status != booking.Cancelled {
				t.Fatalf("%+v, %v", got, err)
			}
			if left := f.left(t, hall); left != 4 {
				t.Errorf("%d seats are left", left)
			}
		}
		f.clock.Set(time.Date(2020, 7, 20, 9, 0, 0, 0, clock.Shanghai))
		_, err = f.Cancel(ctx, other.Code, other.ManageToken)
		refused(t, err, "booking.over")
	})
}

func TestFreedSeatsGoToTheFirstWhoWaitAndFit(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 4)[0]
		two, twoMore := f.claim(t, request(hall, 1, 2)), f.claim(t, request(hall, 2, 2))
		four, one, three := f.claim(t, request(hall, 3, 4)), f.claim(t, request(hall, 4, 1)), f.claim(t, request(hall, 5, 3))
		last := f.claim(t, request(hall, 6, 1))
		for i, r := range []booking.Receipt{four, one, three, last} {
			if r.Status != booking.Waitlisted || r.Position != int64(i+1) {
				t.Errorf("%d: %+v", i, r)
			}
		}
		_, err := f.Cancel(ctx, two.Code, two.ManageToken)
		must(t, err)
		status := func(r booking.Receipt) (s booking.Booking) {
			s, err := f.Get(ctx, r.Code, r.ManageToken)
			must(t, err)
			return s
		}
		for name, c := range map[string]struct {
			of       booking.Receipt
			want     booking.Status
			position int64
			skips    int64
		}{
			"four do not fit": {four, booking.Waitlisted, 1, 1}, "one fits": {one, booking.Confirmed, 0, 0},
			"three do not fit": {three, booking.Waitlisted, 2, 1}, "one more fits": {last, booking.Confirmed, 0, 0},
		} {
			if b, skips := status(c.of), count(t, f.db, readSkips, c.of.BookingID); b.Status != c.want || b.Position != c.position || skips != c.skips {
				t.Errorf("%s: %+v, passed over %d times", name, b, skips)
			}
		}
		if n := count(t, f.db, countUntold, hall, "confirmed"); n != 2 {
			t.Errorf("%d must be told", n)
		}
		_, err = f.Cancel(ctx, four.Code, four.ManageToken) // who waits gives up nothing
		must(t, err)
		_, err = f.Cancel(ctx, twoMore.Code, twoMore.ManageToken)
		must(t, err)
		_, err = f.Cancel(ctx, one.Code, one.ManageToken)
		must(t, err)
		if b := status(three); b.Status != booking.Confirmed || f.left(t, hall) != 0 {
			t.Errorf("%+v, %d left", b, f.left(t, hall))
		}
	})
}

func TestBookingsFollowTheirSession(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 3, 3)
		f.claim(t, request(halls[0], 1, 3))
		waits := f.claim(t, request(halls[0], 2, 2))
		f.claim(t, request(halls[1], 3, 1))
		session := func(n int) activity.Session {
			s, _, err := f.GetSession(ctx, halls[n])
			must(t, err)
			return s
		}
		// More seats let the waitlist in.
		_, err := f.activities.SetSeats(ctx, sys, halls[0], 5)
		must(t, err)
		if b, err := f.Get(ctx, waits.Code, waits.ManageToken); err != nil || b.Status != booking.Confirmed {
			t.Errorf("%+v, %v", b, err)
		}
		// Another time is something to tell, another window is not.
		s := session(0)
		d := s.SessionDraft
		d.Closes = d.Closes.Add(-time.Hour)
		s, err = f.activities.ChangeSession(ctx, sys, halls[0], s.Version, d)
		must(t, err)
		if n := count(t, f.db, countUntold, halls[0], "moved"); n != 0 {
			t.Errorf("%d are told of a window", n)
		}
		d.Starts, d.Ends = d.Starts.Add(time.Hour), d.Ends.Add(time.Hour)
		s, err = f.activities.ChangeSession(ctx, sys, halls[0], s.Version, d)
		must(t, err)
		if n := count(t, f.db, countUntold, halls[0], "moved"); n != 2 {
			t.Errorf("%d are told of the move", n)
		}
		_, err = f.activities.CancelSession(ctx, sys, halls[0], s.Version, "台风")
		must(t, err)
		if cancelled, told := count(t, f.db, countStatus, halls[0], "cancelled"), count(t, f.db, countUntold, halls[0], "cancelled"); cancelled != 2 || told != 2 {
			t.Errorf("%d are cancelled, %d are told", cancelled, told)
		}
		if seat := session(0).Seat; seat.Taken != 0 {
			t.Errorf("%+v", seat)
		}
		_, err = f.Claim(ctx, request(halls[0], 9, 1))
		refused(t, err, "booking.session_cancelled")
		if n := count(t, f.db, countStatus, halls[1], "confirmed"); n != 1 {
			t.Error("the other session's booking is gone")
		}
	})
}

func TestVerifyFindsTampering(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 3)[0]
		f.claim(t, request(hall, 1, 2))
		f.claim(t, request(hall, 2, 2))
		undo := errors.New("undo")
		for _, statement := range tampering {
			err := f.db.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
				if f.Verify(ctx, tx) == nil {
					t.Errorf("not found: %s", statement)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Errorf("%s: %v", statement, err)
			}
		}
		must(t, f.Verify(ctx, f.db))
	})
}
