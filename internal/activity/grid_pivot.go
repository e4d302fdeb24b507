package activity

import (
	"cmp"
	"slices"

	"openweek/internal/errs"
)

// GridTable is a grid as it is read: two axes against each other, the third as a filter.
type GridTable struct {
	Rows, Cols Axis
	Filter     Spot // the place on the third axis, or zero for all of it
	Heads      []Named
	Lines      []GridLine
	// Total are the sums of the columns and All that of everything: an activity with two topics stands in
	// two cells and counts once.
	Total []GridCell
	All   GridCell
	Gaps  int // cells with nothing
}

// GridLine is a row.
type GridLine struct {
	Named
	Cells []GridCell
	Total GridCell
	Gaps  int
}

// Third gives the axis that two leave over.
func Third(rows, cols Axis) Axis {
	for _, x := range Axes {
		if x != rows && x != cols {
			return x
		}
	}
	return ByRegion
}

// Pivot puts two axes against each other. only narrows the third to one place, "" takes all of it. Rows
// with the most gaps stand first where gapsFirst is set, else in the order of their axis.
//
// Errors: activity.choice_unknown for two axes that are one, and for a place that the grid has not.
func (g *Grid) Pivot(rows, cols Axis, only string, gapsFirst bool) (t GridTable, err error) {
	third := Third(rows, cols)
	switch {
	case rows == cols || !slices.Contains(Axes, rows) || !slices.Contains(Axes, cols):
		return GridTable{}, errs.Invalid("activity.choice_unknown").On("rows")
	case only != "" && g.index(third, only) < 0:
		return GridTable{}, errs.Invalid("activity.choice_unknown").On("only")
	}
	t = GridTable{Rows: rows, Cols: cols, Filter: Spot{}.with(third, only), Heads: g.Places[cols]}
	counts := g.sums(t.Filter, rows, cols)
	cell := func(s Spot) GridCell { return GridCell{Spot: s, Tally: counts[s], Asks: g.asked(s)} }
	for _, row := range g.Places[rows] {
		at := t.Filter.with(rows, row.ID)
		line := GridLine{Named: row, Total: cell(at)}
		for _, col := range t.Heads {
			c := cell(at.with(cols, col.ID))
			if c.Gap() {
				line.Gaps++
			}
			line.Cells = append(line.Cells, c)
		}
		t.Gaps += line.Gaps
		t.Lines = append(t.Lines, line)
	}
	for _, col := range t.Heads {
		t.Total = append(t.Total, cell(t.Filter.with(cols, col.ID)))
	}
	t.All = cell(t.Filter)
	if gapsFirst {
		slices.SortStableFunc(t.Lines, func(a, b GridLine) int { return cmp.Compare(b.Gaps, a.Gaps) })
	}
	return t, nil
}

// sums adds up the spots of the filter under the cells, rows, columns and the whole of a table. Where
// no topic is chosen an activity counts once.
func (g *Grid) sums(filter Spot, rows, cols Axis) map[Spot]Tally {
	sums := map[Spot]Tally{}
	add := func(at Spot, n Tally) {
		sum := sums[at]
		sum.add(n)
		sums[at] = sum
	}
	for _, marks := range [][]Axis{{rows, cols}, {rows}, {cols}, {}} {
		topical := filter.Topic != "" || slices.Contains(marks, ByTopic)
		from := g.each
		if topical {
			from = g.topics
		}
		for spot, n := range from {
			if !filter.holds(spot) {
				continue
			}
			at := filter
			for _, x := range marks {
				at = at.with(x, spot.on(x))
			}
			add(at, n)
		}
	}
	return sums
}

// asked gives the asks about a spot and about what lies in it.
func (g *Grid) asked(s Spot) (list []Ask) {
	if s.Region == "" {
		return nil
	}
	for _, one := range g.Asks {
		if s.holds(one.Spot) {
			list = append(list, one)
		}
	}
	return list
}

// In gives what there is in any spot of the grid. ok is false for one that it has not.
func (g *Grid) In(s Spot) (c GridCell, ok bool) {
	for _, x := range Axes {
		if id := s.on(x); id != "" && g.index(x, id) < 0 {
			return GridCell{}, false
		}
	}
	c = GridCell{Spot: s, Asks: g.asked(s)}
	from := g.each
	if s.Topic != "" {
		from = g.topics
	}
	for spot, n := range from {
		if s.holds(spot) {
			c.add(n)
		}
	}
	return c, true
}
