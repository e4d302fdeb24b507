package form_test

import (
	"fmt"
	"strings"
	"testing"

	"openweek/internal/errs"
	"openweek/internal/form"
)

func TestParseNamesEveryProblemOnItsPath(t *testing.T) {
	t.Parallel()
	const field = "sections.0.fields."
	for _, c := range []struct {
		name, document string
		want           []string
	}{
		{"nothing", `{}`, []string{"code form.definition_code", "version form.definition_version", "title form.definition_label", "sections form.definition_number"}},
		{"unknown kind", of(`{"code": "a", "kind": "slider", "label": {"zh": "甲"}}`), []string{field + "0.kind form.definition_kind"}},
		{"reserved and malformed codes", of(`{"code": "sum", "kind": "text", "label": {"zh": "甲"}}, {"code": "B", "kind": "text", "label": {"zh": "乙"}}`),
			[]string{field + "0.code form.definition_code", field + "1.code form.definition_code"}},
		{"a code twice", of(`{"code": "a", "kind": "text", "label": {"zh": "甲"}}, {"code": "a", "kind": "date", "label": {"zh": "乙"}}`),
			[]string{field + "1.code form.definition_twice"}},
		{"no Chinese", of(`{"code": "a", "kind": "text", "label": {"zh": "", "en": "A"}}`), []string{field + "0.label form.definition_label"}},
		{"attributes of another kind", of(`{"code": "a", "kind": "date", "label": {"zh": "甲"}, "max_length": 5, "options": [], "unit": {"zh": "人"}}`),
			[]string{field + "0.max_length form.definition_attribute", field + "0.unit form.definition_attribute", field + "0.options form.definition_attribute"}},
		{"a table in a table", of(`{"code": "a", "kind": "table", "label": {"zh": "甲"}, "columns": [{"code": "b", "kind": "table", "label": {"zh": "乙"}}]}`),
			[]string{field + "0.columns.0.kind form.definition_kind"}},
		{"a condition in a table", of(`{"code": "a", "kind": "table", "label": {"zh": "甲"}, "columns": [{"code": "b", "kind": "text", "label": {"zh": "乙"}, "when": "empty(a)", "personal": true}]}`),
			[]string{field + "0.columns.0.when form.definition_attribute", field + "0.columns.0.personal form.definition_attribute"}},
		{"no options, no columns", of(`{"code": "a", "kind": "choice", "label": {"zh": "甲"}}, {"code": "b", "kind": "table", "label": {"zh": "乙"}}`),
			[]string{field + "0.options form.definition_number", field + "1.columns form.definition_number"}},
		{"bounds", of(`{"code": "a", "kind": "number", "label": {"zh": "甲"}, "min": 5, "max": 4, "decimals": 9}, {"code": "b", "kind": "text", "label": {"zh": "乙"}, "max_length": 5000000}`),
			[]string{field + "0.decimals form.definition_number", field + "0.max form.definition_bounds", field + "1.max_length form.definition_number"}},
		{"a file type", of(`{"code": "a", "kind": "files", "label": {"zh": "甲"}, "types": ["pdf", "exe", "zip", "mp4", "ofd", "txt", "wps"]}`),
			[]string{field + "0.types.1 form.definition_type", field + "0.types.2 form.definition_type", field + "0.types.3 form.definition_type", field + "0.types.6 form.definition_type"}},
		{"figures", of(`{"code": "a", "kind": "computed", "label": {"zh": "甲"}}, {"code": "b", "kind": "number", "label": {"zh": "乙"}, "figure": "x"}`),
			[]string{field + "0.figure form.definition_figure", field + "1.figure form.definition_figure"}},
		{"conditions", of(`{"code": "a", "kind": "number", "label": {"zh": "甲"}}, {"code": "b", "kind": "text", "label": {"zh": "乙"}, "when": "nobody > 1"}, {"code": "c", "kind": "text", "label": {"zh": "丙"}, "when": "a > 'x'"}`),
			[]string{field + "1.when form.expression_name", field + "2.when form.expression_types"}},
		{"checks", of(`{"code": "a", "kind": "number", "label": {"zh": "甲"}} checks {"expr": "1 = 1", "message": {"zh": "错"}}, {"expr": "a <", "message": {"zh": ""}, "field": "z"}, {"expr": "a = 1", "message": {"zh": "错"}, "each": "a"}`),
			[]string{"checks.0.field form.definition_check", "checks.1.message form.definition_label", "checks.1.field form.expression_name", "checks.1.expr form.expression_syntax", "checks.2.each form.expression_name"}},
	} {
		_, err := form.Parse([]byte(c.document))
		same(t, c.name, problemsOf(err), c.want)
	}
}

