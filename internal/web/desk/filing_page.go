package desk

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// FilingBody bounds a form with a file, DraftBody one without, in bytes.
const (
	FilingBody = file.MaxBytes + 4<<20
	DraftBody  = 4 << 20
)

// fillable gets the filing of the path for whoever fills it in. elsewhere is where the reader goes
// instead while it is nobody's turn to write in it.
func (d *Desk) fillable(r *httpx.Request) (f filing.Filing, elsewhere string, err error) {
	f, err = d.Filings.Get(r.Context(), r.Actor, r.PathID("id"))
	switch {
	case err != nil:
		return f, "", err
	case !f.Own:
		return f, "", errs.NotFound("duty.not_found")
	case !r.Actor.Has(actor.RoleEditor, actor.RoleHead):
		return f, "", errs.Forbidden("filing.forbidden")
	case !actionsOn(r.Actor, f).Fill:
		return f, dutyPath(f.Duty.ID), nil
	}
	return f, "", nil
}

// GetFiling shows the form of a duty to be filled in.
func (d *Desk) GetFiling(w http.ResponseWriter, r *httpx.Request) error {
	f, elsewhere, err := d.fillable(r)
	if err != nil {
		return err
	}
	if elsewhere != "" {
		return httpx.Redirect(w, r, elsewhere, dutiesPath)
	}
	page := fillForm{Values: f.Draft.Values, Extra: r.Input().Raw("extra")}
	return d.showFiling(w, r, http.StatusOK, f, page, nil)
}

// showFiling shows the form with the values of page, which stand at the version of f's draft.
func (d *Desk) showFiling(w http.ResponseWriter, r *httpx.Request, status int, f filing.Filing, page fillForm, problem error) (err error) {
	ctx, def := r.Context(), f.Form.Definition
	v := d.dutyView(r, f.Duty, label(ui.View{Locale: r.Locale}, f.Form.Title))
	if page.aboutDuty, err = d.aboutDuty(ctx, r, f.Duty); err != nil {
		return err
	}
	if page.Figures, err = d.Filings.Figures(ctx, r.Actor, f.Duty.ID); err != nil {
		return err
	}
	page.Form, page.Version, page.SavedAt = f.Form, f.Draft.Version, f.Draft.At
	page.Visible = def.Visible(def.Compute(page.Values, page.Figures))
	page.Files = attachments{}
	if err := d.addFiles(ctx, r.Actor, page.Files, page.Values); err != nil {
		return err
	}
	persons, err := d.namePeople(ctx, r, v, personsIn(f)...)
	if err != nil {
		return err
	}
	page.SavedBy = persons[f.Draft.By]
	if page.Clash != nil {
		page.Clash.By = page.SavedBy
	}
	if step, ok := returnedStep(f); ok && f.State == filing.StateReturned {
		page.Returned = &stepLine{step, page.Units[step.UnitID], persons[step.DecidedBy]}
		page.Marks = marksOf(step.Marks)
	}
	v = v.WithProblems(problem)
	nameFileProblems(v, def, problem)
	return ui.Render(w, r, status, fillPage(v, page))
}

// nameFileProblems says which field a problem of a file stands on; those of the form name it themselves.
func nameFileProblems(v ui.View, def form.Definition, problem error) {
	if problem == nil {
		return
	}
	for i := range v.Problems {
		if f, ok := def.Field(v.Problems[i].Field); ok && f.Kind == form.KindFiles && !strings.Contains(v.Problems[i].Text, label(v, f.Label)) {
			v.Problems[i].Label = label(v, f.Label)
		}
	}
}

// PostFiling saves what was filled in, and then does what the pressed button says.
func (d *Desk) PostFiling(w http.ResponseWriter, r *httpx.Request) error {
	f, elsewhere, err := d.fillable(r)
	if err != nil {
		return err
	}
	if elsewhere != "" { // pressed twice, or handed in by a colleague meanwhile
		return httpx.Redirect(w, r, elsewhere, dutiesPath)
	}
	in := r.Input()
	version, op := in.Version(), in.Raw("op")
	if err := in.Err(); err != nil {
		return err
	}
	figures, err := d.Filings.Figures(r.Context(), r.Actor, f.Duty.ID)
	if err != nil {
		return err
	}
	sent := url.Values{}
	for name, values := range in.Values() {
		sent[name] = slices.Clone(values)
	}
	field := edit(sent, op, figures)
	wrong, err := d.takeFiles(r, f.Form.Definition, sent)
	if err != nil {
		return err
	}
	sent = renumber(sent, f.Form.Definition)
	values, unread := f.Form.Definition.Read(sent)
	if unread != nil {
		wrong = append(wrong, errs.As(unread).Problems...)
	}
	saved, clash, err := d.saveDraft(r.Context(), r.Actor, f.Duty.ID, version, values)
	page := fillForm{Values: values, Raw: sent, Files: attachments{}}
	if clash != nil {
		return d.showClash(w, r, f, page, clash)
	}
	switch e := errs.As(err); {
	case err == nil:
		f.Draft = saved
	case e.Kind == errs.KindInvalid:
		return d.showFiling(w, r, httpx.Status(e), f, page, err)
	default:
		return err
	}
	return d.afterSaving(w, r, f, page, op, field, wrong, figures)
}

