package config

import (
	"net"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strconv"

	"openweek/internal/errs"
)

// Validate checks the settings against each other and the machine's rules; the error lists every
// problem (errs.Invalid, keys "config.bad_…"), each on the setting's name.
func (c Config) Validate() error {
	return errs.Join(append(append(c.Store.problems(), append(c.Web.problems(), c.Post.problem())...), c.Log.problem(), c.Site.problem())...)
}

// Validate checks the settings of a command that needs the store only.
func (s Store) Validate() error { return errs.Join(s.problems()...) }

func (s Store) problems() []*errs.Error {
	var list []*errs.Error
	if s.Data == "" {
		list = append(list, errs.Invalid("config.bad_data").On("data"))
	}
	if s.Database != "" && !hasScheme(s.Database, "postgres", "postgresql") {
		list = append(list, errs.Invalid("config.bad_database", "name", "database").On("database"))
	}
	if s.DatabaseReplica != "" && !hasScheme(s.DatabaseReplica, "postgres", "postgresql") {
		list = append(list, errs.Invalid("config.bad_database", "name", "database-replica").On("database-replica"))
	}
	if s.DatabaseReplica != "" && s.Database == "" {
		list = append(list, errs.Invalid("config.bad_replica").On("database-replica"))
	}
	if u, err := url.Parse(s.Blob); s.Blob != "" && !s.OnS3() && (err != nil || u.Scheme != "file" || u.Host != "" || !path.IsAbs(u.Path)) {
		list = append(list, errs.Invalid("config.bad_blob").On("blob"))
	}
	if s.OnS3() && (s.S3AccessKey == "" || s.S3SecretKey == "") {
		list = append(list, errs.Invalid("config.bad_s3_key").On("s3-access-key"))
	}
	return list
}

// A database URL holds a password, so a bad one is never quoted in an error.
func hasScheme(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return true
		}
	}
	return false
}

// problem of a mail server without a sender, or the other way round. What the addresses themselves have
// to be, courier says when it opens them.
func (p Post) problem() *errs.Error {
	if (p.SMTP == "") != (p.MailFrom == "") {
		return errs.Invalid("config.bad_mail").On("mail-from")
	}
	return nil
}

func (w Web) problems() []*errs.Error {
	var list []*errs.Error
	host, port, err := net.SplitHostPort(w.Addr)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
		list = append(list, errs.Invalid("config.bad_addr", "value", w.Addr).On("addr"))
	} else if w.NoRateLimit && !loopback(host) {
		list = append(list, errs.Invalid("config.bad_no_rate_limit").On("no-rate-limit"))
	} else if w.Dev && !loopback(host) {
		list = append(list, errs.Invalid("config.bad_dev").On("dev"))
	}
	if (w.TLSCert == "") != (w.TLSKey == "") {
		list = append(list, errs.Invalid("config.bad_tls").On("tls-cert"))
	}
	if w.PublicURL != "" {
		u, err := url.Parse(w.PublicURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
			(u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
			list = append(list, errs.Invalid("config.bad_public_url", "value", w.PublicURL).On("public-url"))
		}
	}
	for _, n := range w.TrustedProxies {
		if n.Bits() == 0 { // whoever believes everybody is told any address
			list = append(list, errs.Invalid("config.bad_trusted_proxies", "value", n.String()).On("trusted-proxies"))
		}
	}
	if w.MetricsToken != "" && len(w.MetricsToken) < 16 {
		list = append(list, errs.Invalid("config.bad_metrics_token").On("metrics-token"))
	}
	if w.StopTimeout < 1 || w.StopTimeout > 600 {
		list = append(list, errs.Invalid("config.bad_stop_timeout").On("stop-timeout"))
	}
	return list
}

// Loopback tells whether the server can be reached from this machine only.
func (w Web) Loopback() bool {
	host, _, err := net.SplitHostPort(w.Addr)
	return err == nil && loopback(host)
}

// loopback does not ask a name server: what a name means may change between this question and listening.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

func (l Log) problem() *errs.Error {
	if l.AuditRetention < MinAuditRetention {
		return errs.Invalid("config.bad_audit_retention", "min", MinAuditRetention).On("audit-retention")
	}
	return nil
}

// siteCode is the 政府网站标识码: ten digits.
var siteCode = regexp.MustCompile(`^[0-9]{10}$`)

func (s Site) problem() *errs.Error {
	if s.Code != "" && !siteCode.MatchString(s.Code) {
		return errs.Invalid("config.bad_site_code", "value", s.Code).On("site-code")
	}
	return nil
}
