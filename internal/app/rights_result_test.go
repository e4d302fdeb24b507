package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/id"
)

// Results are the host's to report and its offices' to see; the grid is the departments', and the
// province's education department asks.
func TestResultAndGridPagesAnswerEveryRole(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	check := func(who staff, method, path string, may bool) {
		t.Helper()
		if may && method != http.MethodGet {
			return
		}
		p := who.visitor.Do(method, path, url.Values{})
		refused := p.Status == http.StatusForbidden || p.Status == http.StatusNotFound
		if refused == may || turnedAway(p) || p.Status >= http.StatusInternalServerError {
			t.Errorf("%s: %s %s is answered with %d, and they may: %v", who.name, method, path, p.Status, may)
		}
	}
	soon := w.site.Clock.Now().Add(2 * time.Minute)
	act := w.site.Publish(nil, activity.SessionDraft{Starts: soon, Ends: soon.Add(time.Hour)})
	w.site.Clock.Advance(5 * time.Minute) // it has begun, and nobody's login has ended
	result, grid := "/desk/results/"+act.Sessions[0].ID, "/desk/editions/"+w.edition.ID+"/grid"
	for _, who := range w.staff {
		own := who.actor.UnitID == act.Unit.ID && who.actor.Platform == actor.NoPlatform
		sees := own || actor.Sight(who.actor).Covers(act.Unit.ID, act.Unit.Place)
		wide := who.actor.Platform != actor.Auditor && (who.actor.Platform != actor.NoPlatform || who.actor.Place.Kind == actor.KindDepartment)
		check(who, http.MethodGet, "/desk/results", true)
		check(who, http.MethodGet, result, sees)
		check(who, http.MethodGet, result+"/report", own && who.actor.Has(actor.RoleEditor, actor.RoleHead))
		check(who, http.MethodPost, result+"/report", own && who.actor.Has(actor.RoleEditor, actor.RoleHead))
		check(who, http.MethodGet, "/desk/results/"+id.New(), false)
		check(who, http.MethodGet, grid, wide)
		check(who, http.MethodGet, grid+"/export", wide)
		ask := grid + "/ask?region=430200&method=" + w.edition.Methods[0].ID
		check(who, http.MethodGet, ask, activity.MayAsk(who.actor))
		check(who, http.MethodPost, ask, activity.MayAsk(who.actor))
	}
}
