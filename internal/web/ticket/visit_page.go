package ticket

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// sorted orders options by their values.
func sorted(list []ui.Option) []ui.Option {
	slices.SortFunc(list, func(a, b ui.Option) int { return cmp.Compare(a.Value, b.Value) })
	return list
}

// visitPage is a visit for the holder of its manage token.
type visitPage struct {
	scene
	visit.Visit
	token string
	State state
	Name  string // of the teacher, masked
	Phone string // masked
}

func (p visitPage) href(page string) string { return visitHrefOf(p.token, page) }

// back leads to the visit, which says how things stand.
func (p visitPage) back(w http.ResponseWriter, r *httpx.Request) error {
	return httpx.Redirect(w, r, p.href(""), "/")
}

// Live tells whether there is anything left to come.
func (p visitPage) Live() bool { return p.Visit.State.Active() && !p.over() }

// visitOf reads the visit of the address.
func (t *Ticket) visitOf(r *httpx.Request) (p visitPage, err error) {
	p.token = r.PathValue("token")
	if p.Visit, err = t.Visits.ByToken(r.Context(), p.token); err != nil {
		return visitPage{}, err
	}
	o, err := t.Visits.Open(r.Context(), p.SessionID)
	if err != nil {
		return visitPage{}, err
	}
	if p.scene, err = t.scene(r, o.Session); err != nil {
		return visitPage{}, err
	}
	p.Name, p.Phone = unit.MaskName(p.Contact.Name), unit.MaskPhone(p.Contact.Phone)
	p.State = visitState(p.scene, p.Visit)
	return p, nil
}

// visitState tells how a visit stands and what happens next.
func visitState(s scene, v visit.Visit) state {
	say := func(key string, kv ...any) string { return i18n.T(s.locale, key, kv...) }
	switch v.State {
	case visit.Confirmed:
		if s.over() {
			return state{Shape: ui.Accepted, Tone: httpx.Good, Title: say("visit.state_over"), Says: []string{say("visit.state_over_says")}}
		}
		return state{Shape: ui.Accepted, Tone: httpx.Good, Title: say("visit.state_confirmed"), Says: []string{say("visit.state_confirmed_says")}}
	case visit.Waitlisted:
		return state{Shape: ui.Drafting, Tone: httpx.Notice, Title: say("visit.state_waitlisted"), Says: []string{say("visit.state_waitlisted_says", "position", v.Position)}, Waiting: true}
	case visit.Offered:
		return state{Shape: ui.Returned, Tone: httpx.Warning, Title: say("visit.state_offered"), Says: []string{say("visit.state_offered_says", "moment", i18n.Moment(s.locale, v.OfferUntil))}}
	case visit.Declined:
		return state{Shape: ui.Returned, Tone: httpx.Bad, Title: say("visit.state_declined"), Says: []string{say("visit.state_declined_says")}, Reason: v.Reason}
	case visit.Lapsed:
		return state{Shape: ui.Exempt, Tone: httpx.Warning, Title: say("visit.state_lapsed"), Says: []string{say("visit.state_lapsed_says")}}
	case visit.Pending, visit.Invited, visit.Accepted:
		return state{Shape: ui.Sent, Tone: httpx.Notice, Title: say("visit.state_pending"), Says: []string{say("visit.state_pending_says")}}
	}
	if v.SessionCancelled {
		return state{Shape: ui.Exempt, Tone: httpx.Bad, Title: say("visit.state_called_off"), Says: []string{say("visit.state_called_off_says")}, Reason: v.Reason}
	}
	return state{Shape: ui.Exempt, Tone: httpx.Notice, Title: say("visit.state_cancelled"), Says: []string{say("visit.state_cancelled_says")}}
}

// getVisit shows a visit.
func (t *Ticket) getVisit(w http.ResponseWriter, r *httpx.Request) error {
	p, err := t.visitOf(r)
	if err != nil {
		return err
	}
	v := t.view(w, r, r.T("visit.title")).Under(ui.Crumb{Href: p.scene.href(), Text: p.title()})
	return ui.Render(w, r, http.StatusOK, showVisit(v, p))
}

