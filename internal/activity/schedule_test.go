package activity_test

import (
	"slices"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// keys gives the problems of a form as "field key".
func keys(err error) (list []string) {
	for _, p := range errs.As(err).Problems {
		list = append(list, p.Field+" "+p.Key)
	}
	return list
}

func TestSessionsThatCannotBeAreRefusedEachOnItsField(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		act := d.begin(host, sound(d))
		good := run(day(7, 20), "09:00", 60, 10)
		with := func(change func(*activity.SessionDraft)) activity.SessionDraft { s := good; change(&s); return s }
		_, err := d.AddSessions(ctx, host, act.ID, act.Version, []activity.SessionDraft{
			good,
			with(func(s *activity.SessionDraft) { s.Ends = s.Starts }),
			with(func(s *activity.SessionDraft) { s.Ends = s.Starts - 1 }),
			with(func(s *activity.SessionDraft) { s.Starts = 0 }),
			with(func(s *activity.SessionDraft) { s.Starts, s.Ends = 1<<62, 1<<62+1 }),
			with(func(s *activity.SessionDraft) { s.Ends = s.Starts.Add(40 * 24 * time.Hour) }),
			run("2062-07-20", "09:00", 60, 10),
			with(func(s *activity.SessionDraft) { s.Closes = s.Starts + 1 }),
			with(func(s *activity.SessionDraft) { s.Opens = s.Starts }),
			with(func(s *activity.SessionDraft) { s.Capacity = 0 }),
			with(func(s *activity.SessionDraft) { s.Capacity = -5 }),
			with(func(s *activity.SessionDraft) { s.PartyMax = 51 }),
			with(func(s *activity.SessionDraft) { s.GroupMin, s.GroupMax = 30, 20 }),
			with(func(s *activity.SessionDraft) { s.GroupUnit = "x" }),
		})
		same(t, "problems", keys(err),
			"sessions.1.ends activity.session_backwards", "sessions.2.ends activity.session_backwards",
			"sessions.3.starts activity.session_undated", "sessions.4.starts activity.session_undated", "sessions.5.ends activity.session_long",
			"sessions.6.starts activity.session_far", "sessions.7.closes activity.session_closes_late", "sessions.8.opens activity.session_window",
			"sessions.9.capacity activity.session_capacity", "sessions.10.capacity activity.session_capacity",
			"sessions.11.party_max activity.session_party", "sessions.12.group_max activity.session_group", "sessions.13.group_unit activity.choice_unknown")
		if n := len(d.got(host, act.ID).Sessions); n != 0 {
			t.Errorf("%d were written", n)
		}
	})
}

func TestTenThousandSessionsAreRefusedAndTwoHundredAreNot(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		act := d.begin(host, sound(d))
		_, err := d.AddSessions(ctx, host, act.ID, act.Version, make([]activity.SessionDraft, 10_000))
		refused(t, err, "activity.sessions_many")
		if args := errs.As(err).Problems; len(args) > 0 && args[0].Args["count"] != 10_000 {
			t.Errorf("%v", args[0].Args)
		}
		many := slices.Repeat([]activity.SessionDraft{run(day(7, 20), "09:00", 60, 10)}, activity.MaxSessions)
		act = d.addSessions(host, act, many...)
		_, err = d.AddSessions(ctx, host, act.ID, act.Version, many[:1])
		refused(t, err, "activity.sessions_many")
		if len(d.got(host, act.ID).Sessions) != activity.MaxSessions {
			t.Error("they are not all there")
		}
	})
}

