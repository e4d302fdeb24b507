package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/config"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

const public = "https://week.example.cn"

// in runs a test on both engines with a demo of its own.
func in(t *testing.T, fn func(t *testing.T, site *testkit.Site)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		fn(t, testkit.Demo(t, engine, func(c *config.Config) { c.PublicURL, c.NoRateLimit = public, true }))
	})
}

// get reads an answer as JSON and requires its status.
func get(t *testing.T, site *testkit.Site, path string, status int) map[string]any {
	t.Helper()
	p := site.Visitor().Get(path)
	var body map[string]any
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil || p.Status != status {
		t.Fatalf("%s: %d %s", path, p.Status, p.Body)
	}
	return body
}

func ids(t *testing.T, body map[string]any) (list []string) {
	t.Helper()
	for _, item := range body["items"].([]any) {
		list = append(list, item.(map[string]any)["id"].(string))
	}
	return list
}

func query(pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return "/api/v1/activities?" + v.Encode()
}

func TestActivitiesAnswersInTheShapeThatIsPromised(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		free := testkit.Run(e.End, 14, 0)
		free.Bookable = false
		act := site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(e.End, 9, 40), free)
		got := get(t, site, query("q", "螺丝钉精神"), http.StatusOK)
		day := string(e.End)
		want := map[string]any{
			"items": []any{map[string]any{
				"id": act.ID, "title": "螺丝钉精神分享", "method": "open_campus", "topics": []any{e.Topics[0].Code}, "region": "430102", "host": "长沙民政职业技术学院", "mode": "onsite",
				"sessions": []any{
					map[string]any{"id": act.Sessions[0].ID, "starts_at": day + "T09:00:00+08:00", "ends_at": day + "T10:30:00+08:00", "capacity": 40.0, "left": 40.0},
					map[string]any{"id": act.Sessions[1].ID, "starts_at": day + "T14:00:00+08:00", "ends_at": day + "T15:30:00+08:00", "capacity": nil, "left": nil},
				},
			}},
			"next": "",
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got\n%v\nwant\n%v", got, want)
		}
	})
}

func TestActivitiesAreThoseOfThePortalsList(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		titles := []string{"螺丝钉精神一", "螺丝钉精神二", "螺丝钉精神三"}
		for i, title := range titles {
			site.Publish(func(c *activity.Content) {
				c.Title = title
				if i == 1 {
					c.Mode, c.Link, c.TopicIDs = activity.Both, "https://live.example.cn/1", []string{e.Topics[1].ID}
				}
			}, testkit.Run(e.End.AddDays(-i), 9, int64(10+i)))
		}
		for _, q := range []string{
			"q=螺丝钉精神", "q=螺丝钉精神&mode=both", "q=螺丝钉精神&topic=" + e.Topics[0].Code, "q=螺丝钉精神&day=" + string(e.End), "q=luosidingjingshen",
			"q=螺丝钉精神&has_seats=1&sort=seats", "q=螺丝钉精神&region=430100", "q=螺丝钉精神&region=430200", "q=螺丝钉精神&limit=2", "from=" + string(e.End) + "&limit=100",
			"method=open_campus&audience=pupils&audience=parents&limit=100", "q=没有这样的活动",
		} {
			page := site.Visitor().Get("/activities?" + q)
			if page.Status != http.StatusOK {
				t.Fatalf("%s: %d", q, page.Status)
			}
			var shown []string
			for _, link := range page.Links() {
				if one, ok := strings.CutPrefix(link, "/activities/"); ok && id.Valid(one) && !slices.Contains(shown, one) {
					shown = append(shown, one)
				}
			}
			if got := ids(t, get(t, site, "/api/v1/activities?"+q, http.StatusOK)); !slices.Equal(got, shown) {
				t.Errorf("%s: the API gives %v, the page %v", q, got, shown)
			}
		}
	})
}

func TestActivitiesAreReadPageByPage(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		for range 5 {
			site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(e.End, 9, 40))
		}
		all := ids(t, get(t, site, query("q", "螺丝钉精神"), http.StatusOK))
		var read []string
		cursor := ""
		for range 3 {
			page := get(t, site, query("q", "螺丝钉精神", "limit", "2", "cursor", cursor), http.StatusOK)
			read, cursor = append(read, ids(t, page)...), page["next"].(string)
		}
		if cursor != "" || len(all) != 5 || !slices.Equal(read, all) {
			t.Errorf("page by page %v, then %q; at once %v", read, cursor, all)
		}
	})
}

