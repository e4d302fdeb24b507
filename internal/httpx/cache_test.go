package httpx_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/httpx"
)

// counted is a cached page that tells how often it was made.
type counted struct{ made atomic.Int64 }

func (c *counted) handle(w http.ResponseWriter, r *httpx.Request) error {
	n := c.made.Add(1)
	return httpx.WriteHTML(w, r, 200, []byte(fmt.Sprint(n, " ", r.URL.RawQuery, " ", r.Locale, " ", r.LargeType, " ", r.Actor.Class, strings.Repeat(" ", 1200), ".")))
}

func cached(t *testing.T, c *httpx.Cache) (*site, *counted, *clock.Manual) {
	page := &counted{}
	now := clock.NewManual(time.Date(2026, 7, 20, 23, 59, 0, 0, clock.Shanghai))
	s := serve(t, httpx.Options{Clock: now, Authenticate: staff(false)}, httpx.Route{Pattern: "GET /x", Handle: page.handle, Who: httpx.Anyone, Cache: c})
	return s, page, now
}

func first(a answer) string { return strings.TrimRight(a.body, " .") }

func TestCachedPageIsMadeOnceAndExpiresByTopic(t *testing.T) {
	t.Parallel()
	s, page, _ := cached(t, &httpx.Cache{Topics: []string{"edition"}})
	equal(t, "made", first(s.get("/x")), "1  zh-Hans false public")
	warm := s.get("/x", "Accept-Encoding", "gzip")
	equal(t, "kept", strings.TrimRight(unzip(t, warm.body), " ."), "1  zh-Hans false public")
	equal(t, "vary", warm.header.Get("Vary"), "Accept-Encoding, Accept-Language, Cookie")
	etag := warm.header.Get("Etag")
	unchanged := s.get("/x", "If-None-Match", etag)
	equal(t, "unchanged", unchanged.status, 304)
	equal(t, "unchanged body", unchanged.body, "")
	s.mux.Invalidate("unit")
	equal(t, "another topic", first(s.get("/x")), "1  zh-Hans false public")
	s.mux.Invalidate("edition")
	equal(t, "its topic", first(s.get("/x", "If-None-Match", etag)), "2  zh-Hans false public")
	equal(t, "made twice", page.made.Load(), 2)
	s.mux.Invalidate("edition.0197f4c2")
	equal(t, "one thing of its topic", first(s.get("/x")), "3  zh-Hans false public")
}

func TestCacheKeyIsQueryLanguageReadingModeAndDay(t *testing.T) {
	t.Parallel()
	s, _, now := cached(t, &httpx.Cache{Query: []string{"day"}})
	equal(t, "plain", first(s.get("/x?utm=1")), "1  zh-Hans false public")
	equal(t, "unknown query is dropped", first(s.get("/x?utm=2")), "1  zh-Hans false public")
	equal(t, "allowed query", first(s.get("/x?day=1&utm=2")), "2 day=1 zh-Hans false public")
	equal(t, "language", first(s.get("/x", "Accept-Language", "en")), "3  en false public")
	equal(t, "reading mode", first(s.get("/x", "Cookie", "ow_large=1")), "4  zh-Hans true public")
	equal(t, "kept", first(s.get("/x")), "1  zh-Hans false public")
	now.Advance(2 * time.Minute)
	equal(t, "the next day", first(s.get("/x")), "5  zh-Hans false public")
}

func TestCacheNeverServesWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	s, _, _ := cached(t, &httpx.Cache{})
	equal(t, "public", first(s.get("/x")), "1  zh-Hans false public")
	equal(t, "staff", first(s.get("/x", "Cookie", "ow_login=good")), "2  zh-Hans false staff")
	equal(t, "public again", first(s.get("/x")), "1  zh-Hans false public")
	told := s.get("/x", "Cookie", "ow_flash=good:unit.changed")
	equal(t, "with a message", first(told), "3  zh-Hans false public")
}

