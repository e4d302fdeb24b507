package activity_test

import (
	"fmt"
	"sync"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/form"
	"openweek/internal/unit"
)

func (d *desk) grid(a actor.Actor) activity.Grid {
	d.t.Helper()
	g, err := d.Grid(ctx, a, activity.GridQuery{EditionID: d.e.ID})
	must(d.t, err)
	return g
}

// shown gives a table as lines of "planned/published/held".
func shown(t testing.TB, g activity.Grid, rows, cols activity.Axis, only string) (lines []string) {
	t.Helper()
	table, err := g.Pivot(rows, cols, only, false)
	must(t, err)
	tally := func(c activity.GridCell) string { return fmt.Sprintf("%d/%d/%d", c.Planned, c.Published, c.Held) }
	line := func(name string, cells []activity.GridCell, total activity.GridCell) {
		text := name
		for _, c := range cells {
			text += " " + tally(c)
		}
		lines = append(lines, text+" = "+tally(total))
	}
	for _, one := range table.Lines {
		line(one.Name, one.Cells, one.Total)
	}
	line("all", table.Total, table.All)
	return append(lines, fmt.Sprintf("%d gaps", table.Gaps))
}

// cover fills part of the grid: two topics, three methods, two prefectures.
func cover(d *desk) {
	both, study := sound(d), sound(d)
	both.TopicIDs = []string{d.e.Topics[0].ID, d.e.Topics[1].ID}
	study.MethodID, study.Kind, study.Values, study.Venue.Region = d.method("study_session"), form.PlainEvent, nil, "430200"
	d.load("长沙高职", "", both, run(day(7, 20), "09:00", 60, 40))
	d.load("长沙高职", "", sound(d), run(day(7, 20), "09:00", 60, 40), run(day(7, 26), "09:00", 60, 40))
	d.load("株洲市教育局", "", study, run(day(7, 21), "09:00", 60, 40))
	d.submit(d.editor("芙蓉中职"), d.ready("芙蓉中职"))
	d.ready("芙蓉中学") // never handed in
	d.at("2020-07-22", 9)
}

func TestGridCountsWhatIsPlannedPublishedAndHeld(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		cover(d)
		g := d.grid(d.head("省教育厅"))
		equal(t, "methods by prefecture", shown(t, g, activity.ByRegion, activity.ByMethod, ""), []string{
			"长沙市 1/1/1 0/0/0 0/0/0 = 1/1/1", "株洲市 0/0/0 0/0/1 0/0/0 = 0/0/1", "all 1/1/1 0/0/1 0/0/0 = 1/1/2", "4 gaps"})
		// The activity with two topics stands in both rows and counts once in all.
		equal(t, "topics by method", shown(t, g, activity.ByTopic, activity.ByMethod, ""), []string{
			"宣传方针政策 1/1/1 0/0/1 0/0/0 = 1/1/2", "宣传典型经验 0/0/1 0/0/0 0/0/0 = 0/0/1", "all 1/1/1 0/0/1 0/0/0 = 1/1/2", "3 gaps"})
		equal(t, "one topic", shown(t, g, activity.ByRegion, activity.ByMethod, d.e.Topics[1].ID), []string{
			"长沙市 0/0/1 0/0/0 0/0/0 = 0/0/1", "株洲市 0/0/0 0/0/0 0/0/0 = 0/0/0", "all 0/0/1 0/0/0 0/0/0 = 0/0/1", "5 gaps"})
		table, err := g.Pivot(activity.ByRegion, activity.ByMethod, "", true)
		must(t, err)
		equal(t, "gaps first", table.Lines[0].Gaps >= table.Lines[1].Gaps, true)
		for _, line := range table.Lines {
			for _, c := range line.Cells {
				found, ok := g.In(c.Spot)
				equal(t, "the spot of a cell", fmt.Sprint(found.Tally, ok), fmt.Sprint(c.Tally, true))
			}
		}
		for _, axes := range [][2]activity.Axis{{activity.ByTopic, activity.ByTopic}, {"", activity.ByTopic}} {
			_, err = g.Pivot(axes[0], axes[1], "", false)
			refused(t, err, "activity.choice_unknown")
		}
		_, err = g.Pivot(activity.ByTopic, activity.ByMethod, "430900", false)
		refused(t, err, "activity.choice_unknown")
	})
}

