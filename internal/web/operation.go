package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strings"

	"openweek/internal/errs"
	"openweek/internal/httpx"
)

// Operation are the addresses for those who run the product: load balancers and monitoring.
type Operation struct {
	// Ready tells whether requests should be sent here; its error is shown to nobody.
	Ready func(ctx context.Context) error
	// Metrics serves Prometheus' text format.
	Metrics http.Handler
	// Token opens Metrics to whoever presents it as a bearer token.
	Token string
	// Proxied says that requests may come through a reverse proxy, possibly on this machine.
	Proxied bool
}

// healthy answers as long as the process serves at all.
func (o Operation) healthy(w http.ResponseWriter, r *httpx.Request) error {
	return httpx.WriteJSON(w, r, http.StatusOK, map[string]string{"status": "ok"})
}

func (o Operation) ready(w http.ResponseWriter, r *httpx.Request) error {
	if err := o.Ready(r.Context()); err != nil {
		return errs.Busy("store.unavailable").Because(err)
	}
	return httpx.WriteJSON(w, r, http.StatusOK, map[string]string{"status": "ready"})
}

// metrics are nobody's business but the operator's: they show how many people do what.
func (o Operation) metrics(w http.ResponseWriter, r *httpx.Request) error {
	if !o.mayRead(r.Request) {
		return errs.NotFound("error.not_found")
	}
	return httpx.Wrap(o.Metrics)(w, r)
}

func (o Operation) mayRead(r *http.Request) bool {
	if o.Token != "" {
		token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		given, wanted := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(o.Token))
		return bearer && subtle.ConstantTimeCompare(given[:], wanted[:]) == 1
	}
	// Without a token only who asks from this machine directly. A proxy on this machine looks the
	// same, unless it is configured or says for whom it asks.
	if o.Proxied {
		return false
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}
