package host

import (
	"net/http"

	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// messagePage writes to those who booked a session.
type messagePage struct {
	Session booking.HostSession
	To      string
	Text    string
	Reach   booking.Parties // of what is previewed
	Sure    bool            // the last question is asked
	Channel bool            // letters can be sent at all
	Sent    []booking.Notice
}

func (h *Host) getMessage(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.openSession(r)
	if err != nil {
		return err
	}
	return h.showMessage(w, r, http.StatusOK, messagePage{Session: s, To: string(booking.Confirmed)}, nil)
}

func (h *Host) showMessage(w http.ResponseWriter, r *httpx.Request, status int, p messagePage, problem error) (err error) {
	if p.Sent, err = h.Bookings.Notices(r.Context(), p.Session.ID); err != nil {
		return err
	}
	p.Channel = h.Bookings.Writes()
	v := h.bookingView(r, r.T("host.message"), &p.Session).WithProblems(problem, "text", r.T("host.text"), "to", r.T("host.to_whom"))
	return ui.Render(w, r, status, messageToPage(v, p))
}

// postMessage first shows the text with the number of people whom it goes to, and then sends it.
func (h *Host) postMessage(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.openSession(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p := messagePage{Session: s, To: in.Choice("to", string(booking.Confirmed), string(booking.Waitlisted)), Text: in.Text("text", 2000)}
	op, told := in.Choice("op", "edit", "send"), in.Number("parties", 0, 1<<62)
	draft := booking.NoticeDraft{To: booking.Status(p.To), Text: p.Text, Parties: told}
	if err := in.Err(); err != nil {
		return h.showMessage(w, r, httpx.Status(errs.As(err)), p, err)
	}
	if op == "edit" {
		return h.showMessage(w, r, http.StatusOK, p, nil)
	}
	if op == "send" {
		_, err = h.Bookings.SendNotice(r.Context(), r.Actor, s.ID, draft)
		if err == nil {
			r.Tell(w, httpx.Good, "host.message_sent")
			return httpx.Redirect(w, r, bookedPath(s.ID)+"/message", bookingsPath)
		}
	}
	if err == nil {
		p.Reach, err = h.Bookings.NoticeReach(r.Context(), r.Actor, s.ID, draft)
		if err == nil && p.Reach.Count == 0 {
			err = errs.Conflict("host.nobody").On("to")
		}
	}
	if httpx.IsProblem(err) {
		return h.showMessage(w, r, httpx.Status(errs.As(err)), p, err)
	}
	if err != nil {
		return err
	}
	p.Sure = true
	return h.showMessage(w, r, http.StatusOK, p, nil)
}

//i18n:prefix host.to_
func toWord(v ui.View, to booking.Status) string { return v.T("host.to_" + string(to)) }

// messageSays says whom a text reaches, and how.
func messageSays(v ui.View, p messagePage) []string {
	says := []string{v.T("host.message_reach", "whom", toWord(v, booking.Status(p.To)), "count", p.Reach.Count, "people", p.Reach.People)}
	if !p.Channel {
		return append(says, v.T("host.message_no_channel"))
	}
	if p.Reach.Reached > 0 {
		says = append(says, v.T("host.message_written", "count", p.Reach.Reached))
	}
	if rest := p.Reach.Count - p.Reach.Reached; rest > 0 {
		says = append(says, v.T("host.message_unwritten", "count", rest))
	}
	return append(says, v.T("host.message_ticket"))
}
