package booking

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"openweek/internal/errs"
	"openweek/internal/id"
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

// Token gives the manage token of a booking, which lets its holder read, change and cancel it: its id, signed: 16 bytes of the id, 4 of the key's, 32 of the MAC, as base64url.
func (s *Service) Token(bookingID string) string {
	raw, _ := hex.DecodeString(strings.ReplaceAll(bookingID, "-", "")) // our own ids are UUIDs
	keyID, mac := s.deps.Ring.MAC(managePurpose, raw)
	key, _ := hex.DecodeString(keyID) // eight hexadecimal digits
	return base64.RawURLEncoding.EncodeToString(append(append(raw, key...), mac...))
}

// BookingOf gives the id that a manage token was made for.
//
// Errors: booking.token_refused (Forbidden).
func (s *Service) BookingOf(token string) (bookingID string, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 16+4+32 || !s.deps.Ring.VerifyMAC(managePurpose, hex.EncodeToString(raw[16:20]), raw[20:], raw[:16]) {
		return "", errToken()
	}
	text := hex.EncodeToString(raw[:16])
	bookingID = text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
	if !id.Valid(bookingID) {
		return "", errToken()
	}
	return bookingID, nil
}

// errToken is the same whether there is such a booking or not.
func errToken() *errs.Error { return errs.Forbidden("booking.token_refused") }
