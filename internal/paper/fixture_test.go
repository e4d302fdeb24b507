package paper_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/extract"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/i18n"
	"openweek/internal/paper"
	"openweek/internal/review"
)

var (
	keepIn = flag.String("keep", "", "folder for the files that tests make, for people to look at")
	update = flag.Bool("update", false, "write testdata anew")
)

func at(year int, month time.Month, day, hour, minute int) clock.Instant {
	return clock.FromTime(time.Date(year, month, day, hour, minute, 0, 0, clock.Shanghai))
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// needFont skips where the font is not built, as in a fresh clone.
func needFont(t testing.TB) {
	t.Helper()
	if errors.Is(paper.Check(), paper.ErrNoFont) {
		t.Skip("the font is not built: run npm ci && npm run build")
	}
	if err := paper.Check(); err != nil {
		t.Fatal(err)
	}
}

func pdf(t testing.TB, documents ...paper.Document) []byte {
	t.Helper()
	needFont(t)
	var b strings.Builder
	if err := paper.PDF(&b, documents...); err != nil {
		t.Fatal(err)
	}
	keep(t, ".pdf", b.String())
	return []byte(b.String())
}

func docx(t testing.TB, documents ...paper.Document) []byte {
	t.Helper()
	var b strings.Builder
	if err := paper.Docx(&b, documents...); err != nil {
		t.Fatal(err)
	}
	keep(t, ".docx", b.String())
	return []byte(b.String())
}

// golden compares a text with the one in testdata.
func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("not as in %s:\n%s", path, got)
	}
}

// keep writes what a test has made into the folder of -keep.
func keep(t testing.TB, ending, content string) {
	t.Helper()
	if *keepIn == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*keepIn, strings.ReplaceAll(t.Name(), "/", "-")+ending), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// textOf reads a file back with another program's eyes.
func textOf(t testing.TB, name string, data []byte) string {
	t.Helper()
	doc, err := extract.Text(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Text
}

// lettersOf leaves out spaces and line ends, which a page sets and a text does not have.
func lettersOf(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u3000", " ")), "")
}

// shipped reads a form that comes with the product.
func shipped(t testing.TB, code string) form.Definition {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "form", "shipped", code+".json"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := form.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const long = "湖南省人民政府国有资产监督管理委员会关于推进职业教育校企合作、产教融合与技术技能人才培养工作的联合办公室"

// summary is a work summary with everything that a filing can hold.
func summary(t testing.TB, l i18n.Locale) paper.Filing {
	d := shipped(t, "work_summary")
	return paper.Filing{
		Locale: l, Edition: "2020年湖南省职业教育宣传活动周", Clause: "四.5", Obligation: "报送活动周工作总结", Unit: "湘潭市教育局",
		State: duty.StateAccepted, Late: true, Due: "2020-08-31", Form: d, Version: 2,
		Values: form.Values{
			"overview":   form.Text("全市举办活动**四十项**，参加人数“创历史新高”。\n\n第二段有[链接](https://week.example.cn/a?b=1)。"),
			"practices":  form.Text("## 专题学习\n\n1. 组织学习会；\n2. 开展座谈：\n   - 市本级\n   - 各县市区\n\n> 引用一句话。"),
			"results":    form.Text("成效明显。"),
			"activities": form.Figure{Value: form.Int(40), Provenance: form.Reported}, "sessions": form.Figure{Value: form.Int(62), Provenance: form.Estimated},
			"participants": form.Figure{Value: form.Int(12034), Provenance: form.Verified}, "counted_check_ins": form.Figure{Value: form.Int(9876), Provenance: form.Counted},
			"media_pieces": form.Figure{Value: form.Int(21), Provenance: form.Reported},
			"pieces": form.Rows{
				{"title": form.Text("职教活动周启动"), "outlet": form.Text("示例日报"), "date": form.Day("2020-07-20"), "link": form.Text("https://news.example.cn/2020/07/20/zhijiao-huodongzhou-qidong.html")},
				{"title": form.Text("走进社区"), "outlet": form.Text("示例电视台"), "date": form.Day("2020-07-22")},
			},
			"funds_spent": form.Money(1234567), "attachments": form.Files{"f1", "f2"},
			"liaison": form.Person{Name: "李示例", Phone: "13900000000"},
		},
		Files: map[string]paper.File{"f1": {Name: "总结（盖章）.pdf", Bytes: 1 << 20}},
		Versions: []paper.Handing{
			{Version: 1, By: "王示例", At: at(2020, 8, 30, 17, 5), Outcome: filing.Returned},
			{Version: 2, By: "王示例", At: at(2020, 9, 2, 9, 0), Late: true, Outcome: filing.Accepted},
		},
		Readings: []paper.Reading{
			{Version: 1, Unit: "湖南省教育厅", By: "张示例", At: at(2020, 9, 1, 10, 0), Outcome: review.Returned, Comment: "请补充数据。",
				Marks: []review.Mark{{Field: "overview", Words: "过于简单"}, {Field: "pieces.1.link", Words: "缺链接"}}},
			{Version: 2, Unit: "湖南省教育厅", By: "张示例", At: at(2020, 9, 3, 11, 30), Outcome: review.Accepted},
		},
		Printed: paper.Printed{By: "王示例", At: at(2020, 9, 4, 8, 0)},
	}
}
