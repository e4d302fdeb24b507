package duty_test

import (
	"fmt"
	"reflect"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

func (l *ledger) received(unitName string) duty.Dispatch {
	l.t.Helper()
	list, err := l.Received(ctx, l.editor(unitName), l.e.ID)
	must(l.t, err)
	if len(list) != 1 {
		l.t.Fatalf("%s has received %d notices", unitName, len(list))
	}
	return list[0]
}

func TestReceiptIsSignedOnceByAnEditorOrTheHead(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		d := l.publish().received("长沙高职")
		if d.OpenedAt != 0 || d.SignedAt != 0 || d.DocNumber != "湘教通〔2020〕900号" {
			t.Errorf("fresh: %+v", d)
		}
		looked, err := l.Open(ctx, l.staff("长沙高职"), d.ID)
		must(t, err)
		if looked.OpenedAt != l.clock.Now() || looked.SignedAt != 0 {
			t.Errorf("opened: %+v", looked)
		}
		_, err = l.Sign(ctx, l.staff("长沙高职", actor.RoleReviewer), d.ID)
		refused(t, err, "dispatch.forbidden")
		l.clock.Advance(3600e9)
		editor := l.editor("长沙高职")
		signed, err := l.Sign(ctx, editor, d.ID)
		must(t, err)
		if signed.SignedAt != l.clock.Now() || signed.SignedBy != editor.PersonID || signed.Implicit || signed.OpenedAt != looked.OpenedAt {
			t.Errorf("signed: %+v", signed)
		}
		l.clock.Advance(3600e9)
		again, err := l.Sign(ctx, l.head("长沙高职"), d.ID)
		must(t, err)
		if !reflect.DeepEqual(again, signed) {
			t.Errorf("signed twice: %+v, want %+v", again, signed)
		}
		for _, a := range []actor.Actor{l.head("株洲高职"), l.head("省教育厅"), {}, {Class: actor.Staff, Platform: actor.SystemAdmin}} {
			_, err := l.Sign(ctx, a, d.ID)
			refused(t, err, "dispatch.not_found")
			_, err = l.Open(ctx, a, d.ID)
			refused(t, err, "dispatch.not_found")
			_, err = l.PassOn(ctx, a, d.ID, duty.Passing{})
			refused(t, err, "dispatch.not_found")
		}
		_, err = l.Sign(ctx, editor, "x")
		refused(t, err, "dispatch.not_found")
	})
}

func TestPrefecturePassesOnToItsCountiesAndSchools(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		d := l.publish().received("长沙市教育局")
		head := l.head("长沙市教育局")
		done, err := l.PassOn(ctx, head, d.ID, duty.Passing{Note: "请结合实际认真落实。", Scopes: actor.Scopes{{Kinds: []actor.Kind{actor.KindDepartment}}}})
		must(t, err)
		if done != (duty.Passed{Sent: 1}) {
			t.Errorf("to the county: %+v", done)
		}
		done, err = l.PassOn(ctx, head, d.ID, duty.Passing{})
		must(t, err)
		// Its two schools; the county has it. The college of the province and the trade union do not answer to it.
		if done != (duty.Passed{Sent: 2, Already: 1}) {
			t.Errorf("to everybody below: %+v", done)
		}
		county := l.received("芙蓉区教育局")
		if county.CoveringNote != "请结合实际认真落实。" || county.From.Name != "长沙市教育局" || county.Via != d.ID || county.Reason != duty.PassedOn {
			t.Errorf("the county received %+v", county)
		}
		if own := l.received("长沙市教育局"); own.PassedOn != 3 || own.SignedAt == 0 || !own.Implicit {
			t.Errorf("passing on has not signed: %+v", own)
		}
		done, err = l.PassOn(ctx, l.editor("芙蓉区教育局"), county.ID, duty.Passing{})
		must(t, err)
		if done != (duty.Passed{Already: 1}) { // the school at the base; the other school stands beside the prefecture
			t.Errorf("from the county: %+v", done)
		}
		_, err = l.PassOn(ctx, l.staff("长沙市教育局", actor.RoleReviewer), d.ID, duty.Passing{})
		refused(t, err, "dispatch.forbidden")
		_, err = l.PassOn(ctx, l.head("长沙高职"), l.received("长沙高职").ID, duty.Passing{})
		refused(t, err, "dispatch.forbidden")
		_, err = l.PassOn(ctx, head, d.ID, duty.Passing{Scopes: actor.Scopes{{Kinds: []actor.Kind{actor.KindMedia}}}})
		refused(t, err, "dispatch.nobody_below")
		_, err = l.PassOn(ctx, head, d.ID, duty.Passing{Scopes: actor.Scopes{{Units: []string{l.ids["荷塘区教育局"]}}}})
		refused(t, err, "dispatch.nobody_below")
		_, err = l.PassOn(ctx, head, d.ID, duty.Passing{Note: "\u202e"})
		refused(t, err, "duty.text_broken")
	})
}

