package desk_test

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/testkit"
)

// week is this year's edition with its method of open campuses.
func week(t *testing.T, site *testkit.Site) (e edition.Face, openCampus string) {
	t.Helper()
	current, err := site.Editions.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if e, err = site.Editions.Face(t.Context(), actor.TheSystem(), current.ID); err != nil {
		t.Fatal(err)
	}
	for _, m := range e.Methods {
		if m.Code == "open_campus" {
			return e, m.ID
		}
	}
	t.Fatal("this year has no open campuses")
	return e, ""
}

// begin makes an activity by its first page, and gives the address of the activity.
func begin(t *testing.T, site *testkit.Site, b *browser, title string) string {
	t.Helper()
	_, method := week(t, site)
	p := b.post("/desk/activities/new", url.Values{"title": {title}, "method": {method}}).expect(t, http.StatusOK)
	path, ok := strings.CutSuffix(p.path, "/edit")
	if !ok {
		t.Fatalf("a new activity leads to %s: %s", p.path, p.summary())
	}
	return path
}

var (
	inert    = regexp.MustCompile(`(?s)<template>.*?</template>`)
	inputs   = regexp.MustCompile(`<input[^>]*>`)
	areas    = regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>`)
	named    = regexp.MustCompile(` name="([^"]*)"`)
	valued   = regexp.MustCompile(` value="([^"]*)"`)
	selects  = regexp.MustCompile(`(?s)<select[^>]*name="([^"]*)".*?</select>`)
	selected = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// sent is what a browser would send of the page's form as it stands.
