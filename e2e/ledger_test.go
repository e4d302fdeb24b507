package e2e

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/extract"
	"openweek/internal/form"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

// fetched gets a file in the reader's own browser, with the reader's cookies.
func (tab *Tab) fetched(method, path string) (mediaType string, body []byte) {
	tab.t.Helper()
	answer := eval[[]string](tab, `(async () => { const a = await fetch(%s, {method: %s}); const b = new Uint8Array(await a.arrayBuffer());
		let s = ''; for (let i = 0; i < b.length; i += 8192) s += String.fromCharCode(...b.subarray(i, i + 8192));
		return [String(a.status), a.headers.get('Content-Type'), btoa(s)]; })()`, path, method)
	if answer[0] != "200" {
		tab.t.Fatalf("%s %s answers %s", method, path, answer[0])
	}
	body, err := base64.StdEncoding.DecodeString(answer[2])
	if err != nil {
		tab.t.Fatal(err)
	}
	return answer[1], body
}

// book opens a workbook as Excel would.
func (tab *Tab) book(method, path string) *excelize.File {
	tab.t.Helper()
	_, body := tab.fetched(method, path)
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		tab.t.Fatalf("%s is no workbook: %v", path, err)
	}
	tab.t.Cleanup(func() { f.Close() }) //nolint:errcheck // only read
	return f
}

func presentEdition(t *testing.T, site *testkit.Site) string {
	t.Helper()
	current, err := site.Editions.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return current.ID
}

// The province's day: who is late, what did they file, remind them, give one more time, take it all to Excel.
func TestProvinceWorksThroughTheLedger(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		site, lang := sampleSite(t, engine), "zh-Hans"
		if engine == sqldb.Postgres {
			lang = "en"
		}
		tab := openAs(t, site, screen{office, lang}, "sheng.head")
		tab.Go("/desk")
		tab.Follow(tab.say("任务台账", "Ledger"))
		base := "/desk/editions/" + presentEdition(t, site)
		tab.At(base + "/ledger")
		tab.Sees(tab.say("完成率", "Completeness"), tab.say("已受理", "Accepted"))
		tab.scrollsOn()

		// Filter, and down to what was filed.
		tab.Choose(tab.say("所在区划", "Region"), tab.say("长沙市", "Changsha"))
		tab.Choose(tab.say("状态", "State"), tab.say("已受理", "Accepted"))
		tab.Follow(tab.say("筛选", "Filter"))
		tab.At(base + "/ledger?")
		tab.follow(`document.querySelector('.lg td a.a')`)
		tab.At("/desk/duties/")
		tab.Sees(tab.say("已受理", "Accepted"))
		dutyPath := strings.SplitN(tab.path(), "?", 2)[0]
		lead := eval[string](tab, `document.querySelector('h1').textContent`)
		tab.opensElsewhere(dutyPath+"/filing.docx", lead)
		tab.opensElsewhere(dutyPath+"/filing.pdf", lead)

		tab.chaseLate(base)
		tab.answer(base)
		tab.extend(base)
		tab.export(base)
		tab.printReceipts(base)
	})
}

// opensElsewhere reads a document with another program than the one that wrote it, and finds the words.
func (tab *Tab) opensElsewhere(path, words string) {
	tab.t.Helper()
	_, body := tab.fetched("GET", path)
	doc, err := extract.Text(path, body)
	if err != nil {
		tab.t.Errorf("%s does not open: %v", path, err)
	} else if !strings.Contains(squeeze(doc.Text), squeeze(words)) {
		tab.t.Errorf("%s does not hold %q: %.300s", path, words, doc.Text)
	}
}

// scrollsOn scrolls the matrix until the last unit has come.
func (tab *Tab) scrollsOn() {
	tab.t.Helper()
	rows := `document.querySelectorAll('.lg tbody tr:not(.lg-more)').length`
	if n := eval[int](tab, rows); n != 200 {
		tab.t.Errorf("%d rows at first, want 200", n)
	}
	all := eval[int](tab, `(async () => { const box = document.querySelector('.lg-box');
		for (let i = 0; i < 100 && document.querySelector('.lg-more'); i++) { box.scrollTop = box.scrollHeight; await new Promise(r => setTimeout(r, 100)); }
		return `+rows+`; })()`)
	if all <= 200 || eval[bool](tab, `document.querySelector('.lg-more') !== null`) {
		tab.t.Errorf("%d rows after scrolling, and more to come", all)
	}
	if n := eval[int](tab, `new Set([...document.querySelectorAll('.lg tbody th input')].map(i => i.value)).size`); n != all {
		tab.t.Errorf("%d units in %d rows", n, all)
	}
}

