package login_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/login"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestSignInGivesTheActorOfThePerson(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		token, a, err := o.SignIn(t.Context(), login.Credentials{Name: " Head ", Password: goodPassword("head"), Addr: here, Agent: chrome})
		o.must(err)
		again, err := o.Authenticate(t.Context(), token, there)
		o.must(err)
		for addr, got := range map[netip.Addr]actor.Actor{here: a, there: again} {
			want := actor.Actor{
				Class: actor.Staff, PersonID: o.people["head"], LoginID: a.LoginID, UnitID: o.bureau,
				Place: actor.Place{Region: "430100", Line: actor.LineEducation, Tier: actor.TierPrefecture, Kind: actor.KindDepartment},
				Roles: []actor.Role{actor.RoleHead}, Addr: addr,
			}
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
		_, admin := o.in("secadmin")
		if admin.Platform != actor.SecurityAdmin || admin.UnitID != "" || len(admin.Roles) != 0 {
			t.Errorf("got %+v", admin)
		}
		fromUnit, err := o.units.Actor(t.Context(), db, a.PersonID)
		o.must(err)
		fromUnit.LoginID, fromUnit.Addr = a.LoginID, here
		if fmt.Sprintf("%+v", fromUnit) != fmt.Sprintf("%+v", a) {
			t.Errorf("unit builds %+v, login %+v", fromUnit, a)
		}
	}, login.Check)
}

func TestWrongNameAndWrongPasswordAreTheSame(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{AccountFailures: 3})
		for _, name := range []string{"head", "nobody", "张三", "a\x00b", "\xff", strings.Repeat("x", 1000), ""} {
			for range 2 {
				if err := o.try(name, "7x-Wrong-Guess", here); !errs.Is(err, "login.wrong") || errs.KindOf(err) != errs.KindUnauthenticated {
					t.Errorf("%q: got %v, want login.wrong", name, err)
				}
			}
			for range 2 {
				err := o.try(name, goodPassword("head"), here)
				if name == "head" {
					o.must(err)
					break
				}
				if !errs.Is(err, "login.locked") {
					t.Errorf("%q: got %v, want login.locked", name, err)
				}
			}
		}
		if err := o.try("head", strings.Repeat("x", 5000), here); !errs.Is(err, "login.wrong") {
			t.Errorf("a long password: got %v", err)
		}
	}, login.Check)
}

func TestEveryTokenButTheRightOneIsExpired(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		token, _ := o.in("head")
		for _, bad := range []string{"", "x", token + "A", token[:42], strings.Repeat("A", 43), "张三", token[:41] + "__"} {
			if _, err := o.Authenticate(t.Context(), bad, here); !errs.Is(err, "login.expired") || errs.KindOf(err) != errs.KindUnauthenticated {
				t.Errorf("%q: got %v, want login.expired", bad, err)
			}
		}
	}, login.Check)
}

func TestLoginEndsAfterIdleTimeAndAbsoluteTime(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		used, _ := o.in("head")
		idle, _ := o.in("editor")
		for range 24 { // 12 hours in steps of half an hour less a minute
			o.clock.Advance(29 * time.Minute)
			if _, err := o.Authenticate(t.Context(), used, here); err != nil {
				t.Fatalf("in use: %v", err)
			}
		}
		o.clock.Advance(24*time.Minute - time.Microsecond)
		_, err := o.Authenticate(t.Context(), used, here)
		o.must(err)
		o.clock.Advance(time.Microsecond) // 12 hours
		for name, token := range map[string]string{"absolute": used, "idle": idle} {
			if _, err := o.Authenticate(t.Context(), token, here); !errs.Is(err, "login.expired") {
				t.Errorf("%s: got %v, want login.expired", name, err)
			}
		}
		fresh, _ := o.in("teacher")
		o.clock.Advance(30*time.Minute - time.Microsecond)
		list, err := o.Of(t.Context(), actorOf(o, "secadmin"), o.people["teacher"])
		if o.must(err); len(list) != 1 {
			t.Errorf("listed %d logins before the idle time is over, want 1", len(list))
		}
		o.clock.Advance(time.Microsecond)
		if _, err := o.Authenticate(t.Context(), fresh, here); !errs.Is(err, "login.expired") {
			t.Errorf("after 30 minutes: got %v, want login.expired", err)
		}
		ended, err := o.Sweep(t.Context())
		if o.must(err); ended != 3 { // of head, editor and teacher
			t.Errorf("swept %d logins, want 3", ended)
		}
	}, login.Check)
}

func actorOf(o *office, signIn string) actor.Actor {
	o.t.Helper()
	a, err := o.units.Actor(o.t.Context(), o.db, o.people[signIn])
	o.must(err)
	return a
}

func TestUseIsWrittenAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		token, a := o.in("head")
		signedIn := o.clock.Now()
		seenAfter := func(d time.Duration) time.Duration {
			o.clock.Advance(d)
			_, err := o.Authenticate(t.Context(), token, here)
			o.must(err)
			list, err := o.Mine(t.Context(), a)
			o.must(err)
			return list[0].SeenAt.Sub(signedIn)
		}
		if got := seenAfter(time.Minute - time.Microsecond); got != 0 {
			t.Errorf("written after %s", got)
		}
		if got := seenAfter(time.Microsecond); got != time.Minute {
			t.Errorf("seen after %s, want a minute", got)
		}
	}, login.Check)
}

func TestClosingAndWithdrawingWorkAtTheNextRequest(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		token, _ := o.in("head")
		o.must(o.units.Withdraw(t.Context(), actorOf(o, "secadmin"), o.people["head"], actor.RoleHead))
		a, err := o.Authenticate(t.Context(), token, here)
		if o.must(err); len(a.Roles) != 0 {
			t.Errorf("roles are still %v", a.Roles)
		}
		p, err := o.units.GetPerson(t.Context(), actorOf(o, "sysadmin"), o.people["head"])
		o.must(err)
		o.must(o.units.ClosePerson(t.Context(), actorOf(o, "sysadmin"), p.ID, p.Version))
		if _, err := o.Authenticate(t.Context(), token, here); !errs.Is(err, "login.expired") {
			t.Errorf("a closed person: got %v, want login.expired", err)
		}
		if err := o.try("head", goodPassword("head"), here); !errs.Is(err, "login.wrong") {
			t.Errorf("a closed person signs in: got %v, want login.wrong", err)
		}
	}, login.Check)
}

func TestOwnLoginsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		token, a := o.in("head")
		o.clock.Advance(time.Minute)
		second, b, err := o.SignIn(t.Context(), login.Credentials{Name: "head", Password: goodPassword("head"), Addr: there})
		o.must(err)
		other, stranger := o.in("editor")
		list, err := o.Mine(t.Context(), a)
		o.must(err)
		want := []login.Login{
			{ID: b.LoginID, CreatedAt: o.clock.Now(), SeenAt: o.clock.Now(), EndsAt: o.clock.Now().Add(12 * time.Hour)},
			{ID: a.LoginID, CreatedAt: o.clock.Now().Add(-time.Minute), SeenAt: o.clock.Now().Add(-time.Minute),
				EndsAt: o.clock.Now().Add(12*time.Hour - time.Minute), Agent: "Chrome · Windows", Current: true, SameAddr: true},
		}
		if !slices.Equal(list, want) {
			t.Errorf("got %+v, want %+v", list, want)
		}
		for _, id := range []string{stranger.LoginID, "x", ""} {
			if err := o.SignOutOther(t.Context(), a, id); !errs.Is(err, "login.no_login") {
				t.Errorf("ending %q: got %v, want login.no_login", id, err)
			}
		}
		o.must(o.SignOutOther(t.Context(), a, b.LoginID))
		for _, c := range []struct {
			token string
			ended bool
		}{{token, false}, {second, true}, {other, false}} {
			if _, err := o.Authenticate(t.Context(), c.token, here); errs.Is(err, "login.expired") != c.ended {
				t.Errorf("got %v, want ended %v", err, c.ended)
			}
		}
		o.in("head")
		ended, err := o.SignOutEverywhere(t.Context(), a)
		if o.must(err); ended != 2 {
			t.Errorf("ended %d logins, want 2", ended)
		}
		o.must(o.SignOut(t.Context(), stranger))
		o.must(o.SignOut(t.Context(), stranger))
		for _, gone := range []string{token, other} {
			if _, err := o.Authenticate(t.Context(), gone, here); !errs.Is(err, "login.expired") {
				t.Errorf("got %v, want login.expired", err)
			}
		}
		if err := o.SignOut(t.Context(), actor.Actor{}); !errs.Is(err, "login.expired") {
			t.Errorf("the public signs out: got %v", err)
		}
	}, login.Check)
}

func TestHashAtAnotherCostIsMadeAnewAtSignIn(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		dearer := login.NewService(db, o.ring, o.clock, o.log, o.units, login.Options{Cost: login.Cost{MemoryKiB: 128, Passes: 2}})
		for range 2 {
			_, _, err := dearer.SignIn(t.Context(), login.Credentials{Name: "head", Password: goodPassword("head")})
			o.must(err)
		}
		var hash string
		o.must(db.QueryRow(t.Context(), `SELECT hash FROM login_password WHERE person_id = $1`, o.people["head"]).Scan(&hash))
		if !strings.HasPrefix(hash, "$argon2id$v=19$m=128,t=2,p=1$") {
			t.Errorf("the hash is still %.30s…", hash)
		}
	}, login.Check)
}

