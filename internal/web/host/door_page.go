package host

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	print "openweek/internal/paper"
	"openweek/internal/web/ui"
)

const doorsPath = "/desk/doors"

func doorPath(sessionID string) string { return doorsPath + "/" + sessionID }

func doorLinkPath(sessionID, linkID string) string { return doorPath(sessionID) + "/links/" + linkID }

// doorView begins a page of the doors of a session.
func (h *Host) doorView(r *httpx.Request, act activity.Item, s activity.Session, title string) ui.View {
	v := h.Shell.View(r, r.T("door.desk_title")).Under(
		ui.Crumb{Href: "/desk", Text: r.T("nav.home")},
		ui.Crumb{Href: "/desk/bookings/" + s.ID, Text: act.Title + " " + doorWhen(r.Locale, s)},
	)
	if title != "" {
		v = v.Under(ui.Crumb{Href: doorPath(s.ID), Text: v.Title})
		v.Title = title
	}
	return v
}

// doorWhen is when a session is held.
func doorWhen(l i18n.Locale, s activity.Session) string {
	return i18n.ShortDay(l, s.Day()) + " " + doorHour(s.Starts) + "–" + doorHour(s.Ends)
}

func doorHour(i clock.Instant) string { return i.Time().Format("15:04") }

// doorsPage is a session with its doors.
type doorsPage struct {
	door.Desk
	Label string // of a link that was not made
	Place bool
}

func (h *Host) getDoors(w http.ResponseWriter, r *httpx.Request) error {
	return h.showDoors(w, r, http.StatusOK, "", false, nil)
}

func (h *Host) showDoors(w http.ResponseWriter, r *httpx.Request, status int, label string, place bool, problem error) error {
	d, err := h.Doors.Get(r.Context(), r.Actor, r.PathID("session"))
	if err != nil {
		return err
	}
	v := h.doorView(r, d.Activity, d.Session, "").WithProblems(problem, "label", r.T("door.label"))
	return ui.Render(w, r, status, doorsView(v, doorsPage{d, label, place}))
}

// postDoors makes a link and shows it.
func (h *Host) postDoors(w http.ResponseWriter, r *httpx.Request) error {
	in, sessionID := r.Input(), r.PathID("session")
	o := door.Opening{SessionID: sessionID, Label: in.Raw("label"), Place: in.Yes("place")}
	err := in.Err()
	var l door.Link
	if err == nil {
		l, err = h.Doors.Open(r.Context(), r.Actor, o)
	}
	if httpx.IsProblem(err) {
		return h.showDoors(w, r, httpx.Status(errs.As(err)), o.Label, o.Place, err)
	}
	if err != nil {
		return err
	}
	return httpx.Redirect(w, r, doorLinkPath(sessionID, l.ID), doorPath(sessionID))
}

// doorLinkPage is a link to be scanned by a helper's telephone.
type doorLinkPage struct {
	Session activity.Session
	Title   string
	Link    door.Link
	Address string
	Picture string // its QR code
}

func (h *Host) getDoorLink(w http.ResponseWriter, r *httpx.Request) error {
	l, result, err := h.Doors.GetLink(r.Context(), r.Actor, r.PathID("session"), r.PathID("link"))
	if err != nil {
		return err
	}
	p := doorLinkPage{Session: result.Session, Title: result.Activity.Title, Link: l}
	if l.Phase(h.Clock.Now()) == door.Open {
		p.Address = h.Base + "/door/" + l.Token
		q, err := print.NewQR(p.Address)
		if err != nil {
			return err
		}
		svg, err := q.SVG()
		if err != nil {
			return errs.Internal(err)
		}
		p.Picture = "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(svg)
	}
	w.Header().Set("Referrer-Policy", "no-referrer") // the address lets in
	return ui.Render(w, r, http.StatusOK, doorLinkView(h.doorView(r, result.Activity, result.Session, l.Label), p, h.Clock.Now()))
}

func (h *Host) getEndDoor(w http.ResponseWriter, r *httpx.Request) error {
	l, result, err := h.Doors.GetLink(r.Context(), r.Actor, r.PathID("session"), r.PathID("link"))
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, endDoorView(h.doorView(r, result.Activity, result.Session, r.T("door.end")), result.Session.ID, l))
}

