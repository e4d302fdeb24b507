package sample

import (
	"context"

	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/login"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Deps are the services that the sample is written with.
type Deps struct {
	DB     *sqldb.DB
	Units  *unit.Service
	Logins *login.Service
	// The rest is needed by Editions only, which writes as of days before Clock's.
	Ring     *seal.Ring
	Blobs    blob.Store
	Editions *edition.Service
	Clock    clock.Clock
}

// Fill fills an empty store. Errors: sample.not_empty.
func Fill(ctx context.Context, d Deps) (err error) {
	defer errs.Wrap(&err, "sample.Fill")
	// Once begun it is finished, though the server is told to stop: a half-filled store is refused for ever.
	ctx = context.WithoutCancel(ctx)
	return d.DB.Bulk(ctx, func() error {
		for _, part := range []func(context.Context, Deps) error{Units, People, Editions} {
			if err := part(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
}
