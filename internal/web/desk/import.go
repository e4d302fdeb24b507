package desk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/sheet"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// maxWorkbook is the largest workbook in bytes; ImportBody leaves room for it as text in a form.
const (
	maxWorkbook = 10 << 20
	ImportBody  = 16 << 20
)

// shownRows bounds the rows and problems that a dry run lists on its page.
const shownRows = 500

// importing is one of the three things that come in from Excel. The file travels with the form from
// the dry run to the import, so nothing is kept on the server meanwhile, and the import's token
// holds both to the same file and the same store.
type importing struct {
	What     string // "unit", "person" or "region"
	Title    string
	Path     string // of the import
	Back     string // the list
	BackText string
	check    func(ctx context.Context, a actor.Actor, r io.Reader) (unit.Plan, error)
	apply    func(ctx context.Context, a actor.Actor, r io.Reader, token string) (unit.Plan, []unit.Initial, error)
	may      func(a actor.Actor) error
}

type importForm struct {
	importing
	Template string
}

// importReport is what a dry run found.
type importReport struct {
	importing
	FileName string
	Payload  string // the file, as the form carries it
	Plan     unit.Plan
	Problems []importProblem
	More     int // problems that are not listed
	Rows     int // filled rows of the file
}

type importProblem struct {
	Row          int
	Column, Text string
}

// steps shows where in an import the reader is.
func (importing) steps(v ui.View, now int) []ui.Step {
	list := []ui.Step{{Text: v.T("import.step_file")}, {Text: v.T("import.step_check")}, {Text: v.T("import.step_done")}}
	for i := range list {
		list[i].Done, list[i].Now = i < now, i == now
	}
	return list
}

func (d *Desk) units(r *httpx.Request) importing {
	return importing{
		What: "unit", Title: r.T("import.units"), Path: unitsPath + "/import", Back: unitsPath, BackText: r.T("nav.units"),
		check: d.Units.CheckImport,
		apply: func(ctx context.Context, a actor.Actor, file io.Reader, token string) (unit.Plan, []unit.Initial, error) {
			plan, err := d.Units.Import(ctx, a, file, token)
			return plan, nil, err
		},
		may: func(a actor.Actor) error {
			if !managesUnits(a) {
				return errs.Forbidden("unit.forbidden")
			}
			return nil
		},
	}
}

func (d *Desk) regions(r *httpx.Request) importing {
	return importing{
		What: "region", Title: r.T("import.regions"), Path: regionsPath + "/import", Back: regionsPath, BackText: r.T("nav.regions"),
		check: d.Units.CheckRegionImport,
		apply: func(ctx context.Context, a actor.Actor, file io.Reader, token string) (unit.Plan, []unit.Initial, error) {
			plan, err := d.Units.ImportRegions(ctx, a, file, token)
			return plan, nil, err
		},
		may: func(a actor.Actor) error {
			if !managesRegions(a) {
				return errs.Forbidden("unit.forbidden")
			}
			return nil
		},
	}
}

func (d *Desk) people(r *httpx.Request) importing {
	return importing{
		What: "person", Title: r.T("import.people"), Path: peoplePath + "/import", Back: peoplePath, BackText: r.T("nav.people"),
		check: d.Units.CheckPeopleImport,
		apply: func(ctx context.Context, a actor.Actor, file io.Reader, token string) (unit.Plan, []unit.Initial, error) {
			return d.Units.ImportPeople(ctx, a, file, token, d.Logins)
		},
		may: func(a actor.Actor) error {
			if !managesPeople(a) {
				return errs.Forbidden("person.forbidden")
			}
			return nil
		},
	}
}

// GetUnitsImport, GetPeopleImport and GetRegionsImport show the upload form of an import; the posts
// under the same paths answer with the dry run of an uploaded file, or do what a dry run showed.
func (d *Desk) GetUnitsImport(w http.ResponseWriter, r *httpx.Request) error {
	return d.getImport(w, r, d.units(r))
}

// PostUnitsImport checks or does an import of units; see GetUnitsImport.
func (d *Desk) PostUnitsImport(w http.ResponseWriter, r *httpx.Request) error {
	return d.postImport(w, r, d.units(r))
}

