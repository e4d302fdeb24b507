package host

import (
	"net/http"
	"time"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// maxReason is how long the reason is for which a session is cancelled.
const maxReason = 500

// Buttons of the page of a session's seats.
const (
	opCapacity = "capacity"
	opBlock    = "block"
	opRelease  = "release"
)

// seatsForm is the page of a session's seats as its forms send it.
type seatsForm struct{ Capacity, Seats string }

// openSession gets the session of the address for who may still change it.
func (h *Host) openSession(r *httpx.Request) (booking.HostSession, error) {
	s, err := h.hostedSession(r)
	switch {
	case err != nil:
	case s.Cancelled():
		err = errs.Conflict("activity.session_cancelled")
	case s.Ends <= h.Clock.Now():
		err = errs.Conflict("activity.session_past")
	}
	return s, err
}

func (h *Host) getSeats(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.openSession(r)
	if err != nil {
		return err
	}
	return h.showSeats(w, r, http.StatusOK, s, seatsForm{digits(s.Seat.Capacity), ""}, nil)
}

func (h *Host) showSeats(w http.ResponseWriter, r *httpx.Request, status int, s booking.HostSession, form seatsForm, problem error) error {
	v := h.bookingView(r, r.T("host.seats_change"), &s).WithProblems(onField(problem, "session.capacity", "capacity"), "capacity", r.T("host.capacity"), "seats", r.T("host.how_many"))
	return ui.Render(w, r, status, seatsPage(v, s, form))
}

// postSeats changes how many seats a session has, or keeps some back.
func (h *Host) postSeats(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.openSession(r)
	if err != nil {
		return err
	}
	in := r.Input()
	op := in.Choice("op", opCapacity, opBlock, opRelease)
	form, told := seatsForm{digits(s.Seat.Capacity), in.Raw("seats")}, "host.seats_changed"
	switch op {
	case opCapacity:
		form.Capacity = in.Raw("capacity")
		n := in.Number("capacity", 1, mostParty)
		if err = in.Err(); err == nil {
			_, err = h.Activities.SetSeats(r.Context(), r.Actor, s.ID, n)
		}
	default:
		n := in.Number("seats", 1, mostParty)
		told = "host.seats_blocked"
		if op == opRelease {
			n, told = -n, "host.seats_released"
		}
		if err = in.Err(); err == nil {
			_, err = h.Activities.BlockSeats(r.Context(), r.Actor, s.ID, n)
		}
		if e := errs.As(err); err != nil && e.Field == "" && len(e.Problems) == 0 {
			err = e.On("seats")
		}
	}
	if httpx.IsProblem(err) {
		return h.showSeats(w, r, httpx.Status(errs.As(err)), s, form, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, bookedPath(s.ID)+"/seats", bookingsPath)
}

// moveForm is another time of a session as the form sends it.
type moveForm struct{ Day, From, EndDay, To string }

// movePage asks for another time and, once it is given, says what it leads to.
type movePage struct {
	Session booking.HostSession
	Form    moveForm
	After   activity.Session // with the new times; zero until they are given
	Sure    bool             // the last question is asked
}

func (h *Host) getMove(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.openSession(r)
	if err != nil {
		return err
	}
	form := moveForm{Day: string(s.Day()), From: hourOf(s.Starts), To: hourOf(s.Ends)}
	if s.Ends.Day() != s.Day() {
		form.EndDay = string(s.Ends.Day())
	}
	return h.showMove(w, r, http.StatusOK, movePage{Session: s, Form: form}, nil)
}

func (h *Host) showMove(w http.ResponseWriter, r *httpx.Request, status int, p movePage, problem error) error {
	problem = onField(problem, "session.starts", "day", "session.ends", "to", "session.closes", "from", "session.opens", "from")
	v := h.bookingView(r, r.T("host.move"), &p.Session).WithProblems(problem, "day", r.T("host.day"), "from", r.T("host.from"), "end_day", r.T("host.end_day"), "to", r.T("host.to"))
	return ui.Render(w, r, status, moveSessionPage(v, p))
}

// postMove first says to how many people another time matters, and then gives it to the session.
func (h *Host) postMove(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.openSession(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p := movePage{Session: s, Form: moveForm{Day: in.Raw("day"), From: in.Raw("from"), EndDay: in.Raw("end_day"), To: in.Raw("to")}}
	draft := moved(s.SessionDraft, p.Form, in)
	version, sure := in.Number("version", 0, 1<<62), in.Choice("op", "move") != ""
	if err = in.Err(); err == nil && draft == s.SessionDraft {
		err = errs.Invalid("host.move_nowhere").On("day")
	}
	if err == nil && draft.Starts <= h.Clock.Now() && draft.Starts != s.Starts {
		err = errs.Invalid("activity.session_past").On("day")
	}
	if err == nil && draft.Ends <= draft.Starts {
		err = errs.Invalid("activity.session_backwards").On("to")
	}
	if err == nil && sure {
		_, err = h.Activities.ChangeSession(r.Context(), r.Actor, s.ID, version, draft)
		if err == nil {
			r.Tell(w, httpx.Good, "host.moved")
			return httpx.Redirect(w, r, bookedPath(s.ID), bookingsPath)
		}
	}
	if httpx.IsProblem(err) {
		return h.showMove(w, r, httpx.Status(errs.As(err)), p, err)
	}
	if err != nil {
		return err
	}
	p.Sure, p.After = true, s.Session
	p.After.SessionDraft = draft
	return h.showMove(w, r, http.StatusOK, p, nil)
}

// moved gives a session other times. Its booking window ends as long before it begins as it did.
func moved(d activity.SessionDraft, f moveForm, in *httpx.Input) activity.SessionDraft {
	end := f.EndDay
	if end == "" {
		end = f.Day
	}
	starts, ends := momentOf(in, "from", f.Day+"T"+f.From), momentOf(in, "to", end+"T"+f.To)
	before := d.Starts.Sub(d.Closes)
	d.Starts, d.Ends, d.Closes = starts, ends, starts.Add(-before)
	if d.Opens >= d.Closes { // it was to open later than it closes now
		d.Opens = 0
	}
	return d
}

// momentOf reads a local moment, and notes what cannot be read beside its field.
func momentOf(in *httpx.Input, field, s string) clock.Instant {
	t, err := time.ParseInLocation("2006-01-02T15:04", s, clock.Shanghai)
	if err != nil {
		in.Problem(errs.Invalid("host.time_unreadable").On(field))
		return 0
	}
	return clock.FromTime(t)
}

func (h *Host) getCancelSession(w http.ResponseWriter, r *httpx.Request) error {
	return h.cancelSession(w, r, false)
}

func (h *Host) postCancelSession(w http.ResponseWriter, r *httpx.Request) error {
	return h.cancelSession(w, r, true)
}

// cancelSession asks for the reason, saying whom it concerns, and cancels the session.
func (h *Host) cancelSession(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	s, err := h.openSession(r)
	if err != nil {
		return err
	}
	reason, status := "", http.StatusOK
	if sent {
		in := r.Input()
		version := in.Version()
		reason = in.Needed("reason", maxReason)
		if err = in.Err(); err == nil {
			_, err = h.Activities.CancelSession(r.Context(), r.Actor, s.ID, version, reason)
		}
		if err == nil {
			r.Tell(w, httpx.Good, "host.session_was_cancelled")
			return httpx.Redirect(w, r, bookedPath(s.ID), bookingsPath)
		}
		if !httpx.IsProblem(err) {
			return err
		}
		status = httpx.Status(errs.As(err))
	}
	v := h.bookingView(r, r.T("host.cancel_session"), &s).WithProblems(err, "reason", r.T("host.reason"))
	says := append([]string{bookedTitle(v, s)}, concernSays(v, s, "host.cancel_concerns")...)
	c := ui.Confirmation{
		Title: v.T("host.cancel_session"), Says: append(says, v.T("host.cancel_final")), Action: bookedPath(s.ID) + "/cancel", Submit: v.T("host.cancel_session"), Danger: true,
		Back: bookedPath(s.ID), Version: s.Version,
	}
	return ui.Render(w, r, status, askPage(v, c, &reason))
}

// concernSays says how many bookings and people a change concerns, and how they hear of it.
func concernSays(v ui.View, s booking.HostSession, key string) []string {
	p := s.Tally.Active()
	if p.Count == 0 {
		return []string{v.T("host.concerns_nobody")}
	}
	says := []string{v.T(key, "count", p.Count, "people", p.People)}
	if p.Reached > 0 {
		says = append(says, v.T("host.concerns_told", "count", p.Reached))
	}
	if p.Named > p.Reached {
		says = append(says, v.T("host.concerns_call", "count", p.Named-p.Reached))
	}
	return says
}

// moveSays says what another time leads to.
func moveSays(v ui.View, p movePage) []string {
	return append(concernSays(v, p.Session, "host.move_concerns"), v.T("host.move_keeps"))
}
