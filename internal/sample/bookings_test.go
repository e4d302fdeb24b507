package sample_test

import (
	"path/filepath"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/sample"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestTheCollegeHasSessionsOfEveryKind(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite))
	c := crowd(t, db)
	ring, err := seal.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System()
	b := booking.NewService(booking.Deps{DB: db, Ring: ring, Clock: now, Activities: c.Activities, Audit: audit.New(db, ring, now)})
	if err := sample.Bookings(ctx, c, b); err != nil {
		t.Fatal(err)
	}
	if err := b.Verify(ctx, db); err != nil {
		t.Error(err)
	}
	page, err := b.FindSessions(ctx, actor.TheSystem(), booking.HostFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var all booking.Tally
	for _, h := range page.Items {
		all.Confirmed.Count += h.Tally.Confirmed.Count
		all.Waiting.Count += h.Tally.Waiting.Count
		all.Pending.People += h.Tally.Pending.People
	}
	if len(page.Items) != 7 || all.Confirmed.Count != 26 || all.Waiting.Count != 3 || all.Pending.People != 36 {
		t.Errorf("%d sessions, %+v", len(page.Items), all)
	}
}
