package sample_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/sample"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// crowd fills a store with the sample and gives what activities are made with.
func crowd(t *testing.T, db *sqldb.DB) sample.Crowd {
	t.Helper()
	d := deps(t, db)
	if err := sample.Fill(ctx, d); err != nil {
		t.Fatal(err)
	}
	e, err := d.Editions.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	c := clock.System()
	log := audit.New(db, ring, c)
	activities := activity.NewService(activity.Deps{DB: db, Ring: ring, Clock: c, Log: log, Forms: form.NewService(db, c, log), Reviews: review.NewService(c, log),
		Messages: message.NewService(db, c, log, nil, nil, message.Options{})})
	return sample.Crowd{DB: db, Units: d.Units, Editions: d.Editions, Activities: activities, EditionID: e.ID, Seed: 5, Count: 120}
}

func TestActivitiesAreTheSameForASeed(t *testing.T) {
	t.Parallel()
	var titles [2][]string
	for i := range titles {
		db := sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite))
		c := crowd(t, db)
		if err := sample.Activities(ctx, c); err != nil {
			t.Fatal(err)
		}
		if err := c.Activities.Verify(ctx, db); err != nil {
			t.Error(err)
		}
		if _, err := c.Activities.EachPublic(ctx, c.EditionID, activity.Filter{}, 1000, func(p activity.PublicItem) error {
			titles[i] = append(titles[i], p.ID+p.Title+p.Unit.Name+string(p.Day))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := sample.Activities(ctx, c); !errs.Is(err, "sample.activities_there") {
			t.Errorf("writing again: %v", err)
		}
		n, err := c.Activities.Facets(ctx, c.EditionID, activity.Filter{})
		if err != nil || n.Total != 120 || len(n.Methods) < 4 || len(n.Days) != 7 || n.Regions["430000"] != 120 || len(n.Regions) < 30 {
			t.Errorf("%+v (%v)", n, err)
		}
	}
	if len(titles[0]) != 120 || !reflect.DeepEqual(titles[0], titles[1]) {
		t.Errorf("%d and %d, or others", len(titles[0]), len(titles[1]))
	}
}
