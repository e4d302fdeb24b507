package form_test

import (
	"slices"
	"strings"
	"testing"

	"openweek/internal/errs"
	"openweek/internal/form"
)

// desk has a field of each kind.
const desk = `
	{"code": "title", "kind": "text", "label": {"zh": "标题"}, "required": true, "max_length": 10},
	{"code": "story", "kind": "long_text", "label": {"zh": "事迹"}},
	{"code": "rate", "kind": "number", "label": {"zh": "比例"}, "min": 0, "max": 100, "decimals": 1},
	{"code": "guests", "kind": "number", "label": {"zh": "人数"}, "min": 0, "provenance": true, "figure": "guests"},
	{"code": "doors", "kind": "computed", "label": {"zh": "签到"}, "figure": "doors"},
	{"code": "funds", "kind": "money", "label": {"zh": "经费"}, "min": 0, "max": 1000.5},
	{"code": "mode", "kind": "choice", "label": {"zh": "方式"}, "required": true, "options": [{"code": "held", "label": {"zh": "举办"}}, {"code": "not_held", "label": {"zh": "不举办"}}]},
	{"code": "day", "kind": "date", "label": {"zh": "日期"}, "required": true, "when": "mode = 'held'"},
	{"code": "ways", "kind": "choices", "label": {"zh": "渠道"}, "options": [{"code": "tv", "label": {"zh": "电视"}}, {"code": "web", "label": {"zh": "网络"}}]},
	{"code": "plan", "kind": "table", "label": {"zh": "安排"}, "min_rows": 1, "max_rows": 3, "columns": [
		{"code": "from", "kind": "date", "label": {"zh": "起"}, "required": true}, {"code": "to", "kind": "date", "label": {"zh": "止"}}, {"code": "cost", "kind": "money", "label": {"zh": "费用"}}]},
	{"code": "files", "kind": "files", "label": {"zh": "附件"}, "max_files": 2},
	{"code": "who", "kind": "person", "label": {"zh": "专人"}},
	{"code": "site", "kind": "link", "label": {"zh": "网址"}}
	checks
	{"expr": "from <= to", "message": {"zh": "起不晚于止", "en": "The first day is after the last"}, "each": "plan", "field": "to"},
	{"expr": "sum(plan.cost) <= funds", "message": {"zh": "超出经费"}, "field": "plan"}`

const someFile, otherFile = "01936000-0000-7000-8000-000000000001", "01936000-0000-7000-8000-000000000002"

func complete() form.Values {
	return form.Values{
		"title": form.Text("活动周"), "mode": form.Text("held"), "day": form.Day("2020-07-20"), "funds": form.Money(10000),
		"plan": form.Rows{{"from": form.Day("2020-07-20"), "to": form.Day("2020-07-21"), "cost": form.Money(10000)}},
	}
}

