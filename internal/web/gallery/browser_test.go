package gallery_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"openweek/internal/clock"
	"openweek/internal/httpx"
	"openweek/internal/web/assets"
	"openweek/internal/web/gallery"
	"openweek/internal/web/ui"
)

const axeFile = "../../../node_modules/axe-core/axe.min.js"

// browser starts Chromium before the gallery; the test is skipped where a part is missing.
func browser(t *testing.T) (ctx context.Context, base string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine")
	}
	if err := assets.Check(); err != nil {
		t.Skip(err)
	}
	shell := &ui.Shell{}
	s := httptest.NewServer(httpx.New(httpx.Options{Clock: clock.System(), Log: slog.New(slog.DiscardHandler), RenderError: shell.RenderError}, gallery.Routes(shell), assets.Routes()))
	t.Cleanup(s.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil { // the first context must not have a timeout
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	return ctx, s.URL
}

func evaluate[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.80s: %v", js, err)
	}
	return v
}

func media(scheme string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return chromedp.Void{}, err
	}
}

// finding is one broken rule of axe-core.
type finding struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// WCAG 2.2 AA in both languages, on a phone and a desk, light and dark, normal and large type; no
// page is wider than its screen.
func TestGalleryIsAccessible(t *testing.T) {
	ctx, base := browser(t)
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		t.Skip("axe-core is not installed: run npm ci")
	}
	for _, c := range []struct {
		path, scheme string
		width        int64
	}{
		{"/dev/gallery?lang=zh-Hans&reading=normal", "light", 1440},
		{"/dev/gallery?lang=en", "dark", 1440},
		{"/dev/gallery?lang=en", "light", 390},
		{"/dev/gallery/portal?lang=zh-Hans", "light", 1440},
		{"/dev/gallery/portal?lang=en", "light", 390},
		{"/dev/gallery/portal?lang=zh-Hans&reading=large", "light", 390},
		{"/dev/gallery?reading=large", "dark", 390},
		{"/dev/gallery/form?bad=1", "light", 1440},
		{"/dev/gallery/form?bad=1&reading=normal", "light", 1440},
		{"/dev/gallery/form?bad=1", "dark", 390},
		{"/dev/gallery/confirm", "light", 1440},
		{"/dev/gallery/error/internal", "light", 390},
	} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(c.width, 900), media(c.scheme), chromedp.Navigate(base+c.path)); err != nil {
			t.Fatal(err)
		}
		if wide := evaluate[int64](t, ctx, `document.documentElement.scrollWidth`); wide > c.width {
			t.Errorf("%s is %d px wide on a screen of %d", c.path, wide, c.width)
		}
		evaluate[bool](t, ctx, string(axe)+"; true")
		found := evaluate[[]finding](t, ctx, `axe.run(document, {
				runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
				rules: {"color-contrast-enhanced": {enabled: document.documentElement.classList.contains("large")}}, // 7:1 in the large-type mode
			})
			.then(r => r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 160) + " — " + n.failureSummary.slice(0, 200))})))`)
		for _, f := range found {
			t.Errorf("%s (%s, %d px): %s: %s\n  %s", c.path, c.scheme, c.width, f.ID, f.Help, strings.Join(f.Nodes, "\n  "))
		}
	}
}

// With JavaScript a question opens as a dialog over the page, and Escape or “cancel” closes it.
func TestQuestionOpensAsADialog(t *testing.T) {
	ctx, base := browser(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/dev/gallery?lang=en"),
		chromedp.Click(chromedp.CSS("a[data-dialog]")), chromedp.WaitVisible(chromedp.CSS("dialog[open] .ow-confirm"))); err != nil {
		t.Fatal(err)
	}
	if got := evaluate[string](t, ctx, `location.pathname + " " + document.querySelector("dialog h1").textContent`); got != "/dev/gallery Publish the edition of 2020?" {
		t.Errorf("got %q", got)
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("dialog [data-dialog-close]"))); err != nil {
		t.Fatal(err)
	}
	if got := evaluate[string](t, ctx, `location.pathname + " " + document.querySelectorAll("dialog").length`); got != "/dev/gallery 0" {
		t.Errorf("after cancel: %q", got)
	}
}

// Nothing on a page is blocked by our own content security policy, and the libraries run under it.
func TestPagesRunUnderThePolicy(t *testing.T) {
	ctx, base := browser(t)
	for _, path := range []string{"/dev/gallery", "/dev/gallery/portal", "/dev/gallery/form"} {
		if err := chromedp.Do(ctx, chromedp.Navigate(base+path)); err != nil {
			t.Fatal(err)
		}
		got := evaluate[json.RawMessage](t, ctx, `({
			htmx: typeof window.htmx, alpine: typeof window.Alpine,
			violations: performance.getEntriesByType("resource").filter(e => e.responseStatus >= 400).map(e => e.name),
			styled: getComputedStyle(document.body).display,
			icons: [...document.querySelectorAll("svg.ow-icon")].every(s => s.getBoundingClientRect().width < 60)
		})`)
		if want := `{"htmx":"object","alpine":"object","violations":[],"styled":"flex","icons":true}`; string(got) != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
