package desk

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"net/http"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/id"
	"openweek/internal/sheet"
	"openweek/internal/web/ui"
)

// activityImport is an import of activities from Excel. As for units, the file travels with the form
// from the dry run to the import, and the token holds both to the same file and the same store.
type activityImport struct {
	importing
	Edition  edition.Face
	FileName string
	Payload  string // the file, as the form carries it; "" while it cannot be imported
	Plan     activity.Plan
	Problems []importProblem
	More     int // problems that are not listed
}

func (p activityImport) action() string {
	return httpx.WithQuery(activitiesPath+"/import", "edition", p.Edition.ID)
}

// importActivities prepares an import into the edition asked for, else the present one.
func (d *Desk) importActivities(r *httpx.Request) (p activityImport, err error) {
	if !entersActivities(r.Actor) {
		return p, errs.Forbidden("activity.forbidden")
	}
	e, err := d.editionOfDuties(r.Context(), r.Actor, editionAsked(r))
	switch {
	case err != nil:
		return p, err
	case e == nil:
		return p, errs.NotFound("activity.edition_not_found")
	}
	p.Edition, err = d.Editions.Face(r.Context(), r.Actor, e.ID)
	return p, err
}

func (d *Desk) importView(r *httpx.Request) ui.View {
	return d.view(r, r.T("activities.import"), ui.Crumb{Href: activitiesPath, Text: r.T("nav.activities")})
}

// GetActivitiesImport shows the upload form; the post under the same path answers with the dry run of an
// uploaded file, or does what a dry run has shown.
func (d *Desk) GetActivitiesImport(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.importActivities(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, activityImportPage(d.importView(r), p))
}

// PostActivitiesImport checks or does an import; see GetActivitiesImport.
func (d *Desk) PostActivitiesImport(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.importActivities(r)
	if err != nil {
		return err
	}
	in := r.Input()
	if in.Has("token") {
		return d.applyActivities(w, r, p)
	}
	file := in.File("file", maxWorkbook)
	if file == nil && in.Err() == nil {
		in.Problem(errs.Invalid("import.no_file").On("file"))
	}
	if err := in.Err(); err != nil {
		return d.refuseActivities(w, r, p, err)
	}
	p.FileName = file.Name
	return d.checkActivities(w, r, http.StatusOK, p, file.Body, nil)
}

func (d *Desk) refuseActivities(w http.ResponseWriter, r *httpx.Request, p activityImport, err error) error {
	if !httpx.IsProblem(err) {
		return err
	}
	e := errs.As(err)
	if e.Field == "" && len(e.Problems) == 0 { // what is wrong with a workbook as a whole
		e = e.On("file")
	}
	return ui.Render(w, r, httpx.Status(e), activityImportPage(d.importView(r).WithProblems(e, "file", r.T("import.file")), p))
}

// checkActivities shows what an import would do.
func (d *Desk) checkActivities(w http.ResponseWriter, r *httpx.Request, status int, p activityImport, body []byte, problem error) (err error) {
	if p.Plan, err = d.Activities.CheckImport(r.Context(), r.Actor, p.Edition.ID, bytes.NewReader(body)); err != nil {
		return d.refuseActivities(w, r, p, err)
	}
	if p.Plan.Activities == 0 && len(p.Plan.Problems) == 0 {
		return d.refuseActivities(w, r, p, errs.Invalid("import.no_rows").On("file"))
	}
	if len(p.Plan.Problems) == 0 {
		p.Payload = base64.RawURLEncoding.EncodeToString(body)
	} else {
		status = http.StatusUnprocessableEntity
	}
	slices.SortStableFunc(p.Plan.Problems, func(a, b sheet.Problem) int { return cmp.Compare(a.Row, b.Row) })
	for _, one := range p.Plan.Problems[:min(len(p.Plan.Problems), shownRows)] {
		p.Problems = append(p.Problems, importProblem{Row: one.Row, Column: one.Column, Text: i18n.Error(r.Locale, one.Err)})
	}
	p.More = len(p.Plan.Problems) - len(p.Problems)
	return ui.Render(w, r, status, activityReportPage(d.importView(r).WithProblems(problem), p))
}

// applyActivities does what the dry run showed. If the store has changed since, the new dry run is shown.
func (d *Desk) applyActivities(w http.ResponseWriter, r *httpx.Request, p activityImport) error {
	in := r.Input()
	token := in.Text("token", 100)
	p.FileName = in.Text("name", 300)
	body, err := base64.RawURLEncoding.DecodeString(in.Raw("payload"))
	if err != nil {
		in.Problem(errs.Invalid("error.bad_request").On("file").Because(err))
	}
	if err := in.Err(); err != nil {
		return d.refuseActivities(w, r, p, err)
	}
	p.Plan, err = d.Activities.Import(r.Context(), r.Actor, p.Edition.ID, bytes.NewReader(body), token)
	if errs.Is(err, "activity.import_changed") || errs.Is(err, "activity.import_problems") {
		return d.checkActivities(w, r, http.StatusConflict, p, body, err)
	}
	if err != nil {
		return d.refuseActivities(w, r, p, err)
	}
	return ui.Render(w, r, http.StatusOK, activityImportedPage(d.importView(r), p))
}

// GetActivitiesTemplate gives an empty workbook with the columns of an import.
func (d *Desk) GetActivitiesTemplate(w http.ResponseWriter, r *httpx.Request) error {
	return d.template(w, r, r.T("activities.import"), activity.WriteTemplate)
}

// editionAsked is the edition that the address names, of a post too: a form keeps it in its action.
func editionAsked(r *httpx.Request) string {
	if asked := r.URL.Query().Get("edition"); id.Valid(asked) {
		return asked
	}
	return ""
}
