package portal_test

import (
	"encoding/xml"
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/net/html"

	"openweek/internal/activity"
	"openweek/internal/config"
	"openweek/internal/extract"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

const public = "https://week.example.cn"

// in runs a test on both engines with a demo of its own at a public address.
func in(t *testing.T, fn func(t *testing.T, site *testkit.Site)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		fn(t, testkit.Demo(t, engine, func(c *config.Config) { c.PublicURL, c.NoRateLimit = public, true }))
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// fetched asks for a path and requires a success of a type.
func fetched(t *testing.T, site *testkit.Site, path, contentType string) string {
	t.Helper()
	p := site.Visitor().Get(path)
	if p.Status != http.StatusOK || p.Header.Get("Content-Type") != contentType {
		t.Fatalf("%s: %d %s %s", path, p.Status, p.Header.Get("Content-Type"), p.Body)
	}
	return p.Body
}

// calendar reads a calendar with a client's library.
func calendar(t *testing.T, site *testkit.Site, path string) *ical.Calendar {
	t.Helper()
	body := fetched(t, site, path, "text/calendar; charset=utf-8")
	if strings.Count(body, "\n") != strings.Count(body, "\r\n") {
		t.Errorf("%s: a line does not end in CRLF", path)
	}
	for line := range strings.SplitSeq(body, "\r\n") {
		if len(line) > 75 {
			t.Errorf("%s: a line of %d octets: %s", path, len(line), line)
		}
	}
	c, err := ical.NewDecoder(strings.NewReader(body)).Decode()
	must(t, err)
	return c
}

func text(t *testing.T, p ical.Props, name string) string {
	t.Helper()
	s, err := p.Text(name)
	must(t, err)
	return s
}

func queryFor(title string) string { return "?" + url.Values{"q": {title}}.Encode() }

func TestASessionIsReadByACalendar(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		act := site.Publish(func(c *activity.Content) {
			c.Title = `逗号, 分号; 反斜杠\ 与换行的活动标题要写得足够长才会在七十五个字节处折行`
		}, testkit.Run(e.End, 9, 40), testkit.Run(e.End, 14, 20))
		s := act.Sessions[0]
		c := calendar(t, site, "/activities/"+act.ID+"/sessions/"+s.ID+"/calendar.ics")
		equal(t, "method", text(t, c.Props, "METHOD"), "PUBLISH")
		if len(c.Events()) != 1 {
			t.Fatalf("%d events", len(c.Events()))
		}
		one := c.Events()[0]
		starts, err := one.DateTimeStart(time.UTC)
		must(t, err)
		ends, err := one.DateTimeEnd(time.UTC)
		must(t, err)
		equal(t, "starts", starts.UnixMicro(), int64(s.Starts))
		equal(t, "zone", starts.Location().String(), "Asia/Shanghai")
		equal(t, "ends", ends.UnixMicro(), int64(s.Ends))
		equal(t, "uid", text(t, one.Props, "UID"), s.ID)
		equal(t, "status", text(t, one.Props, "STATUS"), "CONFIRMED")
		equal(t, "summary", text(t, one.Props, "SUMMARY"), act.Content.Title)
		equal(t, "location", text(t, one.Props, "LOCATION"), "实训楼，长沙市芙蓉区示例路1号")
		equal(t, "description", text(t, one.Props, "DESCRIPTION"), "参观实训楼，体验数控机床。\n举办单位：长沙民政职业技术学院\n咨询：招生就业处  0731-84710000\n"+public+"/activities/"+act.ID)
		link, err := one.Props.URI("URL")
		must(t, err)
		equal(t, "address", link.String(), public+"/activities/"+act.ID)
		equal(t, "sessions of the activity", len(calendar(t, site, "/activities/"+act.ID+"/calendar.ics").Events()), 2)
	})
}

