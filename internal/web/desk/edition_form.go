package desk

import (
	"net/http"
	"strconv"

	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/notice"
	"openweek/internal/web/ui"
)

// The longest texts that forms of an edition take, in characters.
const (
	maxEditionName  = 200
	maxEditionText  = 4000
	maxEditionWhat  = 2000
	maxEditionShort = 300
)

// detailsForm is what a person edits of an edition itself.
type detailsForm struct {
	edition.Details
	Version int64
}

// GetEditEdition shows the form of an edition's name, theme and dates.
func (d *Desk) GetEditEdition(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	return d.detailsForm(w, r, http.StatusOK, e, detailsForm{e.Details(), e.Version}, nil)
}

func (d *Desk) detailsForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, form detailsForm, problem error) error {
	v := d.editionPage(r, e, r.T("editing.edit_details")).WithProblems(problem, "year", r.T("editing.year"), "name", r.T("editing.name"), "name_en", r.T("editing.name_en"),
		"theme", r.T("editing.theme"), "theme_en", r.T("editing.theme_en"), "start", r.T("editing.start"), "end", r.T("editing.end"), "accent", r.T("editing.accent"))
	return ui.Render(w, r, status, editionDetailsPage(v, e, form))
}

// PostEditEdition changes an edition's name, theme and dates.
func (d *Desk) PostEditEdition(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form := detailsForm{e.Details(), in.Version()}
	form.NameEN, form.ThemeEN, form.Accent = in.Text("name_en", maxEditionName), in.Text("theme_en", maxEditionName), in.Text("accent", 7)
	if e.draft() {
		form.Year, form.Name, form.Theme = int(in.Number("year", 0, 9999)), in.Text("name", maxEditionName), in.Text("theme", maxEditionName)
		form.Start, form.End = in.Day("start"), in.Day("end")
	}
	if err = in.Err(); err == nil {
		_, err = d.Editions.Change(r.Context(), r.Actor, e.ID, form.Version, form.Details)
	}
	if httpx.IsProblem(err) {
		return d.detailsForm(w, r, httpx.Status(errs.As(err)), e, form, err)
	}
	return d.edited(w, r, err, "editing.saved", e.path())
}

// edited ends a change of an edition: the next page with a message, or the error.
func (d *Desk) edited(w http.ResponseWriter, r *httpx.Request, err error, told, to string) error {
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, to, editionsPath)
}

// spareIssuers are the empty rows for further issuers.
const spareIssuers = 2

type issuersForm struct {
	Issuers []edition.Issuer
	Version int64
}

// GetIssuers shows the form of the issuers.
func (d *Desk) GetIssuers(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	return d.issuersForm(w, r, http.StatusOK, e, issuersForm{e.Issuers, e.Version}, nil)
}

func (d *Desk) issuersForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, form issuersForm, problem error) error {
	if e.draft() {
		form.Issuers = append(form.Issuers[:len(form.Issuers):len(form.Issuers)], make([]edition.Issuer, spareIssuers)...)
	}
	v := d.editionPage(r, e, r.T("editing.edit_issuers")).WithProblems(problem, "issuers", r.T("editing.group_issuers"))
	return ui.Render(w, r, status, editionIssuersPage(v, e, form))
}

// readIssuers reads the rows of the form; a row without a name is none.
func readIssuers(in *httpx.Input) (list []edition.Issuer) {
	for i := 0; in.Has("name." + strconv.Itoa(i)); i++ {
		one := edition.Issuer{Name: in.Text("name."+strconv.Itoa(i), maxEditionName), NameEN: in.Text("name_en."+strconv.Itoa(i), maxEditionName)}
		if one.Name != "" {
			list = append(list, one)
		}
	}
	return list
}