func TestCacheForBoundsTheAge(t *testing.T) {
	t.Parallel()
	s, _, now := cached(t, &httpx.Cache{For: time.Second})
	equal(t, "made", first(s.get("/x")), "1  zh-Hans false public")
	now.Advance(999 * time.Millisecond)
	equal(t, "kept", first(s.get("/x")), "1  zh-Hans false public")
	now.Advance(time.Millisecond)
	equal(t, "old", first(s.get("/x")), "2  zh-Hans false public")
}

// A page that was being made from old data while its topic changed must not be kept.
func TestPageMadeBeforeAChangeIsNotKept(t *testing.T) {
	t.Parallel()
	var made atomic.Int64
	reading, changed := make(chan struct{}), make(chan struct{})
	s := serve(t, httpx.Options{}, httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Cache: &httpx.Cache{Topics: []string{"edition"}},
		Handle: func(w http.ResponseWriter, r *httpx.Request) error {
			n := made.Add(1)
			if n == 1 {
				close(reading)
				<-changed
			}
			return httpx.WriteHTML(w, r, 200, []byte(fmt.Sprint(n)))
		}})
	var wait sync.WaitGroup
	wait.Go(func() { s.get("/x") })
	<-reading
	s.mux.Invalidate("edition")
	close(changed)
	wait.Wait()
	equal(t, "made anew", s.get("/x").body, "2")
}

func TestVisitorsAtTheSameTimeWaitForOnePage(t *testing.T) {
	t.Parallel()
	var made atomic.Int64
	s := serve(t, httpx.Options{}, httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Cache: &httpx.Cache{},
		Handle: func(w http.ResponseWriter, r *httpx.Request) error {
			made.Add(1)
			time.Sleep(100 * time.Millisecond)
			return httpx.WriteHTML(w, r, 200, []byte("x"))
		}})
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() { equal(t, "page", s.get("/x").body, "x") })
	}
	wait.Wait()
	equal(t, "made", made.Load(), 1)
}

func TestFailedPageIsNotKept(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	s := serve(t, httpx.Options{}, httpx.Route{Pattern: "GET /x", Who: httpx.Anyone, Cache: &httpx.Cache{},
		Handle: func(w http.ResponseWriter, r *httpx.Request) error {
			if asked.Add(1) == 1 {
				return fmt.Errorf("the database is away")
			}
			return httpx.WriteHTML(w, r, 200, []byte("back"))
		}})
	equal(t, "away", s.get("/x").status, 500)
	equal(t, "back", s.get("/x").body, "back")
}

func TestCacheStaysWithinItsBound(t *testing.T) {
	t.Parallel()
	page := &counted{}
	s := serve(t, httpx.Options{CacheBytes: 4000}, httpx.Route{Pattern: "GET /x", Handle: page.handle, Who: httpx.Anyone, Cache: &httpx.Cache{Query: []string{"n"}}})
	for i := range 10 {
		s.get(fmt.Sprint("/x?n=", i))
	}
	equal(t, "latest is kept", first(s.get("/x?n=9")), "10 n=9 zh-Hans false public")
	equal(t, "oldest is gone", first(s.get("/x?n=0")), "11 n=0 zh-Hans false public")
}

func TestAPageWithAParameterOfOnesOwnIsNotKept(t *testing.T) {
	t.Parallel()
	s, page, _ := cached(t, &httpx.Cache{Query: []string{"day", "near"}, Own: []string{"near"}})
	equal(t, "kept", first(s.get("/x?day=1")), "1 day=1 zh-Hans false public")
	equal(t, "near here", first(s.get("/x?day=1&near=112.9,28.2")), "2 day=1&near=112.9,28.2 zh-Hans false public")
	equal(t, "near here again", first(s.get("/x?day=1&near=112.9,28.2")), "3 day=1&near=112.9,28.2 zh-Hans false public")
	equal(t, "an empty one is none", first(s.get("/x?day=1&near=")), "4 day=1&near= zh-Hans false public")
	equal(t, "still kept", first(s.get("/x?day=1")), "1 day=1 zh-Hans false public")
	equal(t, "made", page.made.Load(), 4)
}
