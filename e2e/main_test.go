// Package e2e walks the product's journeys in a real browser, as each kind of user, on a phone and
// on an office PC, in both languages. OPENWEEK_SHOTS names a folder in which pictures are kept.
package e2e

import (
	"os"
	"testing"

	"openweek/internal/app"
	"openweek/internal/config"
	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if browser.stop != nil {
		browser.stop()
	}
	os.Exit(code)
}

// sampleSite is the demo on a store of its own.
func sampleSite(t *testing.T, engine sqldb.Engine) *testkit.Site {
	t.Helper()
	c := testkit.Config(t, engine)
	c.NoRateLimit = true // one address signs in as everybody
	return testkit.StartWith(t, c, app.Options{Demo: true})
}

// emptySite is the product without people, as an office starts it.
func emptySite(t *testing.T, engine sqldb.Engine, set func(*config.Config), o app.Options) *testkit.Site {
	t.Helper()
	c := testkit.Config(t, engine)
	if set != nil {
		set(&c)
	}
	return testkit.StartWith(t, c, o)
}

// both runs a journey on the sample, on both engines.
func both(t *testing.T, journey func(t *testing.T, site *testkit.Site)) {
	t.Helper()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) { journey(t, sampleSite(t, engine)) })
}

// signIn signs in as one of the sample's people.
func (tab *Tab) signIn(name string) {
	tab.t.Helper()
	tab.Go("/desk/sign-in")
	tab.Fill(tab.say("登录名", "Sign-in name"), name)
	tab.Fill(tab.say("密码", "Password"), sample.Password)
	tab.Follow(tab.say("登录", "Sign in"))
}

// say chooses the words of the tab's language.
func (tab *Tab) say(chinese, english string) string {
	if tab.lang == "en" {
		return english
	}
	return chinese
}
