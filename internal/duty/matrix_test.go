package duty_test

import (
	"fmt"
	"slices"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/duty"
)

// mixed is a ledger in which there is something of everything.
func mixed(l *ledger) {
	l.t.Helper()
	l.publish()
	office := l.head("省教育厅")
	l.decide(l.file("长沙高职", "work_summary", day(8, 31, 23, 59)), duty.Accepted)
	l.decide(l.file("株洲高职", "work_summary", day(9, 1, 0, 0)), duty.Accepted)
	l.file("长沙市教育局", "work_summary", day(8, 20, 9, 0))
	l.decide(l.file("长沙市教育局", "work_plan", day(7, 10, 9, 0)), duty.Returned)
	_, err := l.Give(ctx, office, l.duty("株洲市教育局", "work_plan").ID, duty.Plea{Kind: duty.Exemption, Reason: "停办"})
	must(l.t, err)
	_, err = l.Ask(ctx, l.editor("省报"), l.duty("省报", "news_entry").ID, duty.Plea{Kind: duty.NilReturn, Reason: "没有"})
	must(l.t, err)
	_, err = l.Ask(ctx, l.editor("株洲市教育局"), l.duty("株洲市教育局", "work_summary").ID, duty.Plea{Kind: duty.Extension, Until: "2020-09-10", Reason: "汛情"})
	must(l.t, err)
	l.clock.Set(day(9, 2, 9, 0))
}

// The matrix must say what counting duty by duty says.
func TestMatrixAgreesWithTheDutiesOneByOne(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		mixed(l)
		for _, name := range []string{"省教育厅", "省总工会", "长沙市教育局", "株洲市总工会", "长沙高职", "芙蓉区教育局"} {
			a := l.head(name)
			m, err := l.Matrix(ctx, a, duty.MatrixQuery{EditionID: l.e.ID})
			must(t, err)
			page, err := l.Find(ctx, a, duty.Filter{EditionID: l.e.ID})
			must(t, err)
			var total, regions, lines duty.Tally
			columns := make([]duty.Tally, len(m.Obligations))
			cells := map[string]duty.Duty{}
			for _, d := range page.Items {
				total.Add(d.Cell, l.clock.Now())
				columns[d.Obligation.Slot].Add(d.Cell, l.clock.Now())
				cells[d.ID] = d
			}
			for _, r := range m.ByRegion {
				regions.Duties += r.Duties
				regions.Accepted += r.Accepted
			}
			for _, r := range m.ByLine {
				lines.Duties += r.Duties
				lines.Late += r.Late
			}
			if m.Total != total || !slices.Equal(m.Columns, columns) || regions.Duties != total.Duties || lines.Late != total.Late || regions.Accepted != total.Accepted {
				t.Errorf("%s: matrix %+v %+v, one by one %+v %+v", name, m.Total, m.Columns, total, columns)
			}
			seen := 0
			for _, row := range m.Rows {
				var sum duty.Tally
				for i, e := range row.Duties {
					if e.State == "" {
						continue
					}
					seen++
					sum.Add(e.Cell, l.clock.Now())
					d := cells[e.DutyID]
					if d.Cell != e.Cell || d.Late != e.Late || d.Asked != e.Asked || d.Chases != e.Chases || d.Unit != row.Unit || d.Obligation.ID != m.Obligations[i].ID {
						t.Errorf("%s: cell %+v of %s, duty %+v", name, e, row.Unit.Name, d)
					}
				}
				if sum != row.Tally {
					t.Errorf("%s: row tally %+v, want %+v", name, row.Tally, sum)
				}
			}
			if seen != len(page.Items) || m.Units != len(m.Rows) {
				t.Errorf("%s: %d cells of %d duties, %d units in %d rows", name, seen, len(page.Items), m.Units, len(m.Rows))
			}
		}
		m, err := l.Matrix(ctx, l.head("省教育厅"), duty.MatrixQuery{EditionID: l.e.ID})
		must(t, err)
		want := duty.Tally{Duties: 18, Open: 12, Filed: 1, Returned: 1, Accepted: 2, Nil: 1, Exempt: 1, Dated: 6, OnTime: 2, Undated: 11, Late: 2, Overdue: 1}
		if m.Total != want || m.Total.Completeness() != (duty.Rate{Part: 3, Whole: 17}) || m.Total.Timeliness() != (duty.Rate{Part: 2, Whole: 6}) {
			t.Errorf("total %+v, want %+v", m.Total, want)
		}
	})
}

