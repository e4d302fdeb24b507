package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/id"
	"openweek/internal/testkit"
	"openweek/internal/unit"
	"openweek/internal/visit"
)

var invitationLink = regexp.MustCompile(`/visits/i/[A-Za-z0-9_-]+`)

// classes is a walk with an activity of the demo's college that takes classes.
type classes struct {
	*walk
	t       *testing.T
	act     activity.Activity
	schools map[string]unit.Unit
}

func startClasses(t *testing.T) *classes {
	t.Helper()
	c := &classes{walk: startWalk(t), t: t, schools: map[string]unit.Unit{}}
	day := c.site.Clock.Now().Day().AddDays(3)
	var runs []activity.SessionDraft
	for hour := range 4 {
		run := testkit.Run(day, 8+2*hour, 100)
		run.GroupMin, run.GroupMax, run.Closes = 10, 60, run.Starts.Add(-24*time.Hour)
		runs = append(runs, run)
	}
	c.act = c.site.Publish(nil, runs...)
	list, err := c.site.Units.FindScope(t.Context(), c.site.DB, actor.Scope{Kinds: []actor.Kind{actor.KindSchool}})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range list {
		c.schools[u.Place.Region] = u
	}
	return c
}

// form is the nth class of a school as a browser sends it.
func (c *classes) form(school string, n int) url.Values {
	return url.Values{
		"school": {school}, "grade": {"初二（3）班"}, "pupils": {"28"}, "adults": {"2"}, "transport": {"bus"}, "language": {"mandarin"}, "needs": {"一名学生使用轮椅"},
		"contact.name": {"李示例"}, "contact.phone": {fmt.Sprintf("139%04d0000", n)}, "consent": {"1"},
	}
}

// book books a class and gives the path of the visit's page and its id.
func (c *classes) book(session int, f url.Values) (path, visitID string) {
	c.t.Helper()
	p := c.site.Visitor().Post("/sessions/"+c.act.Sessions[session].ID+"/visit", f)
	path = p.Header.Get("Location")
	if p.Status != http.StatusSeeOther || !strings.HasPrefix(path, "/visits/m/") {
		c.t.Fatalf("the class is not booked: %d %s", p.Status, strings.Join(p.Texts("li"), " "))
	}
	visitID, err := c.site.Bookings.BookingOf(strings.TrimPrefix(path, "/visits/m/"))
	if err != nil {
		c.t.Fatal(err)
	}
	return path, visitID
}

