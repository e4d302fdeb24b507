package host

import (
	"encoding/json"
	"net/http"
	"strconv"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// bookedPage is a session with those who have booked it.
type bookedPage struct {
	Session  booking.HostSession
	Show     string
	Text     string
	Tabs     []ui.Tab
	Items    []booking.HostBooking
	Rule     booking.Rule
	Revealed bool  // contacts and answers are in clear
	Next     int64 // of what was revealed
	Pages    ui.Pages
	Notices  []booking.Notice
	Now      clock.Instant
}

// Open tells whether seats of the session can still be given.
func (p bookedPage) Open() bool {
	return p.Session.Manages && !p.Session.Cancelled() && p.Session.Ends > p.Now
}

// bookedParts are the tabs of the list: bookings by how they stand, "" for all that were not cancelled.
var bookedParts = []booking.Status{"", booking.Confirmed, booking.Pending, booking.Waitlisted, booking.Cancelled}

// getBooked shows a session and, to its own unit, who has booked it.
func (h *Host) getBooked(w http.ResponseWriter, r *httpx.Request) error {
	return h.showBooked(w, r, false)
}

// postReveal shows a page of the list with contacts in clear.
func (h *Host) postReveal(w http.ResponseWriter, r *httpx.Request) error {
	return h.showBooked(w, r, true)
}

// getReveal is where a link of the revealed page leads, such as that to the other language.
func (h *Host) getReveal(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.hostedSession(r)
	if err != nil {
		return err
	}
	return httpx.Redirect(w, r, bookedPath(s.ID), bookingsPath)
}

func (h *Host) showBooked(w http.ResponseWriter, r *httpx.Request, reveal bool) error {
	ctx, in := r.Context(), r.Input()
	s, err := h.bookedSession(r)
	if err != nil {
		return err
	}
	v := h.bookingView(r, bookedTitle(ui.View{Locale: r.Locale}, s), &s)
	page := bookedPage{Session: s, Show: in.Choice("show", names(bookedParts)...), Text: in.Text("q", 40), Revealed: reveal, Now: h.Clock.Now()}
	after := in.Number("after", 0, 1<<62)
	if err := in.Err(); err != nil {
		return err
	}
	if !s.Own {
		if reveal {
			return errs.Forbidden("host.forbidden")
		}
		return ui.Render(w, r, http.StatusOK, bookedCountsPage(v, page))
	}
	filter := booking.BookingFilter{Status: booking.Status(page.Show), Text: page.Text, After: after}
	find := h.Bookings.FindBookings
	if reveal {
		find = h.Bookings.Reveal
	}
	found, err := find(ctx, r.Actor, s.ID, filter)
	status := http.StatusOK
	if httpx.IsProblem(err) { // what was searched for is neither a code nor a number
		v = v.WithProblems(err, "q", v.T("host.search"))
		status, err = httpx.Status(errs.As(err)), nil
	}
	if err != nil {
		return err
	}
	page.Items, page.Next = found.Items, found.Next
	if page.Rule, err = h.Bookings.PublicRule(ctx, s.ActivityID); err != nil {
		return err
	}
	if page.Notices, err = h.Bookings.Notices(ctx, s.ID); err != nil {
		return err
	}
	for _, one := range bookedParts {
		page.Tabs = append(page.Tabs, ui.Tab{Href: httpx.WithQuery(bookedPath(s.ID), "show", string(one)) + "#list", Text: partWord(v, one), Count: int(partOf(s.Tally, one).Count), Current: string(one) == page.Show})
	}
	next := ""
	if found.Next > 0 {
		next = strconv.FormatInt(found.Next, 10)
	}
	page.Pages = ui.PagesOf(v, in, next, v.T("host.page_bookings", "shown", len(page.Items), "total", partOf(s.Tally, booking.Status(page.Show)).Count))
	return ui.Render(w, r, status, bookedListPage(v, page))
}

//i18n:prefix host.show_
func partWord(v ui.View, s booking.Status) string {
	if s == "" {
		return v.T("host.show_active")
	}
	return v.T("host.show_" + string(s))
}

func partOf(t booking.Tally, s booking.Status) booking.Parties {
	switch s {
	case booking.Confirmed:
		return t.Confirmed
	case booking.Pending:
		return booking.Parties{Count: t.Pending.Count + t.Offered.Count}
	case booking.Waitlisted:
		return t.Waiting
	case booking.Cancelled:
		return t.Cancelled
	}
	return t.Active()
}

// answerLine is an answer as a page shows it.
type answerLine struct{ Label, Text string }

// answerLines are the answers to a host's questions. Texts are typed by those who book and can say who
// they are: they are shown with the contact only.
func answerLines(v ui.View, rule booking.Rule, answers json.RawMessage, revealed bool) (list []answerLine) {
	shown, err := booking.ShowAnswers(rule.Questions, answers)
	if err != nil {
		return nil
	}
	for _, a := range shown {
		if !a.Given {
			continue
		}
		label, _ := i18n.Pick(v.Locale, a.Label, a.LabelEN)
		text, _ := i18n.Pick(v.Locale, a.Text, a.TextEN)
		switch {
		case a.Type == booking.AskYesNo && a.Yes:
			text = v.T("host.yes")
		case a.Type == booking.AskYesNo:
			text = v.T("host.no")
		case a.Type == booking.AskText && !revealed:
			text = v.T("host.answer_hidden")
		}
		list = append(list, answerLine{label, text})
	}
	return list
}

// seatLine is one figure of a session.
type seatLine struct {
	Label, Value, Note, Mark string
}

// seatLines are the figures at the head of a session.
func seatLines(v ui.View, s booking.HostSession) []seatLine {
	people := func(p booking.Parties) string {
		return v.T("host.parties_people", "count", p.Count, "people", p.People)
	}
	lines := []seatLine{
		{v.T("host.capacity"), digits(s.Seat.Capacity), v.T("host.left_note", "left", max(s.Seat.Left(), 0)), ""},
		{v.T("host.taken"), digits(s.Seat.Taken), people(s.Tally.Confirmed), "taken"},
		{v.T("host.held"), digits(s.Seat.Held), v.T("host.held_note", "pending", s.Tally.Pending.Count, "offered", s.Tally.Offered.Count), "held"},
		{v.T("host.blocked"), digits(s.Seat.Blocked), v.T("host.blocked_note"), "blocked"},
		{v.T("host.waiting"), digits(s.Tally.Waiting.Count), v.T("host.people", "people", s.Tally.Waiting.People), ""},
	}
	if s.Arrived != activity.NotCounted {
		lines = append(lines, seatLine{v.T("host.arrived"), digits(s.Arrived), v.T("host.arrived_note"), ""})
	}
	return lines
}
