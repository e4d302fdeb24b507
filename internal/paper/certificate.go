package paper

import (
	"io"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/i18n"
)

// Certificate is the thanks (感谢状) that a host gets for an activity whose result was accepted. Texts
// are in the certificate's language.
type Certificate struct {
	Locale      i18n.Locale
	Edition     string
	Host        string
	Activity    string
	First, Last clock.Day // on which it was held; the same for one day
	Venue       string    // "" for what was online only
	Sessions    int
	Attendance  form.Figure // people; it says where it comes from. Zero leaves it out.
	Office      string      // who thanks
	On          clock.Day
	Number      string // of the certificate, or ""
	Link        string // address at which the activity can be seen, or "": printed as a code
	Made        clock.Instant
}

const gold = 0xB08D3C

var (
	thanksStyle = style{bold, 46, 1.4, red}
	hostStyle   = style{bold, 20, 1.6, ink}
	bodyOfStyle = style{regular, 18, 1.9, ink}
	signStyle   = style{regular, 17, 1.7, ink}
	tinyStyle   = style{regular, 9.5, 1.5, grey}
)

// Certificates writes certificates as one file, A4 across, one a page. Errors: ErrNoFont,
// paper.qr_long, and those of the writer.
func Certificates(w io.Writer, certificates ...Certificate) (err error) {
	defer errs.Wrap(&err, "paper.Certificates(%d)", len(certificates))
	codes := make([]QR, len(certificates))
	for i, c := range certificates {
		if c.Link == "" {
			continue
		}
		if codes[i], err = NewQR(c.Link); err != nil {
			return err
		}
	}
	var about about
	if len(certificates) > 0 {
		first := certificates[0]
		about = aboutOf(i18n.T(first.Locale, "paper.thanks")+" "+first.Activity, first.Locale, first.Made)
	}
	return write(w, about, len(certificates), func(l *layout) {
		for i, c := range certificates {
			c.tidy().print(l.sheet(a4Long, a4Short, oneLine(c.Host+" "+c.Activity)), codes[i])
		}
	})
}

func (c Certificate) tidy() Certificate {
	for _, s := range []*string{&c.Edition, &c.Host, &c.Activity, &c.Venue, &c.Office, &c.Number} {
		*s = oneLine(*s)
	}
	return c
}

func (c Certificate) print(s sheet, code QR) {
	const edge, margin, side = 26.0, 104.0, 72.0
	t := func(key string, kv ...any) string { return i18n.T(c.Locale, key, kv...) }
	s.print(box{x: edge, y: edge, w: a4Long - 2*edge, h: a4Short - 2*edge, fill: -1, line: gold, thick: 4})
	s.print(box{x: edge + 9, y: edge + 9, w: a4Long - 2*edge - 18, h: a4Short - 2*edge - 18, fill: -1, line: gold, thick: 1})

	full := area{x: margin, w: a4Long - 2*margin, lines: 1, least: 12}
	at := func(y float64, align Align, lines int) area {
		a := full
		a.y, a.align, a.lines = y, align, lines
		return a
	}
	y := s.set(c.Edition, style{regular, 15, 1.5, grey}, at(66, Center, 1))
	y = s.set(t("paper.thanks"), thanksStyle, at(y+6, Center, 1))
	y = s.set(t("paper.thanks_to", "host", c.Host), hostStyle, at(y+22, Start, 2))

	sign := a4Short - 152.0
	words := c.words()
	st := bodyOfStyle
	for st.size > full.least && s.scratch().paragraph(words, st, full, y+4, c.Locale) > sign-8 {
		st.size *= 0.95
	}
	s.paragraph(words, st, full, y+4, c.Locale)

	y = s.set(c.Office, signStyle, at(sign, End, 2))
	s.set(plainDay(c.Locale, c.On), signStyle, at(y, End, 1))
	x := margin
	if c.Link != "" {
		s.code(code, margin-8, a4Short-edge-24-side, side)
		x += side
	}
	if c.Number != "" {
		s.set(t("paper.thanks_number", "number", c.Number), tinyStyle, area{x: x, y: a4Short - edge - 46, w: a4Long/2 - x, lines: 1, least: 7})
	}
}

// paragraph sets the lines of a text whose first line is set in as Chinese paragraphs are.
func (s sheet) paragraph(text string, st style, a area, y float64, l i18n.Locale) float64 {
	runs := []Run{{Text: text}}
	b := block{style: st, x: a.x, width: a.w}
	if l == i18n.Chinese {
		b.first = 2 * st.size
	}
	for _, line := range s.wrap(runs, b) {
		s.printLine(line, runs, b, y+st.size*st.leads)
		y += st.size * st.leads
	}
	return y
}

// words is what the host is thanked for.
func (c Certificate) words() string {
	t := func(key string, kv ...any) string { return i18n.T(c.Locale, key, kv...) }
	held := plainDay(c.Locale, c.First)
	if c.Last != "" && c.Last != c.First {
		held = t("paper.thanks_days", "first", held, "last", plainDay(c.Locale, c.Last))
	}
	attendance := ""
	if n := c.Attendance.Value.String(); c.Attendance.Provenance != "" {
		word := t("ui.evidence_" + string(c.Attendance.Provenance)) //i18n:prefix ui.evidence_
		attendance = t("paper.figure", "figure", t("paper.thanks_people", "n", n), "mark", provenanceMarks[c.Attendance.Provenance], "word", word)
	}
	return t("paper.thanks_text", "edition", c.Edition, "held", held, "venue", c.Venue, "activity", c.Activity, "count", max(c.Sessions, 1), "attendance", attendance)
}

// plainDay is a day without its weekday, as documents are dated (GB/T 9704-2012, 7.3.5.4).
func plainDay(l i18n.Locale, d clock.Day) string {
	if d == "" {
		return ""
	}
	if l == i18n.English {
		return d.Time().Format("2 January 2006")
	}
	return d.Time().Format("2006年1月2日")
}
