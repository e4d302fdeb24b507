package measure

import "openweek/internal/errs"

func errNotFound() *errs.Error { return errs.NotFound("measure.not_found") }

func errForbidden() *errs.Error { return errs.Forbidden("measure.forbidden") }

func errRegion() *errs.Error { return errs.Invalid("measure.region").On("region") }
