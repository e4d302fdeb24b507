package blob_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"openweek/internal/blob"
	"openweek/internal/errs"
)

// stored is a store with a way to its bytes around it.
type stored struct {
	blob.Store
	harm   func(name string, content []byte) // writes a blob's bytes
	litter func()                            // puts what is no blob beside the blobs
	count  func() int                        // of everything that is stored
}

// each runs a test on a store of every kind.
func each(t *testing.T, test func(t *testing.T, s stored)) {
	t.Helper()
	t.Parallel()
	t.Run("disk", func(t *testing.T) {
		t.Parallel()
		test(t, onDisk(t))
	})
	t.Run("s3", func(t *testing.T) {
		t.Parallel()
		test(t, onS3(t))
	})
}

func put(t testing.TB, s blob.Store, content string) blob.Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), strings.NewReader(content), 8<<20)
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

func TestPutAndOpenGiveBackTheContent(t *testing.T) {
	each(t, func(t *testing.T, d stored) {
		for _, content := range []string{"", "甲", strings.Repeat("x", 300_000), strings.Repeat("大", 2<<20)} {
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
	})
}

func TestPutStoresTheSameContentOnce(t *testing.T) {
	each(t, func(t *testing.T, d stored) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() { put(t, d, "同一内容") })
		}
		all.Wait()
		put(t, d, "同一内容")
		if got := d.count(); got != 1 {
			t.Errorf("stored %d times", got)
		}
	})
}

func TestPutKeepsNothingWhenItFails(t *testing.T) {
	each(t, func(t *testing.T, d stored) {
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
		if got := d.count(); got != 1 {
			t.Errorf("left behind: %d", got-1)
		}
	})
}

func TestAHashThatIsNoneLeadsNowhere(t *testing.T) {
	each(t, func(t *testing.T, d stored) {
		ref := put(t, d, "甲")
		d.litter()
		for _, hash := range []string{
			"", "..", "../secret", "secret", "/etc/passwd", "tmp", ref.Hash[:63], ref.Hash + "0", strings.ToUpper(ref.Hash),
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
	})
}

func TestDeleteMayBeRepeated(t *testing.T) {
	each(t, func(t *testing.T, d stored) {
		ref := put(t, d, "甲")
		for range 2 {
			if err := d.Delete(t.Context(), ref.Hash); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Open(t.Context(), ref.Hash); !errs.Is(err, "blob.not_found") {
			t.Error(err)
		}
	})
}

func TestListIsInTheOrderOfHashesAndStopsAtAnError(t *testing.T) {
	each(t, func(t *testing.T, d stored) {
		var want []blob.Ref
		for i := range 50 {
			want = append(want, put(t, d, fmt.Sprint(i)))
		}
		slices.SortFunc(want, func(a, b blob.Ref) int { return strings.Compare(a.Hash, b.Hash) })
		d.litter()
		if got := list(t, d); !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		enough := errors.New("enough")
		calls := 0
		if err := d.List(t.Context(), func(blob.Ref) error { calls++; return enough }); !errors.Is(err, enough) || calls != 1 {
			t.Errorf("%d calls, %v", calls, err)
		}
	})
}

func TestVerifyFindsDamageAndPutMendsWhatWasCut(t *testing.T) {
	each(t, func(t *testing.T, d stored) {
		good, altered, cut := put(t, d, "完好"), put(t, d, "改动"), put(t, d, "截断")
		d.harm(altered.Hash, []byte("改劳"))
		d.harm(cut.Hash, []byte("截"))
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
	})
}
