package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

// ask sends a request of a program and gives the status and the body. headers are pairs.
func ask(t *testing.T, method, url, body string, headers ...string) (status int, answer map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%d %s: %v", got.StatusCode, text, err)
	}
	return got.StatusCode, answer
}

const two = `{"party_size":2,"contact":{"name":"张示例","phone":"138 0001 0000"}}`

func TestAProgramBooksReadsAndCancels(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		site := testkit.Demo(t, engine, nil)
		act := site.Publish(nil, testkit.Run("2026-07-21", 9, 2))
		session := site.URL + "/api/v1/sessions/" + act.Sessions[0].ID
		is := func(left float64, reason string) {
			t.Helper()
			if status, b := ask(t, "GET", session, ""); status != http.StatusOK || b["id"] != act.Sessions[0].ID || b["capacity"] != 2.0 || b["left"] != left || b["reason"] != reason {
				t.Errorf("%d %v", status, b)
			}
		}
		is(2, "")
		status, mine := ask(t, "POST", session+"/bookings", two, "Idempotency-Key", "k-1")
		if status != http.StatusCreated || mine["status"] != "confirmed" || mine["position"] != 0.0 {
			t.Fatalf("%d %v", status, mine)
		}
		for range 2 {
			if status, again := ask(t, "POST", session+"/bookings", two, "Idempotency-Key", "k-1"); status != http.StatusCreated || again["code"] != mine["code"] || again["manage_token"] != mine["manage_token"] {
				t.Errorf("again: %d %v", status, again)
			}
		}
		is(0, "full")
		status, waits := ask(t, "POST", session+"/bookings", `{"party_size":1,"contact":{"name":"李示例","phone":"0731-84710000"}}`, "Idempotency-Key", "k-2")
		if status != http.StatusCreated || waits["status"] != "waitlisted" || waits["position"] != 1.0 {
			t.Fatalf("%d %v", status, waits)
		}
		booking := site.URL + "/api/v1/bookings/" + mine["code"].(string)
		token := "Bearer " + mine["manage_token"].(string)
		for name, header := range map[string]string{"nobody": "", "somebody else": "Bearer " + waits["manage_token"].(string)} {
			if status, b := ask(t, "GET", booking, "", "Authorization", header); status != http.StatusForbidden || b["key"] != "booking.token_refused" {
				t.Errorf("%s: %d %v", name, status, b)
			}
		}
		if status, b := ask(t, "GET", booking, "", "X-Manage-Token", mine["manage_token"].(string)); status != http.StatusOK || b["party_size"] != 2.0 || b["status"] != "confirmed" {
			t.Errorf("%d %v", status, b)
		}
		if status, b := ask(t, "DELETE", booking, "", "Authorization", token); status != http.StatusOK || b["status"] != "cancelled" {
			t.Errorf("%d %v", status, b)
		}
		is(1, "")
		if status, b := ask(t, "GET", site.URL+"/api/v1/bookings/"+waits["code"].(string), "", "Authorization", "Bearer "+waits["manage_token"].(string)); status != http.StatusOK || b["status"] != "confirmed" {
			t.Errorf("%d %v", status, b)
		}
	})
}

func TestABadClaimIsAProblemWithAKey(t *testing.T) {
	t.Parallel()
	site := testkit.Demo(t, sqldb.SQLite, nil)
	act := site.Publish(nil, testkit.Run("2026-07-21", 9, 40))
	session := site.URL + "/api/v1/sessions/" + act.Sessions[0].ID
	party := func(size string) string { return strings.Replace(two, `"party_size":2`, `"party_size":`+size, 1) }
	if status, b := ask(t, "POST", session+"/bookings", two, "Idempotency-Key", "k"); status != http.StatusCreated {
		t.Fatalf("%d %v", status, b)
	}
	for name, c := range map[string]struct {
		url, body, idempotency string
		status                 int
		key, reason            string
	}{
		"nobody":             {session, party("0"), "", http.StatusUnprocessableEntity, "error.form", ""},
		"fewer than nobody":  {session, party("-1"), "", http.StatusUnprocessableEntity, "error.form", ""},
		"a city":             {session, party("1000000000"), "", http.StatusConflict, "booking.party_too_large", "party_too_large"},
		"more than a number": {session, party("1e400"), "", http.StatusUnprocessableEntity, "error.bad_request", ""},
		"no number":          {session, party(`"two"`), "", http.StatusUnprocessableEntity, "error.bad_request", ""},
		"no JSON":            {session, "{", "", http.StatusUnprocessableEntity, "error.bad_request", ""},
		"nothing":            {session, "", "", http.StatusUnprocessableEntity, "error.bad_request", ""},
		"no telephone":       {session, strings.Replace(two, "138 0001 0000", "12", 1), "", http.StatusUnprocessableEntity, "error.form", ""},
		"the key again":      {session, party("1"), "k", http.StatusUnprocessableEntity, "booking.key_reused", ""},
		"the contact again":  {session, party("1"), "", http.StatusConflict, "booking.contact_twice", "already_booked"},
		"unknown session":    {site.URL + "/api/v1/sessions/" + id.New(), two, "", http.StatusNotFound, "booking.session_not_found", ""},
	} {
		status, b := ask(t, "POST", c.url+"/bookings", c.body, "Idempotency-Key", c.idempotency)
		reason, _ := b["reason"].(string)
		if status != c.status || b["key"] != c.key || reason != c.reason {
			t.Errorf("%s: %d %v", name, status, b)
		}
	}
	if status, b := ask(t, "GET", session, ""); status != http.StatusOK || b["left"] != 38.0 {
		t.Errorf("%d %v", status, b)
	}
	if status, b := ask(t, "GET", site.URL+"/api/v1/sessions/"+id.New(), ""); status != http.StatusNotFound || b["key"] != "booking.session_not_found" {
		t.Errorf("%d %v", status, b)
	}
}
