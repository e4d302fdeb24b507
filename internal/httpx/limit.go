package httpx

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// maxBuckets bounds the memory of a limiter. When it is full, buckets that have refilled are
// dropped, and all of them if there are none: a flood from many addresses then passes for a moment
// instead of eating the memory.
const maxBuckets = 50_000

// limiter is a token bucket for each address. It lives in this process: it protects the machine
// and is no truth (lock-outs of accounts are rows of the database).
type limiter struct {
	rate    Rate
	mu      sync.Mutex
	buckets map[netip.Addr]*rate.Limiter
}

func newLimiter(r Rate) *limiter {
	return &limiter{rate: r, buckets: map[netip.Addr]*rate.Limiter{}}
}

// take takes one token or says how long to wait.
func (l *limiter) take(addr netip.Addr, now clock.Instant) error {
	at := now.Time()
	bucket := l.bucket(network(addr), at)
	if bucket.AllowN(at, 1) {
		return nil
	}
	wait := time.Duration((1 - bucket.TokensAt(at)) * float64(l.rate.Every))
	return errs.Busy(keyTooMany, "seconds", int(wait/time.Second)+1)
}

func (l *limiter) bucket(addr netip.Addr, at time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, ok := l.buckets[addr]; ok {
		return b
	}
	if len(l.buckets) >= maxBuckets {
		for a, b := range l.buckets {
			if b.TokensAt(at) >= float64(l.rate.Burst) {
				delete(l.buckets, a)
			}
		}
		if len(l.buckets) >= maxBuckets {
			clear(l.buckets)
		}
	}
	b := rate.NewLimiter(rate.Every(l.rate.Every), l.rate.Burst)
	l.buckets[addr] = b
	return b
}

// network is what counts as one address: an IPv6 customer owns a /64.
func network(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}
