package peer

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

const (
	s3Program = "github.com/versity/versitygw/cmd/versitygw"
	s3Version = "v1.8.0"
)

// S3 is a running S3 server with one bucket. It keeps objects as files below Dir.
type S3 struct {
	Endpoint  string // http://127.0.0.1:…
	Bucket    string
	AccessKey string
	SecretKey string
	Dir       string // the bucket's folder

	leash *leash // kept, for a pipe that is collected is closed
}

// URL addresses a prefix in the bucket in the form of the setting --blob.
func (s *S3) URL(prefix string) string {
	return "s3://" + s.Bucket + "/" + prefix + "?" + url.Values{"endpoint": {s.Endpoint}, "region": {"us-east-1"}}.Encode()
}

// StartS3 gives the S3 server of this test process; tests take a prefix each.
func StartS3(t testing.TB) *S3 {
	t.Helper()
	if os.Getenv("OPENWEEK_TEST_S3") == "off" {
		t.Skip("S3 is switched off by OPENWEEK_TEST_S3")
	}
	s, err := oneS3()
	if err != nil {
		t.Fatalf("these tests need an S3 server; set OPENWEEK_TEST_S3=off to go without: %v", err)
	}
	return s
}

var oneS3 = sync.OnceValues(func() (_ *S3, err error) {
	file, err := program(s3Program, s3Version)
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "ows3")
	if err != nil {
		return nil, err
	}
	s := &S3{Endpoint: "http://" + addr, Bucket: "openweek", AccessKey: "tester", SecretKey: "testing-only", Dir: filepath.Join(folder, "data", "openweek")}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil { // a folder of the gateway's is a bucket
		return nil, err
	}
	l, err := start(folder, file, "--access", s.AccessKey, "--secret", s.SecretKey, "--port", addr, "--quiet",
		"posix", "--sidecar", sidecar(folder), filepath.Join(folder, "data"))
	if err != nil {
		return nil, err
	}
	if err := l.answers(addr); err != nil {
		return nil, errors.Join(err, l.stop())
	}
	s.leash = l
	return s, nil
})

// sidecar is where the gateway keeps what it knows of objects: temporary folders are often on file
// systems without extended attributes.
func sidecar(folder string) string {
	dir := filepath.Join(folder, "sidecar")
	_ = os.Mkdir(dir, 0o700) // the gateway says so where it is missing
	return dir
}
