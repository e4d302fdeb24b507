package httpx_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/id"
)

// site is a running handler and a client that keeps cookies only where told and follows nothing.
type site struct {
	*httptest.Server
	t   *testing.T
	mux *httpx.Mux
	log *lines
}

// lines is a log that may be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func serve(t *testing.T, o httpx.Options, routes ...httpx.Route) *site {
	t.Helper()
	log := &lines{}
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	o.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	mux := httpx.New(o, routes)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return &site{Server: s, t: t, mux: mux, log: log}
}

type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request; headers are pairs.
func (s *site) do(method, path, body string, headers ...string) answer {
	s.t.Helper()
	req, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	}
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(got)}
}

func (s *site) get(path string, headers ...string) answer { return s.do("GET", path, "", headers...) }

func page(text string) httpx.Handler {
	return func(w http.ResponseWriter, r *httpx.Request) error {
		return httpx.WriteHTML(w, r, http.StatusOK, []byte(text))
	}
}

func failing(err error) httpx.Handler {
	return func(http.ResponseWriter, *httpx.Request) error { return err }
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestErrorKindBecomesStatusOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		retry  string
	}{
		{errs.Invalid("error.bad_request"), 422, ""},
		{errs.Forbidden("error.forbidden"), 403, ""},
		{errs.NotFound("error.not_found"), 404, ""},
		{errs.Conflict("error.form"), 409, ""},
		{errs.Busy("error.internal"), 503, "5"},
		{errors.New("a foreign error"), 500, ""},
		{errs.Unauthenticated("error.sign_in"), 401, ""},
	} {
		s := serve(t, httpx.Options{}, httpx.Route{Pattern: "GET /x", Handle: failing(c.err), Who: httpx.Anyone, Answer: httpx.JSON})
		got := s.get("/x")
		equal(t, c.err.Error(), got.status, c.status)
		equal(t, c.err.Error()+" Retry-After", got.header.Get("Retry-After"), c.retry)
		equal(t, "type", got.header.Get("Content-Type"), "application/problem+json")
	}
}

func TestUnknownPathAndMethodAreRendered(t *testing.T) {
	t.Parallel()
	var seen []int
	s := serve(t, httpx.Options{RenderError: func(w http.ResponseWriter, r *httpx.Request, status int, e *errs.Error) error {
		seen = append(seen, status)
		return httpx.WriteHTML(w, r, status, []byte(e.Key+" "+r.ID))
	}}, httpx.Route{Pattern: "GET /x", Handle: page("x"), Who: httpx.Anyone})
	missing := s.get("/y")
	equal(t, "missing", missing.status, 404)
	equal(t, "missing body", missing.body, "error.not_found "+missing.header.Get("X-Request-Id"))
	refused := s.do("POST", "/x", "")
	equal(t, "refused", refused.status, 405)
	equal(t, "allow", refused.header.Get("Allow"), "GET, HEAD")
	equal(t, "rendered", fmt.Sprint(seen), "[404 405]")
	equal(t, "head", s.do("HEAD", "/x", "").status, 200)
}

func TestPanicIsAnInternalErrorWithRequestID(t *testing.T) {
	t.Parallel()
	s := serve(t, httpx.Options{}, httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Handle: func(http.ResponseWriter, *httpx.Request) error {
		panic("on purpose")
	}})
	got := s.get("/x")
	equal(t, "status", got.status, 500)
	if !id.Valid(got.header.Get("X-Request-Id")) {
		t.Errorf("no request id: %q", got.header.Get("X-Request-Id"))
	}
	if !strings.Contains(s.log.String(), "on purpose") || strings.Contains(got.body, "on purpose") {
		t.Errorf("the cause belongs into the log only; page %q", got.body)
	}
}

func TestBrokenTemplateLeavesNoHalfPage(t *testing.T) {
	t.Parallel()
	s := serve(t, httpx.Options{}, httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Handle: func(w http.ResponseWriter, r *httpx.Request) error {
		w.Header().Set("Content-Type", "text/html")
		return errs.Internal(errors.New("template"))
	}})
	got := s.get("/x")
	equal(t, "status", got.status, 500)
	equal(t, "type", got.header.Get("Content-Type"), "text/plain; charset=utf-8")
	equal(t, "cache", got.header.Get("Cache-Control"), "no-store")
}

