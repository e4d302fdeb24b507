package desk

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// sessionDetail is one session to be changed.
type sessionDetail struct {
	Activity activity.Activity
	Session  activity.Session
	Form     sessionForm
	Over     bool // it has begun
}

// sessionForm is a session as the form sends it.
type sessionForm struct {
	Day, From, EndDay, To string
	Opens, Closes         string
	sessionRules
}

const localMoment = "2006-01-02T15:04" // of an input of the type datetime-local

func sessionFormOf(s activity.Session) sessionForm {
	f := sessionForm{Day: string(s.Day()), From: clockTime(s.Starts), To: clockTime(s.Ends), sessionRules: rulesOf(s.SessionDraft)}
	if s.Ends.Day() != s.Day() {
		f.EndDay = string(s.Ends.Day())
	}
	if !s.Opens.IsZero() {
		f.Opens = s.Opens.Time().Format(localMoment)
	}
	if s.Closes != s.Starts && !s.Closes.IsZero() {
		f.Closes = s.Closes.Time().Format(localMoment)
	}
	return f
}

// sessionOf gets a session of an activity that the reader writes.
func (d *Desk) sessionOf(r *httpx.Request) (act activity.Activity, s activity.Session, err error) {
	if act, err = d.ownActivity(r); err != nil {
		return act, s, err
	}
	i := slices.IndexFunc(act.Sessions, func(one activity.Session) bool { return one.ID == r.PathID("session") })
	if i < 0 {
		return act, s, errs.NotFound("activity.session_not_found")
	}
	return act, act.Sessions[i], nil
}

// GetSession shows one session to be changed.
func (d *Desk) GetSession(w http.ResponseWriter, r *httpx.Request) error {
	act, s, err := d.sessionOf(r)
	if err != nil {
		return err
	}
	if s.Cancelled() || !schedulable(act) {
		return httpx.Redirect(w, r, sessionsPath(act.ID), activitiesPath)
	}
	return d.showSession(w, r, http.StatusOK, act, s, sessionFormOf(s), nil)
}

func (d *Desk) showSession(w http.ResponseWriter, r *httpx.Request, status int, act activity.Activity, s activity.Session, form sessionForm, problem error) error {
	title := i18n.ShortDay(r.Locale, s.Day()) + " " + clockTime(s.Starts)
	v := d.activityView(r, act, title, ui.Crumb{Href: sessionsPath(act.ID), Text: r.T("activities.sessions")})
	v = v.WithProblems(onSession(problem), "day", v.T("activities.session_day"), "from", v.T("activities.session_from"), "to", v.T("activities.session_to"), "end_day", v.T("activities.session_end_day"),
		"opens", v.T("activities.opens"), "closes", v.T("activities.closes"), "capacity", v.T("activities.capacity"), "party_max", v.T("activities.party_max"), "group_max", v.T("activities.group_max"), "seats", v.T("activities.keep_back"))
	return ui.Render(w, r, status, sessionDetailPage(v, sessionDetail{Activity: act, Session: s, Form: form, Over: act.State == activity.Published && s.Starts <= d.Clock.Now()}))
}

// onSession names the fields of problems as the form of a session does.
func onSession(problem error) error {
	if problem == nil {
		return nil
	}
	fields := map[string]string{"session.starts": "day", "session.ends": "to", "session.group_unit": "group_max"}
	rename := func(one *errs.Error) *errs.Error {
		if f, ok := fields[one.Field]; ok {
			return one.On(f)
		}
		return one.On(strings.TrimPrefix(one.Field, "session."))
	}
	e := errs.As(problem)
	if len(e.Problems) == 0 {
		return rename(e)
	}
	var named []*errs.Error
	for _, one := range e.Problems {
		named = append(named, rename(one))
	}
	return errs.Join(named...)
}

// readSession reads a session as its form sends it.
func readSession(in *httpx.Input) (f sessionForm, s activity.SessionDraft) {
	f = sessionForm{Day: in.Raw("day"), From: in.Raw("from"), EndDay: in.Raw("end_day"), To: in.Raw("to"), Opens: in.Raw("opens"), Closes: in.Raw("closes")}
	f.sessionRules, s = readRules(in)
	day, end := in.Day("day"), in.Day("end_day")
	if end == "" {
		end = day
	}
	s.Starts, s.Ends = moment(in, "from", string(day)+"T"+oneTime(f.From)), moment(in, "to", string(end)+"T"+oneTime(f.To))
	if f.Entry == entryFree {
		return f, s
	}
	if f.Opens != "" {
		s.Opens = moment(in, "opens", f.Opens)
	}
	if f.Closes != "" {
		s.Closes = moment(in, "closes", f.Closes)
	}
	return f, s
}

func oneTime(s string) string {
	if list := readTimes(s); len(list) == 1 {
		return list[0]
	}
	return s
}

// moment reads a local moment, and notes what cannot be read beside its field.
func moment(in *httpx.Input, field, s string) clock.Instant {
	t, err := time.ParseInLocation(localMoment, s, clock.Shanghai)
	if err != nil {
		in.Problem(errs.Invalid("activities.time_unreadable").On(field))
		return 0
	}
	return clock.FromTime(t)
}

