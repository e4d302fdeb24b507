package paper

import (
	"slices"
	"strings"
)

// All measures are points, from the upper left corner. Colours are 0xRRGGBB.
const (
	a4Short, a4Long, a3Long  = 595.28, 841.89, 1190.55
	marginX, marginTop       = 72.0, 72.0
	marginBottom, footHeight = 64.0, 34.0

	black, white, grey, pale, red, blue = 0x000000, 0xFFFFFF, 0x5A6472, 0xF1F3F6, 0xB3202A, 0x1F5F99
)

// style is how a text is set.
type style struct {
	weight weight
	size   float64
	leads  float64 // from line to line, in sizes
	color  int
}

var (
	bodyStyle    = style{regular, 11, 1.7, black}
	cellStyle    = style{regular, 9.5, 1.45, black}
	labelStyle   = style{bold, 9.5, 1.45, black}
	titleStyle   = style{bold, 18, 1.45, black}
	numberStyle  = style{regular, 12, 1.6, black}
	footStyle    = style{regular, 8.5, 1.4, grey}
	headingStyle = []style{{bold, 13.5, 1.5, black}, {bold, 11.5, 1.5, black}, {bold, 11, 1.5, black}}
)

// issuerStyle is that of the red head (GB/T 9704-2012, 7.2.4): the more bodies sign, the smaller.
func issuerStyle(bodies int) style {
	switch {
	case bodies == 1:
		return style{bold, 26, 1.5, red}
	case bodies <= 4:
		return style{bold, 20, 1.4, red}
	default:
		return style{bold, 15, 1.35, red}
	}
}

// mark is something printed on a page.
type mark interface{ mark() }

// words are a piece of a line on its base line.
type words struct {
	x, y    float64
	text    string // by the codes of the file
	style   style
	spacing float64 // added after each character, so that the line fills its width
	width   float64
	link    string
}

// box is a rectangle, filled or drawn, or a rule where it has no height.
type box struct {
	x, y, w, h float64
	fill       int // −1 for none
	line       int // −1 for none
	thick      float64
}

// cells are the dark modules of a code, printed as one shape so that no seams show between them.
type cells struct {
	x, y, module float64
	code         QR
}

func (words) mark() {}
func (box) mark()   {}
func (cells) mark() {}

// page is a page with what is printed on it.
type page struct {
	w, h  float64
	marks []mark
	first string // the title of the document that begins here
}

// layout sets documents on pages. It knows the font's measures, but not the PDF library.
type layout struct {
	faces [2]*face
	pages []page
	codes [2]map[rune]uint16 // characters used in each weight, by the code in the file
	rare  map[rune]uint16    // codes of the characters above U+FFFF

	doc        Document
	left       float64 // where the text begins
	width      float64 // of the text
	bottom     float64 // where a page ends
	y          float64
	needsSpace bool // something stands above on this page
}

func newLayout(faces [2]*face) *layout {
	return &layout{faces: faces, codes: [2]map[rune]uint16{{}, {}}, rare: map[rune]uint16{}}
}

// add sets a document on pages of its own.
func (l *layout) add(d Document) {
	first := len(l.pages)
	l.doc = d.tidy()
	l.left, l.width, l.bottom = marginX, a4Short-2*marginX, a4Long-marginBottom
	if d.Landscape {
		l.width, l.bottom = a4Long-2*marginX, a4Short-marginBottom
	}
	l.newPage()
	l.pages[first].first = l.doc.Title
	l.head()
	for i, b := range l.doc.Blocks {
		switch b := b.(type) {
		case Heading:
			l.heading(b, i+1 < len(l.doc.Blocks))
		case Paragraph:
			l.paragraph(b)
		case Facts:
			l.facts(b)
		case Table:
			l.table(b)
		}
	}
	l.feet(first)
}

func (l *layout) newPage() {
	p := page{w: a4Short, h: a4Long}
	if l.doc.Landscape {
		p.w, p.h = a4Long, a4Short
	}
	l.pages = append(l.pages, p)
	l.y, l.needsSpace = marginTop, false
}

