package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// One browser serves all journeys; each journey has a context of its own, with its own cookies.
var browser struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func startBrowser() (context.Context, error) {
	browser.once.Do(func() {
		path, err := exec.LookPath("chromium")
		if err != nil {
			browser.err = fmt.Errorf("the journeys need Chromium (Debian package chromium): %w", err)
			return
		}
		profile, err := os.MkdirTemp("", "openweek-chromium-")
		if err != nil {
			browser.err = err
			return
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(profile), chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
			chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
			chromedp.Flag("hide-scrollbars", true), chromedp.Flag("disable-dev-shm-usage", true),
		)
		allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, stopBrowser := chromedp.NewContext(allocator)
		browser.stop = func() {
			stopBrowser()
			stopAllocator()
			os.RemoveAll(profile) //nolint:errcheck // a left-over folder in the temporary directory harms nobody
		}
		browser.ctx = ctx
		browser.err = chromedp.Do(ctx, chromedp.Navigate("about:blank"))
	})
	return browser.ctx, browser.err
}

// Tab is one reader's browser tab in a context of its own.
type Tab struct {
	t    *testing.T
	ctx  context.Context
	base string
	name string
	lang string
	n    int
}

// Sizes of the two readers: a phone and an office PC.
const (
	phone  = 390
	office = 1440
)

// openTab opens a fresh tab, width px wide, whose reader has chosen a language ("zh-Hans" or "en"); it
// shows nothing yet.
func openTab(t *testing.T, base string, width int64, lang string) *Tab {
	t.Helper()
	root, err := startBrowser()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(root, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancelTime)
	tab := &Tab{t: t, ctx: ctx, base: base, lang: lang, name: strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + "-" + lang}
	tab.size(width)
	tab.cookie("ow_lang", lang)
	return tab
}

// size makes the tab as wide as a phone or an office PC.
func (tab *Tab) size(width int64) {
	tab.t.Helper()
	height := int64(900)
	if width == phone {
		height = 844
	}
	tab.do("viewport", chromedp.EmulateViewport(width, height))
}

func (tab *Tab) cookie(name, value string) {
	tab.t.Helper()
	tab.do("cookie "+name, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: tab.base})
		return err
	}))
}

func (tab *Tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, actions...); err != nil {
		tab.failShot()
		tab.t.Fatalf("%s on %s: %v", what, tab.path(), err)
	}
}

func (tab *Tab) path() string {
	url, err := chromedp.Run(tab.ctx, chromedp.Location())
	if err != nil {
		return "?"
	}
	return strings.TrimPrefix(url, tab.base)
}

// Go opens a path and fails on a browser error.
func (tab *Tab) Go(path string) {
	tab.t.Helper()
	tab.do("open "+path, chromedp.Navigate(tab.base+path))
}

// eval runs JavaScript and decodes its JSON-able value.
func eval[T any](tab *Tab, script string, args ...any) T {
	tab.t.Helper()
	value, err := chromedp.Run(tab.ctx, chromedp.Evaluate[T](fmt.Sprintf(script, quoted(args)...), chromedp.EvalAwaitPromise))
	if err != nil {
		tab.failShot()
		tab.t.Fatalf("script on %s: %v\n%.300s", tab.path(), err, script)
	}
	return value
}

func quoted(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			panic(err)
		}
		out[i] = string(b)
	}
	return out
}

// find marks the first visible control, link or button with the given visible name (label, text or
// aria-label) and returns a selector for it, as a person would find it.
const find = `(() => {
  const want = %s, sel = %s;
  const tidy = s => (s || '').replace(/\s+/g, ' ').trim();
  const name = e => {
    if (e.getAttribute('aria-label')) return tidy(e.getAttribute('aria-label'));
    if (e.labels && e.labels.length) { const l = e.labels[0].cloneNode(true); l.querySelectorAll('[aria-hidden],.hint,small').forEach(x => x.remove()); return tidy(l.textContent); }
    return tidy(e.textContent) || tidy(e.value);
  };
  const all = [...document.querySelectorAll(sel)].filter(e => e.getClientRects().length);
  const hit = all.find(e => name(e) === want) || all.find(e => name(e).replace(/[*＊（(]?必填[)）]?|required/gi, '').trim() === want) || all.find(e => name(e).startsWith(want)) || all.find(e => name(e).includes(want));
  if (!hit) return '';
  const id = 'e2e' + (window.__e2e = (window.__e2e || 0) + 1);
  hit.setAttribute('data-e2e', id);
  hit.scrollIntoView({block: 'center', behavior: 'instant'});
  return '[data-e2e="' + id + '"]';
})()`

