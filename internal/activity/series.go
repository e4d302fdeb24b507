package activity

import (
	"fmt"
	"slices"
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// Series is a rule by which sessions are made: each of the days at each of the times.
type Series struct {
	Days    []clock.Day
	Times   []string // HH:MM in Shanghai
	Minutes int      // how long each lasts
	// OpensDaysBefore opens the booking of each at the beginning of the day so many days before, and
	// ClosesMinutesBefore closes it so many minutes before it starts; 0 takes the defaults of SessionDraft.
	OpensDaysBefore     int
	ClosesMinutesBefore int
	// Each is what all have in common; its times are not looked at.
	Each SessionDraft
}

// DaysFrom lists the days from the first to the last, for "every day of the week": at most 366.
func DaysFrom(first, last clock.Day) (days []clock.Day) {
	for day := first; day <= last && len(days) < 366; day = day.AddDays(1) {
		days = append(days, day)
	}
	return days
}

// Sessions makes the runs, in the order of time; days and times that are given twice count once.
//
// Errors: a form of activity.series_empty, activity.sessions_many, activity.day_unreadable (on days),
// activity.time_unreadable (on times), activity.series_minutes (on minutes).
func (s Series) Sessions() (list []SessionDraft, err error) {
	defer errs.Wrap(&err, "activity.Series")
	days, times := slices.Compact(slices.Sorted(slices.Values(s.Days))), slices.Compact(slices.Sorted(slices.Values(s.Times)))
	var bad problems
	switch {
	case len(days) == 0:
		bad.add(errs.Invalid("activity.series_empty").On("days"))
	case len(times) == 0:
		bad.add(errs.Invalid("activity.series_empty").On("times"))
	case len(days) > MaxSessions || len(times) > MaxSessions || len(days)*len(times) > MaxSessions:
		bad.add(errs.Invalid("activity.sessions_many", "limit", MaxSessions, "count", len(days)*len(times)).On("days"))
	}
	if s.Minutes < 1 || s.Minutes > int(longestRun/time.Minute) {
		bad.add(errs.Invalid("activity.series_minutes").On("minutes"))
	}
	if len(bad) > 0 {
		return nil, errs.Join(bad...)
	}
	for _, day := range days {
		if _, err := clock.ParseDay(string(day)); err != nil {
			return nil, errs.Join(errs.Invalid("activity.day_unreadable", "value", shorten(string(day))).On("days"))
		}
		for _, clockTime := range times {
			start, err := at(day, clockTime)
			if err != nil {
				return nil, errs.Join(errs.Invalid("activity.time_unreadable", "value", shorten(clockTime)).On("times"))
			}
			list = append(list, s.run(day, start))
		}
	}
	return list, nil
}

func (s Series) run(day clock.Day, start clock.Instant) SessionDraft {
	d := s.Each
	d.Starts, d.Ends, d.Opens, d.Closes = start, start.Add(time.Duration(s.Minutes)*time.Minute), 0, 0
	if s.OpensDaysBefore > 0 {
		d.Opens = day.AddDays(-s.OpensDaysBefore).Start()
	}
	if s.ClosesMinutesBefore > 0 {
		d.Closes = start.Add(-time.Duration(s.ClosesMinutesBefore) * time.Minute)
	}
	return d.tidy()
}

// at gives the instant of a time HH:MM on a day.
func at(day clock.Day, clockTime string) (clock.Instant, error) {
	t, err := time.ParseInLocation("2006-01-02 15:04", fmt.Sprintf("%s %s", day, clockTime), clock.Shanghai)
	if err != nil {
		return 0, err
	}
	return clock.FromTime(t), nil
}
