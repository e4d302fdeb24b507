// Command screenshots makes the pictures of the READMEs from the running product: it starts the demo
// on a store of its own and photographs pages in Chromium. It needs bin/openweek (make build).
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"

	"openweek/internal/sample"
)

const folder = "docs/images"

// picture is one page as somebody sees it.
type picture struct {
	name   string
	path   string
	width  int64
	height int64
	signIn string   // a sample person, "" for the public
	follow []string // links to click on from path, as selectors
}

var pictures = []picture{
	{"portal-home", "/", 1440, 900, "", nil},
	{"portal-home-phone", "/", 390, 844, "", nil},
	{"desk-notice", "/desk/notices", 1440, 900, "sheng.head", []string{`main tbody tr:last-child a[href^="/desk/notices/"]`}},
	{"desk-obligations", "/desk/editions", 1440, 900, "sheng.head", []string{`main a[href^="/desk/editions/"]`, `.ow-tabs a[href$="/obligations"]`}},
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "openweek-screenshots-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	base, stop, err := startDemo(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return fmt.Errorf("the pictures need Chromium (Debian package chromium): %w", err)
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.UserDataDir(filepath.Join(dir, "browser")), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
	)...)
	defer stopAllocator()
	browser, stopBrowser := chromedp.NewContext(allocator)
	defer stopBrowser()
	if err := chromedp.Do(browser, chromedp.Navigate("about:blank")); err != nil {
		return err
	}
	for _, language := range []string{"zh-Hans", "en"} {
		for _, p := range pictures {
			if err := take(browser, base, language, p); err != nil {
				return fmt.Errorf("%s in %s: %w", p.name, language, err)
			}
		}
	}
	return nil
}

// startDemo starts the product on a free port and reads its address from what it prints.
func startDemo(dir string) (base string, stop func() error, err error) {
	demo := exec.Command("bin/openweek", "demo", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data"), "--log-level", "warn")
	printed := &address{found: make(chan string, 1)}
	demo.Stdout = printed
	if err := demo.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error {
		err := demo.Process.Signal(syscall.SIGTERM)
		return errors.Join(err, demo.Wait())
	}
	select {
	case base = <-printed.found:
		return base, stop, nil
	case <-time.After(30 * time.Second):
		return "", nil, errors.Join(errors.New("the demo does not start"), stop())
	}
}

// address finds the first http:// address in what is written to it.
type address struct {
	found chan string
	seen  strings.Builder
	told  bool
}

// Write looks at what the demo prints.
func (a *address) Write(p []byte) (int, error) {
	if a.told {
		return len(p), nil
	}
	a.seen.Write(p)
	_, rest, begins := strings.Cut(a.seen.String(), "http://")
	line, _, ends := strings.Cut(rest, "\n")
	if begins && ends {
		a.told = true
		a.found <- "http://" + strings.TrimSpace(line)
	}
	return len(p), nil
}

func take(browser context.Context, base, language string, p picture) error {
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer cancel()
	ctx, cancelTime := context.WithTimeout(ctx, time.Minute)
	defer cancelTime()
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.EmulateViewport(p.width, p.height), chromedp.Navigate(base + "/?lang=" + language),
	}
	if p.signIn != "" {
		steps = append(steps,
			chromedp.Navigate(base+"/desk/sign-in"),
			chromedp.SendKeys(chromedp.CSS("input[name=name]"), p.signIn),
			chromedp.SendKeys(chromedp.CSS("input[name=password]"), sample.Password),
			chromedp.Click(chromedp.CSS("main form [type=submit]")),
			chromedp.WaitVisible(chromedp.CSS("nav")),
		)
	}
	if err := chromedp.Do(ctx, append(steps, chromedp.Navigate(base+p.path))...); err != nil {
		return err
	}
	for _, link := range p.follow {
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(link))); err != nil {
			return err
		}
	}
	shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	if http.DetectContentType(shot) != "image/png" {
		return errors.New("the browser gave no picture")
	}
	return os.WriteFile(filepath.Join(folder, p.name+"."+language+".png"), shot, 0o644)
}
