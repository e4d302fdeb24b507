package login_test

import (
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/login"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

func TestChangingThePasswordSignsOutTheOthers(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		mine, a := o.in("head")
		other, _ := o.in("head")
		const fresh = "9y-Another-Good-One"
		o.must(o.ChangePassword(t.Context(), a, goodPassword("head"), fresh))
		_, err := o.Authenticate(t.Context(), mine, here)
		o.must(err)
		if _, err := o.Authenticate(t.Context(), other, here); !errs.Is(err, "login.expired") {
			t.Errorf("the other login: got %v, want login.expired", err)
		}
		if err := o.try("head", goodPassword("head"), here); !errs.Is(err, "login.wrong") {
			t.Errorf("the old password: got %v, want login.wrong", err)
		}
		o.must(o.try("head", fresh, here))
	}, login.Check)
}

func TestChangePasswordHoldsTheRules(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		_, a := o.in("head")
		for _, c := range []struct{ old, new, want, field string }{
			{"7x-Wrong-Guess", "9y-Another-Good-One", "login.old_wrong", "old"},
			{goodPassword("head"), "short", "login.password_short", "password"},
			{goodPassword("head"), "9y-Head-Another-One", "login.password_name", "password"},
			{goodPassword("head"), goodPassword("head"), "login.password_same_as_before", "password"},
		} {
			err := o.ChangePassword(t.Context(), a, c.old, c.new)
			if !errs.Is(err, c.want) || errs.As(err).Field != c.field {
				t.Errorf("%q: got %v, want %s on %s", c.new, err, c.want, c.field)
			}
		}
		if err := o.ChangePassword(t.Context(), actor.Actor{}, "", ""); !errs.Is(err, "login.expired") {
			t.Errorf("the public: got %v", err)
		}
	}, login.Check)
}

func TestGuessingTheOldPasswordLocks(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{AccountFailures: 2})
		_, a := o.in("head")
		for _, want := range []string{"login.old_wrong", "login.locked", "login.locked"} {
			if err := o.ChangePassword(t.Context(), a, "7x-Wrong-Guess", "9y-Another-Good-One"); !errs.Is(err, want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if err := o.try("head", goodPassword("head"), here); !errs.Is(err, "login.locked") {
			t.Errorf("signing in: got %v, want login.locked", err)
		}
	}, login.Check)
}

func TestTheLastFivePasswordsDoNotComeBack(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		_, a := o.in("head")
		present := goodPassword("head")
		change := func(to string) error {
			o.clock.Advance(time.Second)
			err := o.ChangePassword(t.Context(), a, present, to)
			if err == nil {
				present = to
			}
			return err
		}
		first := present
		for _, p := range []string{"1a-Kiesel-Stein", "2b-Kiesel-Stein", "3c-Kiesel-Stein", "4d-Kiesel-Stein"} {
			o.must(change(p))
		}
		for _, p := range []string{first, "1a-Kiesel-Stein", "4d-Kiesel-Stein"} {
			if err := change(p); !errs.Is(err, "login.password_same_as_before") {
				t.Errorf("%s: got %v, want a refusal", p, err)
			}
		}
		o.must(change("5e-Kiesel-Stein"))
		o.must(change(first)) // the sixth last
		if n := o.count(`SELECT count(*) FROM login_password_past WHERE person_id = $1`, a.PersonID); n != 4 {
			t.Errorf("%d old passwords are kept, want 4", n)
		}
	}, login.Check)
}

func TestInitialPasswordMustBeChanged(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		before, _ := o.in("teacher")
		initial, err := o.ResetPassword(t.Context(), actorOf(o, "sysadmin"), o.people["teacher"])
		o.must(err)
		if _, err := o.Authenticate(t.Context(), before, here); !errs.Is(err, "login.expired") {
			t.Errorf("the login from before: got %v, want login.expired", err)
		}
		token, a, err := o.SignIn(t.Context(), login.Credentials{Name: "teacher", Password: initial})
		o.must(err)
		if !a.MustChangePassword || a.IsStaff() {
			t.Errorf("signed in as %+v", a)
		}
		o.must(o.ChangePassword(t.Context(), a, initial, "9y-Another-Good-One"))
		a, err = o.Authenticate(t.Context(), token, here)
		if o.must(err); a.MustChangePassword {
			t.Error("the password has been changed and must be changed again")
		}
		if err := o.ChangePassword(t.Context(), a, "9y-Another-Good-One", initial); !errs.Is(err, "login.password_same_as_before") {
			t.Errorf("back to the initial one: got %v", err)
		}
	}, login.Check)
}

func TestOldPasswordMustBeChanged(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{MaxAge: 90 * 24 * time.Hour})
		if _, a := o.in("head"); a.MustChangePassword {
			t.Error("a fresh password must be changed")
		}
		o.clock.Advance(90 * 24 * time.Hour)
		_, a := o.in("head")
		if !a.MustChangePassword {
			t.Error("a password of 90 days need not be changed")
		}
		o.must(o.ChangePassword(t.Context(), a, goodPassword("head"), "9y-Another-Good-One"))
	}, login.Check)
}

