package paper

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"openweek/internal/clock"
	"openweek/internal/i18n"
)

// Document is what is printed.
type Document struct {
	Locale i18n.Locale
	// Issuers are the bodies of the red head (发文机关标志) of a text of record, the lead first; none for
	// a document that the product has made.
	Issuers   []string
	Number    string // document number (发文字号) below the red head, or ""
	Title     string
	Facts     Facts // below the title
	Blocks    []Block
	Foot      string        // stands beside the page number: where the document comes from
	Landscape bool          // A4 across, for wide tables
	Made      clock.Instant // for the file's properties
}

// Block is a part of a document: Heading, Paragraph, Facts or Table.
type Block interface{ block() }

// Heading is the title of what follows.
type Heading struct {
	Level int // from 1
	Text  string
}

// Align is where the lines of a paragraph or a column stand.
type Align int

// The alignments.
const (
	Start Align = iota
	Center
	End
)

// Paragraph is a text, or an item of a list. "\n" in it is a line end.
type Paragraph struct {
	Runs   []Run
	Align  Align
	Inset  int    // how many characters it is set in from the left
	First  bool   // the first line is set in by two characters more, as Chinese paragraphs are
	Marker string // hangs before the first line: "1.", "•"
}

// Run is a piece of text in one formatting.
type Run struct {
	Text string
	Bold bool
	Link string // an address of http, https or mailto, or ""
}

// Facts are labels with their values: a table of two columns without a head.
type Facts []Fact

// Fact is a label with its value.
type Fact struct{ Label, Value string }

// Table is a table whose head is repeated on every page.
type Table struct {
	Columns []Column
	Rows    [][]string // of as many cells as there are columns; "\n" is a line end
	Total   []string   // last row in bold, or nil
	Empty   string     // shown where there are no rows
}

// Column is a column of a table.
type Column struct {
	Title  string
	Weight float64 // its share of the width; 0 counts as 1
	Align  Align
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (Facts) block()     {}
func (Table) block()     {}

// text makes a paragraph of plain text.
func text(s string) Paragraph { return Paragraph{Runs: []Run{{Text: s}}} }

// add appends a fact that has a value.
func (f *Facts) add(label, value string) {
	if value != "" {
		*f = append(*f, Fact{label, value})
	}
}

// weights are the columns' shares, which make up 1.
func (t Table) weights() []float64 {
	shares, sum := make([]float64, len(t.Columns)), 0.0
	for i, c := range t.Columns {
		shares[i] = c.Weight
		if c.Weight <= 0 {
			shares[i] = 1
		}
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// clean drops what neither XML nor a printer knows: control characters, halves of pairs, and the marks
// that nobody sees. Line ends become LF, a tab a space.
func clean(s string) string {
	if !strings.ContainsFunc(s, odd) {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ", "\u2011", "-").Replace(s)
	return strings.Map(func(r rune) rune {
		if r != '\n' && odd(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func odd(r rune) bool {
	return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) ||
		r == '\u2028' || r == '\u2029' || r == '\u2011' || r == '\uFFFE' || r == '\uFFFF'
}

// oneLine brings a text that must not have line ends onto one.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// tidy gives the document with clean texts.
func (d Document) tidy() Document {
	d.Number, d.Title, d.Foot = oneLine(d.Number), oneLine(d.Title), oneLine(d.Foot)
	d.Issuers = cleaned(d.Issuers)
	d.Facts = d.Facts.tidy()
	blocks := make([]Block, 0, len(d.Blocks))
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			blocks = append(blocks, Heading{max(b.Level, 1), oneLine(b.Text)})
		case Paragraph:
			runs := make([]Run, 0, len(b.Runs))
			for _, r := range b.Runs {
				runs = append(runs, Run{clean(r.Text), r.Bold, webLink(r.Link)})
			}
			b.Runs, b.Marker = runs, oneLine(b.Marker)
			blocks = append(blocks, b)
		case Facts:
			blocks = append(blocks, b.tidy())
		case Table:
			blocks = append(blocks, b.tidy())
		}
	}
	d.Blocks = blocks
	return d
}

func (f Facts) tidy() Facts {
	out := make(Facts, len(f))
	for i, fact := range f {
		out[i] = Fact{oneLine(fact.Label), clean(fact.Value)}
	}
	return out
}

func (t Table) tidy() Table {
	columns := make([]Column, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = Column{oneLine(c.Title), c.Weight, c.Align}
	}
	rows := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = t.fit(row)
	}
	t.Columns, t.Rows, t.Empty = columns, rows, oneLine(t.Empty)
	if t.Total != nil {
		t.Total = t.fit(t.Total)
	}
	return t
}

// fit gives a row exactly the cells that the table has columns.
func (t Table) fit(row []string) []string {
	cells := make([]string, len(t.Columns))
	for i := range min(len(row), len(cells)) {
		cells[i] = clean(row[i])
	}
	return cells
}

func cleaned(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if s = oneLine(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// maxLink is how long an address may be: Word takes no longer one, and calls the file broken.
const maxLink = 2000

// webLink gives an address as a link needs it, in ASCII; "" for one that a reader should not be led to.
func webLink(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
		return ""
	}
	var b strings.Builder
	for i := range len(link) {
		if c := link[i]; c <= ' ' || c > '~' || strings.IndexByte(`"<>\^{|}`, c) >= 0 || c == '`' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	if b.Len() > maxLink {
		return ""
	}
	return b.String()
}

// pageWords are the words around the number of a page and of all pages.
func pageWords(l i18n.Locale) (before, between, after string) {
	const page, pages = "\x01", "\x02"
	all := i18n.T(l, "paper.page", "page", page, "pages", pages)
	before, rest, _ := strings.Cut(all, page)
	between, after, _ = strings.Cut(rest, pages)
	return before, between, after
}
