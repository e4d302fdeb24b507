package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"openweek/internal/duty"
)

// A unit asks, thinks better of it, and takes it back after a question; whoever decides has nothing left
// to answer.
func TestAPleaIsTakenBackOnItsPage(t *testing.T) {
	site := start(t)
	b, head := as(t, site, "college.editor"), as(t, site, "sheng.head")
	at := strings.TrimSuffix(summaryOf(t, site, "college.editor"), "/filing")
	if p := b.get(at); strings.Contains(p.body, "/take-back") {
		t.Error("there is nothing to take back yet")
	}
	b.post(at+"/ask", url.Values{"kind": {string(duty.Exemption)}, "reason": {"本校今年不办"}}).expect(t, http.StatusOK)
	leads := b.get(at).link(t, "撤回申请")
	if p := head.get(at); strings.Contains(p.body, "/take-back") {
		t.Error("whoever decides is offered to take it back")
	}
	head.post(leads, url.Values{}).expect(t, http.StatusNotFound)
	if p := b.get(leads).expect(t, http.StatusOK); !strings.Contains(p.body, "本校今年不办") || !strings.Contains(p.body, "免报") {
		t.Error("the question does not say what is taken back")
	}
	if p := b.post(leads, url.Values{}).expect(t, http.StatusOK); p.path != at || !strings.Contains(p.body, "已撤回") || strings.Contains(p.body, "申请待审批") {
		t.Errorf("taken back: %s %v", p.path, p.alerts())
	}
	b.post(leads, url.Values{}).expect(t, http.StatusConflict)
	answers := strings.TrimSuffix(leads, "/take-back")
	head.post(answers, url.Values{"grant": {"yes"}}).expect(t, http.StatusConflict)
	if p := b.get(at); !strings.Contains(p.body, at+"/ask") {
		t.Error("the unit cannot ask again")
	}
}

// The unit that a notice was sent to reads whom to call; the public does not.
func TestAddresseesReadTheContactsOfTheNotice(t *testing.T) {
	site := start(t)
	b := as(t, site, "college.editor")
	list := b.get("/desk/dispatches").body
	_, rest, found := strings.Cut(list, `href="/desk/dispatches/`)
	if !found {
		t.Fatal("the college has received nothing")
	}
	dispatchID, _, _ := strings.Cut(rest, `"`)
	if p := b.get("/desk/dispatches/"+dispatchID).expect(t, http.StatusOK); strings.Contains(p.body, "＊＊") || !strings.Contains(p.body, "联系人") {
		t.Error("the addressee does not read the contact as it was issued")
	}
	if p := as(t, site, "sheng.head").get("/desk/dispatches/"+dispatchID).expect(t, http.StatusOK); !strings.Contains(p.body, "联系人") {
		t.Error("the notice has no contact: the test shows nothing")
	}
	if p := open(t, site).get("/notice").expect(t, http.StatusOK); !strings.Contains(p.body, "＊＊") {
		t.Error("the public reads the contact")
	}
}
