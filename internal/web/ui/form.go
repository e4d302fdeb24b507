package ui

import (
	"slices"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

// sentence names the field before what is wrong with it.
func (p Problem) sentence(v View) string {
	if p.Label == "" {
		return p.Text
	}
	return v.T("ui.problem_of", "field", p.Label, "problem", p.Text)
}

// chosen tells whether a value is chosen.
func (c ChoiceSpec) chosen(value string) bool {
	return value == c.Value && c.Value != "" || slices.Contains(c.Values, value)
}
