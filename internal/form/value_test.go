package form_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"openweek/internal/errs"
	"openweek/internal/form"
)

func TestNumbersAreExact(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "12": "12", "-12.50": "-12.5", "0.000001": "0.000001", "007": "7", "1000000000000": "1000000000000", "0.1000000000": "0.1",
	} {
		n, err := form.ParseNumber(in)
		if err != nil || n.String() != want {
			t.Errorf("%s: %s %v, want %s", in, n, err, want)
		}
	}
	for _, in := range []string{"", "-", ".", "1.", ".5", "1e3", "0x1", "１", "1,000", "0.0000001", "1000000000000.1", "99999999999999999999", "--1", "+1", "NaN"} {
		if n, err := form.ParseNumber(in); err == nil {
			t.Errorf("%q is %s", in, n)
		}
	}
	for in, want := range map[string]form.Money{"12": 1200, "0.05": 5, "-3.1": -310} {
		if m, err := form.ParseMoney(in); err != nil || m != want {
			t.Errorf("%s: %d %v, want %d", in, m, err, want)
		}
	}
	if _, err := form.ParseMoney("0.005"); err == nil {
		t.Error("half a fen is money")
	}
	if got := form.Money(-1205).String(); got != "-12.05" {
		t.Errorf("got %s", got)
	}
}

func TestValuesComeBackFromJSONAsTheyWere(t *testing.T) {
	t.Parallel()
	for code, d := range shipped(t) {
		v, err := d.ParseValues([]byte(read(t, filepath.Join("testdata", "examples", code+".json"))))
		if err != nil {
			t.Fatal(err)
		}
		first, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		again, err := d.ParseValues(first)
		if err != nil {
			t.Fatal(err)
		}
		equalJSON(t, code, again, string(first))
		if changes := form.Diff(v, again, d); changes != nil {
			t.Errorf("%s differs from itself: %v", code, changes)
		}
	}
}

func TestParseValuesDropsWhatIsEmpty(t *testing.T) {
	t.Parallel()
	v, err := parse(t, of(desk)).ParseValues([]byte(`{"title": "", "story": null, "ways": [], "files": [], "plan": [], "who": {}, "rate": 0, "funds": 0}`))
	if err != nil {
		t.Fatal(err)
	}
	equalJSON(t, "values", v, `{"funds":0,"rate":0}`)
}

func TestParseValuesNamesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	d := parse(t, of(desk))
	for in, want := range map[string][]string{
		``: {" form.values_unreadable"}, `[]`: {" form.values_unreadable"}, `{"title": "a"} {}`: {" form.values_unreadable"}, "{\"title\": \"\xff\"}": {" form.values_unreadable"},
		`{"title": 5}`: {"title form.value_type"}, `{"rate": "5"}`: {"rate form.value_type"}, `{"rate": 1e3}`: {"rate form.value_type"}, `{"rate": 1e400}`: {"rate form.value_type"},
		`{"rate": 5000000000000}`: {"rate form.number_range"}, `{"funds": 1.5}`: {"funds form.value_type"}, `{"funds": 99999999999999999}`: {"funds form.number_range"},
		`{"guests": 5}`: {"guests form.value_type"}, `{"guests": {"value": 5}}`: {"guests form.provenance_unknown"}, `{"guests": {"value": 5, "provenance": "guessed"}}`: {"guests form.provenance_unknown"},
		`{"story": "a\u0000b"}`: {"story form.text_broken"}, `{"nobody": 1, "day": "soon"}`: {"nobody form.value_unknown"}, `{"day": "soon"}`: {"day form.date_unreadable"},
		`{"plan": [{"from": 5}, {"nobody": 1}]}`: {"plan.0.from form.value_type", "plan.1.nobody form.value_unknown"}, `{"plan": [1]}`: {"plan form.value_type"}, `{"plan": [` + strings.Repeat("{}, ", 500) + `{}]}`: {"plan form.rows_many"}, `{"site": "javascript:x"}`: {"site form.link_malformed"},
	} {
		_, err := d.ParseValues([]byte(in))
		same(t, in, problemsOf(err), want)
	}
	if _, err := d.ParseValues([]byte(`{"story": "` + strings.Repeat("x", 5<<20) + `"}`)); !errs.Is(err, "form.values_large") {
		t.Errorf("five megabytes: got %v", err)
	}
}