func TestSeriesIsDaysByTimes(t *testing.T) {
	t.Parallel()
	s := activity.Series{Days: activity.DaysFrom("2020-07-20", "2020-07-26"), Times: []string{"14:00", "09:00", "09:00"}, Minutes: 90,
		OpensDaysBefore: 7, ClosesMinutesBefore: 30, Each: activity.SessionDraft{Bookable: true, Capacity: 40, GroupMin: 10, GroupMax: 40}}
	list, err := s.Sessions()
	must(t, err)
	first, last := run("2020-07-20", "09:00", 90, 40), run("2020-07-26", "14:00", 90, 40)
	if len(list) != 14 || list[0].Starts != first.Starts || list[0].Ends != first.Ends || list[13].Starts != last.Starts ||
		list[0].Opens != clock.Day("2020-07-13").Start() || list[0].Closes != first.Starts.Add(-30*time.Minute) || list[5].GroupMax != 40 {
		t.Errorf("%d sessions: %+v", len(list), list[0])
	}
	for name, c := range map[string]struct {
		change func(*activity.Series)
		want   string
	}{
		"no day":        {func(s *activity.Series) { s.Days = nil }, "days activity.series_empty"},
		"no time":       {func(s *activity.Series) { s.Times = nil }, "times activity.series_empty"},
		"too many":      {func(s *activity.Series) { s.Days = activity.DaysFrom("2020-01-01", "2020-12-31") }, "days activity.sessions_many"},
		"no length":     {func(s *activity.Series) { s.Minutes = 0 }, "minutes activity.series_minutes"},
		"an odd time":   {func(s *activity.Series) { s.Times = []string{"25:00"} }, "times activity.time_unreadable"},
		"an odd day":    {func(s *activity.Series) { s.Days = []clock.Day{"2020-02-30"} }, "days activity.day_unreadable"},
		"a day without": {func(s *activity.Series) { s.Days = []clock.Day{""} }, "days activity.day_unreadable"},
	} {
		broken := s
		c.change(&broken)
		_, err := broken.Sessions()
		same(t, name, keys(err), c.want)
	}
}

func TestSessionsOfAPublishedActivityChangeAtOnceAndFollowersHear(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.published("芙蓉中学")
		one := act.Sessions[0]
		must(t, d.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := d.TakeSeatsTx(ctx, tx, []activity.Claim{{SessionID: one.ID, Take: 20, Block: 5}})
			return err
		}))
		moved := one.SessionDraft
		moved.Starts, moved.Ends, moved.Closes = run(day(7, 21), "10:00", 90, 1).Starts, run(day(7, 21), "10:00", 90, 1).Ends, 0
		after, err := d.ChangeSession(ctx, host, one.ID, one.Version, moved)
		must(t, err)
		_, err = d.ChangeSession(ctx, host, one.ID, one.Version, moved)
		refused(t, err, "activity.changed_meanwhile")
		fewer := after.SessionDraft
		fewer.Capacity = 24
		_, err = d.ChangeSession(ctx, host, one.ID, after.Version, fewer)
		refused(t, err, "activity.seats_below_taken")
		fewer = activity.SessionDraft{Starts: after.Starts, Ends: after.Ends} // free entry, though seats are taken
		_, err = d.ChangeSession(ctx, host, one.ID, after.Version, fewer)
		refused(t, err, "activity.seats_below_taken")
		_, err = d.SetSeats(ctx, host, one.ID, 24)
		refused(t, err, "activity.seats_below_taken")
		if got := errs.As(err).Args["taken"]; got != int64(25) {
			t.Errorf("taken: %v", got)
		}
		seat, err := d.SetSeats(ctx, host, one.ID, 25)
		must(t, err)
		if seat.Left() != 0 {
			t.Errorf("%+v", seat)
		}
		_, err = d.SetSeats(ctx, host, one.ID, 30)
		must(t, err)
		_, err = d.BlockSeats(ctx, host, one.ID, 6)
		refused(t, err, "activity.seats_short")
		_, err = d.BlockSeats(ctx, host, one.ID, -6)
		refused(t, err, "activity.seats_blocked")
		_, err = d.BlockSeats(ctx, host, one.ID, -2)
		must(t, err)
		refused(t, d.RemoveSession(ctx, host, one.ID, after.Version), "activity.state_published")
		_, err = d.CancelSession(ctx, host, one.ID, after.Version, "停电")
		must(t, err)
		_, err = d.CancelSession(ctx, host, one.ID, after.Version+1, "停电")
		refused(t, err, "activity.session_cancelled")
		same(t, "notes", d.notes(), "moved 07-20 09:00 to 07-21 10:00", "freed 5 of 07-21 10:00", "freed 2 of 07-21 10:00", "cancelled 07-21 10:00: 停电")
	})
}