// follow presses what a script finds, and waits for the next page. It is pressed by the script, too: what
// stands in a box that scrolls may still move under a pointer.
func (tab *Tab) follow(script string) {
	tab.t.Helper()
	if !eval[bool](tab, `(() => { const e = `+script+`; if (!e) return false; window.stays = true; setTimeout(() => e.click()); return true; })()`) {
		tab.failShot()
		tab.t.Fatalf("%s has no %s", tab.path(), script)
	}
	for deadline := time.Now().Add(30 * time.Second); eval[bool](tab, `window.stays === true || document.readyState !== 'complete'`); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			tab.failShot()
			tab.t.Fatalf("%s does not lead away from %s", script, tab.path())
		}
	}
}

// chaseLate picks single late cells and chases them in words.
func (tab *Tab) chaseLate(base string) {
	tab.t.Helper()
	tab.Go(base + "/ledger?late=1&own=1&state=open")
	tab.Click(tab.say("逐格选择", "Pick single cells"))
	picked := eval[int](tab, `(() => { const cells = [...document.querySelectorAll('.lg td a.o:not(.dim)')].slice(0, 2); cells.forEach(c => c.click()); return document.querySelectorAll('td.picked').length; })()`)
	if picked == 0 {
		tab.t.Fatal("no cell could be picked")
	}
	tab.Shot("lg-picked-1440")
	tab.check()
	tab.follow(`document.querySelector('button[value=chase]')`)
	tab.Sees(tab.say("每次催办都留作证据", "kept as evidence"), tab.say("催办意见", "Words with the reminder"))
	tab.Fill(tab.say("催办意见", "Words with the reminder"), "请今天下班前报送")
	tab.Shot("lg-chase-1440")
	tab.check()
	tab.Follow(tab.say("催办 2 项", "Chase 2 duties"))
	tab.Sees(tab.say("已催办 2 项任务。", "2 duties were chased."))
	tab.check()
	tab.Go(base + "/chasing")
	tab.Sees(tab.say("催办记录", "What was sent"))
	tab.follow(`document.querySelector('a[href$="/chases"]')`)
	tab.Sees(tab.say("截止日期", "Due"))
	tab.check()
}

// extend gives all late units of one obligation more time.
func (tab *Tab) extend(base string) {
	tab.t.Helper()
	tab.Go(base + "/ledger?late=1&own=1&state=open")
	tab.tick(tab.say("符合筛选条件的全部", "All"), "everything")
	tab.follow(`document.querySelector('button[value=extend]')`)
	tab.Sees(tab.say("并告知这些单位", "told"))
	tab.FillDate(tab.say("延期至", "Extended until"), "2026-07-01")
	tab.Fill(tab.say("理由", "Reason"), "防汛任务重，同意延期")
	tab.follow(`document.querySelector('.ow-form button[type=submit]')`)
	tab.Sees(tab.say("延期后的截止日期应晚于现在的截止日期。", "later"))
	tab.Shot("lg-extend-bad-1440")
	tab.check()
	tab.FillDate(tab.say("延期至", "Extended until"), "2026-08-05")
	tab.follow(`document.querySelector('.ow-form button[type=submit]')`)
	tab.Sees(tab.say("项任务延期。", "extended."))
	tab.Go(base + "/ledger?late=1&own=1&state=open")
	tab.Sees(tab.say("没有符合条件的单位", "No unit fits the filter"))
}

// answer grants what a unit has asked for.
func (tab *Tab) answer(base string) {
	tab.t.Helper()
	tab.Go(base + "/requests")
	tab.follow(`document.querySelector('table a.ow-btn')`)
	tab.Sees(tab.say("申请内容", "What was asked for"))
	tab.Follow(tab.say("提交审批意见", "Send the decision"))
	tab.Sees(tab.say("请选择批准或不批准。", "Choose whether to grant or to refuse."))
	tab.check()
	tab.tick(tab.say("批准", "Grant"), "grant")
	tab.Shot("lg-answer-1440")
	tab.Follow(tab.say("提交审批意见", "Send the decision"))
	tab.Sees(tab.say("审批意见已发给单位。", "The decision was sent to the unit."))
}

