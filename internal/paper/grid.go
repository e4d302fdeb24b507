package paper

import "strconv"

const (
	padX, padY = 5.0, 3.5
	ruleColor  = 0xAEB6C1
	ruleThick  = 0.5
)

// cell is a cell of a grid.
type cell struct {
	text  string
	style style
	align Align
	fill  int // −1 for none
}

// grid is a table on paper: columns of given widths, and rows that may follow a repeated head.
type grid struct {
	*layout
	widths []float64
	head   []cell
}

func (l *layout) facts(facts Facts) {
	if len(facts) == 0 {
		return
	}
	l.space(4)
	label := 0.26 * l.width
	g := grid{layout: l, widths: []float64{label, l.width - label}}
	for _, f := range facts {
		g.row([]cell{{f.Label, labelStyle, Start, pale}, {f.Value, cellStyle, Start, -1}})
	}
	l.y += 8
}

func (l *layout) table(t Table) {
	l.space(4)
	g := grid{layout: l}
	for i, share := range t.weights() {
		g.widths = append(g.widths, share*l.width)
		g.head = append(g.head, cell{t.Columns[i].Title, labelStyle, Center, pale})
	}
	g.row(g.head)
	for _, row := range t.Rows {
		g.row(t.cells(row, cellStyle, -1))
	}
	if len(t.Rows) == 0 && t.Empty != "" {
		whole := grid{layout: l, widths: []float64{l.width}}
		whole.row([]cell{{t.Empty, cellStyle, Center, -1}})
	}
	if t.Total != nil {
		g.row(t.cells(t.Total, labelStyle, pale))
	}
	l.y += 8
}

func (t Table) cells(row []string, s style, fill int) []cell {
	cells := make([]cell, len(row))
	for i, text := range row {
		cells[i] = cell{text, s, t.Columns[i].Align, fill}
	}
	return cells
}

// row sets a row. It goes to the next page as a whole; only one that is higher than a page is parted.
func (g grid) row(cells []cell) {
	set := make([][]setLine, len(cells))
	most := 0
	for i, c := range cells {
		set[i] = g.wrap([]Run{{Text: c.text}}, g.block(i, c))
		most = max(most, len(set[i]))
	}
	lead := cells[0].style.size * cells[0].style.leads
	for from := 0; from < most; {
		left := most - from
		if g.fits(lead) < left && g.needsSpace {
			if from > 0 || g.fits(lead) < 2 || left <= g.capacity(lead) {
				g.turn(cells)
			}
		}
		n := min(left, max(g.fits(lead), 1))
		g.part(cells, set, from, n, lead)
		from += n
	}
}

// fits is how many lines still fit on the page.
func (g grid) fits(lead float64) int { return int((g.bottom - g.y - 2*padY) / lead) }

// capacity is how many lines a page of its own would take.
func (g grid) capacity(lead float64) int {
	return int((g.bottom - marginTop - 2*padY - g.headHeight()) / lead)
}

func (g grid) headHeight() float64 {
	most := 0
	for i, c := range g.head {
		most = max(most, len(g.wrap([]Run{{Text: c.text}}, g.block(i, c))))
	}
	if most == 0 {
		return 0
	}
	return float64(most)*labelStyle.size*labelStyle.leads + 2*padY
}

// turn begins a page and repeats the head.
func (g grid) turn(cells []cell) {
	g.newPage()
	if len(g.head) > 0 && &g.head[0] != &cells[0] {
		g.row(g.head)
	}
}

// part prints n lines of a row.
func (g grid) part(cells []cell, set [][]setLine, from, n int, lead float64) {
	height := float64(n)*lead + 2*padY
	x := marginX
	for i, c := range cells {
		g.print(box{x: x, y: g.y, w: g.widths[i], h: height, fill: c.fill, line: ruleColor, thick: ruleThick})
		x += g.widths[i]
	}
	for i, c := range cells {
		runs := []Run{{Text: c.text}}
		for k := from; k < min(from+n, len(set[i])); k++ {
			line := set[i][k]
			line.last = true
			g.printLine(line, runs, g.block(i, c), g.y+padY+float64(k-from+1)*lead)
		}
	}
	g.y += height
	g.needsSpace = true
}

func (g grid) block(column int, c cell) block {
	x := padX
	for _, w := range g.widths[:column] {
		x += w
	}
	return block{style: c.style, align: c.align, x: x, width: g.widths[column] - 2*padX}
}

func itoa(n int) string { return strconv.Itoa(n) }

func number(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
