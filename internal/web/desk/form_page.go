package desk

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

const formsPath = "/desk/forms"

// maxFormFile is the largest definition in bytes; FormBody leaves room for it as text in a form.
const (
	maxFormFile = 512 << 10
	FormBody    = 2 << 20
)

// keepsForms tells who publishes forms: the office of their region.
func keepsForms(a actor.Actor) bool {
	return actor.Can(a, actor.EditionDraft, actor.Office(a.Place.Region))
}

// readsForms tells who finds forms in the navigation; whoever fills one in sees it anyway.
func readsForms(a actor.Actor) bool {
	return keepsForms(a) || a.IsStaff() && a.Platform == actor.SystemAdmin
}

type formList struct {
	Forms  []form.Summary
	Places places
	MayAdd bool
}

// GetForms lists the forms that hold where the reader stands, with their versions.
func (d *Desk) GetForms(w http.ResponseWriter, r *httpx.Request) error {
	list, err := d.Forms.Find(r.Context(), r.Actor, form.Filter{Territory: r.Actor.Place.Region})
	if err != nil {
		return err
	}
	regions, err := d.Units.Regions(r.Context())
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, formListPage(d.view(r, r.T("ledger.forms")), formList{list, namePlaces(r.Locale, regions), keepsForms(r.Actor)}))
}

// formDetail is a form as a person would see it.
type formDetail struct {
	fillForm
	Places places
	Hidden map[string]string // conditions by field, of those that are shown only sometimes
}

// preview shows all fields of a form, also those with a condition, without values.
func preview(f form.Form) (p formDetail) {
	p.fillForm = fillForm{Form: f, Values: form.Values{}, Visible: map[string]bool{}, Figures: map[string]form.Figure{}, Files: attachments{}}
	p.Hidden = map[string]string{}
	for _, s := range f.Definition.Sections {
		for _, one := range s.Fields {
			p.Visible[one.Code] = true
			if when := one.When; when != "" {
				p.Hidden[one.Code] = when
			} else if s.When != "" {
				p.Hidden[one.Code] = s.When
			}
		}
	}
	return p
}

func (d *Desk) formOf(r *httpx.Request) (f form.Form, err error) {
	list, err := d.Forms.Find(r.Context(), r.Actor, form.Filter{Territory: r.Actor.Place.Region})
	if err != nil {
		return f, err
	}
	for _, one := range list {
		if one.ID == r.PathID("id") {
			return d.FormByID(r.Context(), one.ID)
		}
	}
	return f, errs.NotFound("form.not_found")
}

// GetForm shows a form as whoever fills it in would see it.
func (d *Desk) GetForm(w http.ResponseWriter, r *httpx.Request) error {
	f, err := d.formOf(r)
	if err != nil {
		return err
	}
	regions, err := d.Units.Regions(r.Context())
	if err != nil {
		return err
	}
	p := preview(f)
	p.Places = namePlaces(r.Locale, regions)
	title, _ := i18n.Pick(r.Locale, f.Title.Zh, f.Title.En)
	v := d.view(r, title, ui.Crumb{Href: formsPath, Text: r.T("ledger.forms")})
	return ui.Render(w, r, http.StatusOK, formDetailPage(v, p))
}

// GetFormFile gives a form as a file that another house can import.
func (d *Desk) GetFormFile(w http.ResponseWriter, r *httpx.Request) error {
	f, err := d.formOf(r)
	if err != nil {
		return err
	}
	body, err := f.Definition.Export()
	if err != nil {
		return errs.Internal(err)
	}
	return httpx.WriteFile(w, r, f.Code+"-v"+itoa(f.Version)+".json", "application/json", body)
}

// formImport is a form that came as a file.
type formImport struct {
	FileName string
	Payload  string
	Problems []formProblem
	Preview  *formDetail // nil while there is something wrong
}

type formProblem struct{ Path, Text string }

// GetFormImport shows the form to upload a definition.
func (d *Desk) GetFormImport(w http.ResponseWriter, r *httpx.Request) error {
	if !keepsForms(r.Actor) {
		return errs.Forbidden("form.forbidden")
	}
	return ui.Render(w, r, http.StatusOK, formImportPage(d.formImportView(r), formImport{}))
}

func (d *Desk) formImportView(r *httpx.Request) ui.View {
	return d.view(r, r.T("ledger.form_import"), ui.Crumb{Href: formsPath, Text: r.T("ledger.forms")})
}

// PostFormImport checks an uploaded definition and shows what is wrong with it, or how it would look;
// sent again with its text it publishes it.
func (d *Desk) PostFormImport(w http.ResponseWriter, r *httpx.Request) error {
	if !keepsForms(r.Actor) {
		return errs.Forbidden("form.forbidden")
	}
	in := r.Input()
	v := d.formImportView(r)
	p := formImport{FileName: in.Text("name", 200), Payload: in.Raw("payload")}
	if p.Payload == "" {
		file := in.File("file", maxFormFile)
		if file == nil && in.Err() == nil {
			in.Problem(errs.Invalid("import.no_file").On("file"))
		}
		if err := in.Err(); err != nil {
			if !httpx.IsProblem(err) {
				return err
			}
			return ui.Render(w, r, httpx.Status(errs.As(err)), formImportPage(v.WithProblems(err, "file", v.T("ledger.form_file")), p))
		}
		p.FileName, p.Payload = file.Name, string(file.Body)
	}
	definition, err := form.Parse([]byte(p.Payload))
	if err != nil {
		return d.refuseForm(w, r, v, p, err)
	}
	if in.Has("publish") {
		f, err := d.Forms.Publish(r.Context(), r.Actor, r.Actor.Place.Region, definition)
		if httpx.IsProblem(err) {
			return ui.Render(w, r, httpx.Status(errs.As(err)), formImportPage(v.WithProblems(err), p))
		}
		if err != nil {
			return err
		}
		r.Tell(w, httpx.Good, "ledger.form_published")
		return httpx.Redirect(w, r, formsPath+"/"+f.ID, formsPath)
	}
	shown := preview(form.Form{Summary: form.Summary{Code: definition.Code, Version: definition.Version, Title: definition.Title}, Definition: definition})
	p.Preview = &shown
	return ui.Render(w, r, http.StatusOK, formImportPage(v, p))
}

func (d *Desk) refuseForm(w http.ResponseWriter, r *httpx.Request, v ui.View, p formImport, err error) error {
	if !httpx.IsProblem(err) {
		return err
	}
	e := errs.As(err)
	list := e.Problems
	if len(list) == 0 {
		list = []*errs.Error{e}
	}
	for _, one := range list {
		p.Problems = append(p.Problems, formProblem{one.Field, i18n.Error(r.Locale, one)})
	}
	p.Payload = ""
	return ui.Render(w, r, httpx.Status(e), formImportPage(v, p))
}