// export takes the ledger and all filings of an obligation to Excel.
func (tab *Tab) export(base string) {
	tab.t.Helper()
	ledger := tab.book("GET", base+"/ledger/export?region=430100")
	if names := ledger.GetSheetList(); len(names) != 4 {
		tab.t.Errorf("sheets %v", names)
	}
	rows, err := ledger.GetRows(ledger.GetSheetName(0))
	if err != nil || len(rows) < 10 {
		tab.t.Errorf("%d rows, %v", len(rows), err)
	}
	tab.Go(base + "/ledger/obligations")
	plan := eval[string](tab, `[...document.querySelectorAll('form[action$="/export"]')].map(f => new URL(f.action).pathname)[11]`)
	filings := tab.book("POST", plan)
	if names := filings.GetSheetList(); len(names) < 3 {
		tab.t.Errorf("the filings have the sheets %v, want tables on sheets of their own", names)
	}
}

// printReceipts looks at the receipts as they would be printed.
func (tab *Tab) printReceipts(base string) {
	tab.t.Helper()
	tab.Go(base + "/receipts")
	tab.Sees(tab.say("已签收", "Signed"), tab.say("签收名单", "Who has it"))
	pdf, err := chromedp.Run(tab.ctx, chromedp.PrintToPDF())
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		tab.t.Errorf("the page does not print: %v", err)
	}
	if mediaType, body := tab.fetched("GET", base+"/receipts/export?as=pdf"); mediaType != "application/pdf" || !bytes.HasPrefix(body, []byte("%PDF")) {
		tab.t.Errorf("the receipt list is %s", mediaType)
	}
	receipts := tab.book("GET", base+"/receipts/export?as=xlsx")
	if rows, err := receipts.GetRows(receipts.GetSheetName(0)); err != nil || len(rows) < 100 {
		tab.t.Errorf("%d receipts, %v", len(rows), err)
	}
}

// Every page of the ledger on both screens, in both languages.
func TestLedgerPagesHoldOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	ctx, id := t.Context(), presentEdition(t, site)
	head := actor.TheSystem()
	m, err := site.Duties.Matrix(ctx, head, duty.MatrixQuery{EditionID: id, Own: true})
	if err != nil {
		t.Fatal(err)
	}
	own := m.Obligations[len(m.Obligations)-1]
	late, err := site.Duties.Find(ctx, head, duty.Filter{EditionID: id, ObligationID: own.ID, Late: true})
	if err != nil || len(late.Items) == 0 {
		t.Fatalf("nothing is late: %v", err)
	}
	asked, err := site.Duties.Find(ctx, head, duty.Filter{EditionID: id, Asked: true})
	if err != nil || len(asked.Items) == 0 {
		t.Fatalf("nothing was asked for: %v", err)
	}
	decisions, err := site.Duties.Decisions(ctx, head, asked.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	forms, err := site.Forms.Find(ctx, head, form.Filter{Code: form.WorkSummary})
	if err != nil {
		t.Fatal(err)
	}
	base, one := "/desk/editions/"+id, "/desk/duties/"+late.Items[0].ID
	var pages []deskPage
	for _, p := range [][2]string{
		{"ledger", base + "/ledger?own=1"}, {"ledger-late", base + "/ledger?late=1&own=1"}, {"ledger-none", base + "/ledger?state=exempt&region=433100"},
		{"columns", base + "/ledger/obligations"}, {"own-new", base + "/ledger/obligations/new"}, {"rule", base + "/ledger/obligations/" + own.ID},
		{"own-remove", base + "/ledger/obligations/" + own.ID + "/remove"}, {"receipts", base + "/receipts"}, {"receipts-unsigned", base + "/receipts?unsigned=1&region=430100"},
		{"requests", base + "/requests"}, {"chasing", base + "/chasing"}, {"stages", base + "/chasing/stages"}, {"give", one + "/decisions"}, {"evidence", one + "/chases"},
		{"answer", "/desk/duties/" + asked.Items[0].ID + "/decisions/" + decisions[len(decisions)-1].ID},
		{"exports-none", "/desk/exports"}, {"forms", "/desk/forms"}, {"form", "/desk/forms/" + forms[0].ID}, {"form-import", "/desk/forms/import"},
		{"calendar", "/desk/calendar"}, {"calendar-import", "/desk/calendar/import"},
	} {
		pages = append(pages, deskPage{p[0], "sheng.head", p[1]})
	}
	hold(t, site, "lg", pages)
}