func TestReadTakesWhatPeopleType(t *testing.T) {
	t.Parallel()
	d := parse(t, of(desk))
	v, err := d.Read(map[string][]string{
		"title": {" 活动\u202E周 "}, "story": {"第一段\r\n\r\n第二段"}, "rate": {"９９．５"}, "guests": {"1,200"}, "guests.provenance": {"estimated"}, "doors": {"7"},
		"funds": {"￥1,000.50 元"}, "mode": {"held"}, "day": {"2020年7月20日"}, "ways": {"web", "tv"}, "files": {someFile, "", someFile},
		"who.name": {"张示例"}, "who.phone": {"１３９００００００００"}, "site": {"https://example.cn/a?b=c"},
		"plan.7.from": {"2020/7/20"}, "plan.7.cost": {"0"}, "plan.2.to": {"2020.7.1"}, "plan.3.from": {" "}, "plan.x.from": {"2020-01-01"}, "plan.-1.from": {"2020-01-01"}, "other.1.from": {"x"}, "csrf": {"x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	equalJSON(t, "read", v, `{"day":"2020-07-20","files":["`+someFile+`"],"funds":100050,"guests":{"value":1200,"provenance":"estimated"},"mode":"held",`+
		`"plan":[{"to":"2020-07-01"},{"cost":0,"from":"2020-07-20"}],"rate":99.5,"site":"https://example.cn/a?b=c","story":"第一段\n\n第二段","title":"活动周","ways":["tv","web"],`+
		`"who":{"name":"张示例","phone":"13900000000"}}`)
}

func TestReadKeepsTheRestOfADraft(t *testing.T) {
	t.Parallel()
	v, err := parse(t, of(desk)).Read(map[string][]string{
		"title": {"活动周"}, "rate": {"很多"}, "funds": {"9999999999999999"}, "day": {"7月20日"}, "guests": {"5"}, "guests.provenance": {"verified"}, "ways": {"radio", "tv"},
		"plan.0.from": {"明天"}, "plan.0.cost": {"5"}, "story": {"a\x00b"}, "site": {"example.c"}, "mode": {"maybe"}, "files": {"../x"}, "plan.1.cost": {"5"}, "plan.1.from": {strings.Repeat("长", 3000)}, "who.name": {strings.Repeat("长", 60)},
	})
	same(t, "problems", problemsOf(err), []string{
		"story form.text_broken", "rate form.number_unreadable", "guests.provenance form.provenance_unknown", "funds form.number_range", "day form.date_unreadable",
		"ways form.option_unknown", "plan.0.from form.date_unreadable", "plan.1.from form.date_unreadable", "mode form.option_unknown", "files form.file_unknown", "who form.text_broken",
	})
	equalJSON(t, "read", v, `{"guests":{"value":5,"provenance":"reported"},"plan":[{"cost":500},{"cost":500}],"site":"example.c","title":"活动周","ways":["tv"]}`)
}

func FuzzValues(f *testing.F) {
	for code := range shipped(f) {
		f.Add([]byte(read(f, filepath.Join("testdata", "examples", code+".json"))))
	}
	f.Add([]byte(`{"plan": [{"from": "2020-07-20", "cost": -5}], "guests": {"value": 1.5, "provenance": "counted"}, "title": "\ud800"}`))
	all := shipped(f)
	all["test"] = parse(f, of(desk))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range all {
			v, err := d.ParseValues(data)
			if err != nil {
				if errs.KindOf(err) != errs.KindInvalid {
					t.Fatal(err)
				}
				continue
			}
			d.Validate(v, form.Final) //nolint:errcheck // only that it comes back
			first, err := json.Marshal(d.Prune(v))
			if err != nil {
				t.Fatal(err)
			}
			again, err := d.ParseValues(first)
			if err != nil {
				t.Fatalf("what was stored is refused: %v", err)
			}
			equalJSON(t, d.Code, again, string(first))
		}
	})
}

func FuzzRead(f *testing.F) {
	d := parse(f, of(desk))
	f.Add("plan.0.from", "2020-07-20", "guests", "１，２００")
	f.Add("who.name", "张\x00", "funds", "￥-0.5元")
	f.Fuzz(func(t *testing.T, name, value, other, otherValue string) {
		v, err := d.Read(map[string][]string{name: {value}, other: {otherValue, value}})
		if err != nil && errs.KindOf(err) != errs.KindInvalid {
			t.Fatal(err)
		}
		stored, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.ParseValues(stored); err != nil {
			t.Fatalf("what was read is refused when it is stored: %v", err)
		}
	})
}
