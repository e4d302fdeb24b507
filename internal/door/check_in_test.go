package door_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

func TestATicketComesInOnceAndTheSecondDoorHearsWhoWhereAndWhen(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		ticket := g.book(g.am, 1, 3)
		east, west := g.open(g.am, "东门"), g.open(g.am, "西门")
		g.begin()
		came := g.Clock.Now()
		got := g.is(east, scan(strings.ToLower(ticket.Code[:4])+"-"+ticket.Code[4:]), door.In)
		equal(t, "people", []int64{got.People, got.Party}, []int64{3, 3})
		g.Clock.Advance(5 * time.Minute)
		got = g.hand(west, g.secondHand, scan("https://example.cn/c/"+ticket.Code))
		if got.Result != door.Already || got.First == nil || *got.First != (door.Seen{At: came, Door: "东门", Helper: "小王", How: door.Scanned}) {
			t.Errorf("%+v %+v", got, got.First)
		}
		if c := g.counts(g.am); c != (door.Counts{Arrived: 3, Tickets: 1, Twice: 1, Expected: 3, Bookings: 1}) {
			t.Errorf("%+v", c)
		}
		d, err := g.Doors.Get(ctx, g.host, g.am)
		must(t, err)
		want := door.Twice{Code: ticket.Code, First: door.Seen{At: came, Door: "东门", Helper: "小王", How: door.Scanned},
			Second: door.Seen{At: g.Clock.Now(), Door: "西门", Helper: "小李", How: door.Scanned}}
		if len(d.Twice) != 1 || d.Twice[0] != want {
			t.Errorf("%+v", d.Twice)
		}
	})
}

// race lets a ticket come to many doors at once, from two processes' worth of connections.
func race(t *testing.T, g *gate, code string) (first, again int) {
	t.Helper()
	const doors = 8
	links := [2]door.Link{g.open(g.am, "东门"), g.open(g.am, "西门")}
	g.begin()
	answers := make([]door.Answer, doors)
	var start, all sync.WaitGroup
	start.Add(1)
	for i := range doors {
		all.Go(func() {
			start.Wait()
			list, err := g.Doors.Hand(ctx, links[i%2].Token, door.Device{ID: id.New()}, []door.Event{scan(code)})
			if err != nil {
				t.Error(err)
				return
			}
			answers[i] = list[0]
		})
	}
	start.Done()
	all.Wait()
	for _, a := range answers {
		switch a.Result {
		case door.In:
			first++
		case door.Already:
			again++
		}
	}
	return first, again
}

func TestATicketAtManyDoorsAtOnceIsFirstAtOne(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		ticket := g.book(g.am, 1, 2)
		first, again := race(t, g, ticket.Code)
		equal(t, "first and again", []int{first, again}, []int{1, 7})
		equal(t, "stored", []int64{count(t, g.DB, countFirst, ticket.BookingID), count(t, g.DB, countRows, ticket.BookingID)}, []int64{1, 8})
		equal(t, "people", g.counts(g.am).Arrived, 2)
	})
}

// Without the index the same race lets a ticket in more than once.
func TestControlWithoutTheIndexLetsATicketInTwice(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		ticket := g.book(g.am, 1, 2)
		exec(t, g.DB, dropFirst)
		if first, _ := race(t, g, ticket.Code); first < 2 {
			t.Errorf("%d doors let it in: the race is none", first)
		}
	})
}

func TestWhatIsHandedInAgainCountsOnce(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		ticket, second := g.book(g.am, 1, 2), g.book(g.am, 2, 1)
		l := g.open(g.am, "东门")
		g.begin()
		events := []door.Event{scan(ticket.Code), scan(ticket.Code), walk(g.am, 1), scan(second.Code)}
		events = append(events, undo(events[3]))
		want := []door.Result{door.In, door.Already, door.WalkedIn, door.In, door.Undone}
		for range 3 {
			list, err := g.Doors.Hand(ctx, l.Token, g.helper, events)
			must(t, err)
			for i, a := range list {
				if a.Result != want[i] {
					t.Errorf("%d: %+v, want %s", i, a, want[i])
				}
			}
			want[3] = door.Undone // it stands as undone from then on
			if c := g.counts(g.am); c != (door.Counts{Arrived: 3, Tickets: 1, WalkIns: 1, Twice: 1, Expected: 3, Bookings: 2}) {
				t.Errorf("%+v", c)
			}
			equal(t, "seats left", g.left(g.am), 2)
			g.Clock.Advance(time.Minute)
		}
		events[0].Code = second.Code
		g.is(l, events[0], door.Unknown)
	})
}

