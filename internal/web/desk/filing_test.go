package desk_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"openweek/internal/duty"
	"openweek/internal/form"
	"openweek/internal/testkit"
)

// summaryOf gives the page on which somebody's unit fills in its work summary of this year.
func summaryOf(t *testing.T, site *testkit.Site, name string) string {
	t.Helper()
	personID, err := site.Units.PersonOfSignIn(t.Context(), site.DB, name)
	if err != nil {
		t.Fatal(err)
	}
	a, err := site.Units.Actor(t.Context(), site.DB, personID)
	if err != nil {
		t.Fatal(err)
	}
	e, err := site.Editions.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page, err := site.Duties.Find(t.Context(), a, duty.Filter{EditionID: e.ID, UnitID: a.UnitID})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range page.Items {
		if form.CodeFor(d.Obligation.FormHint) == form.WorkSummary && d.Dated() && d.State.Waiting() {
			return "/desk/duties/" + d.ID + "/filing"
		}
	}
	t.Fatalf("%s owes no summary", name)
	return ""
}

var versionInput = regexp.MustCompile(`name="version" value="(\d+)"`)

// version is that of the draft on the page.
func (p page) version(t *testing.T) string {
	t.Helper()
	found := versionInput.FindStringSubmatch(p.body)
	if found == nil {
		t.Fatalf("%d %s has no version: %s", p.status, p.path, p.alerts())
	}
	return found[1]
}

func TestTableRowsAreAddedAndRemovedWithoutAScript(t *testing.T) {
	site := start(t)
	b, path := as(t, site, "college.editor"), summaryOf(t, site, "college.editor")
	sent := url.Values{"version": {b.get(path).version(t)}, "pieces.0.title": {"第一篇"}, "pieces.3.title": {"第二篇"}, "op": {"add.pieces"}}
	p := b.post(path, sent)
	for _, want := range []string{`name="pieces.0.title"`, `name="pieces.1.title"`, `name="pieces.6.title"`} {
		if !strings.Contains(p.body, want) {
			t.Errorf("after adding rows %s lacks %s", p.path, want)
		}
	}
	p = b.post(path, url.Values{"version": {p.version(t)}, "pieces.0.title": {"第一篇"}, "pieces.1.title": {"第二篇"}, "op": {"drop.pieces.0"}})
	if strings.Contains(p.body, "第一篇") || !strings.Contains(p.body, "第二篇") {
		t.Errorf("the first row was not removed alone: %s", p.path)
	}
}

// What cannot be read stays in its field, with a sentence beside it; everything else is saved.
func TestAnUnreadableNumberStaysInItsFieldAndTheRestIsSaved(t *testing.T) {
	site := start(t)
	b, path := as(t, site, "college.editor"), summaryOf(t, site, "college.editor")
	p := b.post(path, url.Values{"version": {b.get(path).version(t)}, "overview": {"总体情况良好"}, "participants": {"很多"}, "op": {"save"}})
	if p.status != http.StatusBadRequest && p.status != http.StatusUnprocessableEntity {
		t.Errorf("an unreadable number is answered with %d", p.status)
	}
	if !strings.Contains(p.body, `value="很多"`) || !strings.Contains(p.body, `href="#f-participants"`) {
		t.Error("what was typed is gone, or its problem does not lead to it")
	}
	if p = b.get(path); !strings.Contains(p.body, "总体情况良好") || strings.Contains(p.body, `value="很多"`) {
		t.Error("the rest of the draft was not saved")
	}
}

func TestADraftThatAColleagueChangedIsNotOverwritten(t *testing.T) {
	site := start(t)
	first, second, path := as(t, site, "college.editor"), as(t, site, "college.head"), summaryOf(t, site, "college.editor")
	version := first.get(path).version(t)
	if p := second.post(path, url.Values{"version": {version}, "overview": {"负责人写的"}, "op": {"save"}}); p.status != http.StatusOK {
		t.Fatalf("the first save is answered with %d: %s", p.status, p.alerts())
	}
	p := first.post(path, url.Values{"version": {version}, "overview": {"填报员写的"}, "op": {"save"}})
	if p.status != http.StatusConflict || !strings.Contains(p.body, "负责人写的") || !strings.Contains(p.body, "填报员写的") {
		t.Errorf("the second of two is answered with %d, and not shown both", p.status)
	}
	if p := first.send(http.MethodPost, path+"/draft", "application/x-www-form-urlencoded", strings.NewReader(url.Values{"version": {version}, "overview": {"填报员写的"}}.Encode())); p.status != http.StatusConflict {
		t.Errorf("the draft that saves itself is answered with %d", p.status)
	}
	// Having seen both, the second may save.
	if q := first.post(path, url.Values{"version": {p.version(t)}, "overview": {"填报员写的"}, "op": {"save"}}); q.status != http.StatusOK || !strings.Contains(q.body, "填报员写的") {
		t.Errorf("saving after the clash is answered with %d", q.status)
	}
}

func (b *browser) file(name, body string) (id string, answer page) {
	b.t.Helper()
	var sent bytes.Buffer
	parts := multipart.NewWriter(&sent)
	part, err := parts.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(body))
	}
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	answer = b.send(http.MethodPost, "/files", parts.FormDataContentType(), &sent)
	var kept struct{ ID string }
	if answer.status == http.StatusCreated {
		if err := json.Unmarshal([]byte(answer.body), &kept); err != nil {
			b.t.Fatal(err)
		}
	}
	return kept.ID, answer
}

func TestAFileOfADraftIsForItsUnitAlone(t *testing.T) {
	site := start(t)
	b, path := as(t, site, "college.editor"), summaryOf(t, site, "college.editor")
	fileID, p := b.file("总结.pdf", "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
	if fileID == "" {
		t.Fatalf("the file is answered with %d: %s", p.status, p.body)
	}
	if p := b.post(path, url.Values{"version": {b.get(path).version(t)}, "attachments": {fileID}, "op": {"save"}}); p.status != http.StatusOK || !strings.Contains(p.body, "总结.pdf") {
		t.Fatalf("the draft with the file is answered with %d", p.status)
	}
	got := b.get("/files/" + fileID)
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "Content-Disposition": "attachment; filename*=utf-8''%E6%80%BB%E7%BB%93.pdf",
		"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.header.Get(name), want)
		}
	}
	for _, name := range []string{"firm.editor", "sheng.head", "auditor"} {
		if p := as(t, site, name).get("/files/" + fileID); p.status != http.StatusNotFound {
			t.Errorf("%s gets the file of another unit's draft: %d", name, p.status)
		}
	}
}

func TestAFileThatIsNotWhatItsNameSaysIsRefused(t *testing.T) {
	site := start(t)
	b := as(t, site, "college.editor")
	if fileID, p := b.file("总结.docx", "MZ\x90\x00 this is a program"); fileID != "" || p.status != http.StatusBadRequest && p.status != http.StatusUnprocessableEntity {
		t.Errorf("a program named .docx is answered with %d", p.status)
	}
}

// A message leads only to our own pages, whatever the address says.
func TestAMessageLeadsNowhereElse(t *testing.T) {
	site := start(t)
	b := as(t, site, "college.editor")
	found := regexp.MustCompile(`href="(/desk/inbox/[^?"]+)\?`).FindStringSubmatch(b.get("/desk/inbox").body)
	if found == nil {
		t.Fatal("the sample has told the college nothing")
	}
	if p := b.get(found[1] + "?to=" + url.QueryEscape("//example.com/")); p.path != "/desk/inbox" {
		t.Errorf("a forged address leads to %s", p.path)
	}
}
