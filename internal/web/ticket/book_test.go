package ticket_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

func TestAResidentBooksAndHoldsATicket(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		hall, v := fair(site, 40)[0], site.Visitor()
		act := site.Visitor().Get("/activities/" + activityOf(t, site, hall))
		if !links(act, bookPath(hall)) {
			t.Error("the activity does not lead to its booking")
		}
		page := v.Get(bookPath(hall))
		sees(t, "the form", page, "预约", "数控技术开放日", "2026年7月25日（星期六） 08:00–09:30", "实训楼，长沙市芙蓉区示例路1号", "余 40 席", "2026年8月24日")
		at := book(t, v, hall, 1)
		one := ticket(t, site, at)
		shown := v.Get(at)
		sees(t, "the ticket", shown, "预约成功", one.Code[:4]+"-"+one.Code[4:], "2 人", "李*", "138****0000", "请保存本页", "请勿触摸运转的设备。")
		equal(t, "seats left", left(t, site, hall), 38)
		equal(t, "may be kept", shown.Header.Get("Cache-Control"), "no-store")
		equal(t, "tells other sites", shown.Header.Get("Referrer-Policy"), "same-origin")
		if !strings.Contains(shown.Body, `<meta name="robots" content="noindex, nofollow"`) || !strings.Contains(shown.Body, `src="data:image/svg+xml;base64,`) {
			t.Error("the ticket is listed, or has no QR code")
		}
		english := v.Get(at + "?lang=en")
		sees(t, "the ticket in English", english, "Booked", "2 people", "Keep this page", "Saturday, 25 July 2026, 08:00–09:30")
		file := v.Get(at + "/calendar.ics")
		if file.Status != http.StatusOK || !strings.Contains(file.Body, "UID:"+hall) || !strings.Contains(file.Body, "DTSTART;TZID=Asia/Shanghai:20260725T080000") || !strings.Contains(file.Body, "CLASS:PRIVATE") {
			t.Errorf("%d %s", file.Status, file.Body)
		}
	})
}

func activityOf(t *testing.T, site *testkit.Site, sessionID string) string {
	t.Helper()
	s, _, err := site.Bookings.GetSession(t.Context(), sessionID)
	must(t, err)
	return s.ActivityID
}

func TestTheSameFormSentTwiceBooksOnce(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		hall, v := fair(site, 40)[0], site.Visitor()
		at := book(t, v, hall, 1)
		equal(t, "the second answer", book(t, site.Visitor(), hall, 1), at)
		equal(t, "seats left", left(t, site, hall), 38)
		changed := v.Post(bookPath(hall), filled(1, "party_size", "3"))
		equal(t, "changed in between", changed.Status, http.StatusConflict)
		sees(t, "changed in between", changed, "此表单已提交过")
		if strings.Contains(changed.Body, `value="key-1"`) {
			t.Error("the form keeps its key and can never be sent")
		}
		again := v.Post(bookPath(hall), filled(1, "key", "another"))
		equal(t, "booked twice", again.Status, http.StatusConflict)
		sees(t, "booked twice", again, "该联系电话已预约本场次")
		if !links(again, "/bookings/find") {
			t.Error("who has booked is not led to the booking")
		}
	})
}

