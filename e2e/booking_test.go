package e2e

import (
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/testkit"
)

// A resident books on the phone without an account, changes the booking, finds it again by code and
// telephone, and gives it up.
func TestResidentBooksChangesAndCancels(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		end := site.Edition().End
		act := site.Publish(func(c *activity.Content) {
			c.Title, c.TitleEN = "螺丝钉精神分享", "The spirit of a screw"
		}, testkit.Run(end, 9, 40), testkit.Run(end, 14, 20))
		tab := openTab(t, site.URL, phone, s.lang)
		tab.Go("/activities/" + act.ID)
		tab.Follow(tab.say("预约", "Book"))
		tab.At("/sessions/" + act.Sessions[0].ID + "/book")
		tab.Sees(tab.say("余 40 席", "40 seats left"))
		tab.Axe()
		tab.Shot("booking-form-390")

		tab.Tick("2")
		tab.Fill(tab.say("联系人姓名", "Name of the contact"), "李示例")
		tab.Fill(tab.say("联系电话", "Telephone"), "1380001")
		tab.Follow(tab.say("确认预约", "Book"))
		tab.Sees(tab.say("请填写正确的手机号码", "Please enter a mobile number"), tab.say("请勾选同意后再提交。", "Please tick this box"))
		tab.Axe()
		tab.Fill(tab.say("联系电话", "Telephone"), "138 0001 0000")
		tab.Tick(tab.say("我已知悉并同意", "I understand and agree"))
		tab.Follow(tab.say("确认预约", "Book"))
		tab.At("/bookings/m/")
		tab.Sees(tab.say("预约成功", "Booked"), tab.say("2 人", "2 people"), "138****0000")
		tab.Axe()
		tab.Shot("booking-ticket-390")
		code := eval[string](tab, `document.querySelector('.tk-letters strong').textContent`)
		file := string(tab.Download(eval[string](tab, `document.querySelector('.tk-doings a').getAttribute('href')`)))
		if !strings.HasPrefix(file, "BEGIN:VCALENDAR") || !strings.Contains(file, code) {
			t.Errorf("the file for the calendar is %.200q", file)
		}

		tab.Follow(tab.say("修改人数", "Change the number of people"))
		tab.Axe()
		tab.Tick("4")
		tab.Follow(tab.say("保存", "Save"))
		tab.Sees(tab.say("4 人", "4 people"))
		tab.Follow(tab.say("改到其他场次", "Take another session"))
		tab.Axe()
		tab.Tick("14:00–15:30")
		tab.Follow(tab.say("改到该场次", "Take this session"))
		tab.Sees("14:00–15:30", tab.say("原预约码作废", "the old code is no longer valid"))
		moved := eval[string](tab, `document.querySelector('.tk-letters strong').textContent`)
		if moved == code {
			t.Error("the new booking has the old code")
		}

		tab.Go("/bookings/find")
		tab.Axe()
		tab.Fill(tab.say("预约码", "Booking code"), strings.ToLower(moved))
		tab.Fill(tab.say("联系电话", "Telephone"), "13800010000")
		tab.Follow(tab.say("查询", "Find"))
		tab.At("/bookings/m/")
		tab.Follow(tab.say("我的个人信息", "My data"))
		tab.Sees("13800010000", "李示例")
		tab.Axe()
		tab.Follow(tab.say("返回我的预约", "Back to my booking"))
		tab.Click(tab.say("取消预约", "Cancel the booking"))
		tab.Sees(tab.say("要取消这次预约吗", "Cancel this booking?"))
		tab.Axe()
		eval[any](tab, `(() => { document.querySelector('dialog form [type=submit], .ow-confirm form [type=submit]').click(); return null; })()`)
		tab.Sees(tab.say("您已取消该预约", "You have cancelled this booking"))
		tab.Axe()
	})
}
