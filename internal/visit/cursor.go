package visit

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
)

// cursor is the place of the last item of a page in the order of Find. It is not signed: whoever forges
// one only starts the list elsewhere, among the same visits.
type cursor struct {
	rank int64
	at   clock.Instant
	id   string
}

func (c cursor) String() string {
	return encode(itoa(c.rank) + " " + itoa(int64(c.at)) + " " + c.id)
}

func parseCursor(s string) (c cursor, err error) {
	plain, err := decode(s)
	parts := strings.Split(plain, " ")
	if err != nil || len(parts) != 3 || !id.Valid(parts[2]) {
		return cursor{}, errs.Invalid("visit.page_malformed")
	}
	at, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || parts[0] != "0" && parts[0] != "1" {
		return cursor{}, errs.Invalid("visit.page_malformed")
	}
	c = cursor{at: clock.Instant(at), id: parts[2]}
	if parts[0] == "1" {
		c.rank = 1
	}
	return c, nil
}

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// decode reads what encode wrote; neither engine takes NUL and broken UTF-8.
func decode(s string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return "", errs.Invalid("visit.page_malformed")
	}
	return string(raw), nil
}
