package desk

import (
	"bytes"
	"net/http"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// activityList is what a unit or an office sees of an edition's activities.
type activityList struct {
	Edition  *edition.Edition // nil while there is none
	Editions []ui.Tab
	weekFacts
	Filter activity.Entered
	Show   string
	Whose  string
	Tabs   []ui.Tab
	Items  []activity.Item
	Pages  ui.Pages
	Export string
	Enter  bool // the reader writes activities of their unit, and the edition is open
	Wide   bool // the reader sees more than their own unit's
}

// Parts of the list: states of the activity and of its draft under one row of tabs.
var activityParts = []string{
	"", string(activity.DraftEditing), string(activity.DraftReturned), string(activity.DraftReview), string(activity.Published),
	string(activity.DraftDeclined), string(activity.Cancelled),
}

const (
	whoseAll = "all"
	whoseOwn = "own"
)

// activityFilter reads the filter bar of the list. Whoever sees only their own unit is asked nothing.
func activityFilter(in *httpx.Input, a actor.Actor, editionID string) (f activity.Entered, show, whose string) {
	show = in.Choice("show", activityParts...)
	whose = in.Choice("whose", whoseAll, whoseOwn)
	if whose == "" {
		whose = whoseAll
		if belongs(a) && !seesOthers(a) {
			whose = whoseOwn
		}
	}
	f = activity.Entered{
		EditionID: editionID, Own: whose == whoseOwn, Region: in.Text("region", 6), MethodID: in.ID("method"), TopicID: in.ID("topic"),
		Text: in.Text("q", 60), UnitID: in.ID("unit"), After: in.Raw("after"),
	}
	switch show {
	case "":
	case string(activity.Published), string(activity.Cancelled):
		f.States = []activity.State{activity.State(show)}
	default:
		f.Drafts = []activity.DraftState{activity.DraftState(show)}
	}
	return f, show, whose
}

// seesOthers tells whether the reader sees activities of units other than their own.
func seesOthers(a actor.Actor) bool {
	sight := actor.Sight(a)
	return !sight.None && len(sight.Units) == 0
}

// GetActivities lists the activities of the reader's unit, or of the units in sight.
func (d *Desk) GetActivities(w http.ResponseWriter, r *httpx.Request) error {
	ctx, in := r.Context(), r.Input()
	editionID := in.ID("edition")
	if err := in.Err(); err != nil {
		return err
	}
	v := d.view(r, r.T("nav.activities"))
	page := activityList{Wide: seesOthers(r.Actor)}
	e, err := d.editionOfDuties(ctx, r.Actor, editionID)
	if err != nil {
		return err
	}
	if e == nil {
		return ui.Render(w, r, http.StatusOK, activityListPage(v, page))
	}
	page.Edition = e
	page.Filter, page.Show, page.Whose = activityFilter(in, r.Actor, e.ID)
	if err := in.Err(); err != nil {
		return err
	}
	if page.weekFacts, err = d.weekFacts(ctx, r, e.ID); err != nil {
		return err
	}
	page.Enter = e.Status == edition.StatusPublished && entersActivities(r.Actor)
	found, err := d.Activities.FindEntered(ctx, r.Actor, page.Filter)
	if err != nil {
		return err
	}
	page.Items = found.Items
	all := page.Filter
	all.States, all.Drafts, all.After = nil, nil, ""
	counts, err := d.Activities.CountEntered(ctx, r.Actor, all)
	if err != nil {
		return err
	}
	page.Tabs = activityTabs(v, page.Show, counts)
	if page.Editions, err = d.editionTabs(ctx, r, v, e.ID); err != nil {
		return err
	}
	summary := v.T("activities.page_summary", "total", countOf(page.Show, counts), "shown", len(page.Items))
	page.Pages = ui.PagesOf(v, in, found.Next, summary)
	page.Export = elsewhere(in, activitiesPath+"/export")
	return ui.Render(w, r, http.StatusOK, activityListPage(v, page))
}

// countOf is how many activities a part of the list has.
func countOf(show string, c activity.Counts) int {
	switch show {
	case "":
		return c.Total
	case string(activity.Published), string(activity.Cancelled):
		return c.States[activity.State(show)]
	}
	return c.Drafts[activity.DraftState(show)]
}

//i18n:prefix activities.show_
func activityTabs(v ui.View, show string, c activity.Counts) (tabs []ui.Tab) {
	for _, one := range activityParts {
		n := countOf(one, c)
		if n == 0 && one != show && (one == string(activity.DraftDeclined) || one == string(activity.Cancelled)) {
			continue // rare
		}
		word := one
		if word == "" {
			word = "all"
		}
		tabs = append(tabs, ui.Tab{Href: v.With("show", one, "after", "", "trail", ""), Text: v.T("activities.show_" + word), Count: n, Current: one == show})
	}
	return tabs
}

// GetActivitiesExport gives what the list shows, all pages, as an Excel file.
func (d *Desk) GetActivitiesExport(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	e, err := d.editionOfDuties(r.Context(), r.Actor, in.ID("edition"))
	if err != nil {
		return err
	}
	if e == nil {
		return httpx.Redirect(w, r, activitiesPath, activitiesPath)
	}
	filter, _, _ := activityFilter(in, r.Actor, e.ID)
	filter.After = ""
	if err := in.Err(); err != nil {
		return err
	}
	var body bytes.Buffer
	if err := d.Activities.Export(r.Context(), r.Actor, filter, &body); err != nil {
		return err
	}
	return d.workbook(w, r, r.T("nav.activities"), body.Bytes())
}

// filtered tells whether anything restricts the list beyond its tab.
func (p activityList) filtered() bool {
	f := p.Filter
	return f.Text != "" || f.Region != "" || f.MethodID != "" || f.TopicID != "" || f.UnitID != "" || p.Show != ""
}

func whoseOptions(v ui.View) []ui.Option {
	return []ui.Option{{Value: whoseAll, Text: v.T("activities.whose_all")}, {Value: whoseOwn, Text: v.T("activities.whose_own")}}
}

// reset is the list without its filter.
func (p activityList) reset() string {
	if p.Edition == nil {
		return activitiesPath
	}
	return httpx.WithQuery(activitiesPath, "edition", p.Edition.ID)
}