func (p page) sent() url.Values {
	form := url.Values{}
	p.body = inert.ReplaceAllString(p.body, "")
	for _, tag := range inputs.FindAllString(p.body, -1) {
		name := named.FindStringSubmatch(tag)
		if name == nil || strings.Contains(tag, `type="file"`) {
			continue
		}
		if (strings.Contains(tag, `type="checkbox"`) || strings.Contains(tag, `type="radio"`)) && !strings.Contains(tag, " checked") {
			continue
		}
		value := ""
		if m := valued.FindStringSubmatch(tag); m != nil {
			value = html.UnescapeString(m[1])
		}
		form.Add(name[1], value)
	}
	for _, m := range areas.FindAllStringSubmatch(p.body, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range selects.FindAllStringSubmatch(p.body, -1) {
		if chosen := selected.FindStringSubmatch(m[0]); chosen != nil {
			form.Add(m[1], chosen[1])
		}
	}
	return form
}

// complete fills in all that an open campus needs.
func complete(e edition.Face, form url.Values) url.Values {
	for name, value := range map[string]string{
		"summary": "走进实训车间，看数控机床如何加工零件。", "description": "参观三个实训中心，体验数控加工。", "venue.address": "香樟路22号",
		"contact.phone": "0731-80000000", "contact.confirmed": "1", "form-programmes.0.name": "数控技术", "form-programmes.0.place": "实训楼一楼", "form-programmes.0.experience": "操作模拟机床",
		"form-liaison.name": "示例人", "form-liaison.phone": "0731-80000000", "op": "next",
	} {
		form.Set(name, value)
	}
	form["topics"], form["audience"] = []string{e.Topics[0].ID}, []string{"public", "pupils"}
	return form
}

// series adds sessions on the last two days of the week.
func series(e edition.Face, form url.Values) url.Values {
	form["days"] = []string{string(e.End.AddDays(-1)), string(e.End)}
	form.Set("times", "9:00、14：00")
	form.Set("minutes", "120")
	form.Set("entry", "booked")
	form.Set("capacity", "40")
	return form
}

func TestAnActivityIsEnteredAndHandedInWithoutAScript(t *testing.T) {
	site := start(t)
	e, _ := week(t, site)
	b := as(t, site, "college.editor")
	path := begin(t, site, b, "智能制造实训中心开放日")
	p := b.get(path+"/edit").expect(t, http.StatusOK)
	if form := p.sent(); form.Get("venue.name") != "长沙民政职业技术学院" || form.Get("mode") != "onsite" || form.Get("contact.office") == "" {
		t.Errorf("the unit's own place and office are not filled in: %v", form)
	}
	p = b.post(path+"/edit", complete(e, p.sent())).expect(t, http.StatusOK)
	if p.path != path+"/sessions" {
		t.Fatalf("the next step is %s", p.path)
	}
	p = b.post(path+"/sessions", series(e, p.sent())).expect(t, http.StatusOK)
	if rows := p.rows(); len(rows) != 5 { // with the head
		t.Fatalf("two days at two times are %d rows: %q", len(rows), rows)
	}
	p = b.get(path+"/submit").expect(t, http.StatusOK)
	if strings.Contains(p.body, `id="problems"`) {
		t.Fatalf("a complete activity lacks something: %s", text(p.body))
	}
	if p = b.post(path+"/submit", p.sent()); p.path != path || !strings.Contains(text(p.body), "审核中") {
		t.Fatalf("handing in leads to %d %s: %v %s", p.status, p.path, p.alerts(), p.summary())
	}
	if p := b.get(path + "/edit"); p.path != path {
		t.Errorf("what is being read can be written in at %s", p.path)
	}
	if p := b.post(path+"/withdraw", nil); p.path != path || !strings.Contains(text(p.body), "继续填写") {
		t.Errorf("withdrawing leads to %s: %v", p.path, p.alerts())
	}
}

// What is missing is said at once, and each of it leads to where it is filled in.
func TestWhatAnActivityLacksLeadsToItsField(t *testing.T) {
	site := start(t)
	b := as(t, site, "college.editor")
	path := begin(t, site, b, "开放日")
	p := b.get(path+"/submit").expect(t, http.StatusOK)
	for _, href := range []string{"/edit?problems=1#f-summary", "/edit?problems=1#f-topics", "/edit?problems=1#f-contact.confirmed", "/edit?problems=1#f-form-programmes", "/sessions"} {
		if !strings.Contains(p.body, `href="`+path+href+`"`) {
			t.Errorf("nothing leads to %s", href)
		}
	}
	found := b.get(path+"/edit?problems=1").expect(t, http.StatusOK).problems()
	for _, field := range []string{"summary", "topics", "audience", "description", "contact.confirmed", "form-programmes", "form-liaison"} {
		if found[field] == "" {
			t.Errorf("nothing stands beside %s: %v", field, found)
		}
	}
	if p := b.post(path+"/submit", url.Values{"version": {"1"}}); p.status != http.StatusUnprocessableEntity && p.status != http.StatusBadRequest {
		t.Errorf("handing in what is not complete is answered with %d", p.status)
	}
}

// Half an address in one field does not lose the others, nor stop the draft from saving itself.
func TestWhatCannotBeStoredIsRefusedAlone(t *testing.T) {
	site := start(t)
	b := as(t, site, "college.editor")
	path := begin(t, site, b, "开放日")
	form := b.get(path + "/edit").sent()
	form.Set("link", "htt")
	form.Set("venue.point", "这里")
	form.Set("summary", "看一看")
	form.Set("op", "save")
	p := b.post(path+"/edit", form)
	if found := p.problems(); p.status < 400 || found["link"] == "" || found["venue.point"] == "" || !strings.Contains(p.body, `value="htt"`) {
		t.Errorf("half an address is answered with %d %v", p.status, found)
	}
	if p = b.get(path + "/edit"); p.sent().Get("summary") != "看一看" || p.sent().Get("link") != "" {
		t.Error("the rest was not saved, or half an address was")
	}
	form = p.sent()
	form.Set("link", "https:")
	form.Set("access", "北门进")
	p = b.post(path+"/draft", form)
	if p.status != http.StatusOK || !strings.Contains(p.body, `"count":1`) || b.get(path+"/edit").sent().Get("access") != "北门进" {
		t.Errorf("the draft that saves itself is answered with %d %s", p.status, p.body)
	}
}

func TestAnActivityThatAColleagueChangedIsNotOverwritten(t *testing.T) {
	site := start(t)
	first, second := as(t, site, "college.editor"), as(t, site, "college.head")
	path := begin(t, site, first, "开放日")
	mine, theirs := first.get(path+"/edit").sent(), second.get(path+"/edit").sent()
	theirs.Set("summary", "负责人写的")
	theirs.Set("op", "save")
	second.post(path+"/edit", theirs).expect(t, http.StatusOK)
	mine.Set("summary", "填报员写的")
	mine.Set("op", "save")
	p := first.post(path+"/edit", mine)
	if p.status != http.StatusConflict || !strings.Contains(p.body, "负责人写的") || !strings.Contains(p.body, "填报员写的") {
		t.Errorf("the second of two is answered with %d, and not shown both", p.status)
	}
	if p := first.post(path+"/draft", mine); p.status != http.StatusConflict {
		t.Errorf("the draft that saves itself is answered with %d", p.status)
	}
	mine.Set("version", p.version(t))
	if p := first.post(path+"/edit", mine); p.status != http.StatusOK || p.sent().Get("summary") != "填报员写的" {
		t.Errorf("saving after the clash is answered with %d", p.status)
	}
}

func TestSessionsThatMakeNoSenseAreRefusedBesideTheirField(t *testing.T) {
	site := start(t)
	e, _ := week(t, site)
	b := as(t, site, "college.editor")
	path := begin(t, site, b, "开放日") + "/sessions"
	many := make([]string, 80)
	for i := range many {
		many[i] = fmt.Sprintf("%02d:%02d", 8+i/10, i%10)
	}
	for _, c := range []struct{ field, name, value string }{
		{"days", "days", ""}, {"times", "times", ""}, {"times", "times", "上午"}, {"times", "times", "25:00"}, {"minutes", "minutes", "0"}, {"minutes", "minutes", "很久"},
		{"capacity", "capacity", "0"}, {"capacity", "capacity", "-3"}, {"days", "days", "2026-02-30"}, {"days", "days", "1999-07-20"},
		{"party_max", "party_max", "900"}, {"group_max", "group_min", "30"}, {"closes", "closes", "99999999"},
	} {
		form := series(e, b.get(path).sent())
		form[c.name] = []string{c.value}
		p := b.post(path, form)
		if p.status < 400 || p.status >= 500 || p.problems()[c.field] == "" {
			t.Errorf("%s=%.20q is answered with %d %v", c.name, c.value, p.status, p.problems())
		}
	}
	form := series(e, b.get(path).sent())
	form.Set("times", strings.Join(many, " "))
	form.Set("other_day", string(e.End.AddDays(1)))
	if p := b.post(path, form); p.status < 400 || p.problems()["days"] == "" {
		t.Errorf("240 sessions are answered with %d %v", p.status, p.problems())
	}
	if p := b.get(path); len(p.rows()) != 0 {
		t.Errorf("something was added: %q", p.rows())
	}
}

func TestASessionIsChangedAndRemoved(t *testing.T) {
	site := start(t)
	e, _ := week(t, site)
	b := as(t, site, "college.editor")
	path := begin(t, site, b, "开放日") + "/sessions"
	p := b.post(path, series(e, b.get(path).sent())).expect(t, http.StatusOK)
	first := p.link(t, "修改")
	form := b.get(first).expect(t, http.StatusOK).sent()
	form.Set("from", "10:00")
	form.Set("to", "9:00")
	if p := b.post(first, form); p.status < 400 || p.problems()["to"] == "" {
		t.Errorf("a session that ends before it begins is answered with %d %v", p.status, p.problems())
	}
	form.Set("to", "11:30")
	form.Set("capacity", "25")
	p = b.post(first, form).expect(t, http.StatusOK)
	if rows := p.rows(); !strings.Contains(rows[1], "10:00–11:30") || !strings.Contains(rows[1], "25 / 25") {
		t.Errorf("after the change the first row is %q", rows[1])
	}
	if p := b.post(first+"/seats", url.Values{"seats": {"26"}, "op": {"block"}}); p.status < 400 || p.problems()["seats"] == "" {
		t.Errorf("keeping back more than there are is answered with %d", p.status)
	}
	if p := b.post(first+"/seats", url.Values{"seats": {"5"}, "op": {"block"}}); !strings.Contains(text(p.body), "20 / 25") {
		t.Errorf("keeping back five leaves %s", text(p.body))
	}
	if p := b.post(first+"/seats", url.Values{"seats": {"6"}, "op": {"release"}}); p.status < 400 {
		t.Errorf("releasing more than was kept back is answered with %d", p.status)
	}
	ask := b.get(first+"/remove").expect(t, http.StatusOK)
	if p = b.post(first+"/remove", ask.sent()).expect(t, http.StatusOK); len(p.rows()) != 4 {
		t.Errorf("after removing one of four there are %q", p.rows())
	}
}

func TestScriptsInADescriptionDoNotReachThePage(t *testing.T) {
	site := start(t)
	b := as(t, site, "college.editor")
	path := begin(t, site, b, `<img src=x onerror=alert(1)>`)
	form := b.get(path + "/edit").sent()
	form.Set("description", "<script>alert(1)</script>[点我](javascript:alert(1)) **好**")
	form.Set("safety", "<b onclick=alert(1)>")
	form.Set("op", "save")
	b.post(path+"/edit", form).expect(t, http.StatusOK)
	for _, page := range []string{path, path + "/preview", path + "/submit", path + "/edit", "/desk/activities"} {
		body := b.get(page).expect(t, http.StatusOK).body
		for _, bad := range []string{"<script>alert", "<img src=x", `href="javascript:`, "<b onclick"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %s", page, bad)
			}
		}
	}
}

