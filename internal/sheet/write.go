package sheet

import (
	"fmt"
	"io"
	"iter"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// Limits of the file format.
const (
	maxRows     = 1_048_576
	maxCell     = 32_767 // UTF-16 units
	maxNameSize = 31     // UTF-16 units of a sheet's name
)

// Book is a workbook to write.
type Book struct {
	Sheets []Sheet // at least one
}

// Sheet is one sheet: an optional title line, a frozen header with a filter, rows.
type Sheet struct {
	Name    string // characters that Excel refuses are replaced; made distinct by a number
	Title   string // line above the header, "" for none
	Columns []Head
	// Rows are walked once. A cell is a string, bool, any Go number, clock.Day (a date),
	// clock.Instant (date and time in Shanghai) or nil (empty). An error ends the writing.
	Rows iter.Seq2[[]any, error]
}

// Head is the header of a column to write.
type Head struct {
	Title string
	Width float64 // in characters of the default font; a Han character is two. 0: by the title
}

// RowsOf makes an iterator of rows that are in memory.
func RowsOf(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Write writes an .xlsx workbook. Memory does not grow with the rows: beyond some megabytes they
// wait in a temporary file, which is removed before Write returns. More rows than Excel can hold are
// errs.Invalid sheet.too_many_rows; an error of an iterator is returned as it is, and what w got by
// then is nothing.
func Write(w io.Writer, book Book) (err error) {
	defer errs.Wrap(&err, "sheet.Write")
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = cerr
		}
	}()
	out := &writer{book: f}
	if err := out.makeStyles(); err != nil {
		return err
	}
	used := map[string]bool{}
	for i, s := range book.Sheets {
		name := sheetName(s.Name, used)
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := out.sheet(name, s); err != nil {
			return err
		}
	}
	return f.Write(w)
}

type writer struct {
	book                                *excelize.File
	title, header, text, day, dayMinute int // styles
}

func (o *writer) makeStyles() (err error) {
	const asText = 49 // the built-in format "@"
	day, minute := "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
	middle := &excelize.Alignment{Vertical: "center"}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&o.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, NumFmt: asText, Alignment: middle}},
		{&o.header, excelize.Style{
			Font: &excelize.Font{Bold: true}, NumFmt: asText,
			Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
			Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF3"}},
			Border:    []excelize.Border{{Type: "bottom", Style: 1, Color: "8A94A0"}},
		}},
		{&o.text, excelize.Style{NumFmt: asText}},
		{&o.day, excelize.Style{CustomNumFmt: &day}},
		{&o.dayMinute, excelize.Style{CustomNumFmt: &minute}},
	} {
		if *s.id, err = o.book.NewStyle(&s.style); err != nil {
			return err
		}
	}
	return nil
}

func (o *writer) sheet(name string, s Sheet) error {
	stream, err := o.book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	headerRow := 1
	if s.Title != "" {
		headerRow = 2
	}
	for i, h := range s.Columns {
		if err := stream.SetColWidth(i+1, i+1, width(h)); err != nil {
			return err
		}
	}
	if err := stream.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: headerRow, TopLeftCell: fmt.Sprintf("A%d", headerRow+1), ActivePane: "bottomLeft",
	}); err != nil {
		return err
	}
	if s.Title != "" {
		title := []any{excelize.Cell{StyleID: o.title, Value: guard(s.Title)}}
		if err := stream.SetRow("A1", title, excelize.RowOpts{Height: 24}); err != nil {
			return err
		}
	}
	header := make([]any, len(s.Columns))
	for i, h := range s.Columns {
		header[i] = excelize.Cell{StyleID: o.header, Value: guard(h.Title)}
	}
	if err := stream.SetRow(fmt.Sprintf("A%d", headerRow), header); err != nil {
		return err
	}
	last, err := o.rows(stream, s, headerRow)
	if err != nil {
		return err
	}
	if len(s.Columns) > 0 {
		// Between the last row and Flush: the stream writes the filter out at its end.
		corner, err := excelize.CoordinatesToCellName(len(s.Columns), last)
		if err != nil {
			return err
		}
		if err := o.book.AutoFilter(name, fmt.Sprintf("A%d:%s", headerRow, corner), nil); err != nil {
			return err
		}
	}
	return stream.Flush()
}

