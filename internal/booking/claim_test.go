package booking_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

func TestTheSameRequestThreeTimesIsOneBooking(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 2)[0]
		r := request(hall, 1, 2)
		r.Key = "4a0c-1"
		receipts := make([]booking.Receipt, 3)
		var all sync.WaitGroup
		for i := range receipts {
			all.Go(func() { receipts[i] = f.claim(t, r) })
		}
		all.Wait()
		f.clock.Advance(23 * time.Hour)
		if again := f.claim(t, r); receipts[0] != again || receipts[1] != again || receipts[2] != again || again.Status != booking.Confirmed {
			t.Errorf("%+v, later %+v", receipts, again)
		}
		if n := count(t, f.db, countBookings); n != 1 {
			t.Errorf("%d bookings", n)
		}
		other := r
		other.Party = 1
		_, err := f.Claim(ctx, other)
		refused(t, err, "booking.key_reused")
		// After a day the key is forgotten, but the contact still has its booking.
		f.clock.Advance(2 * time.Hour)
		_, err = f.Claim(ctx, r)
		refused(t, err, "booking.contact_twice")
		if n, err := f.SweepKeys(ctx); err != nil || n != 1 || count(t, f.db, countKeys) != 0 {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

func TestAContactHasOneActiveBookingOfASession(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 5, 5)
		first := f.claim(t, request(halls[0], 1, 1))
		again := request(halls[0], 1, 2)
		again.Contact.Phone = "+86 138-0001-0000" // the same, written otherwise
		_, err := f.Claim(ctx, again)
		refused(t, err, "booking.contact_twice")
		f.claim(t, request(halls[1], 1, 1))
		_, err = f.Cancel(ctx, first.Code, first.ManageToken)
		must(t, err)
		f.claim(t, again)
	})
}

func TestBadInputIsRefusedAndNothingIsWritten(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 50)[0]
		for name, c := range map[string]struct {
			change func(*booking.Request)
			key    string
		}{
			"nobody":           {func(r *booking.Request) { r.Party = 0 }, "booking.party_size"},
			"fewer":            {func(r *booking.Request) { r.Party = -1 }, "booking.party_size"},
			"a city":           {func(r *booking.Request) { r.Party = 1_000_000_000 }, "booking.party_too_large"},
			"beyond the rule":  {func(r *booking.Request) { r.Party = 41 }, "booking.party_too_large"},
			"no name":          {func(r *booking.Request) { r.Contact.Name = " \u3000" }, "booking.name_missing"},
			"a broken name":    {func(r *booking.Request) { r.Contact.Name = "张\xff" }, "booking.name_malformed"},
			"a NUL":            {func(r *booking.Request) { r.Contact.Name = "张\x00" }, "booking.name_malformed"},
			"no telephone":     {func(r *booking.Request) { r.Contact.Phone = "" }, "booking.phone_malformed"},
			"half a telephone": {func(r *booking.Request) { r.Contact.Phone = "1380001000" }, "booking.phone_malformed"},
			"a key with space": {func(r *booking.Request) { r.Key = "a b" }, "booking.key_malformed"},
			"broken answers":   {func(r *booking.Request) { r.Answers = []byte("{") }, "booking.answers_malformed"},
			"unknown session":  {func(r *booking.Request) { r.SessionID = id.New() }, "booking.session_not_found"},
			"no session":       {func(r *booking.Request) { r.SessionID = "' OR 1=1" }, "booking.session_not_found"},
		} {
			r := request(hall, 1, 1)
			c.change(&r)
			if _, err := f.Claim(ctx, r); !errs.Is(err, c.key) {
				t.Errorf("%s: got %v, want %s", name, err, c.key)
			}
		}
		if n := count(t, f.db, countBookings) + count(t, f.db, countKeys); n != 0 || f.left(t, hall) != 50 {
			t.Errorf("%d rows were written", n)
		}
	})
}

func TestTelephonesAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"13800010000": "13800010000", " 138 0001 0000 ": "13800010000", "１３８０００１００００": "13800010000", "+8613800010000": "13800010000",
		"0086-138-0001-0000": "13800010000", "8613800010000": "13800010000", "＋86（138）00010000": "13800010000",
		"0731-84710000": "073184710000", "（0731）84710000": "073184710000", "010 6000 0000": "01060000000", "+86 731 8471 0000": "073184710000",
		"0731-84710000转12": "073184710000x12", "0731—84710000 分机 12": "073184710000x12", "0731-84710000ext.12": "073184710000x12",
		"": "", "12345": "", "23800010000": "", "138000100001": "", "+1 415 555 0000": "", "84710000": "", "0131-84710000": "", "0731-84710000转": "", "电话": "", "\xff": "",
	} {
		got, err := booking.ParsePhone(written)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", written, got, err)
		}
	}
}

