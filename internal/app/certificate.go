package app

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"

	"openweek/internal/config"
	"openweek/internal/errs"
)

// certificate reads its files again when they change: certificates are renewed every few months and
// nobody should have to stop the server for it.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu       sync.Mutex
	loaded   *tls.Certificate
	modified time.Time
}

// newCertificate gives nil where none is configured.
func newCertificate(c config.Web, log *slog.Logger) (*certificate, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	files := &certificate{certFile: c.TLSCert, keyFile: c.TLSKey, log: log}
	if err := files.load(); err != nil {
		return nil, errs.Invalid("app.bad_certificate", "path", c.TLSCert).Because(err)
	}
	return files, nil
}

func (c *certificate) load() error {
	info, err := os.Stat(c.certFile)
	if err != nil {
		return err
	}
	if c.loaded != nil && info.ModTime().Equal(c.modified) {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.loaded, c.modified = &pair, info.ModTime()
	return nil
}

func (c *certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			if err := c.load(); err != nil { // half renewed, perhaps: go on with the old one
				c.log.Warn("certificate could not be read again", "err", err)
			}
			return c.loaded, nil
		},
	}
}
