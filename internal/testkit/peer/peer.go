// Package peer starts the real servers that the product talks to, for tests: an S3 gateway and a mail
// server, each of a fixed version, built once from source into .cache/bin.
//
// They listen on loopback only and end with the test process, however that ends. A test is skipped
// only where OPENWEEK_TEST_S3 or OPENWEEK_TEST_MAIL says "off"; otherwise a server that cannot be
// built fails it, so that a part which no test runs on is noticed.
package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"openweek/internal/sqldb/sqldbtest"
)

// program gives the path of a Go program, built once for all checkouts' test processes.
func program(pkg, version string) (file string, err error) {
	root, err := sqldbtest.Root()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(root, ".cache", "bin")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	file = filepath.Join(folder, path.Base(pkg)+"-"+version)
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	lock := flock.New(file + ".lock")
	if err := lock.Lock(); err != nil { // packages are tested side by side
		return "", err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	building, err := os.MkdirTemp(folder, "building")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(building)) }()
	cmd := exec.Command("go", "install", "-trimpath", pkg+"@"+version)
	cmd.Dir = building
	cmd.Env = append(os.Environ(), "GOBIN="+building, "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return file, os.Rename(filepath.Join(building, path.Base(pkg)), file)
}

// leash is the only end of a pipe on which the server's watcher waits: it closes when this process
// ends, and the watcher then stops the server and removes its folder.
type leash struct {
	watch  *exec.Cmd
	pipe   io.Closer
	folder string
}

// start runs a program with a folder of its own.
func start(folder, file string, args ...string) (*leash, error) {
	script := `folder=$1; shift; "$@" >"$folder/log" 2>&1 </dev/null & read -r _; kill -9 $!; wait; rm -rf "$folder"`
	cmd := exec.Command("/bin/sh", append([]string{"-c", script, "sh", folder, file}, args...)...)
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &leash{watch: cmd, pipe: pipe, folder: folder}, nil
}

// stop ends the server and waits for that.
func (l *leash) stop() error {
	_ = l.pipe.Close() // Wait tells whether the watcher ended well
	return l.watch.Wait()
}

// answers waits until something listens at an address.
func (l *leash) answers(addr string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(l.folder, "log")) // there may be none
			return fmt.Errorf("nothing listens at %s: %w\n%s", addr, err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// freeAddr finds a free port of loopback.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
