package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/app"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/edition"
	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
	"openweek/internal/unit"
)

// pagesOf starts the demo on a store and reads what the public and the province's head see of it,
// without what is anew with every request.
func pagesOf(t *testing.T, c config.Config) map[string]string {
	t.Helper()
	running, err := app.Start(t.Context(), c, app.Options{Demo: true, Clock: clock.NewManual(testkit.Now)})
	if err != nil {
		t.Fatal(err)
	}
	current, err := running.Editions.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := running.Editions.Get(t.Context(), actor.TheSystem(), current.ID)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := running.Units.Counts(t.Context(), actor.TheSystem(), unit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := running.Editions.Find(t.Context(), actor.TheSystem(), edition.Filter{}); err != nil || len(list) != 2 || counts.Total < 500 {
		t.Fatalf("%d editions, %d units, %v", len(list), counts.Total, err)
	}
	pages := map[string]string{}
	read := func(v *testkit.Visitor, paths ...string) {
		for _, path := range paths {
			p := v.Get(path)
			if p.Status != http.StatusOK {
				t.Errorf("%s answers %d", path, p.Status)
			}
			pages[path] = strings.ReplaceAll(p.Body, p.Header.Get("X-Request-Id"), "")
		}
	}
	site := testkit.On(t, running, c)
	defer func() { // a site's address stands in links for other programs
		for path, body := range pages {
			pages[path] = strings.ReplaceAll(body, site.URL, "")
		}
	}()
	read(site.Visitor(), "/", "/?lang=en", "/notice", "/editions", "/editions/"+e.ID+"/regions/430100", "/api/v1/editions/current")
	staff := site.Visitor()
	if in := staff.Post("/desk/sign-in", url.Values{"name": {"sheng.head"}, "password": {sample.Password}}); in.Status != http.StatusSeeOther {
		t.Fatalf("signing in answers %d", in.Status)
	}
	read(staff, "/desk/editions/"+e.ID+"/obligations", "/desk/units", "/desk/people", "/desk/notices")
	if err := running.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return pages
}

func TestTheSampleShowsTheSamePagesAfterMovingToPostgreSQL(t *testing.T) {
	t.Parallel()
	c := testkit.Bare(sqldbtest.Empty(t, sqldb.SQLite))
	before := pagesOf(t, c)
	target := sqldbtest.Empty(t, sqldb.Postgres)
	if err := app.Copy(t.Context(), c.Store, target.URL, nil); err != nil {
		t.Fatal(err)
	}
	c.Database = target.URL
	if err := app.Verify(t.Context(), c.Store); err != nil {
		t.Error(err)
	}
	after := pagesOf(t, c)
	for path, want := range before {
		if after[path] != want {
			t.Errorf("%s differs after moving", path)
		}
	}
}
