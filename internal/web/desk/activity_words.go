package desk

import (
	"context"
	"slices"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// Where the activities of the week are entered.
const activitiesPath = "/desk/activities"

func activityPath(activityID string) string { return activitiesPath + "/" + activityID }

func activityEditPath(activityID string) string { return activityPath(activityID) + "/edit" }

func sessionsPath(activityID string) string { return activityPath(activityID) + "/sessions" }

func sessionPath(s activity.Session) string { return sessionsPath(s.ActivityID) + "/" + s.ID }

// entersActivities tells who writes the activities of their own unit.
func entersActivities(a actor.Actor) bool {
	return a.IsStaff() && actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: a.UnitID, Place: a.Place})
}

// weekFacts are the names by which the activities of an edition speak.
type weekFacts struct {
	edition.Face
	Regions []unit.Region
	Places  places
}

func (d *Desk) weekFacts(ctx context.Context, r *httpx.Request, editionID string) (f weekFacts, err error) {
	if f.Face, err = d.Editions.Face(ctx, r.Actor, editionID); err != nil {
		return f, err
	}
	if f.Regions, err = d.Units.Regions(ctx); err != nil {
		return f, err
	}
	f.Places = namePlaces(r.Locale, f.Regions)
	return f, nil
}

// item finds a method or topic, the zero Item where there is none.
func (f weekFacts) item(itemID string) edition.Item {
	for _, list := range [][]edition.Item{f.Methods, f.Topics} {
		if i := slices.IndexFunc(list, func(one edition.Item) bool { return one.ID == itemID }); i >= 0 {
			return list[i]
		}
	}
	return edition.Item{}
}

// clause leads to a clause of the edition's notice.
func (f weekFacts) clause(clause string) string {
	return clauseHref(edition.Edition{Summary: f.Summary}, clause)
}

func (f weekFacts) region(code string) unit.Region {
	if i := slices.IndexFunc(f.Regions, func(one unit.Region) bool { return one.Code == code }); i >= 0 {
		return f.Regions[i]
	}
	return unit.Region{}
}

// regionOptions are the regions of the edition's territory, those below indented.
func (f weekFacts) regionOptions(v ui.View) []ui.Option {
	return regionOptions(v, f.Regions, func(code string) (int, bool) { return -1, actor.RegionWithin(code, f.Territory) })
}

// days are those of the week, none where it has no dates yet.
func (f weekFacts) days() []clock.Day {
	if f.Start == "" {
		return nil
	}
	return activity.DaysFrom(f.Start, f.End)
}

//i18n:prefix activities.state_
func activityStateWord(v ui.View, s activity.State) string {
	return v.T("activities.state_" + string(s))
}

func activityStateShape(s activity.State) ui.State {
	switch s {
	case activity.Published:
		return ui.Accepted
	case activity.Cancelled:
		return ui.Exempt
	}
	return ui.Todo
}

// draftWord says how far the writing is; of a published activity it is a change that is written.
//
//i18n:prefix activities.draft_
//i18n:prefix activities.change_
func draftWord(v ui.View, s activity.State, draft activity.DraftState) string {
	if s == activity.Unpublished {
		return v.T("activities.draft_" + string(draft))
	}
	return v.T("activities.change_" + string(draft))
}

func draftShape(s activity.DraftState) ui.State {
	switch s {
	case activity.DraftEditing:
		return ui.Drafting
	case activity.DraftReview:
		return ui.Sent
	case activity.DraftReturned:
		return ui.Returned
	}
	return ui.NilReport
}

//i18n:prefix activities.outcome_
func activityOutcomeWord(v ui.View, version activity.Version) string {
	if version.AtOnce {
		return v.T("activities.outcome_at_once")
	}
	return v.T("activities.outcome_" + string(version.Outcome))
}

func activityOutcomeTone(o activity.Outcome) httpx.Tone {
	switch o {
	case activity.Accepted:
		return ui.Good
	case activity.Returned, activity.Declined:
		return ui.Bad
	case activity.InReview:
		return ui.Notice
	}
	return ui.Plain
}

