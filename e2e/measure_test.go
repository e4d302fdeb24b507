package e2e

import (
	"testing"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/testkit"
)

// The province's head orders that half of the seats stay empty, sees before whom it concerns, and lifts the
// order again; who lost the seats reads it on the ticket and has them back.
func TestAnEpidemicRuleIsSwitchedOnAndOff(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		day := site.Edition().End.AddDays(20)
		act := site.Publish(func(c *activity.Content) {
			c.Title, c.TitleEN = "钢笔手作", "Making a pen"
		}, testkit.Run(day, 9, 10))
		session := act.Sessions[0].ID
		var last booking.Receipt
		for i, party := range []int64{4, 3} {
			r, err := site.Bookings.Claim(t.Context(), booking.Request{SessionID: session, Party: party, Source: booking.FromPortal,
				Contact: booking.Contact{Name: "李示例", Phone: []string{"13800010000", "13800020000"}[i]}})
			if err != nil {
				t.Fatal(err)
			}
			last = r
		}
		head := openAs(t, site, s, "sheng.head")
		head.Go("/desk/measures")
		head.Sees(head.say("目前没有管控措施", "Nothing is ordered"))
		head.Axe()
		head.Follow(head.say("发布措施", "Order a measure"))
		head.Axe()
		head.FillNamed("cap_percent", "50")
		head.FillNamed("reason", "按疫情防控要求控制人数")
		head.FillNamed("advice", "请佩戴口罩，携带身份证件。")
		head.FillNamed("advice_en", "Please wear a mask and bring your identity card.")
		head.FillDate(head.say("第一天", "First day"), string(day))
		head.FillDate(head.say("最后一天", "Last day"), string(day))
		head.Shot("measure-form")
		head.Follow(head.say("查看影响", "See what it does"))
		head.Sees(head.say("1 个预约（3 人）转入候补名单", "Bookings put on the waitlist, in their order: 1, for 3 people."))
		head.Axe()
		head.Shot("measure-effect")
		head.Follow(head.say("执行", "Carry out"))
		head.Sees(head.say("措施已执行。", "The measure was carried out."))
		head.Axe()
		one := eval[string](head, `location.pathname`)

		booker := openTab(t, site.URL, phone, s.lang)
		ticket := "/bookings/m/" + last.ManageToken
		booker.Go(ticket)
		booker.Sees(booker.say("疫情防控要求", "Health measures"), booker.say("请佩戴口罩", "Please wear a mask"))
		booker.Axe()
		booker.Shot("measure-ticket-390")
		booker.Go("/activities/" + act.ID)
		booker.Sees(booker.say("疫情防控要求", "Health measures"))
		booker.Axe()

		head.Go(one + "/end")
		head.Axe()
		head.Follow(head.say("解除措施", "End the measure"))
		head.Sees(head.say("措施已解除。", "The measure was ended."))
		booker.Go(ticket)
		booker.SeesNot(booker.say("疫情防控要求", "Health measures"))
		booker.Sees(booker.say("3 人", "3 people"))
	})
}