func TestACancelledSessionStaysInItsCalendarsWithItsUID(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		act := site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(e.End, 9, 40), testkit.Run(e.End, 14, 20))
		feed := "/activities.ics" + queryFor("螺丝钉精神")
		states := func(path string) map[string]string {
			list := map[string]string{}
			for _, one := range calendar(t, site, path).Events() {
				list[text(t, one.Props, "UID")] = text(t, one.Props, "STATUS") + " " + text(t, one.Props, "SUMMARY")
			}
			return list
		}
		first, second := act.Sessions[0], act.Sessions[1]
		equal(t, "before", fmt.Sprint(states(feed)), fmt.Sprint(map[string]string{first.ID: "CONFIRMED 螺丝钉精神分享", second.ID: "CONFIRMED 螺丝钉精神分享"}))
		_, err := site.Activities.CancelSession(t.Context(), site.Staff("college.editor"), second.ID, second.Version, "设备检修")
		must(t, err)
		want := fmt.Sprint(map[string]string{first.ID: "CONFIRMED 螺丝钉精神分享", second.ID: "CANCELLED 【已取消】螺丝钉精神分享"})
		within(t, "the feed is made anew", func() bool { return fmt.Sprint(states(feed)) == want })
		within(t, "the activity's calendar too", func() bool { return fmt.Sprint(states("/activities/"+act.ID+"/calendar.ics")) == want })
		within(t, "the session's calendar too", func() bool {
			return fmt.Sprint(states("/activities/"+act.ID+"/sessions/"+second.ID+"/calendar.ics")) == fmt.Sprint(map[string]string{second.ID: "CANCELLED 【已取消】螺丝钉精神分享"})
		})
	})
}

// within waits for what another replica would see a second later at most; a busy machine gets longer.
func within(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 100 {
		if is() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%s: not after five seconds", what)
}

func TestAFeedHoldsWhatItsQueryChooses(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e, today := site.Edition(), site.Clock.Now().Day()
		act := site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(today, 15, 40), testkit.Run(e.End, 9, 40))
		feed := "/activities.ics" + queryFor("螺丝钉精神")
		equal(t, "on all days", len(calendar(t, site, feed).Events()), 2)
		day := calendar(t, site, feed+"&day="+string(e.End))
		if len(day.Events()) != 1 || text(t, day.Events()[0].Props, "UID") != act.Sessions[1].ID {
			t.Errorf("on the last day: %v", day.Events())
		}
		equal(t, "of another method", len(calendar(t, site, feed+"&method=study_session").Events()), 0)
		site.Clock.Set(e.End.Time())
		equal(t, "on the last day, what is over left out", len(calendar(t, site, feed).Events()), 1)
		site.Clock.Set(testkit.Now) // or what was not sealed for days would be a finding
		for _, bad := range []string{"?day=2026-02-30", "?region=999999", "?mode=mail", "?limit=x"} {
			for _, path := range []string{"/activities.ics", "/activities.atom"} {
				equal(t, path+bad, site.Visitor().Get(path+bad).Status, http.StatusUnprocessableEntity)
			}
		}
	})
}

func TestAFeedOfAHugeQueryEndsAndSaysSo(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		for n := range 3 {
			var runs []activity.SessionDraft
			for i := range activity.MaxSessions {
				starts := e.End.Start().Add(time.Duration(6*60+4*i) * time.Minute)
				runs = append(runs, activity.SessionDraft{Starts: starts, Ends: starts.Add(4 * time.Minute)})
			}
			site.Publish(func(c *activity.Content) { c.Title = fmt.Sprint("螺丝钉精神分享", n) }, runs...)
		}
		c := calendar(t, site, "/activities.ics"+queryFor("螺丝钉精神"))
		equal(t, "events", len(c.Events()), 500)
		equal(t, "says so", text(t, c.Props, "DESCRIPTION"), "符合条件的内容较多，此处只含最近的 500 项。请增加筛选条件后重新订阅。")
	})
}

// atomFeed is what a reader of RFC 4287 reads.
type atomFeed struct {
	XMLName  xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string   `xml:"lang,attr"`
	ID       string   `xml:"id"`
	Title    string   `xml:"title"`
	Subtitle string   `xml:"subtitle"`
	Updated  string   `xml:"updated"`
	Author   string   `xml:"author>name"`
	Links    []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID        string `xml:"id"`
		Title     string `xml:"title"`
		Updated   string `xml:"updated"`
		Published string `xml:"published"`
		Summary   string `xml:"summary"`
		Content   string `xml:"content"`
		Author    string `xml:"author>name"`
		Link      struct {
			Href string `xml:"href,attr"`
		} `xml:"link"`
	} `xml:"entry"`
}

