package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/id"
)

// The rights of activities follow from whose they are: what was never handed in is the unit's alone, and
// its editors and head write it.
func TestActivityPagesAnswerEveryRoleAsItsHostSays(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	asked := 0
	check := func(who staff, method, path string, may bool) {
		t.Helper()
		if may && method != http.MethodGet {
			return // it would change what the next one is asked about; the journeys do it
		}
		asked++
		p := who.visitor.Do(method, path, url.Values{})
		refused := p.Status == http.StatusForbidden || p.Status == http.StatusNotFound
		if refused == may || turnedAway(p) || p.Status >= http.StatusInternalServerError {
			t.Errorf("%s: %s %s is answered with %d, and they may: %v", who.name, method, path, p.Status, may)
		}
	}
	for _, host := range w.staff {
		if !host.actor.Has(actor.RoleEditor) {
			continue
		}
		act, err := w.site.Activities.Begin(t.Context(), host.actor, activity.Beginning{EditionID: w.edition.ID, Content: activity.Content{Title: "权限检查", MethodID: w.edition.Methods[0].ID}})
		if err != nil {
			t.Fatal(err)
		}
		if act, err = w.site.Activities.AddSessions(t.Context(), host.actor, act.ID, act.Version, []activity.SessionDraft{{Starts: w.edition.Start.Start() + 9*3600_000_000, Ends: w.edition.Start.Start() + 11*3600_000_000}}); err != nil {
			t.Fatal(err)
		}
		path, session := "/desk/activities/"+act.ID, "/sessions/"+act.Sessions[0].ID
		for _, who := range w.staff {
			own := who.actor.UnitID == host.actor.UnitID && who.actor.Platform == actor.NoPlatform
			writes := own && who.actor.Has(actor.RoleEditor, actor.RoleHead)
			check(who, http.MethodGet, path, who.actor.UnitID == host.actor.UnitID)
			for _, page := range []string{"/edit", "/method", "/sessions", session, "/discard", "/copy"} {
				check(who, http.MethodGet, path+page, writes)
				check(who, http.MethodPost, path+page, writes)
			}
			for _, page := range []string{"/preview", "/submit", session + "/remove", session + "/cancel", "/withdraw", "/cancel"} {
				check(who, http.MethodGet, path+page, writes)
			}
			check(who, http.MethodPost, path+"/draft", writes)
			check(who, http.MethodPost, path+session+"/seats", writes)
		}
	}
	guests, kinds := "/desk/editions/"+w.edition.ID+"/guests", "/desk/editions/"+w.edition.ID+"/activities/"+w.edition.Methods[0].ID
	for _, who := range w.staff {
		vouches := actor.Can(who.actor, actor.GuestVouch, actor.Target{UnitID: who.actor.UnitID, Place: who.actor.Place})
		leads := actor.Can(who.actor, actor.EditionDraft, actor.Office(w.edition.Territory))
		check(who, http.MethodGet, guests, true)
		check(who, http.MethodGet, guests+"/new", vouches)
		check(who, http.MethodPost, guests+"/new", vouches)
		check(who, http.MethodGet, kinds, leads)
		check(who, http.MethodPost, kinds, leads)
	}
	for _, route := range w.site.Mux.Routes() { // what nobody has is nobody's
		if !strings.HasPrefix(route.Path(), "/desk/activities/{") {
			continue
		}
		for _, who := range w.staff {
			check(who, route.Method(), address(route, id.New()), false)
		}
	}
	if asked < 500 {
		t.Errorf("only %d requests were made", asked)
	}
}