func TestNothingSecretIsStored(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{AccountFailures: 2})
		token, a := o.in("head")
		for range 3 {
			_ = o.try("editor", "7x-Wrong-Guess", netip.MustParseAddr("203.0.113.9")) // refused, as other tests hold
		}
		_ = o.try("Fremder", "7x-Wrong-Guess", here)
		o.must(o.ChangePassword(t.Context(), a, goodPassword("head"), "9y-Another-Good-One"))
		_, err := o.SignOutEverywhere(t.Context(), a)
		o.must(err)
		var all bytes.Buffer
		for _, query := range []string{
			`SELECT id || ' ' || person_id || ' ' || addr || ' ' || agent FROM login`,
			`SELECT kind || ' ' || key FROM login_lock`,
			`SELECT hash FROM login_password UNION ALL SELECT hash FROM login_password_past`,
			`SELECT id || ' ' || person_id || ' ' || addr || ' ' || action || ' ' || subject || ' ' || subject_id || ' ' || fields || ' ' || digests || ' ' || request_id
				FROM audit_entry WHERE action LIKE 'login.%'`,
		} {
			texts, err := sqldb.List(t.Context(), db, scanText, query)
			o.must(err)
			all.WriteString(strings.Join(texts, "\n"))
		}
		for _, secret := range []string{token, "Kranich", "Wrong", "Another", "editor", "fremder", "Fremder", "203.0.113.9", "张三"} {
			if strings.Contains(all.String(), secret) {
				t.Errorf("%q is stored", secret)
			}
		}
	}, login.Check)
}

func TestSignInEventsAreAudited(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{AccountFailures: 2, AddressFailures: 3})
		_, a := o.in("head")
		for range 3 {
			_ = o.try("editor", "7x-Wrong-Guess", there)
		}
		_ = o.try("nobody", "7x-Wrong-Guess", there)
		sec := actorOf(o, "secadmin")
		o.must(o.Unlock(t.Context(), sec, o.people["editor"]))
		o.must(o.UnlockAddress(t.Context(), sec, there))
		o.must(o.ChangePassword(t.Context(), a, goodPassword("head"), "9y-Another-Good-One"))
		_, err := o.ResetPassword(t.Context(), actorOf(o, "sysadmin"), o.people["teacher"])
		o.must(err)
		_, err = o.SignOutPerson(t.Context(), sec, o.people["head"])
		o.must(err)
		o.must(o.SignOut(t.Context(), a)) // ended already
		got := o.actions(audit.Filter{Action: "login.", From: "2026-05-11"})
		got = slices.DeleteFunc(got, func(s string) bool { return s == "login.set_password" })
		slices.Reverse(got)
		want := []string{
			"login.sign_in", "login.fail", "login.fail", "login.lock", "login.fail", "login.lock_address",
			"login.unlock", "login.unlock_address", "login.change_password", "login.reset_password", "login.sign_out_person",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}, login.Check)
}

// A hundred guesses at once, over two processes: five are looked at.
// TestCountingAfterComparingLetsMoreThrough is its control.
func TestGuessesAtOnceDoNotPassTheLimit(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		options := sqldbtest.New(t, engine)
		db := sqldbtest.Open(t, options)
		o := newOffice(t, db, login.Options{})
		second := o.Service
		if engine == sqldb.Postgres {
			other := sqldbtest.Open(t, options)
			log := audit.New(other, o.ring, o.clock)
			second = login.NewService(other, o.ring, o.clock, log, o.units, login.Options{Cost: cheap})
		}
		const n = 100
		var all sync.WaitGroup
		results := make(chan error, n)
		for i := range n {
			s := []*login.Service{o.Service, second}[i%2]
			all.Go(func() {
				_, _, err := s.SignIn(t.Context(), login.Credentials{Name: "head", Password: fmt.Sprintf("7x-Guess-%d", i)})
				results <- err
			})
		}
		all.Wait()
		close(results)
		tally := map[string]int{}
		for err := range results {
			tally[errs.As(err).Key]++
		}
		if looked := len(o.actions(audit.Filter{Action: "login.fail"})); looked != 5 || tally["login.wrong"] != 4 || tally["login.locked"] != 96 {
			t.Errorf("%d guesses were looked at, answers %v; want 5, and 4 wrong, 96 locked", looked, tally)
		}
	})
}
