package paper

import (
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/i18n"
)

// PDF writes documents as one file, each on pages of its own with its own numbers. Printing a hundred
// filings costs far less in one file than in a hundred. Errors: ErrNoFont, and those of the writer.
func PDF(w io.Writer, documents ...Document) (err error) {
	defer errs.Wrap(&err, "paper.PDF(%d documents)", len(documents))
	var about about
	if len(documents) > 0 {
		first := documents[0]
		about = aboutOf(first.Title, first.Locale, first.Made)
	}
	return write(w, about, len(documents), func(l *layout) {
		for _, d := range documents {
			l.add(d)
		}
	})
}

// about is what the properties of a file say.
type about struct {
	title  string
	locale i18n.Locale
	made   time.Time
}

func aboutOf(title string, l i18n.Locale, at clock.Instant) about {
	return about{title: oneLine(title), locale: l, made: made(at)}
}

// made is the moment in a file's properties. The library takes the time of the clock for none.
func made(at clock.Instant) time.Time {
	if at.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return at.Time()
}

// write sets pages and writes them as one file of several pieces, which get bookmarks.
func write(w io.Writer, about about, pieces int, set func(*layout)) error {
	faces, err := builtFaces()
	if err != nil {
		return err
	}
	l := newLayout(faces)
	set(l)
	pdf := fpdf.New("P", "pt", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCatalogSort(true) // the same document gives the same bytes
	pdf.SetCreator("openweek", false)
	pdf.SetProducer("openweek", false)
	if pieces > 0 {
		pdf.SetTitle(common(about.title), true)
		pdf.SetLang(language(about.locale))
		pdf.SetCreationDate(about.made)
		pdf.SetModificationDate(about.made)
	}
	for weight, name := range weightNames {
		if len(l.codes[weight]) > 0 {
			pdf.AddUTF8FontFromBytes(name, "", faces[weight].subset(l.codes[weight]))
			pdf.SetFont(name, "", bodyStyle.size) // a bookmark needs to know that texts are Unicode
		}
	}
	for _, p := range l.pages {
		pdf.AddPageFormat("P", fpdf.SizeType{Wd: p.w, Ht: p.h})
		if p.first != "" && pieces > 1 {
			pdf.Bookmark(common(p.first), 0, 0)
		}
		for _, m := range p.marks {
			draw(pdf, m)
		}
	}
	return pdf.Output(w)
}

// common replaces the characters above U+FFFF, which the library garbles in titles and bookmarks.
func common(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return missing
		}
		return r
	}, s)
}

func language(l i18n.Locale) string {
	if l == i18n.English {
		return "en"
	}
	return "zh-CN"
}

func draw(pdf *fpdf.Fpdf, m mark) {
	switch m := m.(type) {
	case words:
		pdf.SetTextColor(rgb(m.style.color))
		pdf.SetFont(weightNames[m.style.weight], "", m.style.size)
		if m.spacing != 0 {
			pdf.RawWriteStr(number(m.spacing) + " Tc")
		}
		pdf.Text(m.x, m.y, m.text)
		if m.spacing != 0 {
			pdf.RawWriteStr("0 Tc")
		}
		if m.link != "" {
			pdf.LinkString(m.x, m.y-m.style.size, m.width, 1.25*m.style.size, m.link)
		}
	case box:
		pdf.SetLineWidth(m.thick)
		if m.line >= 0 {
			pdf.SetDrawColor(rgb(m.line))
		}
		switch {
		case m.h == 0:
			pdf.Line(m.x, m.y, m.x+m.w, m.y)
		case m.fill >= 0 && m.line >= 0:
			pdf.SetFillColor(rgb(m.fill))
			pdf.Rect(m.x, m.y, m.w, m.h, "FD")
		case m.fill >= 0:
			pdf.SetFillColor(rgb(m.fill))
			pdf.Rect(m.x, m.y, m.w, m.h, "F")
		default:
			pdf.Rect(m.x, m.y, m.w, m.h, "D")
		}
	case cells:
		pdf.SetFillColor(rgb(black))
		for y := range m.code.Size() {
			for x := 0; x < m.code.Size(); x++ {
				from := x
				for x < m.code.Size() && m.code.Dark(x, y) {
					x++
				}
				if x > from {
					outline(pdf, m.x+float64(from)*m.module, m.y+float64(y)*m.module, float64(x-from)*m.module, m.module)
				}
			}
		}
		pdf.DrawPath("F")
	}
}

// outline adds a rectangle to the path.
func outline(pdf *fpdf.Fpdf, x, y, w, h float64) {
	pdf.MoveTo(x, y)
	pdf.LineTo(x+w, y)
	pdf.LineTo(x+w, y+h)
	pdf.LineTo(x, y+h)
	pdf.ClosePath()
}

func rgb(c int) (r, g, b int) { return c >> 16 & 0xFF, c >> 8 & 0xFF, c & 0xFF }
