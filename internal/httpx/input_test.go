package httpx_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"openweek/internal/httpx"
)

// echo answers with what read makes of the input, or with the error.
func echo(t *testing.T, body int64, read func(in *httpx.Input) string) *site {
	handle := func(w http.ResponseWriter, r *httpx.Request) error {
		in := r.Input()
		text := read(in)
		if err := in.Err(); err != nil {
			return err
		}
		return httpx.WriteHTML(w, r, 200, []byte(text))
	}
	return serve(t, httpx.Options{},
		httpx.Route{Pattern: "POST /x", Handle: handle, Who: httpx.Anyone, Answer: httpx.JSON, Body: body},
		httpx.Route{Pattern: "GET /x", Handle: handle, Who: httpx.Anyone, Answer: httpx.JSON})
}

const urlencoded = "application/x-www-form-urlencoded"

func TestInputGathersEveryProblemBesideItsField(t *testing.T) {
	t.Parallel()
	s := echo(t, 0, func(in *httpx.Input) string {
		return fmt.Sprintf("%s|%s|%d|%s|%v|%s|%t",
			in.Needed("name", 3), in.Day("on"), in.Number("n", 1, 9), in.Choice("c", "a", "b"), in.Choices("m", "x", "y"), in.ID("id"), in.Yes("ok"))
	})
	good := s.do("POST", "/x", "name=+%E5%91%A8%0D%0A%E4%B8%80&on=2026-07-20&n=3&c=b&m=y&m=x&id=01900000-0000-7000-8000-000000000000&ok=1", "Content-Type", urlencoded)
	equal(t, "good", good.body, "周\n一|2026-07-20|3|b|[x y]|01900000-0000-7000-8000-000000000000|true")
	bad := s.do("POST", "/x", "name=&on=2026-02-30&n=10&c=z&m=z&id=1", "Content-Type", urlencoded)
	equal(t, "status", bad.status, 422)
	for _, field := range []string{"name", "on", "n", "c", "m", "id"} {
		if !strings.Contains(bad.body, `"field":"`+field+`"`) {
			t.Errorf("no problem beside %s: %s", field, bad.body)
		}
	}
	equal(t, "too long", s.do("POST", "/x", "name=abcd", "Content-Type", urlencoded).status, 422)
	equal(t, "query of a GET", s.get("/x?name=abc&n=2").body, "abc||2||[]||false")
}

func TestInputRefusesBrokenText(t *testing.T) {
	t.Parallel()
	s := echo(t, 0, func(in *httpx.Input) string { return in.Text("a", 10) })
	for _, body := range []string{"a=%ff%fe", "a=%00", "a=%zz", "%ff=1"} {
		got := s.do("POST", "/x", body, "Content-Type", urlencoded)
		equal(t, body, got.status, 422)
		if !strings.Contains(got.body, `"key":"error.bad_request"`) {
			t.Errorf("%s: %s", body, got.body)
		}
	}
	equal(t, "broken query", s.get("/x?a=%ff").status, 422)
	equal(t, "multipart without boundary", s.do("POST", "/x", "x", "Content-Type", "multipart/form-data").status, 422)
}

func TestBodyBeyondTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	s := echo(t, 1000, func(in *httpx.Input) string { return in.Text("a", 10) })
	got := s.do("POST", "/x", "a="+strings.Repeat("x", 2000), "Content-Type", urlencoded)
	equal(t, "status", got.status, 413)
	if !strings.Contains(got.body, "1000 B") {
		t.Errorf("the limit is not said: %s", got.body)
	}
}

func upload(t *testing.T, name string, body []byte) (contentType, text string) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	if err := w.WriteField("a", "1"); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), buf.String()
}

func TestUploadIsReadWholeWithinItsLimit(t *testing.T) {
	t.Parallel()
	s := echo(t, 1<<20, func(in *httpx.Input) string {
		f := in.File("file", 500)
		if f == nil {
			return "none"
		}
		return fmt.Sprint(f.Name, " ", len(f.Body), " ", in.Text("a", 1))
	})
	contentType, body := upload(t, `..\..\通知.docx`, bytes.Repeat([]byte("x"), 500))
	equal(t, "name without path", s.do("POST", "/x", body, "Content-Type", contentType).body, "通知.docx 500 1")
	contentType, body = upload(t, "a", bytes.Repeat([]byte("x"), 501))
	equal(t, "too large", s.do("POST", "/x", body, "Content-Type", contentType).status, 422)
	equal(t, "no file", s.do("POST", "/x", "a=1", "Content-Type", urlencoded).body, "none")
}