func TestGridIsWhatTheActorSees(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		cover(d)
		for name, want := range map[string][]string{
			"株洲市教育局": {"株洲市 0/0/0 0/0/1 0/0/0 = 0/0/1", "all 0/0/0 0/0/1 0/0/0 = 0/0/1", "2 gaps"},
			"芙蓉中学":   {"长沙市 1/0/0 0/0/0 0/0/0 = 1/0/0", "all 1/0/0 0/0/0 0/0/0 = 1/0/0", "2 gaps"}, // its own draft
		} {
			equal(t, name, shown(t, d.grid(d.head(name)), activity.ByRegion, activity.ByMethod, ""), want)
		}
		_, err := d.Grid(ctx, actor.Actor{}, activity.GridQuery{EditionID: d.e.ID})
		refused(t, err, "activity.edition_not_found")
		_, err = d.Grid(ctx, d.head("省教育厅"), activity.GridQuery{EditionID: d.e.ID, Region: "440100"})
		refused(t, err, "activity.choice_unknown")
		g, err := d.Grid(ctx, d.head("省教育厅"), activity.GridQuery{EditionID: d.e.ID, Region: "430200"})
		must(t, err)
		equal(t, "one prefecture", shown(t, g, activity.ByRegion, activity.ByMethod, ""), []string{"株洲市 0/0/0 0/0/1 0/0/0 = 0/0/1", "all 0/0/0 0/0/1 0/0/0 = 0/0/1", "2 gaps"})
	})
}

func TestPrefectureIsAskedAboutACellOnceADay(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		p, err := d.units.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: d.ids["株洲市教育局"], SignIn: "head", Name: "李示例", Phone: "13800010000", Email: "b@example.cn"})
		must(t, err)
		must(t, d.units.Grant(ctx, sys, p.ID, actor.RoleHead))
		cell := activity.Spot{Method: d.method("open_campus"), Region: "430200"}
		head := d.head("省教育厅")
		asked, failed := 0, make([]error, 4)
		var wg sync.WaitGroup
		for i := range failed {
			wg.Go(func() { _, failed[i] = d.AskPrefecture(ctx, head, d.e.ID, cell, " 请安排  开放校园活动。 ") })
		}
		wg.Wait()
		for _, err := range failed {
			if err == nil {
				asked++
				continue
			}
			refused(t, err, "grid.asked_today")
		}
		equal(t, "asked", asked, 1)
		d.at("2020-07-04", 9)
		_, err = d.AskPrefecture(ctx, head, d.e.ID, cell, "请回复。")
		must(t, err)
		g := d.grid(d.head("株洲市教育局"))
		found, _ := g.In(cell)
		if len(found.Asks) != 2 || found.Asks[1].Words != "请安排 开放校园活动。" || found.Asks[1].Unit.Name != "省教育厅" || len(found.Asks[1].Messages) != 1 {
			t.Errorf("the cell shows %+v", found.Asks)
		}
		words, err := d.Words(ctx, d.db, map[string]string{"ask": found.Asks[0].ID})
		must(t, err)
		equal(t, "words", words, map[string]string{"words": "请回复。", "cell": "开放校园", "sender": "省教育厅"})
	})
}

func TestAskRefusesWhoeverDoesNotStandAbove(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		cell := activity.Spot{Method: d.method("open_campus"), Region: "430200"}
		ask := func(a actor.Actor, cell activity.Spot, words string) error {
			_, err := d.AskPrefecture(ctx, a, d.e.ID, cell, words)
			return err
		}
		refused(t, ask(d.editor("省教育厅"), cell, "请安排"), "grid.forbidden")
		refused(t, ask(d.head("株洲市教育局"), cell, "请安排"), "grid.forbidden")
		refused(t, ask(d.head("省工信厅"), cell, "请安排"), "grid.forbidden")
		refused(t, ask(d.head("省教育厅"), cell, " "), "activity.text_missing")
		for _, wrong := range []activity.Spot{{Region: "430000"}, {Region: "430102"}, {Region: "440100"}, {Region: "430200", Topic: "x"}, {Region: "430200", Method: "x"}, {}} {
			refused(t, ask(d.head("省教育厅"), wrong, "请安排"), "activity.choice_unknown")
		}
	})
}
