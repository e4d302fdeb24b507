package activity

import (
	"strings"

	"openweek/internal/errs"
)

func errNotFound() *errs.Error { return errs.NotFound("activity.not_found") }

func errSessionNotFound() *errs.Error { return errs.NotFound("activity.session_not_found") }

func errForbidden() *errs.Error { return errs.Forbidden("activity.forbidden") }

func errChanged() *errs.Error { return errs.Conflict("activity.changed_meanwhile") }

// errDraft refuses what the state of the draft does not allow.
func errDraft(s DraftState) *errs.Error { return errs.Conflict("activity.draft_" + string(s)) } //i18n:prefix activity.draft_

// errState refuses what the state does not allow.
func errState(s State) *errs.Error { return errs.Conflict("activity.state_" + string(s)) } //i18n:prefix activity.state_

// shorten keeps what stands in a log or a message short and printable.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// problems collects what is wrong with one form.
type problems []*errs.Error

func (bad *problems) add(list ...*errs.Error) { *bad = append(*bad, list...) }

func errGuestNotFound() *errs.Error { return errs.NotFound("activity.guest_not_found") }
