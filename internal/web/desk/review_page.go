package desk

import (
	"net/http"
	"strconv"

	"openweek/internal/errs"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/review"
	"openweek/internal/web/ui"
)

// reviewPage is a filing as somebody reviews it.
type reviewPage struct {
	aboutDuty
	Reading filing.Reading
	By      string // who handed it in
	Read    filed
	Steps   []stepLine // of this version
	Earlier []earlierVersion
	Against int // number of the version it is compared with, 0 for none
	Changes []form.FieldChange
	Comment string
	Open    bool // it can be decided
}

// earlierVersion is a version before the one under review.
type earlierVersion struct {
	filing.Version
	Steps []stepLine
}

// Longest words of a reviewer, in characters; package review has the last word.
const (
	maxComment   = 1000
	maxMarkWords = 500
)

// verdicts are what a reviewer can decide.
var verdicts = []review.State{review.Accepted, review.Returned, review.Declined}

// opDecline shows the question before declining; declined itself is sent from there.
const opDecline = "decline"

// GetReview shows a filing, an activity or a result for the step of the reader's unit.
func (d *Desk) GetReview(w http.ResponseWriter, r *httpx.Request) error {
	err := d.showReview(w, r, http.StatusOK, review.Decision{}, nil)
	if errs.Is(err, "review.not_found") { // a step of something else
		err = d.showActivityReview(w, r, http.StatusOK, review.Decision{}, nil)
	}
	if errs.Is(err, "review.not_found") { // a step of a result, or of nobody's
		err = d.showResultReview(w, r, http.StatusOK, review.Decision{}, nil)
	}
	return err
}

func (d *Desk) showReview(w http.ResponseWriter, r *httpx.Request, status int, written review.Decision, problem error) error {
	ctx := r.Context()
	reading, err := d.Filings.Read(ctx, r.Actor, r.PathID("step"))
	if err != nil {
		return err
	}
	f := reading.Filing
	page := reviewPage{Reading: reading, Comment: written.Comment, Open: reading.Step.State == review.Open}
	if page.aboutDuty, err = d.aboutDuty(ctx, r, f.Duty); err != nil {
		return err
	}
	name, _ := i18n.Pick(r.Locale, f.Duty.Unit.Name, f.Duty.Unit.NameEN)
	v := d.view(r, name, ui.Crumb{Href: reviewsPath, Text: r.T("nav.reviews")})
	persons, err := d.namePeople(ctx, r, v, personsIn(f)...)
	if err != nil {
		return err
	}
	page.By = persons[reading.Version.By]
	page.Steps = stepLines(f.Steps, reading.Version.N, page.Units, persons)
	before := d.compare(r.Input(), &page, persons)
	if page.Read, err = d.readFiled(ctx, r.Actor, f.Form.Definition, reading.Version.Values, before); err != nil {
		return err
	}
	page.Read.Changed = differing(page.Changes)
	page.Read.Marks = marksOf(allMarks(page.Steps))
	page.Read.Marking, page.Read.Written = page.Open, map[string]string{}
	for _, m := range written.Marks {
		page.Read.Written[m.Field] = m.Words
	}
	v = v.WithProblems(problem, "comment", v.T("duties.comment"))
	return ui.Render(w, r, status, reviewDetailPage(v, page))
}

// compare chooses the earlier version to read beside: the one asked for, else the one before.
func (d *Desk) compare(in *httpx.Input, p *reviewPage, persons people) (before form.Values) {
	f := p.Reading.Filing
	asked, _ := strconv.Atoi(in.Raw("against")) //nolint:errcheck // anything else compares with the one before
	var against filing.Version
	for _, version := range f.Versions {
		if version.N >= p.Reading.Version.N {
			break
		}
		p.Earlier = append(p.Earlier, earlierVersion{version, stepLines(f.Steps, version.N, p.Units, persons)})
		if asked == 0 || version.N <= asked {
			against = version
		}
	}
	if against.N == 0 {
		return nil
	}
	p.Against = against.N
	p.Changes = form.Diff(against.Values, p.Reading.Version.Values, f.Form.Definition)
	return against.Values
}

// readDecision reads what a reviewer has written.
func readDecision(in *httpx.Input, def form.Definition) review.Decision {
	decision := review.Decision{ReadHash: in.Text("hash", 200), Comment: in.Text("comment", maxComment)}
	for _, s := range def.Sections {
		for _, f := range s.Fields {
			if words := in.Text(markName(f.Code), maxMarkWords); words != "" {
				decision.Marks = append(decision.Marks, review.Mark{Field: f.Code, Words: words})
			}
		}
	}
	return decision
}

// PostReview decides.
func (d *Desk) PostReview(w http.ResponseWriter, r *httpx.Request) error {
	reading, err := d.Filings.Read(r.Context(), r.Actor, r.PathID("step"))
	if errs.Is(err, "review.not_found") {
		return d.postActivityReview(w, r)
	}
	if err != nil {
		return err
	}
	in := r.Input()
	op := in.Choice("op", append(names(verdicts), opDecline)...)
	decision := readDecision(in, reading.Filing.Form.Definition)
	err = in.Err()
	if err == nil && op == opDecline {
		if decision.Comment != "" {
			return d.askDecline(w, r, reading, decision)
		}
		err = errs.Join(errs.Invalid("review.comment_missing").On("comment"))
	}
	var result review.Result
	if err == nil {
		decision.Outcome = review.State(op)
		result, err = d.Filings.Decide(r.Context(), r.Actor, reading.Step.ID, decision)
	}
	if httpx.IsProblem(err) {
		return d.showReview(w, r, httpx.Status(errs.As(err)), decision, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, decidedKey(result))
	return httpx.Redirect(w, r, reviewsPath, reviewsPath)
}

func decidedKey(r review.Result) string {
	switch {
	case r.Step.State == review.Returned:
		return "duties.review_returned"
	case r.Step.State == review.Declined:
		return "duties.review_declined"
	case r.Done:
		return "duties.review_accepted"
	}
	return "duties.review_passed"
}

// askDecline asks before a filing is closed for good.
func (d *Desk) askDecline(w http.ResponseWriter, r *httpx.Request, reading filing.Reading, decision review.Decision) error {
	name, _ := i18n.Pick(r.Locale, reading.Filing.Duty.Unit.Name, reading.Filing.Duty.Unit.NameEN)
	v := d.view(r, r.T("duties.decline_title", "unit", name), ui.Crumb{Href: reviewsPath, Text: r.T("nav.reviews")})
	return ui.Render(w, r, http.StatusOK, reviewDeclinePage(v, ui.Confirmation{
		Title: v.Title, Says: []string{v.T("duties.decline_says")}, Action: reviewPath(reading.Step.ID), Submit: v.T("duties.decline"), Danger: true, Back: reviewPath(reading.Step.ID),
	}, decision))
}
