package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"openweek/internal/errs"
)

// Kind says how the cells of a column are read.
type Kind int

// The kinds of column.
const (
	Text   Kind = iota // as Excel shows it, trimmed; numbers without exponent
	Date               // normalised to "YYYY-MM-DD"
	Number             // normalised to plain decimal, without grouping
)

// Column declares a column that a caller wants.
type Column struct {
	Key      string   // name in Row.Get
	Titles   []string // accepted header titles, Chinese and English; the first is shown in messages
	Required bool     // the column must be there, and every row must fill it
	Kind     Kind
}

// Limits bound what one upload may cost.
type Limits struct {
	Bytes    int64 // size of the file
	Unpacked int64 // size of everything inside it, unpacked
	Rows     int   // filled rows below the header
	Columns  int   // filled columns
	Cell     int   // characters of one cell
}

// DefaultLimits fit an import typed by people: 10 MB, 100 MB unpacked, 20,000 rows, 200 columns,
// 10,000 characters a cell.
func DefaultLimits() Limits {
	return Limits{Bytes: 10 << 20, Unpacked: 100 << 20, Rows: 20_000, Columns: 200, Cell: 10_000}
}

// Table is what Read found.
type Table struct {
	Sheet    string    // name of the sheet
	Header   int       // number of the header row, from 1
	Unknown  []string  // titles that no declared column has; their cells are not read
	Rows     []Row     // filled rows below the header, in order
	Problems []Problem // cells that could not be read, in order; those read as ""
}

// Row is one filled row.
type Row struct {
	Number int // as Excel numbers it, from 1
	cells  map[string]string
}

// Get gives the cell of a declared column, "" where it is empty or the column is not there.
func (r Row) Get(key string) string { return r.cells[key] }

// Problem is what a dry run says about one cell or row.
type Problem struct {
	Row    int    // as Excel numbers it, from 1
	Column string // the title in the file, "" for the row as a whole
	Err    *errs.Error
}

// headerWithin is how far down the header is looked for; titles and notes stand above it.
const headerWithin = 20

// Read reads the first visible sheet of an .xlsx workbook. The header is the row among the first
// twenty that has the most declared columns.
//
// Errors are all errs.Invalid: sheet.not_excel, sheet.old_excel (.xls, or with a password),
// sheet.broken, sheet.too_large, sheet.bomb, sheet.too_many_rows, sheet.too_many_columns,
// sheet.no_header, sheet.missing_column, sheet.duplicate_column. What is wrong with single cells is
// in Table.Problems: sheet.empty_cell, sheet.bad_date, sheet.bad_number, sheet.formula_error,
// sheet.lost_digits, sheet.cell_too_long.
func Read(r io.Reader, columns []Column, limits Limits) (table *Table, err error) {
	defer errs.Wrap(&err, "sheet.Read")
	data, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limits.Bytes {
		return nil, errs.Invalid("sheet.too_large", "limit_mb", limits.Bytes>>20)
	}
	if err := checkPackage(data, limits); err != nil {
		return nil, err
	}
	// The library reads files of strangers; a panic of its own must not end the server.
	defer func() {
		if p := recover(); p != nil {
			table, err = nil, broken(fmt.Errorf("panic: %v", p))
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit:    limits.Unpacked,
		UnzipXMLSizeLimit: limits.Unpacked, // all in memory: no temporary files of uploads
		ShortDatePattern:  "yyyy-mm-dd",
	})
	if err != nil {
		return nil, broken(err)
	}
	defer book.Close()
	return newReader(book, columns, limits).read()
}

func broken(cause error) error { return errs.Invalid("sheet.broken").Because(cause) }

