package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/id"
	"openweek/internal/testkit"
)

// activities gives the ids that a page links to, in its order.
func activities(p *testkit.Page) (list []string) {
	for _, link := range p.Links() {
		if one, ok := strings.CutPrefix(link, "/activities/"); ok && id.Valid(one) {
			list = append(list, one)
		}
	}
	return list
}

var countOf = regexp.MustCompile(`(?s)<a href="(/activities\?[^"]*)"[^>]*>(?:(?:[^<]|<span>|<span lang="[^"]*">|</span>)*)<span class="fd-count ow-num">(\d+)</span>`)

// counts gives the number beside each value of the filters, by the address to which the value leads.
func counts(p *testkit.Page) map[string]string {
	list := map[string]string{}
	for _, found := range countOf.FindAllStringSubmatch(p.Body, -1) {
		list[html.UnescapeString(found[1])] = found[2]
	}
	return list
}

// all gives everything that is public.
func all(t *testing.T, site *testkit.Site) (list []activity.PublicItem) {
	t.Helper()
	_, err := site.Activities.EachPublic(t.Context(), site.Edition().ID, activity.Filter{}, 1000, func(item activity.PublicItem) error {
		list = append(list, item)
		return nil
	})
	if err != nil || len(list) < 50 {
		t.Fatalf("the demo has %d activities: %v", len(list), err)
	}
	return list
}

func TestEachFilterOfTheListLeavesWhatItSays(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e, items, now := site.Edition(), all(t, site), clock.FromTime(testkit.Now)
		method := func(code string) string {
			return e.Methods[slices.IndexFunc(e.Methods, func(i edition.Item) bool { return i.Code == code })].ID
		}
		held := func(item activity.PublicItem, day clock.Day) bool {
			return slices.ContainsFunc(item.Sessions, func(s activity.Session) bool { return s.Day() <= day && day <= (s.Ends-1).Day() })
		}
		for query, wanted := range map[string]func(activity.PublicItem) bool{
			"region=430100":               func(i activity.PublicItem) bool { return strings.HasPrefix(i.Venue.Region, "4301") },
			"region=430100&region=430200": func(i activity.PublicItem) bool { return i.Venue.Region[:4] == "4301" || i.Venue.Region[:4] == "4302" },
			"method=open_campus":          func(i activity.PublicItem) bool { return i.MethodID == method("open_campus") },
			"topic=" + e.Topics[2].Code:   func(i activity.PublicItem) bool { return slices.Contains(i.TopicIDs, e.Topics[2].ID) },
			"audience=parents":            func(i activity.PublicItem) bool { return slices.Contains(i.Audience, "parents") },
			"mode=online&mode=both":       func(i activity.PublicItem) bool { return i.Mode != activity.OnSite },
			"day=" + string(e.Start):      func(i activity.PublicItem) bool { return held(i, e.Start) },
			"from=" + string(e.End):       func(i activity.PublicItem) bool { return held(i, e.End) },
			"unit=" + items[0].Unit.ID:    func(i activity.PublicItem) bool { return i.Unit.ID == items[0].Unit.ID },
			"q=" + url.QueryEscape("体验"):  nil,
			"method=open_campus&mode=online": func(i activity.PublicItem) bool {
				return i.MethodID == method("open_campus") && i.Mode == activity.Online
			},
			"has_seats=1": func(i activity.PublicItem) bool {
				return slices.ContainsFunc(i.Sessions, func(s activity.Session) bool {
					a := s.Availability(now)
					return a.Open() || a.Reason == activity.NotYetOpen
				})
			},
		} {
			page := site.Visitor().Get("/activities?limit=100&" + query)
			if page.Status != http.StatusOK {
				t.Fatalf("%s: %d", query, page.Status)
			}
			shown := activities(page)
			if wanted == nil {
				if len(shown) == 0 || len(shown) == len(items) || !strings.Contains(page.Body, "<mark>体验</mark>") {
					t.Errorf("%s: %d of %d", query, len(shown), len(items))
				}
				continue
			}
			var want []string
			for _, item := range items {
				if wanted(item) {
					want = append(want, item.ID)
				}
			}
			got := slices.Sorted(slices.Values(shown))
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("%s: %d activities, want %d", query, len(got), len(want))
			}
		}
	})
}

func TestTheCountBesideAFilterIsWhatItLeaves(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		v := site.Visitor()
		beside := counts(v.Get("/activities?from=" + string(site.Edition().Start)))
		if len(beside) < 20 {
			t.Fatalf("only %d values of filters are counted", len(beside))
		}
		for link, want := range beside {
			if got := strconv.Itoa(len(activities(v.Get(link + "&limit=100")))); got != want {
				t.Errorf("%s: %s activities, the count beside it says %s", link, got, want)
			}
		}
	})
}

func TestAListWithoutAQueryBeginsToday(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e, v := site.Edition(), site.Visitor()
		today := clock.FromTime(testkit.Now).Day()
		bare := activities(v.Get("/activities"))
		if from := activities(v.Get("/activities?from=" + string(today))); !slices.Equal(bare, from) {
			t.Error("the list without a query is not that from today on")
		}
		if week := activities(v.Get("/activities?from=" + string(e.Start))); slices.Equal(bare, week) {
			t.Error("nothing was held yesterday")
		}
	})
}

