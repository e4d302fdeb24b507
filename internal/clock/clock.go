// Package clock is the only place that asks for the time. Everything else is given a Clock.
//
// Instants are microseconds UTC (columns …_at), local days are "YYYY-MM-DD" in
// Asia/Shanghai (columns …_on). The time-zone data is embedded: an office's
// server often has none.
package clock

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // the zone must be known on machines without zone files
)

// Shanghai is the zone in which every official day begins and ends.
var Shanghai = mustLoad("Asia/Shanghai")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // impossible: the data is embedded
	}
	return loc
}

// Clock tells the time.
type Clock interface{ Now() Instant }

type system struct{}

func (system) Now() Instant { return FromTime(time.Now()) }

// System is the machine's clock.
func System() Clock { return system{} }

// Manual is a clock for tests and for the demo's moved date. The zero value is not usable; see NewManual.
type Manual struct {
	mu  sync.Mutex
	now Instant
}

// NewManual starts a clock that stands still at t.
func NewManual(t time.Time) *Manual { return &Manual{now: FromTime(t)} }

// Now gives the set time.
func (m *Manual) Now() Instant {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now += Instant(d.Microseconds())
}

// Set puts the clock to t.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = FromTime(t)
}

// Instant is a moment in microseconds since 1970 UTC, as it stands in the database.
// Zero means "none".
type Instant int64

// FromTime cuts t to microseconds.
func FromTime(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time gives the moment in Asia/Shanghai.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).In(Shanghai) }

// IsZero tells whether there is no moment.
func (i Instant) IsZero() bool { return i == 0 }

// Add moves by d, cut to microseconds.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Microseconds()) }

// Sub gives i − j.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Microsecond }

// Day gives the local day in which the moment lies.
func (i Instant) Day() Day { return Day(i.Time().Format(time.DateOnly)) }

// String is RFC 3339 in Shanghai's zone, for logs.
func (i Instant) String() string { return i.Time().Format(time.RFC3339Nano) }

// Day is a local calendar day "YYYY-MM-DD" in Asia/Shanghai; "" means none. Days compare as strings.
type Day string

// ParseDay reads YYYY-MM-DD and refuses days that the calendar does not have.
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("clock: no day %q: %w", s, err)
	}
	return Day(s), nil
}

// DayOf makes a day of its parts; ok is false where the calendar has no such day.
func DayOf(year, month, day int) (d Day, ok bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || int(t.Month()) != month || t.Day() != day || year < 1 || year > 9999 {
		return "", false
	}
	return Day(t.Format(time.DateOnly)), true
}

// Time is midnight at the day's beginning in Shanghai; the zero time for "" or a malformed day.
func (d Day) Time() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), Shanghai)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Start is the first instant of the day.
func (d Day) Start() Instant { return FromTime(d.Time()) }

// End is the first instant after the day: "8月31日前" includes that day, so it is due until End
// (24:00 Asia/Shanghai) exclusively.
func (d Day) End() Instant { return FromTime(d.Time().AddDate(0, 0, 1)) }

// AddDays moves by n calendar days.
func (d Day) AddDays(n int) Day { return Day(d.Time().AddDate(0, 0, n).Format(time.DateOnly)) }

// DaysUntil counts calendar days from d to e, negative when e is earlier.
func (d Day) DaysUntil(e Day) int {
	return int(e.Time().Sub(d.Time()).Round(24*time.Hour) / (24 * time.Hour))
}