func (h *Host) postEndDoor(w http.ResponseWriter, r *httpx.Request) error {
	sessionID := r.PathID("session")
	if err := h.Doors.End(r.Context(), r.Actor, sessionID, r.PathID("link")); err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "door.ended")
	return httpx.Redirect(w, r, doorPath(sessionID), doorPath(sessionID))
}

// paperPage is a part of a session's list, to enter what was ticked on paper.
type paperPage struct {
	Session  activity.Session
	Paper    door.PaperPage
	After    string
	Entered  map[string]string // by the names of fields, of a form that was refused
	Problems bool
}

// value is what stands in a field.
func (p paperPage) value(field, stored string) string {
	if p.Problems {
		return p.Entered[field]
	}
	return stored
}

// filled is a number as a field has it: nothing for 0.
func filled(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func peopleField(bookingID string) string { return "people." + bookingID }

const maxPaper = 100_000

func (h *Host) getPaper(w http.ResponseWriter, r *httpx.Request) error {
	return h.showPaper(w, r, http.StatusOK, nil)
}

func (h *Host) showPaper(w http.ResponseWriter, r *httpx.Request, status int, problem error) error {
	sessionID := r.PathID("session")
	p := paperPage{After: r.URL.Query().Get("after"), Problems: problem != nil, Entered: map[string]string{}}
	if problem != nil {
		p.After = r.Input().Raw("after")
		for name, values := range r.Input().Values() {
			p.Entered[name] = values[0]
		}
	}
	d, err := h.Doors.Get(r.Context(), r.Actor, sessionID)
	if err != nil {
		return err
	}
	if p.Paper, err = h.Doors.GetPaper(r.Context(), r.Actor, sessionID, p.After); err != nil {
		return err
	}
	p.Session = d.Session
	labels := []string{"walk_ins", r.T("door.paper_walk_ins")}
	for _, l := range p.Paper.Lines {
		labels = append(labels, peopleField(l.BookingID), doorCode(l.Code))
	}
	v := h.doorView(r, d.Activity, d.Session, r.T("door.paper")).WithProblems(problem, labels...)
	return ui.Render(w, r, status, paperView(v, p))
}

// postPaper enters a part of the list. A field that was left empty says that nobody was ticked.
func (h *Host) postPaper(w http.ResponseWriter, r *httpx.Request) error {
	in, sessionID := r.Input(), r.PathID("session")
	var ticks []door.Tick
	for name := range in.Values() {
		if bookingID, ok := strings.CutPrefix(name, peopleField("")); ok {
			ticks = append(ticks, door.Tick{BookingID: bookingID, People: in.Number(name, 0, maxPaper)})
		}
	}
	walkIns := int64(-1)
	if in.Has("walk_ins") {
		walkIns = in.Number("walk_ins", 0, maxPaper)
	}
	err := in.Err()
	if err == nil {
		_, err = h.Doors.EnterPaper(r.Context(), r.Actor, sessionID, ticks, walkIns)
	}
	if httpx.IsProblem(err) {
		return h.showPaper(w, r, httpx.Status(errs.As(err)), err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "door.paper_entered")
	to := doorPath(sessionID)
	if next := in.Raw("next"); next != "" {
		to = httpx.WithQuery(to+"/paper", "after", next)
	}
	return httpx.Redirect(w, r, to, doorPath(sessionID))
}

// doorCode writes a code as a ticket shows it.
func doorCode(code string) string {
	if len(code) != 8 {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// doorSeen tells of a check-in: when, where and by whom.
func doorSeen(v ui.View, s door.Seen) string {
	if s.How == door.Paper {
		return v.T("door.seen_paper", "at", i18n.Moment(v.Locale, s.At))
	}
	return strings.TrimSpace(doorHour(s.At) + " " + s.Door + " " + s.Helper)
}

// doorPhase is the word for how far a link is.
//
//i18n:prefix door.phase_
func doorPhase(v ui.View, p door.Phase) string { return v.T("door.phase_" + string(p)) }

// doorTone is the tone of a link's badge.
func doorTone(p door.Phase) httpx.Tone {
	if p == door.Open {
		return ui.Good
	}
	return ui.Plain
}
