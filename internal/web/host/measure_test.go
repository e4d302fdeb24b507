package host_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/testkit"
)

func TestAMeasureIsShownWithWhatItDoesThenDoneThenEnded(t *testing.T) {
	f := newFair(t, testkit.Run(clock.FromTime(testkit.Now).Day().AddDays(40), 9, 10)) // when there is nothing else
	f.claim("张示例", "13800010000", 4)
	last := f.claim("李示例", "13800020000", 3)
	day := string(f.act.Sessions[0].Day())
	v := f.as("sheng.head")
	if got := page(f.expect(v.Get("/desk/measures"), http.StatusOK)); !strings.Contains(got, "目前没有管控措施") {
		t.Errorf("none: %s", got)
	}
	f.expect(v.Get("/desk/measures/new"), http.StatusOK)
	form := url.Values{"region": {"430100"}, "cause": {"epidemic"}, "cap_percent": {"50"}, "onsite": {"stays"}, "contact": {"1"}, "reason": {"按疫情防控要求控制人数"}, "advice": {"请<佩戴>口罩"}, "first": {day}, "last": {day}}
	for field, bad := range map[string]string{
		"region": "440000", "cause": "x", "cap_percent": "0", "onsite": "x", "reason": "", "first": "tomorrow", "last": "2020-01-01",
	} {
		wrong := url.Values{}
		for k, list := range form {
			wrong[k] = list
		}
		wrong.Set(field, bad)
		if p := v.Post("/desk/measures/new", wrong); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s %q is answered with %d", field, bad, p.Status)
		}
	}
	p := f.expect(v.Post("/desk/measures/new", form), http.StatusOK)
	if got := page(p); !strings.Contains(got, "1 个预约（3 人）转入候补名单") || !strings.Contains(p.Body, "请&lt;佩戴&gt;口罩") || f.state(last).Status != booking.Confirmed {
		t.Errorf("asked: %s", got)
	}
	form.Set("op", "edit")
	f.expect(v.Post("/desk/measures/new", form), http.StatusOK)
	form.Set("op", "order")
	one := f.expect(v.Post("/desk/measures/new", form), http.StatusSeeOther).Header.Get("Location")
	if got := page(f.expect(v.Get(one), http.StatusOK)); !strings.Contains(got, "措施已执行。") || !strings.Contains(got, "共 3 人") {
		t.Errorf("done: %s", got)
	}
	if b := f.state(last); b.Status != booking.Waitlisted || b.Position != 1 {
		t.Errorf("%+v", b)
	}
	f.expect(v.Post("/desk/measures/new", form), http.StatusConflict) // the same once more
	for _, path := range []string{"/activities/" + f.act.ID, "/sessions/" + f.session + "/book", "/bookings/m/" + last.ManageToken} {
		if got := page(f.expect(f.Visitor().Get(path), http.StatusOK)); !strings.Contains(got, "疫情防控要求") || !strings.Contains(got, "请<佩戴>口罩") {
			t.Errorf("%s: %s", path, got)
		}
	}
	f.expect(f.as("college.editor").Post(f.path+"/new", url.Values{"kind": {"door"}, "party": {"1"}}), http.StatusUnprocessableEntity)

	if got := page(f.expect(v.Get(one+"/end"), http.StatusOK)); !strings.Contains(got, "保留的名额重新开放") {
		t.Errorf("asked: %s", got)
	}
	f.expect(v.Post(one+"/end", url.Values{"version": {"9"}}), http.StatusConflict)
	f.expect(v.Post(one+"/end", url.Values{"version": {"1"}}), http.StatusSeeOther)
	f.expect(v.Get(one+"/end"), http.StatusConflict)
	if b := f.state(last); b.Status != booking.Confirmed {
		t.Errorf("%+v", b)
	}
	f.expect(f.as("college.head").Get("/desk/measures/new"), http.StatusForbidden)
	f.expect(f.as("changsha.head").Get("/desk/measures?edition="+f.act.EditionID), http.StatusOK)
	for path, status := range map[string]int{"/desk/measures?edition=x": http.StatusUnprocessableEntity, "/desk/measures/x": http.StatusNotFound} {
		if p := v.Get(path); p.Status != status {
			t.Errorf("%s is answered with %d", path, p.Status)
		}
	}
}
