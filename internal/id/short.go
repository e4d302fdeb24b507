package id

import (
	"encoding/hex"
	"strings"
)

// A UUIDv7 is a millisecond (48 bits), 12 bits that count within it, and 62 random bits (RFC 9562, 5.7).
// Its short form keeps 42 bits of the millisecond from 2020 on, which last until 2159, the 12 that
// count, and 6 random ones: 60 bits, twelve letters that somebody can type from a poster. Ids of one
// process never share a short form; those of two replicas would have to be made in the same millisecond
// and then agree by one chance in 262,144.
const (
	shortEpoch  = 1_577_836_800_000 // 2020-01-01 in milliseconds
	shortMillis = 42
	shortCount  = 12
	shortRandom = 6
	shortLength = (shortMillis + shortCount + shortRandom) / 5
)

// letters are Crockford's: no I, L, O and U, which are read as others.
const letters = "0123456789abcdefghjkmnpqrstvwxyz"

// Short gives the short form of an id, for links that are printed. An id without one (not a UUIDv7, or
// older than 2020) stands for itself.
func Short(id string) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if err != nil || len(raw) != 16 || raw[6]>>4 != 7 || raw[8]>>6 != 2 {
		return id
	}
	var millis uint64
	for _, b := range raw[:6] {
		millis = millis<<8 | uint64(b)
	}
	if millis < shortEpoch || millis-shortEpoch >= 1<<shortMillis {
		return id
	}
	bits := (millis-shortEpoch)<<shortCount | uint64(raw[6]&0x0F)<<8 | uint64(raw[7])
	bits = bits<<shortRandom | uint64(raw[8]&0x3F)
	code := make([]byte, shortLength)
	for i := shortLength - 1; i >= 0; i-- {
		code[i] = letters[bits&31]
		bits >>= 5
	}
	return string(code)
}

// Long gives the bounds between which the ids with a short form stand, as text: from is included, before
// is not. It reads what people type: capitals, spaces and hyphens between groups, O for 0 and I or L for
// 1. A whole id is its own short form.
func Long(code string) (from, before string, ok bool) {
	if Valid(code) {
		return code, code + " ", true
	}
	var bits uint64
	n := 0
	for _, r := range strings.ToLower(code) {
		switch r {
		case '-', ' ':
			continue
		case 'o':
			r = '0'
		case 'i', 'l':
			r = '1'
		}
		digit := strings.IndexRune(letters, r)
		if n++; digit < 0 || n > shortLength {
			return "", "", false
		}
		bits = bits<<5 | uint64(digit)
	}
	if n != shortLength {
		return "", "", false
	}
	millis := bits>>(shortCount+shortRandom) + shortEpoch
	raw := make([]byte, 9)
	for i := range 6 {
		raw[i] = byte(millis >> (40 - 8*i))
	}
	raw[6] = 0x70 | byte(bits>>(shortRandom+8))&0x0F
	raw[7] = byte(bits >> shortRandom)
	raw[8] = 0x80 | byte(bits)&0x3F
	text := hex.EncodeToString(raw)
	from = text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:]
	return from, from + "g", true // 'g' follows all digits
}
