package sample_test

import (
	"context"
	"path/filepath"
	"testing"

	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/login"
	"openweek/internal/sample"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

var ctx = context.Background()

func deps(t *testing.T, db *sqldb.DB) sample.Deps {
	t.Helper()
	ring, err := seal.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	c := clock.System()
	log := audit.New(db, ring, c)
	units := unit.NewService(db, ring, c, log)
	files, err := blob.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	return sample.Deps{
		DB: db, Units: units, Logins: login.NewService(db, ring, c, log, units, login.Options{}),
		Ring: ring, Blobs: files, Editions: edition.NewService(db, c, log, files), Clock: c,
	}
}
