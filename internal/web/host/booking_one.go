package host

import (
	"net/http"
	"strings"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// mostParty bounds the number in a form; package booking has the last word.
const mostParty = 1_000_000

// bookingNote adds to a state what a host asks about it.
func bookingNote(v ui.View, b booking.HostBooking) string {
	switch {
	case b.Offered():
		return v.T("host.note_until", "until", shortMoment(v, b.OfferUntil))
	case b.Status == booking.Waitlisted && b.Skips > 0:
		return v.T("host.note_skipped", "position", b.Position, "skips", b.Skips, "left", b.SkipLeft)
	case b.Status == booking.Waitlisted:
		return v.T("host.note_position", "position", b.Position)
	case b.Status == booking.Cancelled && b.By == booking.ByHost:
		return v.T("host.note_by_host")
	case b.Status == booking.Cancelled && !b.Lapsed():
		return v.T("host.note_by_booker")
	}
	return ""
}

// dialled is a telephone number as a telephone dials it, the extension after a pause.
func dialled(phone string) string { return strings.Replace(phone, "x", ",", 1) }

// bookingPage is one booking with what its host can do.
type bookingPage struct {
	Session booking.HostSession
	Booking booking.HostBooking
	Answers []answerLine
	Party   string
	Visit   string // the page of the class visit that it is of, which is decided there; or ""
	Now     clock.Instant
}

// Open tells whether the booking can be changed here.
func (p bookingPage) Open() bool {
	return p.Visit == "" && p.Session.Manages && !p.Session.Cancelled() && p.Session.Ends > p.Now && p.Booking.Status != booking.Cancelled
}

// oneBooking gets the booking of the address with its session.
func (h *Host) oneBooking(r *httpx.Request) (s booking.HostSession, b booking.HostBooking, err error) {
	if s, err = h.bookedSession(r); err != nil {
		return s, b, err
	}
	b, err = h.Bookings.HostBooking(r.Context(), r.Actor, s.ID, r.PathID("booking"))
	return s, b, err
}

// visitPath is the page of the class visit that a booking is of, "" for any other booking.
func (h *Host) visitPath(r *httpx.Request, b booking.HostBooking) (string, error) {
	if !b.Group {
		return "", nil
	}
	_, err := h.Visits.Get(r.Context(), r.Actor, b.ID)
	switch {
	case err == nil:
		return classVisitPath(b.ID), nil
	case errs.KindOf(err) == errs.KindNotFound:
		return "", nil
	}
	return "", err
}

// steeredBooking gets the booking of the address for who steers it. A class visit is steered elsewhere.
func (h *Host) steeredBooking(r *httpx.Request) (s booking.HostSession, b booking.HostBooking, err error) {
	if s, b, err = h.oneBooking(r); err != nil {
		return s, b, err
	}
	visit, err := h.visitPath(r, b)
	switch {
	case err != nil:
	case !s.Manages:
		err = errs.Forbidden("host.forbidden")
	case visit != "":
		err = errs.Conflict("host.is_visit")
	}
	return s, b, err
}

func (h *Host) getBooking(w http.ResponseWriter, r *httpx.Request) error {
	s, b, err := h.oneBooking(r)
	if err != nil {
		return err
	}
	return h.showBooking(w, r, http.StatusOK, s, b, digits(b.Party), nil)
}

func (h *Host) showBooking(w http.ResponseWriter, r *httpx.Request, status int, s booking.HostSession, b booking.HostBooking, party string, problem error) error {
	rule, err := h.Bookings.PublicRule(r.Context(), s.ActivityID)
	if err != nil {
		return err
	}
	visit, err := h.visitPath(r, b)
	if err != nil {
		return err
	}
	v := h.bookingView(r, codeWords(b.Code), &s).WithProblems(onField(problem, "party_size", "party", "", "party"), "party", r.T("host.party"))
	page := bookingPage{Session: s, Booking: b, Answers: answerLines(v, rule, b.Answers, false), Party: party, Visit: visit, Now: h.Clock.Now()}
	return ui.Render(w, r, status, bookingOnePage(v, page))
}

// postBooking gives a booking another number of people.
func (h *Host) postBooking(w http.ResponseWriter, r *httpx.Request) error {
	s, b, err := h.steeredBooking(r)
	if err != nil {
		return err
	}
	in := r.Input()
	party := in.Number("party", 1, mostParty)
	if err = in.Err(); err == nil {
		_, err = h.Bookings.ResizeFor(r.Context(), r.Actor, s.ID, b.ID, party)
	}
	if httpx.IsProblem(err) {
		return h.showBooking(w, r, httpx.Status(errs.As(err)), s, b, in.Raw("party"), err)
	}
	return h.bookingDone(w, r, s, b, err, "host.resized")
}

// postConfirm confirms a booking that waits for the host.
func (h *Host) postConfirm(w http.ResponseWriter, r *httpx.Request) error {
	s, b, err := h.steeredBooking(r)
	if err != nil {
		return err
	}
	_, err = h.Bookings.ConfirmFor(r.Context(), r.Actor, s.ID, b.ID)
	if httpx.IsProblem(err) {
		return h.showBooking(w, r, httpx.Status(errs.As(err)), s, b, digits(b.Party), err)
	}
	return h.bookingDone(w, r, s, b, err, "host.confirmed")
}

// getConfirm is where the other language leads after an error.
func (h *Host) getConfirm(w http.ResponseWriter, r *httpx.Request) error {
	s, b, err := h.oneBooking(r)
	if err == nil && !s.Manages {
		err = errs.Forbidden("host.forbidden")
	}
	if err != nil {
		return err
	}
	return httpx.Redirect(w, r, bookingPath(s.ID, b.ID), bookingsPath)
}

func (h *Host) bookingDone(w http.ResponseWriter, r *httpx.Request, s booking.HostSession, b booking.HostBooking, err error, told string) error {
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, bookingPath(s.ID, b.ID), bookingsPath)
}

