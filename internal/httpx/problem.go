package httpx

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"

	"openweek/internal/errs"
	"openweek/internal/i18n"
)

// Message keys that carry a status of their own beside their kind.
const (
	keyMethod     = "error.method"
	keyTooLarge   = "error.too_large"
	keyTooMany    = "error.too_many"
	keyMustChange = "error.must_change_password"
)

// Status gives the HTTP status of an error. This is the only place that knows.
func Status(e *errs.Error) int {
	switch e.Key {
	case keyMethod:
		return http.StatusMethodNotAllowed
	case keyTooLarge:
		return http.StatusRequestEntityTooLarge
	case keyTooMany:
		return http.StatusTooManyRequests
	}
	switch e.Kind {
	case errs.KindInvalid:
		return http.StatusUnprocessableEntity
	case errs.KindUnauthenticated:
		return http.StatusUnauthorized
	case errs.KindForbidden:
		return http.StatusForbidden
	case errs.KindNotFound:
		return http.StatusNotFound
	case errs.KindConflict:
		return http.StatusConflict
	case errs.KindBusy:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// IsProblem tells whether err is something that a form shows beside its fields (invalid input or a
// conflict), so that the handler answers with the form again instead of an error page.
func IsProblem(err error) bool {
	k := errs.KindOf(err)
	return k == errs.KindInvalid || k == errs.KindConflict
}

// fail renders an error, once, whatever the handler was.
func (m *Mux) fail(w *recorder, r *Request, err error) {
	e := errs.As(err)
	status := Status(e)
	m.note(r, e, err)
	if w.status != 0 {
		// Half an answer is out already: break the connection, so that nobody takes it for a whole one.
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Disposition", "Content-Length", "Etag", "Last-Modified"} {
		h.Del(name)
	}
	switch {
	case e.Key == keyTooMany:
		if n, ok := e.Args["seconds"].(int); ok {
			h.Set("Retry-After", strconv.Itoa(n))
		}
	case e.Kind == errs.KindBusy:
		h.Set("Retry-After", "5")
	}
	if r.Route != nil && r.Route.Answer == JSON {
		m.failJSON(w, r, status, e)
		return
	}
	if m.sendElsewhere(w, r, e) {
		return
	}
	if m.options.RenderError != nil {
		renderErr := m.options.RenderError(w, r, status, e)
		if renderErr == nil {
			return
		}
		m.options.Log.Error("error page", "request", r.ID, "cause", renderErr.Error())
		if w.status != 0 {
			return
		}
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(i18n.Error(r.Locale, e) + "\n" + r.ID + "\n"))
}

// sendElsewhere redirects readers of pages to where they can sign in or change their password.
func (m *Mux) sendElsewhere(w *recorder, r *Request, e *errs.Error) bool {
	var to string
	switch {
	case e.Key == keyMustChange:
		to = m.options.PasswordPath
	case e.Kind == errs.KindUnauthenticated && (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.URL.Path != m.options.SignInPath:
		to = m.options.SignInPath + "?next=" + url.QueryEscape(Here(r))
	default:
		return false
	}
	if r.IsHTMX() {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return true
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return true
}

// note logs what a maintainer must see: every internal error and every cause.
func (m *Mux) note(r *Request, e *errs.Error, err error) {
	level := slog.LevelDebug
	switch e.Kind {
	case errs.KindInternal:
		level = slog.LevelError
	case errs.KindBusy:
		level = slog.LevelWarn
	}
	m.options.Log.Log(r.Context(), level, "failed", "request", r.ID, "kind", string(e.Kind), "key", e.Key, "cause", err.Error())
}

// problem is RFC 9457's problem details with our key, request id and fields.
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Key      string         `json:"key"`
	Request  string         `json:"request"`
	Field    string         `json:"field,omitempty"`
	Reason   string         `json:"reason,omitempty"` // the argument of this name, for programs: why a booking is refused
	Problems []fieldProblem `json:"problems,omitempty"`
}

type fieldProblem struct {
	Field string `json:"field,omitempty"`
	Key   string `json:"key"`
	Text  string `json:"text"`
}

func (m *Mux) failJSON(w *recorder, r *Request, status int, e *errs.Error) {
	p := problem{Type: "about:blank", Title: i18n.Error(r.Locale, e), Status: status, Key: e.Key, Request: r.ID, Field: e.Field}
	p.Reason, _ = e.Args["reason"].(string)
	for _, sub := range e.Problems {
		p.Problems = append(p.Problems, fieldProblem{sub.Field, sub.Key, i18n.Error(r.Locale, sub)})
	}
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // impossible: only texts and a number
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