// afterSaving goes on with a saved draft as the pressed button says.
func (d *Desk) afterSaving(w http.ResponseWriter, r *httpx.Request, f filing.Filing, page fillForm, op, field string, wrong []*errs.Error, figures map[string]form.Figure) error {
	here := filingPath(f.Duty.ID)
	problem := errs.Join(wrong...)
	if op == opCheck || op == opSubmit {
		def := f.Form.Definition
		final := def.Prune(def.Compute(page.Values, figures))
		if err := def.Validate(final, form.Final); err != nil {
			wrong = mergeProblems(wrong, errs.As(err).Problems)
		}
		if err := d.addFiles(r.Context(), r.Actor, page.Files, final); err != nil {
			return err
		}
		problem = errs.Join(mergeProblems(wrong, wrongTypes(def, final, page.Files))...)
	}
	if problem != nil {
		return d.showFiling(w, r, httpx.Status(errs.As(problem)), f, page, problem)
	}
	switch {
	case op == opSubmit:
		_, err := d.Filings.Submit(r.Context(), r.Actor, f.Duty.ID, f.Draft.Version)
		if e := errs.As(err); err != nil && (e.Kind == errs.KindInvalid || e.Key == "filing.no_reviewer") {
			return d.showFiling(w, r, httpx.Status(e), f, page, err)
		}
		if err != nil {
			return err
		}
		return httpx.Redirect(w, r, here+"/receipt", dutiesPath)
	case op == opCheck:
		page.Checked = true
		return d.showFiling(w, r, http.StatusOK, f, page, nil)
	case strings.HasPrefix(op, opAdd+"."):
		return httpx.Redirect(w, r, here+"?extra="+url.QueryEscape(field)+"#f-"+field, here)
	case field != "":
		return httpx.Redirect(w, r, here+"#f-"+field, here)
	}
	r.Tell(w, httpx.Good, "duties.draft_saved")
	return httpx.Redirect(w, r, here, dutiesPath)
}

// wrongTypes tells early which files handing in would refuse for their type.
func wrongTypes(def form.Definition, values form.Values, files attachments) (bad []*errs.Error) {
	for _, s := range def.Sections {
		for _, f := range s.Fields {
			ids, _ := values[f.Code].(form.Files)
			for _, fileID := range ids {
				if one, ok := files[fileID]; ok && len(f.Types) > 0 && !slices.Contains(f.Types, one.Type.Extension()) {
					bad = append(bad, errs.Invalid("filing.file_type", "name", one.Name).On(f.Code))
				}
			}
		}
	}
	return bad
}

// mergeProblems adds problems to those that stand on other fields.
func mergeProblems(first, more []*errs.Error) []*errs.Error {
	taken := map[string]bool{}
	for _, e := range first {
		taken[e.Field] = true
	}
	for _, e := range more {
		if !taken[e.Field] {
			first = append(first, e)
		}
	}
	return first
}

// saveDraft saves. A draft that differs in nothing from what somebody else has saved is no clash.
func (d *Desk) saveDraft(ctx context.Context, a actor.Actor, dutyID string, version int64, values form.Values) (filing.Draft, *filing.Clash, error) {
	saved, clash, err := d.Filings.SaveDraft(ctx, a, dutyID, version, values)
	if clash != nil && len(clash.Changes) == 0 {
		return clash.Current, nil, nil
	}
	return saved, clash, err
}

// showClash shows the reader's own values at the version that stands now, with what differs.
func (d *Desk) showClash(w http.ResponseWriter, r *httpx.Request, f filing.Filing, page fillForm, clash *filing.Clash) error {
	f.Draft = clash.Current
	page.Clash = &fillClash{At: clash.Current.At, Changes: clash.Changes, Files: attachments{}}
	for _, values := range []form.Values{clash.Current.Values, page.Values} {
		if err := d.addFiles(r.Context(), r.Actor, page.Clash.Files, values); err != nil {
			return err
		}
	}
	return d.showFiling(w, r, http.StatusConflict, f, page, nil)
}

// takeFiles takes in the files that came with the form and names them among what was sent.
func (d *Desk) takeFiles(r *httpx.Request, def form.Definition, sent url.Values) (wrong []*errs.Error, err error) {
	for _, s := range def.Sections {
		for _, f := range s.Fields {
			if f.Kind != form.KindFiles {
				continue
			}
			came := r.Input().File("upload."+f.Code, file.MaxBytes)
			if err := r.Input().Err(); err != nil {
				return nil, err
			}
			if came == nil {
				continue
			}
			kept, err := d.Files.Upload(r.Context(), r.Actor, file.Upload{Name: came.Name, Reader: bytes.NewReader(came.Body), Purpose: file.Attachment})
			if httpx.IsProblem(err) {
				wrong = append(wrong, errs.As(err).On(f.Code))
				continue
			}
			if err != nil {
				return nil, err
			}
			sent.Add(f.Code, kept.ID)
		}
	}
	return wrong, nil
}