func TestMatrixFiltersUnitsAndCells(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		mixed(l)
		head := l.head("省教育厅")
		union := actor.LineTradeUnion
		names := func(query duty.MatrixQuery) string {
			query.EditionID = l.e.ID
			m, err := l.Matrix(ctx, head, query)
			must(t, err)
			var list []string
			for _, row := range m.Rows {
				list = append(list, row.Unit.Name)
			}
			return fmt.Sprint(list, m.Units, m.Total.Duties, len(m.Obligations))
		}
		for _, c := range []struct {
			query duty.MatrixQuery
			want  string
		}{
			{duty.MatrixQuery{Region: "430200"}, "[株洲高职 株洲市教育局 株洲市总工会] 3 8 5"},
			{duty.MatrixQuery{Line: &union}, "[长沙市总工会 株洲市总工会] 2 4 5"},
			{duty.MatrixQuery{Tier: actor.TierCentral}, "[央媒站] 1 1 5"},
			{duty.MatrixQuery{State: duty.StateReturned}, "[长沙市教育局] 1 3 5"},
			{duty.MatrixQuery{Late: true}, "[株洲高职 株洲市教育局] 2 6 5"},
			{duty.MatrixQuery{Late: true, State: duty.StateOpen}, "[株洲市教育局] 1 3 5"},
			{duty.MatrixQuery{ObligationID: l.owed("news_entry").ID}, "[省报 央媒站] 2 2 1"},
			{duty.MatrixQuery{Region: "430102"}, "[] 0 0 5"},
		} {
			if got := names(c.query); got != c.want {
				t.Errorf("%+v: %s, want %s", c.query, got, c.want)
			}
		}
		_, err := l.Matrix(ctx, head, duty.MatrixQuery{EditionID: l.e.ID, State: "lost"})
		refused(t, err, "duty.filter_unknown")
		_, err = l.Matrix(ctx, head, duty.MatrixQuery{EditionID: "x"})
		refused(t, err, "duty.edition_not_found")
		_, err = l.Matrix(ctx, head, duty.MatrixQuery{EditionID: l.e.ID, After: "x"})
		refused(t, err, "duty.page_malformed")
	})
}

func TestMatrixGoesOnPageByPage(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		mixed(l)
		for _, late := range []bool{false, true} {
			query := duty.MatrixQuery{EditionID: l.e.ID, Late: late}
			whole, err := l.Matrix(ctx, l.head("省教育厅"), query)
			must(t, err)
			query.Limit = 1
			var got, want []string
			for _, row := range whole.Rows {
				want = append(want, row.Unit.Name)
			}
			for first := true; first || query.After != ""; first = false {
				m, err := l.Matrix(ctx, l.head("省教育厅"), query)
				must(t, err)
				if first != (m.Total.Duties > 0) || first && m.Total != whole.Total {
					t.Errorf("page after %q has the total %+v", query.After, m.Total)
				}
				for _, row := range m.Rows {
					got = append(got, row.Unit.Name)
				}
				query.After = m.Next
			}
			if !slices.Equal(got, want) || len(want) < 2 {
				t.Errorf("page by page %v, want %v", got, want)
			}
		}
	})
}