func (l *layout) print(m mark) {
	p := &l.pages[len(l.pages)-1]
	p.marks = append(p.marks, m)
}

// space leaves a gap, except at the head of a page.
func (l *layout) space(h float64) {
	if l.needsSpace {
		l.y += h
	}
}

// need begins a page where less than h is left.
func (l *layout) need(h float64) {
	if l.y+h > l.bottom && l.needsSpace {
		l.newPage()
	}
}

// head sets the red head, the number, the title and the facts.
func (l *layout) head() {
	d := l.doc
	if len(d.Issuers) > 0 {
		for _, issuer := range d.Issuers {
			l.lines([]Run{{Text: issuer}}, block{style: issuerStyle(len(d.Issuers)), align: Center, width: l.width})
		}
		l.y += 10
		if d.Number != "" {
			l.lines([]Run{{Text: d.Number}}, block{style: numberStyle, align: Center, width: l.width})
		}
		l.y += 4
		l.print(box{x: marginX, y: l.y, w: l.width, fill: -1, line: red, thick: 1.5})
		l.y += 26
	} else if d.Number != "" {
		l.lines([]Run{{Text: d.Number}}, block{style: numberStyle, align: End, width: l.width})
	}
	if d.Title != "" {
		l.lines([]Run{{Text: d.Title}}, block{style: titleStyle, align: Center, width: l.width})
		l.y += 12
	}
	if len(d.Facts) > 0 {
		l.facts(d.Facts)
	}
}

// heading is not left alone at the foot of a page.
func (l *layout) heading(h Heading, followed bool) {
	s := headingStyle[min(h.Level, len(headingStyle))-1]
	l.space(s.size * 0.8)
	if followed {
		l.need(s.size*s.leads + 3*bodyStyle.size*bodyStyle.leads)
	}
	l.lines([]Run{{Text: h.Text}}, block{style: s, width: l.width})
	l.y += 2
}

func (l *layout) paragraph(p Paragraph) {
	em := bodyStyle.size
	b := block{style: bodyStyle, align: p.Align, inset: float64(p.Inset) * em, marker: p.Marker}
	if p.First {
		b.first = 2 * em
	}
	b.width = l.width - b.inset
	l.lines(p.Runs, b)
}

// block is where lines stand.
type block struct {
	style  style
	align  Align
	x      float64 // from where the text begins
	inset  float64
	first  float64 // the first line's own inset
	width  float64 // that a line may fill
	marker string
}

// lines sets runs line by line, over as many pages as they need.
func (l *layout) lines(runs []Run, b block) {
	height := b.style.size * b.style.leads
	set := l.wrap(runs, b)
	for i, line := range set {
		// At least two lines of a paragraph stand together.
		if i == 0 && len(set) > 1 {
			l.need(2 * height)
		}
		l.need(height)
		if i == 0 && b.marker != "" {
			l.hang(b, height)
		}
		l.printLine(line, runs, b, l.y+height)
		l.y += height
		l.needsSpace = true
	}
}

// hang puts the marker before the first line.
func (l *layout) hang(b block, height float64) {
	runs := []Run{{Text: b.marker}}
	line, width := l.glyphs(runs, b.style), float32(0)
	for _, g := range line {
		width += g.w
	}
	at := b
	at.align, at.inset = Start, max(b.inset-float64(width)-0.35*b.style.size, 0)
	l.printLine(setLine{glyphs: line, width: width, last: true}, runs, at, l.y+height)
}

// setLine is a line that fits.
type setLine struct {
	glyphs []glyph
	width  float32
	indent float64
	last   bool // of its paragraph: not stretched
}

