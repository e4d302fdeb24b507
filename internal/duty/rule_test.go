package duty_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/sqldb"
)

// "8月31日前" includes that day until 24:00 Asia/Shanghai, to the second.
func TestLatenessFollowsFromDueTimeExtensionAndFiling(t *testing.T) {
	t.Parallel()
	due := clock.Day("2020-08-31").End()
	extended := clock.Day("2020-09-10").End()
	last, first := due.Add(-time.Second), due
	for name, c := range map[string]struct {
		cell         duty.Cell
		now          clock.Instant
		late, onTime bool
	}{
		"open in the last second":             {duty.Cell{State: duty.StateOpen, Due: due}, last, false, false},
		"open at midnight":                    {duty.Cell{State: duty.StateOpen, Due: due}, first, true, false},
		"open and extended":                   {duty.Cell{State: duty.StateOpen, Due: due, Extended: extended}, first, false, false},
		"open after the extension":            {duty.Cell{State: duty.StateOpen, Due: due, Extended: extended}, extended, true, false},
		"an extension before the due time":    {duty.Cell{State: duty.StateOpen, Due: extended, Extended: due}, due, false, false},
		"undated":                             {duty.Cell{State: duty.StateOpen}, extended, false, false},
		"filed in the last second":            {duty.Cell{State: duty.StateFiled, Due: due, Filed: last}, extended, false, false},
		"filed at midnight":                   {duty.Cell{State: duty.StateFiled, Due: due, Filed: first}, first, true, false},
		"accepted, filed in the last second":  {duty.Cell{State: duty.StateAccepted, Due: due, Filed: last}, extended, false, true},
		"accepted, filed at midnight":         {duty.Cell{State: duty.StateAccepted, Due: due, Filed: first}, extended, true, false},
		"accepted, filed within an extension": {duty.Cell{State: duty.StateAccepted, Due: due, Extended: extended, Filed: first}, extended, false, true},
		"returned, first filed in time":       {duty.Cell{State: duty.StateReturned, Due: due, Filed: last}, extended, false, false},
		"nil in time":                         {duty.Cell{State: duty.StateNil, Due: due, Filed: last}, extended, false, true},
		"nil too late":                        {duty.Cell{State: duty.StateNil, Due: due, Filed: first}, extended, true, false},
		"exempt":                              {duty.Cell{State: duty.StateExempt, Due: due}, extended, false, false},
	} {
		if late, onTime := c.cell.Late(c.now), c.cell.OnTime(); late != c.late || onTime != c.onTime {
			t.Errorf("%s: late %v, on time %v, want %v, %v", name, late, onTime, c.late, c.onTime)
		}
	}
}

func TestNoRateExceedsTheWhole(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(20200703, 1))
	instant := func() clock.Instant { return clock.Instant(random.IntN(6)) }
	for range 2000 {
		var tally duty.Tally
		now := instant()
		for range random.IntN(40) {
			tally.Add(duty.Cell{State: duty.States[random.IntN(len(duty.States))], Due: instant(), Extended: instant(), Filed: instant()}, now)
		}
		states := tally.Open + tally.Draft + tally.Filed + tally.Returned + tally.Accepted + tally.Nil + tally.Exempt
		if states != tally.Duties || tally.Dated+tally.Undated+tally.Exempt != tally.Duties || tally.Overdue > tally.Late || tally.Late+tally.OnTime > tally.Dated {
			t.Fatalf("inconsistent: %+v", tally)
		}
		for _, r := range []duty.Rate{tally.Completeness(), tally.Timeliness()} {
			if r.Part < 0 || r.Part > r.Whole || r.Permille() > 1000 || r.Permille() == 1000 && r.Part != r.Whole {
				t.Fatalf("rate %+v of %+v", r, tally)
			}
		}
	}
}

