package booking_test

import (
	"sync"
	"testing"
	"time"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// stands gives a booking as its booker sees it.
func (f *fair) stands(t testing.TB, r booking.Receipt) booking.Booking {
	t.Helper()
	b, err := f.Get(ctx, r.Code, r.ManageToken)
	must(t, err)
	return b
}

func (f *fair) cancel(t testing.TB, r booking.Receipt) {
	t.Helper()
	_, err := f.Cancel(ctx, r.Code, r.ManageToken)
	must(t, err)
}

// seat gives what is taken and held of a session.
func (f *fair) seat(t testing.TB, sessionID string) (taken, held int64) {
	t.Helper()
	s, _, err := f.GetSession(ctx, sessionID)
	must(t, err)
	return s.Seat.Taken, s.Seat.Held
}

func TestFreedSeatsAreOfferedToTheFirstThatFitsUntilAMoment(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, _ *gateway) {
		hall := f.sessions(nil, 3)[0]
		two, one := f.claim(t, request(hall, 1, 2)), f.claim(t, request(hall, 2, 1))
		large, small, last := f.claim(t, request(hall, 3, 3)), f.claim(t, request(hall, 4, 2)), f.claim(t, request(hall, 5, 2))
		f.cancel(t, two)
		until := f.clock.Now().Add(2 * time.Hour)
		if b := f.stands(t, small); !b.Offered() || b.OfferUntil != until || b.Position != 0 {
			t.Errorf("the first that fits: %+v", b)
		}
		// Who is passed over keeps the place, the count, and how many seats were too few.
		if b := f.stands(t, large); b.Status != booking.Waitlisted || b.Position != 1 || b.Skips != 1 || b.SkipLeft != 0 {
			t.Errorf("the head: %+v", b)
		}
		if b := f.stands(t, last); b.Status != booking.Waitlisted || b.Position != 2 || b.Skips != 0 {
			t.Errorf("the last: %+v", b)
		}
		if taken, held := f.seat(t, hall); taken != 1 || held != 2 {
			t.Errorf("%d taken, %d held", taken, held)
		}
		if left := f.left(t, hall); left != 0 {
			t.Errorf("%d are left beside an offer", left)
		}
		_, err := f.Accept(ctx, last.Code, last.ManageToken)
		refused(t, err, "booking.not_offered")
		for range 2 { // the second time it is taken already
			if b, err := f.Accept(ctx, small.Code, small.ManageToken); err != nil || b.Status != booking.Confirmed || b.OfferUntil != 0 {
				t.Errorf("%+v, %v", b, err)
			}
		}
		if taken, held := f.seat(t, hall); taken != 3 || held != 0 {
			t.Errorf("%d taken, %d held", taken, held)
		}
		f.cancel(t, one)
		if b := f.stands(t, large); b.Skips != 1 || b.Position != 1 {
			t.Errorf("nobody was let in before it: %+v", b)
		}
	})
}

func TestSeatsThatWereTooFewAreRemembered(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 4)[0]
		f.claim(t, request(hall, 1, 1))
		large := f.claim(t, request(hall, 2, 4)) // three are left
		f.claim(t, request(hall, 3, 1))          // and somebody behind takes one
		if b := f.stands(t, large); b.Skips != 1 || b.SkipLeft != 2 {
			t.Errorf("%+v", b)
		}
	})
}

func TestAfterEnoughSkipsSeatsAreHeldForTheHead(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 6)[0]
		first, second := f.claim(t, request(hall, 1, 1)), f.claim(t, request(hall, 2, 1))
		large := f.claim(t, request(hall, 3, 5)) // four are left
		for n := range 3 {                       // the usual limit
			if r := f.claim(t, request(hall, 4+n, 1)); r.Status != booking.Confirmed {
				t.Fatalf("%d: %+v", n, r)
			}
		}
		// One seat is left, and it is held for the head: whoever is small waits behind.
		if taken, held := f.seat(t, hall); taken != 5 || held != 1 || f.left(t, hall) != 0 {
			t.Errorf("%d taken, %d held", taken, held)
		}
		small := f.claim(t, request(hall, 8, 1))
		if small.Status != booking.Waitlisted || small.Position != 2 {
			t.Errorf("%+v", small)
		}
		f.cancel(t, first)
		f.cancel(t, second)
		if b := f.stands(t, large); b.Status != booking.Waitlisted || b.Skips != 3 {
			t.Errorf("%+v", b)
		}
		if taken, held := f.seat(t, hall); taken != 3 || held != 3 {
			t.Errorf("%d taken, %d held", taken, held)
		}
		must(t, f.Verify(ctx, f.db))
		// The head takes fewer, and at once has what is held for it.
		must(t, f.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := f.ResizeTx(ctx, tx, large.BookingID, 2, false)
			return err
		}))
		if b := f.stands(t, large); b.Status != booking.Confirmed {
			t.Errorf("%+v", b)
		}
		if b := f.stands(t, small); b.Status != booking.Confirmed {
			t.Errorf("behind it: %+v", b)
		}
		if taken, held := f.seat(t, hall); taken != 6 || held != 0 {
			t.Errorf("%d taken, %d held", taken, held)
		}
	})
}

