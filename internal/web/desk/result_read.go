package desk

import (
	"net/http"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/review"
	"openweek/internal/web/ui"
)

// resultReview is a result as somebody of the unit above reads it.
type resultReview struct {
	Reading activity.ResultReading
	Session string
	By      string
	Steps   []stepLine // of this version
	Earlier []resultVersion
	Before  *activity.ResultVersion // that stands, where this one corrects it
	Written map[string]string       // marks that were written
	Comment string
	Open    bool
}

// resultLine is a result that waits for the reader.
type resultLine struct {
	activity.PendingResult
	Age string
	Old bool
}

// resultVerdicts are what a reviewer can decide: what was held was held, so nothing is declined.
var resultVerdicts = []review.State{review.Accepted, review.Returned}

// resultQueue lists the results that wait for the reader, the oldest first.
func (d *Desk) resultQueue(r *httpx.Request) (lines []resultLine, err error) {
	list, err := d.Activities.PendingResults(r.Context(), r.Actor, reviewsShown)
	for _, one := range list {
		lines = append(lines, resultLine{one, i18n.Elapsed(r.Locale, one.Age), one.Age.Hours() > oldAfterDays*24})
	}
	return lines, err
}

// showResultReview shows a result for the step of the reader's unit.
func (d *Desk) showResultReview(w http.ResponseWriter, r *httpx.Request, status int, written review.Decision, problem error) error {
	ctx := r.Context()
	reading, err := d.Activities.ReadResult(ctx, r.Actor, r.PathID("step"))
	if err != nil {
		return err
	}
	v := d.view(r, cutTitle(reading.Result.Activity.Title), ui.Crumb{Href: reviewsPath, Text: r.T("nav.reviews")})
	page := resultReview{Reading: reading, Session: sessionWords(v, reading.Result.Session), Comment: written.Comment, Open: reading.Step.State == review.Open, Written: map[string]string{}}
	for _, m := range written.Marks {
		page.Written[m.Field] = m.Words
	}
	units, persons, err := d.resultNames(ctx, r, v, reading.Result)
	if err != nil {
		return err
	}
	page.By = persons[reading.Version.By]
	page.Steps = stepLines(reading.Result.Steps, reading.Version.N, units, persons)
	for _, one := range reading.Result.Versions {
		if one.N < reading.Version.N && one.State == activity.ResultReturned {
			page.Earlier = append(page.Earlier, resultVersion{one, persons[one.By], stepLines(reading.Result.Steps, one.N, units, persons), false})
		}
	}
	if before, ok := reading.Result.Standing(); ok && before.N < reading.Version.N {
		page.Before = &before
	}
	labels := []string{"comment", v.T("duties.comment")}
	for _, field := range activity.ResultFields {
		labels = append(labels, "marks."+field, resultField(v, field))
	}
	return ui.Render(w, r, status, resultReviewPage(v.WithProblems(problem, labels...), page))
}

// resultField names a field that is marked.
//
//i18n:prefix results.field_
func resultField(v ui.View, field string) string { return v.T("results.field_" + field) }

// postResultReview decides.
func (d *Desk) postResultReview(w http.ResponseWriter, r *httpx.Request) error {
	reading, err := d.Activities.ReadResult(r.Context(), r.Actor, r.PathID("step"))
	if err != nil {
		return err
	}
	in := r.Input()
	decision := review.Decision{Outcome: review.State(in.Choice("op", names(resultVerdicts)...)), ReadHash: in.Text("hash", 200), Comment: in.Text("comment", maxComment)}
	for _, field := range activity.ResultFields {
		if words := in.Text(markName(field), maxMarkWords); words != "" {
			decision.Marks = append(decision.Marks, review.Mark{Field: field, Words: words})
		}
	}
	var result review.Result
	if err = in.Err(); err == nil {
		result, err = d.Activities.DecideResult(r.Context(), r.Actor, reading.Step.ID, decision)
	}
	if httpx.IsProblem(err) {
		return d.showResultReview(w, r, httpx.Status(errs.As(err)), decision, err)
	}
	if err != nil {
		return err
	}
	if result.Step.State == review.Returned {
		r.Tell(w, httpx.Good, "results.returned")
	} else {
		r.Tell(w, httpx.Good, "results.verified")
	}
	return httpx.Redirect(w, r, reviewsPath, reviewsPath)
}
