package httpx

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"openweek/internal/clock"
)

// Cache tells how a public page is kept. What is kept depends on the path, the allowed query,
// language, reading mode and the local day (before, during and after an edition are computed from
// it), and on nothing else of the request: a handler behind it sees neither another query nor who
// asks.
type Cache struct {
	// Topics expire the page when they change.
	Topics []string
	// Query names the parameters that make another page; all others are taken off.
	Query []string
	// For bounds the age; 0 leaves expiry to the topics. Pages with seat counts use a second.
	For time.Duration
	// Own names parameters of Query that hardly two visitors have in common, such as a position: with one
	// of them the page is made for who asks and kept nowhere.
	Own []string
}

// fillTimeout bounds the making of a page that several visitors wait for.
const fillTimeout = 15 * time.Second

// pageCache keeps whole answers, compressed once, least recently used out first.
type pageCache struct {
	clock    clock.Clock
	maxBytes int64
	flight   singleflight.Group
	topics   sync.Map // topic → *atomic.Uint64, its generation

	mu      sync.Mutex
	entries map[string]*list.Element
	recent  *list.List // of *page
	bytes   int64
}

// page is one kept answer with its headers ready to be put in.
type page struct {
	key         string
	plain, gz   []byte
	plainLength []string
	gzLength    []string
	contentType []string
	etag        []string
	generation  []uint64 // of the route's topics, read before the page was made
	until       clock.Instant
}

var (
	headerGzip       = []string{"gzip"}
	headerVary       = []string{"Accept-Encoding, Accept-Language, Cookie"}
	headerRevalidate = []string{"private, no-cache"}
)

func newPageCache(maxBytes int64, c clock.Clock) *pageCache {
	return &pageCache{clock: c, maxBytes: maxBytes, entries: map[string]*list.Element{}, recent: list.New()}
}

// Invalidate makes every page of the topic, and every page being made now, out of date. A topic of one
// thing ("activity.<id>") is one of its kind, too: a route cannot know the ids.
func (c *pageCache) Invalidate(topic string) {
	c.topic(topic).Add(1)
	if at := strings.IndexAny(topic, ".:"); at > 0 {
		c.topic(topic[:at]).Add(1)
	}
}

func (c *pageCache) topic(name string) *atomic.Uint64 {
	if g, ok := c.topics.Load(name); ok {
		return g.(*atomic.Uint64)
	}
	g, _ := c.topics.LoadOrStore(name, new(atomic.Uint64))
	return g.(*atomic.Uint64)
}

func (c *pageCache) generation(topics []string) []uint64 {
	g := make([]uint64, 0, len(topics))
	for _, t := range topics {
		g = append(g, c.topic(t).Load())
	}
	return g
}

func (c *pageCache) current(p *page, topics []string, now clock.Instant) bool {
	if now >= p.until {
		return false
	}
	for i, t := range topics {
		if p.generation[i] != c.topic(t).Load() {
			return false
		}
	}
	return true
}

// serve answers from the cache, making the page if it must. Visitors who ask for the same page
// at the same time wait for one making of it.
func (c *pageCache) serve(w *recorder, r *Request, route *Route) error {
	now := c.clock.Now()
	query := allowedQuery(r.URL, route.Cache.Query)
	if ownQuery(r.URL, route.Cache.Own) {
		return route.Handle(w, r)
	}
	key := strings.Join([]string{r.URL.Path, query, string(r.Locale), strconv.FormatBool(r.LargeType), string(now.Day())}, "\x00")
	if p := c.get(key); p != nil && c.current(p, route.Cache.Topics, now) {
		w.cached = true
		p.write(w, r)
		return nil
	}
	made, err, _ := c.flight.Do(key, func() (any, error) { return c.make(key, query, r, route) })
	if err != nil {
		return err
	}
	switch a := made.(type) {
	case *page:
		a.write(w, r)
	case *buffered:
		return a.replay(w)
	}
	return nil
}