func (tab *Tab) locate(kinds, name string) chromedp.CSS {
	tab.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; {
		if sel := eval[string](tab, find, name, kinds); sel != "" {
			return chromedp.CSS(sel)
		}
		if time.Now().After(deadline) {
			tab.failShot()
			tab.t.Fatalf("%s has no visible %s named %q; it says: %.600s", tab.path(), kinds, name, tab.Text())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Fill writes a value into the field with the label, as a paste or an input method does: at once.
func (tab *Tab) Fill(label, value string) {
	tab.t.Helper()
	tab.write(tab.locate("input:not([type=hidden]):not([type=checkbox]):not([type=radio]),textarea", label), value)
}

func (tab *Tab) write(sel chromedp.CSS, value string) {
	tab.t.Helper()
	if !eval[bool](tab, `(() => { const e = document.querySelector(%s); if (!e) return false; e.focus(); e.value = ''; e.dispatchEvent(new Event('input', {bubbles: true})); return true; })()`, string(sel)) {
		tab.failShot()
		tab.t.Fatalf("%s has no %s", tab.path(), sel)
	}
	tab.do("fill "+string(sel), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: value})
		return err
	}))
}

// FillDate sets a date field, which types differently in every language of the browser.
func (tab *Tab) FillDate(label, day string) {
	tab.t.Helper()
	eval[any](tab, `(() => { const e = document.querySelector(%s); e.value = %s; e.dispatchEvent(new Event('change', {bubbles: true})); return null; })()`, string(tab.locate("input", label)), day)
}

// Choose picks the option with the text in the select with the label.
func (tab *Tab) Choose(label, option string) {
	tab.t.Helper()
	sel := tab.locate("select", label)
	ok := eval[bool](tab, `(() => { const s = document.querySelector(%s); const o = [...s.options].find(o => o.text.trim().startsWith(%s)); if (!o) return false; s.value = o.value; s.dispatchEvent(new Event('change', {bubbles: true})); return true; })()`, string(sel), option)
	if !ok {
		tab.t.Fatalf("select %q on %s has no option %q", label, tab.path(), option)
	}
}

// Tick ticks or picks the checkbox or radio button with the label.
func (tab *Tab) Tick(label string) {
	tab.t.Helper()
	tab.do("tick "+label, chromedp.Click(tab.locate("input[type=checkbox],input[type=radio]", label)))
}

// Upload puts a file into the file field with the label.
func (tab *Tab) Upload(label, file string) {
	tab.t.Helper()
	tab.do("upload "+label, chromedp.SetUploadFiles(tab.locate("input[type=file]", label), []string{file}))
}

// Click clicks a link or button that stays on the page (a tab, a disclosure).
func (tab *Tab) Click(name string) {
	tab.t.Helper()
	tab.do("click "+name, chromedp.Click(tab.locate("a,button,summary,input[type=submit],[role=button]", name)))
}

// Unfold shows all conditions of a filter bar, which a phone folds.
func (tab *Tab) Unfold() {
	tab.t.Helper()
	const more = ".ow-filter-more"
	if eval[bool](tab, `document.querySelector(%s)?.getClientRects().length > 0`, more) {
		tab.do("unfold", chromedp.Click(chromedp.CSS(more)))
	}
}

// Follow clicks a link or button and waits for the next page.
func (tab *Tab) Follow(name string) {
	tab.t.Helper()
	sel := tab.locate("a,button,input[type=submit]", name)
	for try := 1; ; try++ {
		ctx, cancel := context.WithTimeout(tab.ctx, 15*time.Second)
		_, err := chromedp.RunResponse(ctx, chromedp.Click(sel))
		cancel()
		if err == nil {
			return
		}
		// A press may land beside a button that is still moving into its place; a person presses again.
		if tab.ctx.Err() != nil || try == 3 || !errors.Is(err, context.DeadlineExceeded) {
			tab.failShot()
			tab.t.Fatalf("follow %q on %s: %v", name, tab.path(), err)
		}
		if !eval[bool](tab, `document.querySelector(%s) !== null`, string(sel)) {
			return // the next page has come late
		}
	}
}

// Text is what a reader sees of the page.
func (tab *Tab) Text() string {
	tab.t.Helper()
	return eval[string](tab, `document.body ? document.body.innerText : ''`)
}

