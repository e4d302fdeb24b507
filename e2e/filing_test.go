package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/form"
	"openweek/internal/notice"
	"openweek/internal/review"
	"openweek/internal/testkit"
)

// noticedYear is the year of an edition that has a notice of its own; the sample's has last year's.
const noticedYear = 2027

// noticed moves the site into a year whose notice has just been published, and gives the edition.
func noticed(t *testing.T, site *testkit.Site) edition.Edition {
	t.Helper()
	ctx := t.Context()
	site.Clock.Set(time.Date(noticedYear, 7, 5, 10, 0, 0, 0, clock.Shanghai))
	head := staffOf(t, site, "sheng.head")
	text, err := os.ReadFile(filepath.Join("..", "internal", "sample", "notice_hunan_2020.txt"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := site.Editions.UploadNotice(ctx, head, edition.Upload{
		FileName: "notice.txt", Data: []byte(strings.ReplaceAll(string(text), "2020", fmt.Sprint(noticedYear))), Territory: "430000", Kind: edition.Original,
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err := site.Editions.CreateEdition(ctx, head, n.ID, edition.Creation{Version: n.Draft.Version})
	if err != nil {
		t.Fatal(err)
	}
	read, err := site.Editions.Reading(ctx, head, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	if e, err = site.Editions.Publish(ctx, head, e.ID, e.Version, edition.Publication{Read: read, LeaveOpen: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := site.Duties.TellDispatches(ctx); err != nil {
		t.Fatal(err)
	}
	return e
}

func staffOf(t *testing.T, site *testkit.Site, name string) actor.Actor {
	t.Helper()
	personID, err := site.Units.PersonOfSignIn(t.Context(), site.DB, name)
	if err != nil {
		t.Fatal(err)
	}
	a, err := site.Units.Actor(t.Context(), site.DB, personID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// dutyOf finds the duty of somebody's unit that is filed in a form.
func dutyOf(t *testing.T, site *testkit.Site, name, code string, dated bool) string {
	t.Helper()
	a := staffOf(t, site, name)
	page, err := site.Duties.Find(t.Context(), a, duty.Filter{EditionID: currentID(t, site), UnitID: a.UnitID})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range page.Items {
		if form.CodeFor(d.Obligation.FormHint) == code && dated == (d.Obligation.Timing == notice.TimingDue) {
			return d.ID
		}
	}
	t.Fatalf("%s owes nothing filed as %s", name, code)
	return ""
}

// A prefecture signs for the notice, passes it on, files a plan, is returned, corrects it, is accepted.
func TestPrefectureFilesAPlanAndIsAccepted(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		noticed(t, site)
		plan := dutyOf(t, site, "changsha.editor", form.WorkPlan, false)
		unit := openAs(t, site, screen{office, s.lang}, "changsha.editor")
		unit.signAndPassOn()
		unit.fillPlan(plan)

		province := openAs(t, site, screen{office, s.lang}, "sheng.reviewer")
		province.returnPlan(stepOf(t, site, "sheng.reviewer", plan))

		unit.correctPlan(plan)
		province.acceptPlan(stepOf(t, site, "sheng.reviewer", plan))

		unit.Go("/desk/duties/" + plan)
		unit.Sees(unit.say("已受理", "Accepted"), unit.say("第 2 版", "Version 2"), "宣传经费合计 12 万元")
		unit.Shot("duty-accepted-1440")
		unit.check()
		unit.Follow(unit.say("第 2 版", "Version 2"))
		unit.Sees(unit.say("与第 1 版的不同", "What differs from version 1"))
		unit.Shot("version-1440")
		unit.check()
		unit.Go("/desk/inbox")
		unit.Sees(unit.say("已受理", "has been accepted"), unit.say("被退回", "was returned"))
		unit.Shot("inbox-1440")
		unit.check()
	})
}

func (tab *Tab) signAndPassOn() {
	tab.t.Helper()
	tab.Go("/desk")
	tab.Sees(tab.say("通知待签收", "A notice to sign for"))
	tab.Shot("home-todo-1440")
	tab.check()
	tab.Follow(tab.say("去签收", "Sign"))
	tab.At("/desk/dispatches/")
	tab.Sees(tab.say("未签收", "Not signed"), "关于开展2027年湖南省职业教育宣传活动周的通知")
	tab.Shot("dispatch-1440")
	tab.check()
	tab.Follow(tab.say("签收", "Sign for it"))
	tab.Sees(tab.say("已签收。", "Signed."))

	tab.Follow(tab.say("转发", "Pass on"))
	tab.Fill(tab.say("转发意见", "Covering note"), "请各区县、各学校于 7 月 10 日前签收并制定方案。")
	tab.Tick(tab.say("中小学", "School"))
	tab.Shot("pass-on-1440")
	tab.check()
	tab.Follow(tab.say("下一步：核对单位数", "Next: check the number of units"))
	tab.Sees(tab.say("发出后不能撤回", "It cannot be called back"))
	tab.Shot("pass-confirm-1440")
	tab.check()
	tab.Follow(tab.say("转发", "Pass on"))
	tab.Sees(tab.say("通知已转发。", "The notice has been passed on."), tab.say("已转发给", "Passed on to"))
	tab.Shot("dispatch-passed-1440")
	tab.check()
}

// saved waits until the draft has saved itself.
func (tab *Tab) saved() {
	tab.t.Helper()
	for deadline := time.Now().Add(8 * time.Second); ; {
		if said := eval[string](tab, `document.querySelector('[data-status]').textContent`); strings.Contains(said, tab.say("已自动保存", "Saved (")) {
			return
		} else if time.Now().After(deadline) {
			tab.failShot()
			tab.t.Fatalf("the draft does not save itself; it says %q", said)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (tab *Tab) fillPlan(dutyID string) {
	tab.t.Helper()
	tab.Go("/desk/duties/" + dutyID)
	tab.Shot("duty-open-1440")
	tab.check()
	tab.Follow(tab.say("填写", "Fill in"))
	tab.At("/desk/duties/" + dutyID + "/filing")
	tab.Shot("filing-empty-1440")
	tab.check()
	tab.SeesNot(tab.say("经费总额", "Funds in all"))
	tab.Fill(tab.say("牵头单位（处室、科室）", "Leading office"), "职业教育与成人教育处")
	// What depends on an answer is shown at once.
	tab.Tick(tab.say("已安排", "Yes"))
	tab.Sees(tab.say("经费总额（元）", "Funds in all (yuan)"))
	tab.saved()

	// Handing in too early shows everything that is wrong, each with a link to its field.
	tab.Follow(tab.say("报送", "Submit"))
	tab.Sees(tab.say("请更正以下内容", "Please correct"), tab.say("专人", "Named liaison"), tab.say("经费总额（元）", "Funds in all (yuan)"))
	tab.Shot("filing-problems-1440")
	tab.check()
	target := eval[string](tab, `(() => { const a = document.querySelector('#problems a'); return document.getElementById(a.getAttribute('href').slice(1)) ? '' : a.getAttribute('href'); })()`)
	if target != "" {
		tab.t.Errorf("a problem leads to %s, which is not on the page", target)
	}

	tab.Fill(tab.say("姓名", "Name"), "示例人")
	tab.Fill(tab.say("联系电话", "Telephone"), "13800000000")
	tab.Fill(tab.say("经费总额（元）", "Funds in all (yuan)"), "100,000")
	tab.Tick(tab.say("财政专项", "Special budget"))
	tab.Fill(tab.say("主要措施", "Measures"), "1. 专题学习\n2. 开放校园\n\n宣传经费合计 10 万元。")
	tab.row(1, "2027-07-20", "启动仪式和技能展示")
	tab.Click(tab.say("增加一行：活动安排表", "Add a row: Schedule"))
	tab.row(2, "2027-07-21", "开放校园")
	tab.Upload(tab.say("方案正式文本及附件：选择文件", "The plan as issued, and attachments: choose a file"), pdfFile(tab.t, "方案.pdf"))
	tab.Sees("方案.pdf")
	tab.saved()
	tab.Shot("filing-full-1440")
	tab.check()
	tab.Follow(tab.say("检查", "Check"))
	tab.Sees(tab.say("检查通过，可以报送。", "Nothing is missing"))
	tab.Follow(tab.say("报送", "Submit"))
	tab.At("/desk/duties/" + dutyID + "/filing/receipt")
	tab.Sees(tab.say("第 1 版", "Version 1"), tab.say("湖南省教育厅", "Hunan"))
	tab.Shot("receipt-1440")
	tab.check()
}

// row fills in a row of the schedule.
func (tab *Tab) row(n int, day, what string) {
	tab.t.Helper()
	cell := func(zh, en string) string {
		return tab.say(fmt.Sprintf("第 %d 行 %s", n, zh), fmt.Sprintf("%s, row %d", en, n))
	}
	tab.FillDate(cell("开始日期", "From"), day)
	tab.FillDate(cell("结束日期", "To"), day)
	tab.Fill(cell("活动内容", "Activity"), what)
	tab.Fill(cell("责任单位", "Responsible"), "市教育局职成处")
}

// pdfFile makes the smallest file that is a PDF.
func pdfFile(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// stepOf is what waits for a reviewer of a duty.
func stepOf(t *testing.T, site *testkit.Site, name, dutyID string) review.Pending {
	t.Helper()
	list, err := site.Filings.Pending(t.Context(), staffOf(t, site, name), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		if one.Duty.ID == dutyID {
			return one.Pending
		}
	}
	t.Fatalf("nothing of the duty waits for %s", name)
	return review.Pending{}
}

func (tab *Tab) returnPlan(step review.Pending) {
	tab.t.Helper()
	tab.Go("/desk")
	tab.Sees(tab.say("份材料等待您审核", "for your review"))
	tab.Shot("home-reviewer-1440")
	tab.check()
	tab.Go("/desk/reviews")
	tab.Shot("reviews-1440")
	tab.check()
	tab.openStep(step)
	tab.Sees("宣传经费合计 10 万元。", "100,000.00", "方案.pdf", "13800000000")
	tab.Shot("review-1440")
	tab.check()

	tab.Follow(tab.say("退回修改", "Return"))
	tab.Sees(tab.say("退回或不予通过时，请写明意见。", "comment"))
	tab.check()
	eval[bool](tab, `(document.querySelector('#v-measures details').open = true)`)
	tab.Fill(tab.say("对“主要措施”的意见", "Comment on “Measures”"), "经费合计与预算不符，请核对。")
	tab.Fill(tab.say("审核意见", "Comment"), "请核对经费后重新报送。")
	tab.Follow(tab.say("退回修改", "Return"))
	tab.At("/desk/reviews")
	tab.Sees(tab.say("已退回单位修改。", "Returned to the unit."))
	tab.Shot("reviews-after-1440")
	tab.check()
}

// openStep opens a filing from the queue.
func (tab *Tab) openStep(step review.Pending) {
	tab.t.Helper()
	if !eval[bool](tab, `(a => { a?.setAttribute('aria-label', 'the filing'); return a !== null; })(document.querySelector('a[href="/desk/reviews/' + %s + '"]'))`, step.ID) {
		tab.t.Fatalf("the queue does not hold %s", step.ID)
	}
	tab.Follow("the filing")
	tab.At("/desk/reviews/" + step.ID)
}

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

func (tab *Tab) acceptPlan(step review.Pending) {
	tab.t.Helper()
	tab.Go("/desk/reviews")
	tab.openStep(step)
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
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		noticed(t, site)
		summary := dutyOf(t, site, "college.editor", form.WorkSummary, true)
		site.Clock.Set(time.Date(noticedYear, 8, 31, 23, 30, 0, 0, clock.Shanghai)) // 8月31日 includes that day
		tab := openAs(t, site, screen{phone, "zh-Hans"}, "college.editor")
		tab.Go("/desk")
		tab.Sees("今天截止")
		tab.Shot("home-college-390")
		tab.check()
		tab.Go("/desk/duties/" + summary + "/filing")
		tab.Fill("总体情况", "本校师生 1,200 人参加。")
		tab.saved()

		colleague := openAs(t, site, screen{office, "zh-Hans"}, "college.head")
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
		tab.as(site, "college.editor") // the other login has been idle for half an hour
		tab.Go("/desk/duties/" + summary + "/ask?kind=extension")
		tab.FillDate("延期至", "2027-09-05")
		tab.Fill("理由", "数据需与各二级学院核对。")
		tab.Shot("ask-390")
		tab.check()
		tab.Follow("提交申请")
		tab.Sees("申请已提交", "申请待审批", "逾期")
		tab.check()

		// The province gives it until the 5th, which includes that day; then it is late again.
		province := openAs(t, site, screen{office, "zh-Hans"}, "sheng.head")
		province.Go("/desk/editions/" + currentID(t, site) + "/requests")
		province.Sees("数据需与各二级学院核对。")
		province.follow(`document.querySelector('table a.ow-btn')`)
		province.tick("批准", "grant")
		province.Follow("提交审批意见")
		province.Sees("审批意见已发给单位。")
		site.Clock.Set(time.Date(noticedYear, 9, 5, 23, 59, 59, 0, clock.Shanghai))
		tab.as(site, "college.editor")
		tab.Go("/desk/duties/" + summary)
		tab.Sees("2027年9月5日")
		tab.SeesNot("逾期")
		tab.Go("/desk/duties/" + summary + "/filing")
		tab.Follow("报送")
		tab.At("/desk/duties/" + summary + "/filing/receipt")
		tab.Sees("按时报送")
		site.Clock.Set(time.Date(noticedYear, 9, 6, 9, 0, 0, 0, clock.Shanghai))
		tab.as(site, "college.editor")
		tab.Go("/desk/duties/" + summary) // filed in time stays in time
		tab.SeesNot("逾期")
		tab.check()
	})
}

func currentID(t *testing.T, site *testkit.Site) string {
	t.Helper()
	e, err := site.Editions.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
}
