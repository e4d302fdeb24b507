package form

import "openweek/internal/errs"

func errNotFound() *errs.Error { return errs.NotFound("form.not_found") }

func errForbidden() *errs.Error { return errs.Forbidden("form.forbidden") }
