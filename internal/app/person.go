package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// ResetPassword gives a person a new initial password from the server's own machine, for the case that
// nobody who could do it on a page can sign in any more. It is recorded as done by the system. On SQLite
// no server may be running: the folder's lock is taken.
//
// Errors: "store.missing" (NotFound), "store.in_use" (Conflict), "person.not_found" (NotFound),
// "login.person_closed" (Conflict), those of opening the store.
func ResetPassword(ctx context.Context, c config.Store, signIn string) (initial string, err error) {
	defer errs.Wrap(&err, "app.ResetPassword")
	if c.Database == "" {
		if _, err := os.Stat(filepath.Join(c.Data, sqldb.File)); err != nil {
			return "", errs.NotFound("store.missing").Because(err)
		}
	}
	house, err := openExisting(ctx, c, storeOptions(c), clock.System())
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	personID, err := house.Units.PersonOfSignIn(ctx, house.DB, signIn)
	if err != nil {
		return "", err
	}
	if initial, err = house.Logins.ResetPassword(ctx, actor.TheSystem(), personID); err != nil {
		return "", err
	}
	// There may be no server that would seal it within a second.
	return initial, house.Audit.Seal(ctx)
}
