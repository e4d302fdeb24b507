package edition

import (
	"testing"

	"openweek/internal/clock"
)

func TestPhaseCountsBothDaysOfTheWeek(t *testing.T) {
	t.Parallel()
	week := Summary{Start: "2020-07-20", End: "2020-07-26"}
	for today, want := range map[clock.Day]Phase{
		"2020-07-19": {State: Before, Of: 7, Left: 1}, "2020-07-20": {State: During, Day: 1, Of: 7},
		"2020-07-26": {State: During, Day: 7, Of: 7}, "2020-07-27": {State: After, Of: 7, Left: 1},
	} {
		if got := week.Phase(today); got != want {
			t.Errorf("%s: got %+v, want %+v", today, got, want)
		}
	}
}

func TestChooseFollowsThePortalRule(t *testing.T) {
	t.Parallel()
	ended := Summary{ID: "ended", Start: "2020-07-20", End: "2020-07-26", PublishedAt: 9}
	earlier := Summary{ID: "earlier", Start: "2019-05-06", End: "2019-05-12", PublishedAt: 10}
	running := Summary{ID: "running", Start: "2021-05-10", End: "2021-05-16", PublishedAt: 1}
	rival := Summary{ID: "rival", Start: "2021-05-12", End: "2021-05-20", PublishedAt: 2}
	next := Summary{ID: "next", Start: "2022-05-09", End: "2022-05-15", PublishedAt: 3}
	later := Summary{ID: "later", Start: "2023-05-08", End: "2023-05-14", PublishedAt: 4}
	for _, c := range []struct {
		today clock.Day
		list  []Summary
		want  string
	}{
		{"2021-05-10", []Summary{ended, next, running, later}, "running"},
		{"2021-05-12", []Summary{running, rival, next}, "rival"}, // both hold today: published later
		{"2021-06-01", []Summary{later, running, next, ended}, "next"},
		{"2024-01-01", []Summary{earlier, later, ended}, "later"},
		{"2020-08-01", []Summary{earlier, ended}, "ended"},
		{"2020-08-01", nil, ""},
	} {
		if got, _ := choose(c.list, c.today); got.ID != c.want {
			t.Errorf("on %s: %q, want %q", c.today, got.ID, c.want)
		}
	}
}

func TestDueIsTheEndOfTheDayOrItsTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		o    Obligation
		want string
	}{
		{Obligation{Due: "2020-08-31"}, "2020-09-01T00:00:00+08:00"},
		{Obligation{Due: "2020-08-31", DueTime: "17:30"}, "2020-08-31T17:30:00+08:00"},
	} {
		if got := c.o.DueAt().String(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.o, got, c.want)
		}
	}
	if (Obligation{}).DueAt() != 0 {
		t.Error("without a due day there is no due moment")
	}
}

func TestAddYearsKeepsTheDayOfTheYear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day   clock.Day
		years int
		want  clock.Day
	}{{"2020-08-31", 1, "2021-08-31"}, {"2020-02-29", 1, "2021-02-28"}, {"2020-02-29", 4, "2024-02-29"}, {"", 1, ""}} {
		if got := addYears(c.day, c.years); got != c.want {
			t.Errorf("%s + %d years: %s, want %s", c.day, c.years, got, c.want)
		}
	}
}

func TestWithholdMasksContactsOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"联系人：某某，联系电话：17607340000，邮箱：name@example.cn。": "联系人：＊＊，联系电话：＊＊＊＊＊＊＊＊＊＊＊，邮箱：＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊。",
		"联 系 人：张三、李小四 0731-84710000":                  "联 系 人：＊＊、＊＊＊ ＊＊＊＊＊＊＊＊＊＊＊＊＊",
		"请与王老师联系：（0731）84710000":                      "＊＊＊＊＊联系：＊＊＊＊＊＊＊＊＊＊＊＊＊＊",
		"QQ群：123450000": "QQ群：＊＊＊＊＊＊＊＊＊",
		"湘教通〔2020〕166号，2020年7月3日，湘发〔2014〕18号，编号123456789012": "湘教通〔2020〕166号，2020年7月3日，湘发〔2014〕18号，编号123456789012",
		"职业院校老师要组织学生。":                                       "职业院校老师要组织学生。",
		"联系人：教务处电话另行通知":                                      "联系人：＊＊＊电话另行通知",
	} {
		if got, _ := withhold(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestItemsAreTakenFromTheNoticesOwnList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"要通过广播、电视、\n元宇宙、横幅等多种形式进行宣传": {"radio", "television", "channel_3", "banner"},
		"通过专栏、专版、系列通讯报道等形式":          nil,
		"组织广播、电视进行宣传":                nil,
	} {
		var got []string
		for _, it := range itemsIn(text, ItemChannel, knownChannels) {
			got = append(got, it.Code)
		}
		if len(got) != len(want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: got %v, want %v", text, got, want)
			}
		}
	}
}

func TestNameAndYearComeOutOfTheTitle(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"关于开展2020年湖南省职业教育宣传活动周的通知":   "2020年湖南省职业教育宣传活动周",
		"教育部关于做好2016年职业教育活动周相关工作的通知": "2016年职业教育活动周",
		"湖南省教育厅关于举办2024年职业教育活动周的通知":  "2024年职业教育活动周",
		"2020年职业教育活动周方案":             "2020年职业教育活动周方案",
	} {
		if got := nameOf(title); got != want {
			t.Errorf("%s: got %q, want %q", title, got, want)
		}
	}
}
