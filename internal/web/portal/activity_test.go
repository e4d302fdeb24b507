package portal_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/id"
	"openweek/internal/testkit"
)

func TestAnActivitysPageSaysWhatWhenWhereAndHowToCome(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		free := testkit.Run(e.End, 14, 0)
		free.Bookable = false
		act := site.Publish(nil, testkit.Run(e.End, 9, 40), free)
		page := site.Visitor().Get("/activities/" + act.ID)
		said := strings.ReplaceAll(strings.Join(page.Texts("main"), ""), " ", "")
		for _, want := range []string{
			"数控技术开放日", "参观实训楼，体验数控机床。", "实训楼", "示例路1号", "长沙市芙蓉区", "长沙民政职业技术学院", "中小学生学生家长", "招生就业处", "0731-84710000",
			"09:00–10:30", "余 40 席，共 40 席", "14:00–15:30", "无需预约", "请勿触摸运转的设备。", "地铁2号线示例站。", "限额场次请在本页预约，无须注册账号。", "专业或场所名称",
		} {
			if !strings.Contains(said, strings.ReplaceAll(want, " ", "")) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if strings.Contains(page.Body, "张示例") || strings.Contains(page.Body, "13800010000") {
			t.Error("the page names whom only reviewers may know")
		}
		for _, link := range []string{"/units/" + act.Unit.ID, "/methods/open_campus", "/topics/" + e.Topics[0].Code, "/activities/" + act.ID + "/sessions/" + act.Sessions[0].ID + "/calendar.ics", "tel:0731-84710000"} {
			if !slices.Contains(page.Links(), link) {
				t.Errorf("the page does not lead to %s", link)
			}
		}
		for _, link := range page.Links() {
			if !strings.HasPrefix(link, "/") || strings.HasPrefix(link, "/desk") || strings.Contains(link, "lang=") || strings.Contains(link, "reading=") {
				continue
			}
			if answer := site.Visitor().Get(link); answer.Status != http.StatusOK {
				t.Errorf("%s leads to a %d", link, answer.Status)
			}
		}
	})
}

func TestWhatAHostWritesIsTextAndNoMarkup(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>`
		act := site.Publish(func(c *activity.Content) {
			c.Title, c.Summary, c.Safety, c.Access, c.Venue.Name = "坏标题"+evil, evil, evil, evil, evil
			c.Description = "**好**" + evil + " [点](javascript:alert(1))"
		}, testkit.Run(site.Edition().End, 9, 40))
		for _, path := range []string{"/activities/" + act.ID, "/activities?q=%E5%9D%8F%E6%A0%87%E9%A2%98", "/activities/calendar?q=%E5%9D%8F%E6%A0%87%E9%A2%98", "/units/" + act.Unit.ID} {
			page := site.Visitor().Get(path)
			if page.Status != http.StatusOK || strings.Contains(page.Body, "<script>alert") || strings.Contains(page.Body, "<img src=x") || strings.Contains(page.Body, `href="javascript:`) {
				t.Errorf("%s: %d, markup of the host's", path, page.Status)
			}
		}
		if page := site.Visitor().Get("/activities/" + act.ID); !strings.Contains(page.Body, "<strong>好</strong>") {
			t.Error("the description has lost its emphasis")
		}
	})
}

func TestACancelledActivitySaysWhyAndIsListedNoMore(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		act := site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(site.Edition().End, 9, 40))
		if _, err := site.Activities.Cancel(t.Context(), site.Staff("college.head"), act.ID, act.Version, "场地检修"); err != nil {
			t.Fatal(err)
		}
		page := site.Visitor().Get("/activities/" + act.ID)
		if page.Status != http.StatusOK || !slices.Contains(page.Texts("p"), "场地检修") || strings.Contains(page.Body, "poster.pdf") || strings.Contains(page.Body, "余 40 席") {
			t.Errorf("%d: %v", page.Status, page.Texts("p"))
		}
		if list := activities(site.Visitor().Get("/activities" + queryFor("螺丝钉精神"))); len(list) != 0 {
			t.Errorf("it is still listed: %v", list)
		}
	})
}

func TestPagesOfHostsTopicsAndMethodsListTheirActivities(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e, v := site.Edition(), site.Visitor()
		act := site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(e.End, 9, 40))
		host := v.Get("/units/" + act.Unit.ID)
		if host.Status != http.StatusOK || !slices.Contains(host.Texts("h1"), "长沙民政职业技术学院") || !slices.Contains(activities(host), act.ID) {
			t.Errorf("the host's page: %d %v", host.Status, host.Texts("h1"))
		}
		for path, name := range map[string]string{"/methods/open_campus": "开放校园", "/topics/" + e.Topics[0].Code: e.Topics[0].Name} {
			page := v.Get(path)
			if page.Status != http.StatusOK || !slices.Contains(page.Texts("h1"), name) || len(activities(page)) == 0 {
				t.Errorf("%s: %d %v", path, page.Status, page.Texts("h1"))
			}
		}
		for _, path := range []string{"/units/" + id.New(), "/units/x", "/methods/nothing", "/topics/nothing", "/activities/" + id.New(), "/activities/x", "/pictures/" + id.New()} {
			if page := v.Get(path); page.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, page.Status)
			}
		}
	})
}

func TestHomeLeadsToWhatIsOn(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		v := site.Visitor()
		page := v.Get("/")
		if list := activities(page); len(list) != 6 {
			t.Errorf("home shows %d activities", len(list))
		}
		for _, link := range page.Links() {
			if strings.HasPrefix(link, "/activities") {
				if answer := v.Get(link); answer.Status != http.StatusOK {
					t.Errorf("%s leads to a %d", link, answer.Status)
				}
			}
		}
		for _, path := range []string{"/about", "/help", "/privacy"} {
			if answer := v.Get(path); answer.Status != http.StatusOK {
				t.Errorf("%s: %d", path, answer.Status)
			}
		}
	})
}
