package desk

import (
	"net/http"
	"slices"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// submitPage is the last look before an activity is handed in.
type submitPage struct {
	weekFacts
	Activity activity.Activity
	Read     activityRead
	Problems []submitProblem
	Changes  []shownChange
	Doubles  []activity.Double
	AtOnce   bool // all changes are small: they are public at once
	Depth    int  // how many levels read it
}

// submitProblem is something that is missing, with where it is filled in.
type submitProblem struct{ Text, Href string }

// GetSubmitActivity shows what is missing, else what is handed in.
func (d *Desk) GetSubmitActivity(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	if !actionsOnActivity(act, true).Submit {
		return httpx.Redirect(w, r, activityPath(act.ID), activitiesPath)
	}
	return d.showSubmit(w, r, http.StatusOK, act, nil)
}

func (d *Desk) showSubmit(w http.ResponseWriter, r *httpx.Request, status int, act activity.Activity, problem error) (err error) {
	ctx := r.Context()
	v := d.activityView(r, act, r.T("activities.step_submit")).WithProblems(problem)
	page := submitPage{Activity: act}
	if page.weekFacts, err = d.weekFacts(ctx, r, act.EditionID); err != nil {
		return err
	}
	missing, err := d.Activities.Problems(ctx, r.Actor, act.ID)
	if err != nil {
		return err
	}
	page.Problems = submitProblems(v, act, missing)
	if page.Doubles, err = d.Activities.Doubles(ctx, r.Actor, act.ID); err != nil {
		return err
	}
	rule, err := d.Activities.Rule(ctx, act.EditionID)
	if err != nil {
		return err
	}
	page.Depth = rule.Depth
	if page.Read, err = d.readActivityContent(ctx, r.Actor, page.weekFacts, act.Draft.Content, act.Draft.Form, act.Content); err != nil {
		return err
	}
	if act.State == activity.Published {
		page.Changes = showChanges(v, page.weekFacts, act.Changes)
		page.AtOnce = len(act.Changes) > 0
		for _, c := range act.Changes {
			page.AtOnce = page.AtOnce && small(rule, c.Field)
		}
	} else {
		page.Read.Sessions = append([]activity.Session{}, act.Sessions...)
	}
	return ui.Render(w, r, status, activitySubmitPage(v, page))
}

// small tells whether a rule lets a field of a published activity change at once.
func small(rule activity.Rule, field string) bool {
	return slices.ContainsFunc(rule.SmallFields, func(one string) bool { return field == one || strings.HasPrefix(field, one+".") })
}

// submitProblems says what is missing, each leading to where it is filled in.
func submitProblems(v ui.View, act activity.Activity, missing []*errs.Error) (list []submitProblem) {
	for _, one := range missing {
		text, href := i18n.Error(v.Locale, one), activityEditPath(act.ID)+"?problems=1#f-"
		code, ofForm := strings.CutPrefix(one.Field, "form.")
		switch {
		case together(one.Field) == "sessions":
			href = sessionsPath(act.ID)
			if parts := strings.Split(one.Field, "."); len(parts) > 1 {
				text = sessionProblem(v, act, parts[1], text)
			}
		case ofForm:
			href += kindPrefix + code
		default:
			href += one.Field
			if name := activityField(v, one.Field); name != "" {
				text = v.T("ui.problem_of", "field", name, "problem", text)
			} else if together(one.Field) == "pictures" {
				text = v.T("ui.problem_of", "field", activityField(v, "pictures"), "problem", text)
			}
		}
		list = append(list, submitProblem{text, href})
	}
	return list
}

// sessionProblem says which session a problem is of.
func sessionProblem(v ui.View, act activity.Activity, index, text string) string {
	for i, s := range act.Sessions {
		if itoa(i) == index {
			return v.T("ui.problem_of", "field", i18n.ShortDay(v.Locale, s.Day())+" "+clockTime(s.Starts), "problem", text)
		}
	}
	return text
}

// PostSubmitActivity hands in.
func (d *Desk) PostSubmitActivity(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	in := r.Input()
	version := in.Version()
	var receipt activity.Receipt
	if err = in.Err(); err == nil {
		receipt, err = d.Activities.Submit(r.Context(), r.Actor, act.ID, version)
	}
	if httpx.IsProblem(err) {
		e := errs.As(err)
		if len(e.Problems) > 0 { // they stand in the list of what is missing
			err = nil
		}
		if !actionsOnActivity(act, true).Submit {
			return httpx.Redirect(w, r, activityPath(act.ID), activitiesPath)
		}
		return d.showSubmit(w, r, httpx.Status(e), act, err)
	}
	if err != nil {
		return err
	}
	if receipt.AtOnce {
		r.Tell(w, httpx.Good, "activities.published_at_once")
	} else {
		r.Tell(w, httpx.Good, "activities.submitted")
	}
	return httpx.Redirect(w, r, activityPath(act.ID), activitiesPath)
}

// activityChange is something that is done with an activity after a question.
type activityChange struct {
	verb   string // the last part of the path
	title  string
	says   []string
	danger bool
	told   string
	to     string // where the reader goes on; "" is the activity
	reason bool   // a reason is asked for
	do     func(version int64, reason string) error
}

// GetWithdrawActivity, GetDiscardActivity and GetCancelActivity ask; the posts under the same paths do it.
func (d *Desk) GetWithdrawActivity(w http.ResponseWriter, r *httpx.Request) error {
	return d.changeActivity(w, r, d.withdrawing, false)
}

// PostWithdrawActivity takes back what was handed in.
func (d *Desk) PostWithdrawActivity(w http.ResponseWriter, r *httpx.Request) error {
	return d.changeActivity(w, r, d.withdrawing, true)
}

func (d *Desk) withdrawing(r *httpx.Request, act activity.Activity) activityChange {
	return activityChange{
		verb: "withdraw", title: r.T("activities.withdraw"), says: []string{r.T("activities.withdraw_says")}, told: "activities.withdrawn",
		do: func(int64, string) error { _, err := d.Activities.Withdraw(r.Context(), r.Actor, act.ID); return err },
	}
}

// GetDiscardActivity asks before a draft is given up.
func (d *Desk) GetDiscardActivity(w http.ResponseWriter, r *httpx.Request) error {
	return d.changeActivity(w, r, d.discarding, false)
}

// PostDiscardActivity gives it up.
func (d *Desk) PostDiscardActivity(w http.ResponseWriter, r *httpx.Request) error {
	return d.changeActivity(w, r, d.discarding, true)
}

func (d *Desk) discarding(r *httpx.Request, act activity.Activity) activityChange {
	c := activityChange{
		verb: "discard", title: r.T("activities.discard"), says: []string{r.T("activities.discard_says")}, danger: true, told: "activities.discarded", to: activitiesPath,
		do: func(version int64, _ string) error {
			return d.Activities.Discard(r.Context(), r.Actor, act.ID, version)
		},
	}
	if act.State == activity.Published {
		c.title, c.says, c.told, c.to = r.T("activities.discard_change"), []string{r.T("activities.discard_change_says")}, "activities.change_discarded", ""
	}
	return c
}

// GetCancelActivity asks for the reason for which an activity does not take place.
func (d *Desk) GetCancelActivity(w http.ResponseWriter, r *httpx.Request) error {
	return d.changeActivity(w, r, d.cancelling, false)
}

// PostCancelActivity cancels it.
func (d *Desk) PostCancelActivity(w http.ResponseWriter, r *httpx.Request) error {
	return d.changeActivity(w, r, d.cancelling, true)
}

func (d *Desk) cancelling(r *httpx.Request, act activity.Activity) activityChange {
	return activityChange{
		verb: "cancel", title: r.T("activities.cancel"), says: []string{r.T("activities.cancel_says")}, danger: true, told: "activities.cancelled", reason: true,
		do: func(version int64, reason string) error {
			_, err := d.Activities.Cancel(r.Context(), r.Actor, act.ID, version, reason)
			return err
		},
	}
}

// changeActivity asks before it does something with an activity. Discarding stands under the version of
// the draft, all else under that of the activity.
func (d *Desk) changeActivity(w http.ResponseWriter, r *httpx.Request, what func(*httpx.Request, activity.Activity) activityChange, sent bool) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	c, back, reason := what(r, act), activityPath(act.ID), ""
	if sent {
		in := r.Input()
		version := in.Version()
		if c.reason {
			reason = in.Text("reason", maxActivityReason)
		}
		if err = in.Err(); err == nil {
			err = c.do(version, reason)
		}
		if err == nil {
			r.Tell(w, httpx.Good, c.told)
			to := back
			if c.to != "" {
				to = c.to
			}
			return httpx.Redirect(w, r, to, activitiesPath)
		}
		if !httpx.IsProblem(err) {
			return err
		}
	}
	v := d.activityView(r, act, c.title).WithProblems(err, "reason", r.T("activities.reason"))
	status := http.StatusOK
	if err != nil {
		status = httpx.Status(errs.As(err))
	}
	ask := ui.Confirmation{Title: c.title, Says: c.says, Action: back + "/" + c.verb, Submit: c.title, Danger: c.danger, Back: back, Version: act.Version}
	if c.verb == "discard" {
		ask.Version = act.Draft.Version
	}
	var words *string
	if c.reason {
		words = &reason
	}
	return ui.Render(w, r, status, activityAskPage(v, ask, words))
}

