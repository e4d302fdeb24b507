package desk

import (
	"context"
	"net/http"
	"strconv"

	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/message"
	"openweek/internal/web/ui"
)

// chasePage is when an edition's units are reminded, on which days that falls, and what was sent.
type chasePage struct {
	ledgerView
	Stages []duty.Stage
	Falls  []stageFall
	List   []chased
	More   int // further duties that were chased
	Total  int // reminders
	Edit   []stageForm
}

// stageFall tells on which days the stages fall for a due day.
type stageFall struct {
	Due     clock.Day
	Days    []clock.Day // one for each stage
	Unknown bool        // a day on the way lies in a year whose arrangement is not known
}

// chased is a duty for which reminders were sent.
type chased struct {
	duty.Entry
	Unit       duty.Unit
	Obligation duty.Obligation
}

// stageForm is a stage as the form sends it.
type stageForm struct{ When, Days, Who string }

const (
	beforeDue = "before"
	afterDue  = "after"
	// spareStages is how many empty lines the form of stages has.
	spareStages = 3
	// shownChased bounds the duties that the log lists; the matrix leads to all.
	shownChased = 200
)

//i18n:prefix ledger.chase_to_
func recipientWord(v ui.View, r duty.Recipient) string { return v.T("ledger.chase_to_" + string(r)) }

func stageWords(v ui.View, s duty.Stage) string {
	if s.Workdays < 0 {
		return v.T("ledger.stage_before", "count", -s.Workdays)
	}
	return v.T("ledger.stage_after", "count", s.Workdays)
}

// GetChasing shows the stages, on which days they fall, and the duties that were chased.
func (d *Desk) GetChasing(w http.ResponseWriter, r *httpx.Request) error {
	l, err := d.ledgerOf(r, tabChasing)
	if err != nil {
		return err
	}
	p := chasePage{ledgerView: l}
	if p.Stages, err = d.Duties.Stages(r.Context(), r.Actor, l.ID); err != nil {
		return err
	}
	if err := d.stagesFall(r, &p); err != nil {
		return err
	}
	if err := d.chasedDuties(r, &p); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, chaseLogPage(d.ledgerPage(r, l, r.T("ledger.chasing")), p))
}

