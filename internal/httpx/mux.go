package httpx

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/i18n"
	"openweek/internal/id"
)

// Options are what New needs from outside. Clock and Routes are needed, all else may be empty.
type Options struct {
	Clock clock.Clock
	// Log receives one line a request and the causes of errors; slog.Default() if nil.
	Log *slog.Logger
	// Registry receives the metrics; a registry of its own if nil.
	Registry *prometheus.Registry
	// Authenticate turns the login cookie into an actor. Its error is shown where a route wants
	// somebody signed in, and ignored on public pages.
	Authenticate func(ctx context.Context, token string, addr netip.Addr) (actor.Actor, error)
	// RenderError writes the HTML page for an error; the status is decided already. If nil or
	// failing, a plain sentence is written.
	RenderError func(w http.ResponseWriter, r *Request, status int, e *errs.Error) error
	// TrustedProxies are the addresses whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// PublicURL is the address under which users see the product; https makes cookies secure
	// and switches HSTS on. Nil while serving plain HTTP.
	PublicURL *url.URL
	// NoRateLimit lifts the rate limits, for load tests on loopback.
	NoRateLimit bool
	// Subscribe hands over the function that expires cached pages when a topic changes.
	Subscribe func(changed func(topic string))
	// CacheBytes bounds the page cache; DefaultCacheBytes if 0.
	CacheBytes int64
	// SignInPath and PasswordPath are where people go who must sign in or change an initial password.
	SignInPath, PasswordPath string
}

// DefaultCacheBytes bounds the memory of cached pages.
const DefaultCacheBytes = 64 << 20

// generalRate bounds one address over all routes. A whole office may share an address, so it is
// generous: it protects against a runaway program and is no truth about anybody.
var generalRate = Rate{Every: 10 * time.Millisecond, Burst: 400}

// Mux serves a table of routes and nothing else.
type Mux struct {
	options Options
	serve   *http.ServeMux
	routes  []Route
	guard   *http.CrossOriginProtection
	general *limiter
	pages   *pageCache
	watch   *metrics
	headers []header
	secure  bool
}

// New makes the handler of a route table. It panics on a table that is wrong in itself (a pattern
// twice, nobody said who may come in), which the first test and the first start find.
func New(o Options, tables ...[]Route) *Mux {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = DefaultCacheBytes
	}
	if o.SignInPath == "" {
		o.SignInPath = "/desk/sign-in"
	}
	if o.PasswordPath == "" {
		o.PasswordPath = "/desk/password"
	}
	m := &Mux{
		options: o,
		serve:   http.NewServeMux(),
		guard:   http.NewCrossOriginProtection(),
		secure:  o.PublicURL != nil && o.PublicURL.Scheme == "https",
		watch:   newMetrics(o.Registry),
		pages:   newPageCache(o.CacheBytes, o.Clock),
	}
	if !o.NoRateLimit {
		m.general = newLimiter(generalRate)
	}
	if o.PublicURL != nil {
		if err := m.guard.AddTrustedOrigin(o.PublicURL.Scheme + "://" + o.PublicURL.Host); err != nil {
			panic(fmt.Errorf("httpx: public URL %s: %w", o.PublicURL, err))
		}
	}
	m.headers = securityHeaders(m.secure)
	if o.Subscribe != nil {
		o.Subscribe(m.pages.Invalidate)
	}
	for _, table := range tables {
		for _, route := range table {
			m.add(route)
		}
	}
	return m
}

// Routes gives the table, for the tests that walk it.
func (m *Mux) Routes() []Route { return m.routes }

// Invalidate expires the cached pages of a topic.
func (m *Mux) Invalidate(topic string) { m.pages.Invalidate(topic) }

func (m *Mux) add(route Route) {
	switch {
	case route.Handle == nil:
		panic("httpx: no handler for " + route.Pattern)
	case route.Who != Anyone && route.Who != SignedIn && route.Who != SignedInOrMustChange:
		panic("httpx: nobody said who may use " + route.Pattern)
	case route.Cache != nil && (route.Method() != http.MethodGet || route.Who != Anyone):
		panic("httpx: only public GET pages are cached: " + route.Pattern)
	}
	if route.Body == 0 {
		route.Body = DefaultBody
	}
	m.routes = append(m.routes, route)
	e := &endpoint{mux: m, route: route, watch: m.watch.of(route.Pattern)}
	if route.Rate.Burst > 0 && !m.options.NoRateLimit {
		e.rate = newLimiter(route.Rate)
	}
	m.serve.Handle(route.Pattern, e)
}