func TestOverviewCountsReceiptsByRegionAndLineWithinSight(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		d := l.publish().received("长沙市教育局")
		_, err := l.PassOn(ctx, l.head("长沙市教育局"), d.ID, duty.Passing{})
		must(t, err)
		_, err = l.Open(ctx, l.editor("株洲市总工会"), l.received("株洲市总工会").ID)
		must(t, err)
		_, err = l.Sign(ctx, l.editor("长沙高职"), l.received("长沙高职").ID)
		must(t, err)
		query := duty.ReceiptQuery{EditionID: l.e.ID}
		whole, err := l.Overview(ctx, l.head("省教育厅"), query)
		must(t, err)
		want := []duty.Receipts{
			{Region: "430000", Sent: 2},
			{Region: "430100", Sent: 3, Opened: 1, Signed: 1},
			{Region: "430100", Line: actor.LineEducation, Sent: 2, Opened: 1, Signed: 1, Implicit: 1, PassedOn: 1},
			{Region: "430100", Line: actor.LineTradeUnion, Sent: 1},
			{Region: "430200", Sent: 1},
			{Region: "430200", Line: actor.LineEducation, Sent: 1},
			{Region: "430200", Line: actor.LineTradeUnion, Sent: 1, Opened: 1},
		}
		if !reflect.DeepEqual(whole.Rows, want) {
			t.Errorf("rows\n%+v, want\n%+v", whole.Rows, want)
		}
		if whole.Total != (duty.Receipts{Sent: 11, Opened: 3, Signed: 2, Implicit: 1, PassedOn: 1}) || len(whole.ByRegion) != 3 || len(whole.ByLine) != 3 {
			t.Errorf("total %+v, %d regions, %d lines", whole.Total, len(whole.ByRegion), len(whole.ByLine))
		}
		for name, sent := range map[string]int{"长沙市教育局": 6, "省总工会": 8, "长沙市总工会": 4, "芙蓉区教育局": 3, "长沙高职": 1} {
			part, err := l.Overview(ctx, l.head(name), query)
			must(t, err)
			if part.Total.Sent != sent {
				t.Errorf("%s sees %d, want %d", name, part.Total.Sent, sent)
			}
			list, _, err := l.ReceiptList(ctx, l.head(name), query)
			must(t, err)
			if len(list) != sent {
				t.Errorf("%s lists %d, want %d", name, len(list), sent)
			}
		}
		none, err := l.Overview(ctx, actor.Actor{}, query)
		must(t, err)
		if none.Total.Sent != 0 {
			t.Errorf("the public sees %d", none.Total.Sent)
		}
		passed, _, err := l.ReceiptList(ctx, l.head("长沙市教育局"), duty.ReceiptQuery{EditionID: l.e.ID, PassedBy: true})
		must(t, err)
		if len(passed) != 3 {
			t.Errorf("passed on to %d", len(passed))
		}
	})
}

func TestReceiptListGoesOnPageByPage(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		var names []string
		after := ""
		for {
			list, next, err := l.ReceiptList(ctx, l.head("省教育厅"), duty.ReceiptQuery{EditionID: l.e.ID, Limit: 3, After: after})
			must(t, err)
			for _, d := range list {
				names = append(names, d.Unit.Name)
			}
			if after = next; next == "" {
				break
			}
		}
		if got, want := fmt.Sprint(names), "[省报 央媒站 长沙高职 长沙市教育局 长沙市总工会 株洲高职 株洲市教育局 株洲市总工会]"; got != want {
			t.Errorf("listed %s, want %s", got, want)
		}
		_, _, err := l.ReceiptList(ctx, l.head("省教育厅"), duty.ReceiptQuery{EditionID: l.e.ID, After: "x"})
		refused(t, err, "duty.page_malformed")
	})
}

func TestFilingWithoutAReceiptSignsImplicitly(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		d := l.publish().duty("长沙高职", "work_summary")
		var signed int
		file := func(tx *sqldb.Tx, d duty.Duty) (err error) {
			signed, err = l.FileTx(ctx, tx, l.editor("长沙高职"), d, l.clock.Now())
			return err
		}
		l.do(d, file)
		got := l.received("长沙高职")
		if signed != 1 || got.SignedAt == 0 || !got.Implicit || got.OpenedAt == 0 {
			t.Errorf("signed %d: %+v", signed, got)
		}
		l.decide(d, duty.Returned)
		l.do(d, file)
		if signed != 0 {
			t.Errorf("filing again has signed %d", signed)
		}
	})
}

func TestDispatchesAreToldOnce(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		n, err := l.TellDispatches(ctx)
		must(t, err)
		told := l.told()
		if n != 8 || len(told) != 8 {
			t.Fatalf("told %d, %d messages", n, len(told))
		}
		d := l.received("长沙高职")
		want := message.Message{Dedupe: "dispatch:" + d.ID, ToUnit: d.Unit.ID, FromUnit: l.ids["省教育厅"], Key: "dispatch.told", Args: map[string]string{"dispatch": d.ID}, Link: "/desk/dispatches/" + d.ID}
		found := false
		for _, one := range told {
			found = found || reflect.DeepEqual(one, want)
		}
		if !found {
			t.Errorf("told %+v, want among them %+v", told, want)
		}
		words, err := l.Words(ctx, l.db, want.Args)
		must(t, err)
		if !reflect.DeepEqual(words, map[string]string{"title": d.Title, "number": "湘教通〔2020〕900号", "sender": "省教育厅"}) {
			t.Errorf("in words: %v", words)
		}
		if n, err := l.TellDispatches(ctx); n != 0 || err != nil {
			t.Errorf("told again: %d, %v", n, err)
		}
	})
}
