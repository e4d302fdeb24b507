package desk

import (
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// noLine stands in forms and addresses for actor.LineNone, whose own value is empty.
const noLine = "none"

//i18n:prefix line.
func lineName(v ui.View, l actor.Line) string {
	if l == actor.LineNone {
		return v.T("line." + noLine)
	}
	return v.T("line." + string(l))
}

//i18n:prefix tier.
func tierName(v ui.View, t actor.Tier) string { return v.T("tier." + string(t)) }

//i18n:prefix kind.
func kindName(v ui.View, k actor.Kind) string { return v.T("kind." + string(k)) }

// roleName names a role in a unit or a platform role.
//
//i18n:prefix role.
func roleName(v ui.View, role string) string { return v.T("role." + role) }

//i18n:prefix region.
func levelName(v ui.View, level string) string { return v.T("region." + level) }

// names gives enumerated values as forms send them.
func names[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = string(value)
	}
	return out
}

// formLines are the lines as forms send them, the one of units without a line first.
func formLines() []string { return append([]string{noLine}, names(actor.Lines)...) }

func parseLine(s string) actor.Line {
	if s == noLine {
		return actor.LineNone
	}
	return actor.Line(s)
}

func formLine(l actor.Line) string {
	if l == actor.LineNone {
		return noLine
	}
	return string(l)
}

// counted adds how many there are to an option of a filter; negative adds nothing.
func counted(v ui.View, text string, n int) string {
	if n < 0 {
		return text
	}
	return v.T("desk.counted", "text", text, "number", n)
}

// regionOptions lists the regions inside of territory, those below indented, and leaves out those for
// which keep says no.
func regionOptions(v ui.View, regions []unit.Region, count func(code string) (n int, keep bool)) []ui.Option {
	var out []ui.Option
	for _, g := range regions {
		n, keep := count(g.Code)
		if !keep {
			continue
		}
		name, lang := i18n.Pick(v.Locale, g.Name, g.NameEN)
		indent := map[string]string{unit.LevelPrefecture: "\u3000", unit.LevelCounty: "\u3000\u3000"}[g.Level]
		out = append(out, ui.Option{Value: g.Code, Text: indent + counted(v, name, n), Lang: lang})
	}
	return out
}

// stateOptions are the values of a filter by whether something still exists.
func stateOptions(v ui.View) []ui.Option {
	return []ui.Option{{Text: v.T("desk.state_open")}, {Value: string(unit.Closed), Text: v.T("desk.state_closed")}, {Value: string(unit.All), Text: v.T("desk.state_all")}}
}

func parseState(in *httpx.Input) unit.State {
	return unit.State(in.Choice("state", string(unit.Closed), string(unit.All)))
}

// itoa writes a number into an address or a figure.
func itoa(n int) string { return strconv.Itoa(n) }

func int64text(n int64) string { return strconv.FormatInt(n, 10) }
