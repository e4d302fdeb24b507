package peer

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	mailProgram = "github.com/axllent/mailpit"
	mailVersion = "v1.27.11"
)

// Mail is a running mail server that keeps what it takes.
type Mail struct {
	SMTP string // 127.0.0.1:…

	api   string
	leash *leash // kept, for a pipe that is collected is closed
}

// Received is a mail that the server has taken.
type Received struct {
	MessageID string // without brackets
	From      string
	To        string
	Subject   string
	Text      string
	Headers   map[string][]string
}

// StartMail gives the mail server of this test process; tests take addresses of their own.
func StartMail(t testing.TB) *Mail {
	t.Helper()
	if os.Getenv("OPENWEEK_TEST_MAIL") == "off" {
		t.Skip("the mail server is switched off by OPENWEEK_TEST_MAIL")
	}
	m, err := oneMail()
	if err != nil {
		t.Fatalf("these tests need a mail server; set OPENWEEK_TEST_MAIL=off to go without: %v", err)
	}
	return m
}

var oneMail = sync.OnceValues(func() (_ *Mail, err error) {
	file, err := program(mailProgram, mailVersion)
	if err != nil {
		return nil, err
	}
	smtp, err := freeAddr()
	if err != nil {
		return nil, err
	}
	listen, err := freeAddr()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "owmail")
	if err != nil {
		return nil, err
	}
	l, err := start(folder, file, "--smtp", smtp, "--listen", listen, "--database", filepath.Join(folder, "mail.db"),
		"--disable-version-check", "--max", "0")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(l.answers(smtp), l.answers(listen)); err != nil {
		return nil, errors.Join(err, l.stop())
	}
	return &Mail{SMTP: smtp, api: "http://" + listen + "/api/v1/", leash: l}, nil
})

// To gives the mails to an address, oldest first.
func (m *Mail) To(t testing.TB, address string) (list []Received) {
	t.Helper()
	var found struct {
		Messages []struct{ ID string }
	}
	m.get(t, "search?limit=1000&query="+url.QueryEscape(`to:"`+address+`"`), &found)
	for _, one := range slices.Backward(found.Messages) {
		var whole struct {
			MessageID string
			From      struct{ Address string }
			To        []struct{ Address string }
			Subject   string
			Text      string
		}
		m.get(t, "message/"+one.ID, &whole)
		r := Received{MessageID: whole.MessageID, From: whole.From.Address, Subject: whole.Subject, Text: strings.ReplaceAll(whole.Text, "\r\n", "\n")}
		for _, to := range whole.To {
			r.To += to.Address
		}
		m.get(t, "message/"+one.ID+"/headers", &r.Headers)
		list = append(list, r)
	}
	return list
}

func (m *Mail) get(t testing.TB, path string, into any) {
	t.Helper()
	response, err := http.Get(m.api + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(response.Body)
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v\n%s", path, response.StatusCode, err, body)
	}
}