func TestAWrongPhoneClockDoesNoHarm(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		var codes []string
		for n := range 4 {
			codes = append(codes, g.book(g.am, n, 1).Code)
		}
		g.begin()
		now := g.Clock.Now()
		for n, off := range []time.Duration{-time.Hour, 0, time.Hour} {
			e := scan(codes[n])
			e.DeviceAt, e.Age = now.Add(off-3*time.Minute), 3*time.Minute
			g.is(l, e, door.In)
			equal(t, "came", clock.Instant(count(t, g.DB, cameAt, e.ID)), now.Add(-3*time.Minute))
			equal(t, "by the phone", clock.Instant(count(t, g.DB, deviceAt, e.ID)), now.Add(off-3*time.Minute))
		}
		// A telephone that counts wrongly, too: before its link was made it cannot have seen anybody, and
		// that was not the session's day.
		e := scan(codes[3])
		e.Age = 30 * 24 * time.Hour
		g.is(l, e, door.OtherDay)
		late := g.open(g.am, "西门")
		g.is(late, e, door.In)
		equal(t, "came", clock.Instant(count(t, g.DB, cameAt, e.ID)), late.MadeAt)
	})
}

func TestEachRefusalSaysWhy(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		mine := g.book(g.am, 1, 1)
		gone := g.book(g.am, 2, 1)
		_, err := g.Bookings.Cancel(ctx, gone.Code, gone.ManageToken)
		must(t, err)
		afternoon, tomorrow := g.book(g.pm, 3, 1), g.book(g.other, 4, 1)
		held := g.claim(booking.Request{SessionID: g.am, Party: 1, Hold: true, Source: booking.FromHost})
		g.book(g.am, 5, 4)
		waits := g.book(g.am, 6, 2)
		g.is(l, scan(mine.Code), door.OtherDay) // it is the evening before
		g.begin()
		for _, c := range []struct {
			code string
			want door.Result
		}{
			{"22222222", door.Unknown}, {"", door.Unknown}, {"nonsense", door.Unknown}, {"' OR 1=1 --", door.Unknown}, {strings.Repeat("9", 400), door.Unknown},
			{gone.Code, door.Cancelled}, {held.Code, door.Pending}, {waits.Code, door.Waiting}, {afternoon.Code, door.OtherSession}, {tomorrow.Code, door.OtherDay},
		} {
			if got := g.is(l, scan(c.code), c.want); c.want == door.OtherDay && (got.Title != g.title || got.Starts.Day() != day.AddDays(1)) {
				t.Errorf("%+v", got)
			}
		}
		e := scan(mine.Code)
		e.People = 2
		g.is(l, e, door.TooMany)
		equal(t, "arrived", g.counts(g.am).Arrived, 0)

		// A place takes the tickets of all sessions of its day.
		place, err := g.Doors.Open(ctx, g.host, door.Opening{SessionID: g.am, Place: true, Label: "大门"})
		must(t, err)
		g.is(place, scan(afternoon.Code), door.In)
		g.is(place, scan(tomorrow.Code), door.OtherDay)
		_, err = g.Activities.CancelSession(ctx, g.host, g.pm, g.session(g.pm).Version, "停电")
		must(t, err)
		g.is(place, scan(afternoon.Code), door.SessionOff)
		g.is(place, walk(g.pm, 1), door.SessionOff)
		g.Clock.Set(day.Start().Time().Add(13 * time.Hour)) // two hours and a half after the first
		g.is(place, scan(mine.Code), door.Closed)
	})
}

func TestFewerComeThanWereBookedAndMistakesAreTakenBack(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		ticket := g.book(g.am, 1, 4)
		g.begin()
		e := scan(ticket.Code)
		e.People = 2
		equal(t, "people", g.is(l, e, door.In).People, 2)
		change := door.Event{ID: id.New(), Kind: door.Change, Of: e.ID, People: 3}
		g.is(l, change, door.Changed)
		g.is(l, change, door.Changed)
		change.People = 5
		g.is(l, change, door.TooMany)
		equal(t, "arrived", g.counts(g.am).Arrived, 3)
		west := g.open(g.am, "西门")
		again := scan(ticket.Code)
		g.is(west, again, door.Already)
		g.is(west, undo(e), door.NoSuch) // another door's
		g.is(l, undo(e), door.Undone)
		// The ticket that came again is the one that came.
		equal(t, "arrived", g.counts(g.am), door.Counts{Arrived: 4, Tickets: 1, Expected: 4, Bookings: 1})
		g.Clock.Advance(11 * time.Minute)
		g.is(west, undo(again), door.TooLate)
		late := undo(again)
		late.Age = 5 * time.Minute // it was in time, and the telephone had no network
		g.is(west, late, door.Undone)
		equal(t, "arrived", g.counts(g.am).Arrived, 0)
		g.is(l, scan(ticket.Code), door.In)
		g.is(l, undo(door.Event{ID: id.New()}), door.NoSuch)
	})
}

