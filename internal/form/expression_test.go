package form_test

import (
	"strings"
	"testing"

	"openweek/internal/errs"
	"openweek/internal/form"
)

// hall is a form with a field of each kind that conditions look at; each test puts its condition on
// the field "shown".
func hall(t testing.TB, condition string) (form.Definition, error) {
	t.Helper()
	return form.Parse([]byte(of(`
		{"code": "mode", "kind": "choice", "label": {"zh": "方式"}, "options": [{"code": "held", "label": {"zh": "举办"}}, {"code": "not_held", "label": {"zh": "不举办"}}]},
		{"code": "ways", "kind": "choices", "label": {"zh": "渠道"}, "options": [{"code": "tv", "label": {"zh": "电视"}}, {"code": "web", "label": {"zh": "网络"}}]},
		{"code": "a", "kind": "number", "label": {"zh": "甲"}, "decimals": 2}, {"code": "b", "kind": "number", "label": {"zh": "乙"}, "provenance": true},
		{"code": "funds", "kind": "money", "label": {"zh": "经费"}}, {"code": "day", "kind": "date", "label": {"zh": "日期"}},
		{"code": "name", "kind": "text", "label": {"zh": "名称"}}, {"code": "story", "kind": "long_text", "label": {"zh": "事迹"}},
		{"code": "who", "kind": "person", "label": {"zh": "专人"}}, {"code": "files", "kind": "files", "label": {"zh": "附件"}},
		{"code": "table", "kind": "table", "label": {"zh": "清单"}, "columns": [{"code": "n", "kind": "number", "label": {"zh": "数"}}, {"code": "cost", "kind": "money", "label": {"zh": "钱"}}, {"code": "t", "kind": "text", "label": {"zh": "文"}}]},
		{"code": "hidden", "kind": "number", "label": {"zh": "隐"}, "when": "mode = 'not_held'"},
		{"code": "shown", "kind": "text", "label": {"zh": "显"}, "when": "` + strings.ReplaceAll(condition, `"`, `\"`) + `"}`)))
}

func TestConditions(t *testing.T) {
	t.Parallel()
	values := form.Values{
		"mode": form.Text("held"), "ways": form.Choices{"web"}, "a": form.Number(2_500_000), "b": form.Figure{Value: form.Int(3), Provenance: form.Estimated},
		"funds": form.Money(1050), "day": form.Day("2020-07-20"), "name": form.Text("活动周"),
		"table": form.Rows{{"n": form.Int(4), "cost": form.Money(25)}, {"n": form.Int(5)}, {"t": form.Text("x")}}, "hidden": form.Int(7),
	}
	for condition, want := range map[string]bool{
		`mode = "held"`: true, `mode != 'held'`: false, `"held" = mode`: true, `name = "活动周"`: true,
		`a = 2.5`: true, `a < b`: true, `b >= 3 and a <= 2.5`: true, `a > b or b > a`: true,
		`funds = 10.5`: true, `funds * 2 = 21`: true, `a + b * 2 = 8.5`: true, `(a + b) * 2 = 11`: true, `a - -b = 5.5`: true, `--a = a`: true,
		`day = "2020-07-20"`: true, `day < "2020-07-21" and "2020-07-19" < day`: true,
		`includes(ways, "web")`: true, `includes(ways, "tv")`: false, `count(ways) = 1`: true,
		`sum(table.n) = 9`: true, `sum(table.cost) = 0.25`: true, `sum(a, b, hidden) = 5.5`: true, `count(table) = 3`: true, `count(files) = 0`: true,
		`empty(who)`: true, `empty(story) and empty(files) and not empty(table)`: true,
		`not mode = "held"`: false, `not (mode = "held" and a > 100)`: true,
		// What is not shown is empty, and what is empty makes unknown.
		`empty(hidden)`: true, `hidden = 7`: false, `hidden != 7`: false, `not hidden = 7`: false, `hidden = 7 or a = 2.5`: true, `hidden = 7 and a = 2.5`: false, `hidden + 1 > 0`: false,
	} {
		d, err := hall(t, condition)
		if err != nil {
			t.Errorf("%s: %v", condition, err)
			continue
		}
		if got := d.Visible(values)["shown"]; got != want {
			t.Errorf("%s: %t, want %t", condition, got, want)
		}
	}
}