func TestValidateForHandingIn(t *testing.T) {
	t.Parallel()
	d := parse(t, of(desk))
	rows := func(n int) form.Rows {
		return slices.Repeat(form.Rows{{"from": form.Day("2020-07-20")}}, n)
	}
	for _, c := range []struct {
		name   string
		change func(form.Values)
		want   []string
	}{
		{"complete", func(form.Values) {}, nil},
		{"nothing", func(v form.Values) { clear(v) }, []string{"title form.required", "mode form.required", "plan form.required"}},
		{"not shown, so not required", func(v form.Values) { v["mode"] = form.Text("not_held"); delete(v, "day") }, nil},
		{"not shown, so not looked at", func(v form.Values) { v["mode"] = form.Text("not_held"); v["day"] = form.Day("x") }, nil},
		{"shown and missing", func(v form.Values) { delete(v, "day") }, []string{"day form.required"}},
		{"too long", func(v form.Values) { v["title"] = form.Text(strings.Repeat("长", 11)) }, []string{"title form.text_long"}},
		{"two lines in one", func(v form.Values) { v["title"] = form.Text("a\nb") }, []string{"title form.text_broken"}},
		{"NUL", func(v form.Values) { v["story"] = form.Text("a\x00b") }, []string{"story form.text_broken"}},
		{"wrong type", func(v form.Values) {
			v["title"], v["funds"], v["guests"] = form.Int(1), form.Int(1), form.Int(1)
		}, []string{"title form.value_type", "guests form.value_type", "funds form.value_type"}},
		{"unknown fields", func(v form.Values) { v["nobody"] = form.Text("x"); v["plan"].(form.Rows)[0]["x"] = form.Text("y") },
			[]string{"nobody form.value_unknown", "plan.0.x form.value_unknown"}},
		{"decimals", func(v form.Values) { v["rate"] = form.Number(1_250_000) }, []string{"rate form.number_decimals"}},
		{"half a guest", func(v form.Values) { v["guests"] = form.Figure{Value: 500_000, Provenance: form.Reported} }, []string{"guests form.number_whole"}},
		{"too small", func(v form.Values) { v["rate"] = form.Int(-1) }, []string{"rate form.number_small"}},
		{"too large", func(v form.Values) { v["funds"] = form.Money(100051) }, []string{"funds form.number_large"}},
		{"exactly the largest", func(v form.Values) { v["funds"] = form.Money(100050) }, nil},
		{"out of range", func(v form.Values) { v["rate"], v["funds"] = form.MaxNumber+1, -form.MaxMoney-1 }, []string{"rate form.number_range", "funds form.number_range"}},
		{"no provenance", func(v form.Values) { v["guests"] = form.Figure{Value: form.Int(5)} }, []string{"guests form.provenance_unknown"}},
		{"options", func(v form.Values) { v["mode"], v["ways"] = form.Text("maybe"), form.Choices{"tv", "tv"} }, []string{"mode form.option_unknown", "ways form.option_unknown"}},
		{"no day", func(v form.Values) { v["day"] = form.Day("2020-02-30") }, []string{"day form.date_unreadable"}},
		{"too many rows", func(v form.Values) { v["plan"] = rows(4) }, []string{"plan form.rows_many"}},
		{"a cell missing", func(v form.Values) { delete(v["plan"].(form.Rows)[0], "from") }, []string{"plan.0.from form.required"}},
		{"files", func(v form.Values) { v["files"] = form.Files{someFile, otherFile, "../../etc/passwd"} }, []string{"files form.files_many", "files form.file_unknown"}},
		{"a file twice", func(v form.Values) { v["files"] = form.Files{someFile, someFile} }, []string{"files form.file_unknown"}},
		{"a person by half", func(v form.Values) { v["who"] = form.Person{Phone: "电话"} }, []string{"who.name form.person_name", "who.phone form.person_phone"}},
		{"links", func(v form.Values) { v["site"] = form.Text("javascript:alert(1)") }, []string{"site form.link_malformed"}},
		{"a link with a user", func(v form.Values) { v["site"] = form.Text("https://bank.example.cn@evil.example.cn/") }, []string{"site form.link_malformed"}},
		{"check of each row", func(v form.Values) {
			v["plan"] = form.Rows{{"from": form.Day("2020-07-20")}, {"from": form.Day("2020-07-21"), "to": form.Day("2020-07-20")}}
		}, []string{"plan.1.to form.check"}},
		{"check of a sum", func(v form.Values) { v["funds"] = form.Money(9999) }, []string{"plan form.check"}},
		{"no check on what is missing", func(v form.Values) { delete(v, "funds") }, nil},
		{"no check on what is wrong itself", func(v form.Values) { v["funds"] = form.Money(-1) }, []string{"funds form.number_small"}},
	} {
		v := complete()
		c.change(v)
		same(t, c.name, problemsOf(d.Validate(v, form.Final)), c.want)
	}
}

func TestDraftMayBeIncompleteButNotBroken(t *testing.T) {
	t.Parallel()
	d := parse(t, of(desk))
	unfinished := form.Values{
		"rate": form.Number(-1_230_000), "funds": form.Money(999999), "who": form.Person{Name: "张示例"}, "plan": form.Rows{{}, {"to": form.Day("2020-01-01")}},
	}
	if err := d.Validate(unfinished, form.Draft); err != nil {
		t.Errorf("a draft is refused: %v", err)
	}
	for name, v := range map[string]form.Values{
		"five megabytes": {"story": form.Text(strings.Repeat("长", 5<<20/3))}, "NUL": {"story": form.Text("\x00")}, "an option that is none": {"mode": form.Text("x")},
		"not shown, and of another type": {"day": form.Text("2020-01-01")},
	} {
		if err := d.Validate(v, form.Draft); len(problemsOf(err)) != 1 {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestMessageOfACheckIsGivenInBothLanguages(t *testing.T) {
	t.Parallel()
	v := complete()
	v["plan"].(form.Rows)[0]["to"] = form.Day("2020-01-01")
	problem := errs.As(parse(t, of(desk)).Validate(v, form.Final)).Problems[0]
	message := problem.Args["message"].(form.Label)
	if message.Zh != "起不晚于止" || message.English() != "The first day is after the last" {
		t.Errorf("got %v", message)
	}
	if got := (form.Label{Zh: "只有中文"}).English(); got != "只有中文" {
		t.Errorf("without English: %s", got)
	}
}

func TestPruneLeavesWhatIsShown(t *testing.T) {
	t.Parallel()
	v := complete()
	v["mode"] = form.Text("not_held")
	equalJSON(t, "pruned", parse(t, of(desk)).Prune(v), `{"funds":10000,"mode":"not_held","plan":[{"cost":10000,"from":"2020-07-20","to":"2020-07-21"}],"title":"活动周"}`)
}

func TestSplitKeepsPersonsApart(t *testing.T) {
	t.Parallel()
	v := complete()
	v["who"] = form.Person{Name: "张示例", Phone: "13900000000"}
	open, personal := parse(t, of(desk)).Split(v)
	equalJSON(t, "personal", personal, `{"who":{"name":"张示例","phone":"13900000000"}}`)
	if _, leaks := open["who"]; leaks {
		t.Error("the person is among the open values")
	}
	if got := form.Merge(open, personal); len(got) != len(v) {
		t.Errorf("merged to %v", got)
	}
}