func TestParseRefusesWhatIsNoDefinition(t *testing.T) {
	t.Parallel()
	sound := of(`{"code": "a", "kind": "text", "label": {"zh": "甲"}}`)
	for name, document := range map[string]string{
		"empty": "", "a list": "[]", "an unknown key": strings.Replace(sound, `"version"`, `"script": "x", "version"`, 1),
		"two documents": sound + sound, "cut off": sound[:50], "not UTF-8": "{\"code\": \"\xff\"}", "a number with an exponent": of(`{"code": "a", "kind": "number", "label": {"zh": "甲"}, "min": 1e9}`),
	} {
		if _, err := form.Parse([]byte(document)); !errs.Is(err, "form.definition_unreadable") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := form.Parse([]byte(strings.Repeat(" ", 1<<20))); !errs.Is(err, "form.definition_large") {
		t.Errorf("a megabyte: got %v", err)
	}
}

func TestCycleOfConditionsIsRefused(t *testing.T) {
	t.Parallel()
	field := func(code, when string) string {
		return fmt.Sprintf(`{"code": "%s", "kind": "text", "label": {"zh": "甲"}, "when": "%s"}`, code, when)
	}
	for _, c := range []struct{ name, document, want, circle string }{
		{"of one", of(field("a", "empty(a)")), "sections.0.fields.0.when form.definition_cycle", "a → a"},
		{"of three", of(field("x", "empty(a)") + "," + field("a", "empty(b)") + "," + field("b", "not empty(c)") + "," + field("c", "a = 'x' or b = 'y'")),
			"sections.0.fields.1.when form.definition_cycle", "a → b → c → a"},
		{"through a section", `{"code": "test", "version": 1, "title": {"zh": "测试"}, "sections": [
			{"title": {"zh": "一"}, "fields": [` + field("a", "empty(b)") + `]},
			{"title": {"zh": "二"}, "when": "not empty(a)", "fields": [{"code": "b", "kind": "text", "label": {"zh": "乙"}}]}]}`,
			"sections.0.fields.0.when form.definition_cycle", "a → b → a"},
	} {
		_, err := form.Parse([]byte(c.document))
		same(t, c.name, problemsOf(err), []string{c.want})
		if got := errs.As(err).Problems[0].Args["fields"]; got != c.circle {
			t.Errorf("%s: the circle is %v, want %s", c.name, got, c.circle)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, d := range shipped(f) {
		file, err := d.Export()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Add([]byte(of(`{"code": "a", "kind": "text", "label": {"zh": "甲"}, "when": "empty(b)"}, {"code": "b", "kind": "table", "label": {"zh": "甲"}, "columns": [{"code": "c", "kind": "money", "label": {"zh": "丙"}}]}`)))
	f.Fuzz(func(t *testing.T, document []byte) {
		d, err := form.Parse(document)
		if err != nil {
			if k := errs.KindOf(err); k != errs.KindInvalid {
				t.Fatalf("a document of a stranger is our fault: %v", err)
			}
			return
		}
		d.Visible(nil)
		file, err := d.Export()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := form.Parse(file); err != nil {
			t.Fatalf("what was exported is refused: %v", err)
		}
	})
}