func TestWalkInsTakeSeatsWhileThereAreAny(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		g.book(g.am, 1, 4)
		g.begin()
		family := walk(g.am, 2)
		if got := g.is(l, family, door.WalkedIn); !got.Seated || got.Over {
			t.Errorf("%+v", got)
		}
		equal(t, "left", g.left(g.am), 0)
		more := walk(g.am, 3)
		if got := g.is(l, more, door.WalkedIn); got.Seated || !got.Over {
			t.Errorf("%+v", got)
		}
		equal(t, "counts", g.counts(g.am), door.Counts{Arrived: 5, WalkIns: 5, Expected: 4, Bookings: 1})
		g.is(l, undo(family), door.Undone)
		equal(t, "left", g.left(g.am), 2)
		equal(t, "given back", count(t, g.DB, bookingState, g.am, "cancelled"), 1)
		g.is(l, undo(more), door.Undone)
		equal(t, "counts", g.counts(g.am), door.Counts{Expected: 4, Bookings: 1})
		if got := g.hand(l, g.helper, walk(g.pm, 1)); got.Result != door.NoSuch {
			t.Errorf("at another session: %+v", got)
		}
		g.is(l, door.Event{ID: id.New(), Kind: door.Change, Of: more.ID, People: 1}, door.Undone)
	})
}

func TestWhatNoPageSendsIsRefusedBeforeAnythingIsTaken(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		ticket := g.book(g.am, 1, 1)
		g.begin()
		for name, bad := range map[string]door.Event{
			"no id": {Kind: door.CheckIn, How: door.Scanned}, "no kind": {ID: id.New()}, "no way": {ID: id.New(), Kind: door.CheckIn, Code: ticket.Code},
			"paper": {ID: id.New(), Kind: door.CheckIn, How: door.Paper}, "fewer than none": {ID: id.New(), Kind: door.CheckIn, How: door.Typed, People: -1},
			"a stadium": {ID: id.New(), Kind: door.CheckIn, How: door.Typed, People: 1e9}, "the future": {ID: id.New(), Kind: door.CheckIn, How: door.Typed, Age: -time.Second},
			"long ago": {ID: id.New(), Kind: door.CheckIn, How: door.Typed, Age: 1 << 62}, "picked nobody": {ID: id.New(), Kind: door.CheckIn, How: door.Picked},
			"nobody walked in": {ID: id.New(), Kind: door.Walk, SessionID: g.am}, "undo of nothing": {ID: id.New(), Kind: door.Undo},
			"a clock of its own": {ID: id.New(), Kind: door.CheckIn, How: door.Typed, DeviceAt: -1},
		} {
			if _, err := g.Doors.Hand(ctx, l.Token, g.helper, []door.Event{scan(ticket.Code), bad}); err == nil {
				t.Errorf("%s is taken", name)
			} else {
				refused(t, err, "door.event_malformed")
			}
		}
		_, err := g.Doors.Hand(ctx, l.Token, door.Device{ID: "x"}, nil)
		refused(t, err, "door.device_malformed")
		_, err = g.Doors.Hand(ctx, l.Token, door.Device{ID: id.New(), Helper: strings.Repeat("王", 21)}, nil)
		refused(t, err, "door.helper_malformed")
		_, err = g.Doors.Hand(ctx, l.Token, g.helper, make([]door.Event, door.MaxEvents+1))
		refused(t, err, "door.events_many")
		equal(t, "arrived", g.counts(g.am).Arrived, 0)
	})
}

func TestVerifyFindsWhatSomebodyTamperedWith(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		ticket := g.book(g.am, 1, 1)
		g.book(g.am, 2, 5)
		g.begin()
		g.is(l, scan(ticket.Code), door.In)
		g.is(l, scan(ticket.Code), door.Already)
		if got := g.is(l, walk(g.am, 1), door.WalkedIn); got.Seated {
			t.Error("it took a seat that is not there")
		}
		g.Clock.Advance(time.Minute)
		must(t, g.Doors.Verify(ctx, g.DB))
		undone := errors.New("undone")
		for _, query := range tampering {
			err := g.DB.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(ctx, query); err != nil {
					return err
				}
				if g.Doors.Verify(ctx, tx) == nil {
					t.Errorf("nothing is found of %s", query)
				}
				return undone
			})
			if !errors.Is(err, undone) {
				t.Errorf("%s: %v", query, err)
			}
		}
	})
}
