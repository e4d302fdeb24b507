package desk_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"openweek/internal/app"
	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

func TestSigningInLeadsToWhereOneWantedToGoButNeverToAnotherSite(t *testing.T) {
	site := start(t)
	b := open(t, site)
	if p := b.get("/desk/units?kind=media"); p.path != "/desk/sign-in?next=%2Fdesk%2Funits%3Fkind%3Dmedia" {
		t.Errorf("a stranger is sent to %s", p.path)
	}
	for next, want := range map[string]string{
		"/desk/units?kind=media": "/desk/units?kind=media", "": "/desk", "//example.cn/": "/desk", `/\example.cn`: "/desk", "https://example.cn": "/desk",
	} {
		b := open(t, site)
		p := b.post("/desk/sign-in", url.Values{"name": {"changsha.head"}, "password": {sample.Password}, "next": {next}})
		if p.status != http.StatusOK || p.path != want {
			t.Errorf("next %q leads to %s (%d)", next, p.path, p.status)
		}
	}
}

func TestARefusedSignInSaysTheSameOfNameAndPassword(t *testing.T) {
	b := open(t, start(t))
	for name, password := range map[string]string{"changsha.head": "Not-The-Password-1", "nobody.at.all": sample.Password} {
		p := b.signIn(name, password).expect(t, http.StatusUnauthorized)
		if got := p.alerts(); !reflect.DeepEqual(got, []string{"登录名或密码不正确。"}) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestALockedAccountSaysHowLongAndTheSecurityAdministratorLiftsIt(t *testing.T) {
	site := start(t)
	b := open(t, site)
	for range 5 {
		b.signIn("changsha.editor", "Not-The-Password-1")
	}
	p := b.signIn("changsha.editor", sample.Password).expect(t, http.StatusServiceUnavailable)
	if got := p.alerts(); len(got) != 1 || !strings.HasPrefix(got[0], "登录已锁定，请在 ") {
		t.Fatalf("got %v", got)
	}
	admin := as(t, site, "secadmin")
	person := admin.get("/desk/people?q=changsha.editor").link(t, "changsha.editor")
	if got := admin.get(person).alerts(); len(got) != 1 || !strings.HasPrefix(got[0], "多次输错密码，登录已锁定至 ") {
		t.Errorf("the administrator sees %v", got)
	}
	admin.post(person+"/unlock", nil).expect(t, http.StatusOK)
	if p := b.signIn("changsha.editor", sample.Password); p.path != "/desk" {
		t.Errorf("still locked: %v", p.alerts())
	}
}

func TestAnInitialPasswordServesForNothingButChoosingAnother(t *testing.T) {
	site := start(t)
	head := as(t, site, "changsha.head")
	own := head.get("/desk/people").link(t, "新增人员")
	form := url.Values{"sign_in": {"changsha.new"}, "name": {"新示例"}, "phone": {"13800990000"}, "email": {"new@example.cn"}}
	made := head.post(own, form).expect(t, http.StatusOK)
	passwords := made.secrets()
	if len(passwords) != 1 || made.header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("shown: %d passwords, %s", len(passwords), made.header.Get("Cache-Control"))
	}
	if p := head.post(own, form).expect(t, http.StatusUnprocessableEntity); p.problems()["sign_in"] != "登录名“changsha.new”已被使用，请换一个。" {
		t.Errorf("the same name again: %v", p.problems())
	}

	b := open(t, site)
	if p := b.signIn("changsha.new", passwords[0]); p.path != "/desk/password" {
		t.Errorf("signed in at %s", p.path)
	}
	for _, path := range []string{"/desk", "/desk/units", "/desk/me"} {
		if p := b.get(path); p.path != "/desk/password" {
			t.Errorf("%s is open before the password is changed: %s", path, p.path)
		}
	}
	change := func(old, new, again string) page {
		return b.post("/desk/password", url.Values{"old": {old}, "password": {new}, "again": {again}})
	}
	for _, c := range []struct{ old, new, again, field, says string }{
		{passwords[0], "Lanhua-Bayue-7", "Lanhua-Bayue-8", "again", "两次输入的新密码不一致。"},
		{passwords[0], "short-1A", "short-1A", "password", "密码至少需要 10 个字符。"},
		{"Wrong-Old-One-1", "Lanhua-Bayue-7", "Lanhua-Bayue-7", "old", "当前密码不正确。"},
	} {
		if p := change(c.old, c.new, c.again).expect(t, http.StatusUnprocessableEntity); p.problems()[c.field] != c.says {
			t.Errorf("%s: got %v", c.says, p.problems())
		}
	}
	if p := change(passwords[0], "Lanhua-Bayue-7", "Lanhua-Bayue-7").expect(t, http.StatusOK); p.path != "/desk" {
		t.Errorf("changed, and then at %s", p.path)
	}
	if p := open(t, site).signIn("changsha.new", passwords[0]).expect(t, http.StatusUnauthorized); p.path != "/desk/sign-in" {
		t.Errorf("the initial password still serves: %s", p.path)
	}
}

func TestOwnLoginsAreListedAndEnded(t *testing.T) {
	site := start(t)
	office, phone := as(t, site, "college.head"), as(t, site, "college.head")
	p := office.get("/desk/me")
	if got := len(p.rows()); got != 3 { // the head and two logins
		t.Fatalf("%d rows: %v", got, p.rows())
	}
	if strings.Contains(p.body, "127.0.0.1") {
		t.Error("the page shows an address")
	}
	if p := office.post("/desk/me/sign-out", nil); p.path != "/desk/sign-in" {
		t.Errorf("signed out everywhere, and then at %s", p.path)
	}
	for _, b := range []*browser{office, phone} {
		if p := b.get("/desk"); !strings.HasPrefix(p.path, "/desk/sign-in") {
			t.Errorf("still signed in at %s", p.path)
		}
	}
}

func TestAnIdleLoginEnds(t *testing.T) {
	site := start(t)
	b := as(t, site, "media.editor")
	if err := site.Audit.Seal(t.Context()); err != nil { // or moving the clock would leave entries unsealed for long
		t.Fatal(err)
	}
	site.Clock.Advance(31 * time.Minute)
	if p := b.get("/desk/me"); p.path != "/desk/sign-in?next=%2Fdesk%2Fme" {
		t.Errorf("after half an hour at %s", p.path)
	}
}

func TestFirstRunMakesThreePeopleOnce(t *testing.T) {
	t.Parallel()
	site := testkit.StartWith(t, testkit.Config(t, sqldb.SQLite), app.Options{})
	token, err := site.Logins.FirstRun.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, site)
	if p := b.get("/desk"); p.path != "/desk/first-run" {
		t.Errorf("an empty store shows %s", p.path)
	}
	form := url.Values{"token": {token}}
	for i, role := range []string{"system_admin", "security_admin", "auditor"} {
		form.Set(role+".sign_in", role[:6])
		form.Set(role+".name", []string{"甲示例", "乙示例", "丙示例"}[i])
		form.Set(role+".phone", "13800010000")
	}
	wrong := url.Values{}
	for name, v := range form {
		wrong[name] = v
	}
	wrong.Set("token", "not-the-token")
	if p := b.post("/desk/first-run", wrong).expect(t, http.StatusForbidden); p.problems()["token"] == "" {
		t.Errorf("a wrong token: %v", p.problems())
	}
	wrong.Set("token", token)
	wrong.Set("auditor.phone", "12")
	if p := b.post("/desk/first-run", wrong).expect(t, http.StatusUnprocessableEntity); p.problems()["auditor.phone"] == "" {
		t.Errorf("a bad number: %v", p.problems())
	}
	passwords := b.post("/desk/first-run", form).expect(t, http.StatusOK).secrets()
	if len(passwords) != 3 {
		t.Fatalf("%d passwords", len(passwords))
	}
	if p := b.get("/desk/first-run"); p.path != "/desk/sign-in" {
		t.Errorf("the form is still at %s", p.path)
	}
	if p := b.post("/desk/first-run", form); p.path != "/desk/sign-in" {
		t.Errorf("done again: %s", p.path)
	}
	if p := b.signIn("audito", passwords[2]); p.path != "/desk/password" {
		t.Errorf("the auditor is at %s", p.path)
	}
}
