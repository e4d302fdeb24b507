// Package e2e walks the product's journeys in a real browser, as each kind of user, on a phone and
// on an office PC, in both languages. OPENWEEK_SHOTS names a folder in which pictures are kept.
package e2e

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"testing"

	"openweek/internal/app"
	"openweek/internal/config"
	"openweek/internal/login"
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
	if err := testkit.EndDemo(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// sampleSite is the demo on a store of its own.
func sampleSite(t *testing.T, engine sqldb.Engine) *testkit.Site {
	t.Helper()
	return testkit.Demo(t, engine, func(c *config.Config) { c.NoRateLimit = true }) // one address signs in as everybody
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

// screen is how a reader looks at the product.
type screen struct {
	width int64
	lang  string
}

// screenOf gives each engine a screen and a language of its own: a journey that runs on both engines
// walks both without being walked four times.
func screenOf(engine sqldb.Engine) screen {
	if engine == sqldb.SQLite {
		return screen{phone, "zh-Hans"}
	}
	return screen{office, "en"}
}

// both runs a journey on the sample, on both engines, on the screen of each.
func both(t *testing.T, journey func(t *testing.T, site *testkit.Site, s screen)) {
	t.Helper()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) { journey(t, sampleSite(t, engine), screenOf(engine)) })
}

// signIn signs in as one of the sample's people, on the page for it.
func (tab *Tab) signIn(name string) {
	tab.t.Helper()
	tab.Go("/desk/sign-in")
	tab.enter(name, sample.Password)
}

// openAs opens a tab of one of the sample's people who has signed in before.
func openAs(t *testing.T, site *testkit.Site, s screen, name string) *Tab {
	t.Helper()
	tab := openTab(t, site.URL, s.width, s.lang)
	tab.as(site, name)
	return tab
}

// as makes the tab that of one of the sample's people without walking through the page for it.
func (tab *Tab) as(site *testkit.Site, name string) {
	tab.t.Helper()
	token, _, err := site.Logins.SignIn(tab.t.Context(), login.Credentials{Name: name, Password: sample.Password, Addr: netip.MustParseAddr("127.0.0.1")})
	if err != nil {
		tab.t.Fatal(err)
	}
	tab.cookie("ow_login", token)
}

// say chooses the words of the tab's language.
func (tab *Tab) say(chinese, english string) string {
	if tab.lang == "en" {
		return english
	}
	return chinese
}

// deskPage is a page and who looks at it; "" is somebody who has not signed in.
type deskPage struct{ name, who, path string }

// hold opens every page in both languages and looks at it on both screens: nothing scrolls sideways and
// nothing is untranslated. axe reads each page once on either screen, half of them in English there and
// the others here.
func hold(t *testing.T, site *testkit.Site, prefix string, pages []deskPage) {
	t.Helper()
	for l, lang := range []string{"zh-Hans", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			tabs := map[string]*Tab{}
			for i, p := range pages {
				tab := tabs[p.who]
				if tab == nil {
					tab = openTab(t, site.URL, phone, lang)
					if p.who != "" {
						tab.as(site, p.who)
					}
					tabs[p.who] = tab
				}
				widths := []int64{phone, office}
				if i%2 == 1 { // half of the pages come on the wide screen
					slices.Reverse(widths)
				}
				tab.size(widths[0])
				tab.Go(p.path)
				for w, width := range widths {
					if w > 0 {
						tab.size(width)
					}
					tab.Shot(fmt.Sprintf("%s-%s-%d", prefix, p.name, width))
					if (width == phone) == ((i/2+l)%2 == 0) {
						tab.check()
					} else {
						tab.Steady()
					}
				}
			}
		})
	}
}
