package portal_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

func TestTheMapOfTheSiteNamesActivities(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		act := site.Publish(nil, testkit.Run(site.Edition().End, 9, 40))
		type urls struct {
			Locs []string `xml:"url>loc"`
		}
		var index struct {
			Locs []string `xml:"sitemap>loc"`
		}
		must(t, xml.Unmarshal([]byte(fetched(t, site, "/sitemap.xml", "application/xml; charset=utf-8")), &index))
		if !slices.Equal(index.Locs, []string{public + "/sitemap-pages.xml", public + "/sitemap-activities.xml"}) {
			t.Errorf("index: %v", index.Locs)
		}
		var pages, activities urls
		must(t, xml.Unmarshal([]byte(fetched(t, site, "/sitemap-pages.xml", "application/xml; charset=utf-8")), &pages))
		for _, loc := range pages.Locs {
			if p := site.Visitor().Get(strings.TrimPrefix(loc, public)); p.Status != http.StatusOK {
				t.Errorf("%s: %d", loc, p.Status)
			}
		}
		must(t, xml.Unmarshal([]byte(fetched(t, site, "/sitemap-activities.xml", "application/xml; charset=utf-8")), &activities))
		if !slices.Contains(activities.Locs, public+"/activities/"+act.ID) {
			t.Errorf("activities: %v", activities.Locs)
		}
		robots := strings.Split(fetched(t, site, "/robots.txt", "text/plain; charset=utf-8"), "\n")
		for _, line := range []string{"Disallow: /desk", "Sitemap: " + public + "/sitemap.xml"} {
			if !slices.Contains(robots, line) {
				t.Errorf("robots.txt has no line %s", line)
			}
		}
	})
}

// head gives what the head of a page tells machines: og properties, alternates by type, and the data.
func head(t *testing.T, body string) (properties, alternates map[string]string, data []byte) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	must(t, err)
	properties, alternates = map[string]string{}, map[string]string{}
	for n := range root.Descendants() {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		switch {
		case n.Data == "meta" && attr["property"] != "":
			properties[attr["property"]] = attr["content"]
		case n.Data == "link" && attr["rel"] == "alternate":
			alternates[attr["type"]] = attr["href"]
		case n.Data == "link" && attr["rel"] == "canonical":
			properties["canonical"] = attr["href"]
		case n.Data == "script" && attr["type"] == "application/ld+json":
			data = []byte(n.FirstChild.Data)
		}
	}
	return properties, alternates, data
}

func TestAnActivitysPageTellsMachinesWhatItIs(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		act := site.Publish(func(c *activity.Content) { c.Title = `</script><script>alert(1)</script> "引号"` }, testkit.Run(e.End, 9, 40), testkit.Run(e.End, 14, 20))
		page := fetched(t, site, "/activities/"+act.ID, "text/html; charset=utf-8")
		properties, alternates, data := head(t, page)
		address := public + "/activities/" + act.ID
		equal(t, "canonical", properties["canonical"], address)
		equal(t, "og:url", properties["og:url"], address)
		equal(t, "og:title", properties["og:title"], act.Content.Title)
		equal(t, "og:type", properties["og:type"], "website")
		equal(t, "og:locale", properties["og:locale"], "zh_CN")
		equal(t, "calendar", alternates["text/calendar"], "/activities/"+act.ID+"/calendar.ics")
		var graph struct {
			Context string `json:"@context"`
			Graph   []struct {
				Type      string    `json:"@type"`
				Name      string    `json:"name"`
				URL       string    `json:"url"`
				StartDate time.Time `json:"startDate"`
				Status    string    `json:"eventStatus"`
				Location  []struct {
					Type    string `json:"@type"`
					Name    string `json:"name"`
					Address struct {
						Street string `json:"streetAddress"`
					} `json:"address"`
				} `json:"location"`
				Organizer struct {
					Name string `json:"name"`
				} `json:"organizer"`
			} `json:"@graph"`
		}
		must(t, json.Unmarshal(data, &graph))
		equal(t, "context", graph.Context, "https://schema.org")
		if len(graph.Graph) != 2 {
			t.Fatalf("events: %s", data)
		}
		one := graph.Graph[0]
		equal(t, "type", one.Type, "Event")
		equal(t, "name", one.Name, act.Content.Title)
		equal(t, "url", one.URL, address)
		equal(t, "start", clock.FromTime(one.StartDate), act.Sessions[0].Starts)
		equal(t, "status", one.Status, "https://schema.org/EventScheduled")
		equal(t, "place", one.Location[0].Name+one.Location[0].Address.Street, "实训楼示例路1号")
		equal(t, "host", one.Organizer.Name, "长沙民政职业技术学院")
		if strings.Contains(page, "<script>alert(1)") {
			t.Error("a title became a script")
		}
	})
}

func TestAListsPageNamesTheFeedsOfItsQuery(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		_, alternates, _ := head(t, fetched(t, site, "/activities?mode=onsite&q=%E5%BC%80%E6%94%BE", "text/html; charset=utf-8"))
		equal(t, "atom", alternates["application/atom+xml"], "/activities.atom?mode=onsite&q=%E5%BC%80%E6%94%BE")
		equal(t, "calendar", alternates["text/calendar"], "/activities.ics?mode=onsite&q=%E5%BC%80%E6%94%BE")
	})
}

func TestTheInterfaceHasADocumentationPageOfOwnFiles(t *testing.T) {
	t.Parallel()
	site := testkit.Start(t, sqldb.SQLite)
	page := fetched(t, site, "/api/docs", "text/html; charset=utf-8")
	root, err := html.Parse(strings.NewReader(page))
	must(t, err)
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if (n.Data == "script" && a.Key == "src" || n.Data == "link" && a.Key == "href") && !strings.HasPrefix(a.Val, "/") {
				t.Errorf("%s loads %s", n.Data, a.Val)
			}
			if n.Data == "script" && a.Key == "src" {
				equal(t, a.Val, site.Visitor().Get(a.Val).Status, http.StatusOK)
			}
		}
	}
}
