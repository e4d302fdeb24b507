package ticket

import (
	"net/http"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/measure"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// scene is a session of an activity in the words of one reader.
type scene struct {
	locale  i18n.Locale
	now     clock.Instant
	session activity.Session
	act     activity.PublicActivity
	regions map[string]unit.Region
	orders  []measure.Draft // of offices, for the place and the day of a session that is still to be held
	afar    bool            // the session is held from afar by order
}

func (t *Ticket) scene(r *httpx.Request, session activity.Session) (s scene, err error) {
	s = scene{locale: r.Locale, now: t.Clock.Now(), session: session, regions: map[string]unit.Region{}}
	if s.act, err = t.Activities.GetPublic(r.Context(), session.ActivityID); err != nil {
		return scene{}, err
	}
	regions, err := t.Units.Regions(r.Context())
	if err != nil {
		return scene{}, err
	}
	for _, g := range regions {
		s.regions[g.Code] = g
	}
	if s.over() || s.act.Content.Mode == activity.Online {
		return s, nil
	}
	if s.orders, err = t.Measures.Orders(r.Context(), s.act.EditionID, s.act.Content.Venue.Region, session.Day()); err != nil || len(s.orders) == 0 {
		return s, err
	}
	held, err := t.Measures.HeldAfar(r.Context(), []string{session.ID})
	s.afar = held[session.ID]
	return s, err
}

func (s scene) pick(name, nameEN string) string {
	text, _ := i18n.Pick(s.locale, name, nameEN)
	return text
}

func (s scene) title() string { return s.pick(s.act.Content.Title, s.act.Content.TitleEN) }

func (s scene) href() string { return "/activities/" + s.act.ID }

// over tells whether the session has ended.
func (s scene) over() bool { return s.session.Ends <= s.now }

// begun tells whether its bookings can be changed no more.
func (s scene) begun() bool { return s.session.Starts <= s.now }

// when writes the day and the time of a session.
func when(l i18n.Locale, s activity.Session) string {
	if s.Day() == (s.Ends - 1).Day() {
		return i18n.T(l, "ticket.when", "day", i18n.Day(l, s.Day()), "span", span(s))
	}
	return i18n.T(l, "ticket.when_days", "start", i18n.Moment(l, s.Starts), "end", i18n.Moment(l, s.Ends))
}

// span writes the time of a session of one day.
func span(s activity.Session) string {
	until := s.Ends.Time().Format("15:04")
	if until == "00:00" {
		until = "24:00"
	}
	return s.Starts.Time().Format("15:04") + "–" + until
}

// place writes where it is, on one line.
func (s scene) place() string {
	c := s.act.Content
	if c.Mode == activity.Online || s.afar {
		return i18n.T(s.locale, "ticket.online")
	}
	street := s.street(c.Venue)
	if c.Venue.Name == "" || c.Venue.Name == street {
		return street
	}
	return c.Venue.Name + i18n.T(s.locale, "ticket.comma") + street
}

// street is an address with the region around it, which hosts often leave out.
func (s scene) street(v activity.Venue) string {
	g := s.regions[v.Region]
	around := s.regions[g.Parent]
	if g.Level != unit.LevelCounty {
		around = unit.Region{}
	}
	if v.Address != "" && strings.Contains(v.Address, g.Name) {
		return v.Address
	}
	if s.locale == i18n.English {
		var parts []string
		for _, one := range []string{v.Address, g.NameEN, around.NameEN} {
			if one != "" {
				parts = append(parts, one)
			}
		}
		return strings.Join(parts, ", ")
	}
	return around.Name + g.Name + v.Address
}

// bookHref is where a session is booked, visitHref where a class is.
func bookHref(sessionID string) string { return "/sessions/" + sessionID + "/book" }

func visitHref(sessionID string) string { return "/sessions/" + sessionID + "/visit" }

// findPath is where a booking is found by code and telephone.
const findPath = "/bookings/find"

// manageHref is a page of the holder of a manage token.
func manageHref(token, page string) string {
	at := "/bookings/m/" + token
	if page != "" {
		at += "/" + page
	}
	return at
}

// choice is another session to take.
type choice struct {
	ID    string
	Text  string
	Seats string
	Full  bool // it has a waitlist only
}

// others are the other sessions of the activity that can still be booked, by time. With seats alone those
// that are full are left out.
func (s scene) others(party int64, seats bool) (list []choice) {
	if s.act.State != activity.Published {
		return nil
	}
	for _, one := range s.act.Sessions {
		a := booking.Available(one, party, s.now)
		full := a.Reason == booking.Full
		if one.ID == s.session.ID || one.Cancelled() || a.Reason != booking.Open && (seats || !full) {
			continue
		}
		c := choice{ID: one.ID, Text: when(s.locale, one), Full: full, Seats: i18n.T(s.locale, "find.seats_left", "count", a.Left)}
		if full {
			c.Seats = i18n.T(s.locale, "find.seats_full")
		}
		list = append(list, c)
	}
	return list
}

// keepUntil writes the last day on which it is known who booked.
func (t *Ticket) keepUntil(r *httpx.Request, s scene) (string, error) {
	policy, err := t.Bookings.Policy(r.Context(), s.act.EditionID)
	return i18n.Day(r.Locale, booking.KeepUntil(s.session, policy.KeepDays)), err
}

// view begins a page that is one person's: no search engine keeps it, and no cache.
func (t *Ticket) view(w http.ResponseWriter, r *httpx.Request, title string) ui.View {
	// The manage token stands in the address. It goes to no other site. "no-referrer" would make
	// browsers send forms with no origin at all, which those without Sec-Fetch-Site (Safari before 16.4)
	// could then not be told from a stranger's.
	w.Header().Set("Referrer-Policy", "same-origin")
	w.Header().Set("Cache-Control", "no-store")
	v := t.Shell.View(r, title)
	v.Head = unlisted()
	return v
}
