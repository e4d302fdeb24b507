package app_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"openweek/internal/app"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// writeCertificate makes a certificate for 127.0.0.1 with a serial number, in two files.
func writeCertificate(t *testing.T, dir string, serial int64) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, &x509.Certificate{SerialNumber: big.NewInt(serial)}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	moment := time.Now().Add(time.Duration(serial) * time.Minute) // file systems keep coarse times
	if err := os.Chtimes(certFile, moment, moment); err != nil {
		t.Fatal(err)
	}
	return certFile, keyFile
}

func TestARenewedCertificateIsServedWithoutARestart(t *testing.T) {
	t.Parallel()
	c := testkit.Config(t, sqldb.SQLite)
	dir := t.TempDir()
	c.TLSCert, c.TLSKey = writeCertificate(t, dir, 1)
	site := testkit.StartWith(t, c, app.Options{})
	addr, ok := strings.CutPrefix(site.URL, "https://")
	if !ok {
		t.Fatalf("the address is %s", site.URL)
	}
	serial := func() int64 {
		conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close() //nolint:errcheck // only the certificate is of interest
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if n := serial(); n != 1 {
		t.Errorf("serves certificate %d", n)
	}
	writeCertificate(t, dir, 2)
	if n := serial(); n != 2 {
		t.Errorf("after the renewal it serves certificate %d", n)
	}
	if err := os.WriteFile(c.TLSCert, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := serial(); n != 2 {
		t.Errorf("with a half-written file it serves certificate %d", n)
	}
}

func TestABadCertificateIsRefused(t *testing.T) {
	t.Parallel()
	c := testkit.Config(t, sqldb.SQLite)
	c.TLSCert, c.TLSKey = c.Keys(), c.Keys()
	refused(t, c, app.Options{}, "app.bad_certificate")
}