// PostIssuers writes the issuers.
func (d *Desk) PostIssuers(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form := issuersForm{readIssuers(in), in.Version()}
	if err = in.Err(); err == nil {
		_, err = d.Editions.SetIssuers(r.Context(), r.Actor, e.ID, form.Version, form.Issuers)
	}
	if httpx.IsProblem(err) {
		return d.issuersForm(w, r, httpx.Status(errs.As(err)), e, form, err)
	}
	return d.edited(w, r, err, "editing.saved", e.path())
}

type itemForm struct {
	edition.Item
	Version int64
}

func (f itemForm) action(e editionView) string {
	if f.ID == "" {
		return e.path() + "/items/new"
	}
	return e.path() + "/items/" + f.ID
}

// GetNewItem shows the form of a new topic, method, genre or channel.
func (d *Desk) GetNewItem(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	kind := r.Input().Choice("kind", names(edition.ItemKinds)...)
	if err := r.Input().Err(); err != nil {
		return err
	}
	if kind == "" {
		kind = string(edition.ItemTopic)
	}
	return d.itemForm(w, r, http.StatusOK, e, itemForm{edition.Item{Kind: edition.ItemKind(kind)}, e.Version}, nil)
}

// GetItem shows the form of a topic, method, genre or channel.
func (d *Desk) GetItem(w http.ResponseWriter, r *httpx.Request) error {
	e, it, err := d.itemOf(r)
	if err != nil {
		return err
	}
	return d.itemForm(w, r, http.StatusOK, e, itemForm{it, e.Version}, nil)
}

func (d *Desk) itemOf(r *httpx.Request) (editionView, edition.Item, error) {
	e, err := d.changeable(r)
	if err != nil {
		return e, edition.Item{}, err
	}
	for _, kind := range edition.ItemKinds {
		for _, it := range e.Items(kind) {
			if it.ID == r.PathValue("item") {
				return e, it, nil
			}
		}
	}
	return e, edition.Item{}, errs.NotFound("edition.item_not_found")
}

func (d *Desk) itemForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, form itemForm, problem error) error {
	title, _ := i18n.Pick(r.Locale, form.Name, form.NameEN)
	if form.ID == "" {
		title = addItemWord(ui.View{Locale: r.Locale}, form.Kind)
	}
	v := d.editionPage(r, e, title, ui.Crumb{Href: e.path() + "/contents", Text: r.T("editing.tab_contents")}).WithProblems(problem,
		"name", r.T("editing.item_name"), "name_en", r.T("editing.name_en"), "code", r.T("editing.code"), "clause", r.T("editing.clause"),
		"description", r.T("editing.description"), "description_en", r.T("editing.description_en"))
	return ui.Render(w, r, status, editionItemPage(v, e, form))
}

// PostNewItem adds a topic, method, genre or channel.
func (d *Desk) PostNewItem(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	return d.saveItem(w, r, e, edition.Item{Kind: edition.ItemKind(r.Input().Choice("kind", names(edition.ItemKinds)...))})
}

// PostItem changes a topic, method, genre or channel, or takes it out.
func (d *Desk) PostItem(w http.ResponseWriter, r *httpx.Request) error {
	e, it, err := d.itemOf(r)
	if err != nil {
		return err
	}
	if r.Input().Raw("op") == draftRemove {
		_, err = d.Editions.RemoveItem(r.Context(), r.Actor, e.ID, r.Input().Version(), it.ID)
		if httpx.IsProblem(err) {
			return d.itemForm(w, r, httpx.Status(errs.As(err)), e, itemForm{it, e.Version}, err)
		}
		return d.edited(w, r, err, "editing.item_removed", e.path()+"/contents#k-"+string(it.Kind))
	}
	return d.saveItem(w, r, e, it)
}

