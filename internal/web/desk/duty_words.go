package desk

import (
	"context"
	"slices"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/notice"
	"openweek/internal/web/ui"
)

// Where units do what they owe.
const (
	dutiesPath     = "/desk/duties"
	dispatchesPath = "/desk/dispatches"
	reviewsPath    = "/desk/reviews"
	inboxPath      = "/desk/inbox"
	filesPath      = "/files"
	picturesPath   = "/files/pictures"
)

func dutyPath(dutyID string) string { return dutiesPath + "/" + dutyID }

func filingPath(dutyID string) string { return dutyPath(dutyID) + "/filing" }

func dispatchPath(dispatchID string) string { return dispatchesPath + "/" + dispatchID }

func reviewPath(stepID string) string { return reviewsPath + "/" + stepID }

// dutyStates says which tag stands for a state.
var dutyStates = map[duty.State]ui.State{
	duty.StateOpen: ui.Todo, duty.StateDraft: ui.Drafting, duty.StateFiled: ui.Sent, duty.StateReturned: ui.Returned,
	duty.StateAccepted: ui.Accepted, duty.StateNil: ui.NilReport, duty.StateExempt: ui.Exempt,
}

func dutyState(s duty.State) ui.State { return dutyStates[s] }

//i18n:prefix state.
func dutyStateWord(v ui.View, s duty.State) string { return v.T("state." + string(dutyState(s))) }

// dutyDue says until when a duty can be handed in, an extension included.
func dutyDue(v ui.View, d duty.Duty) string {
	if !d.Dated() {
		return timingWords(v, d.Obligation.Timing)
	}
	if d.DueAt() == d.Due {
		return dueWords(v, d.LastDay(), d.Obligation.DueTime)
	}
	return dueWords(v, d.LastDay(), "")
}

// dutyLeft says how much time is left while it is the unit's turn.
func dutyLeft(v ui.View, d duty.Duty, today clock.Day) (text string, tone httpx.Tone) {
	if !d.Dated() || !d.State.Waiting() {
		return "", ui.Plain
	}
	left := today.DaysUntil(d.LastDay())
	switch {
	case d.Late && left >= 0:
		return v.T("duties.time_over"), ui.Bad
	case left < 0:
		return v.T("desk.overdue", "count", -left), ui.Bad
	case left == 0:
		return v.T("desk.due_today"), ui.Warning
	case left <= 7:
		return v.T("desk.due_in", "count", left), ui.Warning
	}
	return v.T("desk.due_in", "count", left), ui.Plain
}

//i18n:prefix duties.leave_
func leaveWord(v ui.View, l duty.Leave) string { return v.T("duties.leave_" + string(l)) }

//i18n:prefix duties.decision_
func decisionWord(v ui.View, s duty.DecisionStatus) string {
	return v.T("duties.decision_" + string(s))
}

func decisionTone(s duty.DecisionStatus) httpx.Tone {
	switch s {
	case duty.Granted:
		return ui.Good
	case duty.Refused:
		return ui.Bad
	}
	return ui.Notice
}

//i18n:prefix duties.chase_
func chaseWord(v ui.View, k duty.ChaseKind) string { return v.T("duties.chase_" + string(k)) }

//i18n:prefix duties.chased_
func chasedWord(v ui.View, to duty.Recipient) string { return v.T("duties.chased_" + string(to)) }

// label chooses the words of a form in the page's language.
func label(v ui.View, l form.Label) string {
	if v.Locale == i18n.English {
		return l.English()
	}
	return l.Zh
}

// labelLang is the language of a label where it differs from the page's.
func labelLang(v ui.View, l form.Label) string {
	if v.Locale == i18n.English && l.En == "" {
		return string(i18n.Chinese)
	}
	return ""
}

// people names persons, each asked for once.
type people map[string]string

// namePeople gives names for the ids of persons, as far as the reader may know them: masked, and ""
// for whoever is out of sight.
func (d *Desk) namePeople(ctx context.Context, r *httpx.Request, v ui.View, ids ...string) (people, error) {
	known := people{}
	for _, one := range ids {
		if _, done := known[one]; done || one == "" {
			continue
		}
		if one == r.Actor.PersonID {
			known[one] = v.Person
			continue
		}
		p, err := d.Units.GetPerson(ctx, r.Actor, one)
		if err != nil && errs.KindOf(err) != errs.KindNotFound {
			return nil, err
		}
		known[one] = p.Name
	}
	return known, nil
}

// who joins a unit's and a person's name, as far as they are known.
func who(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// clauseSentence gives what the notice says at a clause, "" where it cannot be known.
func clauseSentence(e edition.Edition, text edition.PublicNotice, obligationID, clause string) string {
	if o, ok := e.Obligation(obligationID); ok && !text.Inherited && !o.Span.Empty() {
		if said := strings.TrimSpace(o.Span.Of(text.Text)); said != "" {
			return said
		}
	}
	s, ok := findClause(text.Sections, clause)
	if !ok {
		return ""
	}
	return strings.TrimSpace(s.Span.Of(text.Text))
}

func findClause(sections []notice.Section, clause string) (found notice.Section, ok bool) {
	for _, s := range sections {
		if s.Clause == clause {
			return s, true
		}
		if found, ok = findClause(s.Children, clause); ok {
			return found, true
		}
	}
	return notice.Section{}, false
}
