package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"strings"
	"testing"
	"time"

	"openweek/internal/app"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

func TestAServerSaysThatItIsHealthyAndReady(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		site := testkit.Start(t, engine)
		v := site.Visitor()
		for path, want := range map[string]string{"/healthz": `{"status":"ok"}`, "/readyz": `{"status":"ready"}`} {
			if p := v.Get(path); p.Status != http.StatusOK || p.Body != want {
				t.Errorf("%s: %d %s", path, p.Status, p.Body)
			}
		}
		if p := v.Get("/metrics"); p.Status != http.StatusOK || !strings.Contains(p.Body, `openweek_http_requests_total{class="2xx",route="GET /healthz"} 1`) {
			t.Errorf("metrics: %d\n%.2000s", p.Status, p.Body)
		}
	})
}

func TestAnEmptyFolderBecomesAStoreWithKeysThatOnlyItsOwnerReads(t *testing.T) {
	t.Parallel()
	site := testkit.StartWith(t, testkit.Bare(sqldbtest.Empty(t, sqldb.SQLite)), app.Options{})
	info, err := os.Stat(site.Config.Keys())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %o", info.Mode().Perm())
	}
}

func TestAServerWithoutPeopleLogsAFirstRunToken(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	site := testkit.StartWith(t, testkit.Config(t, sqldb.SQLite), app.Options{Log: slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	var line struct{ URL, Token string }
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if line.URL != site.URL+"/desk/first-run" {
		t.Errorf("the page is said to be at %s", line.URL)
	}
	if err := site.Logins.FirstRun.Check(t.Context(), line.Token); err != nil {
		t.Errorf("the logged token does not serve: %v", err)
	}
}

// refused starts a server that must not start.
func refused(t *testing.T, c config.Config, o app.Options, key string) {
	t.Helper()
	running, err := app.Start(t.Context(), c, o)
	if err == nil {
		err = running.Stop(t.Context())
		t.Fatalf("it started (and stopped: %v), want %s", err, key)
	}
	if !errs.Is(err, key) {
		t.Errorf("got %v, want %s", err, key)
	}
}

func TestAFolderInUseIsRefusedAndStaysUsable(t *testing.T) {
	t.Parallel()
	site := testkit.Start(t, sqldb.SQLite)
	refused(t, site.Config, app.Options{}, "store.in_use")
	if p := site.Visitor().Get("/readyz"); p.Status != http.StatusOK {
		t.Errorf("the first server answers %d", p.Status)
	}
}

func TestAnAddressInUseIsRefusedBeforeTheStoreIsTouched(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // the test is over
	c := testkit.Bare(sqldb.Options{Dir: t.TempDir()})
	c.Addr = taken.Addr().String()
	refused(t, c, app.Options{}, "app.address_taken")
	if left, err := os.ReadDir(c.Data); err != nil || len(left) != 0 {
		t.Errorf("the folder holds %v (%v)", left, err)
	}
}

func TestKeysThatOthersMayReadAreRefused(t *testing.T) {
	t.Parallel()
	c := testkit.Config(t, sqldb.SQLite)
	if err := os.Chmod(c.Keys(), 0o644); err != nil {
		t.Fatal(err)
	}
	refused(t, c, app.Options{}, "seal.key_readable")
}

func TestAStoreWhoseKeysAreLostGetsNoNewOnes(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		c := testkit.Config(t, engine)
		if err := os.Remove(c.Keys()); err != nil {
			t.Fatal(err)
		}
		refused(t, c, app.Options{}, "seal.key_missing")
		if _, err := os.Stat(c.Keys()); err == nil {
			t.Error("a new key file was made")
		}
	})
}

func TestTheKeyFileOfAnotherStoreIsRefused(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		c := testkit.Config(t, engine)
		house, err := app.Open(t.Context(), c.Store, clock.System())
		if err != nil {
			t.Fatal(err)
		}
		if err := house.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(c.Keys()); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Create(c.Keys()); err != nil {
			t.Fatal(err)
		}
		refused(t, c, app.Options{}, "app.other_key")
	})
}

func TestTwoReplicasShareOneStore(t *testing.T) {
	t.Parallel()
	first := testkit.Start(t, sqldb.Postgres)
	second := testkit.StartWith(t, first.Config, app.Options{})
	for _, site := range []*testkit.Site{first, second} {
		if p := site.Visitor().Get("/readyz"); p.Status != http.StatusOK {
			t.Errorf("%s is not ready: %d", site.URL, p.Status)
		}
	}
}

func TestTwoReplicasMayStartAtOnceOnAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	o := sqldbtest.Empty(t, sqldb.Postgres)
	c := testkit.Bare(o)
	if _, err := seal.Create(c.Keys()); err != nil {
		t.Fatal(err)
	}
	type result struct {
		running *app.App
		err     error
	}
	results := make(chan result)
	for range 2 {
		go func() {
			running, err := app.Start(t.Context(), c, app.Options{})
			results <- result{running, err}
		}()
	}
	for range 2 {
		r := <-results
		if r.err != nil {
			t.Error(r.err)
			continue
		}
		t.Cleanup(func() {
			if err := r.running.Stop(t.Context()); err != nil {
				t.Log(err) // t.Context() has ended: requests are not waited for
			}
		})
	}
}

func TestStopLetsARequestFinish(t *testing.T) {
	t.Parallel()
	c := testkit.Config(t, sqldb.SQLite)
	running, err := app.Start(t.Context(), c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Readiness asks the one writing connection, which is busy until the test lets it go.
	writing, release := make(chan struct{}), make(chan struct{})
	written := make(chan error, 1)
	go func() {
		written <- running.DB.Write(context.Background(), func(*sqldb.Tx) error {
			close(writing)
			<-release
			return nil
		})
	}()
	<-writing
	answered, sent := make(chan int, 1), make(chan struct{})
	asked, err := http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) },
	}), http.MethodGet, running.URL+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		answer, err := http.DefaultClient.Do(asked)
		if err != nil {
			answered <- 0
			return
		}
		answered <- answer.StatusCode
		_ = answer.Body.Close() // nothing was read
	}()
	<-sent
	time.Sleep(100 * time.Millisecond) // until the handler waits
	stopped := make(chan error, 1)
	go func() { stopped <- running.Stop(context.Background()) }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped before the request was answered: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	close(release)
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the request under way was answered with %d", status)
	}
	for _, ended := range []chan error{stopped, written} {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if _, err := net.Dial("tcp", strings.TrimPrefix(running.URL, "http://")); err == nil {
		t.Error("the stopped server still listens")
	}
}

func TestRetentionHasOneLowerBound(t *testing.T) {
	t.Parallel()
	if config.MinAuditRetention != audit.MinRetention {
		t.Errorf("the configuration allows %d days, the audit log %d", config.MinAuditRetention, audit.MinRetention)
	}
}
