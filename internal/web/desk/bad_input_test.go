package desk_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/app"
	"openweek/internal/audit"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// flooded is the sample without limits of rate: the tables below ask often.
func flooded(t *testing.T) *testkit.Site {
	t.Helper()
	t.Parallel()
	c := testkit.Config(t, sqldb.SQLite)
	c.NoRateLimit = true
	return testkit.StartWith(t, c, app.Options{Demo: true})
}

// recorded is how many changes of the register and of accounts the log has; other work goes on meanwhile.
func recorded(t *testing.T, site *testkit.Site) (n int) {
	t.Helper()
	for _, area := range []string{"login.", "person.", "role.", "unit.", "region."} {
		entries, err := site.Audit.Export(t.Context(), actor.TheSystem(), audit.Filter{Action: area})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range entries {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	return n
}

var (
	// causes are words of the machine that no reader may see.
	causes    = regexp.MustCompile(`(?i)goroutine|panic|runtime error|invalid (URL|syntax|byte)|strconv|mime:|multipart:|zip:|excelize|sqlite|SQLSTATE|internal/|⟦`)
	errorPage = regexp.MustCompile(`<p class="ow-error-id">.*<code>([0-9a-f-]{36})</code>`)
	heading   = regexp.MustCompile(`<h1[^>]*>(.*?)</h1>`)
)

// refusal fails unless the page is a clear refusal: a status of the client's fault, a sentence, the request's
// id, no cause.
func (p page) refusal(t *testing.T, what string) {
	t.Helper()
	requestID := p.header.Get("X-Request-Id")
	switch {
	case p.status < 400 || p.status >= 500:
		t.Errorf("%s: answers %d at %s: %v", what, p.status, p.path, p.alerts())
	case !id.Valid(requestID):
		t.Errorf("%s: no request id", what)
	case causes.MatchString(p.body):
		t.Errorf("%s: shows %q", what, causes.FindString(p.body))
	}
	if m := errorPage.FindStringSubmatch(p.body); m != nil {
		if m[1] != requestID {
			t.Errorf("%s: the page says request %s, the header %s", what, m[1], requestID)
		}
		if h := heading.FindStringSubmatch(p.body); h == nil || text(h[1]) == "" {
			t.Errorf("%s: an error page without a heading", what)
		}
		return
	}
	if p.summary() == "" && len(p.alerts()) == 0 { // a form, which says what is wrong
		t.Errorf("%s: answers %d and says nothing: %.300s", what, p.status, text(p.body))
	}
}

const formType = "application/x-www-form-urlencoded"

// badBodies are bodies that no form of ours sends, by what is wrong with them. Names are a form's fields.
func badBodies(names []string) map[string]struct{ contentType, body string } {
	each := func(value string) string {
		var parts []string
		for _, name := range names {
			parts = append(parts, url.QueryEscape(name)+"="+value)
		}
		return strings.Join(parts, "&")
	}
	return map[string]struct{ contentType, body string }{
		"broken escapes":    {formType, each("%zz")},
		"NUL":               {formType, each("a%00b")},
		"broken UTF-8":      {formType, each("%ff%fe%c3")},
		"over-long texts":   {formType, each(strings.Repeat("长", 5000))},
		"too many fields":   {formType, each("1") + strings.Repeat("&x=1", 6000)},
		"more than allowed": {formType, each(strings.Repeat("a", 18<<20/len(names)))},
		"JSON":              {"application/json", `{"name":"x"}`},
		"no content type":   {"", each("x")},
		"XML":               {"text/xml", "<x/>"},
		"half a multipart":  {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"" + names[0] + "\"\r\n\r\nx"},
		"no boundary":       {"multipart/form-data", "--b--"},
		"a wrong part":      {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"\xff\x00\"\r\n\r\nx\r\n--b--\r\n"},
	}
}

func TestBadBodiesAreRefusedAndWriteNothing(t *testing.T) {
	site := flooded(t)
	admin, security, head := as(t, site, "sysadmin"), as(t, site, "secadmin"), as(t, site, "college.head")
	unitPath := admin.get("/desk/units?q="+url.QueryEscape("长沙市教育局")).link(t, "长沙市教育局")
	person := head.get("/desk/people").link(t, "college.editor")
	own := strings.TrimSuffix(head.get("/desk/people").link(t, "新增人员"), "/people/new")
	unitFields := []string{"name", "name_en", "short", "code", "region", "line", "tier", "kind", "address", "phone", "version"}
	for _, form := range []struct {
		who    *browser
		path   string
		fields []string
	}{
		{head, "/desk/password", []string{"old", "password", "again"}},
		{admin, "/desk/units/new", unitFields},
		{admin, unitPath + "/edit", unitFields},
		{admin, unitPath + "/close", []string{"version"}},
		{admin, "/desk/units/import", []string{"token", "name", "payload"}},
		{admin, "/desk/regions/import", []string{"token", "name", "payload"}},
		{head, own + "/contact", []string{"address", "phone", "version"}},
		{head, own + "/people/new", []string{"name", "sign_in", "phone", "email"}},
		{head, "/desk/people/import", []string{"token", "name", "payload"}},
		{head, "/desk/people/initial-passwords", []string{"initials"}},
		{head, "/desk/people/export", []string{"unit"}},
		{head, person + "/edit", []string{"name", "phone", "email", "version"}},
		{head, person + "/close", []string{"version"}},
		{admin, person + "/move", []string{"unit", "q", "version"}},
		{security, person + "/roles", []string{"role", "platform", "had", "had_platform"}},
	} {
		before := recorded(t, site)
		for what, bad := range badBodies(form.fields) {
			form.who.send(http.MethodPost, form.path, bad.contentType, strings.NewReader(bad.body)).refusal(t, "POST "+form.path+": "+what)
		}
		if after := recorded(t, site); after != before {
			t.Errorf("POST %s: %d entries were written by bad bodies", form.path, after-before)
		}
	}
}

func TestABadFirstRunAndSignInAreRefused(t *testing.T) {
	t.Parallel()
	c := testkit.Config(t, sqldb.SQLite)
	c.NoRateLimit = true
	site := testkit.StartWith(t, c, app.Options{})
	b := open(t, site)
	for what, bad := range badBodies([]string{"token", "system_admin.sign_in", "system_admin.name", "auditor.phone"}) {
		b.send(http.MethodPost, "/desk/first-run", bad.contentType, strings.NewReader(bad.body)).refusal(t, "first run: "+what)
	}
	for what, bad := range badBodies([]string{"name", "password", "next"}) {
		b.send(http.MethodPost, "/desk/sign-in", bad.contentType, strings.NewReader(bad.body)).refusal(t, "sign-in: "+what)
	}
	if needed, err := site.Logins.FirstRun.Needed(t.Context()); err != nil || !needed {
		t.Errorf("somebody was made: %v", err)
	}
}

func TestWrongIdsAreNotFound(t *testing.T) {
	site := flooded(t)
	browsers := map[string]*browser{}
	for _, name := range []string{"sysadmin", "secadmin", "college.head"} {
		browsers[name] = as(t, site, name)
	}
	before := recorded(t, site)
	wrong := []string{"nothing", "0", "-1", id.New(), strings.ToUpper(id.New()), strings.Repeat("9", 3000), "%00", "%ff%fe", "'%20OR%201=1", "..%2f..%2fetc", "单位"}
	asked := 0
	for _, route := range site.Mux.Routes() {
		path := route.Path()
		if !strings.Contains(path, "{id}") || !strings.HasPrefix(path, "/desk/units/") && !strings.HasPrefix(path, "/desk/people/") && !strings.HasPrefix(path, "/desk/me/") {
			continue
		}
		for _, bad := range wrong {
			for name, b := range browsers {
				p := b.send(route.Method(), strings.Replace(path, "{id}", bad, 1), formType, nil)
				p.refusal(t, fmt.Sprintf("%s with %.20q by %s", route.Pattern, bad, name))
				asked++
			}
		}
	}
	if asked < 500 {
		t.Errorf("only %d requests were made", asked)
	}
	if after := recorded(t, site); after != before {
		t.Errorf("%d entries were written for what is not there", after-before)
	}
}

func TestBadQueriesOfListsAreRefused(t *testing.T) {
	site := flooded(t)
	admin, auditor := as(t, site, "sysadmin"), as(t, site, "auditor")
	for path, b := range map[string]*browser{
		"/desk/units?after=nonsense": admin, "/desk/units?region=abc": admin, "/desk/units?line=fishing": admin, "/desk/units?q=%00": admin,
		"/desk/units?q=%ff": admin, "/desk/units?%zz": admin, "/desk/units?q=" + strings.Repeat("a", 500): admin, "/desk/units?state=gone": admin,
		"/desk/units/export?tier=nowhere": admin, "/desk/people?role=king": admin, "/desk/people?after=nonsense": admin,
		"/desk/people?q=" + strings.Repeat("a", 500): admin,
		"/desk/audit?from=2026-02-30":                auditor, "/desk/audit?action=drop": auditor, "/desk/audit?after=nonsense": auditor, "/desk/audit?unit=1": auditor,
		"/desk/audit?addr=" + url.QueryEscape(strings.Repeat("1.", 200)): auditor, "/desk/audit/export?from=yesterday": auditor,
	} {
		b.get(path).refusal(t, fmt.Sprintf("GET %.80s", path))
	}
}

// archive packs parts into a zip file.
func archive(t *testing.T, parts map[string]io.Reader) []byte {
	t.Helper()
	var body bytes.Buffer
	w := zip.NewWriter(&body)
	for name, content := range parts {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.Copy(part, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return body.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBadFilesAreRefusedAndWriteNothing(t *testing.T) {
	site := flooded(t)
	b := as(t, site, "sysadmin")
	good := workbook(t, []string{"单位名称", "区划代码", "层级", "单位类别"}, []any{"某示例单位", "430100", "基层", "其他"})
	files := map[string][]byte{
		"an empty file": {}, "text": []byte("名称,区划\n"), "a picture": []byte("\x89PNG\r\n\x1a\n0000"), "a page": []byte("<html><body><table></table></body></html>"),
		"an old workbook": []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)), "half a workbook": good[:len(good)/2],
		"an archive of something else": archive(t, map[string]io.Reader{"word/document.xml": strings.NewReader("<x/>")}),
		"a hollow workbook":            archive(t, map[string]io.Reader{"xl/workbook.xml": strings.NewReader("<x/>"), "[Content_Types].xml": strings.NewReader("")}),
		"a bomb":                       archive(t, map[string]io.Reader{"xl/workbook.xml": strings.NewReader("<x/>"), "xl/worksheets/sheet1.xml": io.LimitReader(zeros{}, 120<<20)}),
		"another table":                workbook(t, []string{"产品", "价格"}, []any{"茶", 3}),
		"a table without rows":         workbook(t, []string{"单位名称", "区划代码", "层级", "单位类别", "登录名", "姓名", "名称", "级别"}),
		"too much":                     bytes.Repeat([]byte("x"), 11<<20),
		"far too much":                 bytes.Repeat([]byte("x"), 17<<20),
	}
	before := recorded(t, site)
	for _, path := range []string{"/desk/units/import", "/desk/regions/import", "/desk/people/import"} {
		for what, file := range files {
			b.upload(path, "表.xlsx", file).refusal(t, path+": "+what)
		}
		for what, form := range map[string]url.Values{
			"no file": {}, "a wrong token": {"token": {"0000"}, "payload": {base64.RawURLEncoding.EncodeToString(good)}},
			"a payload that is none": {"token": {"0000"}, "payload": {"***"}}, "a bomb as payload": {"token": {"0000"}, "payload": {base64.RawURLEncoding.EncodeToString(files["a bomb"])}},
		} {
			b.post(path, form).refusal(t, path+": "+what)
		}
		var body bytes.Buffer // a file under another name
		form := multipart.NewWriter(&body)
		if part, err := form.CreateFormFile("other", "表.xlsx"); err != nil {
			t.Fatal(err)
		} else if _, err := part.Write(good); err != nil {
			t.Fatal(err)
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		b.send(http.MethodPost, path, form.FormDataContentType(), &body).refusal(t, path+": another field")
	}
	if after := recorded(t, site); after != before {
		t.Errorf("%d entries were written by bad files", after-before)
	}
}
