package httpx

import (
	"net/http"
	"net/netip"
	"strings"
	"time"

	"openweek/internal/actor"
	"openweek/internal/i18n"
)

// Who may use a route. It says who may come in at all; what they may do there is decided by the
// use case that the handler calls.
type Who string

// The answers to who may use a route.
const (
	Anyone               Who = "anyone"                   // the public
	SignedIn             Who = "signed_in"                // staff who have changed their initial password
	SignedInOrMustChange Who = "signed_in_or_must_change" // staff, even with an initial password: changing it, signing out
)

// Answer is the form in which a route's errors are given.
type Answer string

// The forms of an error.
const (
	Page Answer = ""     // an HTML page (or, for htmx, the same page's body)
	JSON Answer = "json" // application/problem+json, RFC 9457
)

// Handler answers one request or returns an error that httpx renders. It writes nothing before it
// knows that it succeeds; see WriteHTML.
type Handler func(w http.ResponseWriter, r *Request) error

// Route is one line of a route table.
type Route struct {
	// Pattern is a pattern of http.ServeMux with its method: "GET /desk/units/{id}".
	Pattern string
	Handle  Handler
	// Who may come in; the zero value is refused by New so that nobody forgets it.
	Who Who
	// Right is what the use case behind the route checks. It informs the walk of the rights test.
	Right actor.Right
	// Answer is the form of errors; a page by default.
	Answer Answer
	// Body limits the request's body in bytes; 0 is DefaultBody.
	Body int64
	// Rate bounds the requests of one address to this route, in addition to the general bound.
	Rate Rate
	// Cache keeps the page for visitors who are not signed in; nil never does.
	Cache *Cache
	// Bare skips the actor, language and flash message: files that are the same for all.
	Bare bool
}

// DefaultBody is the largest body of a request in bytes unless its route says otherwise.
const DefaultBody = 1 << 20

// Rate is a token bucket: Burst requests at once, then one each Every. The zero Rate does not bound.
type Rate struct {
	Every time.Duration
	Burst int
}

// Method is the method of the route's pattern, "" for any.
func (rt Route) Method() string {
	if method, _, ok := strings.Cut(rt.Pattern, " "); ok {
		return method
	}
	return ""
}

// Path is the path of the route's pattern, with its wildcards.
func (rt Route) Path() string {
	if _, path, ok := strings.Cut(rt.Pattern, " "); ok {
		return path
	}
	return rt.Pattern
}

// Request is what a handler is given: the HTTP request and what is known about it.
type Request struct {
	*http.Request
	// ID names the request in the log, on error pages and in X-Request-ID.
	ID string
	// Addr is the client's address, behind trusted proxies the forwarded one.
	Addr netip.Addr
	// Actor is who acts; actor.Public where nobody is signed in.
	Actor actor.Actor
	// Locale is the language of the answer.
	Locale i18n.Locale
	// LargeType tells whether the reader chose the large-type mode (适老).
	LargeType bool
	// Flash is the message left by the request before, or the zero Flash.
	Flash Flash
	// Route is the line of the table that matched.
	Route *Route

	mux          *Mux
	input        *Input
	loginErr     error // why the login cookie was not accepted
	uncompressed bool  // the page cache compresses by itself
}

// IsHTMX tells whether htmx asks; the answer may then be a part of a page.
func (r *Request) IsHTMX() bool { return r.Header.Get("HX-Request") == "true" }

// PathID gives the path value name if it is a well-formed id, else "", which no row has.
func (r *Request) PathID(name string) string { return validID(r.PathValue(name)) }

// T gives a sentence of the catalogue in the request's language.
func (r *Request) T(key string, kv ...any) string { return i18n.T(r.Locale, key, kv...) }
