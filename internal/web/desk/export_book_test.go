package desk_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"openweek/internal/actor"
	"openweek/internal/app"
	"openweek/internal/duty"
	"openweek/internal/export"
	"openweek/internal/form"
	"openweek/internal/sample"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
	"openweek/internal/web/desk"
)

// actorOf is a sample person as who acts.
func actorOf(t *testing.T, site *testkit.Site, name string) actor.Actor {
	t.Helper()
	personID, err := site.Units.PersonOfSignIn(t.Context(), site.DB, name)
	if err != nil {
		t.Fatal(err)
	}
	a, err := site.Units.Actor(t.Context(), site.DB, personID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// evil are texts that a spreadsheet would run.
var evil = []string{`=HYPERLINK("http://example.cn","点击")`, "+SUM(A1:A9)", "-cmd|'/c calc'!A0", "@SUM(A1)", "\t=1+1"}

// fileEvil hands in the college's summary of this year with evil texts in it, and gives its duty.
func fileEvil(t *testing.T, site *testkit.Site) duty.Duty {
	t.Helper()
	editor := actorOf(t, site, "college.editor")
	path := summaryOf(t, site, "college.editor")
	dutyID := strings.TrimSuffix(strings.TrimPrefix(path, "/desk/duties/"), "/filing")
	f, err := site.Filings.Get(t.Context(), editor, dutyID)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../form/testdata/examples/work_summary.json")
	if err != nil {
		t.Fatal(err)
	}
	values, err := f.Form.Definition.ParseValues(text)
	if err != nil {
		t.Fatal(err)
	}
	delete(values, "attachments")
	delete(values, "counted_check_ins")
	values["overview"], values["practices"], values["results"] = form.Text(evil[0]), form.Text(evil[1]), form.Text(evil[2])
	values["pieces"] = form.Rows{
		{"title": form.Text(evil[3]), "outlet": form.Text(evil[2]), "date": form.Day("2026-05-12"), "link": form.Text("https://news.example.cn/1")},
		{"title": form.Text("-5"), "outlet": form.Text("湘音日报"), "date": form.Day("2026-05-13"), "link": form.Text("https://news.example.cn/2")},
	}
	saved, _, err := site.Filings.SaveDraft(t.Context(), editor, dutyID, f.Draft.Version, values)
	if err != nil {
		t.Fatal(err)
	}
	r, err := site.Filings.Submit(t.Context(), editor, dutyID, saved.Version)
	if err != nil {
		t.Fatal(err)
	}
	return r.Filing.Duty
}

// opened is a workbook as another program opens it.
func opened(t *testing.T, body string) *excelize.File {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() }) //nolint:errcheck // only read
	return book
}

// harmless fails where a cell holds a formula, or a text that would be one in a file of text.
func harmless(t *testing.T, book *excelize.File) {
	t.Helper()
	for _, name := range book.GetSheetList() {
		rows, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, value := range row {
				at, err := excelize.CoordinatesToCellName(x+1, y+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := book.GetCellFormula(name, at); formula != "" || err != nil {
					t.Errorf("%s!%s is a formula %q, %v", name, at, formula, err)
				}
				if value != "" && strings.ContainsRune("=@\t\r\n+-", rune(value[0])) && strings.Trim(value, "+-0123456789 .,()") != "" {
					t.Errorf("%s!%s begins like a formula: %q", name, at, value)
				}
			}
		}
	}
}

// column gives the texts of a column by the title that stands over it, in row 2.
func column(t *testing.T, book *excelize.File, sheetName, title string) []string {
	t.Helper()
	rows, err := book.GetRows(sheetName)
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s has %d rows, %v", sheetName, len(rows), err)
	}
	x := slices.Index(rows[1], title)
	if x < 0 {
		t.Fatalf("%s has no column %s but %q", sheetName, title, rows[1])
	}
	var list []string
	for _, row := range rows[2:] {
		if x < len(row) {
			list = append(list, row[x])
		} else {
			list = append(list, "")
		}
	}
	return list
}