// wrap breaks runs into lines.
func (l *layout) wrap(runs []Run, b block) (set []setLine) {
	all := l.glyphs(runs, b.style)
	indent := b.first
	for {
		hard := slices.IndexFunc(all, func(g glyph) bool { return g.r == '\n' })
		part := all
		if hard >= 0 {
			part = all[:hard]
		}
		for first := true; first || len(part) > 0; first = false {
			n := fill(part, float32(b.width-indent))
			line, width := trim(part[:n])
			part = part[n:]
			set = append(set, setLine{line, width, indent, len(part) == 0})
			indent = 0
		}
		if hard < 0 {
			return set
		}
		all = all[hard+1:]
		indent = b.first
	}
}

// missing is printed for what the font lacks: the geta that printers have always used for it.
const missing = '〓'

// glyphs measures the characters of runs, and notes that they are used.
func (l *layout) glyphs(runs []Run, s style) []glyph {
	var all []glyph
	for i, run := range runs {
		w := s.weight
		if run.Bold {
			w = bold
		}
		f := l.faces[w]
		for _, r := range run.Text {
			if r == '\n' {
				all = append(all, glyph{r, int32(i), 0})
				continue
			}
			if f.glyph(r) == 0 {
				r = missing
			}
			l.use(w, r)
			all = append(all, glyph{r, int32(i), f.width(r) * float32(s.size)})
		}
	}
	return all
}

// use gives a character its code in the file. PDF's text knows 65,536 of them; the rare characters of
// names get codes of the private use area, so that they are printed right, though not copied right.
func (l *layout) use(w weight, r rune) {
	if _, ok := l.codes[w][r]; ok {
		return
	}
	code := uint16(r)
	if r > 0xFFFF {
		var ok bool
		if code, ok = l.rare[r]; !ok {
			code = uint16(0xE000 + len(l.rare))
			l.rare[r] = code
		}
	}
	l.codes[w][r] = code
}

// loosest is by how much of a character's size the spaces of a line may grow to fill it.
const loosest = 0.12

// printLine sets a line whose foot is at y.
func (l *layout) printLine(line setLine, runs []Run, b block, foot float64) {
	x := l.left + b.x + b.inset + line.indent
	slack := b.width - line.indent - float64(line.width)
	spacing := 0.0
	switch {
	case b.align == Center:
		x += slack / 2
	case b.align == End:
		x += slack
	case !line.last && len(line.glyphs) > 1 && slack/float64(len(line.glyphs)-1) <= loosest*b.style.size:
		spacing = slack / float64(len(line.glyphs)-1)
	}
	base := foot - (b.style.leads-0.76)*b.style.size/2 - 0.04*b.style.size
	for rest := line.glyphs; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].run == rest[0].run {
			n++
		}
		run := runs[rest[0].run]
		w := words{x: x, y: base, style: b.style, spacing: spacing, link: run.Link}
		if run.Bold {
			w.style.weight = bold
		}
		if run.Link != "" {
			w.style.color = blue
		}
		var text strings.Builder
		for _, g := range rest[:n] {
			text.WriteRune(rune(l.codes[w.style.weight][g.r]))
			w.width += float64(g.w) + spacing
		}
		w.text = text.String()
		l.print(w)
		x += w.width
		rest = rest[n:]
	}
}

// feet puts the number and where the document comes from on the pages from first on.
func (l *layout) feet(first int) {
	before, between, after := pageWords(l.doc.Locale)
	for i := first; i < len(l.pages); i++ {
		number := before + itoa(i-first+1) + between + itoa(len(l.pages)-first) + after
		foot := l.bottom + footHeight
		p := l.pages
		l.pages = p[:i+1] // so that print meets this page
		if l.doc.Foot != "" {
			l.footLine(l.doc.Foot, Start, l.width*0.75, 0, foot)
		}
		l.footLine(number, End, l.width*0.25, l.width*0.75, foot)
		l.pages = p
	}
}

// footLine prints what fits on one line.
func (l *layout) footLine(s string, align Align, width, x, foot float64) {
	runs := []Run{{Text: s}}
	b := block{style: footStyle, align: align, x: x, width: width}
	line := l.wrap(runs, b)[0]
	line.last = true
	l.printLine(line, runs, b, foot)
}