func TestWhoMayResetWhosePassword(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		for _, c := range []struct{ who, whose, want string }{
			{"sysadmin", "teacher", ""},
			{"head", "editor", ""},
			{"head", "teacher", ""},
			{"sysadmin", "secadmin", "person.forbidden"},
			{"sysadmin", "sysadmin", "person.forbidden"},
			{"secadmin", "auditor", ""},
			{"secadmin", "secadmin", "login.own_reset"},
			{"secadmin", "teacher", "person.forbidden"},
			{"head", "head", "login.own_reset"},
			{"head", "secadmin", "person.not_found"},
			{"editor", "head", "person.forbidden"},
			{"teacher", "head", "person.not_found"},
			{"auditor", "teacher", "person.not_found"},
		} {
			initial, err := o.ResetPassword(t.Context(), actorOf(o, c.who), o.people[c.whose])
			got := ""
			if err != nil {
				got = errs.As(err).Key
			}
			if got != c.want || (initial == "") != (err != nil) {
				t.Errorf("%s resets %s: got %q, want %q", c.who, c.whose, got, c.want)
			}
		}
		if _, err := o.ResetPassword(t.Context(), actorOf(o, "sysadmin"), id.New()); !errs.Is(err, "person.not_found") {
			t.Errorf("nobody's: got %v", err)
		}
		p, err := o.units.GetPerson(t.Context(), actorOf(o, "sysadmin"), o.people["teacher"])
		o.must(err)
		o.must(o.units.ClosePerson(t.Context(), actorOf(o, "sysadmin"), p.ID, p.Version))
		if _, err := o.ResetPassword(t.Context(), actorOf(o, "sysadmin"), p.ID); !errs.Is(err, "login.person_closed") {
			t.Errorf("a closed person's: got %v", err)
		}
	}, login.Check)
}

func TestOnlyTheSecurityAdministratorControlsLogins(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{AccountFailures: 2})
		token, _ := o.in("teacher")
		for range 2 {
			_ = o.try("teacher", "7x-Wrong-Guess", there)
		}
		whom := o.people["teacher"]
		for _, name := range []string{"sysadmin", "auditor", "head", "teacher"} {
			a := actorOf(o, name)
			_, listed := o.Of(t.Context(), a, whom)
			_, asked := o.LockedUntil(t.Context(), a, whom)
			_, ended := o.SignOutPerson(t.Context(), a, whom)
			for what, err := range map[string]error{
				"Of": listed, "LockedUntil": asked, "SignOutPerson": ended, "Unlock": o.Unlock(t.Context(), a, whom),
				"UnlockAddress": o.UnlockAddress(t.Context(), a, there),
			} {
				if k := errs.KindOf(err); k != errs.KindForbidden && k != errs.KindNotFound {
					t.Errorf("%s by %s: got %v", what, name, err)
				}
			}
		}
		sec := actorOf(o, "secadmin")
		until, err := o.LockedUntil(t.Context(), sec, whom)
		if o.must(err); until != o.clock.Now().Add(5*time.Minute) {
			t.Errorf("locked until %s", until)
		}
		o.must(o.Unlock(t.Context(), sec, whom))
		if err := o.Unlock(t.Context(), sec, whom); !errs.Is(err, "login.not_locked") {
			t.Errorf("unlocking twice: got %v", err)
		}
		o.must(o.try("teacher", goodPassword("teacher"), here))
		list, err := o.Of(t.Context(), sec, whom)
		if o.must(err); len(list) != 2 {
			t.Errorf("listed %d logins, want 2", len(list))
		}
		n, err := o.SignOutPerson(t.Context(), sec, whom)
		if o.must(err); n != 2 {
			t.Errorf("ended %d logins, want 2", n)
		}
		if _, err := o.Authenticate(t.Context(), token, here); !errs.Is(err, "login.expired") {
			t.Errorf("got %v, want login.expired", err)
		}
	}, login.Check)
}

func TestFirstPasswordIsSetOnceAndByTheRightPeople(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := newOffice(t, db, login.Options{})
		give := func(a actor.Actor, personID, signIn string) (string, error) {
			made, err := o.PrepareInitial(t.Context(), signIn)
			o.must(err)
			return made.Text(), db.Write(t.Context(), func(tx *sqldb.Tx) error { return made.SetTx(t.Context(), tx, a, personID) })
		}
		if _, err := give(actorOf(o, "sysadmin"), o.people["head"], "head"); !errs.Is(err, "login.changed_meanwhile") {
			t.Errorf("over a password: got %v", err)
		}
		o.must(db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM login_password WHERE person_id = $1`, o.people["head"])
			return err
		}))
		if err := o.try("head", "", here); !errs.Is(err, "login.wrong") {
			t.Errorf("without a password: got %v, want login.wrong", err)
		}
		if _, err := give(actorOf(o, "editor"), o.people["head"], "head"); !errs.Is(err, "person.forbidden") {
			t.Errorf("by an editor: got %v", err)
		}
		if _, err := give(actorOf(o, "sysadmin"), o.people["head"], "head"); err != nil {
			t.Errorf("by the system administrator: got %v", err)
		}
		p, err := o.units.CreatePerson(t.Context(), actorOf(o, "sysadmin"), unit.PersonDraft{UnitID: o.bureau, SignIn: "novice", Name: "李四"})
		o.must(err)
		initial, err := give(actorOf(o, "head"), p.ID, "novice")
		o.must(err)
		_, a, err := o.SignIn(t.Context(), login.Credentials{Name: "novice", Password: initial})
		if o.must(err); !a.MustChangePassword {
			t.Error("an initial password need not be changed")
		}
		hash, err := o.NewHash(t.Context(), "9y-Another-Good-One")
		o.must(err)
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
			return o.SetPasswordTx(t.Context(), tx, actorOf(o, "sysadmin"), o.people["head"], hash, false)
		})
		if !errs.Is(err, "login.forbidden") {
			t.Errorf("SetPasswordTx by an administrator: got %v", err)
		}
	}, login.Check)
}
