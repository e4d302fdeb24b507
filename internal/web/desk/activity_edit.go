package desk

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// Buttons of the form beside those that edit what was sent.
const (
	opNext   = "next"   // saves and goes on to the next step
	opMethod = "method" // saves and goes on to the choice of the method
)

// Steps of an activity on its way to its readers.
const (
	stepWrite = iota
	stepSessions
	stepSubmit
)

// activitySteps shows where on the way the reader is. A published activity's sessions change at once and
// are no step of it.
func activitySteps(v ui.View, act activity.Activity, now int) []ui.Step {
	list := []ui.Step{{Text: v.T("activities.step_write"), Href: activityEditPath(act.ID)}, {Text: v.T("activities.step_sessions"), Href: sessionsPath(act.ID)}, {Text: v.T("activities.step_submit"), Href: activityPath(act.ID) + "/submit"}}
	for i := range list {
		list[i].Done, list[i].Now = i < now, i == now
		if i == now {
			list[i].Href = ""
		}
	}
	if act.State == activity.Published {
		return []ui.Step{list[stepWrite], list[stepSubmit]}
	}
	return list
}

// ownActivity gets the activity of the path for whoever writes it.
func (d *Desk) ownActivity(r *httpx.Request) (act activity.Activity, err error) {
	act, err = d.Activities.Get(r.Context(), r.Actor, r.PathID("id"))
	switch {
	case err != nil:
		return act, err
	case !act.Own:
		return act, errs.NotFound("activity.not_found")
	case !entersActivities(r.Actor):
		return act, errs.Forbidden("activity.forbidden")
	}
	return act, nil
}

// writable tells whether the draft can be written in now.
func writable(act activity.Activity) bool {
	switch {
	case act.State == activity.Cancelled, act.Draft.State == activity.DraftReview:
		return false
	}
	return act.State == activity.Published || act.Draft.State != activity.DraftDeclined
}

// activityView begins a page of an activity; title "" is the activity's own page.
func (d *Desk) activityView(r *httpx.Request, act activity.Activity, title string, crumbs ...ui.Crumb) ui.View {
	name := act.Content.Title
	if act.Draft.Content.Title != "" && name == "" {
		name = act.Draft.Content.Title
	}
	v := ui.View{Locale: r.Locale}
	name = cutTitle(titleOr(v, name))
	way := ui.Crumb{Href: activitiesPath, Text: r.T("nav.activities")}
	if title == "" {
		return d.view(r, name, way)
	}
	return d.view(r, title, append([]ui.Crumb{way, {Href: activityPath(act.ID), Text: name}}, crumbs...)...)
}

// GetEditActivity shows the form of an activity.
func (d *Desk) GetEditActivity(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	if !writable(act) {
		return httpx.Redirect(w, r, activityPath(act.ID), activitiesPath)
	}
	page := activityForm{Activity: act, Content: act.Draft.Content, Point: act.Draft.Content.Venue.Point.String()}
	page.Kind.Extra = r.Input().Raw("extra")
	var problem error
	if r.Input().Has("problems") { // from the page on which it was to be handed in
		list, err := d.Activities.Problems(r.Context(), r.Actor, act.ID)
		if err != nil {
			return err
		}
		problem = errs.Join(contentProblems(list)...)
	}
	return d.showActivity(w, r, http.StatusOK, page, problem)
}

// contentProblems leaves out what stands on sessions, which have a page of their own.
func contentProblems(list []*errs.Error) (rest []*errs.Error) {
	for _, one := range list {
		if together(one.Field) != "sessions" {
			rest = append(rest, one)
		}
	}
	return rest
}

