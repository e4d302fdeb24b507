package desk

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

type publication struct {
	Hash      string
	LeaveOpen bool
	Open      []string // phrases
}

// GetPublish shows what will become public, what is open, and asks.
func (d *Desk) GetPublish(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.publishable(r)
	if err != nil {
		return err
	}
	return d.publishForm(w, r, http.StatusOK, e, publication{}, nil)
}

// publishable gets an edition for whoever may publish it.
func (d *Desk) publishable(r *httpx.Request) (editionView, error) {
	e, err := d.editionFor(r, actor.EditionPublish)
	if err == nil && !e.draft() {
		err = errs.Conflict("edition.not_draft")
	}
	return e, err
}

func (d *Desk) publishForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, p publication, problem error) error {
	hash, err := d.Editions.Reading(r.Context(), r.Actor, e.ID)
	if err != nil {
		return err
	}
	p.Hash, p.Open = hash, openPhrases(e.Edition)
	v := d.editionPage(r, e, r.T("editing.publish")).WithProblems(problem)
	return ui.Render(w, r, status, editionPublishPage(v, e, p))
}

// PostPublish makes a draft public.
func (d *Desk) PostPublish(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.publishable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p := publication{Hash: in.Text("read", 100), LeaveOpen: in.Yes("leave_open")}
	version := in.Version()
	if err = in.Err(); err == nil {
		_, err = d.Editions.Publish(r.Context(), r.Actor, e.ID, version, edition.Publication{Read: p.Hash, LeaveOpen: p.LeaveOpen})
	}
	if errs.Is(err, "edition.audience_open") {
		err = errs.As(err).On("leave_open")
	}
	if httpx.IsProblem(err) {
		return d.publishForm(w, r, httpx.Status(errs.As(err)), e, p, err)
	}
	return d.edited(w, r, err, "editing.published", e.path())
}

// GetArchive asks before an edition is archived.
func (d *Desk) GetArchive(w http.ResponseWriter, r *httpx.Request) error {
	return d.archive(w, r, false)
}

// PostArchive archives an edition.
func (d *Desk) PostArchive(w http.ResponseWriter, r *httpx.Request) error {
	return d.archive(w, r, true)
}

func (d *Desk) archive(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	e, err := d.editionFor(r, actor.EditionPublish)
	if err != nil {
		return err
	}
	return d.ask(w, r, e, asked{
		Confirmation: ui.Confirmation{
			Title: r.T("editing.archive"), Says: []string{r.T("editing.archive_says"), r.T("editing.archive_kept")},
			Action: e.path() + "/archive", Submit: r.T("editing.archive_submit"), Danger: true, Back: e.path(), Version: e.Version,
		},
		Told: "editing.archived", To: e.path(),
	}, sent, func(version int64) error {
		_, err := d.Editions.Archive(r.Context(), r.Actor, e.ID, version)
		return err
	})
}

// GetContact asks before the contact data of the notice is released or withheld.
func (d *Desk) GetContact(w http.ResponseWriter, r *httpx.Request) error {
	return d.contact(w, r, false)
}

// PostContact releases or withholds the contact data of the notice.
func (d *Desk) PostContact(w http.ResponseWriter, r *httpx.Request) error {
	return d.contact(w, r, true)
}

func (d *Desk) contact(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	q := asked{
		Confirmation: ui.Confirmation{
			Title: r.T("editing.contact_release"), Says: []string{r.T("editing.contact_release_says"), r.T("editing.contact_release_law")},
			Action: e.path() + "/contact", Submit: r.T("editing.contact_release_submit"), Danger: true, Back: e.path(), Version: e.Version,
		},
		Told: "editing.contact_now_released", To: e.path(),
	}
	if e.ContactReleased {
		q.Title, q.Says, q.Submit, q.Danger = r.T("editing.contact_withhold"), []string{r.T("editing.contact_withhold_says")}, r.T("editing.contact_withhold_submit"), false
		q.Told = "editing.contact_now_withheld"
	}
	return d.ask(w, r, e, q, sent, func(version int64) error {
		details := e.Details()
		details.ContactReleased = !e.ContactReleased
		_, err := d.Editions.Change(r.Context(), r.Actor, e.ID, version, details)
		return err
	})
}

