package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"openweek/internal/clock"
	"openweek/internal/sheet"
)

func writeOne(t testing.TB, s sheet.Sheet) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sheet.Write(&b, sheet.Book{Sheets: []sheet.Sheet{s}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var unitHeads = []sheet.Head{{Title: "单位名称", Width: 30}, {Title: "联系电话"}, {Title: "设立日期"}, {Title: "人数"}}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	alphabet := []rune("=+-@'\"<>&甲乙一 0159.,|!()ABCxyz\uFF1D\uFF0B\uFF20_x0041_")
	var rows [][]any
	var want [][]string
	for i := range 500 {
		name := "n"
		for range rnd.IntN(12) {
			name += string(alphabet[rnd.IntN(len(alphabet))])
		}
		name = strings.TrimSpace(name[1:])
		if name == "" {
			name = "="
		}
		day, _ := clock.DayOf(1960+rnd.IntN(120), 1+rnd.IntN(12), 1+rnd.IntN(28))
		rows = append(rows, []any{name, "0731-80000000", day, i})
		want = append(want, []string{fmt.Sprint(i + 3), name, "0731-80000000", string(day), fmt.Sprint(i)})
	}
	got := values(read(t, writeOne(t, sheet.Sheet{Name: "单位", Title: "单位信息表", Columns: unitHeads, Rows: sheet.RowsOf(rows...)})), unitColumns)
	for i := range want {
		equal(t, got[i], want[i])
	}
}

func TestWriteMakesTextOfWhatLooksLikeAFormula(t *testing.T) {
	t.Parallel()
	cells := map[string]string{ // written → as another program sees it
		`=HYPERLINK("http://example.cn")`: `'=HYPERLINK("http://example.cn")`,
		"+SUM(A1)":                        "'+SUM(A1)",
		"-cmd|'/c calc'!A0":               "'-cmd|'/c calc'!A0",
		"@SUM(A1)":                        "'@SUM(A1)",
		"\t=1":                            "'\t=1",
		"\r=1":                            "'\r=1",
		"\uFF1DSUM(A1)":                   "'\uFF1DSUM(A1)",
		"\uFF0BSUM(A1)":                   "'\uFF0BSUM(A1)",
		"-5":                              "-5",
		"-":                               "-",
		"+86 731-8000 0000":               "+86 731-8000 0000",
		"'tis":                            "'tis",
		"0731":                            "0731",
	}
	for written, want := range cells {
		data := writeOne(t, sheet.Sheet{Name: "s", Columns: []sheet.Head{{Title: written}}, Rows: sheet.RowsOf([]any{written})})
		f, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{"A1", "A2"} {
			value, err1 := f.GetCellValue("s", at)
			formula, err2 := f.GetCellFormula("s", at)
			kind, err3 := f.GetCellType("s", at)
			style, err4 := f.GetCellStyle("s", at)
			if err := errors.Join(err1, err2, err3, err4); err != nil {
				t.Fatal(err)
			}
			if strings.ReplaceAll(value, "\n", "\r") != want || formula != "" || kind != excelize.CellTypeInlineString {
				t.Errorf("%s %q: value %q, formula %q, type %v", at, written, value, formula, kind)
			}
			if s, err := f.GetStyle(style); err != nil || s.NumFmt != 49 {
				t.Errorf("%s %q: not formatted as text: %v", at, written, err)
			}
		}
		f.Close()
	}
}

func TestWriteSetsTypesHeaderFilterAndPanes(t *testing.T) {
	t.Parallel()
	at := clock.FromTime(time.Date(2026, 5, 10, 8, 30, 0, 0, clock.Shanghai))
	heads := []sheet.Head{{Title: "文字", Width: 30}, {Title: "整数"}, {Title: "小数"}, {Title: "是否"}, {Title: "日期"}, {Title: "时间"}, {Title: "空"}}
	var b bytes.Buffer
	if err := sheet.Write(&b, sheet.Book{Sheets: []sheet.Sheet{
		{Name: "甲:乙", Title: "总表", Columns: heads, Rows: sheet.RowsOf([]any{"文", 12, 1.5, true, clock.Day("2026-05-10"), at, nil})},
		{Name: "甲 乙", Columns: []sheet.Head{{Title: "无行"}}},
		{Name: strings.Repeat("长", 40)},
	}}); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	equal(t, f.GetSheetList(), []string{"甲 乙", "甲 乙 (2)", strings.Repeat("长", 31)})
	rows, err := f.GetRows("甲 乙")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, rows, [][]string{{"总表"}, {"文字", "整数", "小数", "是否", "日期", "时间", "空"}, {"文", "12", "1.5", "TRUE", "2026-05-10", "2026-05-10 08:30"}})
	for cell, want := range map[string]excelize.CellType{"B3": excelize.CellTypeUnset, "C3": excelize.CellTypeUnset, "D3": excelize.CellTypeBool} {
		if kind, _ := f.GetCellType("甲 乙", cell); kind != want {
			t.Errorf("%s has type %v", cell, kind)
		}
	}
	panes, err := f.GetPanes("甲 乙")
	if err != nil || !panes.Freeze || panes.YSplit != 2 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if w, err := f.GetColWidth("甲 乙", "A"); err != nil || w != 30 {
		t.Errorf("width %v, %v", w, err)
	}
	var filters []string
	for _, d := range f.GetDefinedName() {
		filters = append(filters, d.RefersTo)
	}
	equal(t, filters, []string{"'甲 乙'!$A$2:$G$3", "'甲 乙 (2)'!$A$1:$A$1"})
	if part := partOf(t, data, "xl/worksheets/sheet1.xml"); !strings.Contains(part, `<autoFilter ref="$A$2:$G$3"`) {
		t.Errorf("no filter in the sheet: %s", part)
	}
}