// uploadPicture sends the form with a picture, as a browser without scripts does.
func (b *browser) uploadPicture(path string, form url.Values, name string, body []byte) page {
	b.t.Helper()
	var sent bytes.Buffer
	parts := multipart.NewWriter(&sent)
	for field, values := range form {
		for _, value := range values {
			if err := parts.WriteField(field, value); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	part, err := parts.CreateFormFile("upload.pictures", name)
	if err == nil {
		_, err = part.Write(body)
	}
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return b.send(http.MethodPost, path, parts.FormDataContentType(), &sent)
}

func TestPicturesAreAddedNamedAndRemovedWithoutAScript(t *testing.T) {
	site := start(t)
	b := as(t, site, "college.editor")
	path := begin(t, site, b, "开放日") + "/edit"
	form := b.get(path).sent()
	form.Set("op", "upload.pictures")
	if p := b.uploadPicture(path, form, "照片.png", []byte("%PDF-1.7")); p.status < 400 || p.problems()["pictures"] == "" {
		t.Errorf("a picture that is none is answered with %d %v", p.status, p.problems())
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	form = b.get(path).sent()
	form.Set("op", "upload.pictures")
	form = b.uploadPicture(path, form, "照片.png", picture.Bytes()).expect(t, http.StatusOK).sent()
	fileID := form.Get("pictures")
	if fileID == "" {
		t.Fatal("the picture is not in the form")
	}
	form.Set("alt."+fileID, "学生在操作机床")
	form.Set("op", "save")
	form = b.post(path, form).expect(t, http.StatusOK).sent()
	if form.Get("alt."+fileID) != "学生在操作机床" {
		t.Errorf("the picture's words are %q", form.Get("alt."+fileID))
	}
	if p := b.get("/files/" + fileID); p.status != http.StatusOK || p.header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture is answered with %d %s", p.status, p.header.Get("Content-Type"))
	}
	form.Set("op", "unfile.pictures."+fileID)
	if p := b.post(path, form).expect(t, http.StatusOK); p.sent().Get("pictures") != "" {
		t.Error("the picture is still there")
	}
}