// ServeHTTP answers a request.
func (m *Mux) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	began := m.options.Clock.Now()
	h := w.Header()
	for _, s := range m.headers {
		h[s.name] = s.value
	}
	r := &Request{
		Request: hr, ID: id.New(), Addr: clientAddr(hr, m.options.TrustedProxies),
		Locale: i18n.Chinese, mux: m,
	}
	h["X-Request-Id"] = []string{r.ID}
	rec := &recorder{ResponseWriter: w, request: r}
	defer m.finish(rec, began)
	if m.general != nil {
		if err := m.general.take(r.Addr, began); err != nil {
			r.Locale = localeOf(hr)
			m.fail(rec, r, err)
			return
		}
	}
	m.serve.ServeHTTP(rec, hr)
	if r.Route == nil && rec.refused != 0 {
		m.readPreferences(rec, r)
		m.authenticate(rec, r) // so that staff are led back to the Desk
		m.fail(rec, r, unrouted(rec.refused))
	}
}

func unrouted(status int) error {
	if status == http.StatusMethodNotAllowed {
		return errs.Invalid(keyMethod)
	}
	return errs.NotFound("error.not_found")
}

// finish is deferred around everything: it turns a panic into an error page, counts and logs.
func (m *Mux) finish(rec *recorder, began clock.Instant) {
	r := rec.request
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler { // the answer is broken off on purpose
			m.report(rec, m.options.Clock.Now().Sub(began))
			panic(p)
		}
		m.options.Log.Error("panic", "request", r.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		m.fail(rec, r, errs.Internal(fmt.Errorf("panic: %v", p)))
	}
	m.report(rec, m.options.Clock.Now().Sub(began))
}

// endpoint is one route as it stands in the ServeMux.
type endpoint struct {
	mux   *Mux
	route Route
	rate  *limiter
	watch *routeMetrics
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	rec := w.(*recorder) // ServeMux is only ever called by Mux.ServeHTTP
	r := rec.request
	r.Request, r.Route, rec.watch = hr, &e.route, e.watch
	if err := e.handle(rec, r); err != nil {
		e.mux.fail(rec, r, err)
	}
	if hr.MultipartForm != nil {
		_ = hr.MultipartForm.RemoveAll() // nothing of an upload stays on disk
	}
}

func (e *endpoint) handle(rec *recorder, r *Request) error {
	m := e.mux
	if e.route.Bare {
		return e.route.Handle(rec, r)
	}
	m.readPreferences(rec, r)
	if err := m.guard.Check(r.Request); err != nil {
		return errs.Forbidden("error.cross_site").Because(err)
	}
	if e.rate != nil {
		if err := e.rate.take(r.Addr, m.options.Clock.Now()); err != nil {
			return err
		}
	}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(rec, r.Body, e.route.Body)
	}
	m.authenticate(rec, r)
	if err := e.admit(r); err != nil {
		return err
	}
	if e.route.Cache != nil && r.Actor.Class == actor.Public && r.Flash == (Flash{}) {
		return m.pages.serve(rec, r, &e.route)
	}
	return e.route.Handle(rec, r)
}

// authenticate fills in who acts.
func (m *Mux) authenticate(w http.ResponseWriter, r *Request) {
	r.Actor = actor.Actor{Class: actor.Public}
	if token := r.Token(); token != "" && m.options.Authenticate != nil {
		a, err := m.options.Authenticate(r.Context(), token, r.Addr)
		switch {
		case err == nil:
			r.Actor = a
		case errs.KindOf(err) == errs.KindUnauthenticated:
			r.ClearLogin(w)
			r.loginErr = err
		default:
			r.loginErr = err
		}
	}
	r.Actor.Addr, r.Actor.RequestID = r.Addr, r.ID
}

// admit tells whether the actor may come in.
func (e *endpoint) admit(r *Request) error {
	if e.route.Who == Anyone {
		return nil
	}
	if r.Actor.Class != actor.Staff {
		if r.loginErr != nil {
			return r.loginErr
		}
		return errs.Unauthenticated("error.sign_in")
	}
	if e.route.Who == SignedIn && r.Actor.MustChangePassword {
		return errs.Forbidden(keyMustChange)
	}
	return nil
}

// report counts and logs one request: no address, no query, no personal data.
func (m *Mux) report(rec *recorder, took time.Duration) {
	r := rec.request
	pattern := "unmatched"
	watch := rec.watch
	if r.Route != nil {
		pattern = r.Route.Pattern
	} else {
		watch = m.watch.unmatched
	}
	status := rec.status
	if status == 0 {
		status = http.StatusOK
	}
	watch.observe(status, took)
	level := slog.LevelInfo
	switch {
	case status >= 500:
		level = slog.LevelError
	case r.Route != nil && r.Route.Bare, rec.cached:
		level = slog.LevelDebug
	}
	if !m.options.Log.Enabled(r.Context(), level) {
		return
	}
	m.options.Log.LogAttrs(r.Context(), level, "request",
		slog.String("request", r.ID), slog.String("method", r.Method), slog.String("route", strings.TrimPrefix(pattern, r.Method+" ")),
		slog.Int("status", status), slog.Int64("bytes", rec.bytes), slog.Duration("took", took), slog.String("actor", string(r.Actor.Class)))
}
