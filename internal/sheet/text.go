package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"openweek/internal/clock"
)

// guard puts an apostrophe before text that a spreadsheet would run when it opens a CSV of it.
func guard(s string) string {
	if looksLikeFormula(s) {
		return "'" + s
	}
	return s
}

// unguard takes back what guard did and nothing else.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && looksLikeFormula(rest) {
		return rest
	}
	return s
}

// looksLikeFormula passes over apostrophes at the head, so that guard and unguard stay each other's
// inverse for text that has one already.
func looksLikeFormula(s string) bool {
	for i, r := range strings.TrimLeft(s, "'") {
		if i == 0 {
			switch r {
			case '=', '@', '\t', '\r', '\n', '\uFF1D', '\uFF20':
				return true
			case '+', '-', '\uFF0B', '\uFF0D':
				continue
			}
			return false
		}
		// After a sign, digits and punctuation of numbers and telephones compute at worst a number.
		if !unicode.IsDigit(r) && !strings.ContainsRune(" .,-+()", r) {
			return true
		}
	}
	return false
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// clean trims a cell and drops what a database or a page cannot take: NUL and other control
// characters, invisible joiners and byte order marks. Line breaks inside a cell become LF.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = lineBreaks.Replace(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r == '\uFEFF', r == '\u200B':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s) // also U+3000 and U+00A0
}

// foldTitle makes header titles comparable: width, case, spaces and the marks of a compulsory
// column do not count. "* 单位名称(必填)" is "单位名称".
func foldTitle(s string) string {
	s = strings.ToLower(norm.NFKC.String(clean(s)))
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '*' {
			return -1
		}
		return r
	}, s)
	for _, mark := range []string{"(必填)", "(选填)", "(required)", "(optional)"} {
		s = strings.TrimSuffix(s, mark)
	}
	return s
}

var (
	// Excel stores long numbers as 4.30102E+17; it always writes the sign.
	scientific = regexp.MustCompile(`^-?\d(\.\d+)?E[+-]\d+$`)
	isoDate    = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]?0?0:00(?::00(?:\.0+)?)?)?$`)
	packedDate = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	errorValue = regexp.MustCompile(`^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$`)
)

// maxExact is where a number cell starts losing digits: Excel keeps fifteen.
const maxExact = 1e15

// asText gives a cell's text. shown is what Excel shows, raw what it stores. ok is false where a
// number has more digits than Excel keeps, such as an identity number not typed as text.
func asText(raw, shown string) (text string, ok bool) {
	if !scientific.MatchString(raw) && !scientific.MatchString(shown) {
		if raw != shown {
			return clean(shown), true // a number with a format, such as a code with leading zeros
		}
		return clean(unguard(clean(raw))), true
	}
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return clean(shown), true
	}
	return strconv.FormatFloat(v, 'f', -1, 64), math.Abs(v) < maxExact
}

// asDate reads a date cell or a date typed as text; the time of day must be midnight or that of a
// date cell. "" is no date.
func asDate(raw string, date1904 bool) clock.Day {
	s := norm.NFKC.String(clean(raw))
	for _, form := range []*regexp.Regexp{isoDate, packedDate} {
		if m := form.FindStringSubmatch(s); m != nil {
			year, _ := strconv.Atoi(m[1]) // the expression has matched digits only
			month, _ := strconv.Atoi(m[2])
			day, _ := strconv.Atoi(m[3])
			d, _ := clock.DayOf(year, month, day)
			return d
		}
	}
	serial, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return ""
	}
	return fromSerial(serial, date1904)
}

// fromSerial counts days as Excel does. Only 1950 to 2100 is believed: a bare 2026 is a year that
// somebody typed, not a day of 1905.
func fromSerial(serial float64, date1904 bool) clock.Day {
	if date1904 {
		serial += 1462
	}
	const first, last = 18264, 73415 // 1950-01-01, 2100-12-31
	if !(serial >= first && serial < last+1) {
		return ""
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	return clock.Day(epoch.AddDate(0, 0, int(serial)).Format(time.DateOnly))
}

// asNumber reads a number cell or a number typed as text, and writes it plainly.
func asNumber(raw string) (string, bool) {
	s := strings.ReplaceAll(norm.NFKC.String(clean(raw)), ",", "")
	v, err := strconv.ParseFloat(s, 64)
	// ParseFloat also reads "inf", "0x1p3" and "1_000".
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(s, "xX_iInN") {
		return "", false
	}
	return strconv.FormatFloat(v, 'f', -1, 64), true
}
