package app

import (
	"context"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/sample"
)

// Sample fills an empty store as the demo does and adds invented activities to its current edition: for
// measurements and for trying a store of a province's size. No server may be running on it.
//
// Errors: those of Open; "app.demo_occupied" (Conflict) for a store with data that is not sample data,
// "sample.activities_there" (Conflict) where they were added before.
func Sample(ctx context.Context, c config.Store, count int, seed uint64, progress func(done int)) (err error) {
	defer errs.Wrap(&err, "app.Sample(%d)", count)
	house, err := Open(ctx, c, clock.System())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	if err := house.fillSample(ctx, c); err != nil {
		return err
	}
	e, err := house.Editions.Current(ctx)
	if err != nil {
		return err
	}
	return sample.Activities(ctx, sample.Crowd{DB: house.DB, Units: house.Units, Editions: house.Editions, Activities: house.Activities,
		EditionID: e.ID, Seed: seed, Count: count, Progress: progress})
}
