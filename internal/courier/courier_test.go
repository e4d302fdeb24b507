package courier

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/testkit/peer"
)

func letter() Letter {
	return Letter{
		ID: id.New() + "@week.example.cn", At: clock.FromTime(time.Date(2020, 8, 31, 8, 30, 0, 0, clock.Shanghai)),
		To: id.New() + "@example.cn", Subject: "催办：工作总结 8月31日（含）截止", Text: "请填报工作总结。\nhttps://week.example.cn/desk\n",
	}
}

func TestMailArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	server := peer.StartMail(t)
	s, err := OpenSMTP("smtp://"+server.SMTP, "活动周办公室 <week@example.cn>")
	if err != nil {
		t.Fatal(err)
	}
	l := letter()
	if err := s.Carry(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	got := server.To(t, l.To)
	if len(got) != 1 {
		t.Fatalf("%d mails", len(got))
	}
	for _, name := range []string{"User-Agent", "X-Mailer"} {
		if got[0].Headers[name] != nil {
			t.Errorf("%s: %v", name, got[0].Headers[name])
		}
	}
	if date, auto := got[0].Headers["Date"], got[0].Headers["Auto-Submitted"]; !reflect.DeepEqual(date, []string{"Mon, 31 Aug 2020 08:30:00 +0800"}) || !reflect.DeepEqual(auto, []string{"auto-generated"}) {
		t.Errorf("date %v, auto-submitted %v", date, auto)
	}
	got[0].Headers = nil
	if want := (peer.Received{MessageID: l.ID, From: "week@example.cn", To: l.To, Subject: l.Subject, Text: l.Text}); !reflect.DeepEqual(got[0], want) {
		t.Errorf("got %+v, want %+v", got[0], want)
	}
}