// activityCopy is the form in which an activity is copied.
type activityCopy struct {
	Activity activity.Activity
	Editions []ui.Option // that are open
	Edition  string
	Sessions bool
	First    clock.Day // on which the copy's first session is to be, "" leaves the days
}

// GetCopyActivity asks what is to be copied where.
func (d *Desk) GetCopyActivity(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	return d.showCopy(w, r, http.StatusOK, activityCopy{Activity: act, Edition: act.EditionID, Sessions: len(act.Sessions) > 0}, nil)
}

func (d *Desk) showCopy(w http.ResponseWriter, r *httpx.Request, status int, page activityCopy, problem error) error {
	list, err := d.Editions.Find(r.Context(), r.Actor, edition.Filter{})
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Status == edition.StatusPublished {
			name, lang := i18n.Pick(r.Locale, e.Name, e.NameEN)
			page.Editions = append(page.Editions, ui.Option{Value: e.ID, Text: name, Lang: lang})
		}
	}
	v := d.activityView(r, page.Activity, r.T("activities.copy")).WithProblems(problem, "edition", r.T("duties.edition"), "first", r.T("activities.copy_first"))
	return ui.Render(w, r, status, activityCopyPage(v, page))
}

// PostCopyActivity makes a new draft.
func (d *Desk) PostCopyActivity(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	in := r.Input()
	page := activityCopy{Activity: act, Edition: in.ID("edition"), Sessions: in.Yes("sessions"), First: in.Day("first")}
	c := activity.Copying{EditionID: page.Edition, Sessions: page.Sessions}
	if page.First != "" && len(act.Sessions) > 0 {
		c.Days = act.Sessions[0].Day().DaysUntil(page.First)
	}
	var made activity.Activity
	if err = in.Err(); err == nil {
		made, err = d.Activities.Copy(r.Context(), r.Actor, act.ID, c)
	}
	if httpx.IsProblem(err) {
		return d.showCopy(w, r, httpx.Status(errs.As(err)), page, onCopy(err))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "activities.copied")
	return httpx.Redirect(w, r, activityEditPath(made.ID), activitiesPath)
}

// onCopy names the fields of problems as the form does, which asks for a day and not for a number of days.
func onCopy(problem error) error {
	e := errs.As(problem)
	if len(e.Problems) == 1 && e.Problems[0].Field == "days" {
		return errs.Join(e.Problems[0].On("first"))
	}
	return problem
}
