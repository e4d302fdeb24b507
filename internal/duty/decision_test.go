package duty_test

import (
	"slices"
	"sync"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/errs"
)

func TestUnitAsksAndTheUpperUnitAnswers(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		d := l.publish().duty("长沙高职", "work_summary")
		editor, head := l.editor("长沙高职"), l.head("省教育厅")
		plea := duty.Plea{Kind: duty.Extension, Until: "2020-09-10", Reason: "防汛期间停课"}
		asked, err := l.Ask(ctx, editor, d.ID, plea)
		must(t, err)
		if asked.Status != duty.Asked || asked.LastDay() != "2020-09-10" || !l.duty("长沙高职", "work_summary").Asked {
			t.Errorf("asked: %+v", asked)
		}
		_, err = l.Ask(ctx, editor, d.ID, duty.Plea{Kind: duty.Exemption, Reason: "停办"})
		refused(t, err, "duty.asked_already")
		_, err = l.Answer(ctx, head, asked.ID, duty.Answer{})
		refused(t, err, "duty.text_missing")
		answered, err := l.Answer(ctx, head, asked.ID, duty.Answer{Grant: true, Until: "2020-09-05"})
		must(t, err)
		if got := l.duty("长沙高职", "work_summary"); got.LastDay() != "2020-09-05" || got.Asked || answered.DecidedUnit != l.ids["省教育厅"] {
			t.Errorf("answered: %+v, duty %+v", answered, got)
		}
		_, err = l.Answer(ctx, head, asked.ID, duty.Answer{Grant: true})
		refused(t, err, "duty.decided")
		told := l.told()
		if len(told) != 1 || told[0].Key != "duty.told_extension" || told[0].ToUnit != d.Unit.ID || told[0].Args["due"] != "2020-09-05" {
			t.Errorf("told %+v", told)
		}
		again, err := l.Ask(ctx, editor, d.ID, duty.Plea{Kind: duty.NilReturn, Reason: "没有开展"})
		must(t, err)
		_, err = l.Answer(ctx, head, again.ID, duty.Answer{Words: "请补充说明"})
		must(t, err)
		if got := l.duty("长沙高职", "work_summary"); got.State != duty.StateOpen {
			t.Errorf("a refused nil return made it %s", got.State)
		}
		list, err := l.Decisions(ctx, editor, d.ID)
		must(t, err)
		if len(list) != 2 || list[0].Status != duty.Granted || list[1].Status != duty.Refused {
			t.Errorf("decisions %+v", list)
		}
	})
}

// The rule: a nil return for what is not owed by a day stands at once, any other needs approval.
func TestNilReturnStandsAtOnceWhereNothingIsOwedByADay(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		for _, c := range []struct {
			unit, hint string
			want       duty.State
		}{
			{"长沙市教育局", "work_plan", duty.StateNil},     // no due day
			{"省报", "news_entry", duty.StateNil},        // only offered
			{"长沙高职", "pupil_visit", duty.StateNil},     // in the week
			{"长沙高职", "work_summary", duty.StateOpen},   // owed by a day
			{"长沙市教育局", "work_summary", duty.StateOpen}, // owed by a day
		} {
			d := l.duty(c.unit, c.hint)
			_, err := l.Ask(ctx, l.editor(c.unit), d.ID, duty.Plea{Kind: duty.NilReturn, Reason: "本单位没有"})
			must(t, err)
			if got := l.duty(c.unit, c.hint).State; got != c.want {
				t.Errorf("%s, %s: %s, want %s", c.unit, c.hint, got, c.want)
			}
		}
		d := l.file("长沙市教育局", "work_plan", noon)
		if d.State != duty.StateFiled || d.Filed != clock.FromTime(noon) {
			t.Errorf("filing after a nil return: %+v", d)
		}
	})
}

