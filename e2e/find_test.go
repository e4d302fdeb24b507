package e2e

import (
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/config"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// A resident looks for something on the phone, narrows it, and puts a session into the calendar.
func TestResidentFindsAnActivityAndAddsItToTheCalendar(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		end := site.Edition().End
		act := site.Publish(func(c *activity.Content) {
			c.Title, c.TitleEN = "螺丝钉精神分享", "The spirit of a screw"
		}, testkit.Run(end, 9, 40), testkit.Run(end, 14, 2))
		tab := openTab(t, site.URL, phone, s.lang)
		tab.Go("/")
		tab.Sees(tab.say("接下来可以参加", "Coming up"))
		tab.Axe()
		tab.Shot("find-home-390")

		tab.Fill(tab.say("搜索活动", "Search activities"), "luosidingjingshen")
		tab.Follow(tab.say("搜索", "Search"))
		tab.Sees(tab.say("以下按拼音查找", "these were found by pinyin"), tab.say("共 1 项活动", "1 activity"), tab.say("螺丝钉精神分享", "The spirit of a screw"))
		tab.Axe()
		tab.Shot("find-list-390")

		tab.Click(tab.say("筛选", "Filters"))
		tab.Sees(tab.say("宣传方式", "Method"))
		tab.Axe()
		tab.Follow(tab.say("开放校园 1", "Open campus 1"))
		tab.At("/activities?")
		tab.Follow(tab.say("日程", "Calendar"))
		tab.At("/activities/calendar")
		tab.Axe()
		tab.Shot("find-calendar-390")
		tab.Follow(tab.say("地图", "Map"))
		tab.Axe()
		tab.Follow(tab.say("长沙", "Changsha"))
		tab.Sees(tab.say("芙蓉区", "Furong District"))
		tab.Axe()
		tab.Shot("find-map-390")

		tab.Follow(tab.say("螺丝钉精神分享", "The spirit of a screw"))
		tab.At("/activities/" + act.ID)
		tab.Sees(tab.say("余 40 席，共 40 席", "40 of 40 seats left"), tab.say("怎样参加", "How to attend"), "0731-84710000")
		tab.Axe()
		tab.Shot("find-activity-390")
		file := string(tab.Download(eval[string](tab, `document.querySelector('.act-session .act-calendar').getAttribute('href')`)))
		if !strings.HasPrefix(file, "BEGIN:VCALENDAR") || !strings.Contains(file, act.Sessions[0].ID) {
			t.Errorf("the file for the calendar is %.200q", file)
		}
	})
}

// What a reader is told of a position that was not given, and where one that was leads.
func TestResidentLooksNearby(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	tab := openTab(t, site.URL, phone, "zh-Hans")
	tab.Go("/activities")
	// The browser's own question is answered by the test.
	eval[any](tab, `(() => { navigator.geolocation.getCurrentPosition = (ok, failed) => failed({code: 1, PERMISSION_DENIED: 1}); return null; })()`)
	tab.Click("离我近")
	tab.Sees("您没有同意提供位置，可以在筛选条件中选择地区。")
	eval[any](tab, `(() => { navigator.geolocation.getCurrentPosition = ok => ok({coords: {longitude: 112.98123456, latitude: 28.19123456}}); return null; })()`)
	tab.Follow("离我近")
	tab.At("/activities?")
	tab.Sees("离我近 10 公里以内", "按距离")
	if at := tab.path(); strings.Contains(at, "112.981234") {
		t.Errorf("the address tells exactly where somebody is: %s", at)
	}
	tab.Axe()
	tab.Shot("find-near-390")
}

func TestPagesOfTheWeekHoldOnBothScreens(t *testing.T) {
	t.Parallel()
	site := testkit.Demo(t, sqldb.SQLite, func(c *config.Config) { c.NoRateLimit = true })
	e := site.Edition()
	act := site.Publish(nil, testkit.Run(e.End, 9, 40))
	hold(t, site, "find", []deskPage{
		{"list", "", "/activities"}, {"calendar", "", "/activities/calendar"}, {"map", "", "/activities/map"}, {"activity", "", "/activities/" + act.ID},
		{"nothing", "", "/activities?q=zzzz&region=430100"}, {"unreadable", "", "/activities?region=999999"}, {"unit", "", "/units/" + act.Unit.ID},
		{"method", "", "/methods/open_campus"}, {"topic", "", "/topics/" + e.Topics[0].Code}, {"region", "", "/editions/" + e.ID + "/regions/430100"},
		{"about", "", "/about"}, {"help", "", "/help"},
	})
}