// Visits are the host's to decide about and the education departments' to see; invitations are of the
// bureau that sends them.
func TestVisitPagesAnswerEveryRole(t *testing.T) {
	t.Parallel()
	c := startClasses(t)
	school := c.schools["430102"]
	_, visitID := c.book(0, c.form(school.Name, 1))
	bureau := c.site.Staff("changsha.editor")
	allotmentID, err := c.site.Visits.Allot(t.Context(), bureau, visit.Allotting{SchoolID: school.ID, SessionID: c.act.Sessions[1].ID, People: 20})
	if err != nil {
		t.Fatal(err)
	}
	check := func(who staff, method, path string, may bool) {
		t.Helper()
		if may && method != http.MethodGet {
			return
		}
		p := who.visitor.Do(method, path, url.Values{})
		refused := p.Status == http.StatusForbidden || p.Status == http.StatusNotFound
		if refused == may || turnedAway(p) || p.Status >= http.StatusInternalServerError {
			t.Errorf("%s: %s %s is answered with %d, and they may: %v", who.name, method, path, p.Status, may)
		}
	}
	one, invitation := "/desk/visits/"+visitID, "/desk/allotments/"+allotmentID
	for _, who := range c.staff {
		a := who.actor
		own := a.UnitID == c.act.Unit.ID && a.Platform == actor.NoPlatform
		decides := own && a.Has(actor.RoleEditor, actor.RoleHead)
		bureaus := visit.Oversees(a) && actor.RegionWithin(school.Place.Region, a.Place.Region)
		check(who, http.MethodGet, "/desk/visits", visit.Hosts(a))
		check(who, http.MethodGet, "/desk/visits/calendar", visit.Hosts(a))
		check(who, http.MethodGet, "/desk/visits/schools", visit.Oversees(a))
		check(who, http.MethodGet, "/desk/visits/allot", visit.Organises(a))
		check(who, http.MethodPost, "/desk/visits/allot", visit.Organises(a))
		check(who, http.MethodGet, "/desk/visits/own", visit.Belongs(a))
		check(who, http.MethodGet, one, own)
		check(who, http.MethodGet, "/desk/visits/"+id.New(), false)
		for _, page := range []string{"/confirm", "/decline", "/reveal"} {
			check(who, http.MethodGet, one+page, decides)
			check(who, http.MethodPost, one+page, decides)
		}
		check(who, http.MethodGet, one+"/roster", false) // there is none
		check(who, http.MethodPost, one+"/roster", false)
		check(who, http.MethodGet, invitation, bureaus)
		check(who, http.MethodGet, invitation+"/withdraw", bureaus && a.UnitID == bureau.UnitID && visit.Organises(a))
		check(who, http.MethodPost, invitation+"/withdraw", bureaus && a.UnitID == bureau.UnitID && visit.Organises(a))
		for _, page := range []string{"/accept", "/decline"} {
			check(who, http.MethodGet, invitation+page, false)
			check(who, http.MethodPost, invitation+page, false)
		}
	}
	// Nobody but the host's people reads the contact, and in clear nobody without asking.
	for _, who := range c.staff {
		for _, path := range []string{"/desk/visits?all=1", one, "/desk/visits/calendar", "/desk/visits/schools", "/desk/visits/own", invitation} {
			body := who.visitor.Get(path).Body
			if strings.Contains(body, "13900010000") || strings.Contains(body, "李示例") {
				t.Errorf("%s reads the contact at %s", who.name, path)
			}
			if strings.Contains(body, "轮椅") && (who.actor.UnitID != c.act.Unit.ID || path != one) {
				t.Errorf("%s reads the needs at %s", who.name, path)
			}
		}
	}
}

// What a form of a class may hold, and what becomes of it.
func TestAClassFormSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := startClasses(t)
	path := "/sessions/" + c.act.Sessions[0].ID + "/visit"
	with := func(kv ...string) url.Values {
		f := c.form(c.schools["430102"].Name, 1)
		for i := 0; i < len(kv); i += 2 {
			f.Set(kv[i], kv[i+1])
		}
		return f
	}
	for name, one := range map[string]struct {
		form   url.Values
		status int
		field  string // that the summary leads to
	}{
		"nothing":                     {url.Values{}, 422, "#f-school"},
		"a name that several have":    {with("school", "明德中学"), 422, "#f-school_id"},
		"an unknown school":           {with("school", "示例民办小学"), 422, "#f-region"},
		"no number":                   {with("pupils", "many"), 422, "#f-pupils"},
		"minus one":                   {with("pupils", "-1"), 422, "#f-pupils"},
		"a milliard":                  {with("pupils", "1000000000"), 422, "#f-pupils"},
		"too many for the session":    {with("pupils", "59"), 409, "#f-pupils"},
		"no adult":                    {with("adults", "0"), 422, "#f-adults"},
		"a plane":                     {with("transport", "plane"), 422, "#f-transport"},
		"no consent":                  {with("consent", ""), 422, "#f-consent"},
		"a telephone that is none":    {with("contact.phone", "12345"), 422, "#f-contact.phone"},
		"a forged school":             {with("school_id", id.New(), "school_seen", c.schools["430102"].Name), 422, "#f-school"},
		"a unit that is no school":    {with("school_id", c.act.Unit.ID, "school_seen", c.schools["430102"].Name), 422, "#f-school"},
		"a region that is none":       {with("school", "示例民办小学", "region", "1"), 422, "#f-region"},
		"a name of a thousand letter": {with("school", strings.Repeat("长", 1000)), 422, "#f-school"},
	} {
		p := c.site.Visitor().Post(path, one.form)
		if p.Status != one.status || !slices.Contains(p.Links(), one.field) {
			t.Errorf("%s: %d %v", name, p.Status, p.Texts("li"))
		}
	}
	for _, session := range []string{id.New(), "x"} {
		if p := c.site.Visitor().Post("/sessions/"+session+"/visit", with()); p.Status != http.StatusNotFound {
			t.Errorf("a class books %s: %d", session, p.Status)
		}
	}
	if p := c.site.Visitor().Get("/visits/m/forged"); p.Status != http.StatusForbidden {
		t.Errorf("a forged token reads: %d", p.Status)
	}
	if p := c.site.Visitor().Get("/visits/i/forged"); p.Status != http.StatusForbidden {
		t.Errorf("a forged invitation reads: %d", p.Status)
	}
	for _, q := range []string{"", "%00", "%ff", "明德", strings.Repeat("x", 5000)} {
		if p := c.site.Visitor().Get("/visits/schools?school=" + url.QueryEscape(q)); p.Status >= http.StatusInternalServerError {
			t.Errorf("a search for %.10q: %d", q, p.Status)
		}
	}
	c.book(0, with("school", "示例民办小学", "region", "430100"))
	c.book(1, with("school", "明德中学", "school_seen", "明德中学", "school_id", c.schools["430102"].ID, "contact.phone", "13900020000"))
}

