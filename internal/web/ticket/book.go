package ticket

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/id"
	"openweek/internal/web/ui"
)

// bookRate bounds the bookings of one address. Behind the gateway of a school or a mobile carrier many people share one.
var bookRate = httpx.Rate{Every: 500 * time.Millisecond, Burst: 60}

// bookPage is the form for a session, or why there is none.
type bookPage struct {
	Scene     scene
	Ask       booking.Availability
	Most      int64 // of one booking
	Chips     bool  // few enough to be chosen with one press
	Questions []booking.Question
	Values    url.Values
	Key, Slip string
	KeepUntil string
	Others    []choice
	Groups    string // where a class is booked, "" for nowhere
	Twice     bool   // this telephone has booked already
	Mail      bool   // there is a way to send mail
}

// fewSeats is up to how many people a party is chosen with one press.
const fewSeats = 8

// GetBook shows the form for a session.
func (t *Ticket) GetBook(w http.ResponseWriter, r *httpx.Request) error {
	return t.book(w, r, http.StatusOK, url.Values{"party_size": {"1"}}, nil)
}

// PostBook books.
func (t *Ticket) PostBook(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	if err := in.Err(); err != nil {
		return err
	}
	receipt, err := t.claim(r, in)
	switch {
	case errs.Is(err, "booking.key_reused"):
		in.Values().Del("key")
		err = errs.Conflict("ticket.sent_before")
	case errs.Is(err, "booking.busy"):
		w.Header().Set("Retry-After", "5")
	case err != nil && !httpx.IsProblem(err):
		return err
	}
	if err != nil {
		return t.book(w, r, httpx.Status(errs.As(err)), in.Values(), err)
	}
	told := "ticket.told_booked"
	if receipt.Status == booking.Waitlisted {
		told = "ticket.told_waitlisted"
	}
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, manageHref(receipt.ManageToken, ""), "/")
}

// claim reads the form and claims seats.
func (t *Ticket) claim(r *httpx.Request, in *httpx.Input) (booking.Receipt, error) {
	session, _, err := t.Bookings.GetSession(r.Context(), r.PathID("id"))
	if err != nil {
		return booking.Receipt{}, err
	}
	rule, err := t.Bookings.PublicRule(r.Context(), session.ActivityID)
	if err != nil {
		return booking.Receipt{}, err
	}
	if err := t.person(r, in, session.ID); err != nil {
		return booking.Receipt{}, err
	}
	ask := booking.Request{
		SessionID: session.ID, Party: people(in, int64(session.PartyMax)), Source: booking.FromPortal, Key: in.Raw("key"), Locale: string(r.Locale),
		Contact: booking.Contact{Name: in.Raw("contact.name"), Phone: in.Raw("contact.phone"), Mail: in.Raw("contact.mail")},
	}
	answers, wrong := booking.ReadAnswers(rule.Questions, in.Raw)
	ask.Answers = answers
	if wrong != nil {
		for _, p := range errs.As(wrong).Problems {
			in.Problem(p)
		}
	}
	if !in.Yes("consent") {
		in.Problem(errs.Invalid("ticket.consent_missing").On("consent"))
	}
	if err := ask.Contact.Check(); err != nil {
		for _, p := range errs.As(err).Problems {
			in.Problem(p)
		}
	}
	if err := in.Err(); err != nil {
		return booking.Receipt{}, err
	}
	return t.Bookings.Claim(r.Context(), ask)
}

// people reads how many come, up to most.
func people(in *httpx.Input, most int64) int64 {
	if strings.TrimSpace(in.Raw("party_size")) == "" {
		in.Problem(errs.Invalid("booking.party_size").On("party_size"))
		return 1
	}
	return in.Number("party_size", 1, max(most, 1))
}

// person refuses what programs send: a field that people do not see is filled in, or the form comes sooner
// than anybody can fill it in. Who is a person after all sends it once more.
func (t *Ticket) person(r *httpx.Request, in *httpx.Input, sessionID string) error {
	if t.Unguarded {
		return nil
	}
	if in.Raw("homepage") != "" {
		return errs.Invalid("booking.slip_refused")
	}
	return t.Bookings.CheckSlip(sessionID, in.Raw("slip"))
}

// book shows the form with what was typed and what is wrong with it.
func (t *Ticket) book(w http.ResponseWriter, r *httpx.Request, status int, typed url.Values, problem error) error {
	session, ask, err := t.Bookings.GetSession(r.Context(), r.PathID("id"))
	if err != nil {
		return err
	}
	s, err := t.scene(r, session)
	if err != nil {
		return err
	}
	rule, err := t.Bookings.PublicRule(r.Context(), session.ActivityID)
	if err != nil {
		return err
	}
	keep, err := t.keepUntil(r, s)
	if err != nil {
		return err
	}
	p := bookPage{
		Scene: s, Ask: ask, Most: min(int64(session.PartyMax), session.Seat.Capacity), Questions: rule.Questions, Values: typed,
		Key: typed.Get("key"), Slip: typed.Get("slip"), KeepUntil: keep,
		Twice: errs.Is(problem, "booking.contact_twice"), Mail: t.Bookings.SendsMail(),
	}
	p.Chips = p.Most <= fewSeats
	if p.Key == "" {
		p.Key = id.New()
	}
	if t.Bookings.CheckSlip(session.ID, p.Slip) != nil {
		p.Slip = t.Bookings.Slip(session.ID)
	}
	if ask.Reason != booking.Open {
		p.Others = s.others(1, true)
	}
	if session.GroupMax > 0 && (ask.Reason == booking.Open || ask.Reason == booking.Full) {
		p.Groups = visitHref(session.ID)
	}
	title := r.T("ticket.book_title")
	if ask.Reason == booking.Full {
		title = r.T("ticket.wait_title")
	}
	v := t.view(w, r, title).Under(ui.Crumb{Href: s.href(), Text: s.title()})
	labels := []string{"party_size", r.T("ticket.party"), "contact.name", r.T("ticket.name"), "contact.phone", r.T("ticket.phone"), "contact.mail", r.T("ticket.mail")}
	for _, q := range rule.Questions {
		labels = append(labels, "answers."+q.Key, s.pick(q.Label, q.LabelEN))
	}
	return ui.Render(w, r, status, showBook(v.WithProblems(problem, labels...), p))
}

// parties are the sizes to choose from.
func (p bookPage) parties() ui.ChoiceSpec {
	return parties(p.Scene.locale, p.Most, p.Values.Get("party_size"))
}

func parties(l i18n.Locale, most int64, chosen string) ui.ChoiceSpec {
	c := ui.ChoiceSpec{Name: "party_size", Label: i18n.T(l, "ticket.party"), Help: i18n.T(l, "ticket.party_help", "limit", most), Value: chosen, Required: true}
	for n := int64(1); n <= most; n++ {
		text := strconv.FormatInt(n, 10)
		c.Options = append(c.Options, ui.Option{Value: text, Text: text})
	}
	return c
}
