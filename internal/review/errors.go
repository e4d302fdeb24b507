package review

import "openweek/internal/errs"

func errNotFound() *errs.Error { return errs.NotFound("review.not_found") }

func errChanged() *errs.Error { return errs.Conflict("review.changed_meanwhile") }