// stagesFall computes the days of the stages for each due day of the edition.
func (d *Desk) stagesFall(r *httpx.Request, p *chasePage) error {
	days, err := d.Workdays.Calendar(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	list, err := d.Duties.Obligations(r.Context(), r.Actor, p.ID)
	if err != nil {
		return err
	}
	seen := map[clock.Day]bool{}
	for _, o := range list {
		if o.Due == "" || seen[o.Due] {
			continue
		}
		seen[o.Due] = true
		fall := stageFall{Due: o.Due}
		for _, s := range p.Stages {
			day, known := days.AddWorkdays(o.Due, s.Workdays)
			fall.Days = append(fall.Days, day)
			fall.Unknown = fall.Unknown || !known
		}
		p.Falls = append(p.Falls, fall)
	}
	return nil
}

// chasedDuties goes through the ledger for duties with reminders.
func (d *Desk) chasedDuties(r *httpx.Request, p *chasePage) error {
	query := duty.MatrixQuery{EditionID: p.ID, Own: true}
	for {
		m, err := d.Duties.Matrix(r.Context(), r.Actor, query)
		if err != nil {
			return err
		}
		for _, row := range m.Rows {
			for i, e := range row.Duties {
				if e.Chases == 0 {
					continue
				}
				p.Total += e.Chases
				if len(p.List) == shownChased {
					p.More++
					continue
				}
				p.List = append(p.List, chased{e, row.Unit, m.Obligations[i]})
			}
		}
		if query.After = m.Next; m.Next == "" {
			return nil
		}
	}
}

// stageForms fill the form of stages, with empty lines at its end.
func stageForms(list []duty.Stage) (out []stageForm) {
	for _, s := range list {
		one := stageForm{When: afterDue, Days: strconv.Itoa(max(s.Workdays, -s.Workdays)), Who: string(s.Who)}
		if s.Workdays < 0 {
			one.When = beforeDue
		}
		out = append(out, one)
	}
	for range spareStages {
		out = append(out, stageForm{When: afterDue, Who: string(duty.ToUnit)})
	}
	return out
}

func (d *Desk) stagesOf(r *httpx.Request) (p chasePage, err error) {
	if p.ledgerView, err = d.ledgerOf(r, tabChasing); err != nil {
		return p, err
	}
	if !p.MayLead {
		return p, errs.Forbidden("duty.own_forbidden")
	}
	p.Stages, err = d.Duties.Stages(r.Context(), r.Actor, p.ID)
	return p, err
}

func (d *Desk) stagesView(r *httpx.Request, p chasePage) ui.View {
	return d.ledgerPage(r, p.ledgerView, r.T("ledger.stages_edit"), ui.Crumb{Href: p.path(tabChasing), Text: r.T("ledger.chasing")})
}

// GetStages shows the form of stages.
func (d *Desk) GetStages(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.stagesOf(r)
	if err != nil {
		return err
	}
	p.Edit = stageForms(p.Stages)
	return ui.Render(w, r, http.StatusOK, stageFormPage(d.stagesView(r, p), p))
}

// PostStages sets the stages; a line without days is none.
func (d *Desk) PostStages(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.stagesOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	var stages []duty.Stage
	for i := 0; in.Has("days." + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		one := stageForm{
			When: in.Choice("when."+n, beforeDue, afterDue), Days: in.Text("days."+n, 3), Who: in.Choice("who."+n, names(duty.Recipients)...),
		}
		p.Edit = append(p.Edit, one)
		if one.Days == "" {
			continue
		}
		days, err := strconv.Atoi(one.Days)
		if err != nil || days < 1 {
			in.Problem(errs.Invalid("duty.stage_unknown").On("days." + n))
			continue
		}
		if one.When == beforeDue {
			days = -days
		}
		stages = append(stages, duty.Stage{Workdays: days, Who: duty.Recipient(one.Who)})
	}
	err = in.Err()
	if err == nil {
		err = d.Duties.SetStages(r.Context(), r.Actor, p.ID, stages)
	}
	if httpx.IsProblem(err) {
		return ui.Render(w, r, httpx.Status(errs.As(err)), stageFormPage(d.stagesView(r, p).WithProblems(err), p))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ledger.stages_set")
	return httpx.Redirect(w, r, p.path(tabChasing), editionsPath)
}

// evidencePage is what was sent for one duty, with what became of each letter.
type evidencePage struct {
	aboutDuty
	Chases  []duty.Chase
	Names   people
	Letters map[string][]message.Delivery
}

// GetChases shows the reminders of a duty as evidence.
func (d *Desk) GetChases(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	one, err := d.Duties.Get(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	p := evidencePage{}
	if p.aboutDuty, err = d.aboutDuty(ctx, r, one); err != nil {
		return err
	}
	if p.Chases, err = d.Duties.Chases(ctx, r.Actor, one.ID); err != nil {
		return err
	}
	v := d.view(r, r.T("ledger.evidence"), ui.Crumb{Href: editionPath(one.EditionID) + "/" + tabChasing, Text: r.T("ledger.chasing")},
		ui.Crumb{Href: dutyPath(one.ID), Text: shownWhat(r, one.Obligation)})
	var senders, messages []string
	for _, c := range p.Chases {
		senders, messages = append(senders, c.SentBy), append(messages, c.Messages...)
	}
	if p.Names, err = d.namePeople(ctx, r, v, senders...); err != nil {
		return err
	}
	if p.Letters, err = d.letters(ctx, messages); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, evidenceListPage(v, p))
}

func (d *Desk) letters(ctx context.Context, messages []string) (map[string][]message.Delivery, error) {
	if len(messages) == 0 || d.MessageLetters == nil {
		return nil, nil
	}
	return d.MessageLetters(ctx, messages)
}

// lettersOf are the letters of a reminder.
func (p evidencePage) lettersOf(c duty.Chase) (list []message.Delivery) {
	for _, id := range c.Messages {
		list = append(list, p.Letters[id]...)
	}
	return list
}

//i18n:prefix ledger.letter_
func letterWord(v ui.View, s message.State) string { return v.T("ledger.letter_" + string(s)) }

//i18n:prefix ledger.channel_
func channelWord(v ui.View, c message.Channel) string { return v.T("ledger.channel_" + string(c)) }