func TestForwardedAddressIsBelievedOnlyFromTrustedProxies(t *testing.T) {
	t.Parallel()
	show := httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Handle: func(w http.ResponseWriter, r *httpx.Request) error {
		return httpx.WriteHTML(w, r, 200, []byte(r.Addr.String()+" "+r.Actor.Addr.String()))
	}}
	forged := []string{"X-Forwarded-For", "203.0.113.9"}
	open := serve(t, httpx.Options{}, show)
	equal(t, "without proxies", open.get("/x", forged...).body, "127.0.0.1 127.0.0.1")
	behind := serve(t, httpx.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}}, show)
	equal(t, "one proxy", behind.get("/x", forged...).body, "203.0.113.9 203.0.113.9")
	equal(t, "what the client wrote itself", behind.get("/x", "X-Forwarded-For", "198.51.100.1, 203.0.113.9, 10.1.1.1").body, "203.0.113.9 203.0.113.9")
	equal(t, "nonsense", behind.get("/x", "X-Forwarded-For", "somebody").body, "127.0.0.1 127.0.0.1")
}

func staff(mustChange bool) func(context.Context, string, netip.Addr) (actor.Actor, error) {
	return func(_ context.Context, token string, _ netip.Addr) (actor.Actor, error) {
		if token != "good" {
			return actor.Actor{}, errs.Unauthenticated("error.sign_in")
		}
		return actor.Actor{Class: actor.Staff, PersonID: "p", MustChangePassword: mustChange}, nil
	}
}

func TestSignedInRoutesSendStrangersToSignIn(t *testing.T) {
	t.Parallel()
	routes := []httpx.Route{
		{Pattern: "GET /desk/units", Handle: page("units"), Who: httpx.SignedIn},
		{Pattern: "POST /desk/units", Handle: page("units"), Who: httpx.SignedIn},
		{Pattern: "GET /desk/password", Handle: page("password"), Who: httpx.SignedInOrMustChange},
	}
	s := serve(t, httpx.Options{Authenticate: staff(false)}, routes...)
	stranger := s.get("/desk/units?q=a%20b&lang=en")
	equal(t, "status", stranger.status, 303)
	equal(t, "to", stranger.header.Get("Location"), "/desk/sign-in?next=%2Fdesk%2Funits%3Fq%3Da%2Bb")
	equal(t, "htmx", s.get("/desk/units", "HX-Request", "true").header.Get("HX-Redirect"), "/desk/sign-in?next=%2Fdesk%2Funits")
	equal(t, "a change is not redirected", s.do("POST", "/desk/units", "").status, 401)
	equal(t, "staff", s.get("/desk/units", "Cookie", "ow_login=good").body, "units")
	expired := s.get("/desk/units", "Cookie", "ow_login=old")
	equal(t, "expired", expired.status, 303)
	equal(t, "cookie is taken away", expired.header.Get("Set-Cookie"), "ow_login=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")

	must := serve(t, httpx.Options{Authenticate: staff(true)}, routes...)
	equal(t, "initial password", must.get("/desk/units", "Cookie", "ow_login=good").header.Get("Location"), "/desk/password")
	equal(t, "changing it", must.get("/desk/password", "Cookie", "ow_login=good").body, "password")
}

func TestCrossSiteChangeIsRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, httpx.Options{}, httpx.Route{Pattern: "POST /x", Handle: page("done"), Who: httpx.Anyone})
	equal(t, "cross-site", s.do("POST", "/x", "", "Sec-Fetch-Site", "cross-site").status, 403)
	equal(t, "other origin", s.do("POST", "/x", "", "Origin", "https://evil.example").status, 403)
	equal(t, "same origin", s.do("POST", "/x", "", "Sec-Fetch-Site", "same-origin").status, 200)
	equal(t, "own origin", s.do("POST", "/x", "", "Origin", s.URL).status, 200)
}

