package ticket

import (
	"net/http"
	"time"

	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/id"
	"openweek/internal/web/ui"
)

// changeRate bounds the changes of one address.
var changeRate = httpx.Rate{Every: time.Second, Burst: 40}

// changePage is a form that changes a booking.
type changePage struct {
	managed
	Spec  ui.ChoiceSpec
	Chips bool // the choice is one of few
}

// change begins a page below a ticket; a booking that cannot be changed any more leads back to it.
func (t *Ticket) change(w http.ResponseWriter, r *httpx.Request, title string) (m managed, v ui.View, err error) {
	if m, err = t.manage(r); err != nil {
		return managed{}, ui.View{}, err
	}
	return m, t.view(w, r, title).Under(ui.Crumb{Href: m.href(""), Text: r.T("ticket.title")}), nil
}

// back leads to the ticket, which says how things stand.
func (m managed) back(w http.ResponseWriter, r *httpx.Request) error {
	return httpx.Redirect(w, r, m.href(""), "/")
}

// GetParty asks for another number of people.
func (t *Ticket) GetParty(w http.ResponseWriter, r *httpx.Request) error {
	return t.party(w, r, http.StatusOK, "", nil)
}

func (t *Ticket) party(w http.ResponseWriter, r *httpx.Request, status int, typed string, problem error) error {
	m, v, err := t.change(w, r, r.T("ticket.change_party"))
	if err != nil {
		return err
	}
	if !m.open() || m.Group {
		return m.back(w, r)
	}
	most := max(min(int64(m.session.PartyMax), m.session.Seat.Capacity), m.Party)
	if typed == "" {
		typed = number(m.Party)
	}
	p := changePage{managed: m, Spec: parties(r.Locale, most, typed), Chips: most <= fewSeats}
	return ui.Render(w, r, status, showPartyPage(v.WithProblems(problem, "party_size", p.Spec.Label), p))
}

// PostParty changes the number of people.
func (t *Ticket) PostParty(w http.ResponseWriter, r *httpx.Request) error {
	m, err := t.manage(r)
	if err != nil {
		return err
	}
	in := r.Input()
	party := people(in, max(int64(m.session.PartyMax), m.Party))
	if err = in.Err(); err == nil {
		_, err = t.Bookings.Resize(r.Context(), m.Code, m.token, party)
	}
	if httpx.IsProblem(err) {
		return t.party(w, r, httpx.Status(errs.As(err)), in.Raw("party_size"), err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ticket.told_changed")
	return m.back(w, r)
}

// GetSession asks for another session.
func (t *Ticket) GetSession(w http.ResponseWriter, r *httpx.Request) error {
	return t.session(w, r, http.StatusOK, nil)
}

func (t *Ticket) session(w http.ResponseWriter, r *httpx.Request, status int, problem error) error {
	m, v, err := t.change(w, r, r.T("ticket.change_session"))
	if err != nil {
		return err
	}
	if !m.open() || m.Group {
		return m.back(w, r)
	}
	p := changePage{managed: m, Spec: ui.ChoiceSpec{Name: "session", Label: r.T("ticket.session"), Help: r.T("ticket.session_help"), Required: true}}
	for _, c := range m.others(m.Party, m.Status != booking.Waitlisted) {
		p.Spec.Options = append(p.Spec.Options, ui.Option{Value: c.ID, Text: c.Text, Help: c.Seats})
	}
	return ui.Render(w, r, status, showSessionPage(v.WithProblems(problem, "session", p.Spec.Label), p))
}

// PostSession books another session in the place of the one that is booked.
func (t *Ticket) PostSession(w http.ResponseWriter, r *httpx.Request) error {
	m, err := t.manage(r)
	if err != nil {
		return err
	}
	in := r.Input()
	sessionID := in.Raw("session")
	if !id.Valid(sessionID) {
		in.Problem(errs.Invalid("error.no_choice").On("session"))
	}
	var receipt booking.Receipt
	if err = in.Err(); err == nil {
		receipt, err = t.Bookings.Move(r.Context(), m.Code, m.token, sessionID)
	}
	if httpx.IsProblem(err) {
		return t.session(w, r, httpx.Status(errs.As(err)), err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ticket.told_moved")
	return httpx.Redirect(w, r, manageHref(receipt.ManageToken, ""), "/")
}

// GetCancel asks whether to give the booking up.
func (t *Ticket) GetCancel(w http.ResponseWriter, r *httpx.Request) error {
	m, v, err := t.change(w, r, r.T("ticket.cancel"))
	if err != nil {
		return err
	}
	if !m.open() {
		return m.back(w, r)
	}
	c := ui.Confirmation{
		Title: r.T("ticket.cancel_title"), Says: []string{r.T("ticket.cancel_what", "title", m.title(), "when", when(r.Locale, m.session), "party", m.Party), r.T("ticket.cancel_says")},
		Action: m.href("cancel"), Submit: r.T("ticket.cancel"), Back: m.href(""),
	}
	return ui.Render(w, r, http.StatusOK, showSure(v, c, r.T("ticket.stay")))
}

// PostCancel gives the booking up.
func (t *Ticket) PostCancel(w http.ResponseWriter, r *httpx.Request) error {
	m, err := t.manage(r)
	if err != nil {
		return err
	}
	if _, err := t.Bookings.Cancel(r.Context(), m.Code, m.token); err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ticket.told_cancelled")
	return m.back(w, r)
}

// PostAccept takes seats that were offered.
func (t *Ticket) PostAccept(w http.ResponseWriter, r *httpx.Request) error {
	m, err := t.manage(r)
	if err != nil {
		return err
	}
	_, err = t.Bookings.Accept(r.Context(), m.Code, m.token)
	switch {
	case errs.Is(err, "booking.offer_lapsed"):
		r.Tell(w, httpx.Warning, "booking.offer_lapsed")
	case errs.Is(err, "booking.not_offered"):
		r.Tell(w, httpx.Notice, "booking.not_offered")
	case err != nil:
		return err
	default:
		r.Tell(w, httpx.Good, "ticket.told_accepted")
	}
	return m.back(w, r)
}
