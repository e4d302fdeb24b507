package paper

import (
	"io"
	"net/url"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/i18n"
)

// Poster is what is hung up for an activity. Texts are in the poster's language.
type Poster struct {
	Locale         i18n.Locale
	Edition, Theme string // Theme "" for an edition without one
	Title, Summary string
	Times          []Span // of the sessions that take place, in order
	Venue, Address string // "" for what is online only
	Online         bool   // it can be followed online
	Host           string
	For            string // whom it is meant for, or ""
	Contact        string // office and telephone, or ""
	Link           string // short address of the activity's page; it is printed and in the code
	Sponsor        string // who runs the week, or ""
	Made           clock.Instant
}

// Span is from when to when something takes place.
type Span struct{ Starts, Ends clock.Instant }

// PosterFormat is a size of paper.
type PosterFormat string

// The formats. A3 has the shape of A4: an office without a large printer prints Upright smaller.
const (
	Upright PosterFormat = "a3" // A3 upright, for a wall
	Across  PosterFormat = "a4" // A4 across, for a door, a table or a screen
)

// PosterFormats lists the formats.
var PosterFormats = []PosterFormat{Upright, Across}

// look is how large everything is on a format, in points.
type look struct {
	w, h, margin, band            float64
	kicker, theme, title, summary style
	body                          style
	small                         float64 // size below which nothing is set
	days                          int     // lines for when
	code                          float64 // side of the QR code
	beside                        bool    // the code stands beside the text and not below it
}

const ink = 0x1C2430

var looks = map[PosterFormat]look{
	Upright: {
		w: a4Long, h: a3Long, margin: 64, band: 250, small: 13, days: 6, code: 250,
		kicker: style{regular, 24, 1.4, white}, theme: style{bold, 58, 1.3, white}, title: style{bold, 60, 1.3, ink},
		summary: style{regular, 24, 1.6, grey}, body: style{regular, 28, 1.55, ink},
	},
	Across: {
		w: a4Long, h: a4Short, margin: 44, band: 124, small: 9, days: 4, code: 176, beside: true,
		kicker: style{regular, 14, 1.4, white}, theme: style{bold, 32, 1.3, white}, title: style{bold, 33, 1.3, ink},
		summary: style{regular, 14, 1.6, grey}, body: style{regular, 18, 1.55, ink},
	},
}

// Posters writes posters as one file, one a page. Errors: ErrNoFont, paper.qr_long,
// paper.format_unknown, and those of the writer.
func Posters(w io.Writer, format PosterFormat, posters ...Poster) (err error) {
	defer errs.Wrap(&err, "paper.Posters(%d)", len(posters))
	k, ok := looks[format]
	if !ok {
		return errs.NotFound("paper.format_unknown")
	}
	codes := make([]QR, len(posters))
	for i, p := range posters {
		if codes[i], err = NewQR(p.Link); err != nil {
			return err
		}
	}
	var about about
	if len(posters) > 0 {
		about = aboutOf(posters[0].Title, posters[0].Locale, posters[0].Made)
	}
	return write(w, about, len(posters), func(l *layout) {
		for i, p := range posters {
			p.tidy().print(l.sheet(k.w, k.h, oneLine(p.Title)), k, codes[i])
		}
	})
}

func (p Poster) tidy() Poster {
	for _, s := range []*string{&p.Edition, &p.Theme, &p.Title, &p.Summary, &p.Venue, &p.Address, &p.Host, &p.For, &p.Contact, &p.Sponsor} {
		*s = oneLine(*s)
	}
	return p
}

func (p Poster) print(s sheet, k look, code QR) {
	full := area{x: k.margin, w: k.w - 2*k.margin, align: Center}
	p.head(s, k, full)

	align, foot := Center, k.h-k.margin*0.5-k.small*1.4
	if k.beside {
		full.w -= k.code + k.margin*0.8
		align = Start
	}
	full.align, full.least = align, k.small
	y := k.band + k.margin*0.6
	full.y, full.lines = y, 3
	y = s.set(p.Title, k.title, full)
	full.y, full.lines = y+k.body.size*0.5, 3
	y = s.set(p.Summary, k.summary, full) + k.body.size*0.6
	s.print(box{x: full.x, y: y, w: full.w, fill: -1, line: red, thick: k.body.size / 12})
	y += k.body.size * 0.9

	limit := foot - k.body.size*0.5
	if !k.beside {
		limit = foot - k.code - k.body.size
	}
	size := k.body.size
	for size > k.small && p.facts(s.scratch(), k, size, y, full.w) > limit {
		size = max(size*0.94, k.small)
	}
	p.facts(s, k, size, y, full.w)
	p.scan(s, k, code, foot)
	s.set(p.Sponsor, style{regular, k.small, 1.4, grey}, area{x: k.margin, y: foot, w: k.w - 2*k.margin, align: Center, lines: 1, least: k.small * 0.7})
}

