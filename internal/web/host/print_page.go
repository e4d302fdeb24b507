package host

import (
	"net/http"
	"slices"
	"strings"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// printPage is the list that a helper at the door ticks.
type printPage struct {
	Session booking.HostSession
	Rows    []booking.HostBooking
	People  int64
	More    bool // there are more than a list on paper is good for
	Blank   []int
	Made    clock.Instant
}

const (
	maxPrinted = 2000
	blankRows  = 10 // for those who come without a booking
)

// getPrint shows the check-in list of a session to be printed: masked names and the ends of codes.
func (h *Host) getPrint(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.bookedSession(r)
	if err == nil && !s.Own {
		err = errs.Forbidden("host.forbidden")
	}
	if err != nil {
		return err
	}
	page := printPage{Session: s, Made: h.Clock.Now(), Blank: make([]int, blankRows)}
	filter := booking.BookingFilter{Status: booking.Confirmed, Limit: 200}
	for {
		found, err := h.Bookings.FindBookings(r.Context(), r.Actor, s.ID, filter)
		if err != nil {
			return err
		}
		page.Rows = append(page.Rows, found.Items...)
		if filter.After = found.Next; filter.After == 0 {
			break
		}
		if page.More = len(page.Rows) >= maxPrinted; page.More {
			break
		}
	}
	for _, b := range page.Rows {
		page.People += b.Party
	}
	// A visitor shows or reads the code: the helper looks for its end.
	slices.SortStableFunc(page.Rows, func(a, b booking.HostBooking) int { return strings.Compare(a.Tail(), b.Tail()) })
	return ui.Render(w, r, http.StatusOK, printListPage(h.bookingView(r, r.T("host.print"), &s), page))
}

// callPage are those whom somebody must call.
type callPage struct {
	Session  booking.HostSession
	Calls    booking.Calls
	Revealed bool
}

// getCalls shows who of a session must be called, with masked contacts.
func (h *Host) getCalls(w http.ResponseWriter, r *httpx.Request) error {
	return h.showCalls(w, r, false)
}

// postCalls shows them in clear, for calling and for printing.
func (h *Host) postCalls(w http.ResponseWriter, r *httpx.Request) error {
	return h.showCalls(w, r, true)
}

func (h *Host) showCalls(w http.ResponseWriter, r *httpx.Request, reveal bool) error {
	s, err := h.bookedSession(r)
	if err == nil && !s.Own {
		err = errs.Forbidden("host.forbidden")
	}
	if err != nil {
		return err
	}
	list := h.Bookings.CallList
	if reveal {
		list = h.Bookings.RevealCallList
	}
	calls, err := list(r.Context(), r.Actor, s.ID)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, callListPage(h.bookingView(r, r.T("host.calls"), &s), callPage{s, calls, reveal}))
}

// postCalled notes that somebody was called.
func (h *Host) postCalled(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.hostedSession(r)
	if err != nil {
		return err
	}
	version := r.Input().Version()
	if err := r.Input().Err(); err != nil {
		return err
	}
	return h.callDone(w, r, s, h.Bookings.MarkCalled(r.Context(), r.Actor, r.PathID("booking"), version), "host.called")
}

// postTellAgain sends the letters to somebody again.
func (h *Host) postTellAgain(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.hostedSession(r)
	if err != nil {
		return err
	}
	return h.callDone(w, r, s, h.Bookings.TellAgain(r.Context(), r.Actor, r.PathID("booking")), "host.told_again")
}

func (h *Host) callDone(w http.ResponseWriter, r *httpx.Request, s booking.HostSession, err error, told string) error {
	switch {
	case httpx.IsProblem(err): // there is something newer to say, which the list shows
		r.Tell(w, httpx.Warning, errs.As(err).Key)
	case err != nil:
		return err
	default:
		r.Tell(w, httpx.Good, told)
	}
	return httpx.Redirect(w, r, bookedPath(s.ID)+"/calls", bookingsPath)
}

// getCallsBack is where links of what was posted lead, such as that to the other language.
func (h *Host) getCallsBack(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.hostedSession(r)
	if err != nil {
		return err
	}
	return httpx.Redirect(w, r, bookedPath(s.ID)+"/calls", bookingsPath)
}

//i18n:prefix host.what_
func whatWord(v ui.View, what booking.Untold) string { return v.T("host.what_" + string(what)) }

//i18n:prefix letter.silence_
func silenceWord(v ui.View, why booking.Silence) string { return v.T("letter.silence_" + string(why)) }
