package testkit

import (
	"context"
	"testing"

	"openweek/internal/app"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/login"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// quick is what a test spends on a password: tests sign in often.
var quick = login.Options{Cost: login.Cost{MemoryKiB: 64, Passes: 1}}

var demo = sqldbtest.Mould{Fill: fillDemo}

func fillDemo(o sqldb.Options) (err error) {
	ctx, c := context.Background(), Bare(o)
	if _, err := seal.Create(c.Keys()); err != nil {
		return err
	}
	running, err := app.Start(ctx, c, app.Options{Demo: true, Clock: clock.NewManual(Now), Login: quick})
	if err != nil {
		return err
	}
	return running.Stop(ctx)
}

// Demo starts the demo with a copy of a store that is filled once in a test process. set, which may
// be nil, changes the settings. A package that uses it calls EndDemo when its tests have run.
func Demo(t testing.TB, engine sqldb.Engine, set func(*config.Config)) *Site {
	t.Helper()
	c := Bare(demo.Copy(t, engine))
	if set != nil {
		set(&c)
	}
	return StartWith(t, c, app.Options{Demo: true})
}

// EndDemo removes the stores that Demo copies.
func EndDemo() error { return demo.Break() }
