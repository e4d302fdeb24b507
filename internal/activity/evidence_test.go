package activity_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/form"
	"openweek/internal/id"
)

// owed gives a unit's duty whose hints contain a word.
func (d *desk) owed(unitName, hint string) duty.Duty {
	d.t.Helper()
	page, err := d.duties.Find(ctx, d.editor(unitName), duty.Filter{UnitID: d.ids[unitName], EditionID: d.e.ID})
	must(d.t, err)
	for _, one := range page.Items {
		if slices.Contains(strings.Fields(one.Obligation.FormHint), hint) {
			return one
		}
	}
	d.t.Fatalf("%s owes no %s", unitName, hint)
	return duty.Duty{}
}

func TestResultThatStandsDischargesWhatTheUnitOwesByEvidence(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.verifyOver(10)
		act, sessionID := d.held("长沙高职")
		host := d.editor("长沙高职")
		r := d.report(host, sessionID, activity.ResultDraft{Attendance: 40}).Result
		equal(t, "before it is verified", d.owed("长沙高职", "pupil_visit").State, duty.StateOpen)
		must(t, d.verify(d.reviewer("省教育厅"), r, "accepted"))
		got := d.owed("长沙高职", "pupil_visit")
		if got.State != duty.StateAccepted || got.Filed != act.Sessions[0].Ends {
			t.Errorf("it stands as %+v", got.Cell)
		}
		equal(t, "another kind", d.owed("长沙高职", "community_visit").State, duty.StateOpen)
		proofs, err := d.Evidence(ctx, d.head("省教育厅"), got.ID)
		must(t, err)
		if len(proofs) != 1 || proofs[0].ID != act.ID || proofs[0].Title != "数控技术开放日" {
			t.Errorf("evidence %+v", proofs)
		}
		_, err = d.Evidence(ctx, d.editor("芙蓉中职"), got.ID)
		refused(t, err, "duty.not_found")
	})
}

// load writes activities as if they had been accepted.
func (d *desk) load(unitName, guestID string, c activity.Content, sessions ...activity.SessionDraft) (sessionIDs []string) {
	d.t.Helper()
	one := activity.Loading{ID: id.New(), UnitID: d.ids[unitName], GuestID: guestID, Content: c}
	for _, s := range sessions {
		sessionIDs = append(sessionIDs, id.New())
		one.Sessions = append(one.Sessions, activity.LoadingSession{ID: sessionIDs[len(sessionIDs)-1], SessionDraft: s})
	}
	must(d.t, d.Load(ctx, sys, d.e.ID, []activity.Loading{one}))
	return sessionIDs
}

func (d *desk) figures(unitName string) (lines []string) {
	d.t.Helper()
	owed := duty.Duty{EditionID: d.e.ID, Unit: duty.Unit{ID: d.ids[unitName], Place: d.places[unitName]}}
	for _, key := range []string{"activities", "sessions", "participants", "visitors", "open_campuses", "community_visits", "check_ins"} {
		f, known, err := d.Figure(ctx, d.db, owed, key)
		must(d.t, err)
		if !known {
			lines = append(lines, key+" unknown")
			continue
		}
		lines = append(lines, fmt.Sprintf("%s %s %s", key, f.Value, f.Provenance))
	}
	return lines
}

func TestFiguresAreThoseOfTheUnitsThatOneSpeaksFor(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.verifyOver(100)
		campus, visit := sound(d), sound(d)
		visit.MethodID, visit.Kind, visit.Values = d.method("community_visit"), form.PlainEvent, nil
		ids := d.load("长沙高职", "", campus, run(day(7, 20), "09:00", 60, 40), run(day(7, 21), "09:00", 60, 40), run(day(7, 26), "09:00", 60, 40))
		d.load("芙蓉中职", "", visit, run(day(7, 20), "09:00", 60, 40))
		d.at("2020-07-22", 9)
		none := []string{"activities 0 counted", "sessions 0 counted", "participants unknown", "visitors unknown", "open_campuses 0 counted", "community_visits 0 counted", "check_ins unknown"}
		equal(t, "a school that held nothing", d.figures("芙蓉中学"), none)
		equal(t, "another line", d.figures("长沙市工信局"), none)
		d.report(d.editor("长沙高职"), ids[0], activity.ResultDraft{Attendance: 90, Online: 30})
		want := []string{"activities 1 counted", "sessions 2 counted", "participants 90 reported", "visitors 60 reported", "open_campuses 1 counted", "community_visits 0 counted", "check_ins unknown"}
		equal(t, "the college", d.figures("长沙高职"), want)
		large := d.report(d.editor("长沙高职"), ids[0], activity.ResultDraft{Attendance: 190, Online: 30}).Result
		must(t, d.verify(d.reviewer("省教育厅"), large, "accepted"))
		want = []string{"activities 2 counted", "sessions 3 counted", "participants 190 verified", "visitors 160 verified", "open_campuses 1 counted", "community_visits 1 counted", "check_ins unknown"}
		for _, name := range []string{"长沙市教育局", "省教育厅"} {
			equal(t, name, d.figures(name), want)
		}
	})
}

