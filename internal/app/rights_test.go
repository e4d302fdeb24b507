package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/app"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/id"
	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
	"openweek/internal/unit"
)

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// address fills a route's wildcards.
func address(route httpx.Route, value string) string {
	return wildcard.ReplaceAllString(strings.TrimSuffix(route.Path(), "{$}"), value)
}

// turnedAway tells whether somebody was told to sign in.
func turnedAway(p *testkit.Page) bool {
	return strings.HasPrefix(p.Header.Get("Location"), "/desk/sign-in?") || p.Status == http.StatusUnauthorized
}

func TestThePublicComesInOnlyWhereTheTablesSaySo(t *testing.T) {
	t.Parallel()
	site := testkit.Start(t, sqldb.SQLite)
	v := site.Visitor()
	for _, route := range site.Mux.Routes() {
		if route.Method() == "" {
			t.Errorf("%s says no method", route.Pattern)
			continue
		}
		if route.Pattern == "POST /desk/sign-in" { // says 401 about the password
			continue
		}
		p := v.Do(route.Method(), address(route, id.New()), nil)
		if public := route.Who == httpx.Anyone; turnedAway(p) == public {
			t.Errorf("%s is for %s and answers the public with %d %s", route.Pattern, route.Who, p.Status, p.Header.Get("Location"))
		}
	}
}

// staff is a signed-in sample person.
type staff struct {
	name    string
	actor   actor.Actor
	visitor *testkit.Visitor
}

// walk is the demo's data with everybody signed in.
type walk struct {
	site   *testkit.Site
	staff  []staff
	units  []unit.Unit   // those of the sample people, so one's own and others'
	people []unit.Person // the sample people
	// edition is this year's, which is published; noticeID that of the year from which it was copied.
	edition  edition.Edition
	noticeID string
}

func startWalk(t *testing.T) *walk {
	t.Helper()
	return startWalkOn(t, sqldb.SQLite)
}

func startWalkOn(t *testing.T, engine sqldb.Engine) *walk {
	t.Helper()
	c := testkit.Bare(sqldbtest.Empty(t, engine))
	c.NoRateLimit = true
	w := &walk{site: testkit.StartWith(t, c, app.Options{Demo: true})}
	ctx, units := t.Context(), w.site.Units
	current, err := w.site.Editions.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if w.edition, err = w.site.Editions.Get(ctx, actor.TheSystem(), current.ID); err != nil {
		t.Fatal(err)
	}
	source, err := w.site.Editions.Get(ctx, actor.TheSystem(), current.CopiedFrom)
	if err != nil {
		t.Fatal(err)
	}
	w.noticeID = source.NoticeID
	seen := map[string]bool{}
	for _, who := range sample.SignIns() {
		personID, err := units.PersonOfSignIn(ctx, w.site.DB, who.Name)
		if err != nil {
			t.Fatal(err)
		}
		a, err := units.Actor(ctx, w.site.DB, personID)
		if err != nil {
			t.Fatal(err)
		}
		p, err := units.GetPerson(ctx, actor.TheSystem(), personID)
		if err != nil {
			t.Fatal(err)
		}
		w.people = append(w.people, p)
		if !seen[a.UnitID] {
			seen[a.UnitID] = true
			u, err := units.Get(ctx, actor.TheSystem(), a.UnitID)
			if err != nil {
				t.Fatal(err)
			}
			w.units = append(w.units, u)
		}
		v := w.site.Visitor()
		if in := v.Post("/desk/sign-in", url.Values{"name": {who.Name}, "password": {sample.Password}}); in.Status != http.StatusSeeOther {
			t.Fatalf("%s cannot sign in: %d", who.Name, in.Status)
		}
		w.staff = append(w.staff, staff{who.Name, a, v})
	}
	return w
}

// expected is an address with what the policy says about somebody asking for it.
type expected struct {
	path string
	may  bool
}