func TestConditionsThatAreRefused(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string]string{
		`a`: "form.expression_types", `1`: "form.expression_types", `a = "x"`: "form.expression_types", `name = 1`: "form.expression_types", `name < "x"`: "form.expression_types",
		`mode = "holding"`: "form.expression_option", `includes(ways, "radio")`: "form.expression_option", `"maybe" != mode`: "form.expression_option",
		`day = "2020-02-30"`: "form.expression_types", `day > 5`: "form.expression_types", `who = "x"`: "form.expression_types", `story = "x"`: "form.expression_types", `ways = "tv"`: "form.expression_types",
		`a and b`: "form.expression_types", `not a`: "form.expression_types", `-name = 1`: "form.expression_types", `a + day > 1`: "form.expression_types", `(a = 1) = (b = 1)`: "form.expression_types",
		`nobody = 1`: "form.expression_name", `sum(table.x) = 1`: "form.expression_name", `sum(a.n) = 1`: "form.expression_name", `sum(table.t) = 1`: "form.expression_types",
		`count(a) = 1`: "form.expression_types", `includes(mode, "held")`: "form.expression_types", `empty(1)`: "form.expression_types", `sum(table) = 1`: "form.expression_types",
		`a =`: "form.expression_syntax", `= 1`: "form.expression_syntax", `a = 1 1`: "form.expression_syntax", `(a = 1`: "form.expression_syntax", `a == 1`: "form.expression_syntax",
		`a = 1 && b = 2`: "form.expression_syntax", `name = 'x`: "form.expression_syntax", `a = 1.2.3`: "form.expression_syntax", `a < b < a`: "form.expression_syntax", `and = 1`: "form.expression_syntax",
		`sum() = 1`: "form.expression_syntax", `count(table, a) = 1`: "form.expression_syntax", `name = “x”`: "form.expression_syntax", `a = 99999999999999999999`: "form.expression_syntax",
		strings.Repeat("(", 60) + "a = 1" + strings.Repeat(")", 60): "form.expression_long",
		strings.Repeat("not ", 60) + "a = 1":                        "form.expression_long",
		"a = " + strings.Repeat("1+", 150) + "1":                    "form.expression_long",
		"a = 1" + strings.Repeat(" ", 1000):                         "form.expression_long",
	} {
		if _, err := hall(t, condition); !errs.Is(err, want) {
			t.Errorf("%s: got %v, want %s", condition, err, want)
		}
	}
}

func FuzzExpression(f *testing.F) {
	for _, condition := range []string{
		`mode = "held" and not (a < b or empty(day))`, `sum(table.n) + sum(a, b) * -2.5 <= count(files)`, `includes(ways, 'tv')`, `day >= "2020-07-20"`, `((((a`, `not not not`,
	} {
		f.Add(condition, int64(1))
	}
	f.Fuzz(func(t *testing.T, condition string, n int64) {
		if strings.ContainsAny(condition, "\\\n\r\t") || strings.ContainsFunc(condition, func(r rune) bool { return r < ' ' }) {
			return // not as it stands in a JSON text
		}
		d, err := hall(t, condition)
		if err != nil {
			if errs.KindOf(err) != errs.KindInvalid {
				t.Fatal(err)
			}
			return
		}
		// Values of any type, also of wrong ones: nothing may panic.
		d.Visible(nil)
		for _, v := range []form.Value{form.Text("held"), form.Number(n), form.Money(n), form.Day("x"), form.Choices{"tv"}, form.Rows{nil, {"n": form.Text("")}}, form.Person{}, form.Figure{}} {
			values := form.Values{}
			for _, code := range []string{"mode", "ways", "a", "b", "funds", "day", "name", "who", "files", "table"} {
				values[code] = v
			}
			d.Visible(values)
		}
	})
}
