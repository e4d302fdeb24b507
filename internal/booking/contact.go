package booking

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"openweek/internal/errs"
)

// Bounds of a contact.
const (
	maxName  = 40 // characters; the longest names of Uyghur and Kazakh citizens have some 25
	maxPhone = 40
	maxMail  = 254 // RFC 5321 §4.5.3.1.3
)

var (
	// A mobile number of the mainland has eleven digits from 13 to 19 (工信部, 电信网编号计划).
	mobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	// A landline has an area code of three digits (010, 02x) or four (03xx to 09xx), seven or eight
	// digits, and perhaps an extension.
	landline = regexp.MustCompile(`^(0(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7})(?:x([0-9]{1,6}))?$`)

	phoneSpelling = strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "‐", "", "‑", "", "–", "", "—", "", "―", "", "−", "", "(", "", ")", "", ".", "", "·", "",
		"转", "x", "分机", "x", "X", "x", "ext", "x", "#", "x")
)

// ParsePhone reads a telephone number of the mainland as people write it (full-width digits, +86, spaces,
// hyphens, an extension after 转) and gives its one form: 13800010000, 073184710000, 073184710000x12.
//
// Errors: booking.phone_malformed.
func ParsePhone(written string) (phone string, err error) {
	if len(written) > 4*maxPhone || !utf8.ValidString(written) {
		return "", errPhone()
	}
	phone = phoneSpelling.Replace(strings.TrimSpace(norm.NFKC.String(written)))
	abroad := false
	for _, prefix := range []string{"+86", "0086"} {
		if rest, ok := strings.CutPrefix(phone, prefix); ok {
			phone, abroad = rest, true
			break
		}
	}
	if rest, ok := strings.CutPrefix(phone, "86"); ok && mobile.MatchString(rest) {
		phone = rest
	}
	switch {
	case mobile.MatchString(phone), landline.MatchString(phone):
		return phone, nil
	case abroad && landline.MatchString("0"+phone): // +86 731 … is written without the trunk prefix
		return "0" + phone, nil
	}
	return "", errPhone()
}

func errPhone() *errs.Error { return errs.Invalid("booking.phone_malformed").On("contact.phone") }

// tidy gives a contact in its one form and what is wrong with it.
func (c Contact) tidy() (Contact, []*errs.Error) {
	var bad []*errs.Error
	name := ""
	if utf8.ValidString(c.Name) && len(c.Name) <= 16*maxName {
		name = strings.Join(strings.Fields(norm.NFC.String(c.Name)), " ")
	}
	switch {
	case name == "" && strings.TrimSpace(c.Name) == "":
		bad = append(bad, errs.Invalid("booking.name_missing").On("contact.name"))
	case name == "", utf8.RuneCountInString(name) > maxName, strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		bad = append(bad, errs.Invalid("booking.name_malformed", "limit", maxName).On("contact.name"))
	}
	phone, err := ParsePhone(c.Phone)
	if err != nil {
		bad = append(bad, errs.As(err))
	}
	mail, err := parseMail(c.Mail)
	if err != nil {
		bad = append(bad, errs.As(err))
	}
	return Contact{name, phone, mail}, bad
}

// parseMail reads an address for mail, which may be missing.
func parseMail(written string) (address string, err error) {
	written = strings.TrimSpace(written)
	if written == "" {
		return "", nil
	}
	a, err := mail.ParseAddress(written)
	if err != nil || a.Address != written || len(written) > maxMail || strings.ContainsFunc(written, unicode.IsSpace) || strings.HasPrefix(written, "\"") {
		return "", errs.Invalid("booking.mail_malformed").On("contact.mail")
	}
	return a.Address, nil
}
