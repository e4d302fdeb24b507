package host

import (
	"strconv"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// Where hosts see and steer their bookings.
const (
	bookingsPath = "/desk/bookings"
	rulesPath    = "/desk/booking-rules" // a segment beside {session} would be taken for one
)

func bookedPath(sessionID string) string { return bookingsPath + "/" + sessionID }

func bookingPath(sessionID, bookingID string) string {
	return bookedPath(sessionID) + "/list/" + bookingID
}

func rulePath(activityID string) string { return rulesPath + "/" + activityID }

// bookingView begins a page about bookings: of a session below its list, otherwise the list itself.
func (h *Host) bookingView(r *httpx.Request, title string, s *booking.HostSession) ui.View {
	v := h.Shell.View(r, title).Under(ui.Crumb{Href: "/desk", Text: r.T("nav.home")})
	if title == r.T("host.title") {
		return v
	}
	v = v.Under(ui.Crumb{Href: bookingsPath, Text: r.T("host.title")})
	if s != nil && title != bookedTitle(v, *s) {
		v = v.Under(ui.Crumb{Href: bookedPath(s.ID), Text: bookedTitle(v, *s)})
	}
	return v
}

// bookedTitle names a session by its activity and beginning, short enough for a breadcrumb.
func bookedTitle(v ui.View, s booking.HostSession) string {
	name, _ := i18n.Pick(v.Locale, s.Title, s.TitleEN)
	const most = 24
	if short := []rune(name); len(short) > most && v.Locale == i18n.Chinese {
		name = string(short[:most]) + "…"
	}
	return name + v.T("host.comma") + bookedShort(v, s.Session)
}

// bookedShort is when a session begins.
func bookedShort(v ui.View, s activity.Session) string {
	return i18n.ShortDay(v.Locale, s.Day()) + " " + hourOf(s.Starts)
}

// bookedWhen is when a session is held, in full.
func bookedWhen(v ui.View, s activity.Session) string {
	return i18n.Day(v.Locale, s.Day()) + " " + bookedSpan(v, s)
}

// bookedSpan says from when to when.
func bookedSpan(v ui.View, s activity.Session) string {
	switch {
	case s.Ends == s.Day().End():
		return hourOf(s.Starts) + "–24:00"
	case s.Ends.Day() == s.Day():
		return hourOf(s.Starts) + "–" + hourOf(s.Ends)
	}
	return hourOf(s.Starts) + " – " + i18n.ShortDay(v.Locale, s.Ends.Day()) + " " + hourOf(s.Ends)
}

func hourOf(at clock.Instant) string { return at.Time().Format("15:04") }

// shortMoment writes a moment near the present.
func shortMoment(v ui.View, at clock.Instant) string {
	return i18n.ShortDay(v.Locale, at.Day()) + " " + hourOf(at)
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// codeWords shows a code as it is read aloud: ABCD-EFGH.
func codeWords(code string) string {
	if len(code) != 8 {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// bookingState is how a booking stands, for words and shapes: offers are apart from what waits for the host.
func bookingState(b booking.Booking) string {
	switch {
	case b.Offered():
		return "offered"
	case b.Lapsed():
		return "lapsed"
	}
	return string(b.Status)
}

//i18n:prefix host.status_
func statusWord(v ui.View, state string) string { return v.T("host.status_" + state) }

func statusShape(state string) ui.State {
	switch state {
	case string(booking.Confirmed):
		return ui.Accepted
	case string(booking.Pending):
		return ui.Drafting
	case "offered":
		return ui.Sent
	case string(booking.Waitlisted):
		return ui.Todo
	}
	return ui.Exempt
}

//i18n:prefix host.source_
func sourceWord(v ui.View, s booking.Source) string { return v.T("host.source_" + string(s)) }

// sessionTag says in a word how a session stands.
func sessionTag(v ui.View, s booking.HostSession, now clock.Instant) (shape ui.State, word string) {
	switch {
	case s.Cancelled():
		return ui.Exempt, v.T("host.session_cancelled")
	case s.Ends <= now:
		return ui.Accepted, v.T("host.session_over")
	case s.Starts <= now:
		return ui.Sent, v.T("host.session_running")
	case s.Seat.Left() <= 0:
		return ui.Accepted, v.T("host.session_full")
	case s.Opens > now:
		return ui.Todo, v.T("host.session_early")
	case s.Closes <= now:
		return ui.Exempt, v.T("host.session_closed")
	}
	return ui.Drafting, v.T("host.session_open", "left", s.Seat.Left())
}

// share is n of a session's seats in hundredths of its meter.
func share(s activity.Seat, n int64) string {
	if s.Capacity <= 0 {
		return "0"
	}
	return strconv.FormatFloat(float64(n)*100/float64(s.Capacity), 'f', 2, 64)
}

// names are values as a choice in a form has them.
func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = string(one)
	}
	return out
}

// seesOthers tells whether the reader sees sessions of units other than their own.
func seesOthers(a actor.Actor) bool {
	sight := actor.Sight(a)
	return !sight.None && len(sight.Units) == 0
}

// belongs leaves out platform roles, which receive nobody.
func belongs(a actor.Actor) bool { return a.UnitID != "" && a.Platform == actor.NoPlatform }

// bookedSession gets the session of the address.
func (h *Host) bookedSession(r *httpx.Request) (booking.HostSession, error) {
	return h.Bookings.HostSession(r.Context(), r.Actor, r.PathID("session"))
}

// hostedSession gets the session of the address for who steers its bookings.
func (h *Host) hostedSession(r *httpx.Request) (booking.HostSession, error) {
	s, err := h.bookedSession(r)
	if err == nil && !s.Manages {
		err = errs.Forbidden("host.forbidden")
	}
	return s, err
}

// onField names fields of problems as a form has them; fields are pairs of both names.
func onField(problem error, fields ...string) error {
	if problem == nil {
		return nil
	}
	rename := func(one *errs.Error) *errs.Error {
		for i := 0; i+1 < len(fields); i += 2 {
			if fields[i] == one.Field {
				return one.On(fields[i+1])
			}
		}
		return one
	}
	e := errs.As(problem)
	if len(e.Problems) == 0 {
		return rename(e)
	}
	named := make([]*errs.Error, len(e.Problems))
	for i, one := range e.Problems {
		named[i] = rename(one)
	}
	return errs.Join(named...)
}