func TestHeadersCannotBePutIntoASubject(t *testing.T) {
	t.Parallel()
	server := peer.StartMail(t)
	s, err := OpenSMTP("smtp://"+server.SMTP, "week@example.cn")
	if err != nil {
		t.Fatal(err)
	}
	l := letter()
	l.Subject = "甲\r\nBcc: other@example.cn\r\n\r\n乙"
	if err := s.Carry(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if got := server.To(t, l.To); len(got) != 1 || got[0].Subject != "甲 Bcc: other@example.cn 乙" || got[0].Headers["Bcc"] != nil {
		t.Errorf("%+v", got)
	}
}

func TestOutcomeOfAMailSaysWhetherItMayHaveArrived(t *testing.T) {
	t.Parallel()
	for odd, want := range map[peer.Odd]struct {
		Failure
		whole int
	}{
		peer.Mute:          {Failure{Later, "timeout", 0}, 0},
		peer.NoAnswer:      {Failure{Unsure, "no_answer", 0}, 1},
		peer.DropAfterData: {Failure{Unsure, "no_answer", 0}, 1},
		peer.DropAtData:    {Failure{Later, "unreachable", 0}, 0},
		peer.BusyAfterData: {Failure{Later, "busy", 452}, 1},
		peer.RefuseTo:      {Failure{Refused, "refused", 550}, 0},
		peer.RefuseData:    {Failure{Refused, "refused", 554}, 1},
		peer.RefuseFrom:    {Failure{Later, "sender", 553}, 0},
		peer.DropAfterTake: {Failure{}, 1},
	} {
		t.Run(string(odd), func(t *testing.T) {
			t.Parallel()
			server := peer.StartOddMail(t, odd)
			s, err := openSMTP("smtp://"+server.Addr, "week@example.cn", time.Second)
			if err != nil {
				t.Fatal(err)
			}
			l := letter()
			err = s.Carry(t.Context(), l)
			var got Failure
			if f, ok := errors.AsType[*Failure](err); ok {
				got = *f
			} else if err != nil {
				t.Fatal(err)
			}
			if got != want.Failure || server.Whole() != want.whole {
				t.Errorf("%v, %d whole mails", err, server.Whole())
			}
			if err != nil && strings.Contains(err.Error(), l.To) {
				t.Errorf("the error repeats the address: %v", err)
			}
		})
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestMailServerThatIsAwayIsLater(t *testing.T) {
	t.Parallel()
	s, err := OpenSMTP("smtp://"+closedPort(t), "week@example.cn")
	if err != nil {
		t.Fatal(err)
	}
	if outcome, class := OutcomeOf(s.Carry(t.Context(), letter())); outcome != Later || class != "unreachable" {
		t.Errorf("%s, %s", outcome, class)
	}
	l := letter()
	l.To = "no address"
	if outcome, class := OutcomeOf(s.Carry(t.Context(), l)); outcome != Refused || class != "address" {
		t.Errorf("%s, %s", outcome, class)
	}
}

func TestPasswordIsNotGivenToAServerWithoutEncryption(t *testing.T) {
	t.Parallel()
	server := peer.StartOddMail(t, peer.DropAfterTake)
	s, err := OpenSMTP("smtp://name:secret@"+server.Addr, "week@example.cn")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Carry(t.Context(), letter())
	if outcome, _ := OutcomeOf(err); outcome != Later || server.Whole() != 0 || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v, %d whole mails", err, server.Whole())
	}
}

func TestOpenSMTPRefusesWhatIsMalformed(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "mail.example.cn", "http://mail.example.cn", "smtp://", "smtp://mail.example.cn/path", "smtp://mail.example.cn?tls=no",
		"smtp://mail.example.cn?ssl=off", "smtp://name:secret@mail.example.cn:port", "smtp://mail.example.cn#x",
	} {
		if _, err := OpenSMTP(address, "week@example.cn"); !errs.Is(err, "courier.smtp_malformed") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := OpenSMTP("smtps://mail.example.cn", "活动周"); !errs.Is(err, "courier.from_malformed") {
		t.Error(err)
	}
}

func gateway(t *testing.T, o HTTPOptions, handle http.HandlerFunc) *HTTPGateway {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	o.URL = server.URL + "/send?key=secret"
	g, err := openHTTP(o, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGatewayPostsItsTemplate(t *testing.T) {
	t.Parallel()
	l := letter()
	l.Text = "“甲”\n\"乙\"&丙"
	var body []byte
	var header http.Header
	g := gateway(t, HTTPOptions{
		Headers: map[string]string{"Content-Type": "application/json", "Authorization": "Bearer x"},
		Body:    `{"to":{{json .To}},"text":{"content":{{json .Text}}},"form":"{{query .Text}}"}`, Field: "errcode", Want: "0",
	}, func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		header = r.Header
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	})
	if err := g.Carry(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if want := map[string]any{"to": l.To, "text": map[string]any{"content": l.Text}, "form": "%E2%80%9C%E7%94%B2%E2%80%9D%0A%22%E4%B9%99%22%26%E4%B8%99"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if header.Get("Idempotency-Key") != l.ID || header.Get("Authorization") != "Bearer x" {
		t.Errorf("headers %v", header)
	}
}

func TestOutcomeOfAGatewaySaysWhetherItMayHaveArrived(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	}
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		want   Failure
	}{
		"200":          {says(`{"errcode":"0"}`), Failure{}},
		"other code":   {says(`{"errcode":93000}`), Failure{Refused, "answer", 0}},
		"other answer": {says(`<html>`), Failure{Unsure, "answer", 0}},
		"no field":     {says(`{}`), Failure{Unsure, "answer", 0}},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, Failure{Refused, "refused", 307}},
		"not found":      {status(404), Failure{Refused, "refused", 404}},
		"too many":       {status(429), Failure{Later, "busy", 429}},
		"closed for now": {status(503), Failure{Later, "busy", 503}},
		"key expired":    {status(401), Failure{Later, "busy", 401}},
		"broken":         {status(500), Failure{Unsure, "server", 500}},
		"hangs":          {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Failure{Unsure, "no_answer", 0}},
		"hangs up":       {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Failure{Unsure, "no_answer", 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			g := gateway(t, HTTPOptions{Body: "x", Field: "errcode", Want: "0"}, func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				_, _ = io.Copy(io.Discard, r.Body) // a server sees that the other side left only then
				c.handle(w, r)
			})
			err := g.Carry(t.Context(), letter())
			var got Failure
			if f, ok := errors.AsType[*Failure](err); ok {
				got = *f
			}
			if got != c.want || calls.Load() != 1 || err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%v after %d calls", err, calls.Load())
			}
		})
	}
}

func TestGatewayThatIsAwayIsLater(t *testing.T) {
	t.Parallel()
	g, err := OpenHTTP(HTTPOptions{URL: "http://" + closedPort(t), Body: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if outcome, class := OutcomeOf(g.Carry(context.Background(), letter())); outcome != Later || class != "unreachable" {
		t.Errorf("%s, %s", outcome, class)
	}
}

func TestOpenHTTPRefusesWhatIsMalformed(t *testing.T) {
	t.Parallel()
	for address, body := range map[string]string{
		"robot.example.cn": "", "ftp://robot.example.cn": "", "https://a:secret@robot.example.cn": "",
		"https://robot.example.cn/1": "{{.Secret}}", "https://robot.example.cn/2": "{{json}}", "https://robot.example.cn/3": "{{",
	} {
		want := "courier.url_malformed"
		if body != "" {
			want = "courier.body_malformed"
		}
		if _, err := OpenHTTP(HTTPOptions{URL: address, Body: body}); !errs.Is(err, want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
