package testkit

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Visitor is one browser: it keeps cookies and does not follow redirects.
type Visitor struct {
	t      testing.TB
	base   string
	client *http.Client
}

// Visitor opens a fresh browser on the site.
func (s *Site) Visitor() *Visitor {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &Visitor{t: s.t, base: s.URL, client: &http.Client{
		Jar: jar, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Page is an answer.
type Page struct {
	Status int
	Header http.Header
	Body   string
	t      testing.TB
}

// Get asks for a path.
func (v *Visitor) Get(path string) *Page {
	v.t.Helper()
	return v.Do(http.MethodGet, path, nil)
}

// Post sends a form from the site's own page.
func (v *Visitor) Post(path string, form url.Values) *Page {
	v.t.Helper()
	return v.Do(http.MethodPost, path, form)
}

// Do sends a request of any method; form may be nil.
func (v *Visitor) Do(method, path string, form url.Values) *Page {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return &Page{Status: answer.StatusCode, Header: answer.Header, Body: string(body), t: v.t}
}

// Texts gives the texts of all elements with a tag, white space tidied.
func (p *Page) Texts(tag string) []string {
	p.t.Helper()
	var texts []string
	for n := range p.document().Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			texts = append(texts, text(n))
		}
	}
	return texts
}

// Links gives the addresses of all links and forms of the page, in its order.
func (p *Page) Links() []string {
	p.t.Helper()
	var links []string
	for n := range p.document().Descendants() {
		for _, a := range n.Attr {
			if n.Data == "a" && a.Key == "href" || n.Data == "form" && a.Key == "action" {
				links = append(links, a.Val)
			}
		}
	}
	return links
}

func (p *Page) document() *html.Node {
	p.t.Helper()
	root, err := html.Parse(strings.NewReader(p.Body))
	if err != nil {
		p.t.Fatal(err)
	}
	return root
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
