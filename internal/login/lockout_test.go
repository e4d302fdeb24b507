package login

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

func newBare(t *testing.T, db *sqldb.DB, o Options) (*Service, *clock.Manual) {
	t.Helper()
	file, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewManual(time.Date(2026, 5, 11, 9, 0, 0, 0, clock.Shanghai))
	log := audit.New(db, ring, c)
	o.Cost = Cost{MemoryKiB: 64, Passes: 1}
	return NewService(db, ring, c, log, unit.NewService(db, ring, c, log), o), c
}

// The control of TestGuessesAtOnceDoNotPassTheLimit: whoever looks first, compares, and counts
// afterwards lets through everybody who looked before the first had counted.
func TestCountingAfterComparingLetsMoreThrough(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		s, c := newBare(t, db, Options{})
		const n = 20
		count := func(key string) (a attempt) {
			if err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				counted, err := s.countTx(t.Context(), tx, byAccount, key, c.Now())
				a = counted
				return err
			}); err != nil {
				t.Error(err)
			}
			return a
		}
		for _, guarded := range []bool{true, false} {
			key := map[bool]string{true: "guarded", false: "control"}[guarded]
			var through atomic.Int64
			var looked, all sync.WaitGroup
			looked.Add(n)
			for range n {
				all.Go(func() {
					until, err := lockEnd(t.Context(), db, byAccount, key)
					if err != nil {
						t.Error(err)
					}
					looked.Done()
					looked.Wait() // the time in which a password is compared
					counted := count(key)
					if guarded && !counted.refused || !guarded && until <= c.Now() {
						through.Add(1)
					}
				})
			}
			all.Wait()
			if want := map[bool]int64{true: 5, false: n}[guarded]; through.Load() != want {
				t.Errorf("%s: %d came through, want %d", key, through.Load(), want)
			}
		}
	})
}

func TestLockTimesGrowUntilADayOfQuiet(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		s, c := newBare(t, db, Options{AccountFailures: 2})
		fail := func() error {
			_, _, err := s.SignIn(t.Context(), Credentials{Name: "liuhong", Password: "7x-Guess-1"})
			return err
		}
		locks := func(minutes int) {
			t.Helper()
			if err := fail(); !errs.Is(err, "login.wrong") {
				t.Fatalf("first failure: %v", err)
			}
			err := fail()
			if !errs.Is(err, "login.locked") || errs.As(err).Args["minutes"] != minutes || errs.KindOf(err) != errs.KindBusy {
				t.Fatalf("second failure: got %v %v, want locked for %d minutes", err, errs.As(err).Args, minutes)
			}
			c.Advance(time.Duration(minutes)*time.Minute - 30*time.Second)
			if err := fail(); !errs.Is(err, "login.locked") || errs.As(err).Args["minutes"] != 1 {
				t.Fatalf("half a minute before the end: got %v %v", err, errs.As(err).Args)
			}
			c.Advance(30 * time.Second)
		}
		for _, minutes := range []int{5, 15, 30, 60, 60} {
			locks(minutes)
		}
		c.Advance(24 * time.Hour)
		if _, err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		locks(5)
	})
}

func TestFailuresOfDifferentWindowsAreNotCountedTogether(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		s, c := newBare(t, db, Options{AccountFailures: 2})
		for range 5 {
			_, _, err := s.SignIn(t.Context(), Credentials{Name: "liuhong", Password: "7x-Guess-1"})
			if !errs.Is(err, "login.wrong") {
				t.Fatalf("got %v, want login.wrong", err)
			}
			c.Advance(15 * time.Minute)
		}
	})
}

func TestAddressIsLockedAcrossNames(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		s, c := newBare(t, db, Options{AddressFailures: 3})
		from := func(name, addr string) error {
			_, _, err := s.SignIn(t.Context(), Credentials{Name: name, Password: "7x-Guess-1", Addr: netip.MustParseAddr(addr)})
			return err
		}
		// An IPv6 host can take any address of its /64.
		for _, v := range [][2]string{{"a", "2001:db8:1:2::1"}, {"b", "2001:db8:1:2::2"}, {"c", "2001:db8:1:2:ffff::3"}} {
			if err := from(v[0], v[1]); !errs.Is(err, "login.wrong") {
				t.Fatalf("%v: got %v, want login.wrong", v, err)
			}
		}
		if err := from("d", "2001:db8:1:2::4"); !errs.Is(err, "login.locked") {
			t.Errorf("got %v, want login.locked", err)
		}
		if err := from("d", "2001:db8:1:3::4"); !errs.Is(err, "login.wrong") {
			t.Errorf("the neighbour: got %v, want login.wrong", err)
		}
		c.Advance(addressLock)
		if err := from("e", "2001:db8:1:2::4"); !errs.Is(err, "login.wrong") {
			t.Errorf("after the lock: got %v, want login.wrong", err)
		}
	})
}

func TestNamesThatNobodyHasTakeTheHashersTime(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		s, _ := newBare(t, db, Options{Hashers: 1})
		if err := s.hasher.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer stop()
		if _, _, err := s.SignIn(ctx, Credentials{Name: "nobody", Password: "7x-Guess-1"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v; the hasher was not waited for", err)
		}
		s.hasher.leave()
	})
}

func TestHasherRefusesALongQueue(t *testing.T) {
	t.Parallel()
	h := newHasher(Options{Hashers: 1, Cost: Cost{MemoryKiB: 64, Passes: 1}}.withDefaults())
	if err := h.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range maxWaiting {
		all.Go(func() {
			if _, err := h.hash(t.Context(), "7x-Guess-1"); err != nil {
				t.Error(err)
			}
		})
	}
	for h.waiting.Load() < maxWaiting {
		time.Sleep(time.Millisecond)
	}
	if _, err := h.hash(t.Context(), "7x-Guess-1"); !errs.Is(err, "login.busy") {
		t.Errorf("got %v, want login.busy", err)
	}
	h.leave()
	all.Wait()
}
