package desk

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

type themeForm struct {
	Region  unit.Region
	Set     edition.LocalTheme // as it stands
	Text    edition.ThemeText
	Version int64
	Preview bool
}

// Buttons of the form.
const (
	themeSave     = "save"
	themePreview  = "preview"
	themeTakeBack = "take_back"
)

// themeOf gets the edition and the local theme of the reader's own prefecture.
func (d *Desk) themeOf(r *httpx.Request) (e editionView, form themeForm, err error) {
	if e, err = d.editionOf(r); err != nil {
		return e, form, err
	}
	region := r.Actor.Place.Region
	if !actor.Can(r.Actor, actor.LocalThemeSet, actor.Target{Place: actor.Place{Region: region, Tier: actor.TierPrefecture}}) {
		return e, form, errs.Forbidden("edition.theme_forbidden")
	}
	if e.Status == edition.StatusArchived {
		return e, form, errs.Conflict("edition.archived")
	}
	if form.Region, err = d.Units.Region(r.Context(), region); err != nil {
		return e, form, err
	}
	for _, t := range e.LocalThemes {
		if t.Region == region {
			form.Set = t
		}
	}
	form.Text = edition.ThemeText{Theme: form.Set.Theme, ThemeEN: form.Set.ThemeEN}
	form.Version = form.Set.Version
	return e, form, nil
}

// GetLocalTheme shows the form of a prefecture's own theme.
func (d *Desk) GetLocalTheme(w http.ResponseWriter, r *httpx.Request) error {
	e, form, err := d.themeOf(r)
	if err != nil {
		return err
	}
	form.Preview = form.Set.Theme != ""
	return d.themeForm(w, r, http.StatusOK, e, form, nil)
}

func (d *Desk) themeForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, form themeForm, problem error) error {
	v := d.editionPage(r, e, r.T("editing.local_theme_set"), ui.Crumb{Href: e.path() + "/themes", Text: r.T("editing.tab_themes")}).
		WithProblems(problem, "theme", r.T("editing.local_theme"), "theme_en", r.T("editing.theme_en"))
	return ui.Render(w, r, status, editionThemePage(v, e, form))
}

// PostLocalTheme shows, sets or takes back a prefecture's own theme.
func (d *Desk) PostLocalTheme(w http.ResponseWriter, r *httpx.Request) error {
	e, form, err := d.themeOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	op := in.Choice("op", themeSave, themePreview, themeTakeBack)
	form.Text = edition.ThemeText{Theme: in.Text("theme", maxEditionName), ThemeEN: in.Text("theme_en", maxEditionName)}
	form.Version = in.Version()
	told := "editing.theme_saved"
	switch {
	case op == themeTakeBack:
		form.Text, told = edition.ThemeText{}, "editing.theme_taken_back"
	case form.Text.Theme == "": // taking back has a button of its own
		in.Problem(errs.Invalid("error.required").On("theme"))
	}
	err = in.Err()
	if err == nil && op == themePreview {
		form.Preview = true
		return d.themeForm(w, r, http.StatusOK, e, form, nil)
	}
	if err == nil {
		_, err = d.Editions.SetLocalTheme(r.Context(), r.Actor, e.ID, form.Region.Code, form.Version, form.Text)
	}
	if httpx.IsProblem(err) {
		return d.themeForm(w, r, httpx.Status(errs.As(err)), e, form, err)
	}
	return d.edited(w, r, err, told, e.path()+"/themes#t-"+form.Region.Code)
}

// regionName names a region in the page's language.
func regionName(v ui.View, g unit.Region) string {
	name, _ := i18n.Pick(v.Locale, g.Name, g.NameEN)
	return name
}