// audienceWord names whom an activity is for.
//
//i18n:prefix activity.audience_
func audienceWord(v ui.View, a activity.Audience) string {
	return v.T("activity.audience_" + string(a))
}

func audienceOptions(v ui.View) []ui.Option { return options(v, activity.Audiences, audienceWord) }

//i18n:prefix activities.mode_
func modeWord(v ui.View, m activity.Mode) string {
	if m == "" {
		return ""
	}
	return v.T("activities.mode_" + string(m))
}

func modeOptions(v ui.View) []ui.Option { return options(v, activity.Modes, modeWord) }

// activityFields are the fields of a content in the order of its form, for names and marks; those of
// the kind's form are named by the form itself.
var activityFields = []string{
	"title", "title_en", "summary", "summary_en", "method", "kind", "topics", "audience", "mode", "venue.name", "venue.address", "venue.region",
	"venue.point", "link", "contact", "contact.office", "contact.phone", "contact.confirmed", "access", "description", "description_en", "safety",
	"pictures", "pictures.alt", "sessions",
}

// activityField names a field of a content.
//
//i18n:prefix activities.field_
func activityField(v ui.View, field string) string {
	if slices.Contains(activityFields, field) {
		return v.T("activities.field_" + strings.ReplaceAll(field, ".", "_"))
	}
	return ""
}

// itemName names a method or topic in the page's language.
func itemName(v ui.View, i edition.Item) (text, lang string) {
	return i18n.Pick(v.Locale, i.Name, i.NameEN)
}

func itemOptions(v ui.View, items []edition.Item) []ui.Option {
	list := make([]ui.Option, len(items))
	for i, one := range items {
		text, lang := itemName(v, one)
		list[i] = ui.Option{Value: one.ID, Text: text, Lang: lang}
	}
	return list
}

// clockTime is the time of day at which something is.
func clockTime(at clock.Instant) string { return at.Time().Format("15:04") }

// spanOf says from when to when a session goes on; the day of its end is said where it is another one.
func spanOf(v ui.View, s activity.SessionDraft) string {
	if s.Ends.Day() == s.Starts.Day() || s.Ends == s.Starts.Day().End() {
		end := clockTime(s.Ends)
		if s.Ends == s.Starts.Day().End() {
			end = "24:00"
		}
		return clockTime(s.Starts) + "–" + end
	}
	return clockTime(s.Starts) + " – " + i18n.ShortDay(v.Locale, s.Ends.Day()) + " " + clockTime(s.Ends)
}

// shortMoment writes a moment near the present.
func shortMoment(v ui.View, at clock.Instant) string {
	return i18n.ShortDay(v.Locale, at.Day()) + " " + clockTime(at)
}

// seatWords says how many seats are left, "" where none are counted.
func seatWords(v ui.View, s activity.Session) string {
	if !s.Bookable {
		return v.T("activities.free_entry")
	}
	return v.T("activities.seats_left", "left", s.Seat.Left(), "capacity", s.Seat.Capacity)
}

// whenWords says when the sessions of an activity take place, "" where there are none.
func whenWords(v ui.View, first, last clock.Instant) string {
	switch {
	case first.IsZero():
		return ""
	case first.Day() == last.Day():
		return i18n.Day(v.Locale, first.Day())
	}
	return v.T("activities.from_to", "from", i18n.ShortDay(v.Locale, first.Day()), "to", i18n.ShortDay(v.Locale, last.Day()))
}

// hostName is who holds an activity: the unit, or the guest whom it vouches for.
func hostName(v ui.View, u activity.Unit, guest string) string {
	if guest != "" {
		return guest
	}
	name, _ := i18n.Pick(v.Locale, u.Name, u.NameEN)
	return name
}

// titleOr is a title, or a word for one that is still missing.
func titleOr(v ui.View, title string) string {
	if title == "" {
		return v.T("activities.untitled")
	}
	return title
}
