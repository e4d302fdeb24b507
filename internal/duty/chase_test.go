package duty_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

// sent lists what ChaseDue told: the recipient's name and the message.
func (l *ledger) sent() (list []string) {
	l.t.Helper()
	n, err := l.ChaseDue(ctx)
	must(l.t, err)
	told := l.told()
	for _, m := range told {
		to := "a person"
		for name, unitID := range l.ids {
			if unitID == m.ToUnit {
				to = name
			}
		}
		list = append(list, strings.TrimPrefix(m.Key, "duty.chase_")+" "+to+" "+m.Args["count"])
	}
	slices.Sort(list)
	if n == 0 && len(told) > 0 {
		l.t.Errorf("0 sent, told %v", list)
	}
	return list
}

// 31 August 2020 was a Monday: five working days before is the 24th, the first after is 1 September.
func TestRemindersFollowTheStagesInWorkingDays(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		head, err := l.units.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: l.ids["长沙高职"], SignIn: "head", Name: "张示例", Phone: "13800010000", Email: "head@example.cn"})
		must(t, err)
		must(t, l.units.Grant(ctx, sys, head.ID, actor.RoleHead))
		l.file("株洲市教育局", "work_summary", day(7, 30, 9, 0))
		l.told()
		for _, c := range []struct {
			now  time.Time
			want string
		}{
			{day(8, 24, 8, 59), ""},
			{day(8, 24, 9, 0), "before 株洲高职 |before 长沙市教育局 |before 长沙高职 "},
			{day(8, 24, 9, 1), ""},
			{day(8, 28, 9, 0), "before 株洲高职 |before 长沙市教育局 |before 长沙高职 "},
			{day(8, 31, 9, 0), ""},
			{day(9, 1, 9, 0), "after 株洲高职 |after 长沙市教育局 |after 长沙高职 "},
			{day(9, 3, 9, 0), "head a person |head 株洲高职 |head 长沙市教育局 "}, // two of them have no head
			{day(9, 7, 9, 0), "upper 省教育厅 3"},
			{day(10, 30, 9, 0), ""},
		} {
			l.clock.Set(c.now)
			if got := strings.Join(l.sent(), "|"); got != c.want {
				t.Errorf("on %s sent %q, want %q", c.now.Format(time.DateTime), got, c.want)
			}
		}
		chases, err := l.Chases(ctx, l.editor("长沙高职"), l.duty("长沙高职", "work_summary").ID)
		must(t, err)
		var kinds []string
		for _, c := range chases {
			kinds = append(kinds, fmt.Sprint(c.Kind, c.Workdays, c.Who))
		}
		if got, want := strings.Join(kinds, " "), "escalation5upper escalation3head after1unit before-1unit before-5unit"; got != want {
			t.Errorf("evidence %s, want %s", got, want)
		}
		// The selection is an offer: reminded of before it is over, not afterwards.
		l.clock.Set(day(12, 18, 9, 0))
		if got, want := l.sent(), []string{"before 央媒站 ", "before 省报 "}; !slices.Equal(got, want) {
			t.Errorf("of the offer sent %q, want %q", got, want)
		}
		l.clock.Set(day(12, 30, 9, 0))
		if got := l.sent(); got != nil {
			t.Errorf("after the offer sent %q", got)
		}
	})
}

// A server that was away from before the first stage until after the last tells each recipient once.
func TestAStoppedServerMissesNothing(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		l.clock.Set(day(9, 20, 9, 0))
		want := []string{"after 株洲市教育局 ", "after 株洲高职 ", "after 长沙市教育局 ", "after 长沙高职 ", "head 株洲市教育局 ", "head 株洲高职 ", "head 长沙市教育局 ", "head 长沙高职 ", "upper 省教育厅 4"}
		if got := l.sent(); !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
		if got := l.sent(); got != nil {
			t.Errorf("sent again %q", got)
		}
		_, err := l.Give(ctx, l.head("省教育厅"), l.duty("长沙高职", "work_summary").ID, duty.Plea{Kind: duty.Extension, Until: "2020-09-25", Reason: "汛情"})
		must(t, err)
		l.told()
		if got, want := l.sent(), []string{"before 长沙高职 "}; !slices.Equal(got, want) {
			t.Errorf("for the new due time sent %q, want %q", got, want)
		}
	})
}

