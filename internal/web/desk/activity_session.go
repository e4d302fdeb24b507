package desk

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// sessionList is the schedule of an activity with the form that adds to it.
type sessionList struct {
	weekFacts
	Activity activity.Activity
	Series   seriesForm
	Open     bool // the schedule can be changed now
	Words    []string
	Now      clock.Instant
}

// seriesForm is the rule by which sessions are added, as the form sends it.
type seriesForm struct {
	Days     []string
	OtherDay string
	Times    string
	Minutes  string
	sessionRules
	OpensDays, ClosesMinutes string
}

// sessionRules are what a series and a single session have in common, as the form sends it.
type sessionRules struct {
	Entry              string // entryBooked or entryFree
	Capacity, PartyMax string
	GroupMin, GroupMax string
	GroupUnit          string
}

const (
	entryBooked = "booked"
	entryFree   = "free"
)

// Bounds of numbers in the form; package activity has the last word.
const (
	mostSeats   = 1_000_000
	mostParty   = 1000
	mostMinutes = 60 * 24 * 31
)

// usualMinutes is how long a session lasts unless somebody says otherwise.
const usualMinutes = "120"

// schedulable tells whether the schedule can be changed now.
func schedulable(act activity.Activity) bool {
	return act.Own && act.State != activity.Cancelled && (act.State == activity.Published || writable(act))
}

// GetSessions shows the schedule.
func (d *Desk) GetSessions(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	form := seriesForm{Minutes: usualMinutes, sessionRules: sessionRules{Entry: entryBooked}}
	if last := len(act.Sessions) - 1; last >= 0 { // the next is mostly like the last
		form.sessionRules = rulesOf(act.Sessions[last].SessionDraft)
		form.Minutes = itoa(int(act.Sessions[last].Ends.Sub(act.Sessions[last].Starts) / time.Minute))
	}
	return d.showSessions(w, r, http.StatusOK, act, form, nil)
}

func rulesOf(s activity.SessionDraft) sessionRules {
	if !s.Bookable {
		return sessionRules{Entry: entryFree}
	}
	rules := sessionRules{Entry: entryBooked, Capacity: int64text(s.Capacity), PartyMax: itoa(s.PartyMax), GroupUnit: string(s.GroupUnit)}
	if s.GroupMax > 0 {
		rules.GroupMin, rules.GroupMax = itoa(s.GroupMin), itoa(s.GroupMax)
	}
	return rules
}

func (d *Desk) showSessions(w http.ResponseWriter, r *httpx.Request, status int, act activity.Activity, form seriesForm, problem error) (err error) {
	page := sessionList{Activity: act, Series: form, Open: schedulable(act), Now: d.Clock.Now()}
	if page.weekFacts, err = d.weekFacts(r.Context(), r, act.EditionID); err != nil {
		return err
	}
	v := d.activityView(r, act, r.T("activities.sessions"))
	if back := returnedReading(act, nil, nil); back != nil {
		page.Words = marksOf(back.Marks)["sessions"]
	}
	v = v.WithProblems(onSeries(problem), "days", v.T("activities.series_days"), "times", v.T("activities.series_times"), "minutes", v.T("activities.series_minutes"),
		"capacity", v.T("activities.capacity"), "party_max", v.T("activities.party_max"), "group_max", v.T("activities.group_max"), "other_day", v.T("activities.series_other"),
		"opens", v.T("activities.opens_days"), "closes", v.T("activities.closes_minutes"))
	return ui.Render(w, r, status, sessionListPage(v, page))
}

// onSeries names the fields of problems as the form of a series does: all runs have them in common.
func onSeries(problem error) error {
	if problem == nil {
		return nil
	}
	fields := map[string]string{"starts": "days", "ends": "minutes", "group_unit": "group_max", "sessions": "days"}
	e := errs.As(problem)
	var named []*errs.Error
	seen := map[string]bool{}
	for _, one := range e.Problems {
		parts := strings.Split(one.Field, ".")
		field := parts[len(parts)-1]
		if f, ok := fields[field]; ok {
			field = f
		}
		if seen[field+one.Key] {
			continue
		}
		seen[field+one.Key] = true
		named = append(named, one.On(field))
	}
	if len(named) == 0 {
		return problem
	}
	return errs.Join(named...)
}

var timeParts = regexp.MustCompile(`[\s,;、，；]+`)

// readTimes reads times of day as people type them: 9:00、14:00.
func readTimes(s string) (times []string) {
	s = strings.NewReplacer("：", ":", "点半", ":30", "点", ":00", "時", ":00").Replace(s)
	for _, one := range timeParts.Split(strings.TrimSpace(s), -1) {
		if one == "" {
			continue
		}
		if len(one) == 4 && one[1] == ':' {
			one = "0" + one
		}
		times = append(times, one)
	}
	return times
}

func readSeries(in *httpx.Input) (f seriesForm, s activity.Series) {
	f = seriesForm{
		Days: in.Values()["days"], OtherDay: in.Raw("other_day"), Times: in.Text("times", 500), Minutes: in.Raw("minutes"),
		OpensDays: in.Raw("opens"), ClosesMinutes: in.Raw("closes"),
	}
	for _, one := range f.Days {
		s.Days = append(s.Days, clock.Day(one))
	}
	if day := in.Day("other_day"); day != "" {
		s.Days = append(s.Days, day)
	}
	s.Times, s.Minutes = readTimes(f.Times), int(in.Number("minutes", 0, mostMinutes))
	s.OpensDaysBefore, s.ClosesMinutesBefore = int(in.Number("opens", 0, 366)), int(in.Number("closes", 0, mostMinutes))
	f.sessionRules, s.Each = readRules(in)
	return f, s
}

// readRules reads what a series and a single session have in common.
func readRules(in *httpx.Input) (f sessionRules, s activity.SessionDraft) {
	f = sessionRules{
		Entry: in.Choice("entry", entryBooked, entryFree), Capacity: in.Raw("capacity"), PartyMax: in.Raw("party_max"),
		GroupMin: in.Raw("group_min"), GroupMax: in.Raw("group_max"),
		GroupUnit: in.Choice("group_unit", string(activity.CountPeople), string(activity.CountGroups)),
	}
	if f.Entry == entryFree {
		return f, s
	}
	return f, activity.SessionDraft{
		Bookable: true, Capacity: in.Number("capacity", 0, mostSeats), PartyMax: int(in.Number("party_max", 0, mostParty)),
		GroupMin: int(in.Number("group_min", 0, mostParty)), GroupMax: int(in.Number("group_max", 0, mostParty)), GroupUnit: activity.GroupUnit(f.GroupUnit),
	}
}

// PostSessions adds the sessions of a series, which may be one.
func (d *Desk) PostSessions(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form, series := readSeries(in)
	version := in.Version()
	err = in.Err()
	var list []activity.SessionDraft
	if err == nil {
		list, err = series.Sessions()
	}
	if err == nil {
		_, err = d.Activities.AddSessions(r.Context(), r.Actor, act.ID, version, list)
	}
	if httpx.IsProblem(err) {
		return d.showSessions(w, r, httpx.Status(errs.As(err)), act, form, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "activities.sessions_added")
	return httpx.Redirect(w, r, sessionsPath(act.ID)+"#schedule", activitiesPath)
}

// mayCancel tells whether a session of a published activity can still be cancelled.
func (p sessionList) mayCancel(s activity.Session) bool {
	return p.Open && p.Activity.State == activity.Published && !s.Cancelled() && s.Ends > p.Now
}
