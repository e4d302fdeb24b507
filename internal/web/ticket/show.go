package ticket

import (
	"encoding/base64"
	"net/http"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	print "openweek/internal/paper"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// showPage is a ticket.
type showPage struct {
	Scene   scene
	Ticket  booking.Ticket
	State   state
	Picture string // the QR code as an address of data; "" where there is nobody to let in
	Code    string // as it is read aloud: ABCD-EFGH
	Name    string // masked
	Phone   string // masked
	Open    bool   // it can be changed and cancelled
	Movable bool
	Moved   string // where the booking stands that took its place, "" for none
	Visit   string // the page of the class visit that it is, "" for none
}

// state is how a booking stands, in words.
type state struct {
	Shape   ui.State
	Tone    httpx.Tone
	Title   string
	Says    []string
	Waiting bool
	Reason  string // the host's words, in Chinese
}

// managed is a booking for the holder of the manage token in the address.
type managed struct {
	scene
	booking.Ticket
	token string
}

func (m managed) href(page string) string { return manageHref(m.token, page) }

// open tells whether the booker can still change the booking.
func (m managed) open() bool { return m.Status != booking.Cancelled && !m.begun() && !m.Erased() }

// manage reads the booking of the address.
func (t *Ticket) manage(r *httpx.Request) (m managed, err error) {
	m.token = r.PathValue("token")
	if m.Ticket, err = t.Bookings.Ticket(r.Context(), m.token); err != nil {
		return managed{}, err
	}
	m.scene, err = t.scene(r, m.Session)
	return m, err
}

// GetTicket shows a booking.
func (t *Ticket) GetTicket(w http.ResponseWriter, r *httpx.Request) error {
	m, err := t.manage(r)
	if err != nil {
		return err
	}
	if m.Group { // a class visit has more to it
		return httpx.Redirect(w, r, visitHrefOf(m.token, ""), "/")
	}
	p := showPage{Scene: m.scene, Ticket: m.Ticket, State: m.state(), Code: spelled(m.Code), Open: m.open()}
	p.Name, p.Phone = unit.MaskName(m.Contact.Name), unit.MaskPhone(m.Contact.Phone)
	p.Movable = p.Open && len(m.others(m.Party, m.Status != booking.Waitlisted)) > 0
	if m.MovedTo != "" {
		p.Moved = manageHref(m.MovedTo, "")
	}
	if m.Group {
		switch _, err := t.Visits.ByToken(r.Context(), m.token); {
		case err == nil:
			p.Visit = visitHrefOf(m.token, "")
		case !errs.Is(err, "visit.not_found"): // its host has booked a group that is no class
			return err
		}
	}
	if m.Status == booking.Confirmed && !m.over() {
		if p.Picture, err = picture(m.Code); err != nil {
			return err
		}
	}
	v := t.view(w, r, r.T("ticket.title")).Under(ui.Crumb{Href: m.scene.href(), Text: m.title()})
	return ui.Render(w, r, http.StatusOK, showTicket(v, m, p))
}

// picture is the QR code of a booking's code alone: nobody who photographs it can change the booking.
func picture(code string) (string, error) {
	q, err := print.NewQR(code)
	if err != nil {
		return "", err
	}
	svg, err := q.SVG()
	if err != nil {
		return "", errs.Internal(err)
	}
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(svg), nil
}

// spelled writes a code as it is read aloud.
func spelled(code string) string {
	if len(code) != 8 {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// state tells how the booking stands and what happens next.
func (m managed) state() state {
	say := func(key string, kv ...any) string { return i18n.T(m.locale, key, kv...) }
	switch {
	case m.MovedTo != "":
		return state{Shape: ui.Exempt, Tone: httpx.Notice, Title: say("ticket.state_moved"), Says: []string{say("ticket.state_moved_says")}}
	case m.Lapsed():
		return state{Shape: ui.Exempt, Tone: httpx.Warning, Title: say("ticket.state_lapsed"), Says: []string{say("ticket.state_lapsed_says")}}
	case m.Status == booking.Cancelled && m.session.Cancelled():
		return state{Shape: ui.Exempt, Tone: httpx.Bad, Title: say("ticket.state_called_off"), Says: []string{say("ticket.state_called_off_says")}, Reason: m.session.CancelReason}
	case m.Status == booking.Cancelled && m.CancelledBy == booking.ByHost:
		return state{Shape: ui.Exempt, Tone: httpx.Bad, Title: say("ticket.state_cancelled"), Says: []string{say("ticket.state_cancelled_host")}}
	case m.Status == booking.Cancelled:
		return state{Shape: ui.Exempt, Tone: httpx.Notice, Title: say("ticket.state_cancelled"), Says: []string{say("ticket.state_cancelled_own")}}
	case m.Offered():
		return state{Shape: ui.Returned, Tone: httpx.Warning, Title: say("ticket.state_offered"), Says: []string{say("ticket.state_offered_says", "party", m.Party, "moment", i18n.Moment(m.locale, m.OfferUntil))}}
	case m.Status == booking.Pending:
		return state{Shape: ui.Sent, Tone: httpx.Notice, Title: say("ticket.state_pending"), Says: []string{say("ticket.state_pending_says")}}
	case m.Status == booking.Waitlisted && m.begun():
		return state{Shape: ui.Exempt, Tone: httpx.Notice, Title: say("ticket.state_waited"), Says: []string{say("ticket.state_waited_says")}}
	case m.Status == booking.Waitlisted:
		s := state{Shape: ui.Drafting, Tone: httpx.Notice, Title: say("ticket.state_waitlisted"), Says: []string{say("ticket.state_position", "position", m.Position)}, Waiting: true}
		if m.Skips > 0 && m.SkipLeft > 0 {
			s.Says = append(s.Says, say("ticket.state_skipped", "left", m.SkipLeft, "party", m.Party))
		}
		if m.Reachable {
			s.Says = append(s.Says, say("ticket.state_wait_told"))
		} else {
			s.Says = append(s.Says, say("ticket.state_wait_called"))
		}
		return s
	case m.over():
		return state{Shape: ui.Accepted, Tone: httpx.Good, Title: say("ticket.state_over"), Says: []string{say("ticket.state_over_says")}}
	}
	return state{Shape: ui.Accepted, Tone: httpx.Good, Title: say("ticket.state_confirmed"), Says: []string{say("ticket.state_confirmed_says")}}
}

// GetCalendar gives the booked session for a calendar.
func (t *Ticket) GetCalendar(w http.ResponseWriter, r *httpx.Request) error {
	m, err := t.manage(r)
	if err != nil {
		return err
	}
	lines := []string{r.T("ticket.ics_code", "code", spelled(m.Code)), r.T("ticket.ics_party", "party", m.Party)}
	if c := m.act.Content; c.Mode != activity.OnSite && c.Link != "" && m.Status != booking.Cancelled {
		lines = append(lines, r.T("feed.online", "link", c.Link))
	}
	link := t.Base + m.href("")
	c := print.Calendar{Locale: r.Locale, Name: m.title(), Made: m.now, Events: []print.Event{{
		UID: m.session.ID, Title: m.title(), Description: strings.Join(append(lines, link), "\n"), Place: m.place(), Link: link, Private: true,
		Starts: m.session.Starts, Ends: m.session.Ends, Revision: m.session.Version, Changed: max(m.ChangedAt, m.session.CancelledAt),
		Cancelled: m.Status == booking.Cancelled,
	}}}
	w.Header().Set("Cache-Control", "no-store")
	return httpx.WriteAs(w, r, "text/calendar; charset=utf-8", c.File())
}
