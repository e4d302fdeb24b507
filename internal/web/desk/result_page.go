package desk

import (
	"bytes"
	"context"
	"net/http"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/paper"
	"openweek/internal/review"
	"openweek/internal/web/ui"
)

// Where the results of sessions are reported.
const resultsPath = "/desk/results"

func resultPath(sessionID string) string { return resultsPath + "/" + sessionID }

// resultList are the sessions that are over, with what became of them.
type resultList struct {
	Edition  *edition.Edition // nil while there is none
	Editions []ui.Tab
	weekFacts
	Filter activity.ResultFilter
	Whose  string
	Tabs   []ui.Tab
	Items  []activity.ResultItem
	Pages  ui.Pages
	Enter  bool
	Wide   bool // the reader sees more than their own unit's

	ownUnit string
}

// resultParts are the parts of the list.
var resultParts = append([]activity.ResultState{""}, activity.ResultStates...)

// GetResults lists the results of the reader's unit, or of the units in sight.
func (d *Desk) GetResults(w http.ResponseWriter, r *httpx.Request) error {
	ctx, in := r.Context(), r.Input()
	editionID := in.ID("edition")
	if err := in.Err(); err != nil {
		return err
	}
	v := d.view(r, r.T("nav.results"))
	page := resultList{Wide: seesOthers(r.Actor), Enter: entersActivities(r.Actor), ownUnit: r.Actor.UnitID}
	e, err := d.editionOfDuties(ctx, r.Actor, editionID)
	if err != nil {
		return err
	}
	if e == nil {
		return ui.Render(w, r, http.StatusOK, resultListPage(v, page))
	}
	page.Edition = e
	page.Filter, page.Whose = resultFilter(in, e.ID, belongs(r.Actor) && !page.Wide)
	if err := in.Err(); err != nil {
		return err
	}
	if page.weekFacts, err = d.weekFacts(ctx, r, e.ID); err != nil {
		return err
	}
	found, err := d.Activities.FindResults(ctx, r.Actor, page.Filter)
	if err != nil {
		return err
	}
	page.Items = found.Items
	counts, err := d.Activities.CountResults(ctx, r.Actor, page.Filter)
	if err != nil {
		return err
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	counts[""] = total
	for _, one := range resultParts {
		page.Tabs = append(page.Tabs, ui.Tab{Href: v.With("state", string(one), "after", "", "trail", ""), Text: resultPart(v, one), Count: counts[one], Current: one == page.Filter.State})
	}
	if page.Editions, err = d.editionTabs(ctx, r, v, e.ID); err != nil {
		return err
	}
	page.Pages = ui.PagesOf(v, in, found.Next, v.T("results.page_summary", "total", counts[page.Filter.State], "shown", len(page.Items)))
	return ui.Render(w, r, http.StatusOK, resultListPage(v, page))
}

func resultFilter(in *httpx.Input, editionID string, alone bool) (f activity.ResultFilter, whose string) {
	if whose = in.Choice("whose", whoseAll, whoseOwn); whose == "" {
		whose = whoseAll
	}
	f = activity.ResultFilter{
		EditionID: editionID, ActivityID: in.ID("activity"), Own: alone || whose == whoseOwn, Region: in.Text("region", 6),
		State: activity.ResultState(in.Choice("state", names(activity.ResultStates)...)), After: in.Raw("after"),
	}
	return f, whose
}

func (p resultList) filtered() bool {
	f := p.Filter
	return f.State != "" || f.Region != "" || f.ActivityID != "" || p.Whose == whoseOwn
}

func (p resultList) reset() string { return httpx.WithQuery(resultsPath, "edition", p.Edition.ID) }

func resultPart(v ui.View, s activity.ResultState) string {
	if s == "" {
		return v.T("results.state_all")
	}
	return resultWord(v, s)
}

//i18n:prefix results.state_
func resultWord(v ui.View, s activity.ResultState) string { return v.T("results.state_" + string(s)) }

func resultShape(s activity.ResultState) ui.State {
	switch s {
	case activity.ResultReview:
		return ui.Sent
	case activity.ResultReturned:
		return ui.Returned
	case activity.ResultAccepted:
		return ui.Accepted
	case activity.ResultReplaced:
		return ui.Exempt
	}
	return ui.Todo
}

// countWords says what was counted at the door, "" where nobody counts.
func countWords(n int64) string {
	if n == activity.NotCounted {
		return ""
	}
	return int64text(n)
}

// resultPage is the result of a session as staff see it.
type resultPage struct {
	Result   activity.Result
	Versions []resultVersion // the last first
	Returned *stepLine
	Report   bool // the reader reports on it, or corrects it
	Thanks   bool // there is a certificate
	Session  string
}

// resultVersion is one version in the history.
type resultVersion struct {
	activity.ResultVersion
	By       string
	Steps    []stepLine
	Standing bool
}

// GetResult shows the result of a session.
func (d *Desk) GetResult(w http.ResponseWriter, r *httpx.Request) error {
	res, err := d.Activities.Result(r.Context(), r.Actor, r.PathID("session"))
	if err != nil {
		return err
	}
	v := d.resultView(r, res, "")
	page, err := d.resultPage(r.Context(), r, v, res)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, resultDetailPage(v, page))
}

