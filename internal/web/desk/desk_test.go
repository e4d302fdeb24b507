package desk_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"openweek/internal/app"
	"openweek/internal/sample"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// start starts the product with the sample.
func start(t *testing.T) *testkit.Site {
	t.Helper()
	t.Parallel()
	return testkit.StartWith(t, testkit.Config(t, sqldb.SQLite), app.Options{Demo: true})
}

// browser is one person's browser; it follows redirects as browsers do.
type browser struct {
	t      *testing.T
	base   string
	client *http.Client
}

func open(t *testing.T, site *testkit.Site) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{t: t, base: site.URL, client: &http.Client{Jar: jar, Transport: transport}}
}

// as opens a browser in which one of the sample's people is signed in.
func as(t *testing.T, site *testkit.Site, name string) *browser {
	t.Helper()
	b := open(t, site)
	if p := b.signIn(name, sample.Password); p.path != "/desk" {
		t.Fatalf("%s is not signed in but at %s: %s", name, p.path, p.alerts())
	}
	return b
}

func (b *browser) signIn(name, password string) page {
	b.t.Helper()
	return b.post("/desk/sign-in", url.Values{"name": {name}, "password": {password}})
}

// page is what the browser ended up with.
type page struct {
	status int
	path   string
	header http.Header
	body   string
}

func (b *browser) send(method, path, contentType string, body io.Reader) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", contentType)
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{answer.StatusCode, answer.Request.URL.RequestURI(), answer.Header, string(got)}
}

func (b *browser) get(path string) page {
	b.t.Helper()
	return b.send(http.MethodGet, path, "", nil)
}

func (b *browser) post(path string, form url.Values) page {
	b.t.Helper()
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *browser) upload(path, name string, file []byte) page {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return b.send(http.MethodPost, path, form.FormDataContentType(), &body)
}

var (
	tags    = regexp.MustCompile(`<[^>]*>`)
	spaces  = regexp.MustCompile(`\s+`)
	alerts  = regexp.MustCompile(`(?s)<div class="ow-alert-body">(.*?)</div>`)
	problem = regexp.MustCompile(`(?s)<p class="ow-problem" id="f-([^"]*)-problem">(.*?)</p>`)
	summary = regexp.MustCompile(`(?s)<div class="ow-summary".*?<ul>(.*?)</ul>`)
	hidden  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	secret  = regexp.MustCompile(`<code class="desk-secret">(.*?)</code>`)
	row     = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)
)

func text(markup string) string {
	return strings.TrimSpace(html.UnescapeString(spaces.ReplaceAllString(tags.ReplaceAllString(markup, " "), " ")))
}

// alerts are the messages that stand in the page.
func (p page) alerts() (list []string) {
	for _, m := range alerts.FindAllStringSubmatch(p.body, -1) {
		list = append(list, text(m[1]))
	}
	return list
}

// problems are what stands beside the fields, by field, with the hidden word before it taken off.
func (p page) problems() map[string]string {
	found := map[string]string{}
	for _, m := range problem.FindAllStringSubmatch(p.body, -1) {
		found[m[1]] = strings.TrimSpace(strings.TrimPrefix(text(m[2]), "错误："))
	}
	return found
}

// summary is what the head of a refused form says.
func (p page) summary() string {
	if m := summary.FindStringSubmatch(p.body); m != nil {
		return text(m[1])
	}
	return ""
}

// hidden are the values that the page's forms carry along.
func (p page) hidden() url.Values {
	found := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(p.body, -1) {
		found.Add(m[1], html.UnescapeString(m[2]))
	}
	return found
}

// rows are the texts of the rows of the page's tables, heads included.
func (p page) rows() (list []string) {
	for _, m := range row.FindAllStringSubmatch(p.body, -1) {
		list = append(list, text(m[1]))
	}
	return list
}

// link gives the address of the first link whose text begins so.
func (p page) link(t *testing.T, begins string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?s)<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>`).FindAllStringSubmatch(p.body, -1) {
		if strings.HasPrefix(text(m[2]), begins) {
			return html.UnescapeString(m[1])
		}
	}
	t.Fatalf("%s has no link %q", p.path, begins)
	return ""
}

func (p page) secrets() (list []string) {
	for _, m := range secret.FindAllStringSubmatch(p.body, -1) {
		list = append(list, html.UnescapeString(m[1]))
	}
	return list
}

// workbook writes rows under heads as an Excel file.
func workbook(t *testing.T, heads []string, rows ...[]any) []byte {
	t.Helper()
	columns := make([]sheet.Head, len(heads))
	for i, h := range heads {
		columns[i] = sheet.Head{Title: h}
	}
	var body bytes.Buffer
	if err := sheet.Write(&body, sheet.Book{Sheets: []sheet.Sheet{{Name: "1", Columns: columns, Rows: sheet.RowsOf(rows...)}}}); err != nil {
		t.Fatal(err)
	}
	return body.Bytes()
}

// expect fails unless the page has the status.
func (p page) expect(t *testing.T, status int) page {
	t.Helper()
	if p.status != status {
		t.Fatalf("%s answers %d, want %d: %s %v", p.path, p.status, status, p.summary(), p.alerts())
	}
	return p
}