func TestBadInputIsToldBesideItsField(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		hall, v := fair(site, 40)[0], site.Visitor()
		long := strings.Repeat("长", 1000)
		for name, c := range map[string]struct {
			field, value string
			status       int
			says         string
		}{
			"nobody":            {"party_size", "0", 422, "f-party_size-problem"},
			"less than nobody":  {"party_size", "-1", 422, "f-party_size-problem"},
			"everybody":         {"party_size", "1000000000", 422, "f-party_size-problem"},
			"beyond a number":   {"party_size", "99999999999999999999", 422, "f-party_size-problem"},
			"no number":         {"party_size", "x", 422, "f-party_size-problem"},
			"half a person":     {"party_size", "1.5", 422, "f-party_size-problem"},
			"one too many":      {"party_size", "6", 422, "f-party_size-problem"},
			"an empty party":    {"party_size", " ", 422, "f-party_size-problem"},
			"no name":           {"contact.name", " ", 422, "f-contact.name-problem"},
			"a novel as a name": {"contact.name", long, 422, "f-contact.name-problem"},
			"no telephone":      {"contact.phone", "", 422, "f-contact.phone-problem"},
			"a short number":    {"contact.phone", "1380001000", 422, "f-contact.phone-problem"},
			"letters":           {"contact.phone", "一三八", 422, "f-contact.phone-problem"},
			"a number abroad":   {"contact.phone", "+1 650 253 0000", 422, "f-contact.phone-problem"},
			"a long number":     {"contact.phone", strings.Repeat("1", 1000), 422, "f-contact.phone-problem"},
			"no consent":        {"consent", "", 422, "f-consent-problem"},
			"a broken key":      {"key", "a\nb", 422, "Idempotency-Key"},
		} {
			p := v.Post(bookPath(hall), filled(1, c.field, c.value))
			if p.Status != c.status || !strings.Contains(p.Body, c.says) {
				t.Errorf("%s: %d", name, p.Status)
			}
		}
		equal(t, "seats left", left(t, site, hall), 40)
		// What was typed stays, and is text.
		const evil = `"><script>alert(1)</script>`
		p := v.Post(bookPath(hall), filled(1, "contact.name", evil, "contact.phone", evil, "answers.x", evil, "key", evil))
		if p.Status != 422 || strings.Contains(p.Body, "<script>alert") || !strings.Contains(p.Body, "&lt;script&gt;alert(1)") {
			t.Errorf("markup: %d", p.Status)
		}
		at := book(t, v, hall, 1, "contact.name", "<b>李</b>")
		if shown := v.Get(at); strings.Contains(shown.Body, "<b>") {
			t.Error("a name is markup")
		}
		for i, phone := range []string{"+86 138 0002 0000", "１３８０００３００００", "0731-8471 0000", "(0731) 84720000转12", "86-13800040000"} {
			book(t, v, hall, i+2, "contact.phone", phone, "party_size", "1")
		}
		for _, broken := range []string{"\x00", "\xff"} {
			if p := v.Post(bookPath(hall), filled(9, "contact.name", broken)); p.Status != 422 {
				t.Errorf("%q: %d", broken, p.Status)
			}
		}
	})
}

func TestASessionThatCannotBeBookedSaysWhy(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		v, end, now := site.Visitor(), site.Edition().End, site.Clock.Now()
		soon, shut, off, free := testkit.Run(end, 8, 9), testkit.Run(end, 10, 9), testkit.Run(end, 12, 9), testkit.Run(end, 14, 0)
		soon.Opens = now.Add(48 * time.Hour)
		shut.Closes = now.Add(2 * time.Second)
		free.Bookable = false
		act := site.Publish(nil, soon, shut, off, free, testkit.Run(end, 16, 9))
		ids := map[activity.SessionDraft]string{}
		for _, s := range act.Sessions {
			ids[activity.SessionDraft{Starts: s.Starts}] = s.ID
		}
		of := func(d activity.SessionDraft) string { return ids[activity.SessionDraft{Starts: d.Starts}] }
		other := of(testkit.Run(end, 16, 9))
		site.Clock.Advance(5 * time.Second)
		for _, s := range act.Sessions {
			if s.ID == of(off) {
				_, err := site.Activities.CancelSession(t.Context(), site.Staff("college.head"), s.ID, s.Version, "台风预警")
				must(t, err)
			}
		}
		for name, c := range map[string]struct {
			session, says string
			status        int
		}{
			"not yet open": {of(soon), "预约尚未开始，2026年7月22日", 409}, "closed": {of(shut), "该场次的预约已结束。", 409},
			"cancelled": {of(off), "台风预警", 409}, "free entry": {of(free), "该场次无需预约", 409},
		} {
			page := v.Get(bookPath(c.session))
			equal(t, name, page.Status, http.StatusOK)
			sees(t, name, page, c.says)
			if strings.Contains(page.Body, "contact.phone") {
				t.Errorf("%s: there is a form", name)
			}
			if name != "free entry" && !links(page, bookPath(other)) {
				t.Errorf("%s: the session that can be booked is not offered", name)
			}
			sent := v.Post(bookPath(c.session), filled(1, "party_size", "1"))
			equal(t, name+", sent", sent.Status, c.status)
			sees(t, name+", sent", sent, c.says)
		}
		for _, none := range []string{id.New(), "x", "%00", act.ID} {
			equal(t, none, v.Get(bookPath(none)).Status, http.StatusNotFound)
			equal(t, none, v.Post(bookPath(none), filled(1)).Status, http.StatusNotFound)
		}
	})
}