func TestATeacherFollowsAVisitByItsLinkAlone(t *testing.T) {
	t.Parallel()
	c := startClasses(t)
	path, visitID := c.book(0, c.form(c.schools["430102"].Name, 1))
	v, token := c.site.Visitor(), strings.TrimPrefix(path, "/visits/m/")
	page := v.Get(path)
	if said := strings.Join(page.Texts("article"), ""); page.Status != http.StatusOK || !strings.Contains(said, "等待举办单位确认") {
		t.Errorf("%d %s", page.Status, said)
	}
	if page.Header.Get("Cache-Control") != "no-store" || !strings.Contains(page.Body, "noindex") || strings.Contains(page.Body, "13900010000") {
		t.Error("the page is kept, found or tells the telephone")
	}
	if p := v.Post(path+"/change", url.Values{"pupils": {"25"}, "adults": {"3"}}); p.Status != http.StatusSeeOther {
		t.Fatalf("the numbers are not changed: %d", p.Status)
	}
	names := url.Values{"names": {"甲示例\n乙示例"}, "declared": {"李示例"}, "declare": {"1"}, "shown": {"1"}}
	if p := v.Post(path+"/roster", names); p.Status != http.StatusSeeOther {
		t.Fatalf("the roster is not kept: %d %v", p.Status, p.Texts("li"))
	}
	if body := v.Get(path + "/roster").Body; strings.Contains(body, "甲示例") || !strings.Contains(body, "甲*") {
		t.Error("the roster is not masked")
	}
	ctx, host := t.Context(), c.site.Staff("college.editor")
	if err := c.site.Visits.Confirm(ctx, host, visitID); err != nil {
		t.Fatal(err)
	}
	for _, who := range c.staff { // not even on the day without asking
		for _, at := range []string{"/desk/visits?all=1", "/desk/visits/" + visitID, "/desk/visits/calendar", "/desk/visits/schools"} {
			if strings.Contains(who.visitor.Get(at).Body, "甲示例") {
				t.Errorf("%s reads a pupil's name at %s", who.name, at)
			}
		}
	}
	if list, err := c.site.Visits.ReadRoster(ctx, host, visitID); err == nil {
		t.Errorf("the names are read before the day: %v", list)
	}
	if p := v.Post(path+"/roster/erase", nil); p.Status != http.StatusSeeOther {
		t.Errorf("the roster is not erased: %d", p.Status)
	}
	if got, err := c.site.Visits.ByToken(ctx, token); err != nil || got.Roster.Names != 0 || got.Pupils != 25 {
		t.Errorf("%+v, %v", got, err)
	}
	if p := v.Post(path+"/cancel", nil); p.Status != http.StatusSeeOther {
		t.Errorf("the visit is not cancelled: %d", p.Status)
	}
	if s, _, err := c.site.Bookings.GetSession(ctx, c.act.Sessions[0].ID); err != nil || s.Seat.Taken+s.Seat.Held != 0 {
		t.Errorf("%+v, %v", s.Seat, err)
	}
	if p := v.Get(path + "/change"); p.Status != http.StatusSeeOther {
		t.Errorf("a cancelled visit is changed: %d", p.Status)
	}
}

