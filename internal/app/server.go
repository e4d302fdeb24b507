package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"openweek/internal/api"
	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/jobs"
	"openweek/internal/login"
	"openweek/internal/message"
	"openweek/internal/web"
	"openweek/internal/web/assets"
	"openweek/internal/web/desk"
	"openweek/internal/web/door"
	"openweek/internal/web/host"
	"openweek/internal/web/portal"
	"openweek/internal/web/ticket"
	"openweek/internal/web/ui"
)

// Options are what Start takes from its caller and not from the configuration.
type Options struct {
	Log   *slog.Logger // nil is silent
	Clock clock.Clock  // nil is the machine's
	// Demo fills an empty store with sample data and refuses one that holds real data.
	Demo bool
	// Login are the rules of signing in; the zero value is right for a server.
	Login login.Options
}

// App is the running product.
type App struct {
	*House
	// URL is the address that it listens on, such as http://127.0.0.1:8080.
	URL string
	// Mux is the handler with both route tables, for tests that walk them.
	Mux *httpx.Mux

	config   config.Config
	base     string // the public address without a slash at its end
	log      *slog.Logger
	server   *http.Server
	stopping atomic.Bool
	halt     context.CancelFunc // ends background work
	work     sync.WaitGroup
	runner   *jobs.Runner
	served   chan error
}

// Start opens the store, starts background work and serves. It returns once requests are answered;
// Stop ends it. ctx bounds the start only.
func Start(ctx context.Context, c config.Config, o Options) (a *App, err error) {
	defer errs.Wrap(&err, "app.Start")
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if o.Demo && !c.Loopback() {
		return nil, errs.Invalid("app.demo_address").On("addr")
	}
	if o.Demo && c.Site == (config.Site{}) {
		c.Site = sampleSite
	}
	if err := assets.Check(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	certificate, err := newCertificate(c.Web, o.Log)
	if err != nil {
		return nil, err
	}
	// The port first: whoever cannot listen has not touched the store.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, errs.Conflict("app.address_taken", "addr", c.Addr).Because(err)
	}
	address := "http://" + listener.Addr().String()
	if certificate != nil {
		address = "https://" + listener.Addr().String()
	}
	base := strings.TrimSuffix(cmp.Or(c.PublicURL, address), "/")
	post, err := openPost(c.Post, base, o.Log)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	house, err := open(ctx, c.Store, o.Clock, o.Login, post)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	a = &App{House: house, URL: address, config: c, base: base, log: o.Log, served: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, listener.Close(), house.Close())
			a = nil
		}
	}()
	if c.Database == "" && house.disk != nil { // this process alone writes the files
		if _, err := house.disk.Sweep(); err != nil {
			return a, err
		}
	}
	if o.Demo {
		err = house.fillSample(ctx, c.Store)
	} else {
		err = house.refuseSample(ctx, c)
	}
	if err != nil {
		return a, err
	}
	if err := a.wire(); err != nil {
		return a, err
	}
	if err := a.offerFirstRun(ctx); err != nil {
		return a, err
	}
	if err := a.startWork(ctx); err != nil {
		return a, err
	}
	a.serve(listener, certificate)
	// Starting reads and parses more than serving ever holds; an office's small machine wants it back.
	a.work.Go(debug.FreeOSMemory)
	return a, nil
}

// offerFirstRun prints the one-time token with which the first three people are made: only who can
// read the server's log can make them.
func (a *App) offerFirstRun(ctx context.Context) error {
	needed, err := a.Logins.FirstRun.Needed(ctx)
	if err != nil || !needed {
		return err
	}
	token, err := a.Logins.FirstRun.Token(ctx)
	if errs.Is(err, "login.first_run_done") { // on another replica, just now
		return nil
	}
	if err != nil {
		return err
	}
	a.log.WarnContext(ctx, "nobody can sign in yet: open the first-run page and enter the token", "url", a.URL+web.FirstRunPath, "token", token)
	return nil
}

