package host

import (
	"net/http"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// classVisit is one visit with what its host can do.
type classVisit struct {
	visit.Visit
	Now      clock.Instant
	Decides  bool
	Revealed *booking.Contact // the contact in clear, nil while it is masked
	Names    []string         // of the roster, where they were read
}

// Over tells whether nothing can be decided any more.
func (p classVisit) Over() bool { return p.Ends <= p.Now || !p.State.Active() }

// RosterToday tells whether the names can be read now.
func (p classVisit) RosterToday() bool { return p.Decides && p.RosterReadable(p.Now.Day()) }

// classVisitOf gets the visit of the address.
func (h *Host) classVisitOf(r *httpx.Request) (p classVisit, err error) {
	p.Now = h.Clock.Now()
	p.Visit, err = h.Visits.Get(r.Context(), r.Actor, r.PathID("id"))
	p.Decides = visit.Decides(r.Actor, p.Visit)
	return p, err
}

// decidedVisit gets the visit of the address for who decides about it.
func (h *Host) decidedVisit(r *httpx.Request) (p classVisit, err error) {
	if p, err = h.classVisitOf(r); err == nil && !p.Decides {
		err = errs.Forbidden("visit.forbidden")
	}
	return p, err
}

// classView begins a page of a visit; title "" is the visit itself.
func (h *Host) classView(r *httpx.Request, p classVisit, title string) ui.View {
	list := ui.Crumb{Href: visitsPath + "?all=1", Text: r.T("visit.list_title")}
	name := p.School.Name + " " + p.Grade
	if title == "" {
		return h.visitView(r, name, list)
	}
	return h.visitView(r, title, list, ui.Crumb{Href: classVisitPath(p.ID), Text: name})
}

func (h *Host) getClassVisit(w http.ResponseWriter, r *httpx.Request) error {
	p, err := h.classVisitOf(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, classVisitPage(h.classView(r, p, ""), p))
}

// visitDone leads back to a visit after something was done.
func visitDone(w http.ResponseWriter, r *httpx.Request, visitID, told string) error {
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, classVisitPath(visitID), visitsPath)
}

func (h *Host) getConfirmVisit(w http.ResponseWriter, r *httpx.Request) error {
	return h.confirmVisit(w, r, http.StatusOK, nil)
}

func (h *Host) confirmVisit(w http.ResponseWriter, r *httpx.Request, status int, problem error) error {
	p, err := h.decidedVisit(r)
	if err != nil {
		return err
	}
	v := h.classView(r, p, r.T("visit.confirm")).WithProblems(problem)
	c := ui.Confirmation{
		Title: r.T("visit.confirm"), Action: classVisitPath(p.ID) + "/confirm", Submit: r.T("visit.confirm"), Back: classVisitPath(p.ID),
		Says: []string{v.T("visit.confirm_says", "school", p.School.Name, "people", p.Party(), "when", visitWhen(v, p.Visit)), v.T("visit.tells_teacher")},
	}
	return ui.Render(w, r, status, askVisitPage(v, c, nil))
}

func (h *Host) postConfirmVisit(w http.ResponseWriter, r *httpx.Request) error {
	err := h.Visits.Confirm(r.Context(), r.Actor, r.PathID("id"))
	if httpx.IsProblem(err) {
		return h.confirmVisit(w, r, httpx.Status(errs.As(err)), err)
	}
	if err != nil {
		return err
	}
	return visitDone(w, r, r.PathID("id"), "visit.host_confirmed")
}

func (h *Host) getDeclineVisit(w http.ResponseWriter, r *httpx.Request) error {
	return h.declineVisit(w, r, http.StatusOK, "", nil)
}

func (h *Host) declineVisit(w http.ResponseWriter, r *httpx.Request, status int, reason string, problem error) error {
	p, err := h.decidedVisit(r)
	if err != nil {
		return err
	}
	v := h.classView(r, p, r.T("visit.decline")).WithProblems(problem, "reason", r.T("visit.reason"))
	c := ui.Confirmation{
		Title: r.T("visit.decline"), Action: classVisitPath(p.ID) + "/decline", Submit: r.T("visit.decline"), Danger: true, Back: classVisitPath(p.ID),
		Says: []string{v.T("visit.decline_says", "school", p.School.Name, "people", p.Party(), "when", visitWhen(v, p.Visit)), v.T("visit.tells_reason")},
	}
	return ui.Render(w, r, status, askVisitPage(v, c, &reason))
}

func (h *Host) postDeclineVisit(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	err := in.Err()
	if err == nil {
		err = h.Visits.Decline(r.Context(), r.Actor, r.PathID("id"), in.Raw("reason"))
	}
	if httpx.IsProblem(err) {
		return h.declineVisit(w, r, httpx.Status(errs.As(err)), in.Raw("reason"), err)
	}
	if err != nil {
		return err
	}
	return visitDone(w, r, r.PathID("id"), "visit.host_declined")
}

// getRevealVisit asks before the contact is shown, which is recorded.
func (h *Host) getRevealVisit(w http.ResponseWriter, r *httpx.Request) error {
	p, err := h.decidedVisit(r)
	if err != nil {
		return err
	}
	v := h.classView(r, p, r.T("visit.reveal"))
	c := ui.Confirmation{Title: v.Title, Says: []string{v.T("visit.reveal_says")}, Action: classVisitPath(p.ID) + "/reveal", Submit: v.Title, Back: classVisitPath(p.ID)}
	return ui.Render(w, r, http.StatusOK, askVisitPage(v, c, nil))
}

// postRevealVisit shows the visit with its contact in clear.
func (h *Host) postRevealVisit(w http.ResponseWriter, r *httpx.Request) error {
	p, err := h.decidedVisit(r)
	if err != nil {
		return err
	}
	contact, err := h.Visits.Reveal(r.Context(), r.Actor, p.ID)
	if err != nil {
		return err
	}
	p.Revealed = &contact
	w.Header().Set("Cache-Control", "no-store")
	return ui.Render(w, r, http.StatusOK, classVisitPage(h.classView(r, p, ""), p))
}

// getVisitRoster asks before the names are shown, which is recorded.
func (h *Host) getVisitRoster(w http.ResponseWriter, r *httpx.Request) error {
	p, err := h.decidedVisit(r)
	if err != nil {
		return err
	}
	if !p.RosterToday() {
		return errs.Forbidden("visit.roster_hidden")
	}
	v := h.classView(r, p, r.T("visit.roster_read"))
	c := ui.Confirmation{Title: v.Title, Says: []string{v.T("visit.roster_read_says")}, Action: classVisitPath(p.ID) + "/roster", Submit: v.Title, Back: classVisitPath(p.ID)}
	return ui.Render(w, r, http.StatusOK, askVisitPage(v, c, nil))
}

// postVisitRoster shows the visit with the names of its class.
func (h *Host) postVisitRoster(w http.ResponseWriter, r *httpx.Request) error {
	p, err := h.decidedVisit(r)
	if err != nil {
		return err
	}
	if p.Names, err = h.Visits.ReadRoster(r.Context(), r.Actor, p.ID); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Render(w, r, http.StatusOK, classVisitPage(h.classView(r, p, ""), p))
}
