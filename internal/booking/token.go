package booking

import (
	"crypto/rand"
	"strings"

	"openweek/internal/errs"
)

// codeLetters are 32 that nobody takes for another one: no 0 and O, no 1 and I.
const codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

const codeLength = 8 // 40 random bits

func newCode() string {
	raw := make([]byte, codeLength)
	rand.Read(raw)
	for i, b := range raw {
		raw[i] = codeLetters[b%byte(len(codeLetters))]
	}
	return string(raw)
}

// tidyCode reads a code as it is typed.
func tidyCode(s string) string {
	if len(s) > 4*codeLength {
		return ""
	}
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
}

const managePurpose = "booking.manage"

// Token gives the manage token of a booking, which lets its holder read, change and cancel it.
func (s *Service) Token(bookingID string) string { return s.deps.Ring.Token(managePurpose, bookingID) }

// BookingOf gives the id that a manage token was made for.
//
// Errors: booking.token_refused (Forbidden).
func (s *Service) BookingOf(token string) (bookingID string, err error) {
	bookingID, ok := s.deps.Ring.TokenID(managePurpose, token)
	if !ok {
		return "", errToken()
	}
	return bookingID, nil
}

// errToken is the same whether there is such a booking or not.
func errToken() *errs.Error { return errs.Forbidden("booking.token_refused") }
