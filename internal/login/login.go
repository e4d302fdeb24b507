package login

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"strings"

	"openweek/internal/clock"
)

// Credentials are what somebody gives to sign in.
type Credentials struct {
	Name, Password string
	Addr           netip.Addr // where the request came from; the zero value where that is not known
	Agent          string     // the User-Agent header
}

// Login is a signed-in browser, as its owner sees it.
type Login struct {
	ID        string
	CreatedAt clock.Instant
	SeenAt    clock.Instant // to the minute
	EndsAt    clock.Instant // whatever happens
	Agent     string        // such as "Chrome · Windows", or ""
	Current   bool          // the one that asks
	SameAddr  bool          // it was made from the address that asks
}

// normalName is how a sign-in name is compared: without regard to capitals, surrounding space and
// the full-width letters of a Chinese keyboard. Package unit stores it so.
func normalName(name string) string {
	narrow := strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, name)
	return strings.ToLower(strings.TrimSpace(narrow))
}

// isName tells whether somebody could have the name: it is printable ASCII and not long. Others are
// not looked up, since PostgreSQL refuses some of them.
func isName(name string) bool {
	return len(name) <= 64 && strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

const tokenBytes = 32

func newToken() string {
	raw := make([]byte, tokenBytes)
	rand.Read(raw) // never fails
	return base64.RawURLEncoding.EncodeToString(raw)
}

// tokenHash gives what is stored of a token; ok is false for what never was one. The token is
// random, so the hash needs no key and no cost.
func tokenHash(token string) (hash []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token) // one spelling only
	if err != nil || len(raw) != tokenBytes {
		return nil, false
	}
	sum := sha256.Sum256(raw)
	return sum[:], true
}
