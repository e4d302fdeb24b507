//go:build unix

package blob_test

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"openweek/internal/blob"
	"openweek/internal/errs"
)

const fullEnv = "OPENWEEK_TEST_BLOB_FULL"

// A real limit of the system stands in for a full disk: the file may not grow past it. It holds for
// the whole process, so the test runs itself again in a process of its own.
func TestAFullDiskIsBusyAndLeavesNothing(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(fullEnv); dir != "" {
		putBeyondLimit(t, dir)
		return
	}
	dir := t.TempDir()
	command := exec.Command(os.Args[0], "-test.run=^TestAFullDiskIsBusyAndLeavesNothing$", "-test.v")
	command.Env = append(os.Environ(), fullEnv+"="+dir)
	if out, err := command.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: TestAFullDiskIsBusyAndLeavesNothing")) {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func putBeyondLimit(t *testing.T, dir string) {
	signal.Ignore(syscall.SIGXFSZ) // so that the write fails instead of the process
	d, err := blob.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	limit := syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	put(t, d, "小文件")
	ref, err := d.Put(t.Context(), bytes.NewReader(make([]byte, 1<<20)), 1<<20)
	if !errs.Is(err, "blob.full") || errs.KindOf(err) != errs.KindBusy || ref != (blob.Ref{}) {
		t.Errorf("%v, %v", ref, err)
	}
	if got := files(t, filepath.Join(dir, "tmp")); got != nil {
		t.Errorf("half-written: %v", got)
	}
}