// getCancelBooking asks before a booking is cancelled or declined.
func (h *Host) getCancelBooking(w http.ResponseWriter, r *httpx.Request) error {
	return h.cancelBooking(w, r, false)
}

func (h *Host) postCancelBooking(w http.ResponseWriter, r *httpx.Request) error {
	return h.cancelBooking(w, r, true)
}

func (h *Host) cancelBooking(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	s, b, err := h.steeredBooking(r)
	if err != nil {
		return err
	}
	declines := b.Status == booking.Pending && !b.Offered()
	title, told := r.T("host.cancel_booking"), "host.booking_cancelled"
	if declines {
		title, told = r.T("host.decline"), "host.booking_declined"
	}
	status := http.StatusOK
	if sent {
		_, err = h.Bookings.CancelFor(r.Context(), r.Actor, s.ID, b.ID)
		if !httpx.IsProblem(err) {
			return h.bookingDone(w, r, s, b, err, told)
		}
		status = httpx.Status(errs.As(err))
	}
	v := h.bookingView(r, title, &s).WithProblems(err)
	c := ui.Confirmation{
		Title: title, Action: bookingPath(s.ID, b.ID) + "/cancel", Submit: title, Danger: true, Back: bookingPath(s.ID, b.ID),
		Says: []string{v.T("host.cancel_which", "code", codeWords(b.Code), "people", b.Party, "when", bookedWhen(v, s.Session)), v.T("host.cancel_frees"), tellSays(v, b)},
	}
	return ui.Render(w, r, status, askPage(v, c, nil))
}

// tellSays says how the booker of one booking hears of a change.
func tellSays(v ui.View, b booking.HostBooking) string {
	switch {
	case !b.Named:
		return v.T("host.tells_nobody")
	case b.Reachable:
		return v.T("host.tells_one")
	}
	return v.T("host.tells_by_call")
}

// callerForm is a booking for somebody as the form sends it.
type callerForm struct {
	Kind  string // callerPhone or callerDoor
	Name  string
	Phone string
	Mail  string
	Party string
	Group bool
}

// Who somebody is for whom a host books.
const (
	callerPhone = "caller"
	callerDoor  = "door"
)

func (h *Host) getNewBooking(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.hostedSession(r)
	if err != nil {
		return err
	}
	form := callerForm{Kind: r.Input().Choice("kind", callerPhone, callerDoor), Party: "1"}
	if err := r.Input().Err(); err != nil {
		return err
	}
	if form.Kind == "" {
		form.Kind = callerPhone
		if s.Starts <= h.Clock.Now() {
			form.Kind = callerDoor
		}
	}
	return h.showNewBooking(w, r, http.StatusOK, s, form, nil)
}

func (h *Host) showNewBooking(w http.ResponseWriter, r *httpx.Request, status int, s booking.HostSession, form callerForm, problem error) error {
	problem = onField(problem, "party_size", "party", "contact.name", "name", "contact.phone", "phone", "contact.mail", "mail")
	v := h.bookingView(r, r.T("host.book_for"), &s).WithProblems(problem, "kind", r.T("host.caller_kind"), "name", r.T("host.name"), "phone", r.T("host.phone"), "mail", r.T("host.mail"), "party", r.T("host.party"))
	return ui.Render(w, r, status, newBookingPage(v, s, form))
}

// postNewBooking books for somebody who has called, or who has come.
func (h *Host) postNewBooking(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.hostedSession(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form := callerForm{Kind: in.Choice("kind", callerPhone, callerDoor), Name: in.Raw("name"), Phone: in.Raw("phone"), Mail: in.Raw("mail"), Party: in.Raw("party"), Group: in.Yes("group")}
	c := booking.Caller{Party: in.Number("party", 1, mostParty), Group: form.Group, Locale: string(i18n.Chinese)}
	if form.Kind != callerDoor {
		form.Kind = callerPhone
		c.Contact = booking.Contact{Name: in.Text("name", 200), Phone: in.Text("phone", 100), Mail: in.Text("mail", 300)}
		if c.Contact == (booking.Contact{}) {
			in.Problem(errs.Invalid("booking.name_missing").On("name"))
			in.Problem(errs.Invalid("booking.phone_malformed").On("phone"))
		}
	}
	var made booking.Receipt
	if err = in.Err(); err == nil {
		made, err = h.Bookings.BookFor(r.Context(), r.Actor, s.ID, c)
	}
	if httpx.IsProblem(err) {
		return h.showNewBooking(w, r, httpx.Status(errs.As(err)), s, form, err)
	}
	if err != nil {
		return err
	}
	told := "host.booked"
	if made.Status == booking.Waitlisted {
		told = "host.booked_waiting"
	}
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, bookingPath(s.ID, made.BookingID), bookingsPath)
}
