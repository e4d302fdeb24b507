package desk

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strconv"

	"openweek/internal/calendar"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/sheet"
	"openweek/internal/web/ui"
	"openweek/internal/workday"
)

const calendarPath = "/desk/calendar"

// CalendarBody is the largest body of an upload of working days, in bytes.
const CalendarBody = 6 << 20

const maxCalendar = 2 << 20

type calendarYears struct {
	Years   []workday.Year
	Shown   workday.Year
	MayLoad bool
}

//i18n:prefix ledger.source_
func sourceWord(v ui.View, s calendar.Source) string {
	if s == calendar.Unknown {
		return v.T("ledger.source_unknown")
	}
	return v.T("ledger.source_" + string(s))
}

func sourceTone(s calendar.Source) httpx.Tone {
	switch s {
	case calendar.Official:
		return ui.Good
	case calendar.BuiltIn:
		return ui.Notice
	}
	return ui.Warning
}

// GetCalendar shows of which years the working days are known, and the days of one year.
func (d *Desk) GetCalendar(w http.ResponseWriter, r *httpx.Request) error {
	years, err := d.Workdays.Years(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	p := calendarYears{Years: years, MayLoad: workday.MayReplace(r.Actor)}
	number, err := strconv.Atoi(string(d.today()[:4]))
	if err != nil {
		return errs.Internal(err)
	}
	if asked, err := strconv.Atoi(r.Input().Raw("year")); err == nil {
		number = asked
	}
	if p.Shown, err = d.Workdays.Year(r.Context(), r.Actor, number); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, calendarYearsPage(d.view(r, r.T("ledger.calendar")), p))
}

// calendarImport is a table of a year that was uploaded and not stored yet.
type calendarImport struct {
	Year     string
	FileName string
	Payload  string
	Marks    []calendar.Mark
	Problems []importProblem
	Before   workday.Year
}

func (d *Desk) calendarImportView(r *httpx.Request) ui.View {
	return d.view(r, r.T("ledger.calendar_import"), ui.Crumb{Href: calendarPath, Text: r.T("ledger.calendar")})
}

// GetCalendarImport shows the form of an upload.
func (d *Desk) GetCalendarImport(w http.ResponseWriter, r *httpx.Request) error {
	if !workday.MayReplace(r.Actor) {
		return errs.Forbidden("workday.forbidden")
	}
	year := r.Input().Raw("year")
	if _, err := strconv.Atoi(year); err != nil {
		year = string(d.today().AddDays(183)[:4]) // announced in autumn for the next year
	}
	return ui.Render(w, r, http.StatusOK, calendarImportPage(d.calendarImportView(r), calendarImport{Year: year}))
}

// PostCalendarImport shows what an uploaded table says and what is wrong with it; sent again with the
// same content it stores the table.
func (d *Desk) PostCalendarImport(w http.ResponseWriter, r *httpx.Request) error {
	if !workday.MayReplace(r.Actor) {
		return errs.Forbidden("workday.forbidden")
	}
	in := r.Input()
	v := d.calendarImportView(r)
	number := int(in.Number("year", 1990, 2200))
	p := calendarImport{Year: in.Raw("year"), FileName: in.Text("name", 200), Payload: in.Raw("payload")}
	body, err := base64.RawURLEncoding.DecodeString(p.Payload)
	if err != nil {
		in.Problem(errs.Invalid("error.bad_request").On("file").Because(err))
	}
	if p.Payload == "" {
		file := in.File("file", maxCalendar)
		if file == nil && in.Err() == nil {
			in.Problem(errs.Invalid("import.no_file").On("file"))
		}
		if file != nil {
			p.FileName, body = file.Name, file.Body
		}
	}
	refuse := func(err error) error {
		if !httpx.IsProblem(err) {
			return err
		}
		e := errs.As(err)
		if e.Field == "" && len(e.Problems) == 0 {
			e = e.On("file")
		}
		p.Payload = ""
		return ui.Render(w, r, httpx.Status(e), calendarImportPage(v.WithProblems(e, "file", v.T("ledger.calendar_file"), "year", v.T("ledger.year")), p))
	}
	if err := in.Err(); err != nil {
		return refuse(err)
	}
	if in.Has("store") {
		if _, err := d.Workdays.Replace(r.Context(), r.Actor, number, body); err != nil {
			return refuse(err)
		}
		r.Tell(w, httpx.Good, "ledger.calendar_stored")
		return httpx.Redirect(w, r, calendarPath+"?year="+strconv.Itoa(number), calendarPath)
	}
	marks, problems, err := d.Workdays.Check(r.Context(), r.Actor, number, body)
	if err != nil {
		return refuse(err)
	}
	if p.Before, err = d.Workdays.Year(r.Context(), r.Actor, number); err != nil {
		return err
	}
	p.Marks, p.Payload = marks, base64.RawURLEncoding.EncodeToString(body)
	status := http.StatusOK
	for _, one := range problems {
		p.Problems = append(p.Problems, importProblem{Row: one.Row, Column: one.Column, Text: i18n.Error(r.Locale, one.Err)})
		status, p.Payload = http.StatusUnprocessableEntity, ""
	}
	return ui.Render(w, r, status, calendarImportPage(v, p))
}

// GetCalendarTemplate gives a workbook with the columns of a table and the days that are off by law.
func (d *Desk) GetCalendarTemplate(w http.ResponseWriter, r *httpx.Request) error {
	year := string(d.today().AddDays(183)[:4])
	var body bytes.Buffer
	err := sheet.Write(&body, sheet.Book{Sheets: []sheet.Sheet{{
		Name: r.T("ledger.calendar"), Columns: []sheet.Head{{Title: r.T("ledger.calendar_day"), Width: 14}, {Title: r.T("ledger.calendar_kind"), Width: 10}, {Title: r.T("ledger.calendar_name"), Width: 16}},
		Rows: sheet.RowsOf(
			[]any{year + "-01-01", r.T("ledger.day_off"), "元旦"}, []any{year + "-05-01", r.T("ledger.day_off"), "劳动节"}, []any{year + "-10-01", r.T("ledger.day_off"), "国庆节"}),
	}}})
	if err != nil {
		return err
	}
	return httpx.WriteFile(w, r, r.T("ledger.calendar")+"-"+year+".xlsx", excel, body.Bytes())
}