type copyForm struct {
	edition.Copying
	Year string
}

// GetCopy shows the form of a copy for another year.
func (d *Desk) GetCopy(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.editionFor(r, actor.EditionPublish)
	if err != nil {
		return err
	}
	return d.copyForm(w, r, http.StatusOK, e, copyForm{Year: itoa(e.Year + 1), Copying: edition.Copying{DuesWithWeek: true}}, nil)
}

func (d *Desk) copyForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, form copyForm, problem error) error {
	v := d.editionPage(r, e, r.T("editing.copy")).WithProblems(problem, "year", r.T("editing.year"), "start", r.T("editing.start"), "name", r.T("editing.name"))
	return ui.Render(w, r, status, editionCopyPage(v, e, form))
}

// PostCopy copies an edition to another year.
func (d *Desk) PostCopy(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.editionFor(r, actor.EditionPublish)
	if err != nil {
		return err
	}
	in := r.Input()
	form := copyForm{Year: in.Raw("year"), Copying: edition.Copying{
		Year: int(in.Number("year", 0, 9999)), Start: in.Day("start"), DuesWithWeek: in.Choice("dues", "week", "year") != "year", Name: in.Text("name", maxEditionName),
	}}
	err = in.Err()
	var made edition.Edition
	if err == nil {
		made, err = d.Editions.CopyToYear(r.Context(), r.Actor, e.ID, form.Copying)
	}
	if httpx.IsProblem(err) {
		return d.copyForm(w, r, httpx.Status(errs.As(err)), e, form, err)
	}
	return d.edited(w, r, err, "editing.copied", editionPath(made.ID))
}

type attachForm struct {
	Notices []edition.Notice
	Chosen  string
}

// GetAttach shows the notices that a copied draft could be given.
func (d *Desk) GetAttach(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	return d.attachForm(w, r, http.StatusOK, e, "", nil)
}

func (d *Desk) attachForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, chosen string, problem error) error {
	list, err := d.freeNotices(r, e, edition.Original)
	if err != nil {
		return err
	}
	v := d.editionPage(r, e, r.T("editing.attach")).WithProblems(problem, "notice", r.T("editing.notice"))
	return ui.Render(w, r, status, editionAttachPage(v, e, attachForm{list, chosen}))
}

// freeNotices lists the notices of the edition's territory that no edition has used yet.
func (d *Desk) freeNotices(r *httpx.Request, e editionView, kind edition.NoticeKind) (list []edition.Notice, err error) {
	all, err := d.Editions.FindNotices(r.Context(), r.Actor, edition.NoticeFilter{Kind: kind, Free: true})
	for _, n := range all {
		if n.Territory == e.Territory {
			list = append(list, n)
		}
	}
	return list, err
}

// PostAttach gives a copied draft the notice of its own year.
func (d *Desk) PostAttach(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	chosen, version := in.ID("notice"), in.Version()
	if chosen == "" && in.Err() == nil {
		in.Problem(errs.Invalid("error.required").On("notice"))
	}
	if err = in.Err(); err == nil {
		_, err = d.Editions.AttachNotice(r.Context(), r.Actor, e.ID, version, chosen)
	}
	if httpx.IsProblem(err) {
		return d.attachForm(w, r, httpx.Status(errs.As(err)), e, chosen, err)
	}
	return d.edited(w, r, err, "editing.attached", e.path())
}

// noticeOptions lists notices to choose from.
func noticeOptions(v ui.View, list []edition.Notice) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, n := range list {
		text := noticeTitle(v, n)
		if n.DocNumber != "" {
			text = n.DocNumber + "　" + text
		}
		out[i] = ui.Option{Value: n.ID, Text: text, Help: v.T("editing.uploaded_at", "when", i18n.Moment(v.Locale, n.UploadedAt)), Lang: string(i18n.Chinese)}
	}
	return out
}