// wire makes the handler.
func (a *App) wire() error {
	public, err := url.Parse(a.config.PublicURL)
	if err != nil {
		return errs.Invalid("config.bad_public_url", "value", a.config.PublicURL)
	}
	if a.config.PublicURL == "" {
		if public, err = url.Parse(a.URL); err != nil {
			return err
		}
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	shell := &ui.Shell{Site: siteOf(a.config.Site), Nav: web.Nav, Names: a.Units.Names}
	a.Mux = httpx.New(httpx.Options{
		Clock:          a.Clock,
		Log:            a.log,
		Registry:       registry,
		Authenticate:   a.Logins.Authenticate,
		RenderError:    shell.RenderError,
		TrustedProxies: a.config.Proxies(),
		PublicURL:      public,
		NoRateLimit:    a.config.NoRateLimit,
		SignInPath:     desk.SignInPath,
		PasswordPath:   desk.PasswordPath,
	}, a.tables(shell, registry)...)
	return nil
}

// tables gives both route tables.
func (a *App) tables(shell *ui.Shell, registry *prometheus.Registry) [][]httpx.Route {
	a.Exports.Serve(host.ExportBookings, host.BookingBooks{Bookings: a.Bookings})
	a.Exports.Serve(desk.ExportFilings, desk.FilingBooks{Duties: a.Duties, Filings: a.Filings, Files: a.Files, Units: a.Units})
	pages := web.Routes(web.Parts{
		Shell:  shell,
		Portal: &portal.Portal{Shell: shell, Editions: a.Editions, Units: a.Units, Activities: a.Activities, Files: a.Files, Measures: a.Measures, Clock: a.Clock, Base: a.base},
		Desk: &desk.Desk{
			Shell: shell, Units: a.Units, Logins: a.Logins, Audit: a.Audit, Editions: a.Editions, Clock: a.Clock,
			Duties: a.Duties, Filings: a.Filings, Forms: a.Forms, Reviews: a.Reviews, Files: a.Files, Messages: a.Messages,
			Activities: a.Activities, Workdays: a.Workdays, Exports: a.Exports, Visits: a.Visits,
			FormByID: func(ctx context.Context, formID string) (form.Form, error) { return a.Forms.Get(ctx, a.DB, formID) },
			MessageLetters: func(ctx context.Context, messageIDs []string) (map[string][]message.Delivery, error) {
				return a.Messages.Evidence(ctx, a.DB, messageIDs)
			},
			MessageWords: a.words,
		},
		Ticket: &ticket.Ticket{
			Shell: shell, Editions: a.Editions, Units: a.Units, Activities: a.Activities, Bookings: a.Bookings, Visits: a.Visits, Measures: a.Measures, Clock: a.Clock, Base: a.base,
			Unguarded: a.config.NoRateLimit,
		},
		Host: &host.Host{
			Shell: shell, Editions: a.Editions, Units: a.Units, Activities: a.Activities, Bookings: a.Bookings, Visits: a.Visits, Doors: a.Doors, Measures: a.Measures,
			Exports: a.Exports, Clock: a.Clock, Base: a.base,
		},
		Door: &door.Door{Shell: shell, Doors: a.Doors},
		Dev:  a.config.Dev,
		Operation: web.Operation{
			Ready:   a.ready,
			Metrics: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
			Token:   a.config.MetricsToken,
			Proxied: len(a.config.TrustedProxies) > 0,
		},
	})
	tables := [][]httpx.Route{pages, api.Routes(api.Services{Clock: a.Clock, Editions: a.Editions, Activities: a.Activities, Bookings: a.Bookings, Doors: a.Doors, Base: a.base})}
	if a.config.NoPageCache {
		for _, table := range tables {
			for i := range table {
				table[i].Cache = nil
			}
		}
	}
	return tables
}

func siteOf(s config.Site) ui.Site {
	return ui.Site{
		Name: s.Name, NameEN: s.NameEN, Sponsor: s.Organiser, SponsorEN: s.OrganiserEN,
		SiteCode: s.Code, ICP: s.ICP, PublicSecurity: s.PoliceRecord, Contact: s.Contact,
		AccessibilityURL: "/accessibility", PrivacyURL: "/privacy", PortalNav: portal.Nav,
	}
}

// ready tells a load balancer whether to send requests here: not while stopping, so that none is
// sent to a closed door, and not while the store is away.
func (a *App) ready(ctx context.Context) error {
	if a.stopping.Load() {
		return errors.New("stopping")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return a.DB.Ping(ctx)
}

// startWork starts what runs beside requests.
func (a *App) startWork(ctx context.Context) error {
	background, halt := context.WithCancel(context.WithoutCancel(ctx))
	a.halt = halt
	feed := change.NewFeed(a.DB, change.Options{Log: a.log})
	feed.Subscribe(func(topic string, _ int64) { a.Mux.Invalidate(topic) })
	a.work.Go(func() { feed.Run(background) })
	a.work.Go(func() { a.Bookings.Run(background) })
	a.work.Go(func() { a.writeBookers(background) })
	a.work.Go(func() { a.sealAudit(background) })
	a.work.Go(func() { a.followKeys(background) })

	a.runner = jobs.New(a.DB, jobs.Options{Log: a.log})
	a.register(a.runner)
	if err := a.runner.Start(ctx); err != nil {
		halt()
		a.work.Wait()
		return err
	}
	return nil
}

// Limits of the server. Slow clients may take their time to upload and read, but not for ever.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 5 * time.Minute
	writeTimeout      = 5 * time.Minute
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

func (a *App) serve(listener net.Listener, files *certificate) {
	a.server = &http.Server{
		Handler: a.Mux, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug), // failed handshakes and the like
	}
	serve := a.server.Serve
	if files != nil {
		a.server.TLSConfig = files.config()
		serve = func(l net.Listener) error { return a.server.ServeTLS(l, "", "") }
	}
	go func() {
		err := serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		a.served <- err
	}()
}

// Wait returns when ctx ends (nil) or serving has failed.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.served:
		a.served <- err // Stop asks, too
		return err
	}
}

// Stop ends the product in order: it is no longer ready, takes no new connection, lets requests and
// jobs finish, ends background work, seals the audit log's tail and closes the store. What is not
// finished after the configured time is broken off; the store stays consistent in any case.
func (a *App) Stop(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "app.Stop")
	a.stopping.Store(true)
	ctx, cancel := context.WithTimeout(ctx, time.Duration(a.config.StopTimeout)*time.Second)
	defer cancel()
	if serr := a.server.Shutdown(ctx); serr != nil {
		err = errors.Join(fmt.Errorf("requests were broken off: %w", serr), a.server.Close())
	}
	err = errors.Join(err, <-a.served, a.runner.Stop(ctx))
	a.halt()
	a.work.Wait()
	return errors.Join(err, a.Close())
}
