package host

import (
	"fmt"
	"net/http"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// rulePage is what a host asks of those who book an activity.
type rulePage struct {
	Activity  activity.Activity
	Form      ruleForm
	Questions [booking.MaxQuestions]questionForm
	Writes    bool // the reader may change it
}

// ruleForm is a rule as the form sends it.
type ruleForm struct {
	PerDay, AutoMax, AdultsPer, VisitsMax, OfferMinutes, SkipLimit string
	Version                                                        int64
}

// questionForm is one of the rows for questions; a row without a label is none.
type questionForm struct {
	Key, Type, Label, LabelEN, Choices string
	Required                           bool
}

// choiceMark stands between the Chinese and the English words of a choice.
const choiceMark = "|"

func questionFormOf(q booking.Question) questionForm {
	f := questionForm{Key: q.Key, Type: string(q.Type), Label: q.Label, LabelEN: q.LabelEN, Required: q.Required}
	lines := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		lines[i] = c.Label
		if c.LabelEN != "" {
			lines[i] += " " + choiceMark + " " + c.LabelEN
		}
	}
	f.Choices = strings.Join(lines, "\n")
	return f
}

func (f questionForm) empty() bool { return strings.TrimSpace(f.Label+f.LabelEN+f.Choices) == "" }

func (f questionForm) question() booking.Question {
	q := booking.Question{Key: f.Key, Type: booking.QuestionType(f.Type), Label: f.Label, LabelEN: f.LabelEN, Required: f.Required}
	if q.Type != booking.AskChoice {
		return q
	}
	for line := range strings.Lines(strings.ReplaceAll(f.Choices, "｜", choiceMark)) {
		zh, en, _ := strings.Cut(line, choiceMark)
		if zh, en = strings.TrimSpace(zh), strings.TrimSpace(en); zh != "" || en != "" {
			q.Choices = append(q.Choices, booking.Choice{Label: zh, LabelEN: en})
		}
	}
	return q
}

// ruledActivity gets the activity of the address for its own unit.
func (h *Host) ruledActivity(r *httpx.Request) (act activity.Activity, err error) {
	act, err = h.Activities.Get(r.Context(), r.Actor, r.PathID("activity"))
	if err == nil && !act.Own {
		err = errs.Forbidden("host.forbidden")
	}
	return act, err
}

func (h *Host) getRule(w http.ResponseWriter, r *httpx.Request) error {
	act, err := h.ruledActivity(r)
	if err != nil {
		return err
	}
	rule, err := h.Bookings.Rule(r.Context(), r.Actor, act.ID)
	if err != nil {
		return err
	}
	p := rulePage{Activity: act, Form: ruleForm{
		PerDay: digits(rule.PerDay), AutoMax: digits(rule.AutoMax), AdultsPer: digits(rule.AdultsPer), VisitsMax: digits(rule.VisitsMax),
		OfferMinutes: digits(rule.OfferMinutes), SkipLimit: digits(rule.SkipLimit), Version: rule.Version,
	}}
	for i, q := range rule.Questions[:min(len(rule.Questions), len(p.Questions))] {
		p.Questions[i] = questionFormOf(q)
	}
	return h.showRule(w, r, http.StatusOK, p, nil)
}

func (h *Host) showRule(w http.ResponseWriter, r *httpx.Request, status int, p rulePage, problem error) error {
	p.Writes = mayRule(r.Actor, p.Activity)
	content := p.Activity.Content
	if content.Title == "" { // not public yet
		content = p.Activity.Draft.Content
	}
	name, _ := i18n.Pick(r.Locale, content.Title, content.TitleEN)
	v := h.bookingView(r, r.T("host.rule"), nil).Under(ui.Crumb{Href: httpx.WithQuery(bookingsPath, "activity", p.Activity.ID), Text: name})
	labels := []string{"per_day", r.T("host.per_day"), "auto_max", r.T("host.auto_max"), "adults_per", r.T("host.adults_per"), "visits_max", r.T("host.visits_max"),
		"offer_minutes", r.T("host.offer_minutes"), "skip_limit", r.T("host.skip_limit")}
	for i := range p.Questions {
		for _, part := range []string{"label", "label_en", "type", "choices"} {
			labels = append(labels, questionField(i, part), r.T("host.question_n", "n", i+1))
		}
	}
	return ui.Render(w, r, status, rulePageOf(v.WithProblems(problem, labels...), p))
}

func questionField(i int, part string) string { return fmt.Sprintf("questions.%d.%s", i, part) }

// postRule writes a rule over.
func (h *Host) postRule(w http.ResponseWriter, r *httpx.Request) error {
	act, err := h.ruledActivity(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p := rulePage{Activity: act, Form: ruleForm{
		PerDay: in.Raw("per_day"), AutoMax: in.Raw("auto_max"), AdultsPer: in.Raw("adults_per"), VisitsMax: in.Raw("visits_max"),
		OfferMinutes: in.Raw("offer_minutes"), SkipLimit: in.Raw("skip_limit"), Version: in.Version(),
	}}
	const most = 1_000_000 // package booking has the last word
	rule := booking.Rule{
		PerDay: in.Number("per_day", 0, most), AutoMax: in.Number("auto_max", 0, most), AdultsPer: in.Number("adults_per", 0, most), VisitsMax: in.Number("visits_max", 0, most),
		OfferMinutes: in.Number("offer_minutes", 0, most), SkipLimit: in.Number("skip_limit", 0, most),
	}
	var rows []int // of the form, by question
	for i := range p.Questions {
		f := questionForm{
			Key: in.Raw(questionField(i, "key")), Type: in.Choice(questionField(i, "type"), names(booking.QuestionTypes)...), Label: in.Text(questionField(i, "label"), 500),
			LabelEN: in.Text(questionField(i, "label_en"), 500), Choices: in.Text(questionField(i, "choices"), 5000), Required: in.Yes(questionField(i, "required")),
		}
		p.Questions[i] = f
		if !f.empty() {
			rule.Questions, rows = append(rule.Questions, f.question()), append(rows, i)
		}
	}
	if err = in.Err(); err == nil {
		_, err = h.Bookings.SetRule(r.Context(), r.Actor, act.ID, p.Form.Version, rule)
	}
	if httpx.IsProblem(err) {
		return h.showRule(w, r, httpx.Status(errs.As(err)), p, onRow(err, rows))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "host.rule_set")
	return httpx.Redirect(w, r, rulePath(act.ID), bookingsPath)
}

// onRow names questions by the rows of the form that they stand in.
func onRow(problem error, rows []int) error {
	var pairs []string
	for n, i := range rows {
		for _, part := range []string{"key", "label", "label_en", "type", "choices"} {
			to := part
			if part == "key" {
				to = "label"
			}
			pairs = append(pairs, questionField(n, part), questionField(i, to))
		}
	}
	return onField(problem, pairs...)
}