func TestTheListIsReadToItsEndAndBack(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		v, next := site.Visitor(), "/activities?from="+string(site.Edition().Start)
		first := next
		var seen []string
		for range 20 {
			page := v.Get(next)
			seen = append(seen, activities(page)...)
			i := slices.IndexFunc(page.Links(), func(link string) bool {
				return strings.Contains(link, "cursor=") && !strings.Contains(link, "lang=") && !strings.Contains(link, "reading=")
			})
			if i < 0 {
				break
			}
			next = page.Links()[i]
		}
		if want := all(t, site); len(seen) != len(want) {
			t.Errorf("%d activities on all pages, want %d", len(seen), len(want))
		}
		slices.Sort(seen)
		if len(slices.Compact(seen)) != len(all(t, site)) {
			t.Error("an activity stands on two pages")
		}
		past := v.Get(first + "&cursor=1y2p0ij32e8e7")
		if past.Status != http.StatusOK || len(activities(past)) != 0 || !slices.Contains(past.Links(), first) {
			t.Errorf("past the end: %d, %v, %v", past.Status, activities(past), past.Links())
		}
	})
}

func TestAQueryThatCannotBeReadSaysWhy(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		for query, want := range map[string]string{
			"q=" + url.QueryEscape(strings.Repeat("长", 1000)): "搜索内容不得超过 200 个字。",
			"region=999999":                 "“999999”不在可选范围内。",
			"from=2026-07-22&to=2026-07-20": "此项与其他筛选条件矛盾。",
			"day=2026-02-30":                "此项内容无法识别。",
			"cursor=%25%25":                 "翻页位置无效，请从第一页重新浏览。",
		} {
			for _, view := range []string{"/activities", "/activities/calendar", "/activities/map"} {
				page := site.Visitor().Get(view + "?" + query)
				if page.Status != http.StatusUnprocessableEntity || !slices.Contains(page.Texts("p"), want) || len(activities(page)) > 0 {
					t.Errorf("%s?%.40s: %d", view, query, page.Status)
				}
			}
		}
	})
}

func TestASearchIsForgivenOnlyWhereNothingIsFoundExactly(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		act := site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(site.Edition().End, 9, 40))
		for query, note := range map[string]string{
			"螺丝钉精神":             "",
			"luosidingjingshen": "没有找到含“luosidingjingshen”的活动，以下按拼音查找。",
			"lsdjs":             "没有找到含“lsdjs”的活动，以下按拼音首字母查找。",
			"罗丝钉精神":             "没有找到含“罗丝钉精神”的活动，以下按同音字查找。",
		} {
			for _, view := range []string{"/activities", "/activities/calendar"} {
				page := site.Visitor().Get(view + "?q=" + url.QueryEscape(query))
				if !slices.Equal(activities(page), []string{act.ID}) || (note != "") != slices.Contains(page.Texts("p"), note) && note != "" {
					t.Errorf("%s %s: %v", view, query, activities(page))
				}
			}
		}
	})
}

func TestTheCalendarAndTheMapShowTheSameQuery(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		act := site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(site.Edition().End.AddDays(-1), 9, 40), testkit.Run(site.Edition().End, 14, 40))
		q := "?q=" + url.QueryEscape("螺丝钉精神")
		calendar := site.Visitor().Get("/activities/calendar" + q)
		if got := activities(calendar); !slices.Equal(got, []string{act.ID, act.ID}) {
			t.Errorf("the calendar shows %v: each day once is wanted", got)
		}
		if hours := calendar.Texts("th"); !slices.Contains(hours, "9:00") || !slices.Contains(hours, "14:00") {
			t.Errorf("the calendar's hours: %v", hours)
		}
		place := site.Visitor().Get("/activities/map" + q + "&region=430100")
		if got := activities(place); !slices.Equal(got, []string{act.ID}) || !slices.Contains(place.Texts("a"), "芙蓉区 1") {
			t.Errorf("the map shows %v", got)
		}
		elsewhere := site.Visitor().Get("/activities/map" + q + "&region=430200")
		if got := activities(elsewhere); len(got) != 0 {
			t.Errorf("the map of another prefecture shows %v", got)
		}
	})
}

func TestAPositionLeadsToWhatIsNear(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		site.Publish(func(c *activity.Content) {
			c.Title, c.Venue.Point = "螺丝钉精神分享", activity.FromWGS84(112.98, 28.19)
		}, testkit.Run(site.Edition().End, 9, 40))
		v := site.Visitor()
		moved := v.Get("/activities/near?at=112.980,28.190&q=" + url.QueryEscape("螺丝钉精神"))
		to := moved.Header.Get("Location")
		if moved.Status != http.StatusSeeOther || !strings.HasPrefix(to, "/activities?") || strings.Contains(to, "at=") || strings.Contains(to, "112.980%2C28.190") {
			t.Fatalf("%d to %s", moved.Status, to)
		}
		page := v.Get(to)
		if len(activities(page)) != 1 || !slices.Contains(page.Texts("span"), "500 米以内") {
			t.Errorf("near: %d %v", page.Status, activities(page))
		}
		for _, at := range []string{"", "x", "500,100", "NaN,1", "112.9"} {
			if lost := v.Get("/activities/near?at=" + at); lost.Status != http.StatusSeeOther || strings.Contains(lost.Header.Get("Location"), "near=") {
				t.Errorf("at %q: %d to %s", at, lost.Status, lost.Header.Get("Location"))
			}
		}
	})
}

func TestSeatsOnAPageAreNeverOlderThanASecond(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		act := site.Publish(nil, testkit.Run(site.Edition().End, 9, 40))
		v, path := site.Visitor(), "/activities/"+act.ID
		says := func(text string) bool { return slices.Contains(v.Get(path).Texts("span"), text) }
		if !says("余 40 席，共 40 席") {
			t.Fatal("the page does not show its seats")
		}
		if _, err := site.Activities.BlockSeats(t.Context(), site.Staff("college.editor"), act.Sessions[0].ID, 38); err != nil {
			t.Fatal(err)
		}
		site.Clock.Advance(1e9)
		if !says("余 2 席，共 40 席") {
			t.Error("a second later the page shows the seats of before")
		}
	})
}
