package desk

import (
	"net/http"
	"slices"

	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

func decisionsPath(dutyID string) string { return dutyPath(dutyID) + "/decisions" }

// requestPage lists what units have asked for.
type requestPage struct {
	ledgerView
	List  []request
	Pages ui.Pages
}

// request is a duty whose unit waits for a decision.
type request struct {
	Duty     duty.Duty
	Decision duty.Decision
	Asker    string
	May      bool // the reader decides on it
}

// GetRequests lists the extensions, exemptions and nil returns that were asked for and not decided.
func (d *Desk) GetRequests(w http.ResponseWriter, r *httpx.Request) error {
	l, err := d.ledgerOf(r, tabRequests)
	if err != nil {
		return err
	}
	ctx, in := r.Context(), r.Input()
	found, err := d.Duties.Find(ctx, r.Actor, duty.Filter{EditionID: l.ID, Asked: true, After: in.Raw("after"), Limit: 50})
	if err != nil {
		return err
	}
	v := d.ledgerPage(r, l, r.T("ledger.requests"))
	p := requestPage{ledgerView: l, Pages: ui.PagesOf(v, in, found.Next, v.T("ledger.requests_shown", "count", len(found.Items)))}
	var asked []string
	for _, one := range found.Items {
		decisions, err := d.Duties.Decisions(ctx, r.Actor, one.ID)
		if err != nil {
			return err
		}
		for _, made := range decisions {
			if made.Status == duty.Asked {
				p.List = append(p.List, request{Duty: one, Decision: made, May: d.Duties.MayDecide(ctx, r.Actor, one)})
				asked = append(asked, made.AskedBy)
			}
		}
	}
	named, err := d.namePeople(ctx, r, v, asked...)
	if err != nil {
		return err
	}
	for i := range p.List {
		p.List[i].Asker = named[p.List[i].Decision.AskedBy]
	}
	slices.SortStableFunc(p.List, func(a, b request) int { return int(a.Decision.AskedAt - b.Decision.AskedAt) })
	return ui.Render(w, r, http.StatusOK, requestListPage(v, p))
}

// decisionPage is what was asked for and decided on one duty, with a form to decide or to give.
type decisionPage struct {
	aboutDuty
	Lines []decisionLine
	Asked *decisionLine // that is to be answered
	Kinds []ui.Option   // that can be given
	// What the form holds.
	Kind, Until, Reason string
	Grant               string // "yes", "no" or "" before a choice
}

// decidable gets the duty of the path for whoever decides on it.
func (d *Desk) decidable(r *httpx.Request) (p decisionPage, err error) {
	ctx := r.Context()
	one, err := d.Duties.Get(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return p, err
	}
	if !d.Duties.MayDecide(ctx, r.Actor, one) {
		return p, errs.Forbidden("duty.forbidden")
	}
	if p.aboutDuty, err = d.aboutDuty(ctx, r, one); err != nil {
		return p, err
	}
	made, err := d.Duties.Decisions(ctx, r.Actor, one.ID)
	if err != nil {
		return p, err
	}
	var ids []string
	for _, m := range made {
		ids = append(ids, m.AskedBy, m.DecidedBy)
	}
	v := d.view(r, "")
	named, err := d.namePeople(ctx, r, v, ids...)
	if err != nil {
		return p, err
	}
	for _, m := range made {
		p.Lines = append(p.Lines, decisionLine{m, who(p.unitName(m.AskedUnit), named[m.AskedBy]), who(p.unitName(m.DecidedUnit), named[m.DecidedBy])})
	}
	for _, kind := range giveable(one) {
		p.Kinds = append(p.Kinds, ui.Option{Value: string(kind), Text: leaveWord(v, kind)})
	}
	return p, nil
}

// giveable are the leaves that a duty's state lets the upper unit give.
func giveable(d duty.Duty) []duty.Leave {
	if d.State == duty.StateExempt || d.State == duty.StateNil {
		return []duty.Leave{duty.Lift}
	}
	return askable(d)
}

// shownWhat names an obligation in a breadcrumb.
func shownWhat(r *httpx.Request, o duty.Obligation) string {
	text, _ := i18n.Pick(r.Locale, o.What, o.WhatEN)
	return cutTitle(text)
}

// decisionView begins a page that leads from the ledger to a duty.
func (d *Desk) decisionView(r *httpx.Request, p decisionPage, title string) ui.View {
	return d.view(r, title, ui.Crumb{Href: ledgerPath(p.Edition.ID), Text: r.T("ledger.title")},
		ui.Crumb{Href: editionPath(p.Edition.ID) + "/" + tabRequests, Text: r.T("ledger.requests")},
		ui.Crumb{Href: dutyPath(p.Duty.ID), Text: shownWhat(r, p.Duty.Obligation)})
}

// GetGive shows what was decided on a duty, and the form to give leave without being asked.
func (d *Desk) GetGive(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.decidable(r)
	if err != nil {
		return err
	}
	p.Kind = r.Input().Raw("kind")
	if p.Kind == "" && len(p.Kinds) > 0 {
		p.Kind = p.Kinds[0].Value
	}
	return ui.Render(w, r, http.StatusOK, decisionGivePage(d.decisionView(r, p, r.T("ledger.give")), p))
}

// PostGive gives leave.
func (d *Desk) PostGive(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.decidable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p.Kind = in.Choice("kind", append(names(duty.Leaves), string(duty.Lift))...)
	p.Until, p.Reason = string(in.Day("until")), in.Text("reason", maxPlea)
	err = in.Err()
	if err == nil {
		plea := duty.Plea{Kind: duty.Leave(p.Kind), Reason: p.Reason}
		if plea.Kind == duty.Extension {
			plea.Until = clock.Day(p.Until)
		}
		_, err = d.Duties.Give(r.Context(), r.Actor, p.Duty.ID, plea)
	}
	if httpx.IsProblem(err) {
		v := d.decisionView(r, p, r.T("ledger.give"))
		v = v.WithProblems(err, "kind", v.T("ledger.leave_kind"), "until", v.T("ledger.until"), "reason", v.T("ledger.reason"))
		return ui.Render(w, r, httpx.Status(errs.As(err)), decisionGivePage(v, p))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ledger.given")
	return httpx.Redirect(w, r, dutyPath(p.Duty.ID), dutiesPath)
}

// answerable finds what was asked for among the decisions of the duty.
func (d *Desk) answerable(r *httpx.Request) (p decisionPage, err error) {
	if p, err = d.decidable(r); err != nil {
		return p, err
	}
	for i, one := range p.Lines {
		if one.ID == r.PathID("decision") {
			p.Asked = &p.Lines[i]
		}
	}
	if p.Asked == nil {
		return p, errs.NotFound("duty.decision_not_found")
	}
	if p.Asked.Status != duty.Asked {
		return p, errs.Conflict("duty.decided")
	}
	return p, nil
}

// GetAnswer shows what a unit has asked for, to be granted or refused.
func (d *Desk) GetAnswer(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.answerable(r)
	if err != nil {
		return err
	}
	p.Until = string(p.Asked.LastDay())
	return ui.Render(w, r, http.StatusOK, decisionAnswerPage(d.decisionView(r, p, r.T("ledger.answer")), p))
}

// PostAnswer grants or refuses it.
func (d *Desk) PostAnswer(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.answerable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p.Grant, p.Until, p.Reason = in.Choice("grant", "yes", "no"), string(in.Day("until")), in.Text("words", maxPlea)
	if p.Grant == "" {
		in.Problem(errs.Invalid("ledger.choose_answer").On("grant"))
	}
	err = in.Err()
	if err == nil {
		answer := duty.Answer{Grant: p.Grant == "yes", Words: p.Reason}
		if answer.Grant && p.Asked.Kind == duty.Extension {
			answer.Until = clock.Day(p.Until)
		}
		_, err = d.Duties.Answer(r.Context(), r.Actor, p.Asked.ID, answer)
	}
	if httpx.IsProblem(err) {
		v := d.decisionView(r, p, r.T("ledger.answer"))
		v = v.WithProblems(err, "grant", v.T("ledger.answer"), "until", v.T("ledger.until"), "words", v.T("ledger.answer_words"))
		return ui.Render(w, r, httpx.Status(errs.As(err)), decisionAnswerPage(v, p))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ledger.answered")
	return httpx.Redirect(w, r, editionPath(p.Edition.ID)+"/"+tabRequests, dutiesPath)
}