func TestSeatsHeldForAHeadThatLeavesGoToTheNext(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 5)[0]
		f.claim(t, request(hall, 1, 1))
		large := f.claim(t, request(hall, 2, 5))
		for n := range 3 {
			f.claim(t, request(hall, 3+n, 1))
		}
		small := f.claim(t, request(hall, 7, 1))
		if small.Status != booking.Waitlisted {
			t.Fatalf("%+v", small)
		}
		f.cancel(t, large)
		if b := f.stands(t, small); b.Status != booking.Confirmed {
			t.Errorf("%+v", b)
		}
		if taken, held := f.seat(t, hall); taken != 5 || held != 0 {
			t.Errorf("%d taken, %d held", taken, held)
		}
	})
}

func TestAnOfferThatLapsesGoesToTheNext(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, _ *gateway) {
		hall := f.sessions(nil, 2)[0]
		has, slow, next := f.claim(t, request(hall, 1, 2)), f.claim(t, request(hall, 2, 2)), f.claim(t, request(hall, 3, 2))
		f.cancel(t, has)
		f.post(t)
		f.clock.Advance(2*time.Hour - time.Second)
		if n, err := f.LapseOffers(ctx); n != 0 || err != nil {
			t.Errorf("%d before their time, %v", n, err)
		}
		f.clock.Advance(time.Second)
		_, err := f.Accept(ctx, slow.Code, slow.ManageToken) // the job has not come by yet
		refused(t, err, "booking.offer_lapsed")
		if n, err := f.LapseOffers(ctx); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if b := f.stands(t, slow); !b.Lapsed() {
			t.Errorf("%+v", b)
		}
		_, err = f.Accept(ctx, slow.Code, slow.ManageToken)
		refused(t, err, "booking.offer_lapsed")
		if b := f.stands(t, next); !b.Offered() || b.OfferUntil != f.clock.Now().Add(2*time.Hour) {
			t.Errorf("%+v", b)
		}
		if again := f.claim(t, request(hall, 2, 2)); again.Status != booking.Waitlisted || again.Position != 1 {
			t.Errorf("who let it lapse may come again, behind: %+v", again)
		}
		f.post(t)
		equal(t, "told", f.letters(t, slow.BookingID), []string{"offered sms sent", "lapsed sms sent"})
	})
}

