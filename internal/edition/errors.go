package edition

import "openweek/internal/errs"

func errCode() *errs.Error { return errs.Invalid("edition.code_malformed").On("code") }

func errNotFound() *errs.Error { return errs.NotFound("edition.not_found") }

func errNotice() *errs.Error { return errs.NotFound("edition.notice_not_found") }

func errForbidden() *errs.Error { return errs.Forbidden("edition.forbidden") }

func errChanged() *errs.Error { return errs.Conflict("edition.changed_meanwhile") }

// errFixed refuses what a published edition no longer lets change: a published text is what people
// have read; its dates are moved by an amending notice only.
func errFixed(field string) *errs.Error { return errs.Conflict("edition.published_fixed").On(field) }