func TestSecureOriginHardensCookiesAndHeaders(t *testing.T) {
	t.Parallel()
	public, _ := url.Parse("https://week.example.cn")
	route := httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Handle: func(w http.ResponseWriter, r *httpx.Request) error {
		r.SetLogin(w, "good")
		return httpx.WriteHTML(w, r, 200, nil)
	}}
	secure := serve(t, httpx.Options{PublicURL: public}, route).get("/x")
	equal(t, "cookie", secure.header.Get("Set-Cookie"), "__Host-ow_login=good; Path=/; HttpOnly; Secure; SameSite=Lax")
	equal(t, "HSTS", secure.header.Get("Strict-Transport-Security"), "max-age=31536000")
	plain := serve(t, httpx.Options{}, route).get("/x")
	equal(t, "cookie over HTTP", plain.header.Get("Set-Cookie"), "ow_login=good; Path=/; HttpOnly; SameSite=Lax")
	equal(t, "no HSTS", plain.header.Get("Strict-Transport-Security"), "")
	equal(t, "CSP", plain.header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
}

func TestPreferencesComeFromQueryCookieThenHeader(t *testing.T) {
	t.Parallel()
	s := serve(t, httpx.Options{}, httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Handle: func(w http.ResponseWriter, r *httpx.Request) error {
		return httpx.WriteHTML(w, r, 200, []byte(fmt.Sprint(r.Locale, " ", r.LargeType, " ", httpx.Here(r))))
	}})
	equal(t, "default", s.get("/x").body, "zh-Hans false /x")
	equal(t, "header", s.get("/x", "Accept-Language", "en-GB,en;q=0.9").body, "en false /x")
	equal(t, "cookie", s.get("/x", "Accept-Language", "en", "Cookie", "ow_lang=zh-Hans; ow_large=1").body, "zh-Hans true /x")
	chosen := s.get("/x?lang=en&q=1&reading=large", "Cookie", "ow_lang=zh-Hans")
	equal(t, "query", chosen.body, "en true /x?q=1")
	equal(t, "remembered", strings.Join(chosen.header.Values("Set-Cookie"), "\n"),
		"ow_lang=en; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax\now_large=1; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
}

func TestFlashIsShownOnceAndHoldsNothingButAKey(t *testing.T) {
	t.Parallel()
	s := serve(t, httpx.Options{},
		httpx.Route{Pattern: "POST /x", Who: httpx.Anyone, Handle: func(w http.ResponseWriter, r *httpx.Request) error {
			r.Tell(w, httpx.Good, "unit.changed")
			return httpx.Redirect(w, r, "/x", "/")
		}},
		httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Handle: func(w http.ResponseWriter, r *httpx.Request) error {
			return httpx.WriteHTML(w, r, 200, []byte(string(r.Flash.Tone)+" "+r.Flash.Key))
		}})
	told := s.do("POST", "/x", "")
	equal(t, "cookie", told.header.Get("Set-Cookie"), "ow_flash=good:unit.changed; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")
	next := s.get("/x", "Cookie", "ow_flash=good:unit.changed")
	equal(t, "shown", next.body, "good unit.changed")
	equal(t, "taken away", next.header.Get("Set-Cookie"), "ow_flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
	equal(t, "forged", s.get("/x", "Cookie", "ow_flash=good:<b>hello</b>").body, " ")
}

func TestRedirectNeverLeavesTheSite(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]bool{
		"/desk": true, "/desk?next=//x": true, "//evil.example": false, "https://evil.example": false,
		`/\evil.example`: false, "": false, "desk": false, "/\tdesk": false, "javascript:alert(1)": false,
	} {
		equal(t, to, httpx.IsOwnPath(to), want)
	}
}

func TestRateLimitSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(time.Date(2026, 7, 20, 8, 0, 0, 0, clock.Shanghai))
	route := httpx.Route{Pattern: "POST /sign-in", Handle: page("in"), Who: httpx.Anyone, Rate: httpx.Rate{Every: time.Minute, Burst: 2}}
	s := serve(t, httpx.Options{Clock: now, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}, route)
	from := func(a string) answer { return s.do("POST", "/sign-in", "", "X-Forwarded-For", a) }
	equal(t, "1", from("203.0.113.1").status, 200)
	equal(t, "2", from("203.0.113.1").status, 200)
	third := from("203.0.113.1")
	equal(t, "3", third.status, 429)
	equal(t, "wait", third.header.Get("Retry-After"), "61")
	equal(t, "another address", from("203.0.113.2").status, 200)
	equal(t, "one network is one address", fmt.Sprint(from("2001:db8::1").status, from("2001:db8::2").status, from("2001:db8::3").status), "200 200 429")
	now.Advance(time.Minute)
	equal(t, "later", from("203.0.113.1").status, 200)

	lifted := serve(t, httpx.Options{NoRateLimit: true}, route)
	for range 5 {
		equal(t, "lifted", lifted.do("POST", "/sign-in", "").status, 200)
	}
}

func TestLargePageIsCompressedWhereWanted(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("职业教育", 500)
	s := serve(t, httpx.Options{},
		httpx.Route{Pattern: "GET /long", Handle: page(long), Who: httpx.Anyone},
		httpx.Route{Pattern: "GET /short", Handle: page("short"), Who: httpx.Anyone})
	got := s.get("/long", "Accept-Encoding", "br, gzip")
	equal(t, "encoding", got.header.Get("Content-Encoding"), "gzip")
	equal(t, "body", unzip(t, got.body), long)
	equal(t, "refused", s.get("/long", "Accept-Encoding", "gzip;q=0").body, long)
	equal(t, "short", s.get("/short", "Accept-Encoding", "gzip").header.Get("Content-Encoding"), "")
}

func unzip(t *testing.T, s string) string {
	t.Helper()
	zr, err := gzip.NewReader(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestLogHoldsNoQueryAndNoAddress(t *testing.T) {
	t.Parallel()
	s := serve(t, httpx.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}},
		httpx.Route{Pattern: "GET /find/{code}", Handle: page("x"), Who: httpx.Anyone})
	s.get("/find/SECRET?phone=13800000000", "X-Forwarded-For", "203.0.113.7")
	s.Close() // the line is written before the connection is done
	for _, secret := range []string{"SECRET", "13800000000", "203.0.113.7"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %s: %s", secret, s.log)
		}
	}
	if !strings.Contains(s.log.String(), "route=/find/{code}") {
		t.Errorf("no pattern in the log: %s", s.log)
	}
}

func TestDownloadNameSurvivesInChinese(t *testing.T) {
	t.Parallel()
	s := serve(t, httpx.Options{}, httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Handle: func(w http.ResponseWriter, r *httpx.Request) error {
		return httpx.WriteFile(w, r, "单位 1.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []byte("x"))
	}})
	equal(t, "disposition", s.get("/x").header.Get("Content-Disposition"), `attachment; filename="___1.xlsx"; filename*=UTF-8''%E5%8D%95%E4%BD%8D%201.xlsx`)
}

func TestMetricsCountByPattern(t *testing.T) {
	t.Parallel()
	var s *site
	s = serve(t, httpx.Options{},
		httpx.Route{Pattern: "GET /u/{id}", Handle: page("x"), Who: httpx.Anyone},
		httpx.Route{Pattern: "GET /metrics", Who: httpx.Anyone, Handle: func(w http.ResponseWriter, r *httpx.Request) error { return s.mux.Metrics()(w, r) }})
	s.get("/u/1")
	s.get("/u/2")
	if got := s.get("/metrics").body; !strings.Contains(got, `openweek_http_requests_total{class="2xx",route="GET /u/{id}"} 2`) {
		t.Errorf("not counted by pattern:\n%s", got)
	}
}

func TestRouteWithoutWhoIsRefused(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a route for nobody in particular was taken")
		}
	}()
	httpx.New(httpx.Options{Clock: clock.System()}, []httpx.Route{{Pattern: "GET /x", Handle: page("x")}})
}
