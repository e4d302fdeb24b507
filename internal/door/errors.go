package door

import "openweek/internal/errs"

// errLink is the same for a forged token and for one whose link does not exist.
func errLink() *errs.Error { return errs.Forbidden("door.link_refused") }

func errEnded() *errs.Error { return errs.Forbidden("door.link_ended") }

func errExpired() *errs.Error { return errs.Forbidden("door.link_expired") }

func errForbidden() *errs.Error { return errs.Forbidden("door.forbidden") }

func errLinkNotFound() *errs.Error { return errs.NotFound("door.link_not_found") }

func errForeign() *errs.Error { return errs.NotFound("door.foreign_session") }
