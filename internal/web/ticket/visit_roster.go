package ticket

import (
	"net/http"

	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// rosterPage is the roster of a class for its school.
type rosterPage struct {
	visitPage
	Masked   []string
	Names    string // as pasted, where something is wrong with it
	Declared string
	Shown    bool
}

// getRoster shows the roster, masked, with the form for another one.
func (t *Ticket) getRoster(w http.ResponseWriter, r *httpx.Request) error {
	return t.roster(w, r, http.StatusOK, rosterPage{}, nil)
}

func (t *Ticket) roster(w http.ResponseWriter, r *httpx.Request, status int, page rosterPage, problem error) (err error) {
	if page.visitPage, err = t.visitOf(r); err != nil {
		return err
	}
	if page.Masked, err = t.Visits.MaskedRoster(r.Context(), page.token); err != nil {
		return err
	}
	if !page.Live() && len(page.Masked) == 0 {
		return page.back(w, r)
	}
	v := t.visitView(w, r, page.visitPage, r.T("visit.roster"))
	v = v.WithProblems(problem, "names", v.T("visit.roster_names"), "declared", v.T("visit.roster_declared"), "file", v.T("visit.roster_file"))
	return ui.Render(w, r, status, showRoster(v, page))
}

// postRoster keeps the names of a class: those of a workbook, or those that were pasted.
func (t *Ticket) postRoster(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	file := in.File("file", visit.RosterBytes)
	page := rosterPage{Names: in.Raw("names"), Declared: in.Raw("declared"), Shown: in.Yes("shown")}
	d := visit.RosterDraft{Names: visit.ParseNames(page.Names), Declared: page.Declared, Consent: in.Yes("declare"), Shown: page.Shown}
	err := in.Err()
	if err == nil && file != nil {
		if d.Names, err = visit.ReadNames(file.Body); err != nil && errs.KindOf(err) == errs.KindInvalid {
			err = errs.As(err).On("file")
		}
	}
	if err == nil {
		err = t.Visits.SetRoster(r.Context(), r.Actor, r.PathValue("token"), d)
	}
	if httpx.IsProblem(err) {
		return t.roster(w, r, httpx.Status(errs.As(err)), page, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_roster")
	return httpx.Redirect(w, r, visitHrefOf(r.PathValue("token"), "roster"), "/")
}

// getRosterErase asks whether to erase the names.
func (t *Ticket) getRosterErase(w http.ResponseWriter, r *httpx.Request) error {
	p, err := t.visitOf(r)
	if err != nil {
		return err
	}
	if p.Roster.Names == 0 {
		return p.back(w, r)
	}
	c := ui.Confirmation{
		Title: r.T("visit.roster_erase"), Says: []string{r.T("visit.roster_erase_says", "count", p.Roster.Names)}, Action: p.href("roster/erase"), Submit: r.T("visit.roster_erase"),
		Danger: true, Back: p.href("roster"),
	}
	return ui.Render(w, r, http.StatusOK, showConfirm(t.visitView(w, r, p, c.Title), c))
}

// postRosterErase erases the names.
func (t *Ticket) postRosterErase(w http.ResponseWriter, r *httpx.Request) error {
	if err := t.Visits.EraseRoster(r.Context(), r.Actor, r.PathValue("token")); err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_erased")
	return httpx.Redirect(w, r, visitHrefOf(r.PathValue("token"), ""), "/")
}
