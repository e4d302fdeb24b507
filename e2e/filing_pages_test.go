package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// Every page of duties, filings, reviews and messages, empty and full, on both screens and in both languages.
func TestDutyPagesHoldOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	noticed(t, site)
	plan, kickoff, summary := dutyOf(t, site, "changsha.editor", form.WorkPlan, false), dutyOf(t, site, "changsha.editor", form.Kickoff, false), dutyOf(t, site, "changsha.editor", form.WorkSummary, true)
	step := filedPlan(t, site, plan)
	list, err := site.Duties.Received(t.Context(), staffOf(t, site, "changsha.editor"), currentID(t, site))
	if err != nil || len(list) == 0 {
		t.Fatalf("Changsha has received %d notices: %v", len(list), err)
	}
	readers := []struct {
		who   string
		pages [][2]string
	}{
		{"changsha.editor", [][2]string{
			{"home", "/desk"}, {"dispatches", "/desk/dispatches"}, {"dispatch", "/desk/dispatches/" + list[0].ID}, {"pass-on", "/desk/dispatches/" + list[0].ID + "/pass-on"},
			{"duties", "/desk/duties"}, {"duties-late", "/desk/duties?show=late"}, {"duty", "/desk/duties/" + plan}, {"duty-open", "/desk/duties/" + kickoff},
			{"version", "/desk/duties/" + plan + "/versions/2"}, {"receipt", "/desk/duties/" + plan + "/filing/receipt"}, {"withdraw", "/desk/duties/" + plan + "/filing/withdraw"},
			{"filing-kickoff", "/desk/duties/" + kickoff + "/filing"}, {"filing-summary", "/desk/duties/" + summary + "/filing"}, {"ask", "/desk/duties/" + summary + "/ask"},
			{"inbox", "/desk/inbox"}, {"inbox-unread", "/desk/inbox?show=unread"},
		}},
		{"sheng.reviewer", [][2]string{{"home-reviewer", "/desk"}, {"reviews", "/desk/reviews"}, {"review", "/desk/reviews/" + step}}},
		{"furong.editor", [][2]string{{"home-county", "/desk"}, {"reviews-none", "/desk/reviews"}, {"inbox-county", "/desk/inbox"}}},
		{"sysadmin", [][2]string{{"duties-admin", "/desk/duties"}, {"reviews-admin", "/desk/reviews"}, {"inbox-none", "/desk/inbox"}, {"dispatches-admin", "/desk/dispatches"}}},
	}
	var pages []deskPage
	for _, reader := range readers {
		for _, p := range reader.pages {
			pages = append(pages, deskPage{p[0], reader.who, p[1]})
		}
	}
	hold(t, site, "du", pages)
}

// filedPlan hands in a plan, has it returned with words beside fields, and hands it in again; it gives
// the step that waits now.
func filedPlan(t *testing.T, site *testkit.Site, dutyID string) (stepID string) {
	t.Helper()
	ctx, editor, reviewer := t.Context(), staffOf(t, site, "changsha.editor"), staffOf(t, site, "sheng.reviewer")
	raw, err := os.ReadFile(filepath.Join("..", "internal", "form", "testdata", "examples", "work_plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := site.Filings.Get(ctx, editor, dutyID)
	if err != nil {
		t.Fatal(err)
	}
	values, err := f.Form.Definition.ParseValues(raw)
	if err != nil {
		t.Fatal(err)
	}
	delete(values, "attachments")
	submit := func(version int64) {
		saved, _, err := site.Filings.SaveDraft(ctx, editor, dutyID, version, values)
		if err == nil {
			_, err = site.Filings.Submit(ctx, editor, dutyID, saved.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	submit(0)
	p := stepOf(t, site, "sheng.reviewer", dutyID)
	if _, err := site.Filings.Decide(ctx, reviewer, p.ID, review.Decision{
		Outcome: review.Returned, ReadHash: p.Subject.Hash, Comment: "请补充宣传媒体的安排，并核对经费。",
		Marks: []review.Mark{{Field: "measures", Words: "请写明与市级媒体的合作。"}, {Field: "schedule.1.activity", Words: "请列出开放校园的学校名单。"}},
	}); err != nil {
		t.Fatal(err)
	}
	values["measures"] = form.Text("1. **专题学习**：组织座谈会；\n2. 开放校园；\n3. 与市级媒体开设专栏。")
	rows := slices.Clone(values["schedule"].(form.Rows))
	values["schedule"] = append(rows, form.Values{"start": form.Day("2020-07-24"), "end": form.Day("2020-07-24"), "activity": form.Text("媒体开放日"), "responsible": form.Text("市委宣传部")})
	submit(1)
	return stepOf(t, site, "sheng.reviewer", dutyID).ID
}