// rows writes the rows below the header and gives the number of the last.
func (o *writer) rows(stream *excelize.StreamWriter, s Sheet, headerRow int) (last int, err error) {
	last = headerRow
	if s.Rows == nil {
		return last, nil
	}
	cells := make([]any, len(s.Columns))
	for row, err := range s.Rows {
		if err != nil {
			return 0, err
		}
		if len(row) > len(s.Columns) {
			return 0, fmt.Errorf("row %d has %d cells for %d columns", last+1, len(row), len(s.Columns))
		}
		if last++; last > maxRows {
			return 0, errs.Invalid("sheet.too_many_rows", "limit", maxRows-headerRow)
		}
		clear(cells)
		for i, v := range row {
			if cells[i], err = o.cell(v); err != nil {
				return 0, fmt.Errorf("row %d: %w", last, err)
			}
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", last), cells); err != nil {
			return 0, err
		}
	}
	return last, nil
}

func (o *writer) cell(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		if v == "" {
			return nil, nil
		}
		return excelize.Cell{StyleID: o.text, Value: fit(guard(v))}, nil
	case clock.Day:
		if v == "" {
			return nil, nil
		}
		if _, err := clock.ParseDay(string(v)); err != nil {
			return nil, err
		}
		return excelize.Cell{StyleID: o.day, Value: serial(v.Start())}, nil
	case clock.Instant:
		if v.IsZero() {
			return nil, nil
		}
		return excelize.Cell{StyleID: o.dayMinute, Value: serial(v)}, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, nil // Excel has no such number, and an empty cell is what the reader expects
		}
		return v, nil
	case bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32:
		return v, nil
	}
	return nil, fmt.Errorf("no cell for a %T", v)
}

// serial gives Excel's day number of an instant in Shanghai; Excel knows no zones. The offset is asked
// for each instant, because it was nine hours in the summers of 1986 to 1991.
func serial(i clock.Instant) float64 {
	const unixEpoch, microsADay = 25_569, 86_400e6 // 1970-01-01 in days since 1899-12-30
	_, east := i.Time().Zone()
	return unixEpoch + float64(int64(i)+int64(east)*1e6)/microsADay
}

// fit cuts text to what a cell holds; Excel calls a file with more damaged.
func fit(s string) string {
	if len(s) <= maxCell {
		return s
	}
	units := 0
	for i, r := range s {
		if units += utf16Len(r); units > maxCell-1 {
			return s[:i] + "…"
		}
	}
	return s
}

func utf16Len(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// width makes room for the title and the filter's button.
func width(h Head) float64 {
	if h.Width > 0 {
		return min(h.Width, 255)
	}
	n := 4.0
	for _, r := range h.Title {
		n++
		if utf8.RuneLen(r) > 2 {
			n++
		}
	}
	return min(max(n, 10), 60)
}

// sheetName makes a name that Excel takes: 31 units, without []:*?/\ or apostrophes at the ends, and
// not used twice in any case.
func sheetName(name string, used map[string]bool) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	name = strings.TrimSpace(strings.Trim(strings.TrimSpace(name), "'"))
	if name == "" {
		name = "Sheet"
	}
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = fmt.Sprintf(" (%d)", n)
		}
		candidate := cutUTF16(name, maxNameSize-len(suffix)) + suffix
		if key := strings.ToLower(candidate); !used[key] {
			used[key] = true
			return candidate
		}
	}
}

func cutUTF16(s string, limit int) string {
	units := 0
	for i, r := range s {
		if units += utf16Len(r); units > limit {
			return s[:i]
		}
	}
	return s
}
