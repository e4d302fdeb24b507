package notice

import (
	"unicode/utf8"

	"openweek/internal/errs"
)

// Limits of what is taken for a notice. The longest real ones with all annexes have
// some 100,000 characters; a text that OCR left without a line break has some 20,000.
const (
	// MaxBytes is the largest text in bytes of UTF-8.
	MaxBytes = 2 << 20
	// MaxLineRunes is the longest line in runes.
	MaxLineRunes = 256 << 10
)

// check refuses what is no text of a notice, before any rule sees it.
func check(text string) error {
	if len(text) > MaxBytes {
		return errs.Invalid("notice.too_long", "megabytes", MaxBytes>>20)
	}
	if !utf8.ValidString(text) {
		return errs.Invalid("notice.binary")
	}
	visible, control, line := 0, 0, 0
	for _, r := range text {
		switch {
		case r == 0:
			return errs.Invalid("notice.binary")
		case isBreak(r):
			line = 0
			continue
		case isSpace(r):
		case r < ' ' || r == 0x7F || r == utf8.RuneError:
			control++
		default:
			visible++
		}
		if line++; line > MaxLineRunes {
			return errs.Invalid("notice.line_too_long", "characters", MaxLineRunes)
		}
	}
	switch {
	case control > 8 && control*50 > visible:
		return errs.Invalid("notice.binary")
	case visible == 0:
		return errs.Invalid("notice.empty")
	}
	return nil
}
