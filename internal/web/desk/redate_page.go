package desk

import (
	"net/http"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// redateForm is what a person decides about moving a published week.
type redateForm struct {
	NoticeID string
	Number   string
	Reason   string
	Start    string // days as sent
	End      string
	Due      map[string]string // by obligation, as sent
}

// dueField is the field of an obligation's new due day; the edition names its problems so.
const dueField = "due."

type redatePage struct {
	Form        redateForm
	Notices     []edition.Notice
	Notice      edition.Notice // the chosen one
	Preview     edition.Preview
	Dues        []edition.Obligation // those with a due day
	Previewed   bool
	MayPreview  bool // step two
	Consequence []string
}

func readRedating(in *httpx.Input) (form redateForm, redating edition.Redating) {
	form = redateForm{NoticeID: in.ID("notice"), Number: in.Text("number", 60), Reason: in.Text("reason", 500), Start: in.Raw("start"), End: in.Raw("end"), Due: map[string]string{}}
	redating = edition.Redating{NoticeID: form.NoticeID, Number: form.Number, Reason: form.Reason, NewStart: in.Day("start"), NewEnd: in.Day("end"), NewDue: map[string]clock.Day{}}
	for name := range in.Values() {
		if id, ok := strings.CutPrefix(name, dueField); ok {
			form.Due[id] = in.Raw(name)
			if day := in.Day(name); day != "" {
				redating.NewDue[id] = day
			}
		}
	}
	return form, redating
}

// GetRedate asks for the amending notice and the new days; with them in the address it shows what
// moves and the due days that are proposed.
func (d *Desk) GetRedate(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.redatable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form, redating := readRedating(in)
	page := redatePage{Form: form}
	if !in.Has("preview") {
		return d.showRedate(w, r, http.StatusOK, e, page, nil)
	}
	if form.NoticeID == "" {
		in.Problem(errs.Invalid("editing.amending_missing").On("notice"))
	}
	if form.Reason == "" {
		in.Problem(errs.Invalid("error.required").On("reason"))
	}
	err = in.Err()
	if err == nil {
		var first edition.Preview
		if first, err = d.Editions.PreviewRedate(r.Context(), r.Actor, e.ID, redating); err == nil {
			for _, p := range first.Proposed {
				redating.NewDue[p.ObligationID], page.Form.Due[p.ObligationID] = p.New, string(p.New)
			}
			page.Preview, err = d.Editions.PreviewRedate(r.Context(), r.Actor, e.ID, redating)
		}
	}
	if httpx.IsProblem(err) {
		return d.showRedate(w, r, httpx.Status(errs.As(err)), e, page, err)
	}
	if err != nil {
		return err
	}
	page.Previewed, page.MayPreview = true, true
	return d.showRedate(w, r, http.StatusOK, e, page, nil)
}

// redatable gets an edition for whoever may move its week.
func (d *Desk) redatable(r *httpx.Request) (editionView, error) {
	e, err := d.editionFor(r, actor.EditionPublish)
	if err == nil && e.Status != edition.StatusPublished {
		err = errs.Conflict("edition.not_published")
	}
	return e, err
}

func (d *Desk) showRedate(w http.ResponseWriter, r *httpx.Request, status int, e editionView, page redatePage, problem error) error {
	list, err := d.freeNotices(r, e, edition.Amending)
	if err != nil {
		return err
	}
	page.Notices = list
	if page.Form.NoticeID != "" {
		n, err := d.Editions.GetNotice(r.Context(), r.Actor, page.Form.NoticeID)
		if err != nil && errs.KindOf(err) != errs.KindNotFound {
			return err
		}
		page.Notice = n
		if page.Form.Start == "" && page.Form.End == "" { // as the notice itself says
			page.Form.Start, page.Form.End = string(n.Draft.Window.Start.Value), string(n.Draft.Window.End.Value)
		}
	}
	for _, o := range e.Obligations {
		if o.Due != "" {
			page.Dues = append(page.Dues, o)
		}
	}
	labels := []string{"notice", r.T("editing.amending_notice"), "number", r.T("editing.doc_number"), "reason", r.T("editing.reason"), "start", r.T("editing.new_start"), "end", r.T("editing.new_end")}
	for _, o := range page.Dues {
		labels = append(labels, dueField+o.ID, r.T("editing.due_day"))
	}
	for _, c := range page.Preview.Consequences {
		page.Consequence = append(page.Consequence, consequence(r.Locale, c))
	}
	v := d.editionPage(r, e, r.T("editing.redate")).WithProblems(problem, labels...)
	return ui.Render(w, r, status, editionRedatePage(v, e, page))
}

// consequence says what a follower told in the reader's language.
func consequence(l i18n.Locale, c edition.Consequence) string {
	var pairs []any
	for name, value := range c.Args {
		pairs = append(pairs, name, value)
	}
	return i18n.T(l, c.Key, append(pairs, "count", c.Count)...)
}

// PostRedate looks at the move again with other due days, or makes it.
func (d *Desk) PostRedate(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.redatable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form, redating := readRedating(in)
	op, version := in.Choice("op", "preview", "confirm"), in.Version()
	page := redatePage{Form: form, MayPreview: true}
	if err = in.Err(); err == nil {
		page.Preview, err = d.Editions.PreviewRedate(r.Context(), r.Actor, e.ID, redating)
		page.Previewed = err == nil
	}
	if err == nil && op != "confirm" {
		return d.showRedate(w, r, http.StatusOK, e, page, nil)
	}
	if err == nil {
		_, err = d.Editions.Redate(r.Context(), r.Actor, e.ID, version, redating)
	}
	if httpx.IsProblem(err) {
		return d.showRedate(w, r, httpx.Status(errs.As(err)), e, page, err)
	}
	return d.edited(w, r, err, "editing.redated", e.path()+"/amendments")
}
