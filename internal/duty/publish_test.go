package duty_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/unit"
)

// receipts describes who was sent the edition's notices: unit, why, by whom.
func (l *ledger) receipts(query duty.ReceiptQuery) (list []string) {
	l.t.Helper()
	query.EditionID = l.e.ID
	found, _, err := l.ReceiptList(ctx, l.head("省教育厅"), query)
	must(l.t, err)
	for _, d := range found {
		list = append(list, fmt.Sprint(d.Unit.Name, " ", d.Reason, " ", d.From.Name))
	}
	return list
}

func TestPublishingDispatchesAlongTheLinesAndToWhoeverOwes(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		if got := l.receipts(duty.ReceiptQuery{NoticeID: l.e.NoticeID}); got != nil {
			t.Errorf("a draft was dispatched: %q", got)
		}
		l.publish()
		want := []string{
			"省报 obliged 省教育厅", "央媒站 obliged 省教育厅", "长沙高职 addressed 省教育厅", "长沙市教育局 addressed 省教育厅",
			"长沙市总工会 addressed 省总工会", "株洲高职 addressed 省教育厅", "株洲市教育局 addressed 省教育厅", "株洲市总工会 addressed 省总工会",
		}
		if got := l.receipts(duty.ReceiptQuery{}); !slices.Equal(got, want) {
			t.Errorf("dispatched\n%q, want\n%q", got, want)
		}
	})
}

func TestPublishingMakesOneDutyForEachUnitThatOwes(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		want := map[string][]string{}
		for _, o := range l.e.Obligations {
			ids, err := edition.Obliged(ctx, l.db, o)
			must(t, err)
			want[o.ID] = slices.Sorted(slices.Values(ids))
		}
		got := map[string][]string{}
		page, err := l.Find(ctx, sys, duty.Filter{EditionID: l.e.ID})
		must(t, err)
		for _, d := range page.Items {
			got[d.Obligation.ID] = append(got[d.Obligation.ID], d.Unit.ID)
			o, _ := l.e.Obligation(d.Obligation.ID)
			if d.State != duty.StateOpen || d.Due != o.DueAt() || d.Obligation.What != o.What || d.Obligation.Chain != duty.ChainTiers {
				t.Errorf("duty %+v of %+v", d, o)
			}
		}
		for _, list := range got {
			slices.Sort(list)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("duties of %v, want %v", got, want)
		}
		if again, err := l.CatchUp(ctx, l.editions); err != nil || again != 0 {
			t.Errorf("catching up made %d, %v", again, err)
		}
	})
}

func TestCatchUpReachesUnitsThatCameLater(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		own, made, err := l.AddObligation(ctx, l.head("长沙市教育局"), l.e.ID, duty.Own{What: "报送活动照片", Scopes: actor.Scopes{{Kinds: []actor.Kind{actor.KindSchool}}}})
		must(t, err)
		_, err = l.units.Load(ctx, sys, nil, []unit.Draft{
			at("衡阳高职", "430200", actor.LineNone, actor.TierProvince, actor.KindHigherVocational),
			at("芙蓉小学", "430102", actor.LineNone, actor.TierBase, actor.KindSchool),
		})
		must(t, err)
		n, err := l.CatchUp(ctx, l.editions)
		must(t, err)
		page, err := l.Find(ctx, sys, duty.Filter{ObligationID: own.ID})
		must(t, err)
		// 衡阳高职 owes the pupils' visits, the study sessions and the summary; 芙蓉小学 owes the photographs.
		if got, want := fmt.Sprint(made, n, len(page.Items)), "1 4 2"; got != want {
			t.Errorf("made, caught up, photographs: %s, want %s", got, want)
		}
		if list := l.receipts(duty.ReceiptQuery{}); !slices.Contains(list, "衡阳高职 addressed 省教育厅") {
			t.Errorf("the late unit was not dispatched to: %q", list)
		}
	})
}

func (l *ledger) redate(newDue clock.Day) (edition.Preview, func()) {
	l.t.Helper()
	head := l.head("省教育厅")
	n := l.upload(movingText, edition.Amending)
	r := edition.Redating{NoticeID: n.ID, Reason: "防汛需要", NewStart: "2020-08-03", NewEnd: "2020-08-09", NewDue: map[string]clock.Day{l.owed("work_summary").ID: newDue}}
	p, err := l.editions.PreviewRedate(ctx, head, l.e.ID, r)
	must(l.t, err)
	return p, func() {
		l.e, err = l.editions.Redate(ctx, head, l.e.ID, l.e.Version, r)
		must(l.t, err)
	}
}

func TestRedatingMovesDueTimesAndTellsEverybody(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		_, err := l.Give(ctx, l.head("省教育厅"), l.duty("长沙高职", "work_summary").ID, duty.Plea{Kind: duty.Extension, Until: "2020-09-30", Reason: "防汛"})
		must(t, err)
		l.decide(l.file("株洲高职", "work_summary", day(8, 1, 9, 0)), duty.Accepted)
		preview, move := l.redate("2020-09-14")
		want := []edition.Consequence{
			{Key: "duty.redate_moved", Args: map[string]any{"count": 2}, Count: 2},
			{Key: "duty.redate_extended", Args: map[string]any{"count": 1}, Count: 1},
			{Key: "dispatch.redate_told", Args: map[string]any{"count": 8}, Count: 8},
		}
		if !reflect.DeepEqual(preview.Consequences, want) {
			t.Errorf("preview %+v, want %+v", preview.Consequences, want)
		}
		if got := l.duty("长沙市教育局", "work_summary").LastDay(); got != "2020-08-31" {
			t.Errorf("a preview moved the due day to %s", got)
		}
		move()
		for name, day := range map[string]clock.Day{"长沙市教育局": "2020-09-14", "长沙高职": "2020-09-30", "株洲高职": "2020-08-31"} {
			if got := l.duty(name, "work_summary").LastDay(); got != day {
				t.Errorf("%s is due on %s, want %s", name, got, day)
			}
		}
		amending := l.e.Amendments[0].NoticeID
		if got, want := l.receipts(duty.ReceiptQuery{NoticeID: amending}), l.receipts(duty.ReceiptQuery{}); !slices.Equal(got, want) || len(got) != 8 {
			t.Errorf("the amending notice went to %q, want %q", got, want)
		}
	})
}

// Moved to an earlier day, what was handed in in time stays in time.
func TestRedatingToAnEarlierDayMakesNobodyLateWhoHasFiled(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		filed := l.file("长沙高职", "work_summary", day(8, 20, 9, 0))
		_, move := l.redate("2020-08-10")
		move()
		if got := l.duty("长沙高职", "work_summary"); got.Due != filed.Due {
			t.Errorf("filed on 20 August and now due %s", got.LastDay())
		}
		if got := l.duty("株洲高职", "work_summary").LastDay(); got != "2020-08-10" {
			t.Errorf("what was not filed is due on %s", got)
		}
	})
}
