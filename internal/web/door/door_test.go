package door_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := testkit.EndDemo(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// gate is a site with a link for a session that is held now, and a ticket.
type gate struct {
	*testkit.Site
	t         *testing.T
	sessionID string
	link      door.Link
	ticket    booking.Receipt
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{Site: testkit.Demo(t, sqldb.SQLite, nil), t: t}
	g.sessionID = g.Publish(nil, testkit.Run("2026-07-21", 9, 4)).Sessions[0].ID
	var err error
	if g.ticket, err = g.Bookings.Claim(t.Context(), booking.Request{SessionID: g.sessionID, Party: 2, Source: booking.FromAPI, Contact: booking.Contact{Name: "张示例", Phone: "13800010000"}}); err != nil {
		t.Fatal(err)
	}
	if g.link, err = g.Doors.Open(t.Context(), g.Staff("college.editor"), door.Opening{SessionID: g.sessionID, Label: "东门"}); err != nil {
		t.Fatal(err)
	}
	if err := g.Audit.Seal(t.Context()); err != nil { // before the clock moves on
		t.Fatal(err)
	}
	g.Clock.Set(clock.Day("2026-07-21").Start().Time().Add(9 * time.Hour))
	return g
}

// post hands a body in as the page does.
func (g *gate) post(body string) (status int, answer []byte) {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, g.URL+"/door/"+g.link.Token+"/events", strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer got.Body.Close() //nolint:errcheck // only read
	var b bytes.Buffer
	if _, err := b.ReadFrom(got.Body); err != nil {
		g.t.Fatal(err)
	}
	return got.StatusCode, b.Bytes()
}

func (g *gate) body(events string) string {
	return fmt.Sprintf(`{"device":%q,"helper":"小王","events":[%s]}`, id.New(), events)
}

func event(code string, more string) string {
	return fmt.Sprintf(`{"id":%q,"kind":"check_in","how":"scan","code":%q%s}`, id.New(), code, more)
}

func TestATelephoneHandsInAndHearsWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	one := event(g.ticket.Code, `,"age":60000,"device_at":1`)
	for range 2 {
		status, text := g.post(g.body(one + "," + event(g.ticket.Code, "") + "," + event("22222222", "")))
		var answers []struct {
			Result       string
			People       int64
			Party        int64
			When         string
			First        *struct{ At, Door, Helper string }
			Seated, Over bool
		}
		if err := json.Unmarshal(text, &answers); status != http.StatusOK || err != nil || len(answers) != 3 {
			t.Fatalf("%d %s", status, text)
		}
		if a := answers[0]; a.Result != "in" || a.People != 2 || a.Party != 2 || a.When != "7月21日 09:00" {
			t.Errorf("%+v", a)
		}
		if a := answers[1]; a.Result != "already" || a.First == nil || a.First.At != "08:59" || a.First.Door != "东门" || a.First.Helper != "小王" {
			t.Errorf("%+v", a)
		}
		if answers[2].Result != "unknown" {
			t.Errorf("%+v", answers[2])
		}
	}
	var list struct {
		Bookings [][5]any
		Counts   struct{ Arrived, Twice, Expected int64 }
	}
	v := g.Visitor()
	p := v.Get("/door/" + g.link.Token + "/list.json")
	if err := json.Unmarshal([]byte(p.Body), &list); err != nil || len(list.Bookings) != 1 || list.Bookings[0][2] != 2.0 || list.Bookings[0][3] != "c" || list.Bookings[0][4] != 2.0 {
		t.Errorf("%v %s", err, p.Body)
	}
	if list.Counts.Arrived != 2 || list.Counts.Twice != 2 || list.Counts.Expected != 2 || strings.Contains(p.Body, g.ticket.Code) {
		t.Errorf("%s", p.Body)
	}
}

func TestBadBodiesTakeNothing(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	for name, c := range map[string]struct {
		body string
		key  string
	}{
		"nothing": {"", "error.bad_request"}, "no JSON": {"a=b", "error.bad_request"}, "a list": {"[]", "error.bad_request"}, "text for a number": {g.body(event(g.ticket.Code, `,"people":"2"`)), "error.bad_request"},
		"no device": {`{"events":[]}`, "error.form"}, "the future": {g.body(event(g.ticket.Code, `,"age":-1`)), "error.form"}, "an age past all times": {g.body(event(g.ticket.Code, `,"age":9223372036854775807`)), "error.form"},
		"many people": {g.body(event(g.ticket.Code, `,"people":1000000000`)), "error.form"}, "NUL": {g.body(`{"id":"` + "\\u0000" + `"}`), "error.form"},
		"one of two": {g.body(event(g.ticket.Code, "") + `,{"id":"1","kind":"check_in","how":"scan"}`), "error.form"},
		"too many":   {g.body(strings.TrimSuffix(strings.Repeat(event(g.ticket.Code, "")+",", 201), ",")), "error.form"},
	} {
		status, text := g.post(c.body)
		var problem struct{ Key string }
		if err := json.Unmarshal(text, &problem); err != nil || status != http.StatusUnprocessableEntity || problem.Key != c.key {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if status, _ := g.post(strings.Repeat(" ", 200<<10)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body is answered with %d", status)
	}
	if list, err := g.Doors.GetList(t.Context(), g.link.Token); err != nil || list.Counts.Arrived != 0 {
		t.Errorf("%+v %v", list.Counts, err)
	}
}

func TestThePageIsInstallable(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	v := g.Visitor()
	var m struct {
		StartURL string `json:"start_url"`
		Scope    string
		Display  string
		Icons    []struct{ Src, Sizes string }
	}
	p := v.Get("/door/" + g.link.Token + "/manifest.webmanifest")
	if err := json.Unmarshal([]byte(p.Body), &m); err != nil || p.Header.Get("Content-Type") != "application/manifest+json" {
		t.Fatalf("%v %s %s", err, p.Header.Get("Content-Type"), p.Body)
	}
	if m.StartURL != "/door/"+g.link.Token || m.Scope != "/door/" || m.Display != "standalone" || len(m.Icons) != 3 {
		t.Errorf("%+v", m)
	}
	for _, icon := range m.Icons {
		picture, err := png.DecodeConfig(strings.NewReader(v.Get(icon.Src).Body))
		if err != nil || fmt.Sprintf("%dx%d", picture.Width, picture.Height) != icon.Sizes {
			t.Errorf("%+v: %+v %v", icon, picture, err)
		}
	}
	worker := v.Get("/door/worker.js")
	if !strings.HasPrefix(worker.Body, `importScripts("/assets/door-worker-`) || worker.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%q", worker.Body)
	}
}

func TestALinkThatIsNoGoodSaysWhy(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	v := g.Visitor()
	says := func(token, want string) {
		t.Helper()
		p := v.Get("/door/" + token)
		if texts := p.Texts("p"); p.Status != http.StatusForbidden || len(texts) == 0 || texts[0] != want {
			t.Errorf("%d %q", p.Status, texts)
		}
	}
	says(g.link.Token[:60], "签到链接不正确，可能没有复制完整。")
	if err := g.Doors.End(t.Context(), g.Staff("college.editor"), g.sessionID, g.link.ID); err != nil {
		t.Fatal(err)
	}
	says(g.link.Token, "该签到链接已被主办单位停用。")
}