func TestAFullSessionHasAWaitlist(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		halls, v := fair(site, 2, 9), site.Visitor()
		first := book(t, v, halls[0], 1)
		page := v.Get(bookPath(halls[0]))
		sees(t, "the full session", page, "登记候补", "候补不占名额")
		if !links(page, bookPath(halls[1])) {
			t.Error("the other session is not offered")
		}
		book(t, v, halls[0], 2)
		second := book(t, v, halls[0], 3, "party_size", "1")
		sees(t, "the second who waits", v.Get(second), "候补中", "您排在第 2 位。", "举办单位会打电话告诉您")
		if act := v.Get("/activities/" + activityOf(t, site, halls[0])); !links(act, bookPath(halls[0])) {
			t.Error("the activity does not lead to the waitlist")
		}
		equal(t, "cancelled", v.Post(first+"/cancel", nil).Status, http.StatusSeeOther)
		sees(t, "the second who waits", v.Get(second), "候补中", "您排在第 1 位。")
		equal(t, "waits", ticket(t, site, second).Status, booking.Waitlisted)
	})
}

func TestTheHostsQuestionsAreAskedAndAnswered(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		hall, v := fair(site, 40)[0], site.Visitor()
		questions := []booking.Question{
			{Key: "age", Type: booking.AskNumber, Label: "孩子几岁", LabelEN: "Age of the child", Required: true},
			{Key: "meal", Type: booking.AskChoice, Label: "午餐", Choices: []booking.Choice{{Label: "不需要", LabelEN: "none"}, {Label: "清真"}}},
			{Key: "chair", Type: booking.AskYesNo, Label: "需要轮椅通道"}, {Key: "note", Type: booking.AskText, Label: "其他需要<b>"},
		}
		_, err := site.Bookings.SetRule(t.Context(), site.Staff("college.editor"), activityOf(t, site, hall), 0, booking.Rule{Questions: questions})
		must(t, err)
		page := v.Get(bookPath(hall))
		sees(t, "the form", page, "孩子几岁", "午餐", "清真", "需要轮椅通道", "其他需要<b>")
		wrong := v.Post(bookPath(hall), filled(1, "answers.age", "x", "answers.meal", "y", "answers.chair", "z", "answers.note", strings.Repeat("长", 201)))
		equal(t, "wrong answers", wrong.Status, 422)
		for _, key := range []string{"age", "meal", "chair", "note"} {
			if !strings.Contains(wrong.Body, `id="f-answers.`+key+`-problem"`) {
				t.Errorf("nothing is told beside %s", key)
			}
		}
		at := book(t, v, hall, 1, "answers.age", "7", "answers.meal", "不需要", "answers.chair", "no", "answers.note", "<i>无</i>")
		sees(t, "what is stored", v.Get(at+"/data"), "孩子几岁 7", "午餐 不需要", "需要轮椅通道 否", "<i>无</i>", "李示例", "13800010000")
		sees(t, "what is stored, in English", v.Get(at+"/data?lang=en"), "Age of the child 7", "none")
	})
}

var hidden = regexp.MustCompile(`name="(key|slip)" value="([^"]*)"`)

func TestAProgramIsHeldUpAndAPersonIsNot(t *testing.T) {
	t.Parallel()
	site := testkit.Demo(t, sqldb.SQLite, nil)
	hall, v := fair(site, 40)[0], site.Visitor()
	form := func(p *testkit.Page) url.Values {
		f := filled(1)
		for _, m := range hidden.FindAllStringSubmatch(p.Body, -1) {
			f.Set(m[1], m[2])
		}
		return f
	}
	opened := form(v.Get(bookPath(hall)))
	equal(t, "without a slip", v.Post(bookPath(hall), filled(1)).Status, 422)
	tooFast := v.Post(bookPath(hall), opened)
	equal(t, "at once", tooFast.Status, 422)
	sees(t, "at once", tooFast, "再点一次提交")
	site.Clock.Advance(5 * time.Second)
	trapped := form(tooFast)
	trapped.Set("homepage", "https://example.cn")
	caught := v.Post(bookPath(hall), trapped)
	equal(t, "with what nobody sees", caught.Status, 422)
	equal(t, "seats left", left(t, site, hall), 40)
	equal(t, "pressed once more", v.Post(bookPath(hall), form(caught)).Status, http.StatusSeeOther)
	equal(t, "seats left", left(t, site, hall), 38)
}
