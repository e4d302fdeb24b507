package app_test

import (
	"testing"

	"openweek/internal/app"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/login"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

func TestTheOnlySecurityAdministratorGetsANewPasswordOnTheServer(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		c := testkit.Config(t, engine).Store
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		house, err := app.Open(t.Context(), c, clock.System())
		must(err)
		token, err := house.Logins.FirstRun.Token(t.Context())
		must(err)
		first, err := house.Logins.FirstRun.Complete(t.Context(), token, login.Setup{
			SystemAdmin:   login.Founder{SignIn: "system", Name: "甲示例"},
			SecurityAdmin: login.Founder{SignIn: "security", Name: "乙示例"},
			Auditor:       login.Founder{SignIn: "auditor", Name: "丙示例"},
		})
		must(err)
		old, _, err := house.Logins.SignIn(t.Context(), login.Credentials{Name: "security", Password: first.SecurityAdmin})
		must(err)
		must(house.Close())

		if _, err := app.ResetPassword(t.Context(), c, "nobody"); !errs.Is(err, "person.not_found") {
			t.Errorf("of nobody: %v", err)
		}
		initial, err := app.ResetPassword(t.Context(), c, "Security")
		must(err)

		house, err = app.Open(t.Context(), c, clock.System())
		must(err)
		defer func() { must(house.Close()) }()
		if _, err := house.Logins.Authenticate(t.Context(), old, login.Credentials{}.Addr); !errs.Is(err, "login.expired") {
			t.Errorf("the old login: %v", err)
		}
		if _, _, err := house.Logins.SignIn(t.Context(), login.Credentials{Name: "security", Password: first.SecurityAdmin}); !errs.Is(err, "login.wrong") {
			t.Errorf("the old password: %v", err)
		}
		_, a, err := house.Logins.SignIn(t.Context(), login.Credentials{Name: "security", Password: initial})
		must(err)
		if !a.MustChangePassword {
			t.Error("the new password need not be changed")
		}
		must(house.Audit.Seal(t.Context()))
		must(house.Verify(t.Context()))
	})
}

func TestAPasswordIsNotResetBesideAServerOnSQLiteNorWithoutAStore(t *testing.T) {
	t.Parallel()
	site := founded(t, sqldb.SQLite)
	if _, err := app.ResetPassword(t.Context(), site.Config.Store, "security"); !errs.Is(err, "store.in_use") {
		t.Errorf("beside a running server: %v", err)
	}
	if _, err := app.ResetPassword(t.Context(), testkit.Bare(sqldb.Options{Dir: t.TempDir()}).Store, "security"); !errs.Is(err, "store.missing") {
		t.Errorf("without a store: %v", err)
	}
}
