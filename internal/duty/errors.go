package duty

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"openweek/internal/errs"
)

func errNotFound() *errs.Error { return errs.NotFound("duty.not_found") }

func errForbidden() *errs.Error { return errs.Forbidden("duty.forbidden") }

func errChanged() *errs.Error { return errs.Conflict("duty.changed_meanwhile") }

func errDispatch() *errs.Error { return errs.NotFound("dispatch.not_found") }

// errState refuses what a duty's state does not allow.
func errState(s State) *errs.Error { return errs.Conflict("duty.state_" + string(s)) } //i18n:prefix duty.state_

// The longest texts, in characters, and the longest lists.
const (
	maxReason = 500
	maxNote   = 1000
	maxWords  = 500
	maxWhat   = 500
	maxScopes = 40
	maxUnits  = 2000
	maxChased = 500
	maxLimit  = 200
)

// tidy takes away what people do not mean: space at the ends and runs of it inside.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// checkText tells what is wrong with a text that a person wrote, on its field.
func checkText(field, s string, limit int, required bool) *errs.Error {
	odd := !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return r == unicode.ReplacementChar || !unicode.IsGraphic(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp)
	})
	switch {
	case s == "" && required:
		return errs.Invalid("duty.text_missing").On(field)
	case odd:
		return errs.Invalid("duty.text_broken").On(field)
	case utf8.RuneCountInString(s) > limit:
		return errs.Invalid("duty.text_long", "limit", limit).On(field)
	}
	return nil
}

// shorten keeps what stands in a log short and printable.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func errEdition() *errs.Error { return errs.NotFound("duty.edition_not_found") }