// Everybody finds something in this ledger, and nobody more than their own.
func TestLedgerLeaksNothingOutOfSight(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		mixed(l)
		_, _, err := l.AddObligation(ctx, l.head("长沙市教育局"), l.e.ID, duty.Own{What: "报送照片", Scopes: schools()})
		must(t, err)
		_, _, err = l.AddObligation(ctx, l.head("省总工会"), l.e.ID, duty.Own{What: "报送劳模名单", Scopes: actor.Scopes{{Tiers: []actor.Tier{actor.TierPrefecture}}}})
		must(t, err)
		everything, err := l.Find(ctx, sys, duty.Filter{EditionID: l.e.ID})
		must(t, err)
		actors := map[string]actor.Actor{"public": {}, "person without unit": {Class: actor.Staff}, "initial password": {Class: actor.Staff, UnitID: l.ids["长沙高职"], Place: l.places["长沙高职"], MustChangePassword: true}}
		for name := range l.ids {
			actors[name] = l.head(name)
		}
		for name, a := range actors {
			may := func(d duty.Duty) bool {
				owner := d.Obligation.OwnerID == ""
				for other, unitID := range l.ids {
					owner = owner || unitID == d.Obligation.OwnerID && actor.Sight(a).Covers(unitID, l.places[other])
				}
				return a.UnitID == d.Unit.ID && a.IsStaff() || actor.Sight(a).Covers(d.Unit.ID, d.Unit.Place) && owner
			}
			var want []string
			for _, d := range everything.Items {
				if may(d) {
					want = append(want, d.ID)
				}
				if _, err := l.Get(ctx, a, d.ID); (err == nil) != may(d) {
					t.Errorf("%s gets the duty of %s: %v", name, d.Unit.Name, err)
				}
				if _, err := l.Chases(ctx, a, d.ID); (err == nil) != may(d) {
					t.Errorf("%s gets the chases of %s: %v", name, d.Unit.Name, err)
				}
			}
			page, err := l.Find(ctx, a, duty.Filter{EditionID: l.e.ID})
			must(t, err)
			var got []string
			for _, d := range page.Items {
				got = append(got, d.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s finds %d duties, want %d", name, len(got), len(want))
			}
			m, err := l.Matrix(ctx, a, duty.MatrixQuery{EditionID: l.e.ID, Own: true})
			must(t, err)
			for _, row := range m.Rows {
				for _, e := range row.Duties {
					if e.State != "" && !slices.Contains(want, e.DutyID) {
						t.Errorf("%s sees the cell of %s", name, row.Unit.Name)
					}
				}
			}
			if m.Total.Duties > len(want) {
				t.Errorf("%s: %d are counted, %d are in sight", name, m.Total.Duties, len(want))
			}
		}
	})
}

func TestFindGoesOnPageByPageAndFiltersAsTheRuleDoes(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		mixed(l)
		whole, err := l.Find(ctx, sys, duty.Filter{EditionID: l.e.ID})
		must(t, err)
		late := 0
		for _, d := range whole.Items {
			if d.Late {
				late++
			}
		}
		for _, c := range []struct {
			filter duty.Filter
			want   int
		}{
			{duty.Filter{EditionID: l.e.ID, Late: true}, late}, {duty.Filter{Asked: true}, 1}, {duty.Filter{States: []duty.State{duty.StateAccepted, duty.StateNil}}, 3},
			{duty.Filter{UnitID: "x"}, 0},
		} {
			page, err := l.Find(ctx, sys, c.filter)
			must(t, err)
			if len(page.Items) != c.want {
				t.Errorf("%+v finds %d, want %d", c.filter, len(page.Items), c.want)
			}
		}
		var got []duty.Duty
		filter := duty.Filter{EditionID: l.e.ID, Limit: 5}
		for {
			page, err := l.Find(ctx, sys, filter)
			must(t, err)
			got = append(got, page.Items...)
			if filter.After = page.Next; page.Next == "" {
				break
			}
		}
		if !slices.Equal(got, whole.Items) {
			t.Errorf("page by page %d, at once %d", len(got), len(whole.Items))
		}
		_, err = l.Find(ctx, sys, duty.Filter{After: "?"})
		refused(t, err, "duty.page_malformed")
	})
}
