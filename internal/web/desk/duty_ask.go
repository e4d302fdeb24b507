package desk

import (
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// askPage is the form in which a unit asks for an extension, an exemption or a nil return.
type askPage struct {
	aboutDuty
	Kinds []ui.Option
	Plea  duty.Plea
}

// Longest reason, in characters; the ledger has the last word.
const maxPlea = 500

// askable are the leaves that a duty's state allows.
func askable(d duty.Duty) (list []duty.Leave) {
	for _, l := range duty.Leaves {
		switch {
		case l == duty.Extension && !d.Dated():
		case l != duty.Extension && !d.State.Waiting():
		default:
			list = append(list, l)
		}
	}
	return list
}

//i18n:prefix duties.leave_help_
func leaveHelp(v ui.View, l duty.Leave, o duty.Obligation) string {
	if l == duty.NilReturn && o.NilAtOnce() {
		return v.T("duties.leave_help_nil_at_once")
	}
	return v.T("duties.leave_help_" + string(l))
}

func (d *Desk) ownDuty(r *httpx.Request) (duty.Duty, error) {
	one, err := d.Duties.Get(r.Context(), r.Actor, r.PathID("id"))
	switch {
	case err != nil:
		return one, err
	case one.Unit.ID != r.Actor.UnitID:
		return one, errs.NotFound("duty.not_found")
	case !r.Actor.Has(actor.RoleEditor, actor.RoleHead):
		return one, errs.Forbidden("duty.forbidden")
	}
	return one, nil
}

// GetAsk shows the form.
func (d *Desk) GetAsk(w http.ResponseWriter, r *httpx.Request) error {
	one, err := d.ownDuty(r)
	if err != nil {
		return err
	}
	return d.showAsk(w, r, http.StatusOK, one, duty.Plea{Kind: duty.Leave(r.Input().Raw("kind"))}, nil)
}

func (d *Desk) showAsk(w http.ResponseWriter, r *httpx.Request, status int, one duty.Duty, plea duty.Plea, problem error) error {
	v := d.dutyView(r, one, r.T("duties.ask"))
	about, err := d.aboutDuty(r.Context(), r, one)
	if err != nil {
		return err
	}
	page := askPage{aboutDuty: about, Plea: plea}
	for _, l := range askable(one) {
		page.Kinds = append(page.Kinds, ui.Option{Value: string(l), Text: leaveWord(v, l), Help: leaveHelp(v, l, one.Obligation)})
	}
	v = v.WithProblems(problem, "kind", v.T("duties.ask_kind"), "until", v.T("duties.ask_until"), "reason", v.T("duties.ask_reason"))
	return ui.Render(w, r, status, askFormPage(v, page))
}

// PostAsk asks.
func (d *Desk) PostAsk(w http.ResponseWriter, r *httpx.Request) error {
	one, err := d.ownDuty(r)
	if err != nil {
		return err
	}
	in := r.Input()
	plea := duty.Plea{Kind: duty.Leave(in.Choice("kind", names(duty.Leaves)...)), Reason: in.Text("reason", maxPlea)}
	if until := in.Day("until"); plea.Kind == duty.Extension {
		plea.Until = clock.Day(until)
	}
	err = in.Err()
	var made duty.Decision
	if err == nil {
		made, err = d.Duties.Ask(r.Context(), r.Actor, one.ID, plea)
	}
	if httpx.IsProblem(err) {
		return d.showAsk(w, r, httpx.Status(errs.As(err)), one, plea, err)
	}
	if err != nil {
		return err
	}
	if made.Status == duty.Granted {
		r.Tell(w, httpx.Good, "duties.nil_done")
	} else {
		r.Tell(w, httpx.Good, "duties.asked_done")
	}
	return httpx.Redirect(w, r, dutyPath(one.ID), dutiesPath)
}

func takeBackPath(dutyID, decisionID string) string {
	return decisionsPath(dutyID) + "/" + decisionID + "/take-back"
}

// GetTakeBack asks before a plea is taken back.
func (d *Desk) GetTakeBack(w http.ResponseWriter, r *httpx.Request) error {
	return d.takeBack(w, r, false)
}

// PostTakeBack takes a plea back that nobody has decided on.
func (d *Desk) PostTakeBack(w http.ResponseWriter, r *httpx.Request) error {
	return d.takeBack(w, r, true)
}

func (d *Desk) takeBack(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	ctx := r.Context()
	one, err := d.ownDuty(r)
	if err != nil {
		return err
	}
	made, err := d.Duties.Decisions(ctx, r.Actor, one.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(made, func(m duty.Decision) bool { return m.ID == r.PathID("decision") })
	switch {
	case i < 0:
		return errs.NotFound("duty.decision_not_found")
	case made[i].Status != duty.Asked:
		return errs.Conflict("duty.decided")
	}
	if sent {
		if _, err := d.Duties.TakeBack(ctx, r.Actor, made[i].ID); err != nil {
			return err
		}
		r.Tell(w, httpx.Good, "duties.taken_back")
		return httpx.Redirect(w, r, dutyPath(one.ID), dutiesPath)
	}
	v := d.dutyView(r, one, r.T("duties.take_back"))
	return ui.Render(w, r, http.StatusOK, filingConfirmPage(v, ui.Confirmation{
		Title: v.Title, Says: []string{v.T("duties.take_back_says", "kind", leaveWord(v, made[i].Kind)), made[i].Reason},
		Action: takeBackPath(one.ID, made[i].ID), Submit: v.T("duties.take_back"), Back: dutyPath(one.ID),
	}))
}
