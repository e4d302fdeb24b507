package door_test

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/door"
	"openweek/internal/id"
)

func TestForgedExpiredAndEndedLinksAreRefused(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		ticket := g.book(g.am, 1, 1)
		l, lost := g.open(g.am, "东门"), g.open(g.am, "西门")
		g.begin()
		refuses := func(token, key string) {
			t.Helper()
			_, err := g.Doors.GetList(ctx, token)
			refused(t, err, key)
			_, err = g.Doors.FindGuests(ctx, token, "0000")
			refused(t, err, key)
			_, _, err = g.Doors.Face(ctx, token)
			refused(t, err, key)
			_, err = g.Doors.Hand(ctx, token, g.helper, []door.Event{scan(ticket.Code)})
			refused(t, err, key)
		}
		for _, token := range []string{"", "x", strings.Repeat("A", 70), l.Token[:len(l.Token)-2] + "AA", l.Token + "A", ticket.ManageToken, g.Doors.Token(id.New())} {
			refuses(token, "door.link_refused")
		}
		must(t, g.Doors.End(ctx, g.host, g.am, lost.ID))
		must(t, g.Doors.End(ctx, g.host, g.am, lost.ID))
		refuses(lost.Token, "door.link_ended")
		equal(t, "audited", []int64{count(t, g.DB, countAudit, "door.open"), count(t, g.DB, countAudit, "door.end")}, []int64{2, 1})

		// After the end a telephone still hands in what it saw before, and nothing that it saw later.
		g.Clock.Set(l.Expires.Time().Add(48 * time.Hour))
		e := scan(ticket.Code)
		e.Age = 50*time.Hour + 10*time.Minute
		g.is(l, scan(ticket.Code), door.Closed)
		g.is(l, e, door.In)
		list, err := g.Doors.GetList(ctx, l.Token)
		if err != nil || list.Phase != door.Late {
			t.Errorf("%s %v", list.Phase, err)
		}
		g.Clock.Set(l.Expires.Time().Add(7*24*time.Hour + time.Second))
		refuses(l.Token, "door.link_expired")
	})
}

func TestALinkFollowsItsSession(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		s := g.session(g.am)
		d := s.SessionDraft
		d.Starts, d.Ends = d.Starts.Add(72*time.Hour), d.Ends.Add(72*time.Hour)
		d.Closes = d.Starts
		_, err := g.Activities.ChangeSession(ctx, g.host, g.am, s.Version, d)
		must(t, err)
		g.Clock.Set(d.Starts.Time())
		list, err := g.Doors.GetList(ctx, l.Token)
		must(t, err)
		equal(t, "phase and expiry", []any{list.Phase, list.Link.Expires}, []any{door.Open, d.Ends.Add(2 * time.Hour)})
	})
}

func TestOnlyTheHostMakesLinksAndEntersPaper(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		_, err := g.Doors.Open(ctx, g.college.staff(actor.RoleHead), door.Opening{SessionID: g.am, Label: "西门"})
		must(t, err)
		for _, c := range []struct {
			who actor.Actor
			key string
		}{
			{g.college.staff(actor.RoleReviewer), "door.forbidden"}, {g.office.staff(actor.RoleHead), "door.forbidden"},
			{g.school.staff(actor.RoleHead), "activity.session_not_found"}, {actor.Actor{}, "activity.session_not_found"},
		} {
			who, key := c.who, c.key
			_, err := g.Doors.Open(ctx, who, door.Opening{SessionID: g.am, Label: "西门"})
			refused(t, err, key)
			refused(t, g.Doors.End(ctx, who, g.am, l.ID), key)
			_, _, err = g.Doors.GetLink(ctx, who, g.am, l.ID)
			refused(t, err, key)
			_, err = g.Doors.GetPaper(ctx, who, g.am, "")
			refused(t, err, key)
			_, err = g.Doors.EnterPaper(ctx, who, g.am, nil, 1)
			refused(t, err, key)
		}
		above, err := g.Doors.Get(ctx, g.office.staff(actor.RoleHead), g.am)
		if err != nil || above.Own || above.May || len(above.Links) != 0 {
			t.Errorf("%+v %v", above, err)
		}
		own, err := g.Doors.Get(ctx, g.host, g.am)
		if err != nil || !own.May || len(own.Links) != 2 || own.Links[0].Token != l.Token {
			t.Errorf("%+v %v", own.Links, err)
		}
		for _, label := range []string{"", " ", strings.Repeat("门", 31), "东\x01门"} {
			_, err := g.Doors.Open(ctx, g.host, door.Opening{SessionID: g.am, Label: label})
			refused(t, err, "door.label_malformed")
		}
		refused(t, g.Doors.End(ctx, g.host, g.pm, l.ID), "door.link_not_found")
		_, err = g.Doors.Open(ctx, g.host, door.Opening{SessionID: id.New(), Label: "东门"})
		refused(t, err, "activity.session_not_found")
		g.Clock.Set(day.End().Time())
		_, err = g.Doors.Open(ctx, g.host, door.Opening{SessionID: g.am, Label: "东门"})
		refused(t, err, "door.session_over")
	})
}

