package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/id"
	"openweek/internal/measure"
)

// Measures are read by staff and ordered by the heads of the education departments that lead the week, each
// for their own region.
func TestMeasurePagesAnswerEveryRole(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	head := w.site.Staff("sheng.head")
	day := w.edition.End.AddDays(30)
	m, err := w.site.Measures.SwitchOn(t.Context(), head, measure.Draft{EditionID: w.edition.ID, Region: "430000", Cause: measure.Epidemic, CapPercent: 50, Reason: "疫情防控", First: day, Last: day})
	if err != nil {
		t.Fatal(err)
	}
	w.site.Clock.Advance(time.Minute)
	one := "/desk/measures/" + m.ID
	for _, who := range w.staff {
		check := func(method, path string, may bool) {
			t.Helper()
			if may && method != http.MethodGet {
				return // it would change what the next one is asked about; the pages' own tests do it
			}
			p := who.visitor.Do(method, path, url.Values{"version": {"1"}})
			refused := p.Status == http.StatusForbidden || p.Status == http.StatusNotFound
			if refused == may || turnedAway(p) || p.Status >= http.StatusInternalServerError {
				t.Errorf("%s: %s %s is answered with %d, and they may: %v", who.name, method, path, p.Status, may)
			}
		}
		reads := who.actor.Platform != actor.Auditor
		leads := who.actor.Platform == actor.NoPlatform && who.actor.Has(actor.RoleHead) && who.actor.Place.Kind == actor.KindDepartment && who.actor.Place.Line == actor.LineEducation
		ends := leads && who.actor.Place.Region == "430000"
		check(http.MethodGet, "/desk/measures", reads)
		check(http.MethodGet, one, reads)
		check(http.MethodGet, "/desk/measures/new", leads)
		check(http.MethodPost, "/desk/measures/new", leads)
		check(http.MethodGet, one+"/end", ends)
		check(http.MethodPost, one+"/end", ends)
		check(http.MethodGet, "/desk/measures/"+id.New(), false)
	}
}
