package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/id"
	"openweek/internal/testkit"
)

// Who has booked is for the people of the unit that receives them; its editors and heads see contacts in
// clear and steer. An office above sees numbers, and whoever does not see the unit nothing.
func TestBookingPagesAnswerEveryRole(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	act := w.site.Publish(nil, testkit.Run(w.site.Clock.Now().Day().AddDays(1), 9, 20))
	session := act.Sessions[0].ID
	made, err := w.site.Bookings.BookFor(t.Context(), w.site.Staff("college.editor"), session, booking.Caller{Party: 2, Contact: booking.Contact{Name: "张示例", Phone: "13800010000"}})
	if err != nil {
		t.Fatal(err)
	}
	one := "/desk/bookings/" + session
	booked := one + "/list/" + made.BookingID
	rule := "/desk/booking-rules/" + act.ID
	w.site.Clock.Advance(time.Minute)
	for _, who := range w.staff {
		check := func(method, path string, may bool) {
			t.Helper()
			if may && method != http.MethodGet {
				return // it would change what the next one is asked about; the pages' own tests do it
			}
			p := who.visitor.Do(method, path, url.Values{})
			refused := p.Status == http.StatusForbidden || p.Status == http.StatusNotFound
			if refused == may || turnedAway(p) || p.Status >= http.StatusInternalServerError {
				t.Errorf("%s: %s %s is answered with %d, and they may: %v", who.name, method, path, p.Status, may)
			}
		}
		own := who.actor.UnitID == act.Unit.ID && who.actor.Platform == actor.NoPlatform
		sees := own || actor.Sight(who.actor).Covers(act.Unit.ID, act.Unit.Place)
		steers := own && who.actor.Has(actor.RoleEditor, actor.RoleHead)
		check(http.MethodGet, "/desk/bookings", true)
		check(http.MethodGet, "/desk/bookings/"+id.New(), false)
		check(http.MethodGet, one, sees)
		for _, path := range []string{one + "/print", one + "/calls", booked, rule} {
			check(http.MethodGet, path, own)
		}
		for _, path := range []string{
			one + "/reveal", one + "/export", one + "/message", one + "/seats", one + "/move", one + "/cancel", one + "/new", one + "/calls", one + "/calls/" + made.BookingID,
			one + "/calls/" + made.BookingID + "/again", booked + "/confirm", booked + "/cancel",
		} {
			if path != one+"/calls" {
				check(http.MethodGet, path, steers)
			}
			check(http.MethodPost, path, steers)
		}
		for _, path := range []string{booked, rule} {
			check(http.MethodPost, path, steers)
		}
		check(http.MethodGet, one+"/list/"+id.New(), false)
		check(http.MethodGet, "/desk/booking-rules/"+id.New(), false)
	}
}