func TestUnitsAreRemindedOfMissingResultsOnceADayOfSessions(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		ids := d.load("长沙高职", "", sound(d), run(day(7, 20), "09:00", 60, 40), run(day(7, 20), "20:00", 60, 40), run(day(7, 21), "09:00", 60, 40))
		remind := func(on, hour int) int {
			d.at(day(7, on), hour)
			told, err := d.RemindResults(ctx)
			must(t, err)
			return told
		}
		d.at("2020-07-20", 12)
		d.report(d.editor("长沙高职"), ids[0], activity.ResultDraft{Attendance: 5})
		var told []int
		for _, at := range [][2]int{{20, 23}, {21, 8}, {21, 10}, {21, 11}, {22, 10}, {24, 10}, {25, 10}, {26, 10}, {27, 10}, {31, 10}} {
			told = append(told, remind(at[0], at[1]))
		}
		equal(t, "told", told, []int{0, 0, 1, 0, 1, 0, 1, 1, 0, 0})
		equal(t, "messages", len(listTexts(t, d.db, listTold)), 4)
	})
}

func TestResultsAreListedWithWhatIsMissing(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		d.verifyOver(100)
		ids := d.load("长沙高职", "", sound(d), run(day(7, 20), "09:00", 60, 40), run(day(7, 21), "09:00", 60, 40), run(day(7, 22), "09:00", 60, 40), run(day(7, 26), "09:00", 60, 40))
		d.load("芙蓉中职", "", sound(d), run(day(7, 20), "10:00", 60, 40))
		d.at("2020-07-23", 9)
		host := d.editor("长沙高职")
		d.report(host, ids[0], activity.ResultDraft{Attendance: 90})
		d.report(host, ids[1], activity.ResultDraft{Attendance: 900})
		list := func(a actor.Actor, f activity.ResultFilter) (lines []string) {
			for {
				page, err := d.FindResults(ctx, a, f)
				must(t, err)
				for _, r := range page.Items {
					lines = append(lines, fmt.Sprintf("%s %s %d", r.Ends.Day(), r.State, r.Attendance))
				}
				if f.After = page.Next; f.After == "" {
					return lines
				}
			}
		}
		own := []string{"2020-07-22 missing 0", "2020-07-21 review 900", "2020-07-20 accepted 90"}
		equal(t, "own", list(host, activity.ResultFilter{Limit: 2}), own)
		equal(t, "province", list(d.head("省教育厅"), activity.ResultFilter{Limit: 1, State: activity.ResultMissing}), []string{"2020-07-22 missing 0", "2020-07-20 missing 0"})
		equal(t, "another line", list(d.head("长沙市工信局"), activity.ResultFilter{Region: "430200"}), []string(nil))
		counts, err := d.CountResults(ctx, host, activity.ResultFilter{State: activity.ResultReview})
		must(t, err)
		equal(t, "counts", counts, map[activity.ResultState]int{activity.ResultMissing: 1, activity.ResultReview: 1, activity.ResultAccepted: 1})
		n, err := d.CountMissing(ctx, host)
		must(t, err)
		equal(t, "missing", n, 1)
		_, err = d.FindResults(ctx, host, activity.ResultFilter{State: "lost"})
		refused(t, err, "activity.choice_unknown")
	})
}