// Sees fails unless the page says all of the texts.
func (tab *Tab) Sees(texts ...string) {
	tab.t.Helper()
	for _, want := range texts {
		deadline := time.Now().Add(4 * time.Second)
		for !strings.Contains(squeeze(tab.Text()), squeeze(want)) {
			if time.Now().After(deadline) {
				tab.failShot()
				tab.t.Fatalf("%s does not say %q; it says: %.1500s", tab.path(), want, tab.Text())
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// SeesNot fails if the page says one of the texts.
func (tab *Tab) SeesNot(texts ...string) {
	tab.t.Helper()
	said := squeeze(tab.Text())
	for _, bad := range texts {
		if strings.Contains(said, squeeze(bad)) {
			tab.failShot()
			tab.t.Fatalf("%s says %q", tab.path(), bad)
		}
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// At fails unless the address begins with the path.
func (tab *Tab) At(path string) {
	tab.t.Helper()
	if got := tab.path(); !strings.HasPrefix(got, path) {
		tab.failShot()
		tab.t.Fatalf("at %s instead of %s: %.600s", got, path, tab.Text())
	}
}

// FillNamed types a value into the field that the form sends under a name, where a page has several
// fields of one label.
func (tab *Tab) FillNamed(field, value string) {
	tab.t.Helper()
	tab.write(chromedp.CSS(`[name="`+field+`"]`), value)
}

// Press types keys to whatever has the focus.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	tab.do("press a key", chromedp.KeyEvent(keys))
}

// Download gives the body of a file that a page links to, asked for with the tab's cookies.
func (tab *Tab) Download(path string) []byte {
	tab.t.Helper()
	body, err := base64.StdEncoding.DecodeString(eval[string](tab, `fetch(%s).then(async r => {
		if (!r.ok) throw new Error(r.status);
		return btoa([...new Uint8Array(await r.arrayBuffer())].map(b => String.fromCharCode(b)).join('')); })`, path))
	if err != nil {
		tab.t.Fatal(err)
	}
	return body
}

// Dark shows pages as to somebody whose machine is set to dark.
func (tab *Tab) Dark() {
	tab.t.Helper()
	dark := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	tab.do("dark", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, dark)
		return err
	}))
}

// Steady checks what every page must hold: no sideways scrolling, a title, a language, no console errors
// are checked by Axe and by the width.
func (tab *Tab) Steady() {
	tab.t.Helper()
	if over := eval[float64](tab, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		tab.failShot()
		tab.t.Errorf("%s scrolls sideways by %v px", tab.path(), over)
	}
	if raw := eval[string](tab, `(document.body.innerText.match(/⟦[^⟧]*⟧/) || [''])[0]`); raw != "" {
		tab.t.Errorf("%s shows the key %s instead of a sentence", tab.path(), raw)
	}
}

// Shot keeps a picture of the whole page when OPENWEEK_SHOTS names a folder.
func (tab *Tab) Shot(name string) {
	tab.t.Helper()
	dir := os.Getenv("OPENWEEK_SHOTS")
	if dir == "" {
		return
	}
	tab.save(filepath.Join(dir, name+"-"+tab.lang+".png"))
}

func (tab *Tab) failShot() {
	if dir := os.Getenv("OPENWEEK_SHOTS"); dir != "" {
		tab.n++
		tab.save(filepath.Join(dir, fmt.Sprintf("FAIL-%s-%d.png", tab.name, tab.n)))
	}
}

func (tab *Tab) save(path string) {
	picture, err := chromedp.Run(tab.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(path, picture, 0o644)
	}
	if err != nil {
		tab.t.Logf("no picture %s: %v", filepath.Base(path), err)
	}
}

var axeSource = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	return string(source) + ";null", err
})

// Axe fails on any serious or critical finding of axe-core on the present page.
func (tab *Tab) Axe() {
	tab.t.Helper()
	tab.Steady()
	source, err := axeSource()
	if err != nil {
		tab.t.Fatalf("axe-core is not installed (npm ci): %v", err)
	}
	if _, err := chromedp.Run(tab.ctx, chromedp.Evaluate[any](source)); err != nil {
		tab.t.Fatalf("axe-core: %v", err)
	}
	type finding struct {
		ID, Impact, Help string
		Nodes            []struct {
			Target         []any
			FailureSummary string
		}
	}
	found := eval[[]finding](tab, `axe.run(document, {preload: false, resultTypes: ['violations'], runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']}).then(r => r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 3).map(n => ({Target: n.target, FailureSummary: n.failureSummary}))})))`)
	for _, f := range found {
		tab.t.Errorf("%s: axe %s (%s): %s %v", tab.path(), f.ID, f.Impact, f.Help, f.Nodes)
	}
}