func (d *Desk) saveItem(w http.ResponseWriter, r *httpx.Request, e editionView, it edition.Item) error {
	in := r.Input()
	form := itemForm{it, in.Version()}
	form.NameEN, form.DescriptionEN = in.Text("name_en", maxEditionName), in.Text("description_en", maxEditionText)
	if e.draft() {
		form.Code, form.Name, form.Description, form.Clause = in.Text("code", 40), in.Text("name", maxEditionName), in.Text("description", maxEditionText), in.Text("clause", 40)
	}
	err := in.Err()
	if err == nil {
		_, err = d.Editions.SaveItem(r.Context(), r.Actor, e.ID, form.Version, form.Item)
	}
	if httpx.IsProblem(err) {
		return d.itemForm(w, r, httpx.Status(errs.As(err)), e, form, err)
	}
	return d.edited(w, r, err, "editing.saved", e.path()+"/contents#k-"+string(it.Kind))
}

// PostMoveItem moves an item up or down.
func (d *Desk) PostMoveItem(w http.ResponseWriter, r *httpx.Request) error {
	e, it, err := d.itemOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	up, version := in.Choice("to", "up", "down") == "up", in.Version()
	if err := in.Err(); err != nil {
		return err
	}
	if _, err := d.Editions.MoveItem(r.Context(), r.Actor, e.ID, version, it.ID, up); err != nil {
		return err
	}
	return httpx.Redirect(w, r, e.path()+"/contents#i-"+it.ID, editionsPath)
}

type obligationForm struct {
	edition.Obligation
	Version int64
}

func (f obligationForm) action(e editionView) string {
	if f.ID == "" {
		return e.path() + "/obligations/new"
	}
	return e.obligationPath(f.Obligation) + "/edit"
}

func (d *Desk) obligationOf(r *httpx.Request, e editionView) (edition.Obligation, error) {
	o, ok := e.Obligation(r.PathValue("obligation"))
	if !ok {
		return o, errs.NotFound("edition.obligation_not_found")
	}
	return o, nil
}

// GetObligation shows an obligation and whom each of its phrases means.
func (d *Desk) GetObligation(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.editionOf(r)
	if err != nil {
		return err
	}
	o, err := d.obligationOf(r, e)
	if err != nil {
		return err
	}
	v := d.editionPage(r, e, r.T("editing.obligation_detail"), ui.Crumb{Href: e.path() + "/obligations", Text: r.T("editing.tab_obligations")})
	return ui.Render(w, r, http.StatusOK, editionObligationPage(v, e, o))
}

// GetNewObligation shows the form of a new obligation.
func (d *Desk) GetNewObligation(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	form := obligationForm{edition.Obligation{Required: true, Timing: notice.TimingOpen, Discharge: notice.ByFiling}, e.Version}
	return d.obligationForm(w, r, http.StatusOK, e, form, nil)
}

// GetEditObligation shows the form of an obligation.
func (d *Desk) GetEditObligation(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	o, err := d.obligationOf(r, e)
	if err != nil {
		return err
	}
	return d.obligationForm(w, r, http.StatusOK, e, obligationForm{o, e.Version}, nil)
}

func (d *Desk) obligationForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, form obligationForm, problem error) error {
	title := r.T("editing.edit_obligation")
	if form.ID == "" {
		title = r.T("editing.add_obligation")
	}
	v := d.editionPage(r, e, title, ui.Crumb{Href: e.path() + "/obligations", Text: r.T("editing.tab_obligations")}).WithProblems(problem,
		"what", r.T("editing.what"), "what_en", r.T("editing.what_en"), "clause", r.T("editing.clause"), "timing", r.T("editing.timing"), "due", r.T("editing.due_day"),
		"due_time", r.T("editing.due_time"), "to", r.T("editing.submit_to"), "form_hint", r.T("editing.form_hint"), "discharge", r.T("editing.discharge"))
	return ui.Render(w, r, status, editionObligationFormPage(v, e, form))
}

