package duty_test

import (
	"fmt"
	"sync"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/sqldb"
)

func schools() actor.Scopes {
	return actor.Scopes{{Kinds: []actor.Kind{actor.KindSchool, actor.KindSecondaryVocational}}}
}

func TestHeadUnitsAddObligationsForUnitsUnderThem(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		head := l.head("长沙市教育局")
		own, made, err := l.AddObligation(ctx, head, l.e.ID, duty.Own{What: " 报送  活动照片 ", Due: "2020-07-28", Scopes: schools()})
		must(t, err)
		if made != 2 || own.What != "报送 活动照片" || own.OwnerID != l.ids["长沙市教育局"] || own.Chain != duty.ChainOwner || own.Slot != len(l.e.Obligations) || !own.Required {
			t.Errorf("made %d: %+v", made, own)
		}
		second, _, err := l.AddObligation(ctx, head, l.e.ID, duty.Own{What: "报送联络员", Scopes: schools()})
		must(t, err)
		if second.Slot != own.Slot+1 {
			t.Errorf("slots %d and %d", own.Slot, second.Slot)
		}
		columns := func(a actor.Actor) int {
			list, err := l.Obligations(ctx, a, l.e.ID)
			must(t, err)
			return len(list) - len(l.e.Obligations)
		}
		if got, want := fmt.Sprint(columns(head), columns(l.head("省教育厅")), columns(l.editor("芙蓉中学")), columns(l.head("株洲市教育局")), columns(l.head("长沙市总工会"))),
			"2 2 2 0 0"; got != want {
			t.Errorf("seen by owner, province, school, neighbour, other line: %s, want %s", got, want)
		}
		// The trade union sees the school and not what the education bureau wants of it.
		page, err := l.Find(ctx, l.head("长沙市总工会"), duty.Filter{UnitID: l.ids["芙蓉中学"]})
		must(t, err)
		if len(page.Items) != 0 {
			t.Errorf("another line sees %+v", page.Items)
		}
		for _, c := range []struct {
			who  actor.Actor
			own  duty.Own
			want string
		}{
			{l.editor("长沙市教育局"), duty.Own{What: "x", Scopes: schools()}, "duty.own_forbidden"},
			{l.head("长沙高职"), duty.Own{What: "x", Scopes: schools()}, "duty.own_forbidden"},
			{head, duty.Own{Scopes: schools()}, "duty.text_missing"},
			{head, duty.Own{What: "x"}, "duty.scope_missing"},
			{head, duty.Own{What: "x", Due: "2020-07-02", Scopes: schools()}, "duty.day_impossible"},
			{head, duty.Own{What: "x", Form: "Ä", Scopes: schools()}, "duty.form_malformed"},
			{head, duty.Own{What: "x", Chain: duty.ChainOffice, Scopes: schools()}, "duty.chain_unknown"},
			{head, duty.Own{What: "x", Scopes: actor.Scopes{{Units: []string{l.ids["荷塘中学"]}}}}, "dispatch.nobody_below"},
			{head, duty.Own{What: "x", Scopes: actor.Scopes{{Units: []string{"x"}}}}, "duty.scope_wide"},
		} {
			_, _, err := l.AddObligation(ctx, c.who, l.e.ID, c.own)
			refused(t, err, c.want)
		}
		_, _, err = l.AddObligation(ctx, head, l.ids["长沙高职"], duty.Own{What: "x", Scopes: schools()})
		refused(t, err, "duty.edition_not_found")
	})
}