func TestASessionSaysWhyItCannotBeBooked(t *testing.T) {
	t.Parallel()
	now := clock.FromTime(noon)
	open := activity.Session{SessionDraft: activity.SessionDraft{Starts: now.Add(time.Hour), Ends: now.Add(2 * time.Hour), Closes: now.Add(time.Hour), Bookable: true, PartyMax: 5}, Seat: activity.Seat{Capacity: 40, Taken: 30}}
	for name, c := range map[string]struct {
		change func(*activity.Session)
		party  int64
		want   booking.Availability
	}{
		"seats left":               {func(*activity.Session) {}, 5, booking.Availability{Left: 10}},
		"fewer seats than people":  {func(s *activity.Session) { s.Seat.Held = 6 }, 5, booking.Availability{Left: 4, Reason: booking.Full}},
		"full":                     {func(s *activity.Session) { s.Seat.Blocked = 10 }, 1, booking.Availability{Reason: booking.Full}},
		"more than a party":        {func(*activity.Session) {}, 6, booking.Availability{Left: 10, Reason: booking.PartyTooLarge, Limit: 5}},
		"more than the session":    {func(s *activity.Session) { s.Seat.Capacity, s.Seat.Taken = 3, 0 }, 4, booking.Availability{Left: 3, Reason: booking.PartyTooLarge, Limit: 3}},
		"not yet open":             {func(s *activity.Session) { s.Opens = now + 1 }, 1, booking.Availability{Left: 10, Reason: booking.NotYetOpen, Opens: now + 1}},
		"full before it opens":     {func(s *activity.Session) { s.Opens, s.Seat.Taken = now+1, 40 }, 1, booking.Availability{Reason: booking.NotYetOpen, Opens: now + 1}},
		"closed":                   {func(s *activity.Session) { s.Closes = now }, 1, booking.Availability{Left: 10, Reason: booking.Closed}},
		"cancelled":                {func(s *activity.Session) { s.CancelledAt = 1 }, 1, booking.Availability{Reason: booking.CalledOff}},
		"free entry":               {func(s *activity.Session) { s.Bookable = false }, 1, booking.Availability{Reason: booking.NotBookable}},
		"closed, whatever is left": {func(s *activity.Session) { s.Closes, s.Seat.Taken = now, 40 }, 1, booking.Availability{Reason: booking.Closed}},
	} {
		s := open
		c.change(&s)
		if got := booking.Available(s, c.party, now); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestClaimsOutsideTheWindowAreRefused(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		opens := clock.FromTime(noon).Add(time.Hour)
		hall := f.sessions(func(d *activity.SessionDraft) { d.Opens, d.Closes = opens, opens.Add(time.Hour) }, 5)[0]
		_, err := f.Claim(ctx, request(hall, 1, 1))
		refused(t, err, "booking.not_yet_open")
		f.clock.Advance(time.Hour)
		f.claim(t, request(hall, 1, 1))
		f.clock.Advance(time.Hour)
		_, err = f.Claim(ctx, request(hall, 2, 1))
		refused(t, err, "booking.closed")
	})
}

func TestAClaimThatIsGivenUpInTheQueueIsNotWritten(t *testing.T) {
	t.Parallel()
	f := quietFair(t, sqldb.SQLite)
	hall := f.sessions(nil, 5)[0]
	impatient, giveUp := context.WithCancel(ctx)
	ended := make(chan error)
	go func() {
		_, err := f.Claim(impatient, request(hall, 1, 1))
		ended <- err
	}()
	time.Sleep(20 * time.Millisecond) // until it waits; if it does not yet, it is refused at once
	giveUp()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	f.run(t)
	f.claim(t, request(hall, 2, 1))
	if n := count(t, f.db, countBookings); n != 1 {
		t.Errorf("%d bookings", n)
	}
}

func TestAFullQueueIsBusy(t *testing.T) {
	t.Parallel()
	f := quietFair(t, sqldb.SQLite)
	hall := f.sessions(nil, 5)[0]
	waiting, giveUp := context.WithCancel(ctx)
	refusals := make(chan error, booking.QueueSize+1)
	for n := range booking.QueueSize + 1 {
		go func() {
			_, err := f.Claim(waiting, request(hall, n, 1))
			refusals <- err
		}()
	}
	err := <-refusals // the one that found no place
	refused(t, err, "booking.busy")
	if errs.KindOf(err) != errs.KindBusy {
		t.Errorf("%v", err)
	}
	giveUp()
	for range booking.QueueSize {
		if err := <-refusals; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	f.run(t)
	// Whoever comes again finds a place once the writer has passed those that gave up.
	_, err = f.Claim(ctx, request(hall, 1, 1))
	for deadline := time.Now().Add(10 * time.Second); errs.Is(err, "booking.busy") && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		_, err = f.Claim(ctx, request(hall, 1, 1))
	}
	if n := count(t, f.db, countBookings); err != nil || n != 1 {
		t.Errorf("%d bookings, %v", n, err)
	}
}

func TestStoppingAdmitsWhatWaitsAndRefusesWhatComes(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 50)[0]
		fresh := newProcess(f.db, f.ring, f.clock)
		answers := make(chan error, 40)
		for n := range cap(answers) {
			go func() {
				_, err := fresh.Claim(ctx, request(hall, n, 1))
				answers <- err
			}()
		}
		time.Sleep(50 * time.Millisecond)
		fresh.run(t)()
		admitted := int64(0)
		for range cap(answers) {
			if err := <-answers; err == nil {
				admitted++
			} else if !errs.Is(err, "booking.busy") {
				t.Error(err)
			}
		}
		if n := count(t, f.db, countBookings); n != admitted || n == 0 {
			t.Errorf("%d were told that they are booked, %d are", admitted, n)
		}
		_, err := fresh.Claim(ctx, request(hall, 99, 1))
		refused(t, err, "booking.busy")
	})
}

func TestACodeThatIsDrawnTwiceIsDrawnAgain(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 5)[0]
		receipts, err := f.AdmitWithCode(ctx, "ABCDEFGH", request(hall, 1, 1), request(hall, 2, 1))
		must(t, err)
		if receipts[0].Code == receipts[1].Code || receipts[0].Status != booking.Confirmed || receipts[1].Status != booking.Confirmed {
			t.Errorf("%+v", receipts)
		}
	})
}
