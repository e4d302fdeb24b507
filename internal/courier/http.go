package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"text/template"
	"time"

	"openweek/internal/errs"
)

// HTTPOptions describe a robot's webhook or an SMS gateway.
type HTTPOptions struct {
	URL     string            // https://… or http://…
	Headers map[string]string // such as Content-Type and Authorization
	// Body is a template of the request's body with {{.ID}}, {{.To}}, {{.Subject}} and {{.Text}}, each
	// through {{json …}} or {{query …}} where the body is JSON or a form:
	// {"msgtype":"text","text":{"content":{{json .Text}}}}
	Body string
	// Field and Want say which field of a JSON answer tells success, and its value: WeCom and
	// DingTalk answer 200 to everything and "errcode":0 to what they take. "" trusts the status.
	Field, Want string
}

// HTTPGateway posts letters to one address.
type HTTPGateway struct {
	client  *http.Client
	url     string
	headers map[string]string
	body    *template.Template
	field   string
	want    string
}

var _ Carrier = (*HTTPGateway)(nil)

const (
	httpTimeout = 20 * time.Second
	maxAnswer   = 64 << 10 // bytes
)

// OpenHTTP prepares for a gateway; it does not connect.
//
// Errors: courier.url_malformed, courier.body_malformed (Invalid). Neither repeats its value: a
// robot's address is its password.
func OpenHTTP(o HTTPOptions) (g *HTTPGateway, err error) {
	defer errs.Wrap(&err, "courier.OpenHTTP")
	return openHTTP(o, httpTimeout)
}

func openHTTP(o HTTPOptions, timeout time.Duration) (*HTTPGateway, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, errs.Invalid("courier.url_malformed")
	}
	body, err := template.New("body").Funcs(template.FuncMap{
		"json": func(s string) (string, error) {
			text, err := json.Marshal(s)
			return string(text), err
		},
		"query": url.QueryEscape,
	}).Parse(o.Body)
	if err == nil {
		err = body.Execute(io.Discard, Letter{})
	}
	if err != nil {
		return nil, errs.Invalid("courier.body_malformed")
	}
	return &HTTPGateway{
		client: &http.Client{
			Timeout:       timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // elsewhere nobody was meant to read it
			Transport: &http.Transport{
				DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
				TLSHandshakeTimeout: 10 * time.Second,
				DisableKeepAlives:   true, // a connection that the server closed meanwhile would make the outcome unsure
			},
		},
		url: o.URL, headers: o.Headers, body: body, field: o.Field, want: o.Want,
	}, nil
}

// Carry implements Carrier.
func (g *HTTPGateway) Carry(ctx context.Context, l Letter) (err error) {
	defer errs.Wrap(&err, "courier.HTTPGateway.Carry")
	var body bytes.Buffer
	if err := g.body.Execute(&body, l); err != nil {
		return &Failure{Outcome: Refused, Class: "body"}
	}
	connected := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, &body)
	if err != nil {
		return &Failure{Outcome: Later, Class: "unreachable"}
	}
	request.GetBody = nil // nor is it sent again on another connection: only a person sends twice
	request.Header.Set("Idempotency-Key", l.ID)
	for name, value := range g.headers {
		request.Header.Set(name, value)
	}
	response, err := g.client.Do(request)
	if err != nil {
		if connected {
			return &Failure{Outcome: Unsure, Class: "no_answer"}
		}
		return &Failure{Outcome: Later, Class: "unreachable"}
	}
	defer response.Body.Close() //nolint:errcheck // it was only read
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	switch code := response.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable, code == http.StatusUnauthorized, code == http.StatusForbidden:
		return &Failure{Outcome: Later, Class: "busy", Code: code}
	case code >= 500: // it broke while it had the letter
		return &Failure{Outcome: Unsure, Class: "server", Code: code}
	case code >= 300:
		return &Failure{Outcome: Refused, Class: "refused", Code: code}
	}
	if g.field == "" {
		return nil
	}
	if err != nil {
		return &Failure{Outcome: Unsure, Class: "no_answer"}
	}
	return g.judge(answer)
}

// judge reads the answer's own word for success.
func (g *HTTPGateway) judge(answer []byte) error {
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		return &Failure{Outcome: Unsure, Class: "answer"}
	}
	value, there := fields[g.field]
	if !there {
		return &Failure{Outcome: Unsure, Class: "answer"}
	}
	if !strings.EqualFold(fmt.Sprint(value), g.want) {
		return &Failure{Outcome: Refused, Class: "answer"}
	}
	return nil
}