func TestSessionThatHasBegunIsNotMoved(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.published("芙蓉中学")
		one := act.Sessions[0]
		d.clock.Set(time.Date(2020, 7, 20, 9, 30, 0, 0, clock.Shanghai))
		_, err := d.ChangeSession(ctx, host, one.ID, one.Version, run(day(7, 22), "09:00", 60, 40))
		refused(t, err, "activity.session_past")
		_, err = d.AddSessions(ctx, host, act.ID, act.Version, []activity.SessionDraft{run(day(7, 19), "09:00", 60, 40)})
		refused(t, err, "activity.session_past")
		d.clock.Set(time.Date(2020, 7, 20, 12, 0, 0, 0, clock.Shanghai))
		_, err = d.CancelSession(ctx, host, one.ID, one.Version, "停电")
		refused(t, err, "activity.session_past")
	})
}

func TestSessionsAreTheHostsOnly(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act := d.published("芙蓉中学")
		one := act.Sessions[0]
		for name, c := range map[string]struct {
			unit string
			want string
		}{"another school": {"芙蓉中职", "activity.session_not_found"}, "the county": {"芙蓉区教育局", "activity.session_not_found"}} {
			_, err := d.SetSeats(ctx, d.editor(c.unit), one.ID, 100)
			if !errs.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := d.SetSeats(ctx, d.reviewer("芙蓉中学"), one.ID, 100)
		refused(t, err, "activity.forbidden")
		_, err = d.SetSeats(ctx, d.editor("芙蓉中学"), "nothing", 100)
		refused(t, err, "activity.session_not_found")
	})
}

func TestRedatingTheWeekMovesItsSessions(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		public := d.published("芙蓉中学")
		public = d.addSessions(host, public, run(day(7, 15), "09:00", 60, 10)) // before the week: stays
		inReview := d.submit(host, d.ready("芙蓉中学"))
		head := d.head("省教育厅")
		n, err := d.editions.UploadNotice(ctx, head, edition.Upload{FileName: "调整.txt", Data: []byte(amendingText), Territory: "430000", Kind: edition.Amending})
		must(t, err)
		move := edition.Redating{NoticeID: n.ID, Reason: "疫情防控", NewStart: "2020-08-03", NewEnd: "2020-08-09"}
		p, err := d.editions.PreviewRedate(ctx, head, d.e.ID, move)
		must(t, err)
		if last := len(p.Consequences) - 1; last < 0 || p.Consequences[last].Key != "activity.redate_moved" || p.Consequences[last].Count != 2 {
			t.Errorf("%+v", p.Consequences)
		}
		_, err = d.editions.Redate(ctx, head, d.e.ID, d.e.Version, move)
		must(t, err)
		public, inReview = d.got(host, public.ID), d.got(host, inReview.ID)
		same(t, "days", []clock.Day{public.Sessions[0].Day(), public.Sessions[1].Day(), inReview.Sessions[0].Day()}, "2020-07-15", "2020-08-03", "2020-08-03")
		if public.Sessions[1].Closes != public.Sessions[1].Starts || inReview.Draft.State != activity.DraftEditing || inReview.Versions[0].Outcome != activity.Withdrawn {
			t.Errorf("%+v %s", public.Sessions[1], inReview.Draft.State)
		}
		same(t, "notes", d.notes(), "moved 07-20 09:00 to 08-03 09:00")
		if list := listTexts(t, d.db, listMessages); !slices.Contains(list, "activity.told_redated") {
			t.Errorf("told: %v", list)
		}
	})
}
