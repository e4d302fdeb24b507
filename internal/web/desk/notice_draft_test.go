package desk

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/notice"
	"openweek/internal/web/ui"
)

// sent is a form as a browser sends it, in pairs of name and value.
func sent(pairs ...string) *httpx.Input {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return (&httpx.Request{Request: r}).Input()
}

func sampleDraft() edition.Draft {
	return edition.Draft{Draft: notice.Draft{
		Title:  notice.Text{Value: "关于活动周的通知"},
		Topics: []notice.Item{{Title: "宣传方针政策", Clause: "二.1"}},
		Obligations: []notice.Obligation{{
			What: "报送总结", Who: []notice.Phrase{{Value: "各高校", Full: "各高校"}}, Clause: "四.5", Timing: notice.TimingDue,
			Due: notice.Due{Day: "2020-08-31"}, Required: true, Discharge: notice.ByFiling, Kinds: []string{"work_summary"},
		}},
	}}
}

// whole is the form of the sample's obligation as it is shown, with some fields filled in anew.
func whole(changed ...string) []string {
	form := map[string]string{
		"what": "报送总结", "who": "各高校", "clause": "四.5", "timing": "due", "due": "2020-08-31", "due_time": "", "to": "",
		"required": "true", "discharge": "filing", "kinds": "work_summary",
	}
	for i := 0; i+1 < len(changed); i += 2 {
		form[changed[i]] = changed[i+1]
	}
	pairs := []string{"entry", "obligations.0", "op", "save"}
	for field, value := range form {
		pairs = append(pairs, "obligations.0."+field, value)
	}
	return pairs
}

func TestDraftFormsBecomeChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		form []string
		want []edition.Change
	}{
		{"a new title", []string{"entry", "title", "op", "save", "title", " 关于活动周安排的通知 "}, []edition.Change{{Field: "title", Value: "关于活动周安排的通知"}}},
		{"an unchanged title is found right", []string{"entry", "title", "op", "save", "title", "关于活动周的通知"}, []edition.Change{{Field: "title", Value: "关于活动周的通知"}}},
		{"found right by its button", []string{"entry", "topics.0", "op", "right"}, []edition.Change{{Field: "topics.0.title", Value: "宣传方针政策"}}},
		{"one part of a topic", []string{"entry", "topics.0", "op", "save", "topics.0.title", "宣传方针政策", "topics.0.clause", "二.1", "topics.0.code", "policy"}, []edition.Change{{Field: "topics.0.code", Value: "policy"}}},
		{"an entry more", []string{"entry", "topics.new", "op", "add", "topics", "宣传典型经验"}, []edition.Change{{Field: "topics", Operation: edition.Add, Value: "宣传典型经验"}}},
		{"an entry less", []string{"entry", "topics.0", "op", "remove"}, []edition.Change{{Field: "topics.0", Operation: edition.Remove}}},
		{"a later day with an hour", whole("due", "2020-09-05", "due_time", "17:00"), []edition.Change{{Field: "obligations.0.due", Value: "2020-09-05T17:00"}}},
		{"no time limit any more, whatever stands in the day", whole("timing", "window"), []edition.Change{{Field: "obligations.0.timing", Value: "window"}}},
		{"a time limit without a day is for the edition to refuse", whole("due", ""), []edition.Change{{Field: "obligations.0.timing", Value: "due"}}},
		{"audiences a line each", whole("who", "各高校\r\n各媒体"), []edition.Change{{Field: "obligations.0.who", Value: "各高校\n各媒体"}}},
		{"an offer instead of a duty", whole("required", "false"), []edition.Change{{Field: "obligations.0.required", Value: "false"}}},
	} {
		_, got := draftChanges(sampleDraft(), sent(c.form...))
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

func TestPlacesOfAnAddressAreReadOrLeftOut(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]notice.Span{
		"12-30": {Start: 12, End: 30}, "": {}, "12": {}, "30-12": {}, "5-5": {}, "-3-4": {}, "a-b": {}, "1-99999999999999999999": {},
	} {
		if got := parseAt(in); got != want {
			t.Errorf("parseAt(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestASentenceIsMarkedAroundItsPlace(t *testing.T) {
	t.Parallel()
	text := "一、时间\n时间为：7月20日，主题为“匠心”。另行通知。"
	runes := []rune(text)
	at := strings.Index(text, "匠心")
	start := len([]rune(text[:at]))
	place := notice.Span{Start: start, End: start + 2}
	if got := sentenceOf(runes, place).Of(text); got != "时间为：7月20日，主题为“匠心”。" {
		t.Errorf("the sentence is %q", got)
	}
	marks := marksAt(text, place)
	var parts []string
	for _, m := range marks {
		parts = append(parts, m.ID+"="+m.Span.Of(text))
	}
	want := []string{"=时间为：7月20日，主题为“", ui.SpanAnchor(place) + "=匠心", "=”。"}
	if !reflect.DeepEqual(parts, want) {
		t.Errorf("marked %q, want %q", parts, want)
	}
	for _, outside := range []notice.Span{{}, {Start: len(runes), End: len(runes) + 1}} {
		if got := marksAt(text, outside); got != nil {
			t.Errorf("%v marks %v", outside, got)
		}
	}
	if got := marksAt(text, notice.Span{Start: 0, End: 1 << 30}); got[1].Span.End != len(runes) {
		t.Errorf("a place beyond the text is marked to %d", got[1].Span.End)
	}
}

func TestTheInnermostClauseIsNamed(t *testing.T) {
	t.Parallel()
	sections := []notice.Section{{Clause: "四", Span: notice.Span{Start: 10, End: 50}, Children: []notice.Section{{Clause: "四.5", Span: notice.Span{Start: 30, End: 50}}}}}
	for at, want := range map[int]string{5: "", 12: "四", 30: "四.5", 49: "四.5", 50: ""} {
		if got := clauseAt(sections, notice.Span{Start: at, End: at + 1}); got != want {
			t.Errorf("at %d: %q, want %q", at, got, want)
		}
	}
}

func TestTheLetterheadIsTakenWordForWord(t *testing.T) {
	t.Parallel()
	n := edition.Notice{Text: "甲厅\n乙局\n\n甲教通〔2020〕1号\n\n关于活动周\n的通知\n各市："}
	number := strings.Index(n.Text, "甲教通")
	title := strings.Index(n.Text, "关于")
	at := func(b int) int { return len([]rune(n.Text[:b])) }
	n.Draft.DocNumber = notice.Text{Value: "甲教通〔2020〕1号", Span: notice.Span{Start: at(number), End: at(number) + 11}}
	n.Draft.Title = notice.Text{Value: "关于活动周的通知", Span: notice.Span{Start: at(title), End: at(title) + 9}}
	plain := func(parts []markedPart) (s string) {
		for _, p := range parts {
			s += p.text
		}
		return s
	}
	head := paperHead(n, marksAt(n.Text, n.Draft.DocNumber.Span))
	got := []string{plain(head.number), plain(head.title)}
	for _, l := range head.lines {
		got = append(got, plain(l))
	}
	if want := []string{"甲教通〔2020〕1号", "关于活动周的通知", "甲厅", "乙局"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !head.number[0].marked || head.number[0].id == "" {
		t.Errorf("the number is not marked: %+v", head.number)
	}
	if head := paperHead(edition.Notice{Text: "没有标题"}, nil); head.title != nil || head.lines != nil {
		t.Errorf("a text without a title has the letterhead %+v", head)
	}
}

func TestDoubtfulEntriesAndCorrectionsAreSeen(t *testing.T) {
	t.Parallel()
	d := sampleDraft()
	d.Topics[0].Certainty = notice.Doubtful
	d.Title.Certainty = edition.Corrected
	d.Corrections = map[string]edition.Correction{"title": {Was: "关于周的通知"}}
	groups := draftGroups(ui.View{Locale: i18n.Chinese}, d)
	if got := doubtful(groups); !reflect.DeepEqual(got, []string{"topics.0"}) {
		t.Errorf("doubtful: %q", got)
	}
	if title := groups[0].Entries[0]; !title.corrected() || title.Main.Was != "关于周的通知" {
		t.Errorf("the title was %+v", title.Main)
	}
}

func TestAnswersAreReadFromTheirForm(t *testing.T) {
	t.Parallel()
	kept := actor.Scope{Regions: []string{"430000"}, Kinds: []actor.Kind{actor.KindMedia}}
	in := sent("scopes", scopeValue(kept), "lines", "none", "lines", "education", "tiers", "county", "regions", "430100", "group", "01890a5d-ac96-774b-bcce-b302099a8057")
	answer, form := readAnswer(in)
	want := edition.Answer{GroupID: "01890a5d-ac96-774b-bcce-b302099a8057", Scopes: actor.Scopes{kept, {
		Regions: []string{"430100"}, Lines: []actor.Line{actor.LineNone, actor.LineEducation}, Tiers: []actor.Tier{actor.TierCounty},
	}}}
	if in.Err() != nil || !reflect.DeepEqual(answer, want) || !reflect.DeepEqual(form.Lines, []string{"none", "education"}) {
		t.Errorf("got %+v (%v)\nwant %+v", answer, in.Err(), want)
	}
	for _, broken := range []string{"{", `{"kind":["media"]}`, `{} {}`, `[]`, ""} {
		in := sent("scopes", broken)
		if readAnswer(in); in.Err() == nil {
			t.Errorf("scope %q is taken", broken)
		}
	}
	if answer, _ := readAnswer(sent()); answer.Scopes != nil {
		t.Errorf("an empty form means %+v", answer)
	}
}

func TestObligationsAreFiltered(t *testing.T) {
	t.Parallel()
	list := []edition.Obligation{
		{ID: "a", Required: true, Discharge: notice.ByFiling, Audiences: []edition.Audience{{Scopes: actor.Scopes{{Lines: []actor.Line{actor.LineEducation}}}}}},
		{ID: "b", Discharge: notice.ByEvidence, Open: 1, Audiences: []edition.Audience{{Scopes: actor.Scopes{{Kinds: []actor.Kind{actor.KindMedia}}}}}},
	}
	for _, c := range []struct {
		form []string
		want string
	}{
		{nil, "ab"}, {[]string{"required", "yes"}, "a"}, {[]string{"required", "no"}, "b"}, {[]string{"discharge", "evidence"}, "b"}, {[]string{"open", "1"}, "b"},
		{[]string{"line", "trade_union"}, "b"}, {[]string{"line", "education"}, "ab"}, {[]string{"kind", "media"}, "ab"}, {[]string{"kind", "school"}, "a"},
		{[]string{"line", "trade_union", "kind", "school"}, ""},
	} {
		var got string
		for _, o := range readObligationFilter(sent(c.form...)).of(list) {
			got += o.ID
		}
		if got != c.want {
			t.Errorf("%v leaves %q, want %q", c.form, got, c.want)
		}
	}
}

func TestObligationFormsLeaveOutADayWithoutATimeLimit(t *testing.T) {
	t.Parallel()
	form := []string{"what", "报送总结", "due", "2020-08-31", "due_time", "17:00", "required", "true", "discharge", "filing"}
	got := readObligation(sent(append(form, "timing", "due")...), edition.Obligation{ID: "x"})
	want := edition.Obligation{ID: "x", What: "报送总结", Timing: notice.TimingDue, Due: "2020-08-31", DueTime: "17:00", Required: true, Discharge: notice.ByFiling}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	got = readObligation(sent(append(form, "timing", "rolling")...), edition.Obligation{ID: "x"})
	want.Timing, want.Due, want.DueTime = notice.TimingRolling, "", ""
	if !reflect.DeepEqual(got, want) {
		t.Errorf("without a limit: got %+v, want %+v", got, want)
	}
}

func TestRedatingReadsItsDueDays(t *testing.T) {
	t.Parallel()
	in := sent("notice", "01890a5d-ac96-774b-bcce-b302099a8057", "reason", "防汛", "start", "2020-08-03", "end", "2020-08-09", "due.x", "2020-09-14", "due.y", "", "due.z", "bald")
	form, r := readRedating(in)
	if len(r.NewDue) != 1 || r.NewDue["x"] != "2020-09-14" || form.Due["z"] != "bald" || in.Err() == nil {
		t.Errorf("read %+v and %+v (%v)", form, r, in.Err())
	}
}

func TestGroupsGainAndLoseMembers(t *testing.T) {
	t.Parallel()
	g := edition.Group{Members: []edition.Member{{UnitID: "a"}, {UnitID: "b"}}}
	if got := members(g, groupAdd, []string{"c"}); !reflect.DeepEqual(got, []string{"a", "b", "c"}) {
		t.Errorf("added: %q", got)
	}
	if got := members(g, groupRemove, []string{"a"}); !reflect.DeepEqual(got, []string{"b"}) {
		t.Errorf("removed: %q", got)
	}
}

func TestLongListsOfAudiencesAreFoldedButNotWhatIsOpen(t *testing.T) {
	t.Parallel()
	var list []edition.Audience
	for range 8 {
		list = append(list, edition.Audience{Resolved: true})
	}
	list[7].Resolved = false
	first, rest := editionView{}.foldPhrases(list)
	if len(first) != shownPhrases+1 || len(rest) != 2 || first[shownPhrases].Resolved {
		t.Errorf("%d shown, %d folded", len(first), len(rest))
	}
	if first, rest := (editionView{}).foldPhrases(list[:6]); len(first) != 6 || rest != nil {
		t.Errorf("a short list: %d shown, %d folded", len(first), len(rest))
	}
}