// resultView begins a page of a result; title "" is the result's own page.
func (d *Desk) resultView(r *httpx.Request, res activity.Result, title string) ui.View {
	name := cutTitle(res.Activity.Title)
	way := []ui.Crumb{{Href: resultsPath, Text: r.T("nav.results")}}
	if title == "" {
		return d.view(r, name, way...)
	}
	return d.view(r, title, append(way, ui.Crumb{Href: resultPath(res.Session.ID), Text: name})...)
}

func (d *Desk) resultPage(ctx context.Context, r *httpx.Request, v ui.View, res activity.Result) (page resultPage, err error) {
	page = resultPage{Result: res, Session: sessionWords(v, res.Session)}
	units, persons, err := d.resultNames(ctx, r, v, res)
	if err != nil {
		return page, err
	}
	standing, stands := res.Standing()
	for i := len(res.Versions) - 1; i >= 0; i-- {
		one := res.Versions[i]
		page.Versions = append(page.Versions, resultVersion{one, persons[one.By], stepLines(res.Steps, one.N, units, persons), stands && standing.N == one.N})
	}
	page.Returned = returnedResult(res, units, persons)
	page.Report = res.Own && entersActivities(r.Actor) && res.Begun && !res.Session.Cancelled()
	_, err = d.Activities.Certificate(ctx, r.Actor, res.Activity.ID)
	page.Thanks = err == nil
	if httpx.IsProblem(err) {
		err = nil
	}
	return page, err
}

// resultNames names the units and persons of a result's history.
func (d *Desk) resultNames(ctx context.Context, r *httpx.Request, v ui.View, res activity.Result) (units map[string]string, persons people, err error) {
	e, err := d.Editions.Face(ctx, r.Actor, res.Activity.EditionID)
	if err != nil {
		return nil, nil, err
	}
	u := res.Activity.Unit
	if units, err = d.upper(ctx, r, u.Place.Region, e.Territory); err != nil {
		return nil, nil, err
	}
	units[u.ID], _ = i18n.Pick(r.Locale, u.Name, u.NameEN)
	var ids []string
	for _, one := range res.Versions {
		ids = append(ids, one.By)
	}
	for _, s := range res.Steps {
		ids = append(ids, s.DecidedBy)
	}
	persons, err = d.namePeople(ctx, r, v, ids...)
	return units, persons, err
}

// returnedResult is the reading that sent the latest version back, nil unless it stands returned.
func returnedResult(res activity.Result, units map[string]string, persons people) *stepLine {
	if res.State != activity.ResultReturned {
		return nil
	}
	for i := len(res.Steps) - 1; i >= 0; i-- {
		if s := res.Steps[i]; s.State == review.Returned {
			return &stepLine{s, units[s.UnitID], persons[s.DecidedBy]}
		}
	}
	return nil
}

// sessionWords says which run of an activity it is.
func sessionWords(v ui.View, s activity.Session) string {
	return i18n.Day(v.Locale, s.Day()) + " " + spanOf(v, s.SessionDraft)
}

// homeResults asks the host for what is missing.
func (d *Desk) homeResults(ctx context.Context, r *httpx.Request, v ui.View, p *home) error {
	if p.Edition == nil || !belongs(r.Actor) || !entersActivities(r.Actor) {
		return nil
	}
	counts, err := d.Activities.CountResults(ctx, r.Actor, activity.ResultFilter{EditionID: p.Edition.ID, Own: true})
	if err != nil {
		return err
	}
	for _, one := range []struct {
		state activity.ResultState
		text  string
		tone  httpx.Tone
	}{{activity.ResultReturned, "results.home_returned", ui.Bad}, {activity.ResultMissing, "results.home_missing", ui.Notice}} {
		if n := counts[one.state]; n > 0 {
			p.Tasks = append(p.Tasks, task{
				Text: v.T(one.text, "count", n), Note: v.T("results.home_note"), Go: v.T("results.report"), Tone: one.tone,
				Href: httpx.WithQuery(resultsPath, "state", string(one.state), "whose", whoseOwn),
			})
		}
	}
	return nil
}

// GetCertificate gives the thanks for an activity as a file to print.
func (d *Desk) GetCertificate(w http.ResponseWriter, r *httpx.Request) error {
	c, err := d.Activities.Certificate(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	act, err := d.Activities.Get(r.Context(), r.Actor, c.ActivityID)
	if err != nil {
		return err
	}
	pick := func(name, nameEN string) string { text, _ := i18n.Pick(r.Locale, name, nameEN); return text }
	doc := paper.Certificate{
		Locale: r.Locale, Edition: pick(c.Edition, c.EditionEN), Host: pick(c.Unit.Name, c.Unit.NameEN), Activity: pick(c.Title, c.TitleEN),
		First: c.First, Last: c.Last, Venue: act.Content.Venue.Name, Sessions: c.Sessions, Attendance: c.Attendance,
		Office: pick(c.Issuer, c.IssuerEN), On: c.On, Made: d.Clock.Now(),
	}
	if c.Guest.Name != "" {
		doc.Host = pick(c.Guest.Name, c.Guest.NameEN)
	}
	var body bytes.Buffer
	if err := paper.Certificates(&body, doc); err != nil {
		return errs.Internal(err)
	}
	return httpx.WriteFile(w, r, r.T("results.thanks")+"-"+doc.Activity+".pdf", pdfType, body.Bytes())
}
