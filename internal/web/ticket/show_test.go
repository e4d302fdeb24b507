package ticket_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"openweek/internal/booking"
	"openweek/internal/testkit"
)

func TestABookerChangesAndCancels(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		halls, v := fair(site, 40, 4, 1), site.Visitor()
		at := book(t, v, halls[0], 1)
		page := v.Get(at)
		for _, link := range []string{"/calendar.ics", "/party", "/session", "/cancel", "/data"} {
			if !links(page, at+link) {
				t.Errorf("the ticket does not lead to %s", link)
			}
		}
		for value, status := range map[string]int{"0": 422, "-1": 422, "x": 422, "": 422, "1000000000": 422, "6": 422} {
			equal(t, "a party of "+value, v.Post(at+"/party", url.Values{"party_size": {value}}).Status, status)
		}
		equal(t, "a party of 4", v.Post(at+"/party", url.Values{"party_size": {"4"}}).Status, http.StatusSeeOther)
		sees(t, "the ticket", v.Get(at), "人数已修改", "4 人")

		choose := v.Get(at + "/session")
		sees(t, "the other sessions", choose, "10:00–11:30", "余 4 席")
		if strings.Contains(choose.Body, halls[2]) {
			t.Error("a session with too few seats is offered")
		}
		equal(t, "no session", v.Post(at+"/session", nil).Status, 422)
		equal(t, "too few seats", v.Post(at+"/session", url.Values{"session": {halls[2]}}).Status, http.StatusConflict)
		stranger := fair(site, 9)[0]
		equal(t, "another activity's", v.Post(at+"/session", url.Values{"session": {stranger}}).Status, http.StatusNotFound)
		moved := v.Post(at+"/session", url.Values{"session": {halls[1]}})
		to := moved.Header.Get("Location")
		equal(t, "moved", moved.Status, http.StatusSeeOther)
		equal(t, "sent again", v.Post(at+"/session", url.Values{"session": {halls[1]}}).Header.Get("Location"), to)
		if to == at || left(t, site, halls[0]) != 40 || left(t, site, halls[1]) != 0 {
			t.Errorf("%s, %d and %d left", to, left(t, site, halls[0]), left(t, site, halls[1]))
		}
		old := v.Get(at)
		sees(t, "the old ticket", old, "已改约")
		if !links(old, to) {
			t.Error("the old ticket does not lead to the new one")
		}
		sees(t, "the new ticket", v.Get(to), "预约成功", "10:00–11:30", "4 人")

		sees(t, "before cancelling", v.Get(to+"/cancel"), "要取消这次预约吗", "数控技术开放日", "4 人")
		equal(t, "nothing yet", ticket(t, site, to).Status, booking.Confirmed)
		for range 2 {
			equal(t, "cancelled", v.Post(to+"/cancel", nil).Status, http.StatusSeeOther)
		}
		sees(t, "the cancelled ticket", v.Get(to), "已取消", "您已取消该预约")
		equal(t, "seats left", left(t, site, halls[1]), 4)
		for _, page := range []string{"/party", "/session", "/cancel"} {
			equal(t, "back from "+page, v.Get(to+page).Header.Get("Location"), to)
		}
		file := v.Get(to + "/calendar.ics")
		if !strings.Contains(file.Body, "STATUS:CANCELLED") {
			t.Errorf("%s", file.Body)
		}
	})
}

func TestForgedAndOthersTokensOpenNothing(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		hall, v := fair(site, 40)[0], site.Visitor()
		mine, other := book(t, v, hall, 1), book(t, v, hall, 2, "contact.name", "王示例")
		for _, token := range []string{"x", "AAAA", mine[len("/bookings/m/"):][:40], mine[len("/bookings/m/"):len(mine)-4] + "AAAA", strings.Repeat("A", 5000)} {
			for _, page := range []string{"", "/calendar.ics", "/party", "/session", "/cancel", "/data", "/erase"} {
				if p := v.Get("/bookings/m/" + token + page); p.Status != http.StatusForbidden {
					t.Errorf("GET %s%s: %d", token, page, p.Status)
				}
			}
			for _, page := range []string{"/party", "/session", "/cancel", "/accept", "/erase"} {
				if p := v.Post("/bookings/m/"+token+page, url.Values{"party_size": {"1"}, "session": {hall}}); p.Status != http.StatusForbidden {
					t.Errorf("POST %s%s: %d", token, page, p.Status)
				}
			}
		}
		if p := v.Get(other); strings.Contains(p.Body, "李") {
			t.Error("a ticket shows another's name")
		}
		code := ticket(t, site, mine).Code
		for _, path := range []string{"/bookings/" + code, "/bookings/m/" + code} {
			if p := v.Get(path); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
				t.Errorf("the code alone opens %s: %d", path, p.Status)
			}
		}
	})
}

func TestCodeAndTelephoneLeadToTheBooking(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		hall, v := fair(site, 40)[0], site.Visitor()
		at := book(t, v, hall, 1)
		code := ticket(t, site, at).Code
		find := func(code, phone string) *testkit.Page {
			return v.Post("/bookings/find", url.Values{"code": {code}, "phone": {phone}})
		}
		equal(t, "found", find(strings.ToLower(code[:4])+" "+code[4:], "138-0001-0000").Header.Get("Location"), at)
		var said []string
		for _, c := range [][2]string{{code, "13800020000"}, {"AAAABBBB", "13800010000"}, {"' OR 1=1 --", "13800010000"}} {
			p := find(c[0], c[1])
			equal(t, c[0], p.Status, 422)
			said = append(said, strings.Join(p.Texts("main"), ""))
		}
		if said[0] != said[1] || said[1] != said[2] {
			t.Errorf("an unknown code is told from another number: %q", said)
		}
		for _, c := range [][2]string{{"", "13800010000"}, {code, ""}, {code, "1"}, {strings.Repeat("A", 1000), "13800010000"}} {
			equal(t, "malformed", find(c[0], c[1]).Status, 422)
		}
	})
}

func TestABookerReadsAndErasesWhatIsStored(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		hall, v := fair(site, 40)[0], site.Visitor()
		at := book(t, v, hall, 1)
		code := ticket(t, site, at).Code
		sees(t, "what is stored", v.Get(at+"/data"), code[:4]+"-"+code[4:], "李示例", "13800010000", "中文", "2026年8月24日")
		sees(t, "before erasing", v.Get(at+"/erase"), "将同时取消", "不能恢复")
		for range 2 {
			equal(t, "erased", v.Post(at+"/erase", nil).Status, http.StatusSeeOther)
		}
		page := v.Get(at + "/data")
		sees(t, "what is stored afterwards", page, "您的个人信息已删除", "已删除", "已取消", "2 人")
		for _, p := range []*testkit.Page{page, v.Get(at)} {
			if strings.Contains(p.Body, "李") || strings.Contains(p.Body, "13800010000") || strings.Contains(p.Body, "138****0000") {
				t.Error("it is still shown who booked")
			}
		}
		equal(t, "seats left", left(t, site, hall), 40)
		equal(t, "by telephone", v.Post("/bookings/find", url.Values{"code": {code}, "phone": {"13800010000"}}).Status, 422)
		equal(t, "to change", v.Get(at+"/party").Header.Get("Location"), at)
	})
}
