package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"openweek/internal/errs"
	"openweek/internal/sheet"
)

var unitColumns = []sheet.Column{
	{Key: "name", Titles: []string{"单位名称", "Unit name"}, Required: true},
	{Key: "phone", Titles: []string{"联系电话", "Phone"}},
	{Key: "since", Titles: []string{"设立日期", "Founded on"}, Kind: sheet.Date},
	{Key: "people", Titles: []string{"人数", "People"}, Kind: sheet.Number},
}

// workbook makes a file with the library's ordinary writer, cell by cell.
func workbook(t testing.TB, cells map[string]any, change ...func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for at, v := range cells {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range change {
		c(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, data []byte) *sheet.Table {
	t.Helper()
	table, err := sheet.Read(bytes.NewReader(data), unitColumns, sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func values(table *sheet.Table, columns []sheet.Column) [][]string {
	var all [][]string
	for _, r := range table.Rows {
		row := []string{fmt.Sprint(r.Number)}
		for _, c := range columns {
			row = append(row, r.Get(c.Key))
		}
		all = append(all, row)
	}
	return all
}

func problems(table *sheet.Table) []string {
	var all []string
	for _, p := range table.Problems {
		all = append(all, fmt.Sprintf("%d %s %s", p.Row, p.Column, p.Err.Key))
	}
	return all
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestReadFindsTheHeaderBelowATitleAndMatchesMarkedTitles(t *testing.T) {
	t.Parallel()
	table := read(t, workbook(t, map[string]any{
		"A1": "单位信息表", "A2": "填表说明:单位名称用全称",
		"A4": "序号", "B4": "* 单位名称(必填)", "C4": "PHONE", "D4": " 人 数 ",
		"A5": 1, "B5": "  星湖职业学校 ", "C5": "0731-80000000", "D5": 12,
		"A7": 2, "B7": "示例\r\n学院", "C7": 13900000000, "D7": "1,200",
		"A8": 3,
	}))
	equal(t, table.Header, 4)
	equal(t, table.Unknown, []string{"序号"})
	equal(t, values(table, unitColumns), [][]string{
		{"5", "星湖职业学校", "0731-80000000", "", "12"},
		{"7", "示例\n学院", "13900000000", "", "1200"},
	})
	equal(t, problems(table), []string(nil))
}

func TestReadTakesFullWidthAndEnglishTitles(t *testing.T) {
	t.Parallel()
	table := read(t, workbook(t, map[string]any{"A1": "Unit Name", "B1": "\uFF30\uFF48\uFF4F\uFF4E\uFF45", "A2": "甲校", "B2": "1"}))
	equal(t, values(table, unitColumns), [][]string{{"2", "甲校", "1", "", ""}})
}

func TestReadNormalisesDates(t *testing.T) {
	t.Parallel()
	style := func(format string) func(f *excelize.File) {
		return func(f *excelize.File) {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStyle("Sheet1", "B2", "B2", id); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		cell   any
		want   string
		change []func(*excelize.File)
	}{
		{cell: time.Date(2026, 5, 10, 0, 0, 0, 0, time.UTC), want: "2026-05-10"},
		{cell: time.Date(2026, 5, 10, 23, 59, 59, 0, time.UTC), want: "2026-05-10"},
		{cell: 46152, want: "2026-05-10", change: []func(*excelize.File){style(`yyyy"年"m"月"d"日"`)}},
		{cell: 46152, want: "2026-05-10"},
		{cell: "2026-5-10", want: "2026-05-10"},
		{cell: "2026/05/10", want: "2026-05-10"},
		{cell: "2026.5.10", want: "2026-05-10"},
		{cell: " 2026年5月10日 ", want: "2026-05-10"},
		{cell: "2026-05-10 00:00:00", want: "2026-05-10"},
		{cell: "\uFF12\uFF10\uFF12\uFF16年5月10日", want: "2026-05-10"},
		{cell: 20260510, want: "2026-05-10"},
		{cell: "2026-02-30"},
		{cell: "2026-13-01"},
		{cell: "2026-05-10 08:30"},
		{cell: 2026},
		{cell: "26-5-10"},
		{cell: "五月十日"},
		{cell: -5},
	} {
		table := read(t, workbook(t, map[string]any{"A1": "单位名称", "B1": "设立日期", "A2": "甲校", "B2": c.cell}, c.change...))
		if got := table.Rows[0].Get("since"); got != c.want {
			t.Errorf("%v reads %q, want %q", c.cell, got, c.want)
		}
		if bad := len(table.Problems) == 1 && table.Problems[0].Err.Key == "sheet.bad_date"; bad != (c.want == "") {
			t.Errorf("%v: problems %v", c.cell, problems(table))
		}
	}
}

func TestReadCountsDaysOfAWorkbookFrom1904(t *testing.T) {
	t.Parallel()
	table := read(t, workbook(t, map[string]any{"A1": "单位名称", "B1": "设立日期", "A2": "甲校", "B2": 46152 - 1462}, func(f *excelize.File) {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
	}))
	equal(t, table.Rows[0].Get("since"), "2026-05-10")
}

func TestReadKeepsCodesAndLongNumbers(t *testing.T) {
	t.Parallel()
	format := func(at, format string) func(*excelize.File) {
		return func(f *excelize.File) {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStyle("Sheet1", at, at, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	table := read(t, workbook(t, map[string]any{
		"A1": "单位名称", "B1": "联系电话",
		"A2": "甲", "B2": 7310, "A3": "乙", "B3": "007310", "A4": "丙", "B4": 1.39e10, "A5": "丁", "B5": "1E5",
		"A7": "己", "B7": 13900000000,
	}, format("B2", "000000"), format("B7", "0.00E+00")))
	equal(t, values(table, unitColumns), [][]string{
		{"2", "甲", "007310", "", ""},
		{"3", "乙", "007310", "", ""},
		{"4", "丙", "13900000000", "", ""},
		{"5", "丁", "1E5", "", ""},
		{"7", "己", "13900000000", "", ""},
	})
	equal(t, problems(table), []string(nil))
}

func TestReadListsEveryProblemOfEveryRow(t *testing.T) {
	t.Parallel()
	table := read(t, workbook(t, map[string]any{
		"A1": "单位名称", "B1": "联系电话", "C1": "设立日期", "D1": "人数",
		"B2": "1", "C2": "某日", "D2": "十二",
		"A3": strings.Repeat("长", 10_001), "D3": "0x1F",
		"A4": "#N/A", "D4": "12人",
		"A5": "好", "D5": -1.5,
	}))
	equal(t, problems(table), []string{
		"2 设立日期 sheet.bad_date", "2 人数 sheet.bad_number", "2 单位名称 sheet.empty_cell",
		"3 单位名称 sheet.cell_too_long", "3 人数 sheet.bad_number",
		"4 单位名称 sheet.formula_error", "4 人数 sheet.bad_number",
	})
	equal(t, table.Rows[3].Get("people"), "-1.5")
}

func TestReadDropsControlCharacters(t *testing.T) {
	t.Parallel()
	table := read(t, workbook(t, map[string]any{"A1": "单位名称", "A2": "甲_x0000_\u200B校\uFEFF\u3000"}))
	equal(t, table.Rows[0].Get("name"), "甲校")
}

func TestReadTakesTheFirstVisibleSheet(t *testing.T) {
	t.Parallel()
	table := read(t, workbook(t, map[string]any{"A1": "单位名称", "A2": "藏"}, func(f *excelize.File) {
		if _, err := f.NewSheet("名单"); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.SetCellValue("名单", "A1", "单位名称"), f.SetCellValue("名单", "A2", "显")); err != nil {
			t.Fatal(err)
		}
		f.SetActiveSheet(1)
		if err := f.SetSheetVisible("Sheet1", false); err != nil {
			t.Fatal(err)
		}
	}))
	equal(t, table.Sheet, "名单")
	equal(t, table.Rows[0].Get("name"), "显")
}

func TestReadRefusesAHeaderThatDoesNotFit(t *testing.T) {
	t.Parallel()
	columns := append([]sheet.Column{{Key: "code", Titles: []string{"代码"}, Required: true}}, unitColumns...)
	for name, c := range map[string]struct {
		cells map[string]any
		keys  []string
	}{
		"missing":         {map[string]any{"A1": "单位名称", "A2": "甲"}, []string{"sheet.missing_column"}},
		"two missing":     {map[string]any{"A1": "人数", "A2": "甲"}, []string{"error.form", "sheet.missing_column"}},
		"duplicate":       {map[string]any{"A1": "单位名称", "B1": "代码", "C1": "Unit name", "A2": "甲"}, []string{"sheet.duplicate_column"}},
		"no header":       {map[string]any{"A1": "甲", "A2": "乙"}, []string{"sheet.no_header"}},
		"nothing at all":  {map[string]any{}, []string{"sheet.no_header"}},
		"header too deep": {map[string]any{"A1": "甲", "A21": "乙", "A22": "单位名称", "B22": "代码"}, []string{"sheet.no_header"}},
	} {
		_, err := sheet.Read(bytes.NewReader(workbook(t, c.cells)), columns, sheet.DefaultLimits())
		for _, key := range c.keys {
			if !errs.Is(err, key) || errs.KindOf(err) != errs.KindInvalid {
				t.Errorf("%s: %v, want %s", name, err, key)
			}
		}
	}
}

func zipOf(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadRefusesWhatIsNoWorkbookOrTooMuch(t *testing.T) {
	t.Parallel()
	good := workbook(t, map[string]any{"A1": "单位名称", "B1": "人数", "A2": "甲", "A3": "乙", "A4": "丙"})
	wide := workbook(t, map[string]any{"A1": "单位名称", "A2": "甲", "XFD3": "远"})
	zeros := strings.Repeat("0", 2<<20)
	bomb := zipOf(t, map[string]string{"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": zeros})
	// The same bomb with a lie in its directory: both copies of the size say 10 bytes.
	liar := bytes.ReplaceAll(bomb, []byte{0, 0, 0x20, 0}, []byte{10, 0, 0, 0})
	small := sheet.Limits{Bytes: 1 << 20, Unpacked: 1 << 20, Rows: 2, Columns: 100, Cell: 100}
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"empty":        {nil, "sheet.not_excel"},
		"text":         {[]byte("单位名称,人数\n甲,1\n"), "sheet.not_excel"},
		"old excel":    {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"), "sheet.old_excel"},
		"a Word file":  {zipOf(t, map[string]string{"word/document.xml": "<x/>"}), "sheet.not_excel"},
		"cut":          {good[:len(good)/2], "sheet.broken"},
		"empty parts":  {zipOf(t, map[string]string{"xl/workbook.xml": ""}), "sheet.broken"},
		"bomb":         {bomb, "sheet.bomb"},
		"liar":         {liar, "sheet.broken"},
		"large":        {make([]byte, 1<<20+1), "sheet.too_large"},
		"rows":         {good, "sheet.too_many_rows"},
		"far column":   {wide, "sheet.too_many_columns"},
		"many entries": {zipOf(t, manyFiles()), "sheet.bomb"},
	} {
		_, err := sheet.Read(bytes.NewReader(c.data), unitColumns, small)
		if !errs.Is(err, c.key) || errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func manyFiles() map[string]string {
	files := map[string]string{}
	for i := range 2001 {
		files[fmt.Sprint(i)] = ""
	}
	return files
}

// foreign makes a file as other programs write it: shared strings with runs, no cell references, a
// minimum of parts. LibreOffice and WPS are not on the test machine.
func foreign(t testing.TB, sheetData string) []byte {
	const (
		ns       = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
		packages = "http://schemas.openxmlformats.org/package/2006/"
		office   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		types    = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	)
	return zipOf(t, map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="` + packages + `content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + types + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + types + `worksheet+xml"/>` +
			`<Override PartName="/xl/sharedStrings.xml" ContentType="` + types + `sharedStrings+xml"/></Types>`,
		"_rels/.rels": `<Relationships xmlns="` + packages + `relationships"><Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="` + packages + `relationships">` +
			`<Relationship Id="r1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r2" Type="` + office + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/workbook.xml":          `<workbook ` + ns + ` xmlns:r="` + office + `"><sheets><sheet name="单位" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/sharedStrings.xml":     `<sst ` + ns + `><si><t>单位名称</t></si><si><r><t>星湖</t></r><r><t>学校</t></r></si><si><t>人数</t></si><si><t>联系电话</t></si></sst>`,
		"xl/worksheets/sheet1.xml": `<worksheet ` + ns + `><sheetData>` + sheetData + `</sheetData></worksheet>`,
	})
}

func TestReadTakesAFileOfAnotherProgram(t *testing.T) {
	t.Parallel()
	data := foreign(t, `<row><c t="s"><v>0</v></c><c t="s"><v>2</v></c></row><row><c t="s"><v>1</v></c><c><f>6*2</f><v>12</v></c></row>`)
	equal(t, values(read(t, data), unitColumns), [][]string{{"2", "星湖学校", "", "", "12"}})
}

// Excel keeps fifteen digits of an identity number that was not typed as text.
func TestReadReportsANumberThatLostDigits(t *testing.T) {
	t.Parallel()
	table := read(t, foreign(t, `<row><c t="s"><v>0</v></c><c t="s"><v>3</v></c></row>`+
		`<row><c t="s"><v>1</v></c><c><v>4.3010219900101E+17</v></c></row>`+
		`<row><c t="s"><v>1</v></c><c><v>1.39E+10</v></c></row>`))
	equal(t, values(table, unitColumns), [][]string{{"2", "星湖学校", "", "", ""}, {"3", "星湖学校", "13900000000", "", ""}})
	equal(t, problems(table), []string{"2 联系电话 sheet.lost_digits"})
}

func BenchmarkRead10kRows(b *testing.B) {
	data := writeOne(b, sheet.Sheet{Name: "s", Columns: unitHeads, Rows: manyRows(10_000, func() {})})
	for b.Loop() {
		if _, err := sheet.Read(bytes.NewReader(data), unitColumns, sheet.DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}
}
