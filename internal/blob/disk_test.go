package blob_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"openweek/internal/blob"
)

func open(t testing.TB) (*blob.Disk, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, dir
}

func onDisk(t *testing.T) stored {
	d, dir := open(t)
	write := func(name string, content []byte) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return stored{
		Store: d,
		harm:  func(hash string, content []byte) { write(filepath.Join(hash[:2], hash), content) },
		litter: func() {
			for _, name := range []string{"../secret", "secret", "zz", "ab/Thumbs.db", "tmp/half"} {
				write(name, []byte("x"))
			}
		},
		count: func() int { return len(files(t, dir)) },
	}
}

// files gives every file below dir.
func files(t testing.TB, dir string) (all []string) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			all = append(all, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFilesAreForTheOwnerAlone(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	put(t, d, "甲")
	if err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestALinkInsideDoesNotLeadOut(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	hash := strings.Repeat("ab", 32)
	secret := filepath.Join(dir, "..", "secret")
	err := errors.Join(os.WriteFile(secret, []byte("x"), 0o600), os.Mkdir(filepath.Join(dir, "ab"), 0o700), os.Symlink(secret, filepath.Join(dir, "ab", hash)))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := d.Open(t.Context(), hash); err == nil {
		r.Close()
		t.Error("opened a file outside the store")
	}
	if got := list(t, d); got != nil {
		t.Errorf("listed %v", got)
	}
}

func TestSweepRemovesWhatACrashLeft(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	put(t, d, "甲")
	if err := os.WriteFile(filepath.Join(dir, "tmp", "half"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Sweep(); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}

func BenchmarkPut1MB(b *testing.B) {
	d, _ := open(b)
	content := bytes.Repeat([]byte{1}, 1<<20)
	for i := 0; b.Loop(); i++ {
		content[0], content[1], content[2] = byte(i), byte(i>>8), byte(i>>16)
		if _, err := d.Put(b.Context(), bytes.NewReader(content), 1<<20); err != nil {
			b.Fatal(err)
		}
	}
}
