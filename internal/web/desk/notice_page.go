package desk

import (
	"net/http"
	"net/url"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/notice"
	"openweek/internal/web/ui"
)

type noticePage struct {
	Notice     edition.Notice
	Groups     []draftGroup
	Doubtful   []string // entries
	At         notice.Span
	Edit       string // the entry whose form is open
	Sent       url.Values
	MayCorrect bool
	Editions   []edition.Summary // published ones that an amending notice could move
}

// GetNotice shows a notice's text beside what was read from it. "at" marks a place of the text,
// "edit" opens the form of an entry. Asked for by the page's own script it gives the text alone.
func (d *Desk) GetNotice(w http.ResponseWriter, r *httpx.Request) error {
	n, err := d.Editions.GetNotice(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	return d.showNotice(w, r, http.StatusOK, n, r.Input().Raw("edit"), nil)
}

func (d *Desk) showNotice(w http.ResponseWriter, r *httpx.Request, status int, n edition.Notice, edit string, problem error) error {
	in := r.Input()
	v := d.view(r, r.T("editing.draft"), ui.Crumb{Href: noticesPath, Text: r.T("editing.notices")})
	if n.Title != "" {
		v.Title = n.Title
	}
	page := noticePage{Notice: n, At: parseAt(in.Raw("at")), Groups: draftGroups(v, n.Draft), Edit: edit}
	if r.IsHTMX() {
		return ui.Render(w, r, status, noticeRecord(v, page))
	}
	page.Doubtful = doubtful(page.Groups)
	page.MayCorrect = n.EditionID == "" && actor.Can(r.Actor, actor.EditionDraft, actor.Office(n.Territory))
	if !page.MayCorrect {
		page.Edit = ""
	}
	if problem != nil {
		page.Sent = in.Values()
	}
	if n.Kind == edition.Amending && page.MayCorrect && actor.Can(r.Actor, actor.EditionPublish, actor.Office(n.Territory)) {
		list, err := d.Editions.Find(r.Context(), r.Actor, edition.Filter{Territory: n.Territory, Status: edition.StatusPublished})
		if err != nil {
			return err
		}
		page.Editions = list
	}
	return ui.Render(w, r, status, noticeDraftPage(v.WithProblems(problem), page))
}

// PostNotice corrects one entry of a draft.
func (d *Desk) PostNotice(w http.ResponseWriter, r *httpx.Request) error {
	n, err := d.Editions.GetNotice(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	in := r.Input()
	entry, changes := draftChanges(n.Draft, in)
	version := in.Version()
	if err = in.Err(); err == nil {
		_, err = d.Editions.CorrectDraft(r.Context(), r.Actor, n.ID, version, changes...)
	}
	if httpx.IsProblem(err) {
		return d.showNotice(w, r, httpx.Status(errs.As(err)), n, entry, problemsOf(err, entry))
	}
	if err != nil {
		return err
	}
	list, _, _ := strings.Cut(entry, ".")
	switch changes[0].Operation {
	case edition.Add:
		return d.corrected(w, r, n, "editing.entry_add", "g-"+list)
	case edition.Remove:
		return d.corrected(w, r, n, "editing.entry_remove", "g-"+list)
	}
	return d.corrected(w, r, n, "editing.entry_saved", "e-"+entry)
}

// corrected leads back to where the draft was corrected.
func (d *Desk) corrected(w http.ResponseWriter, r *httpx.Request, n edition.Notice, told, anchor string) error {
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, noticePath(n.ID)+"#"+anchor, noticesPath)
}

// problemsOf brings the fields of an error to those of the form of an entry: the week's days are
// called start and end by whoever checks them together, a timing without a day misses its day.
func problemsOf(err error, entry string) error {
	e := errs.As(err)
	if len(e.Problems) == 0 {
		return problemOf(e, entry)
	}
	list := make([]*errs.Error, len(e.Problems))
	for i, p := range e.Problems {
		list[i] = problemOf(p, entry)
	}
	return errs.Join(list...)
}

func problemOf(p *errs.Error, entry string) *errs.Error {
	switch {
	case p.Field == "start" || p.Field == "end":
		p.Field = entry
	case p.Key == "edition.due_missing":
		p.Field = entry + ".due"
	}
	return p
}

// draftFormValue is what a field of an open form shows: what was sent, else what the draft says.
func (p noticePage) draftFormValue(field string) string {
	if p.Sent.Has(field) {
		return p.Sent.Get(field)
	}
	value, _ := p.Notice.Draft.Value(field)
	return value
}

// dueParts are day and time of an obligation's form.
func (p noticePage) dueParts(field string) (day, at string) {
	if p.Sent.Has(field) {
		return p.Sent.Get(field), p.Sent.Get(field + "_time")
	}
	value, _ := p.Notice.Draft.Value(field)
	day, at, _ = strings.Cut(value, "T")
	return day, at
}

func (p noticePage) path() string { return noticePath(p.Notice.ID) }

// place leads to a place in the text.
func (p noticePage) place(s notice.Span) string {
	return p.path() + "?at=" + formatAt(s) + "#" + ui.SpanAnchor(s)
}

type creationPage struct {
	Notice   edition.Notice
	Plan     edition.Edition
	Ready    bool // the plan could be made
	Doubtful int
	Form     edition.Creation
	Year     string
	Region   string
}

// GetNewEdition shows what would be made of a notice, and asks for what the notice does not say.
func (d *Desk) GetNewEdition(w http.ResponseWriter, r *httpx.Request) error {
	n, err := d.Editions.GetNotice(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	plan, err := d.Editions.PreviewCreation(r.Context(), r.Actor, n.ID, edition.Creation{})
	if err != nil && errs.KindOf(err) != errs.KindInvalid {
		return err
	}
	form := edition.Creation{Version: n.Draft.Version, Year: plan.Year, Name: plan.Name}
	return d.creation(w, r, http.StatusOK, n, plan, form, err)
}

func (d *Desk) creation(w http.ResponseWriter, r *httpx.Request, status int, n edition.Notice, plan edition.Edition, form edition.Creation, problem error) error {
	v := d.view(r, r.T("editing.create"), ui.Crumb{Href: noticesPath, Text: r.T("editing.notices")}, ui.Crumb{Href: noticePath(n.ID), Text: r.T("editing.draft")})
	v = v.WithProblems(problem, "year", v.T("editing.year"), "name", v.T("editing.name"), "name_en", v.T("editing.name_en"), "theme_en", v.T("editing.theme_en"),
		"theme", v.T("editing.theme"), "start", v.T("editing.start"), "end", v.T("editing.end"))
	region, err := d.Units.Region(r.Context(), n.Territory)
	if err != nil {
		return err
	}
	page := creationPage{Notice: n, Plan: plan, Ready: plan.ID != "", Doubtful: len(doubtful(draftGroups(v, n.Draft))), Form: form}
	page.Region, _ = i18n.Pick(r.Locale, region.Name, region.NameEN)
	if page.Year = r.Input().Raw("year"); page.Year == "" && form.Year != 0 {
		page.Year = itoa(form.Year)
	}
	return ui.Render(w, r, status, noticeCreatePage(v, page))
}

// PostNewEdition makes an edition of a notice.
func (d *Desk) PostNewEdition(w http.ResponseWriter, r *httpx.Request) error {
	n, err := d.Editions.GetNotice(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	in := r.Input()
	form := edition.Creation{
		Version: in.Version(), Year: int(in.Number("year", 0, 9999)), Name: in.Needed("name", 200), NameEN: in.Text("name_en", 200), ThemeEN: in.Text("theme_en", 200),
	}
	err = in.Err()
	var made edition.Edition
	if err == nil {
		made, err = d.Editions.CreateEdition(r.Context(), r.Actor, n.ID, form)
	}
	if httpx.IsProblem(err) {
		plan, planErr := d.Editions.PreviewCreation(r.Context(), r.Actor, n.ID, edition.Creation{})
		if planErr != nil && errs.KindOf(planErr) != errs.KindInvalid {
			return planErr
		}
		return d.creation(w, r, httpx.Status(errs.As(err)), n, plan, form, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "editing.edition_made")
	return httpx.Redirect(w, r, editionPath(made.ID), editionsPath)
}