// GetRegionsImport shows the form of an import of regions; see GetUnitsImport.
func (d *Desk) GetRegionsImport(w http.ResponseWriter, r *httpx.Request) error {
	return d.getImport(w, r, d.regions(r))
}

// PostRegionsImport checks or does an import of regions; see GetUnitsImport.
func (d *Desk) PostRegionsImport(w http.ResponseWriter, r *httpx.Request) error {
	return d.postImport(w, r, d.regions(r))
}

// GetPeopleImport shows the form of an import of people; see GetUnitsImport.
func (d *Desk) GetPeopleImport(w http.ResponseWriter, r *httpx.Request) error {
	return d.getImport(w, r, d.people(r))
}

// PostPeopleImport checks or does an import of people; see GetUnitsImport.
func (d *Desk) PostPeopleImport(w http.ResponseWriter, r *httpx.Request) error {
	return d.postImport(w, r, d.people(r))
}

func (d *Desk) getImport(w http.ResponseWriter, r *httpx.Request, i importing) error {
	if err := i.may(r.Actor); err != nil {
		return err
	}
	return d.importForm(w, r, http.StatusOK, i, nil)
}

func (d *Desk) importForm(w http.ResponseWriter, r *httpx.Request, status int, i importing, problem error) error {
	v := d.view(r, i.Title, ui.Crumb{Href: i.Back, Text: i.BackText}).WithProblems(problem, "file", r.T("import.file"))
	return ui.Render(w, r, status, importFormPage(v, importForm{importing: i, Template: i.Back + "/template"}))
}

func (d *Desk) postImport(w http.ResponseWriter, r *httpx.Request, i importing) error {
	if err := i.may(r.Actor); err != nil {
		return err
	}
	in := r.Input()
	if in.Has("token") {
		return d.applyImport(w, r, i)
	}
	file := in.File("file", maxWorkbook)
	if file == nil && in.Err() == nil {
		in.Problem(errs.Invalid("import.no_file").On("file"))
	}
	if err := in.Err(); err != nil {
		return d.refuseFile(w, r, i, err)
	}
	return d.dryRun(w, r, http.StatusOK, i, file.Name, file.Body, nil)
}

func (d *Desk) refuseFile(w http.ResponseWriter, r *httpx.Request, i importing, err error) error {
	if !httpx.IsProblem(err) {
		return err
	}
	e := errs.As(err)
	if e.Field == "" && len(e.Problems) == 0 { // what is wrong with a workbook as a whole
		e = e.On("file")
	}
	return d.importForm(w, r, httpx.Status(e), i, e)
}

func (d *Desk) dryRun(w http.ResponseWriter, r *httpx.Request, status int, i importing, fileName string, body []byte, problem error) error {
	plan, err := i.check(r.Context(), r.Actor, bytes.NewReader(body))
	if err != nil {
		return d.refuseFile(w, r, i, err)
	}
	report := importReport{
		importing: i, FileName: fileName, Plan: plan,
		Rows: plan.Create + plan.Change + plan.Same + badRows(plan.Problems),
	}
	if report.Rows == 0 {
		return d.refuseFile(w, r, i, errs.Invalid("import.no_rows").On("file"))
	}
	if len(plan.Problems) == 0 {
		report.Payload = base64.RawURLEncoding.EncodeToString(body)
	} else {
		status = http.StatusUnprocessableEntity
	}
	// By row, as one goes through the file; what is wrong with cells was found before what is wrong with rows.
	slices.SortStableFunc(plan.Problems, func(a, b sheet.Problem) int { return cmp.Compare(a.Row, b.Row) })
	for _, p := range plan.Problems[:min(len(plan.Problems), shownRows)] {
		report.Problems = append(report.Problems, importProblem{Row: p.Row, Column: p.Column, Text: i18n.Error(r.Locale, p.Err)})
	}
	report.More = len(plan.Problems) - len(report.Problems)
	v := d.view(r, i.Title, ui.Crumb{Href: i.Back, Text: i.BackText}).WithProblems(problem)
	return ui.Render(w, r, status, importReportPage(v, report))
}

func badRows(problems []sheet.Problem) int {
	rows := map[int]bool{}
	for _, p := range problems {
		rows[p.Row] = true
	}
	return len(rows)
}