// showActivity shows the form with page's content, which stands at the version of its draft.
func (d *Desk) showActivity(w http.ResponseWriter, r *httpx.Request, status int, page activityForm, problem error) (err error) {
	ctx, act := r.Context(), page.Activity
	title := r.T("activities.edit")
	if act.State == activity.Published {
		title = r.T("activities.edit_published")
	}
	v := d.activityView(r, act, title)
	if page.weekFacts, err = d.weekFacts(ctx, r, act.EditionID); err != nil {
		return err
	}
	if page.Files == nil {
		page.Files = attachments{}
	}
	if err := d.addActivityFiles(ctx, r.Actor, page.Files, page.Content); err != nil {
		return err
	}
	kept := page.Kind
	page.Kind = kindForm(act.Draft.Form, page.Content.Values, page.Files)
	page.Kind.Raw, page.Kind.Extra = kept.Raw, kept.Extra
	page.Version, page.SavedAt = act.Draft.Version, act.Draft.At
	units, err := d.activityUnits(ctx, r, act)
	if err != nil {
		return err
	}
	persons, err := d.activityPeople(ctx, r, v, act)
	if err != nil {
		return err
	}
	page.SavedBy = persons[act.Draft.By]
	if page.Clash != nil {
		page.Clash.By = page.SavedBy
	}
	if page.Returned = returnedReading(act, units, persons); page.Returned != nil {
		page.Marks = marksOf(page.Returned.Marks)
	}
	v = v.WithProblems(onPage(problem, false), activityLabels(v, len(page.Content.Pictures))...)
	nameKindProblems(v, page.Kind.Form.Definition)
	return ui.Render(w, r, status, activityFormPage(v, page))
}

// nameKindProblems says which field of the kind's form a problem stands on, where it does not say so itself.
func nameKindProblems(v ui.View, d form.Definition) {
	for i, p := range v.Problems {
		for _, s := range d.Sections {
			for _, f := range s.Fields {
				if f.Code == p.Field && f.Kind == form.KindFiles && !strings.Contains(p.Text, label(v, f.Label)) {
					v.Problems[i].Label = label(v, f.Label)
				}
			}
		}
	}
}

// PostEditActivity saves what was filled in, and then does what the pressed button says.
func (d *Desk) PostEditActivity(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	if !writable(act) { // pressed twice, or handed in by a colleague meanwhile
		return httpx.Redirect(w, r, activityPath(act.ID), activitiesPath)
	}
	in := r.Input()
	version, op := in.Version(), in.Raw("op")
	if err := in.Err(); err != nil {
		return err
	}
	sent := cloneValues(in.Values())
	field := editActivity(sent, op)
	wrong, err := d.takePicture(r, sent)
	if err != nil {
		return err
	}
	kind := prefixed(act.Draft.Form.Definition)
	more, err := d.takeFiles(r, kind, sent)
	if err != nil {
		return err
	}
	sent = renumber(sent, kind)
	content, unread := readActivity(sent, act.Draft.Content, act.Draft.Form.Definition)
	wrong = append(append(wrong, more...), unread...)
	page := activityForm{Activity: act, Content: content, Point: sent.Get("venue.point")}
	page.Kind.Raw = sent
	saved, clash, refused, err := d.saveActivity(r.Context(), r.Actor, act, version, content)
	if clash != nil {
		return d.showActivityClash(w, r, page, clash)
	}
	if err != nil {
		return err
	}
	page.Activity.Draft = saved
	if problem := errs.Join(mergeProblems(wrong, refused)...); problem != nil {
		return d.showActivity(w, r, httpx.Status(errs.As(problem)), page, problem)
	}
	return d.afterSavingActivity(w, r, act, op, field)
}

// afterSavingActivity goes on with a saved draft as the pressed button says.
func (d *Desk) afterSavingActivity(w http.ResponseWriter, r *httpx.Request, act activity.Activity, op, field string) error {
	here := activityEditPath(act.ID)
	switch {
	case op == opMethod:
		return httpx.Redirect(w, r, activityPath(act.ID)+"/method", here)
	case op == opNext && act.State == activity.Published:
		return httpx.Redirect(w, r, activityPath(act.ID)+"/submit", here)
	case op == opNext:
		return httpx.Redirect(w, r, sessionsPath(act.ID), here)
	case strings.HasPrefix(op, opAdd+"."):
		return httpx.Redirect(w, r, here+"?extra="+url.QueryEscape(field)+"#f-"+field, here)
	case field != "":
		return httpx.Redirect(w, r, here+"#f-"+field, here)
	}
	r.Tell(w, httpx.Good, "duties.draft_saved")
	return httpx.Redirect(w, r, here, activitiesPath)
}

