package desk

import (
	"net/http"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/review"
	"openweek/internal/web/ui"
)

// activityReview is an activity as somebody reviews it.
type activityReview struct {
	Reading activity.Reading
	By      string
	Read    activityRead
	Steps   []stepLine        // of this version
	Earlier []activityVersion // before it, those that came back
	Changes []shownChange     // against what is public
	Comment string
	Open    bool
}

// activityLine is an activity that waits for the reader.
type activityLine struct {
	activity.Reviewable
	Age string
	Old bool
}

// activityQueue lists the activities that wait for the reader, the oldest first.
func (d *Desk) activityQueue(r *httpx.Request) (lines []activityLine, err error) {
	list, err := d.Activities.Pending(r.Context(), r.Actor, reviewsShown)
	for _, one := range list {
		lines = append(lines, activityLine{one, i18n.Elapsed(r.Locale, one.Age), one.Age.Hours() > oldAfterDays*24})
	}
	return lines, err
}

// showActivityReview shows an activity for the step of the reader's unit.
func (d *Desk) showActivityReview(w http.ResponseWriter, r *httpx.Request, status int, written review.Decision, problem error) error {
	ctx := r.Context()
	reading, err := d.Activities.Read(ctx, r.Actor, r.PathID("step"))
	if err != nil {
		return err
	}
	act, version := reading.Activity, reading.Version
	page := activityReview{Reading: reading, Comment: written.Comment, Open: reading.Step.State == review.Open}
	v := d.view(r, cutTitle(titleOr(ui.View{Locale: r.Locale}, version.Content.Title)), ui.Crumb{Href: reviewsPath, Text: r.T("nav.reviews")})
	facts, err := d.weekFacts(ctx, r, act.EditionID)
	if err != nil {
		return err
	}
	units, err := d.activityUnits(ctx, r, act)
	if err != nil {
		return err
	}
	persons, err := d.activityPeople(ctx, r, v, act)
	if err != nil {
		return err
	}
	page.By = persons[version.By]
	page.Steps = stepLines(act.Steps, version.N, units, persons)
	for _, one := range act.Versions {
		if one.N < version.N && (one.Outcome == activity.Returned || one.Outcome == activity.Declined) {
			page.Earlier = append(page.Earlier, activityVersion{one, persons[one.By], stepLines(act.Steps, one.N, units, persons)})
		}
	}
	also := []activity.Content(nil)
	if act.State == activity.Published {
		also = append(also, act.Content)
	}
	if page.Read, err = d.readActivityContent(ctx, r.Actor, facts, version.Content, version.Form, also...); err != nil {
		return err
	}
	page.Changes = showChanges(v, facts, version.Changes)
	page.Read.mark(allMarks(page.Steps), version.Changes)
	page.Read.Sessions = append([]activity.Session{}, act.Sessions...)
	if page.Open {
		page.Read.offer(written.Marks)
	}
	v = v.WithProblems(problem, "comment", v.T("duties.comment"))
	return ui.Render(w, r, status, activityReviewPage(v, page))
}

// readActivityDecision reads what a reviewer has written.
func readActivityDecision(in *httpx.Input, version activity.Version) review.Decision {
	decision := review.Decision{ReadHash: in.Text("hash", 200), Comment: in.Text("comment", maxComment)}
	add := func(input, field string) {
		if words := in.Text(markName(input), maxMarkWords); words != "" {
			decision.Marks = append(decision.Marks, review.Mark{Field: field, Words: words})
		}
	}
	for _, field := range readFields {
		add(field, field)
	}
	for _, s := range version.Form.Definition.Sections {
		for _, f := range s.Fields {
			add(kindPrefix+f.Code, "form."+f.Code)
		}
	}
	return decision
}

// postActivityReview decides.
func (d *Desk) postActivityReview(w http.ResponseWriter, r *httpx.Request) error {
	reading, err := d.Activities.Read(r.Context(), r.Actor, r.PathID("step"))
	if errs.Is(err, "review.not_found") {
		return d.postResultReview(w, r)
	}
	if err != nil {
		return err
	}
	in := r.Input()
	op := in.Choice("op", append(names(verdicts), opDecline)...)
	decision := readActivityDecision(in, reading.Version)
	err = in.Err()
	if err == nil && op == opDecline {
		if decision.Comment != "" {
			return d.askDeclineActivity(w, r, reading, decision)
		}
		err = errs.Join(errs.Invalid("review.comment_missing").On("comment"))
	}
	var result review.Result
	if err == nil {
		decision.Outcome = review.State(op)
		result, err = d.Activities.Decide(r.Context(), r.Actor, reading.Step.ID, decision)
	}
	if httpx.IsProblem(err) {
		return d.showActivityReview(w, r, httpx.Status(errs.As(err)), decision, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, activityDecidedKey(result))
	return httpx.Redirect(w, r, reviewsPath, reviewsPath)
}

func activityDecidedKey(r review.Result) string {
	switch {
	case r.Step.State == review.Returned:
		return "activities.review_returned"
	case r.Step.State == review.Declined:
		return "activities.review_declined"
	case r.Done:
		return "activities.review_accepted"
	}
	return "activities.review_passed"
}

// askDeclineActivity asks before an activity is closed.
func (d *Desk) askDeclineActivity(w http.ResponseWriter, r *httpx.Request, reading activity.Reading, decision review.Decision) error {
	v := d.view(r, r.T("activities.decline_title"), ui.Crumb{Href: reviewsPath, Text: r.T("nav.reviews")})
	says := v.T("activities.decline_says")
	if reading.Activity.State == activity.Published {
		says = v.T("activities.decline_change_says")
	}
	for i, m := range decision.Marks {
		if code, ok := strings.CutPrefix(m.Field, "form."); ok {
			decision.Marks[i].Field = kindPrefix + code // as the form names it
		}
	}
	return ui.Render(w, r, http.StatusOK, reviewDeclinePage(v, ui.Confirmation{
		Title: v.Title, Says: []string{reading.Version.Content.Title, says}, Action: reviewPath(reading.Step.ID), Submit: v.T("duties.decline"), Danger: true, Back: reviewPath(reading.Step.ID),
	}, decision))
}
