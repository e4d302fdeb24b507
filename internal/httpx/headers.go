package httpx

import "strings"

type header struct {
	name  string
	value []string
}

// contentSecurity allows nothing that does not come from our own origin as a file of its own:
// no inline script or style, no frame around us, no form that posts elsewhere.
var contentSecurity = strings.Join([]string{
	"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
	"connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
}, "; ")

// securityHeaders are the headers of every answer, prepared once. The camera is for the door's
// scanner, the position for “near me”; both still ask the person.
func securityHeaders(secure bool) []header {
	hs := []header{
		{"Content-Security-Policy", []string{contentSecurity}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Referrer-Policy", []string{"same-origin"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
		{"Permissions-Policy", []string{"camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"}},
	}
	if secure {
		hs = append(hs, header{"Strict-Transport-Security", []string{"max-age=31536000"}})
	}
	return hs
}
