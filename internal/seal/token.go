package seal

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"openweek/internal/id"
)

// A token is 16 bytes of the id, 4 of the key's and 32 of the MAC, as base64url.
const (
	tokenID  = 16
	tokenMAC = 32
)

// Token signs one of our ids for a purpose: who holds the token was given it, and it is not stored. It is
// 70 characters that may stand in an address.
func (r *Ring) Token(purpose, ownID string) string {
	raw, _ := hex.DecodeString(strings.ReplaceAll(ownID, "-", "")) // our own ids are UUIDs
	keyID, mac := r.MAC(purpose, raw)
	key, _ := hex.DecodeString(keyID) // eight hexadecimal digits
	return base64.RawURLEncoding.EncodeToString(append(append(raw, key...), mac...))
}

// TokenID gives the id that Token signed for the same purpose; ok is false for a token that is forged or
// another purpose's.
func (r *Ring) TokenID(purpose, token string) (ownID string, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenID+idSize+tokenMAC || !r.VerifyMAC(purpose, hex.EncodeToString(raw[tokenID:tokenID+idSize]), raw[tokenID+idSize:], raw[:tokenID]) {
		return "", false
	}
	text := hex.EncodeToString(raw[:tokenID])
	ownID = text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
	return ownID, id.Valid(ownID)
}