func partOf(t *testing.T, data []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	part, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(part)
}

func TestWriteStopsAtAnErrorOfTheRows(t *testing.T) {
	t.Parallel()
	gone := errors.New("the database went away")
	rows := func(yield func([]any, error) bool) {
		_ = yield([]any{"甲"}, nil) && yield(nil, gone)
	}
	var b bytes.Buffer
	err := sheet.Write(&b, sheet.Book{Sheets: []sheet.Sheet{{Name: "s", Columns: []sheet.Head{{Title: "a"}}, Rows: rows}}})
	if !errors.Is(err, gone) || b.Len() != 0 {
		t.Errorf("%v, %d bytes written", err, b.Len())
	}
	for name, bad := range map[string][]any{"wide": {"a", "b"}, "type": {struct{}{}}, "day": {clock.Day("2026-02-30")}} {
		if err := sheet.Write(&b, sheet.Book{Sheets: []sheet.Sheet{{Name: "s", Columns: []sheet.Head{{Title: "a"}}, Rows: sheet.RowsOf(bad)}}}); err == nil || b.Len() != 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, b.Len())
		}
	}
}

func TestWriteCutsWhatACellCannotHold(t *testing.T) {
	t.Parallel()
	data := writeOne(t, sheet.Sheet{Name: "s", Columns: unitHeads, Rows: sheet.RowsOf([]any{strings.Repeat("𠮷", 20_000)})})
	limits := sheet.DefaultLimits()
	limits.Cell = 100_000
	table, err := sheet.Read(bytes.NewReader(data), unitColumns, limits)
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Rows[0].Get("name"); got != strings.Repeat("𠮷", 16_383)+"…" {
		t.Errorf("%d runes", len([]rune(got)))
	}
}

func manyRows(n int, look func()) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for i := range n {
			if i%5000 == 0 {
				look()
			}
			if !yield([]any{fmt.Sprintf("第%d职业学校", i), "0731-80000000", clock.Day("2026-05-10"), i}, nil) {
				return
			}
		}
	}
}

func TestWriteHoldsMemoryFlat(t *testing.T) { // not parallel: it measures the heap
	if testing.Short() {
		t.Skip("writes 100,000 rows")
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	start, peak := m.HeapAlloc, uint64(0)
	look := func() {
		runtime.GC()
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
	}
	if err := sheet.Write(io.Discard, sheet.Book{Sheets: []sheet.Sheet{{Name: "s", Columns: unitHeads, Rows: manyRows(100_000, look)}}}); err != nil {
		t.Fatal(err)
	}
	if grown := peak - min(peak, start); grown > 64<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	} else {
		t.Logf("the heap grew by %d MB", grown>>20)
	}
}

func BenchmarkWrite10kRows(b *testing.B) {
	for b.Loop() {
		if err := sheet.Write(io.Discard, sheet.Book{Sheets: []sheet.Sheet{{Name: "s", Columns: unitHeads, Rows: manyRows(10_000, func() {})}}}); err != nil {
			b.Fatal(err)
		}
	}
}