func TestAListRecognisesCodesAndNamesNobody(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		mine, second := g.book(g.am, 1, 3), g.book(g.am, 2, 1)
		g.book(g.pm, 3, 1)
		g.begin()
		g.is(l, scan(mine.Code), door.In)
		g.is(l, walk(g.am, 1), door.WalkedIn)
		list, err := g.Doors.GetList(ctx, l.Token)
		must(t, err)
		salt, err := hex.DecodeString(list.Salt)
		must(t, err)
		want := []door.Listed{
			{Hash: door.Hash(salt, mine.Code), Party: 3, Status: booking.Confirmed, Came: 3},
			{Hash: door.Hash(salt, second.Code), Party: 1, Status: booking.Confirmed},
		}
		slices.SortFunc(want, func(a, b door.Listed) int { return strings.Compare(a.Hash, b.Hash) })
		if !slices.Equal(list.Bookings, want) || len(want[0].Hash) != 8 {
			t.Errorf("%+v, want %+v", list.Bookings, want)
		}
		equal(t, "counts", list.Counts, door.Counts{Arrived: 4, Tickets: 1, WalkIns: 1, Expected: 4, Bookings: 2})
		text, err := json.Marshal(list)
		must(t, err)
		for _, told := range []string{mine.Code, second.Code, mine.BookingID, "张示例", "1380001"} {
			if strings.Contains(string(text), told) {
				t.Errorf("the list holds %s", told)
			}
		}
		other, err := g.Doors.GetList(ctx, g.open(g.am, "西门").Token)
		if err != nil || other.Bookings[0].Hash == list.Bookings[0].Hash {
			t.Errorf("two links have the same hashes: %v", err)
		}
	})
}

func TestWhoForgotTheTicketIsFoundMasked(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		mine := g.book(g.am, 1, 2)
		g.book(g.am, 2, 1)
		elsewhere := g.book(g.pm, 3, 1)
		g.begin()
		found, err := g.Doors.FindGuests(ctx, l.Token, " 010000 ")
		must(t, err)
		if len(found) != 1 || found[0] != (door.Guest{BookingID: mine.BookingID, SessionID: g.am, Name: "张*", Tail: "0000", Party: 2}) {
			t.Errorf("%+v", found)
		}
		if found, err := g.Doors.FindGuests(ctx, l.Token, "张"); err != nil || len(found) != 2 {
			t.Errorf("%+v %v", found, err)
		}
		for _, short := range []string{"", "1", "001"} {
			_, err := g.Doors.FindGuests(ctx, l.Token, short)
			refused(t, err, "door.find_short")
		}
		pick := door.Event{ID: id.New(), Kind: door.CheckIn, How: door.Picked, BookingID: mine.BookingID, People: 1}
		equal(t, "people", g.is(l, pick, door.In).People, 1)
		g.is(l, door.Event{ID: id.New(), Kind: door.CheckIn, How: door.Picked, BookingID: elsewhere.BookingID}, door.Unknown)
		if found, err = g.Doors.FindGuests(ctx, l.Token, "010000"); err != nil || found[0].Came != 1 {
			t.Errorf("%+v %v", found, err)
		}
	})
}

