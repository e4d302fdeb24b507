package calendar_test

import (
	"testing"

	"openweek/internal/calendar"
	"openweek/internal/clock"
)

// The days are those of the State Council's notices on each year's holidays.
func TestIsWorkdayFollowsTheAnnouncedArrangements(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, last clock.Day
		work, known bool
	}{
		{"2020-01-19", "2020-01-19", true, true},  // a Sunday worked for 春节
		{"2020-01-24", "2020-02-02", false, true}, // 春节, lengthened in the epidemic
		{"2020-02-03", "2020-02-07", true, true},
		{"2020-07-20", "2020-07-24", true, true}, // the week of 2020
		{"2020-07-25", "2020-07-26", false, true},
		{"2020-09-27", "2020-09-27", true, true}, // a Sunday worked for 国庆节 and 中秋节
		{"2020-10-01", "2020-10-08", false, true},
		{"2020-10-09", "2020-10-10", true, true}, // Friday, and a Saturday worked
		{"2020-10-11", "2020-10-11", false, true},
		{"2021-02-07", "2021-02-07", true, true},
		{"2021-02-11", "2021-02-17", false, true},
		{"2021-10-01", "2021-10-07", false, true},
		{"2021-10-08", "2021-10-09", true, true},
		{"2026-01-04", "2026-01-04", true, true},
		{"2026-02-15", "2026-02-23", false, true},
		{"2026-02-28", "2026-02-28", true, true},
		{"2026-10-01", "2026-10-07", false, true},
		{"2090-10-03", "2090-10-06", true, false}, // Tuesday to Friday, of a year that nobody has arranged
		{"2090-10-07", "2090-10-08", false, false},
		{"2001-12-29", "2001-12-30", false, false}, // of 2001 the library has two days only
	} {
		for d := c.first; d <= c.last; d = d.AddDays(1) {
			work, known := calendar.Calendar{}.IsWorkday(d)
			if work != c.work || known != c.known {
				t.Errorf("%s: work %t known %t, want %t %t", d, work, known, c.work, c.known)
			}
		}
	}
}

func TestWhatIsNoDayIsNeitherWorkedNorKnown(t *testing.T) {
	t.Parallel()
	var c calendar.Calendar
	for _, d := range []clock.Day{"", "2020-02-30", "20200101", "tomorrow"} {
		if work, known := c.IsWorkday(d); work || known {
			t.Errorf("IsWorkday(%q): %t %t", d, work, known)
		}
		if day, known := c.AddWorkdays(d, 1); day != "" || known {
			t.Errorf("AddWorkdays(%q): %q %t", d, day, known)
		}
		if n, known := c.WorkdaysBetween(d, "2020-01-01"); n != 0 || known {
			t.Errorf("WorkdaysBetween(%q): %d %t", d, n, known)
		}
	}
	if day, known := c.AddWorkdays("9999-12-30", 5); day != "" || known {
		t.Errorf("beyond the last year: %q %t", day, known)
	}
}

func TestAddWorkdaysStepsOverHolidaysAndWorkedWeekends(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from  clock.Day
		n     int
		want  clock.Day
		known bool
	}{
		{"2020-09-25", 1, "2020-09-27", true}, // the Sunday is worked
		{"2020-09-30", 1, "2020-10-09", true},
		{"2020-09-30", 2, "2020-10-10", true},
		{"2020-09-30", 3, "2020-10-12", true},
		{"2020-10-09", -1, "2020-09-30", true},
		{"2020-08-31", -3, "2020-08-26", true}, // a reminder three working days before the summary
		{"2020-08-31", -6, "2020-08-21", true},
		{"2020-10-04", 0, "2020-10-04", true},
		{"2026-12-31", 1, "2027-01-01", false}, // 元旦, but of a year that nobody has arranged
	} {
		got, known := calendar.Calendar{}.AddWorkdays(c.from, c.n)
		if got != c.want || known != c.known {
			t.Errorf("%s %+d: %s %t, want %s %t", c.from, c.n, got, known, c.want, c.known)
		}
	}
}

func TestWorkdaysBetweenIsTheInverseOfAddWorkdays(t *testing.T) {
	t.Parallel()
	var c calendar.Calendar
	for from := clock.Day("2020-09-20"); from < "2020-10-20"; from = from.AddDays(1) {
		for to := clock.Day("2020-09-20"); to < "2020-10-20"; to = to.AddDays(1) {
			n, known := c.WorkdaysBetween(from, to)
			if !known {
				t.Fatalf("%s to %s is not known", from, to)
			}
			if work, _ := c.IsWorkday(to); !work || from == to {
				continue
			}
			if back, _ := c.AddWorkdays(from, n); back != to {
				t.Fatalf("%s to %s is %d working days, which lead to %s", from, to, n, back)
			}
		}
	}
	if n, _ := c.WorkdaysBetween("2020-09-30", "2020-10-08"); n != 0 {
		t.Errorf("eight days off are %d working days", n)
	}
}