func TestStagesAreDataOfTheEdition(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		head := l.head("省教育厅")
		refused(t, l.SetStages(ctx, l.head("长沙市教育局"), l.e.ID, nil), "duty.own_forbidden")
		refused(t, l.SetStages(ctx, head, l.e.ID, []duty.Stage{{Workdays: 0, Who: duty.ToUnit}}), "duty.stage_unknown")
		refused(t, l.SetStages(ctx, head, l.e.ID, []duty.Stage{{Workdays: 1, Who: "everybody"}}), "duty.stage_unknown")
		must(t, l.SetStages(ctx, head, l.e.ID, []duty.Stage{{Workdays: -10, Who: duty.ToUnit}, {Workdays: 2, Who: duty.ToUpper}}))
		got, err := l.Stages(ctx, head, l.e.ID)
		must(t, err)
		if want := []duty.Stage{{-10, duty.ToUnit}, {2, duty.ToUpper}}; !slices.Equal(got, want) {
			t.Errorf("stages %v, want %v", got, want)
		}
		l.clock.Set(day(8, 17, 9, 0))
		if got := l.sent(); len(got) != 4 {
			t.Errorf("sent %v", got)
		}
		must(t, l.SetStages(ctx, head, l.e.ID, nil))
		l.clock.Set(day(9, 17, 9, 0))
		if got := l.sent(); got != nil {
			t.Errorf("without stages sent %v", got)
		}
	})
}

func TestManualChaseOfASelectionIsEvidence(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		office := l.staff("省教育厅", actor.RoleReviewer)
		open, filed := l.duty("长沙高职", "work_summary"), l.file("株洲高职", "work_summary", day(7, 30, 9, 0))
		done, err := l.Chase(ctx, office, []string{open.ID, filed.ID, open.ID}, "请于本周五前报送")
		must(t, err)
		if done != (duty.Chasing{Sent: 1, Skipped: 1}) {
			t.Errorf("chased %+v", done)
		}
		told := l.told()
		if len(told) != 1 || told[0].ToUnit != open.Unit.ID || told[0].Key != "duty.chase_manual" {
			t.Fatalf("told %+v", told)
		}
		words, err := l.Words(ctx, l.db, told[0].Args)
		must(t, err)
		if words["words"] != "请于本周五前报送" || words["sender"] != "省教育厅" || words["what"] != open.Obligation.What {
			t.Errorf("in words %v", words)
		}
		if done, err = l.Chase(ctx, office, []string{open.ID}, "请于本周五前报送"); err != nil || done != (duty.Chasing{Skipped: 1}) {
			t.Errorf("the same words on the same day: %+v, %v", done, err)
		}
		list, err := l.Chases(ctx, l.editor("长沙高职"), open.ID)
		must(t, err)
		if len(list) != 1 || list[0].Kind != duty.Manual || list[0].SentBy != office.PersonID || l.duty("长沙高职", "work_summary").Chases != 1 {
			t.Errorf("evidence %+v", list)
		}
		_, err = l.Chase(ctx, l.head("长沙市教育局"), []string{open.ID}, "")
		refused(t, err, "duty.forbidden")
		_, err = l.Chase(ctx, l.head("株洲市教育局"), []string{open.ID}, "")
		refused(t, err, "duty.not_found")
		_, err = l.Chase(ctx, office, make([]string, 0), strings.Repeat("催", 501))
		refused(t, err, "duty.text_long")
		many := make([]string, 501)
		for i := range many {
			many[i] = id.New()
		}
		_, err = l.Chase(ctx, office, many, "")
		refused(t, err, "duty.chase_many")
	})
}

// Two processes chase at once, several times each, and every unit is told once. The control tells
// without claiming, as "look, then send" would, and must tell somebody twice.
func TestTwoProcessesChaseEveryUnitOnce(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			o := sqldbtest.New(t, engine)
			db := sqldbtest.Open(t, o, duty.Verify)
			p := newProvince(t, db, 60, 4)
			dbs := []*sqldb.DB{db, db}
			if engine == sqldb.Postgres {
				dbs[1] = sqldbtest.Open(t, o)
			}
			p.clock.Set(day(7, 20, 9, 0))
			ring := ringOf(t)
			var services []*duty.Service
			for _, db := range dbs {
				log := audit.New(db, ring, p.clock)
				services = append(services, duty.NewService(db, p.clock, log, calendar.NewStore(p.clock), message.NewService(db, p.clock, log, nil, nil, message.Options{})))
			}
			// What waits now: the dated duties that nobody has filed, one message to the unit and one to its head.
			waiting := len(listTexts(t, db, listWaiting))
			control := 0
			var looked, wg sync.WaitGroup
			var mu sync.Mutex
			looked.Add(len(dbs))
			for _, db := range dbs {
				wg.Go(func() {
					ids := listTexts(t, db, lookForUnchased, int64(clock.Day("2020-07-02").End()))
					looked.Done()
					looked.Wait()
					mu.Lock()
					defer mu.Unlock()
					control += len(ids)
				})
			}
			wg.Wait()
			once := len(listTexts(t, db, lookForUnchased, int64(clock.Day("2020-07-02").End())))
			if control <= once || once == 0 {
				t.Fatalf("the control has told %d of %d units, none twice", control, once)
			}
			var sent [2]int
			for i, s := range services {
				wg.Go(func() {
					for range 3 {
						n, err := s.ChaseDue(ctx)
						if err != nil {
							t.Error(err)
						}
						sent[i] += n
					}
				})
			}
			wg.Wait()
			// Messages are told once by their own key; the evidence must be one, too.
			twice := listTexts(t, db, listChasedTwice)
			if len(twice) > 0 || sent[0]+sent[1] != 3*waiting || waiting == 0 {
				t.Errorf("chased twice %d, sent %v, waiting %d", len(twice), sent, waiting)
			}
			if untold := listTexts(t, db, listUntoldChases); len(untold) > 0 {
				t.Errorf("%d reminders have no message", len(untold))
			}
			t.Logf("%d duties, sent by the two %v", waiting, sent)
		})
	}
}

