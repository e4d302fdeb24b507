package testkit

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"openweek/internal/app"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/login"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// Now is the moment at which the clock of a Site stands: 2026-07-20, 10:00 in Shanghai.
var Now = time.Date(2026, 7, 20, 10, 0, 0, 0, clock.Shanghai)

// Site is the running product.
type Site struct {
	*app.App
	Clock *clock.Manual
	// Config can be started again, as a second replica or after Stop.
	Config config.Config
	t      testing.TB
}

// Config gives the settings of a server on a migrated store of its own, on a free loopback port.
func Config(t testing.TB, engine sqldb.Engine) config.Config {
	t.Helper()
	o := sqldbtest.New(t, engine)
	c := Bare(o)
	if _, err := seal.Create(c.Keys()); err != nil {
		t.Fatal(err)
	}
	return c
}

// Bare gives the settings of a server on any store, such as one without tables and keys.
func Bare(o sqldb.Options) config.Config {
	var c config.Config
	c.Data, c.Database = o.Dir, o.URL
	c.KeyFile = filepath.Join(o.Dir, "keys")
	c.Addr = "127.0.0.1:0"
	c.AuditRetention = 365
	c.StopTimeout = 20
	return c
}

// Start starts the product on a store of its own.
func Start(t testing.TB, engine sqldb.Engine) *Site {
	t.Helper()
	return StartWith(t, Config(t, engine), app.Options{})
}

// On makes a Site of a product that the test starts and stops by itself.
func On(t testing.TB, running *app.App, c config.Config) *Site {
	return &Site{App: running, Config: c, t: t}
}

// StartWith starts the product as it is told. Without a clock in o it stands still at Now. At the
// end of the test the store is verified and the product stopped.
func StartWith(t testing.TB, c config.Config, o app.Options) *Site {
	t.Helper()
	s := &Site{Config: c, t: t}
	if o.Clock == nil {
		s.Clock = clock.NewManual(Now)
		o.Clock = s.Clock
	}
	if o.Login.Cost == (login.Cost{}) {
		o.Login.Cost = quick.Cost
	}
	running, err := app.Start(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	s.App = running
	t.Cleanup(func() {
		ctx := context.Background()
		if !t.Failed() { // else what is wrong is said already
			if err := s.Verify(ctx); err != nil {
				t.Errorf("the store is inconsistent: %v", err)
			}
		}
		if err := s.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}
