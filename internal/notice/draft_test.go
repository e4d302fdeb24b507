package notice

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"openweek/internal/errs"
)

func TestDraftSurvivesJSON(t *testing.T) {
	t.Parallel()
	for name, text := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			d := mustParse(t, text)
			b, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			var back Draft
			if err := json.Unmarshal(b, &back); err != nil {
				t.Fatal(err)
			}
			again, err := json.Marshal(back)
			if err != nil {
				t.Fatal(err)
			}
			if string(again) != string(b) {
				t.Errorf("written again the draft differs:\n%s\n%s", b, again)
			}
			if !reflect.DeepEqual(back, d) {
				t.Error("the draft read back differs")
			}
		})
	}
}

func TestDraftJSONHasTheLabelsKeys(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(mustParse(t, note("请于4月2日前报送。")))
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(b, &keys); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"title": `"关于做好有关工作的通知"`, "doc_number": "null", "issuers": `["某某市教育局"]`, "addressees": `["各单位"]`, "issued_on": `"2021-03-10"`, "window": "null", "theme": "null",
		"deadlines": `[{"due":"2021-04-02","what":"请于4月2日前报送","who":[]}]`, "phones": "[]", "emails": "[]", "attachments": "[]", "headings": "[]", "sections": "[]", "topics": "[]", "methods": "[]",
	} {
		equal(t, key, string(keys[key]), want)
	}
}

// A person's correction has no source in the text and counts as sure.
func TestCorrectedDraftSurvivesJSON(t *testing.T) {
	t.Parallel()
	d := mustParse(t, note("请于4月2日前报送。"))
	d.Theme = Text{Value: "技能改变生活", Certainty: Sure}
	d.Issuers = append(d.Issuers, Text{Value: "某某市总工会", Certainty: Sure})
	d.Window.Start = Fact[Day]{Value: "2021-05-08", Certainty: Sure}
	d.Window.End = Fact[Day]{Value: "2021-05-14", Certainty: Sure}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back Draft
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, d) {
		t.Error("the corrected draft read back differs")
	}
}

func TestParseRefusesWhatIsNoNotice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, key string }{
		"empty":             {"", "notice.empty"},
		"white space":       {" \n\t\u3000\ufeff\r\n", "notice.empty"},
		"markup only":       {"<p>&nbsp;</p>", "notice.empty"},
		"5 MB":              {strings.Repeat("关于做好工作的通知\n", 5<<20/28), "notice.too_long"},
		"zero byte":         {"关于\x00通知", "notice.binary"},
		"not UTF-8":         {"\xb9\xd8\xd3\xda\xcd\xa8\xd6\xaa", "notice.binary"},
		"control bytes":     {"PK" + strings.Repeat("\x03\x04\x14abc", 50), "notice.binary"},
		"a line of 2 MB":    {strings.Repeat("a", 2_000_000), "notice.line_too_long"},
		"nothing of one":    {"今天天气很好\n我们去了公园\n", "notice.nothing_found"},
		"a list of numbers": {"1\n2\n3\n", "notice.nothing_found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(c.text)
			if errs.KindOf(err) != errs.KindInvalid || !errs.Is(err, c.key) {
				t.Errorf("got %v, want %s", err, c.key)
			}
		})
	}
}

func TestParseTakesLongNotices(t *testing.T) {
	t.Parallel()
	d := mustParse(t, read(t, sampleFile)+"\n附件1\n名单\n"+strings.Repeat("某某学校，某某学院。\n", 20_000))
	equal(t, "title", d.Title.Value, "关于开展2020年湖南省职业教育宣传活动周的通知")
	equal(t, "obligations", len(d.Obligations), len(duties))
}