func TestActivitiesRefusesWhatItCannotRead(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		for parameter, value := range map[string]string{
			"day": "2026-02-30", "region": "999999", "method": "nothing", "topic": "nothing", "mode": "mail", "has_seats": "perhaps", "cursor": "%%", "limit": "101", "q": strings.Repeat("长", 1000),
		} {
			problem := get(t, site, query(parameter, value), http.StatusUnprocessableEntity)
			if list, _ := problem["problems"].([]any); len(list) != 1 || list[0].(map[string]any)["field"] != parameter {
				t.Errorf("%s: %.300v", parameter, problem)
			}
		}
	})
}

func TestAnActivityIsAnsweredWithAllThatItsPageSays(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		e := site.Edition()
		act := site.Publish(func(c *activity.Content) { c.Venue.Point = activity.Point{Lng: 112_980_000, Lat: 28_190_000} }, testkit.Run(e.End, 9, 40), testkit.Run(e.End, 14, 20))
		gone := act.Sessions[1]
		if _, err := site.Activities.CancelSession(t.Context(), site.Staff("college.editor"), gone.ID, gone.Version, "设备检修"); err != nil {
			t.Fatal(err)
		}
		got := get(t, site, "/api/v1/activities/"+act.ID, http.StatusOK)
		for name, want := range map[string]any{
			"id": act.ID, "edition": e.ID, "state": "published", "url": public + "/activities/" + act.ID, "short_url": public + "/s/" + id.Short(act.ID), "title": "数控技术开放日",
			"description": "上午参观，下午体验。", "method": "open_campus", "topics": []any{e.Topics[0].Code}, "audience": []any{"pupils", "parents"}, "region": "430102",
			"venue": "实训楼", "address": "示例路1号", "point": map[string]any{"longitude": 112.98, "latitude": 28.19}, "host": "长沙民政职业技术学院",
			"contact": map[string]any{"office": "招生就业处", "phone": "0731-84710000"}, "safety": "请勿触摸运转的设备。", "access": "地铁2号线示例站。",
		} {
			if !reflect.DeepEqual(got[name], want) {
				t.Errorf("%s: %v, want %v", name, got[name], want)
			}
		}
		sessions := got["sessions"].([]any)
		if len(sessions) != 2 {
			t.Fatalf("sessions: %v", sessions)
		}
		first, second := sessions[0].(map[string]any), sessions[1].(map[string]any)
		if first["cancelled"] != false || second["cancelled"] != true || second["cancel_reason"] != "设备检修" || first["left"] != 40.0 {
			t.Errorf("sessions: %v", sessions)
		}
		if strings.Contains(site.Visitor().Get("/api/v1/activities/"+act.ID).Body, "13800010000") {
			t.Error("the liaison's telephone is public")
		}
	})
}

func TestAnActivityThatIsNotPublicIsNotAnswered(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		draft, err := site.Activities.Begin(t.Context(), site.Staff("college.editor"), activity.Beginning{EditionID: site.Edition().ID, Content: activity.Content{Title: "草稿"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range []string{draft.ID, id.New()} {
			if problem := get(t, site, "/api/v1/activities/"+one, http.StatusNotFound); problem["key"] != "activity.not_found" {
				t.Errorf("%s: %v", one, problem)
			}
		}
	})
}

func TestSeatsAreASecondOldAtMost(t *testing.T) {
	in(t, func(t *testing.T, site *testkit.Site) {
		act := site.Publish(func(c *activity.Content) { c.Title = "螺丝钉精神分享" }, testkit.Run(site.Edition().End, 9, 40))
		left := func() any {
			return get(t, site, query("q", "螺丝钉精神"), http.StatusOK)["items"].([]any)[0].(map[string]any)["sessions"].([]any)[0].(map[string]any)["left"]
		}
		if left() != 40.0 {
			t.Errorf("left before: %v", left())
		}
		err := site.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := site.Activities.TakeSeatsTx(t.Context(), tx, []activity.Claim{{SessionID: act.Sessions[0].ID, Block: 3}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		site.Clock.Advance(1e9)
		if left() != 37.0 {
			t.Errorf("a second later: %v", left())
		}
	})
}
