package file

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"openweek/internal/blob"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestFileThatStaysFreeForAWeekIsRemovedAndItsBlobADayLater(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		forgotten, used := h.upload(t, h.own, "甲.txt", "甲"), h.upload(t, h.own, "乙.txt", "乙")
		ok(t, h.attach(t, h.own, used.ID, Subject{Kind: "filing", ID: id.New()}))
		for _, step := range []struct {
			after time.Duration
			want  Swept
			blobs int
		}{
			{7 * 24 * time.Hour, Swept{}, 2},
			{time.Second, Swept{Files: 1}, 2},
			{24 * time.Hour, Swept{}, 2},
			{time.Second, Swept{Blobs: 1}, 1},
			{time.Hour, Swept{}, 1},
		} {
			h.now.Advance(step.after)
			if got := h.sweep(t); got != step.want || len(h.stored(t)) != step.blobs {
				t.Errorf("%s: swept %+v of %d, want %+v", h.now.Now(), got, len(h.stored(t)), step.want)
			}
		}
		_, err := h.Get(t.Context(), h.own, forgotten.ID)
		wants(t, err, "file.not_found", "not_found")
	})
}

func TestBlobStaysWhileAnotherRowOrHolderNamesIt(t *testing.T) {
	t.Parallel()
	notices := holder{}
	h := alone(t, &notices)
	twice, again := h.upload(t, h.own, "甲.txt", "甲"), h.upload(t, h.other, "甲.txt", "甲")
	ok(t, h.attach(t, h.other, again.ID, Subject{Kind: "filing", ID: id.New()}))
	ref, err := h.blobs.Put(t.Context(), strings.NewReader("通知原件"), 100)
	ok(t, err)
	notices = append(notices, ref.Hash)
	for range 3 {
		h.now.Advance(8 * 24 * time.Hour)
		h.sweep(t)
	}
	want := []string{twice.Hash, ref.Hash}
	slices.Sort(want)
	var got []string
	for _, r := range h.stored(t) {
		got = append(got, r.Hash)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("left %v, want %v", got, want)
	}
}

// holder names blobs as the notices of editions do.
type holder []string

func (h *holder) HeldBlobs(_ context.Context, _ sqldb.Querier, hashes []string) (held []string, err error) {
	for _, hash := range hashes {
		if slices.Contains(*h, hash) {
			held = append(held, hash)
		}
	}
	return held, nil
}

// meanwhile runs something between the moment at which a blob is known to be stored and the row.
type meanwhile struct {
	blob.Store
	do func()
}

func (m *meanwhile) Put(ctx context.Context, r io.Reader, limit int64) (blob.Ref, error) {
	ref, err := m.Store.Put(ctx, r, limit)
	m.do()
	return ref, err
}

// An old blob without a name is brought in again while a sweep runs. The control shows that without
// the rescue the sweep takes the blob from under the new row.
func TestSweepDoesNotTakeABlobThatIsJustBeingUploaded(t *testing.T) {
	for name, guarded := range map[string]bool{"guarded": true, "control": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
				store := &meanwhile{Store: disk(t), do: func() {}}
				h := build(t, db, store)
				ref, err := store.Store.Put(t.Context(), strings.NewReader("甲"), 100)
				ok(t, err)
				h.sweep(t)
				h.now.Advance(25 * time.Hour)
				store.do = func() { h.sweep(t) }
				if guarded {
					h.upload(t, h.own, "甲.txt", "甲")
					ok(t, h.Verify(t.Context(), h.db))
					return
				}
				_, err = store.Put(t.Context(), strings.NewReader("甲"), 100)
				ok(t, err)
				f := File{ID: id.New(), Hash: ref.Hash, Name: "甲.txt", Bytes: ref.Size, Type: Text, Created: h.now.Now()}
				ok(t, h.write(t, func(tx *sqldb.Tx) error { return insert(t.Context(), tx, f) }))
				if c, err := h.Compare(t.Context(), h.db); err != nil || !reflect.DeepEqual(c.Missing, []string{f.ID}) {
					t.Errorf("the unguarded upload kept its content: %+v, %v", c, err)
				}
			})
		})
	}
}