// A reminder that nobody has read is taken back when its matter is over; the evidence stays, and so
// does what was read. The upper unit's is about other units as well.
func TestRemindersEndWithWhatTheyRemindOf(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		l.clock.Set(day(9, 7, 9, 0)) // the unit is reminded, its head, the upper unit
		l.sent()
		reader := l.editor("株洲高职")
		_, err := message.NewService(l.db, l.clock, audit.New(l.db, ringOf(t), l.clock), nil, nil, message.Options{}).MarkAllRead(ctx, reader)
		must(t, err)
		names := func() (list []string) {
			for _, one := range listTexts(t, l.db, listTakenBack) {
				for name, unitID := range l.ids {
					one = strings.Replace(one, unitID, name, 1)
				}
				list = append(list, strings.TrimPrefix(one, "duty.chase_"))
			}
			slices.Sort(list)
			return list
		}
		l.file("长沙高职", "work_summary", day(9, 7, 10, 0))
		l.file("株洲高职", "work_summary", day(9, 7, 10, 0)) // has read it
		want := []string{"after 长沙高职", "head 长沙高职"}
		if got := names(); !slices.Equal(got, want) {
			t.Errorf("after filing %q are taken back, want %q", got, want)
		}
		_, err = l.Give(ctx, l.head("省教育厅"), l.duty("长沙市教育局", "work_summary").ID, duty.Plea{Kind: duty.Extension, Until: "2020-09-20", Reason: "汛情"})
		must(t, err)
		_, err = l.Give(ctx, l.head("省教育厅"), l.duty("株洲市教育局", "work_summary").ID, duty.Plea{Kind: duty.Exemption, Reason: "汛情"})
		must(t, err)
		want = []string{"after 株洲市教育局", "after 长沙市教育局", "after 长沙高职", "head 株洲市教育局", "head 长沙市教育局", "head 长沙高职"}
		if got := names(); !slices.Equal(got, want) {
			t.Errorf("after leave %q are taken back, want %q", got, want)
		}
		if list, err := l.Chases(ctx, reader, l.duty("株洲高职", "work_summary").ID); err != nil || len(list) != 3 {
			t.Errorf("evidence %+v, %v", list, err)
		}
	})
}

// Who is reminded sees on whose behalf: of the unit that waits first.
func TestAReminderSaysWhoWaits(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		_, _, err := l.AddObligation(ctx, l.head("长沙市教育局"), l.e.ID, duty.Own{What: "报送照片", Due: "2020-08-31", Chain: duty.ChainTiers,
			Scopes: actor.Scopes{{Units: []string{l.ids["芙蓉区教育局"], l.ids["芙蓉中学"]}}}})
		must(t, err)
		_, err = l.TellDispatches(ctx)
		must(t, err)
		from := map[string]string{}
		of := func(list []message.Message) {
			for _, m := range list {
				to, sender := "", "the product"
				for name, unitID := range l.ids {
					if unitID == m.ToUnit {
						to = name
					}
					if unitID == m.FromUnit {
						sender = name
					}
				}
				from[m.Key+" "+to] = sender
			}
		}
		of(l.told())
		l.clock.Set(day(8, 24, 9, 0))
		_, err = l.ChaseDue(ctx)
		must(t, err)
		l.clock.Set(day(9, 7, 9, 0))
		_, err = l.ChaseDue(ctx)
		must(t, err)
		of(l.told())
		for key, want := range map[string]string{
			"dispatch.told 长沙市教育局":     "省教育厅",
			"dispatch.told 长沙市总工会":     "省总工会",
			"duty.chase_before 长沙高职":   "省教育厅",
			"duty.chase_before 芙蓉区教育局": "长沙市教育局",
			"duty.chase_before 芙蓉中学":   "芙蓉区教育局",
			"duty.chase_head 长沙市教育局":   "省教育厅",
			"duty.chase_upper 省教育厅":    "the product",
			"duty.chase_upper 长沙市教育局":  "省教育厅",
		} {
			if from[key] != want {
				t.Errorf("%s is from %q, want %q", key, from[key], want)
			}
		}
	})
}
