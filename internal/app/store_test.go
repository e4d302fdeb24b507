package app_test

import (
	"path/filepath"
	"testing"

	"openweek/internal/app"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/login"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

// founded starts a server and makes its first three people, so that there is something to keep.
func founded(t *testing.T, engine sqldb.Engine) *testkit.Site {
	t.Helper()
	// The commands beside the server go by the machine's clock.
	site := testkit.StartWith(t, testkit.Config(t, engine), app.Options{Clock: clock.System()})
	token, err := site.Logins.FirstRun.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = site.Logins.FirstRun.Complete(t.Context(), token, login.Setup{
		SystemAdmin:   login.Founder{SignIn: "system", Name: "甲示例", Phone: "13800010000", Email: "a@example.cn"},
		SecurityAdmin: login.Founder{SignIn: "security", Name: "乙示例", Phone: "13800020000", Email: "b@example.cn"},
		Auditor:       login.Founder{SignIn: "auditor", Name: "丙示例", Phone: "13800030000", Email: "c@example.cn"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// hasPeople tells whether somebody is in the store.
func hasPeople(t *testing.T, c config.Store) bool {
	t.Helper()
	house, err := app.Open(t.Context(), c, clock.System())
	if err != nil {
		t.Fatal(err)
	}
	empty, err := house.Logins.FirstRun.Needed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Close(); err != nil {
		t.Fatal(err)
	}
	return !empty
}

func TestABackupMadeBesideARunningServerIsRestored(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		site := founded(t, engine)
		file := filepath.Join(t.TempDir(), "backup.db")
		if err := app.Backup(t.Context(), site.Config.Store, file); err != nil {
			t.Fatal(err)
		}
		target := testkit.Bare(sqldbtest.Empty(t, engine)).Store
		if err := app.Restore(t.Context(), target, file, nil); !errs.Is(err, "seal.key_missing") {
			t.Fatalf("restored without its key file: %v", err)
		}
		target.KeyFile = site.Config.Keys()
		if err := app.Restore(t.Context(), target, file, nil); err != nil {
			t.Fatal(err)
		}
		if err := app.Verify(t.Context(), target); err != nil {
			t.Error(err)
		}
		if !hasPeople(t, target) {
			t.Error("nobody is in the restored store")
		}
		if err := app.Restore(t.Context(), target, file, nil); !errs.Is(err, "schema.not_empty") {
			t.Errorf("restored over other data: %v", err)
		}
	})
}

func TestVerifyRunsBesideTheServer(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		site := founded(t, engine)
		if err := app.Verify(t.Context(), site.Config.Store); err != nil {
			t.Error(err)
		}
	})
}

func TestCopyMovesAStoreToPostgreSQL(t *testing.T) {
	t.Parallel()
	site := founded(t, sqldb.SQLite)
	target := sqldbtest.Empty(t, sqldb.Postgres)
	if err := app.Copy(t.Context(), site.Config.Store, target.URL, nil); !errs.Is(err, "store.in_use") {
		t.Fatalf("copied beside a running server: %v", err)
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := app.Backup(t.Context(), site.Config.Store, file); err != nil {
		t.Fatal(err)
	}
	c := testkit.Bare(sqldbtest.Empty(t, sqldb.SQLite)).Store
	c.KeyFile = site.Config.Keys()
	if err := app.Restore(t.Context(), c, file, nil); err != nil {
		t.Fatal(err)
	}
	moved := map[string]int64{}
	if err := app.Copy(t.Context(), c, target.URL, func(table string, rows int64) { moved[table] = rows }); err != nil {
		t.Fatal(err)
	}
	if moved["person"] != 3 {
		t.Errorf("%d people were moved", moved["person"])
	}
	c.Database = target.URL
	if err := app.Verify(t.Context(), c); err != nil {
		t.Error(err)
	}
}

func TestCopyOfAFolderWithoutAStoreIsRefused(t *testing.T) {
	t.Parallel()
	c := testkit.Bare(sqldb.Options{Dir: t.TempDir()}).Store
	if err := app.Copy(t.Context(), c, "postgres://localhost/none", nil); !errs.Is(err, "store.missing") {
		t.Error(err)
	}
}

func TestARotatedKeyIsUsedByTheRunningServer(t *testing.T) {
	t.Parallel()
	site := founded(t, sqldb.SQLite)
	before := site.Ring.Current()
	current, err := app.RotateKeys(site.Config.Store)
	if err != nil {
		t.Fatal(err)
	}
	if current == before {
		t.Fatal("the key is the same as before")
	}
	if err := site.Ring.Reload(); err != nil { // what the server does every half minute
		t.Fatal(err)
	}
	if site.Ring.Current() != current {
		t.Errorf("the server seals with %s, the file says %s", site.Ring.Current(), current)
	}
}
