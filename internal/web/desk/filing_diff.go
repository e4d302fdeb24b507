package desk

import (
	"slices"
	"strconv"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/form"
	"openweek/internal/web/ui"
)

func clockDay(d form.Day) clock.Day { return clock.Day(d) }

func isFigure(f form.Field) bool { return f.Kind == form.KindNumber || f.Kind == form.KindMoney }

// rowOf gives a row of a table's value, nil where there is none.
func rowOf(value form.Value, i int) form.Values {
	rows, _ := value.(form.Rows)
	if i < 0 || i >= len(rows) {
		return nil
	}
	return rows[i]
}

func rowClass(row form.RowChange) string {
	switch {
	case row.Old < 0:
		return "added"
	case row.New < 0:
		return "removed"
	}
	return ""
}

func cellChanged(row form.RowChange, column string) bool { return slices.Contains(row.Columns, column) }

func differing(changes []form.FieldChange) map[string]bool {
	changed := map[string]bool{}
	for _, c := range changes {
		changed[c.Field.Code] = true
	}
	return changed
}

// cellWords says on which row and column of a table a reviewer's words stand.
func cellWords(v ui.View, f form.Field, at []string, said string) string {
	n, err := strconv.Atoi(at[0])
	if err != nil { // a person's part
		return said
	}
	column := ""
	if len(at) > 1 {
		if c, ok := f.Column(at[1]); ok {
			column = label(v, c.Label)
		}
	}
	return strings.TrimSpace(v.T("duties.cell_words", "row", n+1, "column", column, "words", said))
}

// markName is the input in which a reviewer writes beside a field.
func markName(code string) string { return "mark." + code }

// changedNames names the first fields that differ.
func changedNames(v ui.View, changes []form.FieldChange) string {
	const shown = 5
	names := make([]string, 0, shown)
	for _, c := range changes {
		if len(names) == shown {
			names = append(names, "…")
			break
		}
		names = append(names, label(v, c.Field.Label))
	}
	return strings.Join(names, v.T("duties.comma"))
}