// PostSession changes one session.
func (d *Desk) PostSession(w http.ResponseWriter, r *httpx.Request) error {
	act, s, err := d.sessionOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form, draft := readSession(in)
	version := in.Version()
	if err = in.Err(); err == nil {
		_, err = d.Activities.ChangeSession(r.Context(), r.Actor, s.ID, version, draft)
	}
	if httpx.IsProblem(err) {
		return d.showSession(w, r, httpx.Status(errs.As(err)), act, s, form, err)
	}
	return d.sessionDone(w, r, act, err, "activities.session_changed")
}

func (d *Desk) sessionDone(w http.ResponseWriter, r *httpx.Request, act activity.Activity, err error, told string) error {
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, sessionsPath(act.ID)+"#schedule", activitiesPath)
}

// Buttons that keep seats back and release them.
const (
	opBlock   = "block"
	opRelease = "release"
)

// PostSeats keeps seats of a session back, or releases them.
func (d *Desk) PostSeats(w http.ResponseWriter, r *httpx.Request) error {
	act, s, err := d.sessionOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	n, op := in.Number("seats", 1, mostSeats), in.Choice("op", opBlock, opRelease)
	if op == opRelease {
		n = -n
	}
	if err = in.Err(); err == nil {
		_, err = d.Activities.BlockSeats(r.Context(), r.Actor, s.ID, n)
	}
	if httpx.IsProblem(err) {
		if e := errs.As(err); e.Field == "" && len(e.Problems) == 0 {
			err = e.On("seats")
		}
		return d.showSession(w, r, httpx.Status(errs.As(err)), act, s, sessionFormOf(s), err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "activities.seats_changed")
	return httpx.Redirect(w, r, sessionPath(s), sessionsPath(act.ID))
}

// GetRemoveSession asks before a session is taken out of an activity that nobody has seen.
func (d *Desk) GetRemoveSession(w http.ResponseWriter, r *httpx.Request) error {
	return d.removeSession(w, r, false)
}

// PostRemoveSession takes it out.
func (d *Desk) PostRemoveSession(w http.ResponseWriter, r *httpx.Request) error {
	return d.removeSession(w, r, true)
}

func (d *Desk) removeSession(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	act, s, err := d.sessionOf(r)
	if err != nil {
		return err
	}
	if sent {
		in := r.Input()
		version := in.Version()
		if err = in.Err(); err == nil {
			err = d.Activities.RemoveSession(r.Context(), r.Actor, s.ID, version)
		}
		if !httpx.IsProblem(err) {
			return d.sessionDone(w, r, act, err, "activities.session_removed")
		}
	}
	return d.askSession(w, r, act, s, err, ui.Confirmation{
		Title: r.T("activities.session_remove"), Says: []string{r.T("activities.session_remove_says")}, Action: sessionPath(s) + "/remove", Submit: r.T("activities.session_remove"), Danger: true,
	}, nil)
}

// GetCancelSession asks for the reason for which a session does not take place.
func (d *Desk) GetCancelSession(w http.ResponseWriter, r *httpx.Request) error {
	return d.cancelSession(w, r, false)
}

// PostCancelSession cancels it.
func (d *Desk) PostCancelSession(w http.ResponseWriter, r *httpx.Request) error {
	return d.cancelSession(w, r, true)
}

func (d *Desk) cancelSession(w http.ResponseWriter, r *httpx.Request, sent bool) error {
	act, s, err := d.sessionOf(r)
	if err != nil {
		return err
	}
	reason := ""
	if sent {
		in := r.Input()
		version := in.Version()
		reason = in.Text("reason", maxActivityReason)
		if err = in.Err(); err == nil {
			_, err = d.Activities.CancelSession(r.Context(), r.Actor, s.ID, version, reason)
		}
		if !httpx.IsProblem(err) {
			return d.sessionDone(w, r, act, err, "activities.session_cancelled")
		}
	}
	return d.askSession(w, r, act, s, err, ui.Confirmation{
		Title: r.T("activities.session_cancel"), Says: []string{r.T("activities.session_cancel_says")}, Action: sessionPath(s) + "/cancel", Submit: r.T("activities.session_cancel"), Danger: true,
	}, &reason)
}

// askSession asks before something is done with a session; reason is nil where none is asked for.
func (d *Desk) askSession(w http.ResponseWriter, r *httpx.Request, act activity.Activity, s activity.Session, problem error, c ui.Confirmation, reason *string) error {
	v := d.activityView(r, act, c.Title, ui.Crumb{Href: sessionsPath(act.ID), Text: r.T("activities.sessions")}).WithProblems(problem, "reason", r.T("activities.reason"))
	c.Says = append([]string{i18n.Day(r.Locale, s.Day()) + " " + spanOf(v, s.SessionDraft)}, c.Says...)
	c.Version, c.Back = s.Version, sessionsPath(act.ID)
	status := http.StatusOK
	if problem != nil {
		status = httpx.Status(errs.As(problem))
	}
	return ui.Render(w, r, status, activityAskPage(v, c, reason))
}