// readObligation writes what the form says over an obligation. A day without a time limit is left out,
// so that a person who changes the timing need not empty the day.
func readObligation(in *httpx.Input, o edition.Obligation) edition.Obligation {
	o.What, o.Clause = in.Text("what", maxEditionWhat), in.Text("clause", 40)
	o.Timing = notice.Timing(in.Choice("timing", names(timings)...))
	o.Due, o.DueTime = "", ""
	if o.Timing == notice.TimingDue {
		o.Due, o.DueTime = in.Day("due"), in.Text("due_time", 5)
	}
	o.SubmitTo, o.FormHint = in.Text("to", maxEditionShort), in.Text("form_hint", maxEditionShort)
	o.Required = in.Choice("required", "true", "false") == "true"
	o.Discharge = notice.Discharge(in.Choice("discharge", names(discharges)...))
	return o
}

// PostNewObligation adds an obligation.
func (d *Desk) PostNewObligation(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	return d.saveObligation(w, r, e, edition.Obligation{})
}

// PostEditObligation changes an obligation.
func (d *Desk) PostEditObligation(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	o, err := d.obligationOf(r, e)
	if err != nil {
		return err
	}
	return d.saveObligation(w, r, e, o)
}

func (d *Desk) saveObligation(w http.ResponseWriter, r *httpx.Request, e editionView, o edition.Obligation) error {
	in := r.Input()
	if e.draft() {
		o = readObligation(in, o)
	}
	o.WhatEN = in.Text("what_en", maxEditionWhat)
	form := obligationForm{o, in.Version()}
	err := in.Err()
	var after edition.Edition
	if err == nil {
		after, err = d.Editions.SaveObligation(r.Context(), r.Actor, e.ID, form.Version, o)
	}
	if httpx.IsProblem(err) {
		return d.obligationForm(w, r, httpx.Status(errs.As(err)), e, form, err)
	}
	if err == nil && o.ID == "" { // the new one stands last; who owes it is said on its own page
		o = after.Obligations[len(after.Obligations)-1]
	}
	return d.edited(w, r, err, "editing.saved", e.obligationPath(o))
}

// GetRemoveObligation asks before an obligation is taken out of a draft.
func (d *Desk) GetRemoveObligation(w http.ResponseWriter, r *httpx.Request) error {
	return d.removeObligation(w, r, false)
}

// PostRemoveObligation takes an obligation out of a draft.
func (d *Desk) PostRemoveObligation(w http.ResponseWriter, r *httpx.Request) error {
	return d.removeObligation(w, r, true)
}

func (d *Desk) removeObligation(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	o, err := d.obligationOf(r, e)
	if err != nil {
		return err
	}
	return d.ask(w, r, e, asked{
		Confirmation: ui.Confirmation{
			Title: r.T("editing.remove_obligation"), Says: []string{o.What, r.T("editing.remove_obligation_says", "count", len(o.Audiences))},
			Action: e.obligationPath(o) + "/remove", Submit: r.T("editing.remove"), Danger: true, Back: e.obligationPath(o), Version: e.Version,
		},
		Told: "editing.obligation_removed", To: e.path() + "/obligations",
	}, sent, func(version int64) error {
		_, err := d.Editions.RemoveObligation(r.Context(), r.Actor, e.ID, version, o.ID)
		return err
	})
}

// asked is a question about an edition, with what is said and shown after a yes.
type asked struct {
	ui.Confirmation
	Told, To string
}

// ask shows a question or, where the answer was sent, does what it asks for.
func (d *Desk) ask(w http.ResponseWriter, r *httpx.Request, e editionView, q asked, sent bool, do func(version int64) error) error {
	v := d.editionPage(r, e, q.Title)
	if !sent {
		return ui.Render(w, r, http.StatusOK, confirmPage(v, q.Confirmation))
	}
	err := do(r.Input().Version())
	if httpx.IsProblem(err) {
		return ui.Render(w, r, httpx.Status(errs.As(err)), confirmPage(v.WithProblems(err), q.Confirmation))
	}
	return d.edited(w, r, err, q.Told, q.To)
}
