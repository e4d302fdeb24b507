package sqldbtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// Cluster is a private PostgreSQL server that listens on a Unix socket only, in a folder that only
// its user may enter. It ends with the process that started it, however that ends.
type Cluster struct {
	URL string // of the maintenance database

	dir        string
	bin        string
	credential *syscall.SysProcAttr
	watch      *exec.Cmd
	leash      io.Closer // the watcher stops the server once this is closed
}

// StartCluster makes and starts a cluster. Durability is off: it is for tests.
func StartCluster(ctx context.Context) (_ *Cluster, err error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, credential: &syscall.SysProcAttr{Setsid: true}}
	if c.dir, err = os.MkdirTemp("", "owpg"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(c.dir))
		}
	}()
	if os.Geteuid() == 0 { // initdb refuses root
		uid, gid, err := servant()
		if err != nil {
			return nil, err
		}
		c.credential.Credential = &syscall.Credential{Uid: uid, Gid: gid}
		if err := os.Chown(c.dir, int(uid), int(gid)); err != nil {
			return nil, err
		}
	}
	if err := c.run(ctx, "initdb", "--pgdata="+c.data(), "--username=openweek", "--auth=trust",
		"--locale=C.UTF-8", "--encoding=UTF8", "--no-sync", "--no-instructions"); err != nil {
		return nil, err
	}
	settings := "listen_addresses = ''\nunix_socket_directories = '" + c.dir + "'\nport = 5432\n" +
		"fsync = off\nfull_page_writes = off\nwal_level = minimal\nmax_wal_senders = 0\n" +
		"max_wal_size = 1GB\nshared_buffers = 128MB\nmax_connections = 200\njit = off\n"
	f, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(settings)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if err := c.tether(); err != nil {
		return nil, err
	}
	if err := c.StartServer(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	c.URL = (&url.URL{Scheme: "postgres", User: url.User("openweek"), Path: "/postgres",
		RawQuery: url.Values{"host": {c.dir}, "port": {"5432"}}.Encode()}).String()
	return c, nil
}

// StartServer starts the server again after StopServer.
func (c *Cluster) StartServer(ctx context.Context) error {
	return c.run(ctx, "pg_ctl", "start", "--wait", "--silent", "--pgdata="+c.data(), "--log="+filepath.Join(c.dir, "log"))
}

// StopServer cuts all connections and stops the server, as a crash of its machine would.
func (c *Cluster) StopServer(ctx context.Context) error {
	return c.run(ctx, "pg_ctl", "stop", "--wait", "--silent", "--mode=immediate", "--pgdata="+c.data())
}

// Stop stops the server for good and removes its files.
func (c *Cluster) Stop() error {
	return errors.Join(c.leash.Close(), c.watch.Wait())
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// tether starts a shell that waits until this process closes its end of a pipe, or dies, and then
// removes the cluster: a test that is killed leaves no server behind.
func (c *Cluster) tether() error {
	cmd := exec.Command("/bin/sh", "-c",
		`read -r _; "$1/pg_ctl" stop --wait --silent --mode=immediate --pgdata="$2/data"; rm -rf "$2"`, "sh", c.bin, c.dir)
	cmd.Dir, cmd.SysProcAttr = "/", c.credential
	leash, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	c.watch, c.leash = cmd, leash
	return nil
}

func (c *Cluster) run(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	cmd.Dir, cmd.SysProcAttr = c.dir, c.credential
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 30 * time.Second
	if err := cmd.Run(); err != nil {
		log, _ := os.ReadFile(filepath.Join(c.dir, "log")) // there may be none yet
		return fmt.Errorf("%s: %w\n%s%s", program, err, out.Bytes(), log)
	}
	return nil
}

// binaries finds PostgreSQL's programs: Debian keeps them out of PATH.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return major(b) - major(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0]), nil
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", errors.New("PostgreSQL is missing: neither /usr/lib/postgresql/*/bin/initdb nor initdb in PATH; install the package postgresql")
}

func major(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb)))) // 0 sorts last
	return n
}

// servant is the user that the server runs as where the tests run as root.
func servant() (uid, gid uint32, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return 0, 0, err
		}
		return uint32(uid), uint32(gid), nil
	}
	return 0, 0, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it")
}
