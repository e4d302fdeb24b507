package httpx

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"openweek/internal/i18n"
)

// Names of cookies; on a secure origin that of the login is prefixed by __Host-.
const (
	cookieLogin = "ow_login"
	cookieLang  = "ow_lang"
	cookieLarge = "ow_large"
	cookieFlash = "ow_flash"
)

// Query parameters that choose a preference by a plain link: ?lang=en, ?reading=large. They are
// remembered in a cookie and are no part of a page's address.
const (
	QueryLang    = "lang"
	QueryReading = "reading"
)

// The reading modes.
const (
	ReadingLarge  = "large"
	ReadingNormal = "normal"
)

const oneYear = 365 * 24 * 60 * 60

// readPreferences fills in language, reading mode and flash message.
func (m *Mux) readPreferences(w http.ResponseWriter, r *Request) {
	r.Locale = localeOf(r.Request)
	r.LargeType = cookie(r.Request, cookieLarge) == "1"
	if r.URL.RawQuery != "" {
		q := r.URL.Query()
		if lang := q.Get(QueryLang); lang != "" {
			r.Locale = i18n.Match(lang, "")
			r.setCookie(w, cookieLang, string(r.Locale), oneYear)
		}
		switch q.Get(QueryReading) {
		case ReadingLarge:
			r.LargeType = true
			r.setCookie(w, cookieLarge, "1", oneYear)
		case ReadingNormal:
			r.LargeType = false
			r.setCookie(w, cookieLarge, "", -1)
		}
	}
	if r.Method == http.MethodGet {
		if r.Flash = parseFlash(cookie(r.Request, cookieFlash)); r.Flash != (Flash{}) {
			r.setCookie(w, cookieFlash, "", -1)
		}
	}
}

// accepted remembers what Accept-Language headers mean: browsers send few different ones, and
// reading one costs more than the rest of a page out of the cache.
var (
	accepted      sync.Map // header → i18n.Locale
	acceptedCount atomic.Int64
)

// maxAccepted bounds the memory of accepted; further headers are read each time.
const maxAccepted = 1000

func localeOf(r *http.Request) i18n.Locale {
	chosen, header := cookie(r, cookieLang), r.Header.Get("Accept-Language")
	if chosen != "" {
		return i18n.Match(chosen, header)
	}
	if l, ok := accepted.Load(header); ok {
		return l.(i18n.Locale)
	}
	l := i18n.Match("", header)
	if len(header) < 200 && acceptedCount.Add(1) <= maxAccepted {
		accepted.Store(header, l)
	}
	return l
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func (r *Request) setCookie(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: r.mux.secure, SameSite: http.SameSiteLaxMode,
	})
}

// Here is the path and query of the request without preferences, for links that lead back to it.
func Here(r *Request) string { return WithQuery(r.URL.RequestURI()) }

// WithQuery sets parameters of a path with query anew: pairs of name and value, an empty value
// removes the parameter. Preferences (language, reading mode) are left out unless named. A
// malformed path gives "/".
func WithQuery(pathAndQuery string, kv ...string) string {
	u, err := url.ParseRequestURI(pathAndQuery)
	if err != nil || u.Host != "" {
		return "/"
	}
	if u.RawQuery == "" && len(kv) == 0 {
		return u.EscapedPath()
	}
	q := u.Query()
	q.Del(QueryLang)
	q.Del(QueryReading)
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] == "" {
			q.Del(kv[i])
		} else {
			q.Set(kv[i], kv[i+1])
		}
	}
	path := u.EscapedPath()
	if encoded := q.Encode(); encoded != "" {
		return path + "?" + encoded
	}
	return path
}

func (r *Request) loginCookie() string {
	if r.mux.secure {
		return "__Host-" + cookieLogin
	}
	return cookieLogin
}

// Token is the login token that the browser sent, "" without one.
func (r *Request) Token() string { return cookie(r.Request, r.loginCookie()) }

// SetLogin gives the browser a login token until it is closed; the server's own expiry decides.
func (r *Request) SetLogin(w http.ResponseWriter, token string) {
	r.setCookie(w, r.loginCookie(), token, 0)
}

// ClearLogin takes the login token away.
func (r *Request) ClearLogin(w http.ResponseWriter) { r.setCookie(w, r.loginCookie(), "", -1) }

// Flash is a sentence shown once on the next page. It travels as a cookie that holds a catalogue
// key and nothing else, so it needs no signature: a forged one shows another sentence of ours.
type Flash struct {
	Key  string
	Tone Tone
}

// Tone is how a message is meant.
type Tone string

// The tones of a message.
const (
	Good    Tone = "good"
	Notice  Tone = "notice"
	Warning Tone = "warning"
	Bad     Tone = "bad"
)

var flashKey = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

func parseFlash(s string) Flash {
	tone, key, ok := strings.Cut(s, ":")
	if !ok || len(key) > 80 || !flashKey.MatchString(key) {
		return Flash{}
	}
	switch t := Tone(tone); t {
	case Good, Notice, Warning, Bad:
		return Flash{Key: key, Tone: t}
	}
	return Flash{}
}

// Tell leaves a sentence of the catalogue (without arguments) for the next page.
func (r *Request) Tell(w http.ResponseWriter, tone Tone, key string) {
	r.setCookie(w, cookieFlash, string(tone)+":"+key, 60)
}
