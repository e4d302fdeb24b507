// Package httpx is the plumbing that all faces share: it turns a table of routes into one
// http.Handler and does, once, what no handler should do for itself: request ids, the client's
// address behind trusted proxies, who acts, language and reading mode, cross-site protection, body
// and rate limits, security headers, rendering of errors, log lines, metrics, and the cache of
// public pages.
//
// A handler is func(http.ResponseWriter, *Request) error. It renders into a buffer before it
// writes (WriteHTML, WriteJSON) and returns an *errs.Error otherwise; the kind of the error becomes
// the status here and nowhere else.
//
// The package knows nothing of pages, use cases or the database. What it needs of them comes in
// through Options as functions.
package httpx
