package paper_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"openweek/internal/form"
	"openweek/internal/i18n"
	"openweek/internal/notice"
	"openweek/internal/paper"
)

// part reads one part of a Word file.
func part(t testing.TB, data []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAFilingIsPrintedWithAllThatBelongsToIt(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Locales {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			d := summary(t, l).Document()
			golden(t, "filing."+string(l), textOf(t, "a.docx", docx(t, d)))
			if strings.Contains(part(t, docx(t, d), "word/footer1.xml"), "⟦") {
				t.Error("a key is in no catalogue")
			}
		})
	}
}

func TestPDFAndWordOfAFilingSayTheSame(t *testing.T) {
	t.Parallel()
	d := summary(t, i18n.Chinese).Document()
	d.Foot = ""
	// A hyphen at the end of a line is one of the setter's to whoever reads the page.
	same := func(s string) string { return strings.ReplaceAll(lettersOf(s), "-", "") }
	equal(t, same(printed(t, d)), same(textOf(t, "a.docx", docx(t, d))))
}

func TestADraftSaysSoAndHidesWhatIsNotAsked(t *testing.T) {
	t.Parallel()
	f := paper.Filing{Locale: i18n.Chinese, Unit: "湘潭市教育局", Form: shipped(t, "kickoff"), Values: form.Values{"held": form.Text("not_held"), "reason": form.Text("疫情防控"), "date": form.Day("2020-07-20")}}
	golden(t, "draft", textOf(t, "a.docx", docx(t, f.Document())))
}

func TestAWideTableTurnsThePage(t *testing.T) {
	t.Parallel()
	columns := ""
	for _, c := range "abcdefgh" {
		columns += `,{"code":"` + string(c) + `","kind":"text","label":{"zh":"列"}}`
	}
	d, err := form.Parse([]byte(`{"code":"wide","version":1,"title":{"zh":"宽表"},"sections":[{"title":{"zh":"表"},"fields":[{"code":"t","kind":"table","label":{"zh":"表"},"columns":[` + columns[1:] + `]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, paper.Filing{Form: d}.Document().Landscape, true)
	equal(t, summary(t, i18n.Chinese).Document().Landscape, false)
}

// receipts are rows in every state.
func receipts(l i18n.Locale) paper.ReceiptList {
	return paper.ReceiptList{
		Locale: l, Number: "湘教通〔2020〕166号", Notice: "关于开展2020年湖南省职业教育宣传活动周的通知", Sender: "湖南省教育厅",
		Rows: []paper.Receipt{
			{Region: "长沙市", Line: "education", Unit: "长沙市教育局", Sent: at(2020, 7, 1, 9, 0), Opened: at(2020, 7, 1, 9, 30), Signed: at(2020, 7, 1, 10, 3), SignedBy: "李示例", PassedOn: 12},
			{Region: "湘西土家族苗族自治州", Line: "youth_league", Unit: long, Sent: at(2020, 7, 1, 9, 0), Opened: at(2020, 7, 2, 8, 0)},
			{Region: "湖南省", Line: "", Unit: "示例职业技术学院", Sent: at(2020, 7, 1, 9, 0), Signed: at(2020, 8, 20, 16, 0), SignedBy: "王示例", Implicit: true},
		},
		Printed: paper.Printed{By: "张示例", At: at(2020, 8, 21, 8, 0)},
	}
}

func TestTheReceiptListShowsWhoHasTheNotice(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Locales {
		golden(t, "receipts."+string(l), textOf(t, "a.docx", docx(t, receipts(l).Document())))
	}
	d := receipts(i18n.Chinese).Document()
	d.Foot = ""
	equal(t, printed(t, d), lettersOf(textOf(t, "a.docx", docx(t, d))))
}

func TestAnEmptyReceiptListSaysSo(t *testing.T) {
	t.Parallel()
	r := receipts(i18n.Chinese)
	r.Rows = nil
	golden(t, "receipts_none", textOf(t, "a.docx", docx(t, r.Document())))
}

// The seed notice is printed word for word, with the lines that end it at the right.
func TestANoticeIsPrintedWordForWord(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "notices", "seed_hunan_2020.txt"))
	if err != nil {
		t.Skip("the shared notices are not here")
	}
	draft, err := notice.Parse(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	n := paper.Notice{Number: draft.DocNumber.Value, Title: draft.Title.Value, Text: draft.Text, From: draft.Title.Span.End, Sections: draft.Sections}
	for _, o := range draft.Issuers {
		n.Issuers = append(n.Issuers, o.Value)
	}
	body := string([]rune(draft.Text)[n.From:])
	head := strings.Join(n.Issuers, "") + n.Number + n.Title
	equal(t, lettersOf(textOf(t, "a.docx", docx(t, n.Document()))), lettersOf(head+body))
	equal(t, regexp.MustCompile(`第\d页，共4页`).ReplaceAllString(lettersOf(textOf(t, "a.pdf", pdf(t, n.Document()))), ""), lettersOf(head+body))

	var flush, right, strong []string
	for _, b := range n.Document().Blocks {
		p := b.(paper.Paragraph)
		switch text := p.Runs[0].Text; {
		case p.Align == paper.End:
			right = append(right, text)
		case p.Runs[0].Bold:
			strong = append(strong, text)
		case !p.First:
			flush = append(flush, string([]rune(text)[:4]))
		}
	}
	equal(t, strong, []string{"一、时间和主题", "二、主要宣传内容", "三、主要宣传方式", "四、相关工作要求"})
	equal(t, flush, []string{"各市州教"})
	equal(t, lettersOf(strings.Join(right, "")), strings.Join(n.Issuers, "")+"2020年7月3日")
}

func TestACoveringSheetGoesBeforeTheNotice(t *testing.T) {
	t.Parallel()
	p := paper.Passing{
		Locale: i18n.Chinese, Notice: paper.Notice{Issuers: []string{"湖南省教育厅"}, Number: "湘教通〔2020〕1号", Title: "关于活动周的通知", Text: "各市州教育局：\n请认真组织。\n湖南省教育厅\n2020年7月1日"},
		From: "湘潭市教育局", Receivers: []string{"湘潭县教育局", "韶山市教育局"}, Note: "请各单位认真组织。\n\n总结请于8月20日前报我局。", At: at(2020, 7, 3, 9, 0),
	}
	golden(t, "passing", textOf(t, "a.docx", docx(t, p.Documents()...)))
	p.Note, p.Receivers, p.Locale = "", nil, i18n.English
	golden(t, "passing_bare", textOf(t, "a.docx", docx(t, p.Documents()...)))
}

func benchmarkPDF(b *testing.B, n int) {
	needFont(b)
	list := make([]paper.Document, n)
	for i := range list {
		list[i] = summary(b, i18n.Chinese).Document()
	}
	b.ResetTimer()
	for b.Loop() {
		if err := paper.PDF(io.Discard, list...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPDFOfOneFiling(b *testing.B)       { benchmarkPDF(b, 1) }
func BenchmarkPDFOfAHundredFilings(b *testing.B) { benchmarkPDF(b, 100) }
func BenchmarkWordOfOneFiling(b *testing.B) {
	d := summary(b, i18n.Chinese).Document()
	for b.Loop() {
		if err := paper.Docx(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}
