package form

import (
	"encoding/json"
	"strconv"
)

// FieldChange is one field in which two values differ.
type FieldChange struct {
	Field    Field
	Old, New Value       // nil where there was or is none
	Rows     []RowChange // of a table: all rows of both, in order, for reading side by side
}

// RowChange is a row of a table that was, is, or both.
type RowChange struct {
	Old, New int      // index of the row in the old and new table, −1 where it is not in it
	Columns  []string // codes of the cells that differ, where it is in both
}

// Diff lists the fields in which two values of the form differ, in the form's order. Values of an
// older version are compared as far as the fields have kept their codes.
func Diff(before, after Values, d Definition) (changes []FieldChange) {
	d.each(func(f *Field) {
		was, is := before[f.Code], after[f.Code]
		if equal(was, is) {
			return
		}
		change := FieldChange{Field: *f, Old: was, New: is}
		if f.Kind == KindTable {
			wasRows, _ := was.(Rows)
			isRows, _ := is.(Rows)
			change.Rows = alignRows(wasRows, isRows, f.Columns)
		}
		changes = append(changes, change)
	})
	return changes
}

// alignRows finds the rows that both tables have (their longest common subsequence), so that one row
// put in at the head does not make all the others look changed. Between two of those the rows that
// are left stand side by side as changed, as far as both sides have one.
func alignRows(old, now Rows, columns []Field) (rows []RowChange) {
	common := make([][]int, len(old)+1) // length of the subsequence of old[i:] and now[j:]
	for i := range common {
		common[i] = make([]int, len(now)+1)
	}
	oldKeys, newKeys := keysOf(old), keysOf(now)
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(now) - 1; j >= 0; j-- {
			if oldKeys[i] == newKeys[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	gapOld, gapNew := 0, 0 // where the rows that are left begin
	closeGap := func() {
		for gapOld < i && gapNew < j {
			rows = append(rows, RowChange{Old: gapOld, New: gapNew, Columns: differing(old[gapOld], now[gapNew], columns)})
			gapOld, gapNew = gapOld+1, gapNew+1
		}
		for ; gapOld < i; gapOld++ {
			rows = append(rows, RowChange{Old: gapOld, New: -1})
		}
		for ; gapNew < j; gapNew++ {
			rows = append(rows, RowChange{Old: -1, New: gapNew})
		}
	}
	for i < len(old) && j < len(now) {
		switch {
		case oldKeys[i] == newKeys[j]:
			closeGap()
			rows = append(rows, RowChange{Old: i, New: j})
			i, j = i+1, j+1
			gapOld, gapNew = i, j
		case common[i+1][j] >= common[i][j+1]:
			i++
		default:
			j++
		}
	}
	i, j = len(old), len(now)
	closeGap()
	return rows
}

// keysOf gives texts that are equal where rows are.
func keysOf(rows Rows) []string {
	keys := make([]string, len(rows))
	for i, row := range rows {
		key, err := json.Marshal(row)
		if err != nil {
			key = []byte(strconv.Itoa(i)) // values of our own types do not fail
		}
		keys[i] = string(key)
	}
	return keys
}

func differing(old, now Values, columns []Field) (codes []string) {
	for _, c := range columns {
		if !equal(old[c.Code], now[c.Code]) {
			codes = append(codes, c.Code)
		}
	}
	return codes
}