// head is the red band with the edition and its theme.
func (p Poster) head(s sheet, k look, full area) {
	s.print(box{w: k.w, h: k.band, fill: red, line: -1})
	name, theme := p.Edition, p.Theme
	if theme == "" {
		name, theme = "", p.Edition
	}
	within := func(s sheet, y float64) float64 {
		full.y, full.lines, full.least = y, 1, k.small
		y = s.set(name, k.kicker, full)
		full.y, full.lines, full.least = y+k.kicker.size*0.2, 2, k.kicker.size
		return s.set(theme, k.theme, full)
	}
	height := within(s.scratch(), 0)
	within(s, max((k.band-height)/2, 0))
}

// facts are when, where, who and for whom.
func (p Poster) facts(s sheet, k look, size, y, width float64) float64 {
	t := func(key string, kv ...any) string { return i18n.T(p.Locale, key, kv...) }
	st := k.body
	st.size = size
	a := area{x: k.margin, w: width, lines: 2, least: k.small}
	labelWidth := 5.2 * size
	if p.Locale == i18n.English {
		labelWidth = 5.8 * size
	}
	put := func(label string, values ...string) {
		var kept []string
		for _, v := range values {
			if v != "" {
				kept = append(kept, v)
			}
		}
		a.y = y
		y = s.fact(label, kept, st, labelWidth, a)
	}
	put(t("paper.poster_when"), schedule(p.Locale, p.Times, k.days)...)
	where := p.Venue
	if p.Venue != "" && p.Address != "" && p.Address != p.Venue {
		where = t("paper.poster_place", "venue", p.Venue, "address", p.Address)
	} else if where == "" {
		where = p.Address
	}
	online := ""
	if p.Online {
		online = t("paper.poster_online")
	}
	put(t("paper.poster_where"), where, online)
	put(t("paper.poster_host"), p.Host)
	put(t("paper.poster_for"), p.For)
	put(t("paper.poster_contact"), p.Contact)
	return y
}

// scan is the code with what it is for and its address to type.
func (p Poster) scan(s sheet, k look, code QR, foot float64) {
	words := i18n.T(p.Locale, "paper.poster_scan")
	call, address := k.body, k.body
	call.weight, address.size, address.color = bold, k.body.size*0.72, grey
	x := k.w - k.margin - k.code
	if k.beside {
		y := k.band + k.margin*0.6
		s.code(code, x, y, k.code)
		call.size, address.size = k.body.size*0.9, k.body.size*0.65
		y = s.set(words, call, area{x: x, y: y + k.code, w: k.code, align: Center, lines: 2, least: k.small})
		s.set(printable(p.Link), address, area{x: x, y: y, w: k.code, align: Center, lines: 1, least: k.small * 0.7})
		return
	}
	y := foot - k.code - k.body.size*0.3
	s.code(code, x, y, k.code)
	width := x - k.margin*1.4
	y = s.set(words, call, area{x: k.margin, y: y + k.code*0.36, w: width, lines: 2, least: k.small})
	s.set(printable(p.Link), address, area{x: k.margin, y: y, w: width, lines: 2, least: k.small})
}

// printable is an address as people type it.
func printable(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return link
	}
	return u.Host + strings.TrimSuffix(u.EscapedPath(), "/")
}

// schedule writes times as lines, one for each day; what is more than most lines is counted.
func schedule(l i18n.Locale, times []Span, most int) (lines []string) {
	const perDay = 4
	for i := 0; i < len(times); {
		n := i + 1
		for n < len(times) && times[n].Starts.Day() == times[i].Starts.Day() {
			n++
		}
		if len(lines) == most-1 && n < len(times) {
			return append(lines, i18n.T(l, "paper.poster_more", "count", len(times)-i))
		}
		day := times[i].Starts.Day()
		if n == i+1 && times[i].Ends.Day() != day && times[i].Ends != day.End() {
			lines = append(lines, i18n.T(l, "paper.poster_until", "from", dayTime(l, times[i].Starts), "to", dayTime(l, times[i].Ends)))
			i = n
			continue
		}
		var hours []string
		for _, t := range times[i:n] {
			hours = append(hours, hour(t.Starts)+"–"+hour(t.Ends))
		}
		if len(hours) > perDay {
			hours = []string{i18n.T(l, "paper.poster_runs", "from", hour(times[i].Starts), "to", hour(times[n-1].Ends), "count", n-i)}
		}
		lines = append(lines, i18n.Day(l, day)+" "+strings.Join(hours, i18n.T(l, "paper.and")))
		i = n
	}
	return lines
}

func dayTime(l i18n.Locale, t clock.Instant) string { return i18n.Day(l, t.Day()) + " " + hour(t) }

func hour(t clock.Instant) string { return t.Time().Format("15:04") }
