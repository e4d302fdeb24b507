package paper_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"openweek/internal/i18n"
	"openweek/internal/paper"
)

// pageFoot is what stands at the foot of a Chinese page without a source.
var pageFoot = regexp.MustCompile(`第\d+页，共\d+页`)

// printed gives the letters of a PDF without its pages' numbers.
func printed(t testing.TB, documents ...paper.Document) string {
	t.Helper()
	return pageFoot.ReplaceAllString(lettersOf(textOf(t, "a.pdf", pdf(t, documents...))), "")
}

func plain(s string) paper.Paragraph { return paper.Paragraph{Runs: []paper.Run{{Text: s}}} }

// everything is a document with each kind of block.
var everything = paper.Document{
	Locale: i18n.Chinese, Issuers: []string{"湖南省教育厅", "湖南省总工会"}, Number: "湘教通〔2020〕166号", Title: "关于职业教育的通知",
	Facts: paper.Facts{{Label: "单位", Value: "湘潭市教育局\n（盖章）"}},
	Blocks: []paper.Block{
		paper.Heading{Level: 1, Text: "一、总则"},
		paper.Paragraph{Runs: []paper.Run{{Text: "普通的字，"}, {Text: "重要的字", Bold: true}, {Text: "，"}, {Text: "一处链接", Link: "https://week.example.cn/周?q=a b"}, {Text: "。"}}, First: true},
		paper.Paragraph{Runs: []paper.Run{{Text: "第一条"}}, Inset: 2, Marker: "1."},
		paper.Paragraph{Runs: []paper.Run{{Text: "右边"}}, Align: paper.End},
		paper.Table{Columns: []paper.Column{{Title: "甲"}, {Title: "乙", Weight: 2, Align: paper.End}}, Rows: [][]string{{"一", "1<2 & \"3\""}, {"二"}}, Total: []string{"合计", "3"}},
		paper.Table{Columns: []paper.Column{{Title: "甲"}, {Title: "乙"}}, Empty: "没有内容"},
		paper.Facts{{Label: "电话", Value: "0731-80000000"}},
	},
	Made: at(2020, 7, 1, 9, 0),
}

const everythingText = `湖南省教育厅
湖南省总工会
湘教通〔2020〕166号
关于职业教育的通知
单位	湘潭市教育局 （盖章）

一、总则
普通的字，重要的字，一处链接。
1.	第一条
右边
甲	乙
一	1<2 & "3"
二
合计	3

甲	乙
没有内容

电话	0731-80000000
`

func TestPDFSaysWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	equal(t, printed(t, everything), lettersOf(everythingText))
}

func TestWordSaysWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	equal(t, strings.TrimSpace(textOf(t, "a.docx", docx(t, everything))), strings.TrimSpace(everythingText))
}

// The package is read by a program that shares nothing with the writer: every part is well-formed, has
// a type, and every relationship has its part.
func TestWordFileIsSoundToAnotherProgram(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	const script = `
import sys, io, posixpath, zipfile
import xml.etree.ElementTree as E
W = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert z.testzip() is None
parts = {n: E.fromstring(z.read(n)) for n in z.namelist()}
types = parts['[Content_Types].xml']
named = {e.get('PartName') for e in types if e.tag.endswith('Override')}
assert named <= {'/' + n for n in parts}, named
for name, root in parts.items():
    if name.endswith('.rels'):
        base = posixpath.dirname(posixpath.dirname(name))
        for r in root:
            if r.get('TargetMode') != 'External':
                assert posixpath.join(base, r.get('Target')) in parts, r.get('Target')
            else:
                print(r.get('Target'))
doc = parts['word/document.xml']
ids = {r.get('Id') for r in parts['word/_rels/document.xml.rels']}
R = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id'
assert {e.get(R) for e in doc.iter() if e.get(R)} <= ids
styles = {s.get(W + 'styleId') for s in parts['word/styles.xml'].iter(W + 'style')}
used = {e.get(W + 'val') for t in ('pStyle', 'rStyle', 'tblStyle') for e in doc.iter(W + t)}
assert used <= styles, used - styles
for t in doc.iter(W + 'tbl'):
    grid = len(t.findall(W + 'tblGrid/' + W + 'gridCol'))
    for row in t.findall(W + 'tr'):
        spans = [int(s.get(W + 'val')) if (s := c.find(W + 'tcPr/' + W + 'gridSpan')) is not None else 1 for c in row.findall(W + 'tc')]
        assert sum(spans) == grid, (spans, grid)
assert doc.find(W + 'body')[-1].tag == W + 'sectPr'
print(len(list(doc.iter(W + 'tblHeader'))), len(list(doc.iter(W + 'sectPr'))))
`
	cmd := exec.Command(python, "-c", script)
	cmd.Stdin = bytes.NewReader(docx(t, everything, everything))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	equal(t, string(out), "https://week.example.cn/%E5%91%A8?q=a%20b\n4 2\n")
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(docx(t, everything), docx(t, everything)) {
		t.Error("two Word files differ")
	}
	if !bytes.Equal(pdf(t, everything), pdf(t, everything)) {
		t.Error("two PDFs differ")
	}
}

