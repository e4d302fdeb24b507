package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

func TestAProgramChecksIn(t *testing.T) {
	t.Parallel()
	site := testkit.Demo(t, sqldb.SQLite, nil)
	act := site.Publish(nil, testkit.Run("2026-07-21", 9, 3), testkit.Run("2026-07-22", 9, 3))
	session, other := site.URL+"/api/v1/sessions/"+act.Sessions[0].ID, site.URL+"/api/v1/sessions/"+act.Sessions[1].ID
	_, mine := ask(t, "POST", session+"/bookings", two)
	l, err := site.Doors.Open(t.Context(), site.Staff("college.editor"), door.Opening{SessionID: act.Sessions[0].ID, Label: "东门"})
	if err != nil {
		t.Fatal(err)
	}
	if err := site.Audit.Seal(t.Context()); err != nil { // before the clock moves on
		t.Fatal(err)
	}
	site.Clock.Set(clock.Day("2026-07-21").Start().Time().Add(9 * time.Hour))
	device := id.New()
	body := func(eventID, more string) string {
		return fmt.Sprintf(`{"id":%q,"device":%q,"helper":"小王",%s}`, eventID, device, more)
	}
	bearer := []string{"Authorization", "Bearer " + l.Token}
	code := fmt.Sprintf(`"code":%q`, mine["code"])
	first := id.New()
	for range 2 {
		status, b := ask(t, "POST", session+"/check-ins", body(first, code+`,"people":1,"age_ms":60000`), bearer...)
		if status != http.StatusOK || b["result"] != "in" || b["people"] != 1.0 || b["party"] != 2.0 || b["id"] != first {
			t.Fatalf("%d %v", status, b)
		}
	}
	status, b := ask(t, "POST", session+"/check-ins", body(id.New(), code), "X-Door-Token", l.Token)
	seen, _ := b["first"].(map[string]any)
	if status != http.StatusOK || b["result"] != "already" || seen["at"] != "2026-07-21T08:59:00+08:00" || seen["door"] != "东门" || seen["helper"] != "小王" || seen["how"] != "scan" {
		t.Errorf("%d %v", status, b)
	}
	for want, more := range map[string]string{"unknown": `"code":"22222222"`, "walked_in": `"walk_in":true,"people":1`} {
		if status, b := ask(t, "POST", session+"/check-ins", body(id.New(), more), bearer...); status != http.StatusOK || b["result"] != want || b["seated"] != (want == "walked_in") {
			t.Errorf("%s: %d %v", want, status, b)
		}
	}
	for name, c := range map[string]struct {
		url, body string
		headers   []string
		status    int
		key       string
	}{
		"no token":            {session, body(id.New(), code), nil, http.StatusForbidden, "door.link_refused"},
		"a forged token":      {session, body(id.New(), code), []string{"X-Door-Token", l.Token[:68] + "AA"}, http.StatusForbidden, "door.link_refused"},
		"a booking's token":   {session, body(id.New(), code), []string{"X-Door-Token", mine["manage_token"].(string)}, http.StatusForbidden, "door.link_refused"},
		"another session":     {other, body(id.New(), code), bearer, http.StatusNotFound, "door.foreign_session"},
		"no id":               {session, `{"device":"` + device + `",` + code + `}`, bearer, http.StatusUnprocessableEntity, "error.bad_request"},
		"an id of its own":    {session, body("1", code), bearer, http.StatusUnprocessableEntity, "error.bad_request"},
		"no JSON":             {session, "code=1", bearer, http.StatusUnprocessableEntity, "error.bad_request"},
		"people of a stadium": {session, body(id.New(), code+`,"people":1000000000`), bearer, http.StatusUnprocessableEntity, "error.form"},
		"less than nobody":    {session, body(id.New(), code+`,"people":-1`), bearer, http.StatusUnprocessableEntity, "error.form"},
		"the future":          {session, body(id.New(), code+`,"age_ms":-1`), bearer, http.StatusUnprocessableEntity, "error.form"},
		"a long body":         {session, body(id.New(), `"code":"`+strings.Repeat("A", 40_000)+`"`), bearer, http.StatusUnprocessableEntity, "error.bad_request"},
	} {
		if status, b := ask(t, "POST", c.url+"/check-ins", c.body, c.headers...); status != c.status || b["key"] != c.key {
			t.Errorf("%s: %d %v", name, status, b)
		}
	}
	if err := site.Doors.End(t.Context(), site.Staff("college.editor"), act.Sessions[0].ID, l.ID); err != nil {
		t.Fatal(err)
	}
	if status, b := ask(t, "POST", session+"/check-ins", body(id.New(), code), bearer...); status != http.StatusForbidden || b["key"] != "door.link_ended" {
		t.Errorf("%d %v", status, b)
	}
}
