package desk_test

import (
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestPeopleAreMaskedUntilRevealedAndThatIsRecorded(t *testing.T) {
	site := start(t)
	b := as(t, site, "secadmin")
	list := b.get("/desk/people?q=changsha.head")
	want := []string{"登录名 姓名 单位 角色 电话 电子邮箱", "changsha.head 陈* 长沙市教育局 负责人 138****0000 c***@example.cn"}
	if got := list.rows(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	person := list.link(t, "changsha.head")
	for _, path := range []string{person, person + "/edit", person + "/reveal"} {
		if p := b.get(path); strings.Contains(p.body, "陈示例") || strings.Contains(p.body, "changsha.head@example.cn") {
			t.Errorf("%s shows the person in clear", path)
		}
	}
	if p := b.post(person+"/reveal", nil).expect(t, http.StatusOK); !strings.Contains(p.body, "陈示例") || !strings.Contains(p.body, "changsha.head@example.cn") {
		t.Error("revealed, and still masked")
	}
	auditor := as(t, site, "auditor")
	rows := auditor.get("/desk/audit?action=person.reveal").rows()
	if len(rows) != 2 || !strings.Contains(rows[1], " secadmin 查看完整信息 名称、电话、邮箱 ") {
		t.Errorf("recorded %q", rows)
	}
}

func TestTheSecurityAdministratorSetsRolesAndNobodyTheirOwn(t *testing.T) {
	site := start(t)
	admin := as(t, site, "secadmin")
	person := admin.get("/desk/people?q=changsha.editor").link(t, "changsha.editor")
	form := admin.get(person+"/roles").expect(t, http.StatusOK).hidden()
	form["role"] = []string{"editor", "reviewer"}
	form.Set("platform", "none")
	if p := admin.post(person+"/roles", form).expect(t, http.StatusOK); !reflect.DeepEqual(p.alerts(), []string{"角色已更新。"}) {
		t.Errorf("told %v", p.alerts())
	}
	// A second form that was opened before: what it did not touch stays.
	stale := url.Values{"had": {"editor"}, "had_platform": {""}, "role": {"editor", "head"}, "platform": {"none"}}
	admin.post(person+"/roles", stale).expect(t, http.StatusOK)
	if rows := admin.get("/desk/people?q=changsha.editor").rows(); len(rows) != 2 || !strings.Contains(rows[1], "填报员 审核员 负责人") {
		t.Errorf("roles are now %q", rows)
	}
	// One of the three administrators cannot become another.
	auditor := admin.get("/desk/people?q=auditor").link(t, "auditor")
	twice := url.Values{"had_platform": {""}, "platform": {"security_admin"}}
	if p := admin.post(auditor+"/roles", twice).expect(t, http.StatusConflict); !strings.Contains(p.summary(), "须由不同的人担任") {
		t.Errorf("refused with %q", p.summary())
	}
	own := admin.get("/desk/people?q=secadmin").link(t, "secadmin")
	admin.get(own+"/roles").expect(t, http.StatusForbidden)
	admin.post(own+"/roles", form).expect(t, http.StatusForbidden)
	for _, name := range []string{"sysadmin", "auditor", "sheng.head", "changsha.head"} {
		b := as(t, site, name)
		if p := b.post(person+"/roles", form); p.status != http.StatusForbidden && p.status != http.StatusNotFound {
			t.Errorf("%s grants roles: %d", name, p.status)
		}
	}
}

func TestPeopleWithoutARoleWaitForTheSecurityAdministrator(t *testing.T) {
	site := start(t)
	head, admin := as(t, site, "college.head"), as(t, site, "secadmin")
	own := head.get("/desk/people").link(t, "新增人员")
	head.post(own, url.Values{"sign_in": {"college.fresh"}, "name": {"新示例"}}).expect(t, http.StatusOK)
	waits := admin.get("/desk").link(t, "去设置")
	if rows := admin.get(waits).rows(); len(rows) != 2 || !strings.HasPrefix(rows[1], "college.fresh ") {
		t.Errorf("waiting: %q", rows)
	}
	head.get(waits).expect(t, http.StatusForbidden)
}

func TestAPersonIsChangedAndClosed(t *testing.T) {
	site := start(t)
	head := as(t, site, "college.head")
	person := head.get("/desk/people").link(t, "college.editor")
	edit := head.get(person + "/edit").hidden()
	bad := url.Values{"version": edit["version"], "phone": {"12"}}
	if p := head.post(person+"/edit", bad).expect(t, http.StatusUnprocessableEntity); p.problems()["phone"] == "" {
		t.Errorf("a bad number: %v", p.problems())
	}
	head.post(person+"/edit", url.Values{"version": edit["version"], "email": {"other@example.cn"}, "no_phone": {"1"}}).expect(t, http.StatusOK)
	if rows := head.get("/desk/people?q=college.editor").rows(); len(rows) != 2 || !strings.HasSuffix(rows[1], " 填报员 – 无 o***@example.cn") {
		t.Errorf("now %q", rows)
	}
	editor := as(t, site, "college.editor")
	ask := head.get(person+"/close").expect(t, http.StatusOK)
	head.post(person+"/close", ask.hidden()).expect(t, http.StatusOK)
	if p := editor.get("/desk"); !strings.HasPrefix(p.path, "/desk/sign-in") {
		t.Errorf("a closed person is still in: %s", p.path)
	}
	me := head.get("/desk/people").link(t, "college.head")
	ask = head.get(me + "/close")
	if p := head.post(me+"/close", ask.hidden()).expect(t, http.StatusConflict); p.summary() != "不能停用您自己。" {
		t.Errorf("closing oneself: %q", p.summary())
	}
}

func TestAResetPasswordIsShownOnceAndEndsLogins(t *testing.T) {
	site := start(t)
	head, editor := as(t, site, "college.head"), as(t, site, "college.editor")
	person := head.get("/desk/people").link(t, "college.editor")
	head.get(person+"/reset-password").expect(t, http.StatusOK)
	p := head.post(person+"/reset-password", nil).expect(t, http.StatusOK)
	if len(p.secrets()) != 1 {
		t.Fatalf("shown %d passwords", len(p.secrets()))
	}
	if p := editor.get("/desk"); !strings.HasPrefix(p.path, "/desk/sign-in") {
		t.Errorf("the old login stands: %s", p.path)
	}
	if p := editor.signIn("college.editor", p.secrets()[0]); p.path != "/desk/password" {
		t.Errorf("the new one leads to %s", p.path)
	}
}

func TestImportedPeopleGetInitialPasswordsOnASheet(t *testing.T) {
	site := start(t)
	b := as(t, site, "college.head")
	file := workbook(t, []string{"登录名", "姓名", "单位名称"},
		[]any{"college.one", "甲示例", "长沙民政职业技术学院"}, []any{"college.two", "乙示例", "长沙民政职业技术学院"})
	plan := b.upload("/desk/people/import", "人员.xlsx", file).expect(t, http.StatusOK)
	done := b.post("/desk/people/import", plan.hidden()).expect(t, http.StatusOK)
	if got := len(done.secrets()); got != 2 {
		t.Fatalf("%d initial passwords", got)
	}
	sheet := b.post("/desk/people/initial-passwords", done.hidden()).expect(t, http.StatusOK)
	if got := sheet.header.Get("Content-Type"); got != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
		t.Errorf("the sheet is %s", got)
	}
	if p := open(t, site).signIn("college.two", done.secrets()[1]); p.path != "/desk/password" {
		t.Errorf("signed in at %s", p.path)
	}
	foreign := workbook(t, []string{"登录名", "姓名", "单位名称"}, []any{"x.one", "甲示例", "长沙市教育局"})
	p := b.upload("/desk/people/import", "人员.xlsx", foreign).expect(t, http.StatusUnprocessableEntity)
	if got := p.rows(); len(got) < 2 || got[1] != "2 单位名称 没有找到名为“长沙市教育局”的单位。" {
		t.Errorf("into another unit: %q", got)
	}
}

func TestExportingPeopleNeedsTheRightAndIsRecorded(t *testing.T) {
	site := start(t)
	for name, want := range map[string]int{"secadmin": 200, "college.head": 200, "sysadmin": 403, "auditor": 403, "college.editor": 403} {
		b := as(t, site, name)
		if p := b.get("/desk/people/export"); p.status != want {
			t.Errorf("%s is asked with %d, want %d", name, p.status, want)
		}
		if p := b.post("/desk/people/export", nil); p.status != want {
			t.Errorf("%s exports with %d, want %d", name, p.status, want)
		}
	}
	if rows := as(t, site, "auditor").get("/desk/audit?action=person.export").rows(); len(rows) != 3 {
		t.Errorf("recorded %q", rows)
	}
}

func TestPagesAreForThoseWhoHaveTheRight(t *testing.T) {
	site := start(t)
	sheng := as(t, site, "sheng.head")
	changsha := sheng.get("/desk/units?q="+url.QueryEscape("长沙市教育局")).link(t, "长沙市教育局")
	person := as(t, site, "secadmin").get("/desk/people?q=changsha.editor").link(t, "changsha.editor")
	type try struct{ method, path string }
	for name, refused := range map[string][]try{
		"college.editor": {
			{"GET", changsha}, {"GET", changsha + "/people"}, {"GET", person}, {"POST", person + "/close"}, {"GET", "/desk/units/new"},
			{"POST", "/desk/units/new"}, {"GET", "/desk/units/import"}, {"GET", "/desk/people/import"}, {"GET", "/desk/regions"}, {"GET", "/desk/audit"},
			{"POST", "/desk/audit/verify"}, {"GET", "/desk/people/without-role"}, {"POST", person + "/unlock"}, {"POST", person + "/reveal"},
		},
		"changsha.editor": {{"GET", changsha + "/edit"}, {"POST", changsha + "/close"}, {"GET", changsha + "/people/new"}, {"POST", person + "/reset-password"}},
		"sheng.editor":    {{"GET", changsha + "/edit"}, {"GET", person}},
		"sysadmin":        {{"GET", "/desk/audit"}, {"POST", person + "/unlock"}, {"POST", person + "/sign-out"}, {"POST", person + "/reveal"}},
		"auditor":         {{"GET", changsha + "/edit"}, {"POST", "/desk/units/import"}, {"GET", "/desk/regions"}, {"GET", person}},
	} {
		b := as(t, site, name)
		for _, r := range refused {
			if p := b.send(r.method, r.path, "application/x-www-form-urlencoded", nil); p.status != http.StatusForbidden && p.status != http.StatusNotFound {
				t.Errorf("%s: %s %s answers %d", name, r.method, r.path, p.status)
			}
		}
	}
}

func TestTheAuditorFiltersExportsAndVerifiesTheLog(t *testing.T) {
	site := start(t)
	as(t, site, "college.head")
	b := as(t, site, "auditor")
	if rows := b.get("/desk/audit?person=College.Head&action=login.").rows(); len(rows) != 2 || !strings.Contains(rows[1], " college.head 登录 ") {
		t.Errorf("found %q", rows)
	}
	if p := b.get("/desk/audit?person=nobody.at.all").expect(t, http.StatusOK); !strings.Contains(p.body, "没有符合条件的日志") {
		t.Error("an unknown person finds something")
	}
	if p := b.get("/desk/audit?addr=nonsense").expect(t, http.StatusUnprocessableEntity); p.problems()["addr"] == "" {
		t.Errorf("a bad address: %v", p.problems())
	}
	day := string(site.Clock.Now().Day())
	if rows := b.get("/desk/audit?from=" + day + "&to=" + day).rows(); len(rows) < 10 {
		t.Errorf("today: %d rows", len(rows))
	}
	if rows := b.get("/desk/audit?to=2020-01-01").rows(); len(rows) != 0 {
		t.Errorf("before it began: %q", rows)
	}
	if p := b.get("/desk/audit/export?action=login.").expect(t, http.StatusOK); !strings.HasPrefix(p.body, "PK") {
		t.Error("the export is no workbook")
	}
	if err := site.Audit.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := b.post("/desk/audit/verify", nil).expect(t, http.StatusOK)
	want := "核验通过（" + site.Clock.Now().Time().Format("2006年1月2日 15:04") + "）：全部日志未被改动、删除或插入。"
	if got := p.alerts(); !reflect.DeepEqual(got, []string{want}) {
		t.Errorf("told %v", got)
	}
}

var links = regexp.MustCompile(`<a[^>]* href="(/[^"]*)"`)

func TestEveryLinkOfEveryHomePageLeadsSomewhere(t *testing.T) {
	site := flooded(t)
	for _, name := range []string{"sheng.head", "changsha.head", "college.editor", "sysadmin", "secadmin", "auditor"} {
		b := as(t, site, name)
		for _, lang := range []string{"zh-Hans", "en"} {
			home := b.get("/desk?lang=" + lang)
			for _, m := range links.FindAllStringSubmatch(home.body, -1) {
				if p := b.get(m[1]); p.status != http.StatusOK {
					t.Errorf("%s: %s answers %d", name, m[1], p.status)
				} else if strings.Contains(p.body, "⟦") {
					t.Errorf("%s: %s shows a key instead of a sentence", name, m[1])
				}
			}
		}
	}
}