// The office takes everything that was handed in for an obligation out as one workbook: at once or as
// a job, which give the same; what units have typed runs nowhere.
func TestAllFilingsOfAnObligationAsOneWorkbook(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			site := testkit.StartWith(t, testkit.Config(t, engine), app.Options{Demo: true})
			owed := fileEvil(t, site)
			office := actorOf(t, site, "sheng.head")
			b := as(t, site, "sheng.head")
			path := "/desk/editions/" + owed.EditionID + "/ledger/obligations/" + owed.Obligation.ID + "/export"
			p := b.post(path, url.Values{}).expect(t, http.StatusOK)
			if got := p.header.Get("Content-Type"); got != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
				t.Errorf("it is a %s", got)
			}
			book := opened(t, p.body)
			harmless(t, book)
			if got, want := book.GetSheetList(), []string{"报送材料", "重点报道"}; len(got) != 2 {
				t.Errorf("sheets %q, want such as %q", got, want)
			}
			main, pieces := book.GetSheetList()[0], book.GetSheetList()[1]

			// A row for each unit that owes it, filed or not, as the ledger has them.
			var units []string
			for after := ""; ; {
				page, err := site.Duties.Find(t.Context(), office, duty.Filter{ObligationID: owed.Obligation.ID, After: after})
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range page.Items {
					units = append(units, d.Unit.Name)
				}
				if after = page.Next; after == "" {
					break
				}
			}
			if got := column(t, book, main, "单位"); !slices.Equal(got, units) {
				t.Errorf("%d rows for %d units: %q", len(got), len(units), got)
			}
			at := slices.Index(units, owed.Unit.Name)
			var texts []string
			rows, err := book.GetRows(main)
			if err != nil {
				t.Fatal(err)
			}
			for _, value := range rows[at+2] {
				if strings.HasPrefix(value, "'") {
					texts = append(texts, value)
				}
			}
			if want := []string{"'" + evil[0], "'" + evil[1], "'" + evil[2]}; !slices.Equal(texts, want) {
				t.Errorf("the row of %s has %q, want %q", owed.Unit.Name, texts, want)
			}
			// A table has a sheet of its own, its rows with their unit.
			inTable := 0
			for i, unitName := range column(t, book, pieces, "单位") {
				if unitName == owed.Unit.Name {
					inTable++
					if title := column(t, book, pieces, "标题")[i]; title != []string{"", "'" + evil[3], "-5"}[inTable] {
						t.Errorf("row %d of the table is %q", inTable, title)
					}
				}
			}
			if inTable != 2 {
				t.Errorf("%d rows of the table", inTable)
			}

			asJob(t, site, b, office, owed, book)
		})
	}
}

// asJob makes the workbook as a job and fetches it.
func asJob(t *testing.T, site *testkit.Site, b *browser, office actor.Actor, owed duty.Duty, want *excelize.File) {
	t.Helper()
	e, err := site.Exports.Ask(t.Context(), office, export.Request{Kind: desk.ExportFilings, SubjectID: owed.Obligation.ID, Locale: "zh-Hans", Name: "报送材料.xlsx"})
	if err != nil {
		t.Fatal(err)
	}
	page := "/desk/exports/" + e.ID
	for end := time.Now().Add(30 * time.Second); e.State.Waiting(); time.Sleep(50 * time.Millisecond) {
		if e, err = site.Exports.Get(t.Context(), office, e.ID); err != nil || time.Now().After(end) {
			t.Fatalf("%+v, %v", e, err)
		}
	}
	if e.State != export.Ready || e.Total == 0 || e.Done != e.Total {
		t.Fatalf("made: %+v", e)
	}
	if p := b.get(page).expect(t, http.StatusOK); !strings.Contains(p.body, `href="`+page+`/file"`) {
		t.Error("the page of the export does not lead to its file")
	}
	for _, name := range []string{"sheng.editor", "changsha.head", "sysadmin"} {
		other := as(t, site, name)
		other.get(page).expect(t, http.StatusNotFound)
		other.get(page+"/file").expect(t, http.StatusNotFound)
	}
	p := b.get(page+"/file").expect(t, http.StatusOK)
	if got := p.header.Get("X-Content-Type-Options") + ", " + p.header.Get("Cache-Control"); got != "nosniff, private, no-store" {
		t.Errorf("sent with %s", got)
	}
	got := opened(t, p.body)
	harmless(t, got)
	for _, name := range want.GetSheetList() {
		a, errA := got.GetRows(name)
		w, errW := want.GetRows(name)
		if errA != nil || errW != nil || !slices.EqualFunc(a, w, slices.Equal) {
			t.Errorf("%s of the job differs: %v, %v", name, errA, errW)
		}
	}
	site.Clock.Advance(export.Lasts)
	defer site.Clock.Set(testkit.Now)       // the log is sealed by the wall clock, and verified at the end
	b.signIn("sheng.head", sample.Password) // the login has ended meanwhile
	b.get(page+"/file").expect(t, http.StatusConflict)
}

// The other workbooks of the ledger hold names and words that units have typed, too.
func TestEveryWorkbookOfTheLedgerRunsNothing(t *testing.T) {
	site := start(t)
	owed := fileEvil(t, site)
	b := as(t, site, "sheng.head")
	edition := "/desk/editions/" + owed.EditionID
	for _, path := range []string{edition + "/ledger/export", edition + "/receipts/export", "/desk/units/export", "/desk/calendar/template"} {
		p := b.get(path).expect(t, http.StatusOK)
		if !bytes.HasPrefix([]byte(p.body), []byte("PK")) {
			t.Errorf("%s is no workbook", path)
			continue
		}
		harmless(t, opened(t, p.body))
	}
}