func TestLeaveIsGivenByWhoReviewsOrLeads(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		d := l.duty("长沙市总工会", "work_plan")
		plea := duty.Plea{Kind: duty.Exemption, Reason: "机构改革"}
		for _, c := range []struct {
			who  actor.Actor
			want string
		}{
			{l.editor("省总工会"), "duty.forbidden"},
			{l.staff("省教育厅"), "duty.forbidden"},
			{l.head("长沙市总工会"), "duty.forbidden"},
			{l.head("长沙市教育局"), "duty.forbidden"}, // sees it, and does not review it
			{l.head("株洲市教育局"), "duty.not_found"},
			{l.head("长沙高职"), "duty.not_found"},
			{actor.Actor{}, "duty.not_found"},
			{l.head("省总工会"), ""},
		} {
			if _, err := l.Give(ctx, c.who, d.ID, plea); c.want == "" {
				must(t, err)
			} else {
				refused(t, err, c.want)
			}
		}
		office := l.staff("省教育厅", actor.RoleReviewer)
		_, err := l.Give(ctx, office, d.ID, duty.Plea{Kind: duty.NilReturn, Reason: "x"})
		refused(t, err, "duty.state_exempt")
		_, err = l.Give(ctx, office, d.ID, duty.Plea{Kind: duty.Lift, Reason: "恢复报送"})
		must(t, err)
		if got := l.duty("长沙市总工会", "work_plan").State; got != duty.StateOpen {
			t.Errorf("lifted: %s", got)
		}
		_, err = l.Give(ctx, office, d.ID, duty.Plea{Kind: duty.Extension, Until: "2020-09-01", Reason: "x"})
		refused(t, err, "duty.undated")
		dated := l.duty("长沙高职", "work_summary")
		for _, c := range []struct {
			plea duty.Plea
			want string
		}{
			{duty.Plea{Kind: duty.Extension, Until: "2020-08-31", Reason: "x"}, "duty.extension_early"},
			{duty.Plea{Kind: duty.Extension, Until: "2020-09-31", Reason: "x"}, "duty.day_impossible"},
			{duty.Plea{Kind: duty.Exemption, Until: "2020-09-30", Reason: "x"}, "duty.day_without_extension"},
			{duty.Plea{Kind: duty.Exemption}, "duty.text_missing"},
			{duty.Plea{Kind: "holiday", Reason: "x"}, "duty.kind_unknown"},
			{duty.Plea{Kind: duty.Lift, Reason: "x"}, "duty.state_open"},
		} {
			_, err := l.Give(ctx, office, dated.ID, c.plea)
			refused(t, err, c.want)
		}
		_, err = l.Ask(ctx, l.editor("长沙高职"), dated.ID, duty.Plea{Kind: duty.Lift, Reason: "x"})
		refused(t, err, "duty.kind_unknown")
		_, err = l.Ask(ctx, l.editor("株洲高职"), dated.ID, plea)
		refused(t, err, "duty.not_found")
		_, err = l.Ask(ctx, l.staff("长沙高职", actor.RoleReviewer), dated.ID, plea)
		refused(t, err, "duty.forbidden")
	})
}

// The office owes things itself; then another person of it decides than the one who asked.
func TestNobodyAnswersTheirOwnPlea(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		own, _, err := l.AddObligation(ctx, l.head("长沙市教育局"), l.e.ID, duty.Own{What: "报送照片", Chain: duty.ChainTiers,
			Scopes: actor.Scopes{{Units: []string{l.ids["芙蓉区教育局"]}}}})
		must(t, err)
		page, err := l.Find(ctx, sys, duty.Filter{ObligationID: own.ID})
		must(t, err)
		d := page.Items[0]
		asker := l.staff("芙蓉区教育局", actor.RoleEditor, actor.RoleHead)
		asked, err := l.Ask(ctx, asker, d.ID, duty.Plea{Kind: duty.Exemption, Reason: "x"})
		must(t, err)
		_, err = l.Answer(ctx, asker, asked.ID, duty.Answer{Grant: true})
		refused(t, err, "duty.forbidden")
		moved := l.head("长沙市教育局") // the same person, who has changed units meanwhile
		moved.PersonID = asker.PersonID
		_, err = l.Answer(ctx, moved, asked.ID, duty.Answer{Grant: true})
		refused(t, err, "duty.own_decision")
		_, err = l.Answer(ctx, l.head("株洲市教育局"), asked.ID, duty.Answer{Grant: true})
		refused(t, err, "duty.decision_not_found")
		_, err = l.Answer(ctx, l.head("长沙市教育局"), asked.ID, duty.Answer{Grant: true})
		must(t, err)
	})
}

