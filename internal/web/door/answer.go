package door

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
)

// millis is a moment as scripts have it.
func millis(i clock.Instant) int64 { return int64(i) / 1000 }

// listed is the list as a telephone keeps it.
type listed struct {
	Phase    door.Phase      `json:"phase"`
	Now      int64           `json:"now"`
	Salt     string          `json:"salt"`
	Sessions []listedSession `json:"sessions"`
	// Bookings are hash, index of the session, party, state and how many came: an array is a quarter of
	// the size of named fields.
	Bookings [][5]any     `json:"bookings"`
	Counts   listedCounts `json:"counts"`
}

type listedSession struct {
	ID     string `json:"id"`
	Starts int64  `json:"starts"`
	Ends   int64  `json:"ends"`
	Off    bool   `json:"off"`
}

type listedCounts struct {
	Arrived  int64 `json:"arrived"`
	Tickets  int64 `json:"tickets"`
	WalkIns  int64 `json:"walk_ins"`
	Twice    int64 `json:"twice"`
	Expected int64 `json:"expected"`
	Bookings int64 `json:"bookings"`
}

// states are the states of bookings as the list has them.
var states = map[booking.Status]string{booking.Confirmed: "c", booking.Waitlisted: "w", booking.Pending: "p", booking.Cancelled: "x"}

// getList gives what a telephone holds to work without a network.
func (d *Door) getList(w http.ResponseWriter, r *httpx.Request) error {
	private(w)
	list, err := d.Doors.GetList(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	out := listed{Phase: list.Phase, Now: millis(list.Now), Salt: list.Salt, Sessions: []listedSession{}, Bookings: [][5]any{}, Counts: listedCounts(list.Counts)}
	for _, s := range list.Sessions {
		out.Sessions = append(out.Sessions, listedSession{s.ID, millis(s.Starts), millis(s.Ends), s.Cancelled})
	}
	for _, b := range list.Bookings {
		out.Bookings = append(out.Bookings, [5]any{b.Hash, b.Session, b.Party, states[b.Status], b.Came})
	}
	return httpx.WriteJSON(w, r, http.StatusOK, out)
}

type guest struct {
	Booking string `json:"booking"`
	Name    string `json:"name"`
	Tail    string `json:"tail"`
	Starts  string `json:"starts"`
	Party   int64  `json:"party"`
	Came    int64  `json:"came"`
}

// getGuests finds who has forgotten the ticket.
func (d *Door) getGuests(w http.ResponseWriter, r *httpx.Request) error {
	private(w)
	in := r.Input()
	text := in.Text("q", 40)
	if err := in.Err(); err != nil {
		return err
	}
	token := r.PathValue("token")
	found, err := d.Doors.FindGuests(r.Context(), token, text)
	if err != nil {
		return err
	}
	_, sessions, err := d.Doors.Face(r.Context(), token)
	if err != nil {
		return err
	}
	starts := map[string]string{}
	for _, s := range sessions {
		starts[s.ID] = hour(s.Starts)
	}
	out := []guest{}
	for _, g := range found {
		out = append(out, guest{g.BookingID, g.Name, g.Tail, starts[g.SessionID], g.Party, g.Came})
	}
	return httpx.WriteJSON(w, r, http.StatusOK, out)
}

// handed is what a telephone hands in.
type handed struct {
	Device string `json:"device"`
	Helper string `json:"helper"`
	Events []struct {
		ID       string    `json:"id"`
		Kind     door.Kind `json:"kind"`
		Of       string    `json:"of"`
		Code     string    `json:"code"`
		Booking  string    `json:"booking"`
		Session  string    `json:"session"`
		People   int64     `json:"people"`
		How      door.How  `json:"how"`
		DeviceAt int64     `json:"device_at"` // milliseconds
		Age      int64     `json:"age"`       // milliseconds
	} `json:"events"`
}

type answered struct {
	ID      string      `json:"id"`
	Result  door.Result `json:"result"`
	People  int64       `json:"people"`
	Party   int64       `json:"party"`
	Session string      `json:"session,omitempty"`
	When    string      `json:"when,omitempty"` // day and hour of the session, in the reader's language
	Title   string      `json:"title,omitempty"`
	First   *first      `json:"first,omitempty"`
	Seated  bool        `json:"seated,omitempty"`
	Over    bool        `json:"over,omitempty"`
}

// first tells of the check-in that was the first.
type first struct {
	At     string   `json:"at"` // hour in Shanghai's time
	Door   string   `json:"door"`
	Helper string   `json:"helper"`
	How    door.How `json:"how"`
}

// mostMillis keeps times within what a duration holds.
const mostMillis = int64(1) << 43

// postEvents takes what a telephone hands in.
func (d *Door) postEvents(w http.ResponseWriter, r *httpx.Request) error {
	private(w)
	var in handed
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return errs.Invalid("error.too_large", "limit", httpx.Size(large.Limit)).Because(err)
		}
		return errs.Invalid("error.bad_request").Because(err)
	}
	var events []door.Event
	for _, e := range in.Events {
		if e.DeviceAt > mostMillis || e.Age > mostMillis || e.DeviceAt < 0 || e.Age < 0 {
			return errs.Join(errs.Invalid("door.event_malformed").On("age"))
		}
		events = append(events, door.Event{ID: e.ID, Kind: e.Kind, Of: e.Of, Code: e.Code, BookingID: e.Booking, SessionID: e.Session, People: e.People, How: e.How,
			DeviceAt: clock.Instant(e.DeviceAt * 1000), Age: time.Duration(e.Age) * time.Millisecond})
	}
	answers, err := d.Doors.Hand(r.Context(), r.PathValue("token"), door.Device{ID: in.Device, Helper: in.Helper}, events)
	if err != nil {
		return err
	}
	out := []answered{}
	for _, a := range answers {
		one := answered{ID: a.ID, Result: a.Result, People: a.People, Party: a.Party, Session: a.SessionID, Title: a.Title, Seated: a.Seated, Over: a.Over}
		if a.Starts != 0 {
			one.When = i18n.ShortDay(r.Locale, a.Starts.Day()) + " " + hour(a.Starts)
		}
		if a.First != nil {
			one.First = &first{hour(a.First.At), a.First.Door, a.First.Helper, a.First.How}
		}
		out = append(out, one)
	}
	return httpx.WriteJSON(w, r, http.StatusOK, out)
}

// hour is a time of day.
func hour(i clock.Instant) string { return i.Time().Format("15:04") }
