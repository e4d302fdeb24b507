package extract

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"openweek/internal/errs"
)

// needPDFium skips where tests are to be short: compiling PDFium takes seconds, and over a minute with
// the race detector.
func needPDFium(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts PDFium")
	}
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// notice.pdf was printed by Chromium from a page with an invented notice: A4, indented paragraphs,
// wrapped lines.
func TestPDFParagraphsArePutTogether(t *testing.T) {
	needPDFium(t)
	t.Parallel()
	got, err := Text("notice.pdf", testdata(t, "notice.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	want := Document{Format: "pdf", Text: `星湖省教育厅关于做好示例宣传周活动的通知
各市州教育（体）局，各高等职业学校：
为展示职业教育改革发展成果，营造尊重技能、崇尚劳动的社会氛围，经研究，决定于2026年5月10日至16日举办示例宣传周活动。现将有关事项通知如下：
一、宣传内容
（一）宣传职业教育法律法规和重大政策，介绍本省职业教育发展的主要成就，讲好学生成长成才的故事，让更多家长和学生了解职业教育、选择职业教育，支持职业教育的发展。
（二）宣传技能人才典型。
二、工作要求
请各单位于8月31日前将工作总结报送省教育厅，联系电话：0731-80000000，电子邮箱：name@example.cn。
星湖省教育厅
2026年4月1日
`}
	if got != want {
		t.Errorf("got %s\n%s\nwant\n%s", got.Format, got.Text, want.Text)
	}
}

func TestPDFWithoutTextIsAScan(t *testing.T) {
	needPDFium(t)
	t.Parallel()
	if _, err := Text("scan.pdf", testdata(t, "scan.pdf")); !errs.Is(err, "extract.no_text") {
		t.Error(err)
	}
}

func TestPDFPagesAreLimited(t *testing.T) {
	needPDFium(t)
	t.Parallel()
	if _, err := Text("long.pdf", blankPDF(MaxPages+1)); !errs.Is(err, "extract.too_many_pages") {
		t.Error(err)
	}
	if _, err := Text("blank.pdf", blankPDF(MaxPages)); !errs.Is(err, "extract.no_text") {
		t.Error(err)
	}
}

// blankPDF writes a minimal file of n blank pages.
func blankPDF(n int) []byte { return minimalPDF(n, "") }

// minimalPDF writes a file of n pages that all show the content stream.
func minimalPDF(n int, content string) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(offsets)}, args...)...)
	}
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	kids := ""
	for i := range n {
		kids += fmt.Sprintf("%d 0 R ", i+5)
	}
	object("<</Type/Pages/Count %d/Kids[%s]>>", n, kids)
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	object("<</Length %d>>\nstream\n%s\nendstream", len(content), content)
	for range n {
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<</Font<</F1 3 0 R>>>>/Contents 4 0 R>>")
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return b.Bytes()
}

func TestPDFThatTakesTooLongIsStoppedAndTheNextIsRead(t *testing.T) {
	needPDFium(t)
	t.Parallel()
	pool, err := pdfReader()
	if err != nil {
		t.Fatal(err)
	}
	instance, err := pool.GetInstanceWithContext(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	// Millions of overlapping characters on one page keep a single call busy for a long time.
	slow := minimalPDF(1, "BT /F1 1 Tf "+strings.Repeat("("+strings.Repeat("x", 1000)+") Tj ", 3000)+"ET")
	begun := time.Now()
	if _, err := pdfWithin(instance, slow, 100*time.Millisecond); !errs.Is(err, "extract.timeout") {
		t.Error(err)
	}
	t.Logf("stopped after %v", time.Since(begun))
	if _, err := Text("notice.pdf", testdata(t, "notice.pdf")); err != nil {
		t.Error(err)
	}
}

func TestJoinPages(t *testing.T) {
	t.Parallel()
	const full = "这一行写满了整整二十个字也就是一行的宽"
	for name, c := range map[string]struct {
		pages []string
		want  string
	}{
		"over a page":           {[]string{full + "\r\n" + full + "\r\n— 1 —", full + "度\r\n短行\r\n2"}, full + full + full + "度短行\n"},
		"sentence ends":         {[]string{full + "\n" + full + "。\n" + full + "\n"}, full + full + "。\n" + full + "\n"},
		"heading after full":    {[]string{full + "\n" + full + "\n一、标题\n（一）小题\n1.条目"}, full + full + "\n一、标题\n（一）小题\n1.条目\n"},
		"indented first line":   {[]string{full + "。\n" + full[:51] + "\n" + full + "\n尾。"}, full + "。\n" + full[:51] + full + "尾。\n"},
		"latin words":           {[]string{"the quick brown fox jumps over\nthe lazy dogs of all the week\nend."}, "the quick brown fox jumps over the lazy dogs of all the week end.\n"},
		"signature stays apart": {[]string{full + "\n" + full + "。\n某某厅\n2026年4月1日"}, full + full + "。\n某某厅\n2026年4月1日\n"},
		"nothing":               {nil, ""},
	} {
		if got := joinPages(c.pages); got != c.want {
			t.Errorf("%s: got\n%q\nwant\n%q", name, got, c.want)
		}
	}
}

func TestPDFThatIsDamagedIsBroken(t *testing.T) {
	needPDFium(t)
	t.Parallel()
	for name, data := range map[string][]byte{
		"cut":      testdata(t, "notice.pdf")[:1000],
		"header":   []byte("%PDF-1.7\n1 0 obj\n"),
		"mentions": []byte("about the %PDF-1.7 format\n"),
	} {
		if _, err := Text("x.pdf", data); !errs.Is(err, "extract.broken") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