func TestAnAtomFeedTellsOfActivities(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		act := site.Publish(func(c *activity.Content) { c.Title, c.Summary = "螺丝钉精神 <b>分享</b>", "讲 & 听" }, testkit.Run(e.End, 9, 40))
		var f atomFeed
		must(t, xml.Unmarshal([]byte(fetched(t, site, "/activities.atom"+queryFor("螺丝钉精神"), "application/atom+xml; charset=utf-8")), &f))
		equal(t, "language", f.Lang, "zh-Hans")
		equal(t, "title", f.Title, e.Name+" · “螺丝钉精神”")
		if len(f.Links) != 2 || f.Links[0].Rel != "alternate" || f.Links[1].Rel != "self" || !strings.HasPrefix(f.Links[1].Href, public+"/activities.atom?") {
			t.Errorf("links: %+v", f.Links)
		}
		if len(f.Entries) != 1 {
			t.Fatalf("entries: %+v", f.Entries)
		}
		one := f.Entries[0]
		equal(t, "id", one.ID, "urn:uuid:"+act.ID)
		equal(t, "title of the entry", one.Title, "螺丝钉精神 <b>分享</b>")
		equal(t, "summary", one.Summary, "讲 & 听")
		equal(t, "address", one.Link.Href, public+"/activities/"+act.ID)
		equal(t, "author", one.Author, "长沙民政职业技术学院")
		equal(t, "updated", f.Updated, one.Updated)
		nodes, err := html.Parse(strings.NewReader(one.Content))
		must(t, err)
		var words []string
		for n := range nodes.Descendants() {
			if n.Type == html.TextNode {
				words = append(words, n.Data)
			}
		}
		if len(words) != 3 || words[0] != "讲 & 听" || words[1] != "实训楼，长沙市芙蓉区示例路1号" {
			t.Errorf("content: %q", words)
		}
	})
}

func TestAShortLinkAndItsCodesLeadToTheActivity(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		act := site.Publish(nil, testkit.Run(e.End, 9, 40))
		v := site.Visitor()
		for code, want := range map[string]string{
			id.Short(act.ID):                  "/activities/" + act.ID,
			strings.ToUpper(id.Short(act.ID)): "/activities/" + act.ID,
			id.Short(act.Sessions[0].ID):      "/activities/" + act.ID + "#s-" + act.Sessions[0].ID,
		} {
			p := v.Get("/s/" + code)
			if p.Status != http.StatusSeeOther || p.Header.Get("Location") != want {
				t.Errorf("%s: %d %s", code, p.Status, p.Header.Get("Location"))
			}
		}
		for _, code := range []string{"x", id.Short(id.New()), strings.Repeat("z", 200)} {
			equal(t, code, v.Get("/s/"+code).Status, http.StatusNotFound)
		}
		picture, err := png.Decode(strings.NewReader(fetched(t, site, "/activities/"+act.ID+"/qr.png", "image/png")))
		must(t, err)
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
		must(t, err)
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		must(t, err)
		equal(t, "code", read.GetText(), public+"/s/"+id.Short(act.ID))
		if svg := fetched(t, site, "/activities/"+act.ID+"/qr.svg", "image/svg+xml"); !strings.HasPrefix(svg, "<svg") {
			t.Error(svg)
		}
	})
}

func TestAPosterIsServedInBothFormats(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		act := site.Publish(nil, testkit.Run(e.End, 9, 40))
		path := "/activities/" + act.ID + "/poster.pdf"
		for _, query := range []string{"", "?format=a3", "?format=a4"} {
			doc, err := extract.Text("poster.pdf", []byte(fetched(t, site, path+query, "application/pdf")))
			must(t, err)
			for _, words := range []string{act.Content.Title, "长沙市芙蓉区示例路1号", "week.example.cn/s/"} {
				if !strings.Contains(strings.ReplaceAll(doc.Text, "\n", ""), words) {
					t.Errorf("%s does not say %s: %s", query, words, doc.Text)
				}
			}
		}
		v := site.Visitor()
		equal(t, "another format", v.Get(path+"?format=letter").Status, http.StatusNotFound)
		_, err := site.Activities.Cancel(t.Context(), site.Staff("college.editor"), act.ID, act.Version, "因故取消")
		must(t, err)
		within(t, "no poster of what does not take place", func() bool { return v.Get(path).Status == http.StatusNotFound })
		c := calendar(t, site, "/activities/"+act.ID+"/calendar.ics")
		equal(t, "its calendar says so", text(t, c.Events()[0].Props, "STATUS"), "CANCELLED")
	})
}

func TestFilesOfWhatIsNotPublicAreNotFound(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		v, nothing := site.Visitor(), id.New()
		for _, path := range []string{"calendar.ics", "sessions/" + nothing + "/calendar.ics", "poster.pdf", "qr.svg", "qr.png"} {
			equal(t, path, v.Get("/activities/"+nothing+"/"+path).Status, http.StatusNotFound)
			equal(t, path+" of nonsense", v.Get("/activities/x/"+path).Status, http.StatusNotFound)
		}
		act := site.Publish(nil, testkit.Run(site.Edition().End, 9, 40))
		equal(t, "another's session", v.Get("/activities/"+act.ID+"/sessions/"+nothing+"/calendar.ics").Status, http.StatusNotFound)
	})
}