// checkPackage tells what is no workbook, and a bomb, before anything is unpacked. The sizes are
// those declared in the archive; archive/zip stops with an error at the first byte beyond them.
func checkPackage(data []byte, limits Limits) error {
	if bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {
		return errs.Invalid("sheet.old_excel")
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
			return broken(err)
		}
		return errs.Invalid("sheet.not_excel").Because(err)
	}
	const maxParts = 2000
	left, workbook := uint64(limits.Unpacked), false
	for _, f := range archive.File {
		if f.UncompressedSize64 > left || len(archive.File) > maxParts {
			return errs.Invalid("sheet.bomb")
		}
		left -= f.UncompressedSize64
		workbook = workbook || f.Name == "xl/workbook.xml"
	}
	if !workbook {
		return errs.Invalid("sheet.not_excel").Because(errors.New("no xl/workbook.xml in the archive"))
	}
	return nil
}

type reader struct {
	book     *excelize.File
	columns  []Column
	known    map[string]int // folded title → index in columns
	limits   Limits
	date1904 bool
	at       []int    // column index in the sheet → index in columns, or −1
	titles   []string // index in columns → title in the file
	table    *Table
}

func newReader(book *excelize.File, columns []Column, limits Limits) *reader {
	rd := &reader{book: book, columns: columns, limits: limits, known: map[string]int{}}
	for i, c := range columns {
		for _, t := range c.Titles {
			rd.known[foldTitle(t)] = i
		}
	}
	return rd
}

// line is one row of the sheet, as stored and as shown.
type line struct {
	number     int
	raw, shown []string
}

func (l line) empty() bool {
	return !slices.ContainsFunc(l.raw, func(s string) bool { return clean(s) != "" })
}

func (rd *reader) read() (*Table, error) {
	props, err := rd.book.GetWorkbookProps()
	if err != nil {
		return nil, broken(err)
	}
	rd.date1904 = props.Date1904 != nil && *props.Date1904
	name, err := rd.firstVisible()
	if err != nil {
		return nil, err
	}
	rd.table = &Table{Sheet: name}
	var top []line
	err = rd.each(name, func(l line) error {
		if rd.table.Header != 0 {
			return rd.row(l)
		}
		if top = append(top, l); l.number < headerWithin {
			return nil
		}
		return rd.begin(top)
	})
	if err != nil {
		return nil, err
	}
	if rd.table.Header == 0 { // a short sheet
		if err := rd.begin(top); err != nil {
			return nil, err
		}
	}
	return rd.table, nil
}

func (rd *reader) firstVisible() (string, error) {
	for _, name := range rd.book.GetSheetList() {
		if visible, err := rd.book.GetSheetVisible(name); err == nil && visible {
			return name, nil
		}
	}
	return "", broken(errors.New("no visible sheet"))
}

// each walks the sheet twice in step, because a stored date and a shown code are both wanted.
func (rd *reader) each(name string, do func(line) error) error {
	raws, err := rd.book.Rows(name)
	if err != nil {
		return broken(err)
	}
	defer raws.Close()
	showns, err := rd.book.Rows(name)
	if err != nil {
		return broken(err)
	}
	defer showns.Close()
	for number := 1; raws.Next() && showns.Next(); number++ {
		raw, err := raws.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return broken(err)
		}
		if len(raw) > rd.limits.Columns {
			return errs.Invalid("sheet.too_many_columns", "limit", rd.limits.Columns)
		}
		shown, err := showns.Columns()
		if err != nil {
			return broken(err)
		}
		l := line{number: number, raw: raw, shown: shown}
		if l.empty() {
			continue
		}
		if err := do(l); err != nil {
			return err
		}
	}
	if err := errors.Join(raws.Error(), showns.Error()); err != nil {
		return broken(err)
	}
	return nil
}

// begin finds the header among the top lines and reads those below it.
func (rd *reader) begin(top []line) error {
	best, most := -1, 0
	for i, l := range top {
		if n := rd.countKnown(l); n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return errs.Invalid("sheet.no_header", "column", rd.firstTitle())
	}
	if err := rd.header(top[best]); err != nil {
		return err
	}
	for _, l := range top[best+1:] {
		if err := rd.row(l); err != nil {
			return err
		}
	}
	return nil
}

