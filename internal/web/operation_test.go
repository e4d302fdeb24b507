package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestMetricsAreReadWithTheTokenOrFromThisMachineItself(t *testing.T) {
	t.Parallel()
	const token = "0123456789abcdef"
	for _, c := range []struct {
		name      string
		operation Operation
		peer      string
		headers   map[string]string
		want      bool
	}{
		{"this machine", Operation{}, "127.0.0.1:5000", nil, true},
		{"this machine, mapped", Operation{}, "[::ffff:127.0.0.1]:5000", nil, true},
		{"another machine", Operation{}, "192.0.2.7:5000", nil, false},
		{"a proxy on this machine", Operation{Proxied: true}, "127.0.0.1:5000", nil, false},
		{"a proxy on this machine that says so", Operation{}, "127.0.0.1:5000", map[string]string{"X-Forwarded-For": "192.0.2.7"}, false},
		{"another machine that says it is this one", Operation{}, "192.0.2.7:5000", map[string]string{"X-Forwarded-For": "127.0.0.1"}, false},
		{"the token", Operation{Token: token, Proxied: true}, "192.0.2.7:5000", map[string]string{"Authorization": "Bearer " + token}, true},
		{"another token", Operation{Token: token}, "127.0.0.1:5000", map[string]string{"Authorization": "Bearer 0"}, false},
		{"no token where there is one", Operation{Token: token}, "127.0.0.1:5000", nil, false},
		{"the token without scheme", Operation{Token: token}, "127.0.0.1:5000", map[string]string{"Authorization": token}, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr = c.peer
		for name, value := range c.headers {
			r.Header.Set(name, value)
		}
		if got := c.operation.mayRead(r); got != c.want {
			t.Errorf("%s: may read is %v", c.name, got)
		}
	}
}
