package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

// noticeFile is the shipped notice as a province would issue it for another year.
func noticeFile(t *testing.T, name, source string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "internal", "sample", source))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(strings.NewReplacer(replace...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The main job: from the official notice to a running edition, and what a year brings it.
func TestProvinceTurnsANoticeIntoAnEdition(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		site, lang := sampleSite(t, engine), "zh-Hans"
		if engine == sqldb.Postgres {
			lang = "en"
		}
		tab := openAs(t, site, screen{office, lang}, "sheng.head")
		id := tab.readNotice("2027")
		tab.fillGroup(id)
		tab.publish(id)
		tab.moveWeek(id, "2027")
		tab.setLocalTheme(site, id)
	})
}

// check is Axe from the top of the page: what the head of the Desk covers is not to be pressed.
func (tab *Tab) check() {
	tab.t.Helper()
	eval[bool](tab, `(window.scrollTo({top: 0, behavior: 'instant'}), true)`)
	tab.Axe()
}

// tick is Tick until the box of the field is ticked: a page that has just come may still scroll to its
// errors under the pointer.
func (tab *Tab) tick(label, field string) {
	tab.t.Helper()
	for range 5 {
		if eval[bool](tab, `document.querySelector('[name=' + %s + ']:checked') !== null`, field) {
			return
		}
		tab.Tick(label)
	}
}

// readNotice uploads a notice, looks at a sentence, corrects a value and creates the edition.
func (tab *Tab) readNotice(year string) (editionID string) {
	tab.t.Helper()
	tab.Go("/desk/notices")
	tab.Follow(tab.say("上传通知", "Upload a notice"))
	tab.Upload(tab.say("通知文件", "File of the notice"), noticeFile(tab.t, "notice.txt", "notice_hunan_2020.txt", "2020", year, "166号", "66号"))
	tab.Follow(tab.say("上传并读取", "Upload and read"))
	tab.Sees("关于开展"+year+"年湖南省职业教育宣传活动周的通知", "湘教通〔"+year+"〕66号")

	// The theme's sentence is marked in the text beside it, without a new page.
	eval[bool](tab, `(window.same = true, document.querySelector('#e-theme a[data-record]').click(), true)`)
	marked := `[...document.querySelectorAll('#record mark')].map(m => m.textContent).join('')`
	for deadline := time.Now().Add(5 * time.Second); eval[string](tab, marked) == "" && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	if got, want := eval[string](tab, marked), year+"年湖南省职业教育宣传活动周时间为：7月20日-7月26日，宣传主题为：“推进高质量发展，建设职业教育强省”。"; got != want {
		tab.t.Errorf("the sentence of the theme is %q, want %q", got, want)
	}
	if !eval[bool](tab, `window.same === true && document.querySelector('#record mark[id]').textContent === '推进高质量发展，建设职业教育强省'`) {
		tab.t.Error("the theme itself is not marked, or the page was loaded anew")
	}
	// Without a script the same link opens the page with the same place marked.
	tab.Go(eval[string](tab, `(u => u.pathname + u.search + u.hash)(new URL(document.querySelector('#e-theme a[data-record]').href))`))
	if got := eval[string](tab, `document.querySelector('#record mark[id]').textContent`); got != "推进高质量发展，建设职业教育强省" {
		tab.t.Errorf("the server marks %q", got)
	}
	tab.Shot("draft-1440")
	tab.check()

	path := strings.SplitN(strings.SplitN(tab.path(), "?", 2)[0], "#", 2)[0]
	tab.Go(path + "?edit=topics.6#e-topics.6")
	tab.Fill(tab.say("内容", "Topic"), "宣传中职学生资助工作")
	tab.check()
	tab.Follow(tab.say("保存", "Save"))
	tab.Sees("宣传中职学生资助工作", tab.say("已更正", "Corrected"), "宣传中职资助工作")

	tab.Go(path + "?edit=window.end#e-window.end")
	tab.FillDate(tab.say("结束日期", "Last day"), year+"-07-01")
	tab.Follow(tab.say("保存", "Save"))
	tab.Sees(tab.say("结束日期不能早于开始日期。", "The last day cannot be before the first."))
	tab.check()

	tab.Go(path)
	tab.Follow(tab.say("创建活动周", "Create the edition"))
	tab.Sees("有关单位", tab.say("将要生成", "What will be made"))
	tab.Fill(tab.say("英文名称", "English name"), "Hunan Vocational Education Publicity Week "+year)
	tab.Shot("create-1440")
	tab.check()
	tab.Follow(tab.say("创建", "Create"))
	tab.At("/desk/editions/")
	tab.Sees(tab.say("活动周草稿已创建。", "The edition has been created as a draft."), tab.say("草稿", "Draft"))
	tab.Shot("edition-draft-1440")
	tab.check()
	return strings.SplitN(strings.TrimPrefix(tab.path(), "/desk/editions/"), "?", 2)[0]
}

// fillGroup fills the one named group, and resolves a phrase that the vocabulary leaves open.
func (tab *Tab) fillGroup(editionID string) {
	tab.t.Helper()
	tab.Go("/desk/editions/" + editionID + "/groups")
	tab.Follow("省职业教育联席会议成员单位")
	tab.Choose(tab.say("层级", "Tier"), tab.say("省级", "Provincial"))
	tab.Choose(tab.say("条线", "Line"), tab.say("教育", "Education"))
	tab.Follow(tab.say("查找单位", "Find units"))
	tab.tick(tab.say("湖南省教育厅", "Hunan"), "units")
	tab.check()
	tab.Follow(tab.say("加入群组", "Add to the group"))
	tab.Sees(tab.say("群组成员已更新。", "The group has been updated."))

	tab.Go("/desk/editions/" + editionID + "/groups")
	tab.Follow("有关单位")
	tab.tick(tab.say("行业协会", "Industry association"), "kinds")
	tab.Follow(tab.say("试算单位数", "Count the units"))
	tab.Sees(tab.say("尚未保存。", "It is not saved yet."))
	tab.Shot("audience-1440")
	tab.check()
	tab.Follow(tab.say("保存对象", "Save the audience"))
	tab.Sees(tab.say("对象已确定。", "The audience is resolved."))
	tab.check()
}

