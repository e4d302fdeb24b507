package booking

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

const slipPurpose = "booking.slip"

// Bounds of the time between the opening and the sending of a form.
const (
	soonest = 2 * time.Second // nobody fills it in faster
	latest  = 24 * time.Hour
)

// Slip gives what goes into a form for a session so that its sending can be told from a program's: the
// moment at which it was opened, signed.
func (s *Service) Slip(sessionID string) string {
	at := binary.BigEndian.AppendUint64(nil, uint64(s.deps.Clock.Now()))
	keyID, mac := s.deps.Ring.MAC(slipPurpose, at, []byte(sessionID))
	key, _ := hex.DecodeString(keyID) // eight hexadecimal digits
	return base64.RawURLEncoding.EncodeToString(append(append(at, key...), mac...))
}

// CheckSlip refuses a form that nobody has opened, or that was sent faster than anybody can, or after more
// than a day. Whoever is a person sends it once more and comes through.
//
// Errors: booking.slip_refused (Invalid).
func (s *Service) CheckSlip(sessionID, slip string) (err error) {
	defer errs.Wrap(&err, "booking.CheckSlip")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(slip)
	if err != nil || len(raw) != 8+4+32 || !s.deps.Ring.VerifyMAC(slipPurpose, hex.EncodeToString(raw[8:12]), raw[12:], raw[:8], []byte(sessionID)) {
		return errs.Invalid("booking.slip_refused")
	}
	if open := s.deps.Clock.Now().Sub(clock.Instant(binary.BigEndian.Uint64(raw))); open < soonest || open > latest {
		return errs.Invalid("booking.slip_refused")
	}
	return nil
}
