package desk

import (
	"net/http"
	"slices"
	"strconv"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/review"
	"openweek/internal/web/ui"
)

// activityPage is an activity as staff see it.
type activityPage struct {
	weekFacts
	Activity activity.Activity
	Read     activityRead
	Shown    shownContent
	Versions []activityVersion // the last first
	Steps    []stepLine        // of the version that is being read
	Returned *stepLine
	Changes  []shownChange // that the public does not see yet
	Doubles  []activity.Double
	May      activityActions
	Names    people
}

// shownContent says what stands on the page.
type shownContent string

const (
	showsPublic  shownContent = "public"  // what the public sees
	showsDraft   shownContent = "draft"   // what is being written
	showsVersion shownContent = "version" // what was handed in last
)

// activityActions are what the reader can do now.
type activityActions struct {
	Write, Schedule, Submit, Withdraw, Discard, Copy, Cancel bool
}

// activityVersion is one version in the history.
type activityVersion struct {
	activity.Version
	By    string
	Steps []stepLine
}

// actionsOnActivity tells what an actor can do. The use cases decide; this is what a page offers.
func actionsOnActivity(act activity.Activity, enters bool) (may activityActions) {
	if !act.Own || !enters {
		return may
	}
	may.Copy = true
	may.Write = writable(act)
	may.Schedule = schedulable(act)
	may.Cancel = act.State == activity.Published
	pending := act.Draft.State == activity.DraftEditing || act.Draft.State == activity.DraftReturned
	may.Submit = may.Write && pending
	may.Discard = act.State == activity.Published && (pending || act.Draft.State == activity.DraftDeclined) || act.State == activity.Unpublished && pending && len(act.Versions) == 0
	if latest, ok := act.Latest(); ok && act.Draft.State == activity.DraftReview {
		may.Withdraw = !slices.ContainsFunc(act.Steps, func(s review.Step) bool { return int(s.Subject.Version) == latest.N && s.DecidedBy != "" })
	}
	return may
}

// GetActivity shows an activity of the reader's unit, or of one in sight.
func (d *Desk) GetActivity(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	act, err := d.Activities.Get(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	v := d.activityView(r, act, "")
	page := activityPage{Activity: act, May: actionsOnActivity(act, entersActivities(r.Actor))}
	if page.weekFacts, err = d.weekFacts(ctx, r, act.EditionID); err != nil {
		return err
	}
	units, err := d.activityUnits(ctx, r, act)
	if err != nil {
		return err
	}
	if page.Names, err = d.activityPeople(ctx, r, v, act); err != nil {
		return err
	}
	page.Returned = returnedReading(act, units, page.Names)
	for _, version := range slices.Backward(act.Versions) {
		page.Versions = append(page.Versions, activityVersion{version, page.Names[version.By], stepLines(act.Steps, version.N, units, page.Names)})
	}
	if act.Draft.State == activity.DraftReview && len(page.Versions) > 0 {
		page.Steps = page.Versions[0].Steps
	}
	content, kind, also := act.Content, act.Form, []activity.Content(nil)
	page.Shown = showsPublic
	if act.State == activity.Unpublished {
		latest, handedIn := act.Latest()
		switch {
		case act.Own && act.Draft.State == activity.DraftReview:
			page.Shown, content, kind = showsVersion, act.Draft.Content, act.Draft.Form
		case act.Own:
			page.Shown, content, kind = showsDraft, act.Draft.Content, act.Draft.Form
		case handedIn:
			page.Shown, content, kind = showsVersion, latest.Content, latest.Form
		}
	}
	if len(act.Changes) > 0 {
		also = append(also, act.Draft.Content)
		page.Changes = showChanges(v, page.weekFacts, act.Changes)
	}
	if page.Read, err = d.readActivityContent(ctx, r.Actor, page.weekFacts, content, kind, also...); err != nil {
		return err
	}
	page.Read.Sessions = append([]activity.Session{}, act.Sessions...)
	if act.Own && act.State == activity.Unpublished {
		if page.Doubles, err = d.Activities.Doubles(ctx, r.Actor, act.ID); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, activityDetailPage(v, page))
}

// activityVersionPage is one version as it was handed in.
type activityVersionPage struct {
	weekFacts
	Activity activity.Activity
	Version  activityVersion
	Read     activityRead
	Changes  []shownChange
}

// GetActivityVersion shows what was handed in at one time, and what it changed.
func (d *Desk) GetActivityVersion(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	act, err := d.Activities.Get(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	i := slices.IndexFunc(act.Versions, func(one activity.Version) bool { return one.N == n })
	if err != nil || i < 0 {
		return errs.NotFound("activity.not_found")
	}
	version := act.Versions[i]
	v := d.activityView(r, act, r.T("duties.version", "n", n))
	page := activityVersionPage{Activity: act}
	if page.weekFacts, err = d.weekFacts(ctx, r, act.EditionID); err != nil {
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
	page.Version = activityVersion{version, persons[version.By], stepLines(act.Steps, n, units, persons)}
	if page.Read, err = d.readActivityContent(ctx, r.Actor, page.weekFacts, version.Content, version.Form); err != nil {
		return err
	}
	page.Read.mark(allMarks(page.Version.Steps), version.Changes)
	page.Changes = showChanges(v, page.weekFacts, version.Changes)
	return ui.Render(w, r, http.StatusOK, activityVersionDetailPage(v, page))
}