func (tab *Tab) publish(editionID string) {
	tab.t.Helper()
	tab.Go("/desk/editions/" + editionID)
	tab.Follow(tab.say("发布", "Publish"))
	tab.Follow(tab.say("确认发布", "Publish it"))
	tab.Sees(tab.say("处任务对象未确定", "still open"))
	tab.tick(tab.say("暂不确定以上对象，先行发布", "Publish now and resolve these later"), "leave_open")
	tab.Shot("publish-1440")
	tab.check()
	tab.Follow(tab.say("确认发布", "Publish it"))
	tab.Sees(tab.say("已发布，公众现在可以看到。", "Published. The public can see it now."))
}

// moveWeek moves the week by an amending notice.
func (tab *Tab) moveWeek(editionID, year string) {
	tab.t.Helper()
	tab.Follow(tab.say("调整时间", "Move the dates"))
	tab.Follow(tab.say("上传变更通知", "Upload an amending notice"))
	tab.Upload(tab.say("通知文件", "File of the notice"), noticeFile(tab.t, "amending.txt", "notice_amending.txt",
		"{YEAR}", year, "{START}", "8月3日", "{END}", "8月9日", "{ISSUED}", year+"年7月10日"))
	tab.Follow(tab.say("上传并读取", "Upload and read"))
	tab.At("/desk/editions/" + editionID + "/redate")
	tab.Fill(tab.say("调整原因", "Reason"), "错开防汛救灾的紧要时段")
	tab.check()
	tab.Follow(tab.say("预览调整结果", "Preview"))
	tab.Sees(tab.say("8月31日（含）", "31 August "+year), tab.say("9月14日（含）", "14 September "+year), tab.say("+14 天", "+14 days"))
	tab.Shot("redate-1440")
	tab.check()
	tab.Follow(tab.say("确认调整", "Move the dates"))
	tab.Sees(tab.say("时间已调整。", "The dates have been moved."), "湘教通〔"+year+"〕58号", "湘教通〔"+year+"〕66号")
	tab.Shot("amendments-1440")
	tab.check()
}

// setLocalTheme sets a prefecture's own theme, and the portal shows it.
func (tab *Tab) setLocalTheme(site *testkit.Site, editionID string) {
	tab.t.Helper()
	other := openAs(tab.t, site, screen{phone, tab.lang}, "changsha.head")
	other.Go("/desk/editions/" + editionID)
	other.Follow(other.say("设置地方主题", "Set the local theme"))
	other.Fill(other.say("地方主题", "Local theme"), "星城工匠 技能报国")
	other.Fill(other.say("英文主题", "English theme"), "Craft of the star city")
	other.Follow(other.say("预览", "Preview"))
	other.Sees(other.say("星城工匠 技能报国", "Craft of the star city"))
	other.Shot("local-theme-390")
	other.check()
	other.Follow(other.say("保存", "Save"))
	other.Sees(other.say("地方主题已保存", "The local theme is saved"))
	other.check()
	other.Go("/editions/" + editionID + "/regions/430100")
	other.Sees(other.say("星城工匠 技能报国", "Craft of the star city"))
}

// Every page of notices and editions, with the sample's long names, on both screens and in both languages.
func TestEditionPagesHoldOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	current, err := site.Editions.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := site.Editions.Get(t.Context(), actor.TheSystem(), current.ID)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := site.Editions.CopyToYear(t.Context(), actor.TheSystem(), e.ID, edition.Copying{Year: 2027})
	if err != nil {
		t.Fatal(err)
	}
	first, err := site.Editions.Get(t.Context(), actor.TheSystem(), e.CopiedFrom)
	if err != nil {
		t.Fatal(err)
	}
	now, next := "/desk/editions/"+e.ID, "/desk/editions/"+draft.ID
	owed := draft.Obligations[len(draft.Obligations)-1]
	var pages []deskPage
	for _, p := range [][2]string{
		{"notices", "/desk/notices"}, {"upload", "/desk/notices/new"}, {"notice-used", "/desk/notices/" + first.NoticeID},
		{"editions", "/desk/editions"}, {"overview", now}, {"overview-draft", next}, {"contents", next + "/contents"}, {"obligations", now + "/obligations"},
		{"obligations-none", now + "/obligations?required=no&discharge=decision&open=1"},
		{"obligation", next + "/obligations/" + owed.ID}, {"obligation-edit", next + "/obligations/" + owed.ID + "/edit"},
		{"audience-edit", next + "/audiences/" + owed.Audiences[0].ID}, {"groups", next + "/groups"}, {"group", next + "/groups/" + draft.Groups[0].ID + "?q=教育厅"},
		{"group-new", next + "/groups/new"}, {"amended", now + "/amendments"}, {"amended-none", next + "/amendments"}, {"themes", now + "/themes"}, {"details", next + "/edit"}, {"issuers", next + "/issuers"},
		{"item", next + "/items/" + draft.Topics[0].ID}, {"copy", now + "/copy"}, {"attach", next + "/notice"}, {"redate-none", now + "/redate"}, {"archive", now + "/archive"}, {"contact", now + "/contact"},
		{"publish-open", next + "/publish"},
	} {
		pages = append(pages, deskPage{p[0], "sheng.head", p[1]})
	}
	hold(t, site, "ed", pages)
}
