package ticket_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/config"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := testkit.EndDemo(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// in runs a test on both engines with a demo of its own that lets programs book.
func in(t *testing.T, fn func(t *testing.T, site *testkit.Site)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		fn(t, testkit.Demo(t, engine, func(c *config.Config) { c.NoRateLimit = true }))
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// sees requires that a page says all of some texts.
func sees(t *testing.T, what string, p *testkit.Page, texts ...string) {
	t.Helper()
	said := strings.Join(strings.Fields(strings.Join(p.Texts("main"), " ")), " ")
	for _, one := range texts {
		if !strings.Contains(strings.ReplaceAll(said, " ", ""), strings.ReplaceAll(one, " ", "")) {
			t.Errorf("%s does not say %q: %d %s", what, one, p.Status, said)
		}
	}
}

// fair is an activity of the demo's college with sessions of so many seats on the last day of the week.
func fair(site *testkit.Site, seats ...int64) (sessionIDs []string) {
	var runs []activity.SessionDraft
	for i, n := range seats {
		runs = append(runs, testkit.Run(site.Edition().End, 8+2*i, n))
	}
	for _, s := range site.Publish(nil, runs...).Sessions {
		sessionIDs = append(sessionIDs, s.ID)
	}
	return sessionIDs
}

// filled is a form that is right.
func filled(n int, kv ...string) url.Values {
	form := url.Values{
		"party_size": {"2"}, "contact.name": {"李示例"}, "contact.phone": {fmt.Sprintf("138%04d0000", n)}, "consent": {"1"}, "key": {fmt.Sprint("key-", n)},
	}
	for i := 0; i+1 < len(kv); i += 2 {
		form.Set(kv[i], kv[i+1])
	}
	return form
}

func bookPath(sessionID string) string { return "/sessions/" + sessionID + "/book" }

// book books as the nth resident and gives the address of the ticket.
func book(t *testing.T, v *testkit.Visitor, sessionID string, n int, kv ...string) string {
	t.Helper()
	p := v.Post(bookPath(sessionID), filled(n, kv...))
	at := p.Header.Get("Location")
	if p.Status != http.StatusSeeOther || !strings.HasPrefix(at, "/bookings/m/") {
		t.Fatalf("booking is answered with %d %s: %v", p.Status, at, p.Texts("main"))
	}
	return at
}

// ticket reads the booking of a ticket's address.
func ticket(t *testing.T, site *testkit.Site, at string) booking.Ticket {
	t.Helper()
	one, err := site.Bookings.Ticket(t.Context(), strings.TrimPrefix(at, "/bookings/m/"))
	must(t, err)
	return one
}

// left gives the seats that are left of a session.
func left(t *testing.T, site *testkit.Site, sessionID string) int64 {
	t.Helper()
	_, a, err := site.Bookings.GetSession(t.Context(), sessionID)
	must(t, err)
	return a.Left
}

// links tells whether a page leads to an address.
func links(p *testkit.Page, to string) bool { return slices.Contains(p.Links(), to) }
