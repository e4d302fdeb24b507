package assets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"openweek/internal/clock"
	"openweek/internal/httpx"
)

// needBuilt skips where the front end is not built, as in a fresh clone.
func needBuilt(t *testing.T) {
	t.Helper()
	if errors.Is(Check(), ErrEmpty) {
		t.Skip("the front end is not built: run npm ci && npm run build")
	}
	if err := Check(); err != nil {
		t.Fatal(err)
	}
}

func TestEmptyFolderSaysSo(t *testing.T) {
	t.Parallel()
	if _, err := read(fstest.MapFS{"dist/.keep": {}}); !errors.Is(err, ErrEmpty) {
		t.Errorf("got %v, want ErrEmpty", err)
	}
}

func TestManifestThatNamesAMissingFileIsRefused(t *testing.T) {
	t.Parallel()
	_, err := read(fstest.MapFS{"dist/manifest.json": {Data: []byte(`{"a.css":"a-1.css"}`)}})
	if err == nil || errors.Is(err, ErrEmpty) {
		t.Errorf("got %v", err)
	}
}

func TestFilesAreServedForGoodAndCompressed(t *testing.T) {
	t.Parallel()
	needBuilt(t)
	s := httptest.NewServer(httpx.New(httpx.Options{Clock: clock.System(), Log: slog.New(slog.DiscardHandler)}, Routes()))
	t.Cleanup(s.Close)
	for name, contentType := range map[string]string{
		"portal.css": "text/css; charset=utf-8", "desk.css": "text/css; charset=utf-8",
		"app.js": "text/javascript; charset=utf-8", "icons.svg": "image/svg+xml", "mark.svg": "image/svg+xml",
	} {
		plain := get(t, s.URL+URL(name), "")
		if plain.Header.Get("Content-Type") != contentType || plain.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %v", name, plain.Header)
		}
		zipped := get(t, s.URL+URL(name), "gzip")
		if zipped.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s is not compressed", name)
			continue
		}
		zr, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := io.ReadAll(plain.Body)
		b, err := io.ReadAll(zr)
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: the compressed file differs (%v)", name, err)
		}
	}
	if missing := get(t, s.URL+Prefix+"nothing.css", ""); missing.StatusCode != 404 {
		t.Errorf("an unknown file: %d", missing.StatusCode)
	}
}

func get(t *testing.T, url, encoding string) *http.Response {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", encoding)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// Offices run old browsers: Chromium 109 and Safari 15 are the oldest that must show our pages.
func TestStylesHoldInTheOldestBrowsers(t *testing.T) {
	t.Parallel()
	needBuilt(t)
	unknown := regexp.MustCompile(`light-dark\(|color-mix\(|oklch\(|oklab\(|@container\b|@layer\b|@scope\b|:has\(`)
	for name, f := range built.files {
		// The page of the API is for programmers; where its library's @container is unknown, narrow screens scroll.
		if strings.HasSuffix(name, ".css") && !strings.HasPrefix(name, "api-docs-") {
			if found := unknown.Find(f.plain); found != nil {
				t.Errorf("%s uses %s", name, found)
			}
		}
	}
}

func TestNothingIsLoadedFromElsewhere(t *testing.T) {
	t.Parallel()
	needBuilt(t)
	for name, f := range built.files {
		if !strings.HasSuffix(name, ".css") {
			continue
		}
		for _, found := range regexp.MustCompile(`(?:url\(|@import\s*)["']?(https?:)?//`).FindAll(f.plain, -1) {
			t.Errorf("%s loads from elsewhere: %s", name, found)
		}
	}
}
