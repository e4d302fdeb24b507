package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"openweek/internal/blob"
	"openweek/internal/errs"
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

func put(t testing.TB, s blob.Store, content string) blob.Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), strings.NewReader(content), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func list(t testing.TB, s blob.Store) (all []blob.Ref) {
	t.Helper()
	if err := s.List(t.Context(), func(r blob.Ref) error {
		all = append(all, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
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

func TestPutAndOpenGiveBackTheContent(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	for _, content := range []string{"", "甲", strings.Repeat("x", 300_000)} {
		sum := sha256.Sum256([]byte(content))
		want := blob.Ref{Hash: hex.EncodeToString(sum[:]), Size: int64(len(content))}
		if ref := put(t, d, content); ref != want {
			t.Errorf("got %v, want %v", ref, want)
		}
		r, err := d.Open(t.Context(), want.Hash)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != content {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if at, err := r.Seek(0, io.SeekStart); at != 0 || err != nil {
			t.Errorf("seek: %d, %v", at, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPutStoresTheSameContentOnce(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { put(t, d, "同一内容") })
	}
	all.Wait()
	put(t, d, "同一内容")
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("files: %v", got)
	}
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

func TestPutKeepsNothingWhenItFails(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	cut := errors.New("the connection was cut")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		want func(error) bool
	}{
		"too large": {t.Context(), strings.NewReader("12345"), func(err error) bool {
			return errs.Is(err, "blob.too_large") && errs.KindOf(err) == errs.KindInvalid && errs.As(err).Args["limit_mb"] == int64(1)
		}},
		"cut":       {t.Context(), io.MultiReader(strings.NewReader("12"), iotest.ErrReader(cut)), func(err error) bool { return errors.Is(err, cut) }},
		"cancelled": {cancelled, strings.NewReader("12"), func(err error) bool { return errors.Is(err, context.Canceled) }},
	} {
		ref, err := d.Put(c.ctx, c.r, 4)
		if !c.want(err) || ref != (blob.Ref{}) {
			t.Errorf("%s: %v, %v", name, ref, err)
		}
	}
	if ref, err := d.Put(t.Context(), strings.NewReader("1234"), 4); err != nil || ref.Size != 4 {
		t.Errorf("exactly the limit: %v, %v", ref, err)
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestAHashThatIsNoneLeadsNowhere(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	ref := put(t, d, "甲")
	if err := os.WriteFile(filepath.Join(dir, "..", "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{
		"", "..", "../secret", "/etc/passwd", "tmp", ref.Hash[:63], ref.Hash + "0", strings.ToUpper(ref.Hash),
		"../" + ref.Hash[:61], strings.Repeat("0", 63) + "/", strings.Repeat("0", 63) + "\x00", strings.Repeat("0", 64),
	} {
		if _, err := d.Open(t.Context(), hash); !errs.Is(err, "blob.not_found") || errs.KindOf(err) != errs.KindNotFound {
			t.Errorf("open %q: %v", hash, err)
		}
		if err := d.Delete(t.Context(), hash); blob.ValidHash(hash) != (err == nil) {
			t.Errorf("delete %q: %v", hash, err)
		}
	}
	if got := list(t, d); !reflect.DeepEqual(got, []blob.Ref{ref}) {
		t.Errorf("left: %v", got)
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

func TestDeleteMayBeRepeated(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	ref := put(t, d, "甲")
	for range 2 {
		if err := d.Delete(t.Context(), ref.Hash); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Open(t.Context(), ref.Hash); !errs.Is(err, "blob.not_found") {
		t.Error(err)
	}
}

func TestListIsInTheOrderOfHashesAndStopsAtAnError(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	var want []blob.Ref
	for i := range 50 {
		want = append(want, put(t, d, fmt.Sprint(i)))
	}
	slices.SortFunc(want, func(a, b blob.Ref) int { return strings.Compare(a.Hash, b.Hash) })
	err := errors.Join(
		os.WriteFile(filepath.Join(dir, "tmp", "half"), nil, 0o600),
		os.WriteFile(filepath.Join(dir, want[0].Hash[:2], "Thumbs.db"), nil, 0o600),
		os.WriteFile(filepath.Join(dir, "zz"), nil, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	if got := list(t, d); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	enough := errors.New("enough")
	calls := 0
	if err := d.List(t.Context(), func(blob.Ref) error { calls++; return enough }); !errors.Is(err, enough) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
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

func TestVerifyFindsDamageAndPutMendsWhatWasCut(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	good, altered, cut := put(t, d, "完好"), put(t, d, "改动"), put(t, d, "截断")
	path := func(r blob.Ref) string { return filepath.Join(dir, r.Hash[:2], r.Hash) }
	if err := errors.Join(os.WriteFile(path(altered), []byte("改劳"), 0o600), os.Truncate(path(cut), 3)); err != nil {
		t.Fatal(err)
	}
	report, err := blob.Verify(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	want := blob.Report{Checked: 3, Bytes: good.Size + altered.Size + 3, Damaged: []blob.Ref{altered, {Hash: cut.Hash, Size: 3}}}
	slices.SortFunc(want.Damaged, func(a, b blob.Ref) int { return strings.Compare(a.Hash, b.Hash) })
	if !reflect.DeepEqual(report, want) {
		t.Errorf("got %+v, want %+v", report, want)
	}
	put(t, d, "截断")
	if report, err := blob.Verify(t.Context(), d); err != nil || !reflect.DeepEqual(report.Damaged, []blob.Ref{altered}) {
		t.Errorf("%+v, %v", report, err)
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