// visitView begins a page below a visit.
func (t *Ticket) visitView(w http.ResponseWriter, r *httpx.Request, p visitPage, title string) ui.View {
	return t.view(w, r, title).Under(ui.Crumb{Href: p.href(""), Text: r.T("visit.title")})
}

// getVisitChange asks for other head-counts.
func (t *Ticket) getVisitChange(w http.ResponseWriter, r *httpx.Request) error {
	return t.visitChange(w, r, http.StatusOK, nil, nil)
}

func (t *Ticket) visitChange(w http.ResponseWriter, r *httpx.Request, status int, typed url.Values, problem error) error {
	p, err := t.visitOf(r)
	if err != nil {
		return err
	}
	if !p.Changeable(p.now) {
		return p.back(w, r)
	}
	o, err := t.Visits.Open(r.Context(), p.SessionID)
	if err != nil {
		return err
	}
	if typed == nil {
		typed = url.Values{"pupils": {number(p.Pupils)}, "adults": {number(p.Adults)}}
	}
	v := t.visitView(w, r, p, r.T("visit.change")).WithProblems(problem, "pupils", r.T("visit.pupils"), "adults", r.T("visit.adults"))
	return ui.Render(w, r, status, showVisitChange(v, p, visitForm{Scene: p.scene, Opening: o, Values: typed}))
}

// postVisitChange changes the head-counts.
func (t *Ticket) postVisitChange(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	pupils, adults := in.Number("pupils", 0, 1_000_000), in.Number("adults", 0, 1_000_000)
	err := in.Err()
	if err == nil {
		err = t.Visits.Resize(r.Context(), r.Actor, r.PathValue("token"), pupils, adults)
	}
	if httpx.IsProblem(err) {
		return t.visitChange(w, r, httpx.Status(errs.As(err)), in.Values(), err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_changed")
	return httpx.Redirect(w, r, visitHrefOf(r.PathValue("token"), ""), "/")
}

// getVisitCancel asks whether to give the visit up.
func (t *Ticket) getVisitCancel(w http.ResponseWriter, r *httpx.Request) error {
	return t.visitCancel(w, r, http.StatusOK, nil)
}

func (t *Ticket) visitCancel(w http.ResponseWriter, r *httpx.Request, status int, problem error) error {
	p, err := t.visitOf(r)
	if err != nil {
		return err
	}
	if !p.Cancellable(p.now) {
		return p.back(w, r)
	}
	says := []string{r.T("visit.cancel_says", "title", p.title(), "when", when(r.Locale, p.session))}
	if p.Roster.Names > 0 {
		says = append(says, r.T("visit.cancel_roster"))
	}
	c := ui.Confirmation{Title: r.T("visit.cancel"), Says: says, Action: p.href("cancel"), Submit: r.T("visit.cancel"), Danger: true, Back: p.href("")}
	return ui.Render(w, r, status, showConfirm(t.visitView(w, r, p, c.Title).WithProblems(problem), c))
}

// postVisitCancel gives the visit up.
func (t *Ticket) postVisitCancel(w http.ResponseWriter, r *httpx.Request) error {
	err := t.Visits.Cancel(r.Context(), r.Actor, r.PathValue("token"))
	if httpx.IsProblem(err) {
		return t.visitCancel(w, r, httpx.Status(errs.As(err)), err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_cancelled")
	return httpx.Redirect(w, r, visitHrefOf(r.PathValue("token"), ""), "/")
}

// getVisitAccept is where the other language leads after an error.
func (t *Ticket) getVisitAccept(w http.ResponseWriter, r *httpx.Request) error {
	p, err := t.visitOf(r)
	if err != nil {
		return err
	}
	return p.back(w, r)
}

// postVisitAccept takes the seats that a waiting class was offered.
func (t *Ticket) postVisitAccept(w http.ResponseWriter, r *httpx.Request) error {
	p, err := t.visitOf(r)
	if err != nil {
		return err
	}
	err = t.Visits.Take(r.Context(), p.token)
	switch {
	case errs.KindOf(err) == errs.KindConflict: // the page says how it stands now
		return p.back(w, r)
	case err != nil:
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_taken")
	return p.back(w, r)
}
