package app_test

import (
	"net/http"
	"testing"

	"openweek/internal/app"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

func demo(t *testing.T, c config.Config) {
	t.Helper()
	running, err := app.Start(t.Context(), c, app.Options{Demo: true, Clock: clock.NewManual(testkit.Now)})
	if err != nil {
		t.Fatal(err)
	}
	if err := running.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	answer, err := http.Get(running.URL + "/api/v1/editions/current")
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the demo has no edition: %d", answer.StatusCode)
	}
	if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
	http.DefaultClient.CloseIdleConnections()
	if err := running.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheDemoFillsAnEmptyStoreAndStartsAgainOnIt(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		c := testkit.Bare(sqldbtest.Empty(t, engine))
		demo(t, c)
		demo(t, c)
	})
}

func TestTheDemoServesThisMachineOnly(t *testing.T) {
	t.Parallel()
	c := testkit.Bare(sqldb.Options{Dir: t.TempDir()})
	c.Addr = "0.0.0.0:0"
	refused(t, c, app.Options{Demo: true}, "app.demo_address")
}

func TestTheDemoDoesNotTouchRealData(t *testing.T) {
	t.Parallel()
	site := founded(t, sqldb.Postgres) // where a second process may open the store
	refused(t, site.Config, app.Options{Demo: true}, "app.demo_occupied")
}

func TestADemoThatWasCutOffWhileFillingIsRefused(t *testing.T) {
	t.Parallel()
	c := testkit.Config(t, sqldb.SQLite)
	house, err := app.Open(t.Context(), c.Store, clock.System())
	if err != nil {
		t.Fatal(err)
	}
	if err := house.BeginSample(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := house.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, c, app.Options{Demo: true}, "app.demo_half")
}

func TestAStoreWithSamplePeopleIsNotServedToOthers(t *testing.T) {
	t.Parallel()
	c := testkit.Config(t, sqldb.SQLite)
	demo(t, c)
	c.Addr = "0.0.0.0:0"
	refused(t, c, app.Options{}, "app.demo_store")
}