// saveActivity saves. What could not be stored is refused alone and stays as it was, so that half an
// address in one field does not lose the others. A draft that differs in nothing from what somebody else
// has saved is no clash.
func (d *Desk) saveActivity(ctx context.Context, a actor.Actor, act activity.Activity, version int64, c activity.Content) (saved activity.Draft, clash *activity.Clash, refused []*errs.Error, err error) {
	saved, clash, err = d.Activities.SaveDraft(ctx, a, act.ID, version, c)
	if e := errs.As(err); err != nil && clash == nil && e.Kind == errs.KindInvalid && len(e.Problems) > 0 {
		refused = errs.As(onPage(err, false)).Problems
		saved, clash, err = d.Activities.SaveDraft(ctx, a, act.ID, version, sound(c, e.Problems, act.Draft.Content))
	}
	if clash != nil && len(clash.Changes) == 0 {
		return clash.Current, nil, refused, nil
	}
	return saved, clash, refused, err
}

// showActivityClash shows the reader's own content at the version that stands now, with what differs.
func (d *Desk) showActivityClash(w http.ResponseWriter, r *httpx.Request, page activityForm, clash *activity.Clash) error {
	page.Activity.Draft = clash.Current
	f, err := d.weekFacts(r.Context(), r, page.Activity.EditionID)
	if err != nil {
		return err
	}
	page.Files = attachments{}
	if err := d.addActivityFiles(r.Context(), r.Actor, page.Files, clash.Current.Content); err != nil {
		return err
	}
	page.Clash = &activityClash{At: clash.Current.At, Changes: showChanges(ui.View{Locale: r.Locale}, f, clash.Changes)}
	return d.showActivity(w, r, http.StatusConflict, page, nil)
}

// takePicture takes in the picture that came with the form and names it among what was sent.
func (d *Desk) takePicture(r *httpx.Request, sent url.Values) (wrong []*errs.Error, err error) {
	came := r.Input().File("upload.pictures", file.MaxBytes)
	if err := r.Input().Err(); err != nil || came == nil {
		return nil, err
	}
	kept, err := d.Files.Upload(r.Context(), r.Actor, file.Upload{Name: came.Name, Reader: bytes.NewReader(came.Body), Purpose: file.Picture})
	if httpx.IsProblem(err) {
		return []*errs.Error{errs.As(err).On("pictures")}, nil
	}
	if err != nil {
		return nil, err
	}
	sent.Add("pictures", kept.ID)
	return nil, nil
}

// PostActivityDraft saves a draft while it is being written.
func (d *Desk) PostActivityDraft(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	if !writable(act) {
		return errs.Conflict("activity.changed_meanwhile")
	}
	in := r.Input()
	version := in.Version()
	if err := in.Err(); err != nil {
		return err
	}
	content, wrong := readActivity(in.Values(), act.Draft.Content, act.Draft.Form.Definition)
	saved, clash, refused, err := d.saveActivity(r.Context(), r.Actor, act, version, content)
	if clash != nil {
		return errs.Conflict("activity.changed_meanwhile")
	}
	if err != nil {
		return err
	}
	wrong = mergeProblems(wrong, refused)
	answer := draftAnswer{Version: saved.Version, At: i18n.Moment(r.Locale, saved.At), Count: len(wrong)}
	for code, shown := range act.Draft.Form.Definition.Visible(content.Values) {
		if shown {
			answer.Shown = append(answer.Shown, kindPrefix+code)
		}
	}
	if len(wrong) > 0 {
		answer.Problem = i18n.Error(r.Locale, wrong[0])
	}
	return httpx.WriteJSON(w, r, http.StatusOK, answer)
}