func TestReviewersFollowTheTiers(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		head := l.head("省教育厅")
		everybody := actor.Scopes{{Regions: []string{"430000"}}}
		own, _, err := l.AddObligation(ctx, head, l.e.ID, duty.Own{What: "报送联络员", Chain: duty.ChainTiers, Scopes: everybody})
		must(t, err)
		reviewers := func(unitName, obligationID string) (names []string) {
			page, err := l.Find(ctx, sys, duty.Filter{UnitID: l.ids[unitName], ObligationID: obligationID})
			must(t, err)
			if len(page.Items) != 1 {
				t.Fatalf("%s owes %d", unitName, len(page.Items))
			}
			ids, err := l.Reviewers(ctx, l.db, page.Items[0].ID)
			must(t, err)
			for _, unitID := range ids {
				for name, known := range l.ids {
					if known == unitID {
						names = append(names, name)
					}
				}
			}
			return names
		}
		plan := l.owed("work_plan").ID
		for _, c := range []struct {
			unit, obligation string
			want             []string
		}{
			{"芙蓉中学", own.ID, []string{"芙蓉区教育局", "省教育厅"}},   // a school of the county
			{"芙蓉中职", own.ID, []string{"长沙市教育局", "省教育厅"}},   // a school of the prefecture, though it stands in the county
			{"芙蓉区教育局", own.ID, []string{"长沙市教育局", "省教育厅"}}, //
			{"长沙市教育局", own.ID, []string{"省教育厅"}},
			{"长沙高职", own.ID, []string{"省教育厅"}}, // colleges directly to the province
			{"省报", own.ID, []string{"省教育厅"}},
			{"长沙市总工会", plan, []string{"省总工会"}}, // within its own line
		} {
			if got := reviewers(c.unit, c.obligation); !slices.Equal(got, c.want) {
				t.Errorf("%s is reviewed by %v, want %v", c.unit, got, c.want)
			}
		}
		for chain, want := range map[duty.Chain][]string{duty.ChainUpper: {"芙蓉区教育局"}, duty.ChainOffice: {"省教育厅"}, duty.ChainOwner: {"省教育厅"}, duty.ChainTiers: {"芙蓉区教育局", "省教育厅"}} {
			own, err = l.SetRule(ctx, head, own.ID, own.Version, duty.Rule{Chain: chain})
			must(t, err)
			if got := reviewers("芙蓉中学", own.ID); !slices.Equal(got, want) {
				t.Errorf("by the chain %s the school is reviewed by %v, want %v", chain, got, want)
			}
		}
	})
}

func TestStatesTakeOnlyTheirSteps(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		when := day(8, 30, 9, 0)
		file := func(tx *sqldb.Tx, d duty.Duty) error {
			_, err := l.FileTx(ctx, tx, l.editor("长沙高职"), d, clock.FromTime(when))
			return err
		}
		verbs := map[string]func(tx *sqldb.Tx, d duty.Duty) error{
			"draft":    func(tx *sqldb.Tx, d duty.Duty) error { return l.DraftTx(ctx, tx, d) },
			"file":     file,
			"withdraw": func(tx *sqldb.Tx, d duty.Duty) error { return l.WithdrawTx(ctx, tx, d, false) },
			"unsend":   func(tx *sqldb.Tx, d duty.Duty) error { return l.WithdrawTx(ctx, tx, d, true) },
			"return":   func(tx *sqldb.Tx, d duty.Duty) error { return l.DecideTx(ctx, tx, d, duty.Returned) },
			"decline":  func(tx *sqldb.Tx, d duty.Duty) error { return l.DecideTx(ctx, tx, d, duty.Declined) },
			"accept":   func(tx *sqldb.Tx, d duty.Duty) error { return l.DecideTx(ctx, tx, d, duty.Accepted) },
		}
		first := clock.FromTime(when)
		for _, step := range []struct {
			verb  string
			want  duty.State
			filed clock.Instant
			err   string
		}{
			{"withdraw", duty.StateOpen, 0, "duty.state_open"},
			{"accept", duty.StateOpen, 0, "duty.state_open"},
			{"draft", duty.StateDraft, 0, ""},
			{"file", duty.StateFiled, first, ""},
			{"file", duty.StateFiled, first, "duty.state_filed"},
			{"draft", duty.StateFiled, first, "duty.state_filed"},
			{"withdraw", duty.StateDraft, 0, ""},
			{"file", duty.StateFiled, first, ""},
			{"return", duty.StateReturned, first, ""},
			{"draft", duty.StateReturned, first, ""},
			{"later", duty.StateReturned, first, ""},
			{"file", duty.StateFiled, first, ""}, // a correction keeps the time of the first filing
			{"unsend", duty.StateReturned, first, ""},
			{"file", duty.StateFiled, first, ""},
			{"decline", duty.StateOpen, 0, ""},
			{"file", duty.StateFiled, first.Add(48 * time.Hour), ""},
			{"accept", duty.StateAccepted, first.Add(48 * time.Hour), ""},
			{"file", duty.StateAccepted, first.Add(48 * time.Hour), "duty.state_accepted"},
			{"return", duty.StateAccepted, first.Add(48 * time.Hour), "duty.state_accepted"},
		} {
			if step.verb == "later" {
				when = when.AddDate(0, 0, 2)
				continue
			}
			d := l.duty("长沙高职", "work_summary")
			err := l.db.Write(ctx, func(tx *sqldb.Tx) error {
				d, err := l.LockTx(ctx, tx, sys, d.ID)
				if err != nil {
					return err
				}
				return verbs[step.verb](tx, d)
			})
			if step.err == "" {
				must(t, err)
			} else {
				refused(t, err, step.err)
			}
			if got := l.duty("长沙高职", "work_summary"); got.State != step.want || got.Filed != step.filed {
				t.Fatalf("after %s: %s, filed %s, want %s, %s", step.verb, got.State, got.Filed, step.want, step.filed)
			}
		}
	})
}
