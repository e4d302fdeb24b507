package booking

import (
	"errors"

	"openweek/internal/errs"
)

func errSessionNotFound() *errs.Error { return errs.NotFound("booking.session_not_found") }

func errNotFound() *errs.Error { return errs.NotFound("booking.not_found") }

func errFull(left int64) *errs.Error {
	return errs.Conflict("booking.full", "reason", string(Full), "left", left).On("party_size")
}

func errDayLimit(limit int64) *errs.Error {
	return errs.Conflict("booking.day_limit", "reason", "day_limit", "limit", limit).On("contact.phone")
}

func errKeyReused() *errs.Error { return errs.Invalid("booking.key_reused").On("Idempotency-Key") }

func errTwice() *errs.Error {
	return errs.Conflict("booking.contact_twice", "reason", "already_booked").On("contact.phone")
}

func errBusy() *errs.Error { return errs.Busy("booking.busy") }

// errCodes says that a code was drawn that another booking has: the batch is tried again with new ones.
var errCodes = errors.New("booking: a code was drawn twice")