// addresses gives a route's address for each target, and what the policy answers.
func (w *walk) addresses(route httpx.Route, a actor.Actor) (list []expected) {
	switch {
	case strings.HasPrefix(route.Path(), "/desk/units/{id}"):
		for _, u := range w.units {
			list = append(list, expected{address(route, u.ID), actor.Can(a, route.Right, u.Target())})
		}
	case strings.HasPrefix(route.Path(), "/desk/people/{id}"):
		for _, p := range w.people {
			may := actor.Can(a, route.Right, p.Target())
			if p.ID == a.PersonID {
				switch route.Right {
				case actor.PersonRead, actor.PersonReveal: // everybody sees their own
					may = true
				case actor.RoleGrant: // nobody grants to themselves
					may = false
				}
			}
			list = append(list, expected{address(route, p.ID), may})
		}
	case strings.HasPrefix(route.Path(), "/desk/editions/{id}"), strings.HasPrefix(route.Path(), "/desk/notices/{id}"):
		list = append(list, expected{w.editionAddress(route), w.mayEdition(a, route)})
	case route.Path() == "/desk/notices": // a list that is empty for whoever may read none
	case strings.HasPrefix(route.Path(), "/desk/regions"): // which belong to no unit
		list = append(list, expected{route.Path(), actor.Can(a, route.Right, actor.Target{})})
	default: // a list, or a form for something new: whoever has the right over anything at all
		may := actor.Can(a, route.Right, actor.Target{})
		if route.Right == actor.UnitManage {
			may = may || a.Has(actor.RoleHead) && len(actor.Command(a)) > 0
		}
		if route.Right == actor.EditionDraft {
			may = actor.Can(a, route.Right, actor.Office(a.Place.Region))
		} else {
			for _, u := range w.units {
				may = may || actor.Can(a, route.Right, u.Target())
			}
		}
		list = append(list, expected{route.Path(), may})
	}
	return list
}

// editionAddress fills a route's wildcards with this year's edition and parts of it.
func (w *walk) editionAddress(route httpx.Route) string {
	e := w.edition
	subject := e.ID
	if strings.HasPrefix(route.Path(), "/desk/notices/") {
		subject = w.noticeID
	}
	return strings.NewReplacer("{id}", subject, "{item}", e.Topics[0].ID, "{obligation}", e.Obligations[0].ID,
		"{audience}", e.Obligations[0].Audiences[0].ID, "{group}", e.Groups[0].ID).Replace(route.Path())
}

// mayEdition is what the policy says about this year's edition, which every member of staff may read.
func (w *walk) mayEdition(a actor.Actor, route httpx.Route) bool {
	switch route.Right {
	case actor.LocalThemeSet: // one's own prefecture's
		return actor.Can(a, route.Right, actor.Target{Place: actor.Place{Region: a.Place.Region}})
	case actor.EditionRead:
		if strings.HasPrefix(route.Path(), "/desk/editions/") {
			return true
		}
	}
	return actor.Can(a, route.Right, actor.Office(w.edition.Territory))
}

func TestEveryPageAnswersEveryRoleAsThePolicySays(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	asked := 0
	for _, route := range w.site.Mux.Routes() {
		if route.Right == "" {
			continue
		}
		for _, who := range w.staff {
			for _, e := range w.addresses(route, who.actor) {
				if route.Method() != http.MethodGet && e.may {
					continue // it would change what the next one is asked about; the journeys do it
				}
				asked++
				p := who.visitor.Do(route.Method(), e.path, url.Values{})
				refused := p.Status == http.StatusForbidden || p.Status == http.StatusNotFound
				if refused == e.may || turnedAway(p) || p.Status >= http.StatusInternalServerError {
					t.Errorf("%s: %s may be %v, and %s is answered with %d", who.name, route.Right, e.may, route.Method()+" "+e.path, p.Status)
				}
			}
		}
	}
	if asked < 500 {
		t.Errorf("only %d requests were made", asked)
	}
}

func TestWhoeverMustChangeThePasswordIsSentToDoSo(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	var admin actor.Actor
	for _, who := range w.staff {
		if who.actor.Platform == actor.SystemAdmin {
			admin = who.actor
		}
	}
	who := sample.SignIns()[0].Name
	personID, err := w.site.Units.PersonOfSignIn(t.Context(), w.site.DB, who)
	if err != nil {
		t.Fatal(err)
	}
	initial, err := w.site.Logins.ResetPassword(t.Context(), admin, personID)
	if err != nil {
		t.Fatal(err)
	}
	v := w.site.Visitor()
	if in := v.Post("/desk/sign-in", url.Values{"name": {who}, "password": {initial}}); !strings.HasPrefix(in.Header.Get("Location"), "/desk/password") {
		t.Fatalf("signing in with an initial password leads to %d %s", in.Status, in.Header.Get("Location"))
	}
	for _, route := range w.site.Mux.Routes() {
		if route.Who != httpx.SignedIn {
			continue
		}
		p := v.Do(route.Method(), address(route, id.New()), nil)
		sent := p.Status == http.StatusSeeOther && p.Header.Get("Location") == "/desk/password"
		if route.Answer == httpx.JSON { // a script is told; it has no page to be sent to
			sent = p.Status == http.StatusForbidden
		}
		if !sent {
			t.Errorf("%s answers with %d %s", route.Pattern, p.Status, p.Header.Get("Location"))
		}
	}
}