func TestNoOfferOutlastsTheBeginningOfItsSession(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, _ *gateway) {
		hall := f.sessions(nil, 1)[0]
		has, waits := f.claim(t, request(hall, 1, 1)), f.claim(t, request(hall, 2, 1))
		begins := clock.FromTime(time.Date(2020, 7, 20, 9, 0, 0, 0, clock.Shanghai))
		f.clock.Set(begins.Add(-30 * time.Minute).Time())
		f.cancel(t, has)
		if b := f.stands(t, waits); b.OfferUntil != begins {
			t.Errorf("%+v", b)
		}
		f.clock.Set(begins.Time())
		if n, err := f.LapseOffers(ctx); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func TestOffersSurviveARestart(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		f := quietFair(t, engine)
		stop := f.run(t)
		g := newGateway(t)
		w := newWriter(f.db, f.ring, f.clock, byGateway(g))
		w.run(t)
		hall := f.sessions(nil, 1)[0]
		has, waits := w.claim(t, request(hall, 1, 1)), w.claim(t, request(hall, 2, 1))
		_, err := w.Cancel(ctx, has.Code, has.ManageToken)
		must(t, err)
		w.post(t)
		stop()

		after := newWriter(f.db, f.ring, f.clock, byGateway(g)) // knows nothing but the store
		b, err := after.Get(ctx, waits.Code, waits.ManageToken)
		if err != nil || !b.Offered() || b.OfferUntil != f.clock.Now().Add(2*time.Hour) {
			t.Fatalf("%+v, %v", b, err)
		}
		f.clock.Advance(3 * time.Hour)
		if n, err := after.LapseOffers(ctx); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

// Taking an offer and its end come at the same moment, on two processes: one of them has its way, and the
// seat is taken by one party. The control ends an offer that it has only looked at.
func TestTakingAnOfferRacesItsEnd(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	f := newWritingFair(t, sqldb.Postgres, byGateway(g))
	second := newWriter(sqldbtest.Open(t, f.o), f.ring, f.clock, byGateway(g))
	const rounds = 12
	seats := make([]int64, rounds)
	for i := range seats {
		seats[i] = 1
	}
	took, ended := 0, 0
	for n, hall := range f.sessions(nil, seats...) {
		has, waits, next := f.claim(t, request(hall, 1, 1)), f.claim(t, request(hall, 2, 1)), f.claim(t, request(hall, 3, 1))
		f.cancel(t, has)
		f.post(t)
		due := f.stands(t, waits).OfferUntil
		// The clock passes the moment between the two, so that either may come first.
		f.clock.Set(due.Add(-time.Millisecond).Time())
		var all sync.WaitGroup
		var accepted error
		all.Go(func() {
			_, accepted = f.Accept(ctx, waits.Code, waits.ManageToken)
		})
		all.Go(func() {
			if n%2 == 0 {
				time.Sleep(time.Duration(n) * time.Millisecond / 2)
			}
			f.clock.Set(due.Time())
			if _, err := second.LapseOffers(ctx); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		b, after := f.stands(t, waits), f.stands(t, next)
		switch {
		case accepted == nil && b.Status == booking.Confirmed && after.Status == booking.Waitlisted:
			took++
		case errs.Is(accepted, "booking.offer_lapsed") && b.Lapsed() && after.Offered():
			ended++
		default:
			t.Errorf("round %d: %v; %+v; %+v", n, accepted, b, after)
		}
		if taken, held := f.seat(t, hall); taken+held != 1 {
			t.Errorf("round %d: %d taken, %d held", n, taken, held)
		}
		must(t, f.Verify(ctx, f.db))
	}
	t.Logf("%d were taken, %d lapsed", took, ended)
}

func TestTheControlOfTheRaceGivesASeatTwice(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, _ *gateway) {
		hall := f.sessions(nil, 1)[0]
		has, waits := f.claim(t, request(hall, 1, 1)), f.claim(t, request(hall, 2, 1))
		f.cancel(t, has)
		offered := f.stands(t, waits) // the control looks here …
		_, err := f.Accept(ctx, waits.Code, waits.ManageToken)
		must(t, err)
		undo := errs.Conflict("undo")
		err = f.db.Write(ctx, func(tx *sqldb.Tx) error {
			if offered.Offered() { // … and writes here
				if _, err := tx.Exec(ctx, endUnseen, waits.BookingID); err != nil {
					return err
				}
			}
			if f.Verify(ctx, tx) == nil {
				t.Error("a seat that is taken by nobody was not found")
			}
			return undo
		})
		refused(t, err, "undo")
	})
}

// A seat that is freed between a party's looking ("full") and its claim is its own, or that of those who
// were there before it.
func TestASeatFreedBetweenFullAndTheWaitlistIsNotLost(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		f := newFair(t, engine)
		const rounds = 10
		seats := make([]int64, rounds)
		for i := range seats {
			seats[i] = 1
		}
		for n, hall := range f.sessions(nil, seats...) {
			has := f.claim(t, request(hall, 1, 1))
			if left := f.left(t, hall); left != 0 {
				t.Fatalf("%d left", left)
			}
			var all sync.WaitGroup
			receipts := make([]booking.Receipt, 2)
			all.Go(func() { f.cancel(t, has) })
			for i := range receipts {
				all.Go(func() {
					var err error
					if receipts[i], err = f.Claim(ctx, request(hall, 2+i, 1)); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			confirmed := 0
			for _, r := range receipts {
				if f.stands(t, r).Status == booking.Confirmed {
					confirmed++
				}
			}
			if taken, held := f.seat(t, hall); confirmed != 1 || taken != 1 || held != 0 {
				t.Errorf("round %d: %d confirmed, %d taken, %d held", n, confirmed, taken, held)
			}
		}
	})
}
