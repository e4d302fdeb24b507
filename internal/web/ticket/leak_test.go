package ticket_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"

	"openweek/internal/app"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

// ledger is a log that can be read while it is written.
type ledger struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (l *ledger) Write(b []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.text.Write(b)
}

func (l *ledger) String() string {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.text.String()
}

// Neither a page that others see, nor a page out of the cache, nor the log at its most talkative tells who
// booked or lets anybody manage the booking.
func TestNothingTellsWhoBookedButTheBookersOwnPages(t *testing.T) {
	t.Parallel()
	log := &ledger{}
	c := testkit.Bare(sqldbtest.Empty(t, sqldb.SQLite))
	c.NoRateLimit = true
	site := testkit.StartWith(t, c, app.Options{Demo: true, Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	halls, v := fair(site, 40, 40), site.Visitor()
	const name, phone, masked = "欧阳示例", "13877770000", "138****0000"
	at := book(t, v, halls[0], 1, "contact.name", name, "contact.phone", phone)
	token := strings.TrimPrefix(at, "/bookings/m/")
	code := ticket(t, site, at).Code
	act := "/activities/" + activityOf(t, site, halls[0])
	for range 2 { // the second time out of the cache
		for _, path := range []string{"/", act, "/activities", bookPath(halls[0]), bookPath(halls[1]), "/bookings/find", act + "/calendar.ics", "/api/v1/sessions/" + halls[0]} {
			for who, reader := range map[string]*testkit.Visitor{"the booker": v, "another": site.Visitor()} {
				body := reader.Get(path).Body
				for _, secret := range []string{name, phone, code, token} {
					if strings.Contains(body, secret) {
						t.Errorf("%s is told %q on %s", who, secret, path)
					}
				}
			}
		}
	}
	for _, page := range []string{"", "/party", "/session", "/cancel", "/erase", "/calendar.ics"} {
		p := v.Get(at + page)
		if strings.Contains(p.Body, phone) || strings.Contains(p.Body, name) {
			t.Errorf("%s shows who booked in full", page)
		}
		if p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %s", page, p.Header.Get("Cache-Control"))
		}
	}
	if !strings.Contains(v.Get(at).Body, masked) {
		t.Error("the ticket does not say which telephone it was booked with")
	}
	if !strings.Contains(v.Get(at+"/data").Body, phone) {
		t.Error("the booker does not see what is stored")
	}
	// Everything that can go wrong with it, too.
	v.Post(bookPath(halls[0]), filled(2, "contact.name", name, "contact.phone", phone))
	v.Post(bookPath(halls[0]), filled(3, "contact.name", name, "contact.phone", phone+"1"))
	v.Post("/bookings/find", url.Values{"code": {code}, "phone": {phone + "1"}})
	v.Post("/bookings/find", url.Values{"code": {code}, "phone": {phone}})
	v.Post(at+"/session", url.Values{"session": {halls[0]}})
	v.Get(at + "/nothing")
	v.Get("/bookings/m/" + token + "x")
	v.Post(at+"/erase", nil)
	written := log.String()
	if !strings.Contains(written, `"route":"/bookings/m/{token}"`) {
		t.Fatal("the log does not hold the requests: the test proves nothing")
	}
	for _, secret := range []string{name, phone, code, token, token[:40]} {
		if strings.Contains(written, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
