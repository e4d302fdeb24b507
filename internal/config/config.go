package config

import (
	"net/netip"
	"net/url"
	"path/filepath"
)

// Store says where the product keeps what it knows.
type Store struct {
	Data            string `default:"${data}" placeholder:"DIR" help:"config.data"`
	Database        string `placeholder:"URL" help:"config.database"`
	DatabaseReplica string `placeholder:"URL" help:"config.database_replica"`
	Blob            string `placeholder:"URL" help:"config.blob"`
	S3AccessKey     string `name:"s3-access-key" placeholder:"KEY" help:"config.s3_access_key"`
	S3SecretKey     string `name:"s3-secret-key" placeholder:"SECRET" help:"config.s3_secret_key"`
	KeyFile         string `placeholder:"FILE" help:"config.key_file"`
}

// OnS3 tells whether uploaded files are kept in a bucket (s3://…) instead of a folder.
func (s Store) OnS3() bool { return hasScheme(s.Blob, "s3") }

// Keys is the path of the key file: the one named, else DATA/keys.
func (s Store) Keys() string {
	if s.KeyFile != "" {
		return s.KeyFile
	}
	return filepath.Join(s.Data, "keys")
}

// Files is the folder of uploaded files: that of the file:///… URL, else DATA/files.
func (s Store) Files() string {
	if u, err := url.Parse(s.Blob); err == nil && u.Path != "" {
		return filepath.FromSlash(u.Path)
	}
	return filepath.Join(s.Data, "files")
}

// Web says how the server is reached.
type Web struct {
	Addr           string    `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"config.addr"`
	TLSCert        string    `name:"tls-cert" placeholder:"FILE" help:"config.tls_cert"`
	TLSKey         string    `name:"tls-key" placeholder:"FILE" help:"config.tls_key"`
	PublicURL      string    `name:"public-url" placeholder:"URL" help:"config.public_url"`
	TrustedProxies []Network `placeholder:"NETWORK" help:"config.trusted_proxies"`
	NoRateLimit    bool      `help:"config.no_rate_limit"`
	NoPageCache    bool      `help:"config.no_page_cache"`
	MetricsToken   string    `placeholder:"TOKEN" help:"config.metrics_token"`
	StopTimeout    int       `default:"20" placeholder:"SECONDS" help:"config.stop_timeout"`
	Dev            bool      `help:"config.dev"`
}

// Proxies are the networks whose X-Forwarded-For is believed.
func (w Web) Proxies() []netip.Prefix {
	list := make([]netip.Prefix, len(w.TrustedProxies))
	for i, n := range w.TrustedProxies {
		list[i] = n.Prefix
	}
	return list
}

// Post says how letters leave the product; without any of it, messages stay in the inbox.
type Post struct {
	SMTP      string `name:"smtp" placeholder:"URL" help:"config.smtp"`
	MailFrom  string `placeholder:"ADDRESS" help:"config.mail_from"`
	RobotURL  string `name:"robot-url" placeholder:"URL" help:"config.robot_url"`
	RobotBody string `placeholder:"TEMPLATE" help:"config.robot_body"`
	SMSURL    string `name:"sms-url" placeholder:"URL" help:"config.sms_url"`
	SMSBody   string `name:"sms-body" placeholder:"TEMPLATE" help:"config.sms_body"`
}

// Log says what is logged and how long the audit log is kept.
type Log struct {
	LogLevel  string `default:"info" enum:"debug,info,warn,error" help:"config.log_level"`
	LogFormat string `default:"text" enum:"text,json" help:"config.log_format"`
	// AuditRetention is in days.
	AuditRetention int `default:"365" placeholder:"DAYS" help:"config.audit_retention"`
}

// MinAuditRetention is the shortest time in days for which the audit log may be kept: six months
// (网络安全法 article 21 (3)), counted as 185 days so that no six months are longer.
const MinAuditRetention = 185

// Site is what the head and footer of a government site have to show; empty parts are not shown.
type Site struct {
	Name         string `placeholder:"NAME" help:"config.site_name"`
	NameEN       string `name:"name-en" placeholder:"NAME" help:"config.site_name_en"`
	Organiser    string `placeholder:"NAME" help:"config.site_organiser"`
	OrganiserEN  string `name:"organiser-en" placeholder:"NAME" help:"config.site_organiser_en"`
	Code         string `placeholder:"CODE" help:"config.site_code"`
	ICP          string `name:"icp" placeholder:"NUMBER" help:"config.site_icp"`
	PoliceRecord string `placeholder:"NUMBER" help:"config.site_police_record"`
	Contact      string `placeholder:"TEXT" help:"config.site_contact"`
}

// Config is everything that an office may set for the server.
type Config struct {
	Store
	Web
	Post
	Log
	Site Site `embed:"" prefix:"site-"`
}

// Network is an address range such as 10.0.0.0/8; a single address is a range of one.
type Network struct{ netip.Prefix }

// UnmarshalText reads 10.0.0.0/8, 192.168.1.7 or fd00::/8.
func (n *Network) UnmarshalText(text []byte) (err error) {
	if addr, err := netip.ParseAddr(string(text)); err == nil {
		n.Prefix = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		return nil
	}
	n.Prefix, err = netip.ParsePrefix(string(text))
	return err
}
