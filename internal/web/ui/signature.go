package ui

import (
	"openweek/internal/clock"
	"openweek/internal/i18n"
)

// Weekday is the short name of a day's weekday.
func Weekday(l i18n.Locale, d clock.Day) string {
	names := []string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}
	if l == i18n.English {
		names = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	}
	return names[d.Time().Weekday()]
}

// month is the short name of a day's month.
func month(l i18n.Locale, d clock.Day) string {
	if l == i18n.English {
		return d.Time().Format("Jan")
	}
	return d.Time().Format("1月")
}

func (w Week) most() int {
	most := 0
	for _, d := range w.Days {
		most = max(most, d.Count)
	}
	return most
}

// share is n of most in hundredths, at least 4 where there is anything, so that a bar is seen.
func share(n, most int) int {
	if n <= 0 || most <= 0 {
		return 0
	}
	return max(4, n*100/most)
}

// maxTileColumns is the widest map that the styles know.
const maxTileColumns = 8

func tileColumns(tiles []Tile) int {
	columns := 1
	for _, t := range tiles {
		columns = max(columns, t.X+1)
	}
	return min(columns, maxTileColumns)
}

// tileCells lays the tiles out row by row; a gap is nil. Tiles without a place follow at the end.
func tileCells(tiles []Tile) []*Tile {
	columns := tileColumns(tiles)
	rows := 0
	for _, t := range tiles {
		rows = max(rows, t.Y+1)
	}
	cells := make([]*Tile, columns*rows)
	var rest []*Tile
	for i := range tiles {
		t := &tiles[i]
		if at := t.Y*columns + t.X; t.X >= 0 && t.Y >= 0 && t.X < columns && cells[at] == nil {
			cells[at] = t
		} else {
			rest = append(rest, t)
		}
	}
	return append(cells, rest...)
}

func (s Sheet) lang() string {
	if s.Lang == "" {
		return string(i18n.Chinese)
	}
	return s.Lang
}
