package filing

import (
	"strings"

	"openweek/internal/errs"
)

func errNotFound() *errs.Error { return errs.NotFound("filing.not_found") }

func errForbidden() *errs.Error { return errs.Forbidden("filing.forbidden") }

func errChanged() *errs.Error { return errs.Conflict("filing.changed_meanwhile") }

// errState refuses what a filing's state does not allow.
func errState(s State) *errs.Error { return errs.Conflict("filing.state_" + string(s)) } //i18n:prefix filing.state_

// shorten keeps what stands in a log short and printable.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