func TestAPaperListReconcilesWithTheDoor(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		scanned, ticked, both := g.book(g.am, 1, 2), g.book(g.am, 2, 3), g.book(g.am, 3, 1)
		foreign := g.book(g.pm, 4, 1)
		enter := func(walkIns int64, ticks ...door.Tick) (n int) {
			t.Helper()
			n, err := g.Doors.EnterPaper(ctx, g.host, g.am, ticks, walkIns)
			must(t, err)
			return n
		}
		_, err := g.Doors.EnterPaper(ctx, g.host, g.am, nil, 1)
		refused(t, err, "door.too_early")
		g.begin()
		g.is(l, scan(scanned.Code), door.In)
		ticks := []door.Tick{{scanned.BookingID, 1}, {ticked.BookingID, 2}, {both.BookingID, 1}, {foreign.BookingID, 1}, {id.New(), 1}}
		equal(t, "entered", enter(4, ticks...), 3) // what was scanned stays, and another session's is not here
		equal(t, "counts", g.counts(g.am), door.Counts{Arrived: 9, Tickets: 3, WalkIns: 4, Expected: 6, Bookings: 3})
		equal(t, "entered again", enter(4, ticks...), 0)
		equal(t, "left alone", enter(-1), 0)
		// A telephone that hands in later finds that the paper has it already.
		if got := g.is(l, scan(both.Code), door.Already); got.First.How != door.Paper {
			t.Errorf("%+v", got.First)
		}
		page, err := g.Doors.GetPaper(ctx, g.host, g.am, "")
		must(t, err)
		equal(t, "lines and walk-ins", []any{len(page.Lines), page.WalkIns, page.Next}, []any{3, 4, ""})
		for _, line := range page.Lines {
			if want := map[string]door.How{scanned.Code: door.Scanned, ticked.Code: door.Paper, both.Code: door.Paper}[line.Code]; line.How != want || line.Name != "张*" || len(line.Tail) != 4 {
				t.Errorf("%+v", line)
			}
		}
		equal(t, "corrected", enter(2, door.Tick{BookingID: ticked.BookingID}, door.Tick{BookingID: both.BookingID, People: 0}), 3)
		// The telephone has seen the one of which the paper was mistaken.
		equal(t, "counts", g.counts(g.am), door.Counts{Arrived: 5, Tickets: 2, WalkIns: 2, Expected: 6, Bookings: 3})
		_, err = g.Doors.EnterPaper(ctx, g.host, g.am, []door.Tick{{ticked.BookingID, 4}, {scanned.BookingID, 1}}, 0)
		refused(t, err, "door.paper_people")
		equal(t, "nothing of it", g.counts(g.am).WalkIns, 2)
		equal(t, "audited", count(t, g.DB, countAudit, "door.paper"), 2)
	})
}

func TestAResultShowsHowManyCheckedIn(t *testing.T) {
	in(t, func(t *testing.T, g *gate) {
		l := g.open(g.am, "东门")
		ticket := g.book(g.am, 1, 3)
		g.begin()
		result := func(sessionID string) activity.Result {
			t.Helper()
			r, err := g.Activities.Result(ctx, g.host, sessionID)
			must(t, err)
			return r
		}
		equal(t, "nobody counted", result(g.am).Counted, activity.NotCounted)
		g.is(l, scan(ticket.Code), door.In)
		g.is(l, scan(ticket.Code), door.Already)
		g.is(l, walk(g.am, 2), door.WalkedIn)
		r := result(g.am)
		equal(t, "counted", []int64{r.Counted, result(g.pm).Counted}, []int64{5, activity.NotCounted})
		_, err := g.Activities.Report(ctx, g.host, g.am, r.Version, activity.ResultDraft{Attendance: 8})
		must(t, err)
		version, _ := result(g.am).Latest()
		equal(t, "beside what was reported", []int64{version.Attendance, version.Counted}, []int64{8, 5})
	})
}
