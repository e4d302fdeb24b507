package httpx_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"openweek/internal/clock"
	"openweek/internal/httpx"
)

// sink is a ResponseWriter that costs nothing, so that the difference is ours.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkWarmPage is what a page out of the cache costs beside a handler that only writes it.
func BenchmarkWarmPage(b *testing.B) {
	body := bytes.Repeat([]byte("0123456789abcdef"), 1280) // 20 KB
	mux := httpx.New(httpx.Options{
		Clock: clock.System(), NoRateLimit: true,
		Log: slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelInfo})),
	}, []httpx.Route{{Pattern: "GET /x", Who: httpx.Anyone, Cache: &httpx.Cache{Topics: []string{"edition", "unit"}},
		Handle: func(w http.ResponseWriter, r *httpx.Request) error { return httpx.WriteHTML(w, r, 200, body) }}})
	bare := http.NewServeMux()
	bare.HandleFunc("GET /x", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	})
	for _, c := range []struct {
		name    string
		handler http.Handler
	}{{"cached", mux}, {"bare", bare}} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/x", nil)
			r.Header.Set("Accept-Encoding", "gzip, deflate, br")
			r.Header.Set("Accept-Language", "zh-CN,zh;q=0.9")
			b.ReportAllocs()
			for b.Loop() {
				c.handler.ServeHTTP(&sink{http.Header{}}, r)
			}
		})
	}
}