func TestUploadsAndSweepsOfTwoProcessesLoseNothing(t *testing.T) {
	t.Parallel()
	o := sqldbtest.New(t, sqldb.Postgres)
	store := disk(t)
	first := build(t, sqldbtest.Open(t, o), store)
	second := build(t, sqldbtest.Open(t, o), store)
	second.now, second.Service.clock = first.now, first.now
	var all sync.WaitGroup
	for _, h := range []*house{first, second} {
		all.Go(func() {
			for i := range 40 {
				f, err := h.Upload(t.Context(), h.own, Upload{Name: "甲.txt", Reader: strings.NewReader([]string{"甲", "乙", "丙"}[i%3]), Purpose: Attachment})
				if err != nil {
					t.Error(err)
					return
				}
				if i%4 != 0 {
					if err := h.Discard(t.Context(), h.own, f.ID); err != nil {
						t.Error(err)
					}
				}
			}
		})
		all.Go(func() {
			for range 40 {
				h.now.Advance(25 * time.Minute) // less than a week in all, and more than a day
				if _, err := h.Sweep(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	ok(t, first.Verify(t.Context(), first.db))
}

func TestSweepEndsWhatADeadOneBegan(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		ref, err := h.blobs.Put(t.Context(), strings.NewReader("甲"), 100)
		ok(t, err)
		h.sweep(t)
		h.now.Advance(25 * time.Hour)
		ok(t, h.write(t, func(tx *sqldb.Tx) error { // and then it died
			_, err := tx.Exec(t.Context(), doomOrphan, ref.Hash, h.now.Now(), h.now.Now())
			return err
		}))
		_, err = h.Upload(t.Context(), h.own, Upload{Name: "甲.txt", Reader: strings.NewReader("甲"), Purpose: Attachment})
		wants(t, err, "file.try_again", "busy")
		if got := h.sweep(t); got != (Swept{Blobs: 1}) {
			t.Errorf("swept %+v", got)
		}
		h.upload(t, h.own, "甲.txt", "甲")
	})
}

const crashEnv = "OPENWEEK_TEST_FILE_CRASH"

// The process is killed after the blob is stored and before its row is: a process of its own opens
// the same store, uploads, and dies in that moment.
func TestCrashBetweenBlobAndRowLeavesOnlyABlobThatIsSwept(t *testing.T) {
	t.Parallel()
	if text := os.Getenv(crashEnv); text != "" {
		var o crash
		ok(t, json.Unmarshal([]byte(text), &o))
		db, err := sqldb.Open(t.Context(), o.Store)
		ok(t, err)
		d, err := blob.OpenDisk(o.Blobs)
		ok(t, err)
		h := build(t, db, &meanwhile{Store: d, do: func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }})
		h.upload(t, h.own, "甲.pdf", pdf)
		return
	}
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		o := crash{Store: sqldbtest.New(t, engine), Blobs: filepath.Join(t.TempDir(), "blobs")}
		text, err := json.Marshal(o)
		ok(t, err)
		command := exec.Command(os.Args[0], "-test.run=^TestCrashBetweenBlobAndRowLeavesOnlyABlobThatIsSwept$")
		command.Env = append(os.Environ(), crashEnv+"="+string(text))
		out, err := command.CombinedOutput()
		if exit, died := errors.AsType[*exec.ExitError](err); !died || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("%v\n%s", err, out)
		}
		d, err := blob.OpenDisk(o.Blobs)
		ok(t, err)
		defer d.Close()
		h := build(t, sqldbtest.Open(t, o.Store), d)
		c, err := h.Compare(t.Context(), h.db)
		ok(t, err)
		if len(c.Unnamed) != 1 || c.Files != 0 || len(c.Missing) != 0 {
			t.Fatalf("after the crash: %+v", c)
		}
		h.sweep(t)
		h.now.Advance(25 * time.Hour)
		if got := h.sweep(t); got != (Swept{Blobs: 1}) || h.stored(t) != nil {
			t.Errorf("swept %+v, left %v", got, h.stored(t))
		}
	})
}

// crash says where the process that dies works.
type crash struct {
	Store sqldb.Options
	Blobs string
}

func TestVerifyComparesBothWays(t *testing.T) {
	t.Parallel()
	h := alone(t)
	kept, lost, cut := h.upload(t, h.own, "甲.txt", "甲"), h.upload(t, h.own, "乙.txt", "乙"), h.upload(t, h.own, "丙.txt", "丙丙")
	also := h.upload(t, h.other, "乙.txt", "乙")
	ref, err := h.blobs.Put(t.Context(), strings.NewReader("丁"), 100)
	ok(t, err)
	ok(t, h.Verify(t.Context(), h.db)) // a fresh blob without a row is an upload on its way
	ok(t, h.blobs.Delete(t.Context(), lost.Hash))
	ok(t, h.write(t, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE file SET bytes = bytes + 1 WHERE id = $1`, cut.ID)
		return err
	}))
	c, err := h.Compare(t.Context(), h.db)
	ok(t, err)
	missing := []string{lost.ID, also.ID}
	slices.Sort(missing)
	if want := (Comparison{Files: 4, Missing: missing, Resized: []string{cut.ID}, Unnamed: []blob.Ref{ref}}); !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
	h.sweep(t)
	h.now.Advance(4 * 24 * time.Hour) // and nobody sweeps
	err = h.Verify(t.Context(), h.db)
	for _, part := range []string{lost.ID, also.ID, cut.ID, ref.Hash} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s is not among %v", part, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), kept.ID) {
		t.Errorf("what is whole is among %v", err)
	}
}
