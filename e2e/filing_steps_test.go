package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

func (tab *Tab) correctPlan(dutyID string) {
	tab.t.Helper()
	tab.Go("/desk")
	tab.Sees("请核对经费后重新报送。")
	tab.Shot("home-returned-1440")
	tab.check()
	tab.Go("/desk/duties/" + dutyID)
	tab.Shot("duty-returned-1440")
	tab.check()
	tab.Follow(tab.say("修改后重新报送", "Correct and submit again"))
	tab.Sees("经费合计与预算不符，请核对。", "请核对经费后重新报送。")
	tab.Shot("filing-returned-1440")
	tab.check()
	tab.Fill(tab.say("主要措施", "Measures"), "1. 专题学习\n2. 开放校园\n\n宣传经费合计 12 万元。")
	tab.Fill(tab.say("经费总额（元）", "Funds in all (yuan)"), "120000")
	tab.Follow(tab.say("报送", "Submit"))
	tab.At("/desk/duties/" + dutyID + "/filing/receipt")
	tab.Sees(tab.say("第 2 版", "Version 2"))
}

func (tab *Tab) acceptPlan() {
	tab.t.Helper()
	tab.Go("/desk/reviews")
	tab.Follow(tab.say("长沙市教育局", "Changsha"))
	tab.Sees(tab.say("与第 1 版的不同", "What differs from version 1"), "120,000.00", "100,000.00")
	tab.Shot("review-second-1440")
	tab.check()
	tab.Follow(tab.say("受理", "Accept"))
	tab.Sees(tab.say("已受理，任务办结。", "Accepted. The task is settled."))
}

// A college files its summary from a phone without having signed for the notice; a colleague has
// written in the draft meanwhile.
func TestCollegeFilesASummary(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site) {
		noticed(t, site)
		summary := dutyOf(t, site, "college.editor", form.WorkSummary, true)
		site.Clock.Set(time.Date(noticedYear, 8, 31, 23, 30, 0, 0, clock.Shanghai)) // 8月31日 includes that day
		tab := openTab(t, site.URL, phone, "zh-Hans")
		tab.signIn("college.editor")
		tab.Go("/desk")
		tab.Sees("今天截止")
		tab.Shot("home-college-390")
		tab.check()
		tab.Go("/desk/duties/" + summary + "/filing")
		tab.Fill("总体情况", "本校师生 1,200 人参加。")
		tab.saved()

		colleague := openTab(t, site.URL, office, "zh-Hans")
		colleague.signIn("college.head")
		colleague.Go("/desk/duties/" + summary + "/filing")
		colleague.Fill("主要做法", "开放校园三天，接待中小学生参观。")
		colleague.saved()

		// The second of the two is shown what differs and chooses.
		tab.Fill("成效和亮点", "技能展示受到欢迎。")
		tab.Sees("本单位其他人员已修改草稿")
		tab.Follow("保存草稿")
		tab.Sees("草稿已被他人修改", "开放校园三天，接待中小学生参观。", "技能展示受到欢迎。")
		tab.Shot("clash-390")
		tab.check()
		tab.Fill("主要做法", "开放校园三天，接待中小学生参观。")
		tab.Follow("保存我填写的内容")
		tab.Sees("草稿已保存。")

		for label, n := range map[string]string{"举办活动（项）": "6", "活动场次（场）": "9", "参加人数（人次）": "1,200", "宣传报道总数（篇）": "4"} {
			tab.Fill(label, n)
		}
		tab.Choose("数据来源（参加人数）", "估算")
		tab.Fill("姓名", "示例人")
		tab.Fill("联系电话", "0731-84710000")
		tab.saved()
		tab.Shot("filing-summary-390")
		tab.check()
		tab.Follow("报送")
		tab.At("/desk/duties/" + summary + "/filing/receipt")
		tab.Sees("按时报送", "报送即视为签收")
		tab.Shot("receipt-390")
		tab.check()

		// Taken back before anybody has decided, it counts as never handed in: the last minute is over.
		tab.Go("/desk/duties/" + summary)
		tab.Shot("duty-filed-390")
		tab.check()
		tab.Go("/desk/duties/" + summary + "/filing/withdraw")
		tab.check()
		tab.Follow("撤回")
		tab.Sees("已撤回。")
		site.Clock.Set(time.Date(noticedYear, 9, 1, 0, 0, 0, 0, clock.Shanghai))
		tab.signIn("college.editor") // idle for half an hour
		tab.Go("/desk/duties/" + summary + "/ask?kind=extension")
		tab.FillDate("延期至", "2027-09-05")
		tab.Fill("理由", "数据需与各二级学院核对。")
		tab.Shot("ask-390")
		tab.check()
		tab.Follow("提交申请")
		tab.Sees("申请已提交", "申请待审批", "逾期")
		tab.check()
	})
}

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
	type page struct{ name, path string }
	readers := []struct {
		who   string
		pages []page
	}{
		{"changsha.editor", []page{
			{"home", "/desk"}, {"dispatches", "/desk/dispatches"}, {"dispatch", "/desk/dispatches/" + list[0].ID}, {"pass-on", "/desk/dispatches/" + list[0].ID + "/pass-on"},
			{"duties", "/desk/duties"}, {"duties-late", "/desk/duties?show=late"}, {"duty", "/desk/duties/" + plan}, {"duty-open", "/desk/duties/" + kickoff},
			{"version", "/desk/duties/" + plan + "/versions/2"}, {"receipt", "/desk/duties/" + plan + "/filing/receipt"}, {"withdraw", "/desk/duties/" + plan + "/filing/withdraw"},
			{"filing-kickoff", "/desk/duties/" + kickoff + "/filing"}, {"filing-summary", "/desk/duties/" + summary + "/filing"}, {"ask", "/desk/duties/" + summary + "/ask"},
			{"inbox", "/desk/inbox"}, {"inbox-unread", "/desk/inbox?show=unread"},
		}},
		{"sheng.reviewer", []page{{"home-reviewer", "/desk"}, {"reviews", "/desk/reviews"}, {"review", "/desk/reviews/" + step}}},
		{"furong.editor", []page{{"home-county", "/desk"}, {"reviews-none", "/desk/reviews"}, {"inbox-county", "/desk/inbox"}}},
		{"sysadmin", []page{{"duties-admin", "/desk/duties"}, {"reviews-admin", "/desk/reviews"}, {"inbox-none", "/desk/inbox"}, {"dispatches-admin", "/desk/dispatches"}}},
	}
	for _, screen := range []struct {
		width int64
		lang  string
	}{{phone, "en"}, {phone, "zh-Hans"}, {office, "zh-Hans"}, {office, "en"}} {
		for _, reader := range readers {
			tab := openTab(t, site.URL, screen.width, screen.lang)
			tab.signIn(reader.who)
			for _, p := range reader.pages {
				tab.Go(p.path)
				tab.Shot(fmt.Sprintf("du-%s-%d", p.name, screen.width))
				tab.check()
			}
		}
	}
}

func currentID(t *testing.T, site *testkit.Site) string {
	t.Helper()
	e, err := site.Editions.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
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
	pending := func() review.Pending {
		list, err := site.Filings.Pending(ctx, reviewer, 10)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d filings wait: %v", len(list), err)
		}
		return list[0].Pending
	}
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
	p := pending()
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
	return pending().ID
}
