package edition

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// The longest texts, in characters, and the longest week, in days.
const (
	maxTheme       = 200
	maxName        = 200
	maxDescription = 4000
	maxWhat        = 2000
	maxReason      = 500
	maxNumber      = 60
	maxPhrase      = 300
	maxClause      = 40
	maxList        = 300 // entries of one list
	maxWeek        = 60
)

var (
	codePattern   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	accentPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	timePattern   = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

// tidy takes away what people do not mean: space at the ends and runs of it inside.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// odd tells whether s holds what no text of an office has: broken UTF-8, NUL and other controls,
// invisible marks that turn or hide text (U+202E, U+200B, U+FEFF), private or unassigned code points.
func odd(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return r == unicode.ReplacementChar || !unicode.IsGraphic(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp)
	})
}

// problems collects what is wrong with one form.
type problems []*errs.Error

func (bad *problems) add(e *errs.Error) { *bad = append(*bad, e) }

func (bad *problems) text(field, s string, limit int, required bool) {
	switch {
	case s == "" && required:
		bad.add(errs.Invalid("edition.text_missing").On(field))
	case odd(s):
		bad.add(errs.Invalid("edition.text_broken").On(field))
	case utf8.RuneCountInString(s) > limit:
		bad.add(errs.Invalid("edition.text_long", "limit", limit).On(field))
	}
}

// window checks the first and last day of a week; both may be missing in a draft.
func (bad *problems) window(start, end clock.Day, required bool) {
	missing := errs.Invalid("edition.day_missing")
	switch {
	case start == "" && end == "":
		if required {
			bad.add(missing.On("start"))
		}
		return
	case start == "":
		bad.add(missing.On("start"))
		return
	case end == "":
		bad.add(missing.On("end"))
		return
	}
	before := len(*bad)
	bad.day("start", start)
	bad.day("end", end)
	switch {
	case len(*bad) > before:
	case end < start:
		bad.add(errs.Invalid("edition.end_before_start").On("end"))
	case start.DaysUntil(end)+1 > maxWeek:
		bad.add(errs.Invalid("edition.week_long", "limit", maxWeek).On("end"))
	}
}

func (bad *problems) day(field string, d clock.Day) {
	if _, err := clock.ParseDay(string(d)); err != nil || d < "1990" || d >= "2201" {
		bad.add(errs.Invalid("edition.day_impossible").On(field))
	}
}

func clockTime(hour, minute int) time.Duration {
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
}

// shorten keeps what stands in a log short and printable.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
