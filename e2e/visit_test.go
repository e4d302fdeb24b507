package e2e

import (
	"strings"
	"testing"
	"time"

	"openweek/internal/testkit"
)

// The prefecture's education bureau invites a school and holds seats, its teacher books the class on a
// phone without an account, and the host confirms.
func TestBureauAllotsASchoolItsTeacherBooksTheHostConfirms(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		run := testkit.Run(site.Clock.Now().Day().AddDays(4), 9, 80)
		run.GroupMin, run.GroupMax, run.Closes = 10, 60, run.Starts.Add(-24*time.Hour)
		site.Publish(nil, run)

		bureau := openAs(t, site, s, "changsha.editor")
		bureau.Go("/desk/visits/schools?q=%E6%98%8E%E5%BE%B7")
		bureau.Sees(bureau.say("还没有参访安排", "No visit yet"))
		bureau.Shot("visit-schools")
		bureau.check()
		bureau.Follow(bureau.say("安排参访", "Invite"))
		bureau.Go(bureau.path() + "&q=%E6%95%B0%E6%8E%A7%E6%8A%80%E6%9C%AF%E5%BC%80%E6%94%BE%E6%97%A5")
		bureau.check()
		eval[bool](bureau, `(document.querySelector('[name=session]').click(), true)`)
		bureau.FillNamed("people", "40")
		bureau.FillNamed("note", "请提前十分钟到校门口集合。")
		bureau.Shot("visit-allot")
		bureau.Follow(bureau.say("发出邀请", "Send the invitation"))
		bureau.Sees(bureau.say("邀请已发出，名额已预留。", "The invitation is sent and seats are held."))
		bureau.Shot("visit-allotment")
		bureau.check()
		link := strings.TrimPrefix(eval[string](bureau, `document.querySelector('.vs-link').textContent`), site.URL)
		invitation := bureau.path()

		teacher := openTab(t, site.URL, phone, s.lang)
		teacher.Go(link)
		teacher.Sees(teacher.say("芙蓉区明德中学", "Furong District Mingde"), "请提前十分钟到校门口集合。")
		teacher.Shot("visit-invitation")
		teacher.check()
		teacher.Follow(teacher.say("接受邀请", "Accept"))
		teacher.Follow(teacher.say("提交预约", "Send"))
		teacher.Sees(teacher.say("请勾选同意后再提交。", "Tick the box to agree before you send."))
		teacher.Shot("visit-class-wrong")
		teacher.check()
		teacher.FillNamed("grade", "初二（3）班")
		teacher.FillNamed("pupils", "36")
		teacher.FillNamed("adults", "2")
		teacher.Tick(teacher.say("包车", "By coach"))
		teacher.FillNamed("needs", "一名学生使用轮椅")
		teacher.FillNamed("contact.name", "李示例")
		teacher.FillNamed("contact.phone", "13900010000")
		teacher.Tick(teacher.say("我已知悉并同意", "I "))
		teacher.Follow(teacher.say("提交预约", "Send"))
		teacher.Sees(teacher.say("等待举办单位确认", "Waiting for the host"))
		teacher.Shot("visit-pending")
		teacher.check()
		visit := teacher.path()

		host := openAs(t, site, s, "college.editor")
		host.Go("/desk/visits")
		host.Sees(host.say("芙蓉区明德中学", "Furong District Mingde"), "李*", "139****0000")
		host.SeesNot("13900010000", "轮椅")
		host.Shot("visit-host-list")
		host.check()
		host.Follow(host.say("芙蓉区明德中学", "Furong District Mingde"))
		host.Sees("一名学生使用轮椅")
		host.Shot("visit-host")
		host.check()
		one := host.path()
		host.Go(one + "/confirm")
		host.Follow(host.say("确认接待", "Confirm"))
		host.Sees(host.say("已确认，将通知联系老师。", "Confirmed. The teacher is told."))

		teacher.Go(visit)
		teacher.Sees(teacher.say("参访已确认", "Confirmed"))
		teacher.Follow(teacher.say("学生名单", "Roster"))
		teacher.FillNamed("names", "甲示例\n乙示例")
		teacher.FillNamed("declared", "李示例")
		teacher.Tick(teacher.say("学校已取得全部学生监护人的同意", "The school has the consent"))
		teacher.Follow(teacher.say("保存名单", "Save the roster"))
		teacher.Sees("甲*", "乙*")
		teacher.SeesNot("甲示例")
		teacher.Shot("visit-roster")
		teacher.check()

		host.Go(one)
		host.Sees(host.say("2 人", "2 names"))
		host.SeesNot("甲示例")
		bureau.Go(invitation)
		bureau.Sees(bureau.say("已确认", "Confirmed"), "初二（3）班")
		bureau.SeesNot("李示例", "13900010000", "轮椅")
	})
}
