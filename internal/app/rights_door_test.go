package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/door"
	"openweek/internal/id"
)

// Doors are the host's to open; who sees the session's result sees the counts. The door itself is for
// whoever has its link, signed in or not.
func TestDoorPagesAnswerEveryRole(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	check := func(who staff, method, path string, may bool) {
		t.Helper()
		if may && method != http.MethodGet {
			return
		}
		p := who.visitor.Do(method, path, url.Values{"label": {"东门"}})
		refused := p.Status == http.StatusForbidden || p.Status == http.StatusNotFound
		if refused == may || turnedAway(p) || p.Status >= http.StatusInternalServerError {
			t.Errorf("%s: %s %s is answered with %d, and they may: %v", who.name, method, path, p.Status, may)
		}
	}
	soon := w.site.Clock.Now().Add(2 * time.Minute)
	act := w.site.Publish(nil, activity.SessionDraft{Starts: soon, Ends: soon.Add(time.Hour), Bookable: true, Capacity: 5})
	w.site.Clock.Advance(5 * time.Minute)
	sessionID := act.Sessions[0].ID
	l, err := w.site.Doors.Open(t.Context(), w.site.Staff("college.editor"), door.Opening{SessionID: sessionID, Label: "东门"})
	if err != nil {
		t.Fatal(err)
	}
	doors := "/desk/doors/" + sessionID
	for _, who := range w.staff {
		own := who.actor.UnitID == act.Unit.ID && who.actor.Platform == actor.NoPlatform
		sees := own || actor.Sight(who.actor).Covers(act.Unit.ID, act.Unit.Place)
		writes := own && who.actor.Has(actor.RoleEditor, actor.RoleHead)
		check(who, http.MethodGet, doors, sees)
		check(who, http.MethodPost, doors, writes)
		check(who, http.MethodGet, doors+"/links/"+l.ID, writes)
		check(who, http.MethodGet, doors+"/links/"+id.New(), false)
		check(who, http.MethodGet, doors+"/links/"+l.ID+"/end", writes)
		check(who, http.MethodPost, doors+"/links/"+l.ID+"/end", writes)
		check(who, http.MethodGet, doors+"/paper", writes)
		check(who, http.MethodPost, doors+"/paper", writes)
		check(who, http.MethodGet, "/desk/doors/"+id.New(), false)
		if p := who.visitor.Get(doors); sees && !own && strings.Contains(p.Body, "/links/") {
			t.Errorf("%s is shown the links of another unit", who.name)
		}
		check(who, http.MethodGet, "/door/"+l.Token, true)
	}
	public := w.site.Visitor()
	for path, status := range map[string]int{
		"/door/" + l.Token: 200, "/door/" + l.Token + "/list.json": 200, "/door/" + l.Token + "/manifest.webmanifest": 200, "/door/worker.js": 200, "/door/icon-192.png": 200,
		"/door/" + l.Token + "/guests.json?q=1": 422, "/door/x": 403, "/door/x/list.json": 403, "/door/" + w.site.Doors.Token(id.New()): 403,
	} {
		if p := public.Get(path); p.Status != status {
			t.Errorf("%s is answered with %d", path, p.Status)
		} else if p.Header.Get("Referrer-Policy") != "no-referrer" && strings.Contains(path, l.Token) {
			t.Errorf("%s tells other sites its address", path)
		}
	}
}
