package paper

import "math"

// sheet is one page on which everything has its place, as on a poster: what does not fit is set
// smaller, and cut where it would become too small to read.
type sheet struct{ *layout }

func (l *layout) sheet(w, h float64, title string) sheet {
	l.left, l.width, l.bottom = 0, w, h
	l.pages = append(l.pages, page{w: w, h: h, first: title})
	return sheet{l}
}

// area is where a text stands on a sheet.
type area struct {
	x, y, w float64
	align   Align
	lines   int     // at most so many
	least   float64 // size below which the text is cut rather than set smaller
}

// set puts a text into an area and gives where it ends.
func (s sheet) set(text string, st style, a area) (y float64) {
	if text == "" {
		return a.y
	}
	runs := []Run{{Text: text}}
	b := block{style: st, align: a.align, x: a.x, width: a.w}
	lines := s.measure(runs, b)
	for len(lines) > a.lines && b.style.size > a.least {
		b.style.size = math.Max(b.style.size*0.94, a.least)
		lines = s.measure(runs, b)
	}
	if len(lines) > a.lines {
		runs, lines = s.cut(runs[0], b, a.lines)
	}
	s.wrap(runs, b) // notes the characters that are printed
	y = a.y
	for _, line := range lines {
		line.last = true // short lines in large type are not stretched
		s.printLine(line, runs, b, y+b.style.size*b.style.leads)
		y += b.style.size * b.style.leads
	}
	return y
}

// scratch is a sheet that is thrown away, to measure what would be printed.
func (s sheet) scratch() sheet {
	l := newLayout(s.faces)
	l.pages = []page{{}}
	return sheet{l}
}

// measure breaks a text into lines without noting that it is printed.
func (s sheet) measure(runs []Run, b block) []setLine { return s.scratch().wrap(runs, b) }

// cut shortens a text until it fits, and says so by an ellipsis.
func (s sheet) cut(run Run, b block, lines int) ([]Run, []setLine) {
	text := []rune(run.Text)
	for {
		text = text[:len(text)-1]
		runs := []Run{{Text: string(text) + "…", Bold: run.Bold}}
		if set := s.measure(runs, b); len(set) <= lines || len(text) == 0 {
			return runs, set
		}
	}
}

// fact puts a label and its values, one a line, side by side and gives where they end.
func (s sheet) fact(label string, values []string, st style, labelWidth float64, a area) (y float64) {
	if len(values) == 0 {
		return a.y
	}
	strong := st
	strong.weight, strong.color = bold, red
	s.set(label, strong, area{x: a.x, y: a.y, w: labelWidth, lines: 1, least: st.size * 0.6})
	y = a.y
	for _, v := range values {
		y = s.set(v, st, area{x: a.x + labelWidth, y: y, w: a.w - labelWidth, lines: a.lines, least: a.least})
	}
	return y + 0.35*st.size
}

// code puts a QR code with its margin into a white square.
func (s sheet) code(q QR, x, y, side float64) {
	module := side / float64(q.Size()+2*quiet)
	s.print(box{x: x, y: y, w: side, h: side, fill: white, line: -1})
	s.print(cells{x: x + quiet*module, y: y + quiet*module, module: module, code: q})
}
