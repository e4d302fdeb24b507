package ticket

import (
	"net/http"

	"openweek/internal/booking"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// dataPage is all that is stored about a booker.
type dataPage struct {
	managed
	State     string
	Answers   []line
	Language  string
	KeepUntil string
	Erasable  bool
}

// line is an answer beside its question.
type line struct{ Label, Lang, Text, TextLang string }

// GetData shows a booker what is stored.
func (t *Ticket) GetData(w http.ResponseWriter, r *httpx.Request) error {
	m, v, err := t.change(w, r, r.T("ticket.data_title"))
	if err != nil {
		return err
	}
	keep, err := t.keepUntil(r, m.scene)
	if err != nil {
		return err
	}
	p := dataPage{managed: m, State: m.state().Title, Erasable: !m.Erased(), KeepUntil: keep}
	switch i18n.Locale(m.Locale) {
	case i18n.English:
		p.Language = "English"
	case i18n.Chinese:
		p.Language = "中文"
	}
	answers, err := booking.ShowAnswers(m.Questions, m.Answers)
	if err != nil {
		return err
	}
	for _, a := range answers {
		if !a.Given {
			continue
		}
		var l line
		l.Label, l.Lang = i18n.Pick(r.Locale, a.Label, a.LabelEN)
		switch {
		case a.Type == booking.AskYesNo && a.Yes:
			l.Text = r.T("ticket.yes")
		case a.Type == booking.AskYesNo:
			l.Text = r.T("ticket.no")
		case a.Type == booking.AskChoice:
			l.Text, l.TextLang = i18n.Pick(r.Locale, a.Text, a.TextEN)
		default:
			l.Text = a.Text
		}
		p.Answers = append(p.Answers, l)
	}
	return ui.Render(w, r, http.StatusOK, showData(v, p))
}

// GetErase asks whether to forget who booked.
func (t *Ticket) GetErase(w http.ResponseWriter, r *httpx.Request) error {
	m, v, err := t.change(w, r, r.T("ticket.erase"))
	if err != nil {
		return err
	}
	if m.Erased() {
		return m.back(w, r)
	}
	says := []string{r.T("ticket.erase_says")}
	if m.open() {
		says = append([]string{r.T("ticket.erase_cancels", "title", m.title(), "when", when(r.Locale, m.session))}, says...)
	}
	c := ui.Confirmation{Title: r.T("ticket.erase_title"), Says: says, Action: m.href("erase"), Submit: r.T("ticket.erase"), Back: m.href("data")}
	return ui.Render(w, r, http.StatusOK, showSure(v, c, r.T("ticket.stay_data")))
}

// PostErase forgets who booked.
func (t *Ticket) PostErase(w http.ResponseWriter, r *httpx.Request) error {
	m, err := t.manage(r)
	if err != nil {
		return err
	}
	if _, err := t.Bookings.EraseOwn(r.Context(), m.Code, m.token); err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ticket.told_erased")
	return httpx.Redirect(w, r, m.href("data"), "/")
}
