package form_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"openweek/internal/form"
)

func TestDiffTellsFieldsAndCells(t *testing.T) {
	t.Parallel()
	d := parse(t, of(desk))
	day := func(s string, cost int64) form.Values {
		return form.Values{"from": form.Day(s), "cost": form.Money(cost)}
	}
	before := form.Values{
		"title": form.Text("一"), "rate": form.Int(1), "ways": form.Choices{"tv"},
		"plan": form.Rows{day("2020-07-20", 1), day("2020-07-21", 2), day("2020-07-22", 3)},
	}
	after := form.Values{
		"title": form.Text("二"), "ways": form.Choices{"tv"}, "funds": form.Money(5),
		"plan": form.Rows{day("2020-07-19", 9), day("2020-07-20", 1), day("2020-07-21", 20), day("2020-07-22", 3)},
	}
	changes := form.Diff(before, after, d)
	type line struct {
		code     string
		old, new form.Value
	}
	var got []line
	for _, c := range changes {
		if c.Field.Code != "plan" {
			got = append(got, line{c.Field.Code, c.Old, c.New})
		}
	}
	want := []line{{"title", form.Text("一"), form.Text("二")}, {"rate", form.Int(1), nil}, {"funds", nil, form.Money(5)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	rows := changes[len(changes)-1].Rows
	wantRows := []form.RowChange{{Old: -1, New: 0}, {Old: 0, New: 1}, {Old: 1, New: 2, Columns: []string{"cost"}}, {Old: 2, New: 3}}
	if !reflect.DeepEqual(rows, wantRows) {
		t.Errorf("rows: got %v, want %v", rows, wantRows)
	}
	if got := form.Diff(before, form.Values{"title": form.Text("一"), "rate": form.Int(1), "ways": form.Choices{"tv"}}, d)[0].Rows; len(got) != 3 || got[2].Old != 2 || got[2].New != -1 {
		t.Errorf("a table that is gone: %v", got)
	}
}

func TestComputedFiguresComeFromTheSourceOnly(t *testing.T) {
	t.Parallel()
	d := parse(t, of(desk))
	counted := func(n int64) form.Figure { return form.Figure{Value: form.Int(n), Provenance: form.Counted} }
	source := func(_ context.Context, key string) (form.Figure, bool, error) {
		return map[string]form.Figure{"doors": counted(812), "guests": counted(900)}[key], true, nil
	}
	figures, err := d.Figures(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(figures, map[string]form.Figure{"doors": counted(812), "guests": counted(900)}) {
		t.Errorf("got %v", figures)
	}
	for _, c := range []struct {
		name string
		own  form.Values
		from map[string]form.Figure
		want string
	}{
		{"nothing filled in", form.Values{}, figures, `{"doors":{"value":812,"provenance":"counted"}}`},
		{"invented door figure", form.Values{"doors": counted(99999)}, figures, `{"doors":{"value":812,"provenance":"counted"}}`},
		{"nothing is counted", form.Values{"doors": counted(99999), "guests": counted(5)}, nil, `{"guests":{"value":5,"provenance":"reported"}}`},
		{"taken over as counted", form.Values{"guests": counted(900)}, figures, `{"doors":{"value":812,"provenance":"counted"},"guests":{"value":900,"provenance":"counted"}}`},
		{"called counted, but another", form.Values{"guests": counted(901)}, figures, `{"doors":{"value":812,"provenance":"counted"},"guests":{"value":901,"provenance":"reported"}}`},
		{"reported as it is", form.Values{"guests": form.Figure{Value: form.Int(1000), Provenance: form.Estimated}}, nil, `{"guests":{"value":1000,"provenance":"estimated"}}`},
	} {
		equalJSON(t, c.name, d.Compute(c.own, c.from), c.want)
	}
	failed := errors.New("no connection")
	if _, err := d.Figures(t.Context(), func(context.Context, string) (form.Figure, bool, error) { return form.Figure{}, false, failed }); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
}

func TestLongTextIsShownSafely(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"一段\n两行":                              "<p>一段<br>\n两行</p>",
		"# 标题\n\n**重点**和*强调*":                 "<h4>标题</h4>\n<p><strong>重点</strong>和<em>强调</em></p>",
		"1. 甲\n2. 乙\n   - 丙":                  "<ol>\n<li>甲</li>\n<li>乙\n<ul>\n<li>丙</li>\n</ul>\n</li>\n</ol>",
		"<script>alert(1)</script>":           "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
		"<b onclick=x>a</b> 1 < 2 & 3":        "<p>&lt;b onclick=x&gt;a&lt;/b&gt; 1 &lt; 2 &amp; 3</p>",
		"[点](javascript:alert(1))":            "<p>点</p>",
		"![图](https://evil.example.cn/x.png)": "<p></p>",
		"https://example.cn/a":                `<p><a href="https://example.cn/a" rel="nofollow noreferrer">https://example.cn/a</a></p>`,
		"":                                    "",
	} {
		if got := strings.TrimSpace(form.HTML(form.Text(in))); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", in, got, want)
		}
	}
}

func TestLongTextAsBlocks(t *testing.T) {
	t.Parallel()
	const source = "## 做法\n\n第一行**重点**\n第二行 [网站](https://example.cn) &lt;\n\n3. 甲\n   - 乙\n4. 丙\n\n> 引用"
	want := []form.Block{
		{Kind: form.Heading, Level: 2, Runs: []form.Run{{Text: "做法"}}},
		{Kind: form.Paragraph, Runs: []form.Run{{Text: "第一行"}, {Text: "重点", Bold: true}, {Text: "\n第二行 "}, {Text: "网站", Link: "https://example.cn"}, {Text: " <"}}},
		{Kind: form.Item, Level: 1, Number: 3, Runs: []form.Run{{Text: "甲"}}},
		{Kind: form.Item, Level: 2, Runs: []form.Run{{Text: "乙"}}},
		{Kind: form.Item, Level: 1, Number: 4, Runs: []form.Run{{Text: "丙"}}},
		{Kind: form.Quote, Level: 1, Runs: []form.Run{{Text: "引用"}}},
	}
	if got := form.Blocks(source); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got, want := form.Plain(source), "做法\n第一行重点\n第二行 网站 <\n甲\n乙\n丙\n引用"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The parser works for seconds on what is nested by the thousand; a text of a stranger must not make
// every reader wait.
func TestTangledTextIsShownAsItWasTyped(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"> ", "- ", ">", "1. ", "* > ", "[", "[a](", "![", "*a_", "**"} {
		s := strings.Repeat(piece, 50_000/len(piece)) + "完"
		if got, want := form.Plain(form.Text(s)), s; got != want {
			t.Errorf("%q is shown otherwise", piece)
		}
		if got := form.HTML(form.Text(s)); !strings.HasPrefix(got, "<p>") || strings.Contains(got, "<blockquote>") || strings.Contains(got, "<li>") {
			t.Errorf("%q is shown as %.50q", piece, got)
		}
	}
	for in, want := range map[string]string{
		"甲\n\n------------------------\n\n乙": "<p>甲</p>\n<hr>\n<p>乙</p>",
		"- 0731-84710000 转 8001":             "<ul>\n<li>0731-84710000 转 8001</li>\n</ul>",
	} {
		if got := strings.TrimSpace(form.HTML(form.Text(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzLongText(f *testing.F) {
	f.Add("# a\n> - **b** [c](d) `e`\n<x>")
	f.Fuzz(func(t *testing.T, s string) {
		if safe := strings.ToLower(form.HTML(form.Text(s))); strings.Contains(safe, "<script") || strings.Contains(safe, "<img") || strings.Contains(safe, `href="javascript:`) {
			t.Errorf("%q is shown as %q", s, safe)
		}
		form.Plain(form.Text(s))
	})
}