// applyImport does what the dry run showed. If the store has changed since, the new dry run is shown.
func (d *Desk) applyImport(w http.ResponseWriter, r *httpx.Request, i importing) error {
	in := r.Input()
	token, name := in.Text("token", 100), in.Text("name", 300)
	body, err := base64.RawURLEncoding.DecodeString(in.Raw("payload"))
	if err != nil {
		in.Problem(errs.Invalid("error.bad_request").On("file").Because(err))
	}
	if err := in.Err(); err != nil {
		return d.refuseFile(w, r, i, err)
	}
	plan, initials, err := i.apply(r.Context(), r.Actor, bytes.NewReader(body), token)
	if errs.Is(err, "unit.import_changed") || errs.Is(err, "unit.import_problems") {
		return d.dryRun(w, r, http.StatusConflict, i, name, body, err)
	}
	if err != nil {
		return d.refuseFile(w, r, i, err)
	}
	v := d.view(r, i.Title, ui.Crumb{Href: i.Back, Text: i.BackText})
	done := importDone{importing: i, Plan: plan}
	for _, p := range initials {
		done.Initials = append(done.Initials, initialPassword{p.SignIn, p.Password})
	}
	return ui.Render(w, r, http.StatusOK, importDonePage(v, done))
}

type importDone struct {
	importing
	Plan     unit.Plan
	Initials []initialPassword
}

// lines carries the initial passwords with the form that makes a file of them.
func (p importDone) lines() string {
	var b strings.Builder
	for _, one := range p.Initials {
		fmt.Fprintf(&b, "%s %s\n", one.SignIn, one.Password)
	}
	return b.String()
}

// PostInitialsSheet makes a file of the initial passwords that the page before shows. They are kept
// nowhere, so the page sends them along.
func (d *Desk) PostInitialsSheet(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	text := in.Raw("initials")
	if err := in.Err(); err != nil {
		return err
	}
	var rows [][]any
	for line := range strings.Lines(text) {
		name, password, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			return errs.Invalid("error.bad_request")
		}
		rows = append(rows, []any{name, password})
	}
	var body bytes.Buffer
	err := sheet.Write(&body, sheet.Book{Sheets: []sheet.Sheet{{
		Name: r.T("account.initials"), Columns: []sheet.Head{{Title: r.T("account.name"), Width: 24}, {Title: r.T("account.initial"), Width: 24}},
		Rows: sheet.RowsOf(rows...),
	}}})
	if err != nil {
		return err
	}
	return d.workbook(w, r, r.T("account.initials"), body.Bytes())
}

// GetUnitsTemplate gives an empty workbook with the columns of an import of units.
func (d *Desk) GetUnitsTemplate(w http.ResponseWriter, r *httpx.Request) error {
	return d.template(w, r, r.T("import.units"), unit.WriteUnitTemplate)
}

// GetPeopleTemplate gives an empty workbook with the columns of an import of people.
func (d *Desk) GetPeopleTemplate(w http.ResponseWriter, r *httpx.Request) error {
	return d.template(w, r, r.T("import.people"), unit.WritePeopleTemplate)
}

// GetRegionsTemplate gives an empty workbook with the columns of an import of regions.
func (d *Desk) GetRegionsTemplate(w http.ResponseWriter, r *httpx.Request) error {
	return d.template(w, r, r.T("import.regions"), unit.WriteRegionTemplate)
}

func (d *Desk) template(w http.ResponseWriter, r *httpx.Request, title string, write func(io.Writer) error) error {
	var body bytes.Buffer
	if err := write(&body); err != nil {
		return err
	}
	return httpx.WriteFile(w, r, title+".xlsx", excel, body.Bytes())
}

// GetRegionsExport gives all regions as an Excel file.
func (d *Desk) GetRegionsExport(w http.ResponseWriter, r *httpx.Request) error {
	if !managesRegions(r.Actor) {
		return errs.Forbidden("unit.forbidden")
	}
	var body bytes.Buffer
	if err := d.Units.ExportRegions(r.Context(), &body); err != nil {
		return err
	}
	return d.workbook(w, r, r.T("nav.regions"), body.Bytes())
}
