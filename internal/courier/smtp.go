package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"openweek/internal/errs"
)

// SMTP hands mails to one mail server.
type SMTP struct {
	client *mail.Client
	from   string
}

var _ Carrier = (*SMTP)(nil)

// smtpTimeout is the longest that a whole conversation may take.
const smtpTimeout = 30 * time.Second

// OpenSMTP prepares for a mail server; it does not connect. address is
// smtp://name:password@host:port?tls=required or smtps://… (encrypted from the first byte, port 465).
// tls is "required", "preferred" or "off"; without it encryption is required where there is a
// password and preferred where there is none, because many an intranet's server offers none. from is
// the sender, such as "活动周办公室 <week@example.cn>".
//
// Errors: courier.smtp_malformed, courier.from_malformed (Invalid). Neither repeats its value.
func OpenSMTP(address, from string) (s *SMTP, err error) {
	defer errs.Wrap(&err, "courier.OpenSMTP")
	return openSMTP(address, from, smtpTimeout)
}

func openSMTP(address, from string, timeout time.Duration) (*SMTP, error) {
	malformed := errs.Invalid("courier.smtp_malformed") // without cause: the address holds a password
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, malformed
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(query) > 1 || len(query) == 1 && len(query["tls"]) != 1 {
		return nil, malformed
	}
	if _, err := netmail.ParseAddress(from); err != nil {
		return nil, errs.Invalid("courier.from_malformed")
	}
	options := []mail.Option{mail.WithTimeout(timeout), mail.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12, ServerName: u.Hostname()})}
	port := 25
	if u.Scheme == "smtps" {
		port = 465
		options = append(options, mail.WithSSL())
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, malformed
		}
	}
	password, hasPassword := u.User.Password()
	policy := mail.TLSOpportunistic
	switch query.Get("tls") {
	case "":
		if hasPassword {
			policy = mail.TLSMandatory
		}
	case "required":
		policy = mail.TLSMandatory
	case "preferred":
	case "off":
		policy = mail.NoTLS
	default:
		return nil, malformed
	}
	options = append(options, mail.WithPort(port), mail.WithTLSPolicy(policy))
	if hasPassword {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, malformed
	}
	return &SMTP{client: client, from: from}, nil
}

// Carry implements Carrier.
func (s *SMTP) Carry(ctx context.Context, l Letter) (err error) {
	defer errs.Wrap(&err, "courier.SMTP.Carry")
	m := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingB64))
	if err := m.From(s.from); err != nil {
		return &Failure{Outcome: Later, Class: "sender"}
	}
	if err := m.To(l.To); err != nil {
		return &Failure{Outcome: Refused, Class: "address"}
	}
	m.SetMessageIDWithValue(l.ID)
	m.SetDateWithValue(l.At.Time())
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence notice answers
	m.Subject(strings.Join(strings.Fields(l.Subject), " "))
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	err = s.client.DialAndSendWithContext(ctx, m)
	if m.IsDelivered() { // whatever went wrong when saying goodbye
		return nil
	}
	if err != nil {
		return smtpFailure(err)
	}
	return nil
}

// smtpFailure tells what an error means for the letter. RFC 5321 §4.5.4.1 and §6.1: the server is
// responsible from its answer to the end of the data on; when that answer does not come, nobody knows.
func smtpFailure(err error) *Failure {
	at, ok := errors.AsType[*mail.SendError](err)
	if !ok { // connecting, greeting, encrypting, signing in
		if refusal, ok := errors.AsType[net.Error](err); ok && refusal.Timeout() {
			return &Failure{Outcome: Later, Class: "timeout"}
		}
		return &Failure{Outcome: Later, Class: "unreachable"}
	}
	code := at.ErrorCode()
	switch {
	case code >= 500 && (at.Reason == mail.ErrSMTPMailFrom || code == 530 || code == 535):
		// It is the product that the server does not trust, not this letter: an office mends that.
		return &Failure{Outcome: Later, Class: "sender", Code: code}
	case code >= 500:
		return &Failure{Outcome: Refused, Class: "refused", Code: code}
	case code >= 400:
		return &Failure{Outcome: Later, Class: "busy", Code: code}
	case at.Reason == mail.ErrSMTPDataClose, at.Reason == mail.ErrWriteContent, at.Reason == mail.ErrSMTPReset, at.Reason == mail.ErrAmbiguous:
		return &Failure{Outcome: Unsure, Class: "no_answer"}
	}
	return &Failure{Outcome: Later, Class: "unreachable"}
}
