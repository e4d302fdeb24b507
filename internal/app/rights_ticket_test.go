package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"openweek/internal/booking"
	"openweek/internal/testkit"
)

// Whoever holds a manage link manages that booking, whether they are signed in or not; nobody else does,
// not even the people of the host.
func TestTicketPagesAnswerTheHolderOfTheLinkAlone(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	act := w.site.Publish(nil, testkit.Run(w.site.Clock.Now().Day().AddDays(1), 9, 20))
	session := act.Sessions[0].ID
	made, err := w.site.Bookings.Claim(t.Context(), booking.Request{
		SessionID: session, Party: 1, Contact: booking.Contact{Name: "李示例", Phone: "13800020000"}, Source: booking.FromPortal,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.site.Clock.Advance(5 * time.Second)
	readers := []staff{{name: "the public", visitor: w.site.Visitor()}}
	readers = append(readers, w.staff...)
	for _, who := range readers {
		for _, path := range []string{"/sessions/" + session + "/book", "/bookings/find", "/bookings/m/" + made.ManageToken, "/bookings/m/" + made.ManageToken + "/data"} {
			if p := who.visitor.Get(path); p.Status != http.StatusOK {
				t.Errorf("%s: %s is answered with %d", who.name, path, p.Status)
			}
		}
		for _, route := range w.site.Mux.Routes() {
			if !strings.HasPrefix(route.Path(), "/bookings/m/{token}") {
				continue
			}
			for _, token := range []string{made.Code, made.ManageToken[:60], strings.Repeat("A", len(made.ManageToken))} {
				path := strings.ReplaceAll(route.Path(), "{token}", token)
				if p := who.visitor.Do(route.Method(), path, url.Values{}); p.Status != http.StatusForbidden {
					t.Errorf("%s: %s %s is answered with %d", who.name, route.Method(), path, p.Status)
				}
			}
		}
	}
}
