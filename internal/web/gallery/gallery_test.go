package gallery_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"openweek/internal/clock"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/gallery"
	"openweek/internal/web/ui"
)

func serve(t *testing.T) *httptest.Server {
	shell := &ui.Shell{}
	s := httptest.NewServer(httpx.New(httpx.Options{Clock: clock.System(), Log: slog.New(slog.DiscardHandler), RenderError: shell.RenderError}, gallery.Routes(shell)))
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// forbidden is what the content security policy would silently ignore, and keys without a text.
var forbidden = regexp.MustCompile(`⟦[^⟧]*⟧|<style|\sstyle=|<script(?: [^>]*)?>[^<]|\son[a-z]+=|javascript:|https?://[^"]*\.(?:js|css)`)

func TestEveryPageHoldsInBothLanguagesUnderThePolicy(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for path, want := range map[string]int{
		"/dev/gallery": 200, "/dev/gallery/portal": 200, "/dev/gallery/form": 200, "/dev/gallery/form?bad=1": 200,
		"/dev/gallery/confirm": 200, "/dev/gallery/error/internal": 500, "/nowhere": 404, "/desk/nowhere": 404,
	} {
		for _, l := range i18n.Locales {
			url := s.URL + httpx.WithQuery(path, httpx.QueryLang, string(l))
			status, body := get(t, url)
			if status != want {
				t.Errorf("%s: status %d, want %d", url, status, want)
			}
			if found := forbidden.FindString(body); found != "" {
				t.Errorf("%s: holds %q", url, found)
			}
			if !regexp.MustCompile(`<html lang="` + string(l) + `"`).MatchString(body) {
				t.Errorf("%s: is not in %s", url, l)
			}
		}
	}
}

func TestEachPageHasOneHeadingOfTheFirstLevelAndUniqueIDs(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ids := regexp.MustCompile(`\sid="([^"]+)"`)
	for _, path := range []string{"/dev/gallery", "/dev/gallery/portal", "/dev/gallery/form?bad=1", "/dev/gallery/confirm", "/nowhere"} {
		_, body := get(t, s.URL+path)
		if n := len(regexp.MustCompile(`<h1[ >]`).FindAllString(body, -1)); n != 1 {
			t.Errorf("%s: %d headings of the first level", path, n)
		}
		seen := map[string]bool{}
		for _, found := range ids.FindAllStringSubmatch(body, -1) {
			if seen[found[1]] {
				t.Errorf("%s: id %s stands twice", path, found[1])
			}
			seen[found[1]] = true
		}
	}
}
