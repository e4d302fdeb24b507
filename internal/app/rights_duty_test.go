package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/id"
)

// The rights of duties follow from whose they are, not from a right of the policy.
func TestDutyPagesAnswerEveryRoleAsTheLedgerSays(t *testing.T) {
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
	for _, u := range w.units {
		page, err := w.site.Duties.Find(t.Context(), actor.TheSystem(), duty.Filter{EditionID: w.edition.ID, UnitID: u.ID})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 0 {
			continue
		}
		path := "/desk/duties/" + page.Items[0].ID
		for _, who := range w.staff {
			own := who.actor.UnitID == u.ID
			fills := own && who.actor.Has(actor.RoleEditor, actor.RoleHead)
			check(who, http.MethodGet, path, own || actor.Sight(who.actor).Covers(u.ID, u.Place))
			for _, page := range []string{"/filing", "/ask", "/filing/withdraw"} {
				check(who, http.MethodGet, path+page, fills)
				check(who, http.MethodPost, path+page, fills)
			}
			check(who, http.MethodPost, path+"/filing/draft", fills)
		}
	}
	// What nobody has is nobody's: each family says that there is none.
	for _, route := range w.site.Mux.Routes() {
		for _, family := range []string{"/desk/duties/{", "/desk/dispatches/{", "/desk/reviews/{", "/desk/inbox/{", "/files/{"} {
			if !strings.HasPrefix(route.Path(), family) {
				continue
			}
			for _, who := range w.staff {
				check(who, route.Method(), address(route, id.New()), false)
			}
		}
	}
	if asked < 300 {
		t.Errorf("only %d requests were made", asked)
	}
}