func TestAnEmptyDocumentIsAFile(t *testing.T) {
	t.Parallel()
	if n := len(docx(t)); n < 1000 {
		t.Errorf("%d bytes", n)
	}
	equal(t, lettersOf(textOf(t, "a.pdf", pdf(t, paper.Document{}))), "第1页，共1页")
}

// Every page of a long table begins with its head, and no row is lost or parted.
func TestAHeadIsRepeatedOnEveryPage(t *testing.T) {
	t.Parallel()
	table := paper.Table{Columns: []paper.Column{{Title: "序号", Weight: 0.7}, {Title: "接收单位", Weight: 4}}}
	for i := range 200 {
		table.Rows = append(table.Rows, []string{fmt.Sprintf("R%03d", i), strings.Repeat("某某县教育局", 1+i%9) + fmt.Sprintf("E%03d", i)})
	}
	pages := strings.Split(lettersOf(textOf(t, "a.pdf", pdf(t, paper.Document{Locale: i18n.Chinese, Blocks: []paper.Block{table}}))), "共"+"8页")
	pages = pages[:len(pages)-1]
	equal(t, len(pages), 8)
	row := 0
	for i, p := range pages {
		p, ok := strings.CutPrefix(p, "序号接收单位")
		if !ok {
			t.Fatalf("page %d begins with %.30s", i+1, p)
		}
		for strings.Contains(p, fmt.Sprintf("R%03d", row)) && strings.Contains(p, fmt.Sprintf("E%03d", row)) {
			row++
		}
	}
	equal(t, row, 200)
}

func TestARowHigherThanAPageIsParted(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("职业教育，", 3000)
	table := paper.Table{Columns: []paper.Column{{Title: "题"}, {Title: "文", Weight: 3}}, Rows: [][]string{{"前", "短"}, {"后", long}, {"末", "短"}}}
	got := strings.ReplaceAll(printed(t, paper.Document{Locale: i18n.Chinese, Blocks: []paper.Block{table}}), "题文", "")
	equal(t, got, "前短后"+long+"末短")
}

func TestRareCharactersArePrintedAndMissingOnesMarked(t *testing.T) {
	t.Parallel()
	got := printed(t, paper.Document{Locale: i18n.Chinese, Blocks: []paper.Block{plain("䶮😀é\u200b\x07\ufeff字\uFFFE"), plain("\xff坏")}})
	equal(t, got, "䶮〓é字〓坏")
	equal(t, lettersOf(textOf(t, "a.docx", docx(t, paper.Document{Blocks: []paper.Block{plain("𫖯😀\x00\x0b字")}}))), "𫖯😀字")
}

// A character above U+FFFF has a glyph, which a reader sees, but a private code, which a copy shows.
func TestACharacterOfANameAboveThePlaneHasItsGlyph(t *testing.T) {
	t.Parallel()
	got := lettersOf(string([]rune(textOf(t, "a.pdf", pdf(t, paper.Document{Locale: i18n.Chinese, Title: "刘𫖯", Blocks: []paper.Block{plain("刘𫖯")}})))))
	equal(t, got, "刘\uE000刘\uE000第1页，共1页")
}

func TestLinksThatLeadNowhereAreText(t *testing.T) {
	t.Parallel()
	for _, link := range []string{"javascript:alert(1)", "file:///etc/passwd", "https://a b%zz", "https://example.cn/" + strings.Repeat("长", 1000)} {
		data := docx(t, paper.Document{Blocks: []paper.Block{paper.Paragraph{Runs: []paper.Run{{Text: "字", Link: link}}}}})
		equal(t, lettersOf(textOf(t, "a.docx", data)), "字")
		if rels := part(t, data, "word/_rels/document.xml.rels"); strings.Contains(rels, "External") {
			t.Errorf("%.40s became a link: %s", link, rels)
		}
	}
}

// 5 MB are 1.7 million characters on more pages than anybody reads; they are written all the same.
func TestFiveMegabytesOfTextAreWritten(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("seconds of work")
	}
	text := strings.Repeat("职业教育前途广阔、大有可为。", 5<<20/42)
	d := paper.Document{Locale: i18n.Chinese, Blocks: []paper.Block{plain(text)}}
	pages := bytes.Count(pdf(t, d), []byte("/Type /Page\n"))
	const perPage = 1600
	if n := utf8.RuneCountInString(text); pages < n/perPage || pages > n/1000 {
		t.Errorf("%d characters on %d pages", n, pages)
	}
	equal(t, strings.Count(part(t, docx(t, d), "word/document.xml"), "职业教育前途广阔"), strings.Count(text, "职业教育前途广阔"))
}

func TestDocumentsOfABatchCountTheirOwnPages(t *testing.T) {
	t.Parallel()
	a := paper.Document{Locale: i18n.Chinese, Title: "甲", Blocks: []paper.Block{plain(strings.Repeat("字。\n", 60))}}
	b := paper.Document{Locale: i18n.English, Title: "乙", Landscape: true, Foot: "made here"}
	got := strings.ReplaceAll(lettersOf(textOf(t, "a.pdf", pdf(t, a, b))), "字。", "")
	equal(t, got, "甲第1页，共2页第2页，共2页乙madeherePage1of1")
}