// The whole way of an invitation over HTTP.
func TestABureauInvitesASchoolThatAnswersByItsLink(t *testing.T) {
	t.Parallel()
	c := startClasses(t)
	school := c.schools["430102"]
	var bureau *testkit.Visitor
	for _, who := range c.staff {
		if who.name == "changsha.editor" {
			bureau = who.visitor
		}
	}
	form := url.Values{"school": {school.ID}, "session": {c.act.Sessions[2].ID}, "people": {"40"}, "deadline": {string(c.site.Clock.Now().Day().AddDays(1))}}
	for name, wrong := range map[string]url.Values{
		"no session": {"school": {school.ID}, "people": {"40"}}, "no people": {"school": {school.ID}, "session": form["session"]},
		"a foreign school": {"school": {c.schools["430202"].ID}, "session": form["session"], "people": {"40"}}, "no day": {"school": {school.ID}, "session": form["session"], "people": {"40"}, "deadline": {"x"}},
	} {
		if p := bureau.Post("/desk/visits/allot", wrong); p.Status != http.StatusUnprocessableEntity && p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", name, p.Status)
		}
	}
	p := bureau.Post("/desk/visits/allot", form)
	at := p.Header.Get("Location")
	if p.Status != http.StatusSeeOther || !strings.HasPrefix(at, "/desk/allotments/") {
		t.Fatalf("the school is not invited: %d %v", p.Status, p.Texts("li"))
	}
	path := invitationLink.FindString(bureau.Get(at).Body)
	teacher := c.site.Visitor()
	if said := strings.Join(teacher.Get(path).Texts("article"), ""); !strings.Contains(said, "等待学校答复") {
		t.Errorf("the invitation says %s", said)
	}
	if p := teacher.Post(path, nil); p.Header.Get("Location") != path+"/class" {
		t.Fatalf("accepting leads to %d %s", p.Status, p.Header.Get("Location"))
	}
	p = teacher.Post(path+"/class", c.form("", 7))
	manage := p.Header.Get("Location")
	if !strings.HasPrefix(manage, "/visits/m/") {
		t.Fatalf("the class is not described: %d %v", p.Status, p.Texts("li"))
	}
	if body := bureau.Get(at).Body; strings.Contains(body, manage) || strings.Contains(body, "13900070000") || strings.Contains(body, "轮椅") {
		t.Error("the bureau reads what is the teacher's")
	}
	if p := teacher.Get(path + "/class"); p.Header.Get("Location") != path {
		t.Errorf("the class is described twice: %d", p.Status)
	}
	got, err := c.site.Visits.ByToken(t.Context(), strings.TrimPrefix(manage, "/visits/m/"))
	if err != nil || got.State != visit.Pending || got.School.ID != school.ID || got.Contact != (booking.Contact{Name: "李示例", Phone: "13900070000"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if n, err := c.site.Visits.LapseInvitations(t.Context()); n != 0 || err != nil {
		t.Errorf("a filled invitation lapses: %d, %v", n, err)
	}
	if body := bureau.Get("/desk/visits/schools?q=" + url.QueryEscape(school.Name)).Body; !strings.Contains(body, "初二（3）班") || !strings.Contains(body, at) {
		t.Error("the bureau does not see the visit")
	}
}