func TestAnObligationWithFilingsIsNotDeleted(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		head := l.head("长沙市教育局")
		own, _, err := l.AddObligation(ctx, head, l.e.ID, duty.Own{What: "报送照片", Scopes: schools()})
		must(t, err)
		for _, a := range []actor.Actor{l.head("省教育厅"), l.head("株洲市教育局"), l.editor("芙蓉中学")} {
			refused(t, l.RemoveObligation(ctx, a, own.ID), "duty.obligation_not_found")
		}
		refused(t, l.RemoveObligation(ctx, head, l.owed("work_plan").ID), "duty.obligation_not_found")
		refused(t, l.RemoveObligation(ctx, l.editor("长沙市教育局"), own.ID), "duty.own_forbidden")
		page, err := l.Find(ctx, sys, duty.Filter{ObligationID: own.ID})
		must(t, err)
		l.do(page.Items[0], func(tx *sqldb.Tx, d duty.Duty) error { return l.DraftTx(ctx, tx, d) })
		refused(t, l.RemoveObligation(ctx, head, own.ID), "duty.obligation_used")
		plan := l.owed("work_plan").ID
		l.file("长沙市教育局", "work_plan", noon)
		refused(t, l.db.Write(ctx, func(tx *sqldb.Tx) error { return l.RemoveObligationTx(ctx, tx, plan) }), "duty.obligation_used")

		fresh, _, err := l.AddObligation(ctx, head, l.e.ID, duty.Own{What: "误报", Scopes: schools()})
		must(t, err)
		must(t, l.RemoveObligation(ctx, head, fresh.ID))
		page, err = l.Find(ctx, sys, duty.Filter{ObligationID: fresh.ID})
		must(t, err)
		if len(page.Items) != 0 {
			t.Errorf("%d duties stayed", len(page.Items))
		}
	})
}

func TestRuleOfAnObligationIsSetByItsOwner(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		plan := l.duty("长沙市教育局", "work_plan").Obligation
		_, err := l.SetRule(ctx, l.head("长沙市教育局"), plan.ID, plan.Version, duty.Rule{Chain: duty.ChainOffice})
		refused(t, err, "duty.own_forbidden")
		head := l.head("省教育厅")
		_, err = l.SetRule(ctx, head, plan.ID, plan.Version, duty.Rule{Form: "work plan", Chain: duty.ChainOwner})
		refused(t, err, "duty.form_malformed")
		refused(t, err, "duty.chain_unknown")
		set, err := l.SetRule(ctx, head, plan.ID, plan.Version, duty.Rule{Form: "evidence", Chain: duty.ChainOffice})
		must(t, err)
		if set.Form != "evidence" || set.Chain != duty.ChainOffice || set.Version != plan.Version+1 {
			t.Errorf("set %+v", set)
		}
		_, err = l.SetRule(ctx, head, plan.ID, plan.Version, duty.Rule{Chain: duty.ChainTiers})
		refused(t, err, "duty.changed_meanwhile")
		_, err = l.SetRule(ctx, head, "x", 1, duty.Rule{Chain: duty.ChainTiers})
		refused(t, err, "duty.obligation_not_found")
	})
}

func TestTwoWhoAddAtOnceTakeDifferentColumns(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		slots := make(chan int, 6)
		var wg sync.WaitGroup
		for range cap(slots) {
			wg.Go(func() {
				o, _, err := l.AddObligation(ctx, l.head("长沙市教育局"), l.e.ID, duty.Own{What: "报送照片", Scopes: schools()})
				if err != nil {
					t.Error(err)
				}
				slots <- o.Slot
			})
		}
		wg.Wait()
		close(slots)
		seen := map[int]bool{}
		for slot := range slots {
			seen[slot] = true
		}
		if len(seen) != cap(slots) {
			t.Errorf("six have taken the columns %v", seen)
		}
	})
}

// Somebody who must change the initial password is nobody yet.
func TestInitialPasswordSeesNoDispatch(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		d := l.publish().received("长沙高职")
		for name, want := range map[string]string{"省教育厅": "", "长沙高职": "", "株洲高职": "dispatch.not_found"} {
			a := l.head(name)
			if _, err := l.GetDispatch(ctx, a, d.ID); want == "" {
				must(t, err)
			} else {
				refused(t, err, want)
			}
			a.MustChangePassword = true
			_, err := l.GetDispatch(ctx, a, d.ID)
			refused(t, err, "dispatch.not_found")
		}
	})
}