func (rd *reader) firstTitle() string {
	for _, c := range rd.columns {
		if c.Required {
			return c.Titles[0]
		}
	}
	return rd.columns[0].Titles[0]
}

func (rd *reader) countKnown(l line) (n int) {
	for _, title := range l.raw {
		if rd.find(title) >= 0 {
			n++
		}
	}
	return n
}

// find gives the index of the declared column that has the title, or −1.
func (rd *reader) find(title string) int {
	if i, ok := rd.known[foldTitle(title)]; ok {
		return i
	}
	return -1
}

func (rd *reader) header(l line) error {
	rd.table.Header = l.number
	rd.titles = make([]string, len(rd.columns))
	var problems []*errs.Error
	for _, cell := range l.raw {
		title := clean(cell)
		i := rd.find(title)
		switch {
		case i >= 0 && rd.titles[i] != "":
			problems = append(problems, errs.Invalid("sheet.duplicate_column", "column", title))
		case i >= 0:
			rd.titles[i] = title
		case title != "":
			rd.table.Unknown = append(rd.table.Unknown, title)
		}
		rd.at = append(rd.at, i)
	}
	for i, c := range rd.columns {
		if c.Required && rd.titles[i] == "" {
			problems = append(problems, errs.Invalid("sheet.missing_column", "column", c.Titles[0]))
		}
	}
	if len(problems) == 1 {
		return problems[0]
	}
	return errs.Join(problems...)
}

func (rd *reader) row(l line) error {
	if len(rd.table.Rows) == rd.limits.Rows {
		return errs.Invalid("sheet.too_many_rows", "limit", rd.limits.Rows)
	}
	row := Row{Number: l.number, cells: make(map[string]string, len(rd.columns))}
	bad := make(map[int]bool)
	problem := func(column int, e *errs.Error) {
		bad[column] = true
		rd.table.Problems = append(rd.table.Problems, Problem{Row: l.number, Column: rd.titles[column], Err: e})
	}
	known := false
	for i, column := range rd.at {
		if column < 0 || i >= len(l.raw) {
			continue
		}
		shown := l.raw[i]
		if i < len(l.shown) {
			shown = l.shown[i]
		}
		value, e := rd.cell(rd.columns[column].Kind, l.raw[i], shown)
		if e != nil {
			problem(column, e)
		}
		known = known || e != nil || value != ""
		row.cells[rd.columns[column].Key] = value
	}
	if !known {
		return nil // filled only under titles that nobody asked for
	}
	for i, c := range rd.columns {
		if c.Required && row.cells[c.Key] == "" && !bad[i] {
			problem(i, errs.Invalid("sheet.empty_cell", "column", rd.titles[i]))
		}
	}
	rd.table.Rows = append(rd.table.Rows, row)
	return nil
}

func (rd *reader) cell(kind Kind, raw, shown string) (string, *errs.Error) {
	trimmed := clean(raw)
	switch {
	case trimmed == "":
		return "", nil
	case utf8.RuneCountInString(trimmed) > rd.limits.Cell:
		return "", errs.Invalid("sheet.cell_too_long", "limit", rd.limits.Cell)
	case errorValue.MatchString(trimmed):
		return "", errs.Invalid("sheet.formula_error", "value", trimmed)
	}
	switch kind {
	case Date:
		if day := asDate(raw, rd.date1904); day != "" {
			return string(day), nil
		}
		return "", errs.Invalid("sheet.bad_date", "value", clean(shown))
	case Number:
		if n, ok := asNumber(raw); ok {
			return n, nil
		}
		return "", errs.Invalid("sheet.bad_number", "value", clean(shown))
	default:
		text, ok := asText(raw, shown)
		if !ok {
			return "", errs.Invalid("sheet.lost_digits")
		}
		return text, nil
	}
}