// A plea is taken back by the unit that made it, whoever of it, and only while nobody has decided.
func TestUnitTakesItsOwnPleaBackUntilItIsDecided(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		d := l.publish().duty("长沙高职", "work_summary")
		editor, head := l.editor("长沙高职"), l.head("省教育厅")
		for _, plea := range []duty.Plea{
			{Kind: duty.Extension, Until: "2020-09-10", Reason: "防汛期间停课"},
			{Kind: duty.Exemption, Reason: "停办"},
			{Kind: duty.NilReturn, Reason: "没有开展"},
		} {
			asked, err := l.Ask(ctx, editor, d.ID, plea)
			must(t, err)
			for _, c := range []struct {
				who  actor.Actor
				want string
			}{
				{head, "duty.decision_not_found"}, // who decides refuses, and does not take back
				{l.editor("株洲高职"), "duty.decision_not_found"},
				{l.staff("长沙高职", actor.RoleReviewer), "duty.forbidden"},
				{actor.Actor{}, "duty.decision_not_found"},
			} {
				_, err := l.TakeBack(ctx, c.who, asked.ID)
				refused(t, err, c.want)
			}
			back, err := l.TakeBack(ctx, l.head("长沙高职"), asked.ID)
			must(t, err)
			if back.Status != duty.TakenBack || back.DecidedUnit != d.Unit.ID || back.Until != asked.Until || l.duty("长沙高职", "work_summary").Asked {
				t.Errorf("taken back: %+v", back)
			}
			_, err = l.TakeBack(ctx, editor, asked.ID)
			refused(t, err, "duty.decided")
			_, err = l.Answer(ctx, head, asked.ID, duty.Answer{Grant: true})
			refused(t, err, "duty.decided")
		}
		after := l.duty("长沙高职", "work_summary")
		if after.State != duty.StateOpen || after.Extended != 0 {
			t.Errorf("what was taken back changed the duty: %+v", after.Cell)
		}
		given, err := l.Give(ctx, head, d.ID, duty.Plea{Kind: duty.Extension, Until: "2020-09-05", Reason: "汛情"})
		must(t, err)
		_, err = l.TakeBack(ctx, editor, given.ID)
		refused(t, err, "duty.decided")
		_, err = l.TakeBack(ctx, editor, "x")
		refused(t, err, "duty.decision_not_found")
		list, err := l.Decisions(ctx, editor, d.ID)
		must(t, err)
		var status []duty.DecisionStatus
		for _, one := range list {
			status = append(status, one.Status)
		}
		if want := []duty.DecisionStatus{duty.TakenBack, duty.TakenBack, duty.TakenBack, duty.Granted}; !slices.Equal(status, want) {
			t.Errorf("history %v, want %v", status, want)
		}
		if told := l.told(); len(told) != 1 { // of the extension that was given
			t.Errorf("told %+v", told)
		}
	})
}

// The unit takes back while the upper unit grants: one of the two wins, and the other is told so.
func TestTakingBackAndGrantingAtOnceLeavesOneOfTheTwo(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		d := l.publish().duty("长沙高职", "work_summary")
		for range 5 {
			asked, err := l.Ask(ctx, l.editor("长沙高职"), d.ID, duty.Plea{Kind: duty.Exemption, Reason: "停办"})
			must(t, err)
			var back, granted error
			var both sync.WaitGroup
			both.Go(func() { _, back = l.TakeBack(ctx, l.editor("长沙高职"), asked.ID) })
			both.Go(func() { _, granted = l.Answer(ctx, l.head("省教育厅"), asked.ID, duty.Answer{Grant: true}) })
			both.Wait()
			state := l.duty("长沙高职", "work_summary").State
			switch {
			case back == nil && errs.Is(granted, "duty.decided") && state == duty.StateOpen:
			case granted == nil && errs.Is(back, "duty.decided") && state == duty.StateExempt:
				_, err := l.Give(ctx, l.head("省教育厅"), d.ID, duty.Plea{Kind: duty.Lift, Reason: "恢复报送"})
				must(t, err)
			default:
				t.Fatalf("taking back %v, granting %v, the duty is %s", back, granted, state)
			}
		}
	})
}
