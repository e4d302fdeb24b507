package login

import (
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// errWrong never tells which of name and password it was.
func errWrong() error { return errs.Unauthenticated("login.wrong") }

// errLocked says in how many minutes to try again, rounded up.
func errLocked(until, now clock.Instant) error {
	return errs.Busy("login.locked", "minutes", max(1, int((until.Sub(now)+time.Minute-1)/time.Minute)))
}

// errExpired stands for a login that has ended for whatever reason, and for a token that never was.
func errExpired() error { return errs.Unauthenticated("login.expired") }

func errForbidden() error { return errs.Forbidden("login.forbidden") }
