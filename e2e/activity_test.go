package e2e

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"openweek/internal/testkit"
)

// A clerk enters an activity and its sessions, the college's own head accepts it and the province returns
// it, the clerk corrects it, head and province accept, and it is public.
func TestClerkPublishesAnActivity(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		clerk := openAs(t, site, s, "college.editor")
		path := clerk.enterActivity()
		clerk.addSessions(path)
		clerk.handIn(path)

		accept := func(who string) {
			reader := openAs(t, site, screen{office, s.lang}, who)
			reader.openActivity("智能制造实训中心开放日")
			reader.Follow(reader.say("通过", "Accept"))
			reader.At("/desk/reviews")
		}
		accept("college.head")
		province := openAs(t, site, screen{office, s.lang}, "sheng.reviewer")
		province.openActivity("智能制造实训中心开放日")
		province.Shot("activity-review-1440")
		province.check()
		eval[bool](province, `(document.querySelector('#v-access details').open = true)`)
		province.Fill(province.say("对“交通指引”的意见", "Comment on “How to come”"), "请写明轮椅从哪个门进。")
		province.Fill(province.say("审核意见", "Comment"), "请补充无障碍通道说明。")
		province.Follow(province.say("退回修改", "Return"))
		province.Sees(province.say("活动已退回", "The activity is returned"))

		clerk.Go("/desk")
		clerk.Sees(clerk.say("有 1 个活动被退回", "Activities returned: 1"))
		clerk.Go(path + "/edit")
		clerk.Sees("请写明轮椅从哪个门进。", "请补充无障碍通道说明。")
		clerk.Shot("activity-returned")
		clerk.check()
		clerk.Fill(clerk.say("交通指引", "How to come"), "北门进校，轮椅走东侧坡道。")
		clerk.saved()
		clerk.handIn(path)

		accept("college.head")
		accept("sheng.reviewer")
		clerk.Go(path)
		clerk.Sees(clerk.say("已发布", "Published"), clerk.say("公众看到的内容", "What the public sees"))
		clerk.Shot("activity-public")
		clerk.check()
	})
}

// enterActivity fills in an open campus and gives its address.
func (tab *Tab) enterActivity() (path string) {
	tab.t.Helper()
	tab.Go("/desk/activities")
	tab.Follow(tab.say("新建活动", "New activity"))
	tab.Shot("activity-new")
	tab.check()
	tab.Fill(tab.say("活动名称", "Title"), "智能制造实训中心开放日")
	tab.Tick(tab.say("开放校园", "Open campus"))
	tab.Follow(tab.say("开始填写", "Begin"))
	path = strings.TrimSuffix(tab.path(), "/edit")
	tab.Fill(tab.say("活动简介", "Summary"), "走进实训车间，看数控机床如何加工零件。")
	eval[bool](tab, `(document.querySelector('[name=topics]').click(), true)`)
	tab.Tick(tab.say("中小学生", "Pupils"))
	tab.Fill(tab.say("详细地址", "Address"), "香樟路22号")
	tab.Fill(tab.say("咨询电话（办公电话）", "Office telephone"), "0731-80000000")
	tab.Tick(tab.say("我确认以上是办公电话", "I confirm that this is an office"))
	tab.Fill(tab.say("详细介绍", "Description"), "参观三个实训中心，体验数控加工。")
	tab.Upload(tab.say("选择图片", "Choose a picture"), pngFile(tab.t, "照片.png"))
	tab.Fill(tab.say("图片说明", "What the picture shows"), "学生在操作机床")
	tab.FillNamed("form-programmes.0.name", "数控技术")
	tab.FillNamed("form-programmes.0.place", "实训楼一楼")
	tab.FillNamed("form-programmes.0.experience", "操作模拟机床")
	tab.FillNamed("form-liaison.name", "示例人")
	tab.FillNamed("form-liaison.phone", "0731-80000000")
	tab.saved()
	tab.Shot("activity-form")
	tab.check()
	tab.Follow(tab.say("下一步：安排场次", "Next: sessions"))
	tab.At(path + "/sessions")
	return path
}

// addSessions adds two sessions on the last day of the week.
func (tab *Tab) addSessions(path string) {
	tab.t.Helper()
	eval[bool](tab, `(() => { const days = document.querySelectorAll('[name=days]'); days[days.length - 1].click(); return true; })()`)
	tab.Fill(tab.say("开始时间", "Times"), "9:00、14:00")
	tab.Fill(tab.say("每场席位数", "Seats of each session"), "40")
	tab.Follow(tab.say("添加场次", "Add sessions"))
	tab.Sees("09:00–11:00", "14:00–16:00")
	tab.Shot("activity-sessions")
	tab.check()
	tab.Go(path + "/preview")
	tab.Sees("智能制造实训中心开放日", "香樟路22号", "09:00–11:00")
	tab.SeesNot("示例人") // for the organisers only
	tab.Shot("activity-preview")
	tab.check()
}

// handIn hands in what is complete.
func (tab *Tab) handIn(path string) {
	tab.t.Helper()
	tab.Go(path + "/submit")
	tab.Follow(tab.say("提交审核", "Hand in for review"))
	tab.At(path)
	tab.Sees(tab.say("审核中", "Under review"))
}

// openActivity opens an activity from the queue of reviews.
func (tab *Tab) openActivity(title string) {
	tab.t.Helper()
	tab.Go("/desk/reviews")
	tab.Follow(title)
	tab.Sees(title, tab.say("审核结论", "Decision"))
}

// pngFile makes a small picture.
func pngFile(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	w, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // closed once more below, where it counts
	if err := png.Encode(w, image.NewGray(image.Rect(0, 0, 80, 60))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}
