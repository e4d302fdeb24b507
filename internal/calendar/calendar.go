package calendar

import (
	"slices"
	"strings"
	"time"

	"openweek/internal/clock"
)

// Mark is what an arrangement says of one day.
type Mark struct {
	On   clock.Day
	Work bool   // worked, though it may be a weekend; else off
	Name string // of the holiday, such as 国庆节
}

// Source tells where a year's arrangement comes from.
type Source string

// The sources.
const (
	Unknown  Source = ""         // there is none; Monday to Friday is a guess
	BuiltIn  Source = "built_in" // the product brings it along
	Official Source = "official" // an office has uploaded it
)

// year is an uploaded arrangement.
type year struct {
	marks      table
	replacedAt clock.Instant
}

// table is one year's arrangement by day.
type table map[clock.Day]Mark

func tableOf(marks []Mark) table {
	t := make(table, len(marks))
	for _, m := range marks {
		t[m.On] = m
	}
	return t
}

// Calendar is a snapshot that answers for all years. It does not change and is safe for concurrent
// use. The zero Calendar knows what the product brings along.
type Calendar struct{ official map[int]year }

// of gives the arrangement of a year and its source.
func (c Calendar) of(y int) (table, Source) {
	if own, ok := c.official[y]; ok {
		return own.marks, Official
	}
	if t, ok := builtIn()[y]; ok {
		return t, BuiltIn
	}
	return nil, Unknown
}

// Source tells where the arrangement of a year comes from.
func (c Calendar) Source(year int) Source {
	_, source := c.of(year)
	return source
}

// ReplacedAt tells when a year's official table was uploaded; none where there is no such table.
func (c Calendar) ReplacedAt(year int) clock.Instant { return c.official[year].replacedAt }

// Marks lists what the arrangement of a year says, by day; nothing where there is none.
func (c Calendar) Marks(year int) []Mark {
	t, _ := c.of(year)
	marks := make([]Mark, 0, len(t))
	for _, m := range t {
		marks = append(marks, m)
	}
	slices.SortFunc(marks, func(a, b Mark) int { return strings.Compare(string(a.On), string(b.On)) })
	return marks
}

// on answers for a midnight in Shanghai.
func (c Calendar) on(t time.Time) (work, known bool) {
	arrangement, source := c.of(t.Year())
	if m, ok := arrangement[clock.Day(t.Format(time.DateOnly))]; ok {
		return m.Work, true
	}
	weekday := t.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday, source != Unknown
}

// IsWorkday tells whether a day is worked. known is false where the year has no arrangement and the
// answer is Monday to Friday only. What is no day is neither.
func (c Calendar) IsWorkday(d clock.Day) (work, known bool) {
	t := d.Time()
	if t.IsZero() {
		return false, false
	}
	return c.on(t)
}

// AddWorkdays gives the n-th working day after d, or before it where n is negative; d itself, worked
// or not, where n is 0. known is false where a day on the way is in a year without arrangement. What
// is no day, and what lies beyond the years 1 to 9999, gives "".
func (c Calendar) AddWorkdays(d clock.Day, n int) (day clock.Day, known bool) {
	t := d.Time()
	if t.IsZero() {
		return "", false
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	known = true
	for n > 0 {
		t = t.AddDate(0, 0, step)
		if t.Year() < 1 || t.Year() > 9999 {
			return "", false
		}
		work, sure := c.on(t)
		known = known && sure
		if work {
			n--
		}
	}
	return clock.Day(t.Format(time.DateOnly)), known
}

// WorkdaysBetween counts the working days after from up to and including to; where to is earlier,
// those before from down to and including to, as a negative number. So
// AddWorkdays(from, WorkdaysBetween(from, to)) is to, if that is a working day. known: see AddWorkdays.
func (c Calendar) WorkdaysBetween(from, to clock.Day) (n int, known bool) {
	t, end := from.Time(), to.Time()
	if t.IsZero() || end.IsZero() {
		return 0, false
	}
	step := 1
	if end.Before(t) {
		step = -1
	}
	known = true
	for !t.Equal(end) {
		t = t.AddDate(0, 0, step)
		work, sure := c.on(t)
		known = known && sure
		if work {
			n += step
		}
	}
	return n, known
}
