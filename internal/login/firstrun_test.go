package login_test

import (
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/login"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

func threePeople() login.Setup {
	return login.Setup{
		SystemAdmin:   login.Founder{SignIn: "sysadmin", Name: "张三", Phone: "13800000000"},
		SecurityAdmin: login.Founder{SignIn: "secadmin", Name: "李四", Email: "lisi@example.cn"},
		Auditor:       login.Founder{SignIn: "auditor", Name: "王五"},
	}
}

func TestFirstRunMakesThreePeopleWhoCanSignIn(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := empty(t, db, login.Options{})
		needed, err := o.FirstRun.Needed(t.Context())
		if o.must(err); !needed {
			t.Fatal("an empty store needs no first run")
		}
		token, err := o.FirstRun.Token(t.Context())
		o.must(err)
		o.must(o.FirstRun.Check(t.Context(), token))
		initials, err := o.FirstRun.Complete(t.Context(), token, threePeople())
		o.must(err)
		for signIn, c := range map[string]struct {
			password string
			role     actor.Platform
		}{
			"sysadmin": {initials.SystemAdmin, actor.SystemAdmin},
			"secadmin": {initials.SecurityAdmin, actor.SecurityAdmin},
			"auditor":  {initials.Auditor, actor.Auditor},
		} {
			_, a, err := o.SignIn(t.Context(), login.Credentials{Name: signIn, Password: c.password})
			if o.must(err); a.Platform != c.role || !a.MustChangePassword {
				t.Errorf("%s signed in as %+v", signIn, a)
			}
		}
		if needed, err = o.FirstRun.Needed(t.Context()); err != nil || needed {
			t.Errorf("still needed: %v, %v", needed, err)
		}
		_, err = o.FirstRun.Complete(t.Context(), token, threePeople())
		_, again := o.FirstRun.Token(t.Context())
		for _, err := range []error{err, again, o.FirstRun.Check(t.Context(), token)} {
			if !errs.Is(err, "login.first_run_done") {
				t.Errorf("a second time: got %v, want login.first_run_done", err)
			}
		}
	}, login.Check)
}

func TestFirstRunRefusesOtherAndOldTokens(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := empty(t, db, login.Options{})
		first, err := o.FirstRun.Token(t.Context())
		o.must(err)
		o.clock.Advance(time.Hour)
		second, err := o.FirstRun.Token(t.Context()) // of another replica
		o.must(err)
		o.clock.Advance(23 * time.Hour)
		for _, bad := range []string{"", "x", second[:42] + "_", first} {
			if _, err := o.FirstRun.Complete(t.Context(), bad, threePeople()); !errs.Is(err, "login.first_run_token") {
				t.Errorf("%q: got %v, want login.first_run_token", bad, err)
			}
		}
		_, err = o.FirstRun.Complete(t.Context(), second, threePeople())
		o.must(err)
	}, login.Check)
}

func TestFirstRunWithBadFieldsChangesNothing(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		o := empty(t, db, login.Options{})
		token, err := o.FirstRun.Token(t.Context())
		o.must(err)
		setup := threePeople()
		setup.SecurityAdmin.SignIn = "sysadmin" // one person cannot hold two of the three
		setup.Auditor.Phone = "12"
		_, err = o.FirstRun.Complete(t.Context(), token, setup)
		fields := map[string]string{}
		for _, p := range errs.As(err).Problems {
			fields[p.Field] = p.Key
		}
		if len(fields) != 2 || fields["security_admin.sign_in"] != "person.sign_in_taken" || fields["auditor.phone"] != "person.phone_malformed" {
			t.Errorf("got %v", err)
		}
		if n := o.count(`SELECT count(*) FROM person`) + o.count(`SELECT count(*) FROM login_founded`); n != 0 {
			t.Error("something was written")
		}
		_, err = o.FirstRun.Complete(t.Context(), token, threePeople())
		o.must(err)
	}, login.Check)
}

func TestFirstRunHappensOnceWithTwoProcesses(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		options := sqldbtest.New(t, engine)
		db := sqldbtest.Open(t, options)
		o := empty(t, db, login.Options{})
		services := []*login.Service{o.Service, o.Service}
		if engine == sqldb.Postgres {
			other := sqldbtest.Open(t, options)
			log := audit.New(other, o.ring, o.clock)
			services[1] = login.NewService(other, o.ring, o.clock, log, unit.NewService(other, o.ring, o.clock, log), login.Options{Cost: cheap})
		}
		var tokens [2]string
		for i, s := range services {
			var err error
			tokens[i], err = s.FirstRun.Token(t.Context())
			o.must(err)
		}
		var all sync.WaitGroup
		results := make(chan error, 8)
		for i := range 8 {
			all.Go(func() {
				_, err := services[i%2].FirstRun.Complete(t.Context(), tokens[i%2], threePeople())
				results <- err
			})
		}
		all.Wait()
		close(results)
		won := 0
		for err := range results {
			switch {
			case err == nil:
				won++
			case !errs.Is(err, "login.first_run_done"):
				t.Errorf("got %v, want login.first_run_done", err)
			}
		}
		if people := o.count(`SELECT count(*) FROM person`); won != 1 || people != 3 {
			t.Errorf("%d completed, %d people; want 1 and 3", won, people)
		}
	})
}