// make runs the handler for nobody in particular and keeps a plain success.
func (c *pageCache) make(key, query string, r *Request, route *Route) (any, error) {
	// The visitor who came first may leave; the others still want the page.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), fillTimeout)
	defer cancel()
	generation := c.generation(route.Cache.Topics)
	began := c.clock.Now()
	hr := r.Request.Clone(ctx)
	hr.Method = http.MethodGet
	hr.URL.RawQuery = query
	hr.Header.Del("Cookie")
	hr.Header.Del("HX-Request")
	fill := &Request{Request: hr, ID: r.ID, Actor: r.Actor, Locale: r.Locale, LargeType: r.LargeType, Route: route, mux: r.mux, uncompressed: true}
	answer := &buffered{header: http.Header{}}
	if err := route.Handle(answer, fill); err != nil {
		return nil, err
	}
	if answer.status != http.StatusOK || len(answer.header["Set-Cookie"]) > 0 {
		return answer, nil
	}
	p := newPage(key, answer)
	p.generation = generation
	p.until = began.Day().End()
	if route.Cache.For > 0 {
		p.until = min(p.until, began.Add(route.Cache.For))
	}
	c.put(p)
	return p, nil
}

func newPage(key string, a *buffered) *page {
	plain := a.body.Bytes()
	var gz bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&gz, gzip.BestCompression) // the level is valid
	_, _ = zw.Write(plain)                                  // a bytes.Buffer does not fail
	_ = zw.Close()
	sum := sha256.Sum256(plain)
	return &page{
		key: key, plain: plain, gz: gz.Bytes(),
		plainLength: []string{strconv.Itoa(len(plain))},
		gzLength:    []string{strconv.Itoa(gz.Len())},
		contentType: a.header["Content-Type"],
		// Weak, because both encodings share it.
		etag: []string{`W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`},
	}
}

func (p *page) write(w http.ResponseWriter, r *Request) {
	h := w.Header()
	h["Etag"], h["Vary"], h["Cache-Control"] = p.etag, headerVary, headerRevalidate
	if match := r.Header.Get("If-None-Match"); match != "" && strings.Contains(match, p.etag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = p.contentType
	body, length := p.plain, p.plainLength
	if acceptsGzip(r.Request) {
		body, length = p.gz, p.gzLength
		h["Content-Encoding"] = headerGzip
	}
	h["Content-Length"] = length
	_, _ = w.Write(body) // the client may be gone
}

func (p *page) size() int64 { return int64(len(p.plain) + len(p.gz) + len(p.key) + 512) }

func (c *pageCache) get(key string) *page {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return nil
	}
	c.recent.MoveToFront(e)
	return e.Value.(*page)
}

func (c *pageCache) put(p *page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.entries[p.key]; ok {
		c.drop(old)
	}
	c.entries[p.key] = c.recent.PushFront(p)
	c.bytes += p.size()
	for c.bytes > c.maxBytes && c.recent.Len() > 0 {
		c.drop(c.recent.Back())
	}
}

func (c *pageCache) drop(e *list.Element) {
	p := c.recent.Remove(e).(*page)
	delete(c.entries, p.key)
	c.bytes -= p.size()
}

// allowedQuery keeps the named parameters, in a fixed order.
func allowedQuery(u *url.URL, allowed []string) string {
	if u.RawQuery == "" || len(allowed) == 0 {
		return ""
	}
	kept := url.Values{}
	for name, values := range u.Query() {
		if slices.Contains(allowed, name) {
			kept[name] = values
		}
	}
	return kept.Encode()
}

// ownQuery tells whether one of the named parameters is set.
func ownQuery(u *url.URL, names []string) bool {
	if u.RawQuery == "" || len(names) == 0 {
		return false
	}
	q := u.Query()
	return slices.ContainsFunc(names, func(name string) bool { return q.Get(name) != "" })
}

// buffered catches an answer.
type buffered struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header gives the caught headers.
func (b *buffered) Header() http.Header { return b.header }

// WriteHeader catches the status.
func (b *buffered) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
}

// Write catches the body.
func (b *buffered) Write(p []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	return b.body.Write(p)
}

func (b *buffered) replay(w http.ResponseWriter) error {
	for name, values := range b.header {
		w.Header()[name] = values
	}
	w.WriteHeader(b.status)
	return sent(w.Write(b.body.Bytes()))
}
