package visit

import "openweek/internal/errs"

func errNotFound() *errs.Error { return errs.NotFound("visit.not_found") }

func errForbidden() *errs.Error { return errs.Forbidden("visit.forbidden") }

// errState refuses what the state of the visit does not allow.
func errState(s State) *errs.Error { return errs.Conflict("visit.cannot_" + string(s)) } //i18n:prefix visit.cannot_

// errInvitation refuses an answer to an invitation that was answered, taken back or has lapsed.
func errInvitation() *errs.Error { return errs.Conflict("visit.invitation_over") }

// beside puts an error of the booking about the number of people beside the field in which it is typed.
func beside(err error) error {
	for _, key := range []string{"booking.group_size", "booking.party_size", "booking.full", "booking.party_too_large"} {
		if errs.Is(err, key) {
			e := errs.As(err)
			e.Field = "pupils"
			for _, p := range e.Problems {
				if p.Field == "party_size" {
					p.Field = "pupils"
				}
			}
		}
	}
	return err
}
