package calendar

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sheet"
)

// Bounds of an uploaded table.
const (
	firstYear, lastYear = 1990, 2200
	maxName             = 40 // characters
)

// The columns of an official table.
var columns = []sheet.Column{
	{Key: "day", Titles: []string{"日期", "Date"}, Required: true, Kind: sheet.Date},
	{Key: "kind", Titles: []string{"类型", "类别", "安排", "Kind"}, Required: true},
	{Key: "name", Titles: []string{"名称", "节日", "节假日", "Name"}},
}

// The words of the second column, as the State Council's notices use them.
var kinds = map[string]bool{
	"放假": false, "休息": false, "调休": false, "假日": false, "节假日": false, "休": false, "holiday": false,
	"上班": true, "补班": true, "工作日": true, "班": true, "workday": true,
}

// ReadTable reads a year's official arrangement from an Excel file: date, 放假 or 上班 (holiday,
// workday), and the holiday's name. It is a dry run: with problems there is nothing to store.
//
// Errors: those of sheet.Read; calendar.year_impossible. Problems: those of sheet.Read, and
// calendar.kind_unknown, calendar.day_outside, calendar.day_twice, calendar.name_long,
// calendar.holiday_missing for the table as a whole (row 0).
func ReadTable(r io.Reader, year int) (marks []Mark, problems []sheet.Problem, err error) {
	defer errs.Wrap(&err, "calendar.ReadTable(%d)", year)
	if year < firstYear || year > lastYear {
		return nil, nil, errYear()
	}
	limits := sheet.DefaultLimits()
	limits.Bytes, limits.Rows = 2<<20, 400
	in, err := sheet.Read(r, columns, limits)
	if err != nil {
		return nil, nil, err
	}
	problems = in.Problems
	bad := map[int]bool{}
	for _, p := range problems {
		bad[p.Row] = true
	}
	var rows []int
	for _, row := range in.Rows {
		if bad[row.Number] {
			continue
		}
		work, ok := kinds[strings.ToLower(row.Get("kind"))]
		if !ok {
			problems = append(problems, sheet.Problem{Row: row.Number, Column: columns[1].Titles[0], Err: errs.Invalid("calendar.kind_unknown")})
		}
		marks = append(marks, Mark{On: clock.Day(row.Get("day")), Work: work, Name: row.Get("name")})
		rows = append(rows, row.Number)
	}
	for _, p := range check(year, marks) {
		at := 0
		if p.mark >= 0 {
			at = rows[p.mark]
		}
		problems = append(problems, sheet.Problem{Row: at, Err: p.err})
	}
	if len(problems) > 0 {
		return nil, problems, nil
	}
	return marks, nil, nil
}

// flaw is what is wrong with a mark, or with the table where mark is −1.
type flaw struct {
	mark int
	err  *errs.Error
}

// check holds a table against what every year has. A table that replaces a year must be whole: 元旦,
// 劳动节 and 国庆节 are off by law every year (全国年节及纪念日放假办法 art. 2), and one without them is
// a part of a table, by which everybody would be reminded on a holiday.
func check(year int, marks []Mark) (flaws []flaw) {
	seen := map[clock.Day]bool{}
	off := map[clock.Day]bool{}
	for i, m := range marks {
		_, err := clock.ParseDay(string(m.On))
		switch {
		case err != nil || !strings.HasPrefix(string(m.On), fmt.Sprintf("%04d-", year)):
			flaws = append(flaws, flaw{i, errs.Invalid("calendar.day_outside", "year", year)})
		case seen[m.On]:
			flaws = append(flaws, flaw{i, errs.Invalid("calendar.day_twice", "day", string(m.On))})
		case utf8.RuneCountInString(m.Name) > maxName:
			flaws = append(flaws, flaw{i, errs.Invalid("calendar.name_long", "limit", maxName)})
		}
		seen[m.On], off[m.On] = true, !m.Work
	}
	for _, day := range []string{"01-01", "05-01", "10-01"} {
		d := clock.Day(fmt.Sprintf("%04d-%s", year, day))
		if !off[d] {
			flaws = append(flaws, flaw{-1, errs.Invalid("calendar.holiday_missing", "day", string(d))})
		}
	}
	return flaws
}

func errYear() *errs.Error {
	return errs.Invalid("calendar.year_impossible", "first", firstYear, "last", lastYear).On("year")
}
