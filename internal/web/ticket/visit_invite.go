package ticket

import (
	"net/http"
	"net/url"

	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// invitation is an education bureau's invitation for the holder of its link.
type invitation struct {
	scene
	visit.Allotment
	Opening visit.Opening
	token   string
	State   state
}

func (p invitation) href(page string) string { return invitationHref(p.token, page) }

// Answerable tells whether the school can still answer.
func (p invitation) Answerable() bool { return p.Allotment.Open(p.now) }

// invitationOf reads the invitation of the address.
func (t *Ticket) invitationOf(r *httpx.Request) (p invitation, err error) {
	p.token = r.PathValue("token")
	if p.Allotment, err = t.Visits.AllotmentByToken(r.Context(), p.token); err != nil {
		return invitation{}, err
	}
	if p.Opening, err = t.Visits.Open(r.Context(), p.Visit.SessionID); err != nil {
		return invitation{}, err
	}
	if p.scene, err = t.scene(r, p.Opening.Session); err != nil {
		return invitation{}, err
	}
	p.State = invitationState(p)
	return p, nil
}

// invitationState tells how an invitation stands.
func invitationState(p invitation) state {
	say := func(key string, kv ...any) string { return i18n.T(p.locale, key, kv...) }
	held := []string{say("visit.invite_says", "people", p.Seats, "moment", until(p.locale, p.Allotment))}
	switch {
	case p.Answerable() && p.Allotment.State == visit.AllotmentAccepted:
		return state{Shape: ui.Drafting, Tone: httpx.Warning, Title: say("visit.invite_accepted"), Says: []string{say("visit.invite_accepted_says", "people", p.Seats, "moment", until(p.locale, p.Allotment))}}
	case p.Answerable():
		return state{Shape: ui.Todo, Tone: httpx.Warning, Title: say("visit.invite_open"), Says: held}
	case p.Allotment.State == visit.AllotmentBooked && p.Visit.State.Active():
		return state{Shape: ui.Accepted, Tone: httpx.Good, Title: say("visit.invite_booked"), Says: []string{say("visit.invite_booked_says")}}
	case p.Allotment.State == visit.AllotmentDeclined:
		return state{Shape: ui.Returned, Tone: httpx.Notice, Title: say("visit.invite_declined"), Says: []string{say("visit.invite_declined_says")}}
	case p.Allotment.State == visit.AllotmentWithdrawn:
		return state{Shape: ui.Exempt, Tone: httpx.Notice, Title: say("visit.invite_withdrawn"), Says: []string{say("visit.invite_ask", "bureau", p.Bureau.Name)}}
	case p.Visit.State == visit.Declined:
		return state{Shape: ui.Returned, Tone: httpx.Bad, Title: say("visit.state_declined"), Says: []string{say("visit.invite_ask", "bureau", p.Bureau.Name)}, Reason: p.Visit.Reason}
	case p.Visit.SessionCancelled:
		return state{Shape: ui.Exempt, Tone: httpx.Bad, Title: say("visit.state_called_off"), Says: []string{say("visit.invite_ask", "bureau", p.Bureau.Name)}, Reason: p.Visit.Reason}
	}
	return state{Shape: ui.Exempt, Tone: httpx.Warning, Title: say("visit.invite_over"), Says: []string{say("visit.invite_ask", "bureau", p.Bureau.Name)}}
}

// until writes until when an invitation is open: a day is read more easily than the midnight after it.
func until(l i18n.Locale, a visit.Allotment) string {
	if a.Deadline == a.LastDay().End() {
		return i18n.T(l, "visit.until_day", "day", i18n.Day(l, a.LastDay()))
	}
	return i18n.Moment(l, a.Deadline)
}

// getInvitation shows the invitation.
func (t *Ticket) getInvitation(w http.ResponseWriter, r *httpx.Request) error {
	p, err := t.invitationOf(r)
	if err != nil {
		return err
	}
	v := t.view(w, r, r.T("visit.invite_title")).Under(ui.Crumb{Href: p.scene.href(), Text: p.title()})
	return ui.Render(w, r, http.StatusOK, showInvitation(v, p))
}

// postInvitation accepts the invitation and leads to the form for the class.
func (t *Ticket) postInvitation(w http.ResponseWriter, r *httpx.Request) error {
	token := r.PathValue("token")
	err := t.Visits.Accept(r.Context(), r.Actor, visit.Answer{Token: token})
	switch {
	case errs.KindOf(err) == errs.KindConflict: // the page says how it stands now
		return httpx.Redirect(w, r, invitationHref(token, ""), "/")
	case err != nil:
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_accepted")
	return httpx.Redirect(w, r, invitationHref(token, "class"), "/")
}

// getInvitedClass shows the form for the class of a school that was invited.
func (t *Ticket) getInvitedClass(w http.ResponseWriter, r *httpx.Request) error {
	return t.invitedClass(w, r, http.StatusOK, url.Values{"language": {string(visit.Mandarin)}}, nil)
}

func (t *Ticket) invitedClass(w http.ResponseWriter, r *httpx.Request, status int, typed url.Values, problem error) error {
	p, err := t.invitationOf(r)
	if err != nil {
		return err
	}
	if !p.Answerable() {
		return httpx.Redirect(w, r, p.href(""), "/")
	}
	v := t.view(w, r, r.T("visit.invite_class")).Under(ui.Crumb{Href: p.href(""), Text: r.T("visit.invite_title")})
	f := t.classForm(v, p.scene, p.Opening, p.href("class"), typed)
	f.Invited = &p.Allotment
	return ui.Render(w, r, status, showInvitedClass(v.WithProblems(problem, visitLabels(v)...), p, f))
}

// postInvitedClass books the class with the seats that are held.
func (t *Ticket) postInvitedClass(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	ask := readClass(r, in)
	err := in.Err()
	var token string
	if err == nil {
		token, err = t.Visits.Fill(r.Context(), r.Actor, visit.Answer{Token: r.PathValue("token")}, ask)
	}
	if httpx.IsProblem(err) {
		return t.invitedClass(w, r, httpx.Status(errs.As(err)), in.Values(), err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_filled")
	return httpx.Redirect(w, r, visitHrefOf(token, ""), "/")
}

// getInvitationDecline asks why the school does not come.
func (t *Ticket) getInvitationDecline(w http.ResponseWriter, r *httpx.Request) error {
	return t.invitationDecline(w, r, http.StatusOK, "", nil)
}

func (t *Ticket) invitationDecline(w http.ResponseWriter, r *httpx.Request, status int, reason string, problem error) error {
	p, err := t.invitationOf(r)
	if err != nil {
		return err
	}
	if !p.Answerable() {
		return httpx.Redirect(w, r, p.href(""), "/")
	}
	v := t.view(w, r, r.T("visit.invite_decline")).Under(ui.Crumb{Href: p.href(""), Text: r.T("visit.invite_title")})
	c := ui.Confirmation{
		Title: r.T("visit.invite_decline"), Says: []string{r.T("visit.invite_decline_says", "people", p.Seats)}, Action: p.href("decline"), Submit: r.T("visit.invite_decline"),
		Danger: true, Back: p.href(""),
	}
	return ui.Render(w, r, status, showInvitationDecline(v.WithProblems(problem, "reason", r.T("visit.reason_optional")), c, reason))
}

// postInvitationDecline says that the school does not come.
func (t *Ticket) postInvitationDecline(w http.ResponseWriter, r *httpx.Request) error {
	in, token := r.Input(), r.PathValue("token")
	err := in.Err()
	if err == nil {
		err = t.Visits.Refuse(r.Context(), r.Actor, visit.Answer{Token: token}, in.Raw("reason"))
	}
	if httpx.IsProblem(err) {
		return t.invitationDecline(w, r, httpx.Status(errs.As(err)), in.Raw("reason"), err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_refused")
	return httpx.Redirect(w, r, invitationHref(token, ""), "/")
}