// draftAnswer tells the page what became of a draft that was saved by itself.
type draftAnswer struct {
	Version int64    `json:"version"`
	At      string   `json:"at"`
	Shown   []string `json:"shown"`   // fields that are shown for these values
	Problem string   `json:"problem"` // what could not be read, "" for nothing
	Count   int      `json:"count"`   // of such problems
}

// PostDraft saves a draft while it is being written.
func (d *Desk) PostDraft(w http.ResponseWriter, r *httpx.Request) error {
	f, elsewhere, err := d.fillable(r)
	if err != nil {
		return err
	}
	if elsewhere != "" {
		return errs.Conflict("filing.changed_meanwhile")
	}
	in := r.Input()
	version := in.Version()
	if err := in.Err(); err != nil {
		return err
	}
	def := f.Form.Definition
	values, unread := def.Read(in.Values())
	saved, clash, err := d.saveDraft(r.Context(), r.Actor, f.Duty.ID, version, values)
	if clash != nil {
		return errs.Conflict("filing.changed_meanwhile")
	}
	if err != nil {
		return err
	}
	figures, err := d.Filings.Figures(r.Context(), r.Actor, f.Duty.ID)
	if err != nil {
		return err
	}
	answer := draftAnswer{Version: saved.Version, At: i18n.Moment(r.Locale, saved.At)}
	for code, shown := range def.Visible(def.Compute(values, figures)) {
		if shown {
			answer.Shown = append(answer.Shown, code)
		}
	}
	if unread != nil {
		problems := errs.As(unread).Problems
		answer.Count, answer.Problem = len(problems), i18n.Error(r.Locale, problems[0])
	}
	return httpx.WriteJSON(w, r, http.StatusOK, answer)
}

// filedPage says what was handed in, when, and who reads it now.
type filedPage struct {
	aboutDuty
	Version  filing.Version
	By       string
	Steps    []stepLine
	Implicit []duty.Dispatch // notices that handing in has signed
}

// GetFilingReceipt shows the receipt of the version that was handed in last.
func (d *Desk) GetFilingReceipt(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	f, err := d.Filings.Get(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	latest, ok := f.Latest()
	if !ok || !f.Own {
		return errs.NotFound("filing.not_found")
	}
	page := filedPage{Version: latest}
	if page.aboutDuty, err = d.aboutDuty(ctx, r, f.Duty); err != nil {
		return err
	}
	v := d.dutyView(r, f.Duty, r.T("duties.receipt"))
	persons, err := d.namePeople(ctx, r, v, personsIn(f)...)
	if err != nil {
		return err
	}
	page.By, page.Steps = persons[latest.By], stepLines(f.Steps, latest.N, page.Units, persons)
	received, err := d.Duties.Received(ctx, r.Actor, f.Duty.EditionID)
	if err != nil {
		return err
	}
	for _, one := range received {
		if one.Implicit {
			page.Implicit = append(page.Implicit, one)
		}
	}
	return ui.Render(w, r, http.StatusOK, filingReceiptPage(v, page))
}

// GetWithdraw asks before a filing is taken back.
func (d *Desk) GetWithdraw(w http.ResponseWriter, r *httpx.Request) error {
	return d.withdraw(w, r, false)
}

// PostWithdraw takes a filing back.
func (d *Desk) PostWithdraw(w http.ResponseWriter, r *httpx.Request) error {
	return d.withdraw(w, r, true)
}

func (d *Desk) withdraw(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	one, err := d.ownDuty(r)
	if err != nil {
		return err
	}
	if sent {
		_, err = d.Filings.Withdraw(r.Context(), r.Actor, one.ID)
		if err == nil {
			r.Tell(w, httpx.Good, "duties.withdrawn")
			return httpx.Redirect(w, r, dutyPath(one.ID), dutiesPath)
		}
		if !httpx.IsProblem(err) {
			return err
		}
	}
	v := d.dutyView(r, one, r.T("duties.withdraw")).WithProblems(err)
	status := http.StatusOK
	if err != nil {
		status = httpx.Status(errs.As(err))
	}
	says := []string{v.T("duties.withdraw_says")}
	if one.Dated() {
		says = append(says, v.T("duties.withdraw_due", "day", dutyDue(v, one)))
	}
	return ui.Render(w, r, status, filingConfirmPage(v, ui.Confirmation{
		Title: v.Title, Says: says, Action: filingPath(one.ID) + "/withdraw", Submit: v.T("duties.withdraw"), Back: dutyPath(one.ID),
	}))
}
