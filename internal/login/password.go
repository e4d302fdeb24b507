package login

import (
	"crypto/rand"
	_ "embed" // the list of common passwords
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"openweek/internal/errs"
)

// The rules of a password. Length and kinds of character follow what offices are audited for
// (GB/T 22239-2019, 8.1.4.1 a: 身份鉴别信息具有复杂度要求并定期更换).
const (
	minLength   = 10  // characters
	maxBytes    = 128 // more is an attack on the hasher
	minClasses  = 3   // of small letters, capitals, digits, others
	minDistinct = 5   // different characters
	history     = 5   // a password may not be one of that many last ones, the present included
)

//go:embed common.txt
var commonText string

// common holds passwords and, after a ~, stems that stay common whatever digits and signs surround them.
var common = func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			set[line] = true
		}
	}
	return set
}()

// CheckPassword tells whether a new password keeps the rules that need no look at the past.
//
// Errors, all Invalid on field "password": login.password_short, login.password_long,
// login.password_classes, login.password_monotonous, login.password_name, login.password_common.
func CheckPassword(password, signIn string) error {
	bad := func(key string, kv ...any) error { return errs.Invalid(key, kv...).On("password") }
	if !utf8.ValidString(password) || len(password) > maxBytes {
		return bad("login.password_long", "max", maxBytes)
	}
	if utf8.RuneCountInString(password) < minLength {
		return bad("login.password_short", "min", minLength)
	}
	var lower, upper, digit, other int
	distinct := map[rune]bool{}
	for _, r := range password {
		distinct[r] = true
		switch {
		case r >= 'a' && r <= 'z':
			lower = 1
		case r >= 'A' && r <= 'Z':
			upper = 1
		case r >= '0' && r <= '9':
			digit = 1
		default:
			other = 1
		}
	}
	if lower+upper+digit+other < minClasses {
		return bad("login.password_classes", "min", minClasses)
	}
	if len(distinct) < minDistinct {
		return bad("login.password_monotonous", "min", minDistinct)
	}
	folded := strings.ToLower(password)
	if name := normalName(signIn); utf8.RuneCountInString(name) >= 3 && strings.Contains(folded, name) {
		return bad("login.password_name")
	}
	if isCommon(folded) {
		return bad("login.password_common")
	}
	return nil
}

// isCommon looks at the password itself, at its letters and digits, and at its stem: what is left
// between digits and signs, also with the usual signs read as the letters they stand for.
func isCommon(folded string) bool {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, folded)
	stem := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	return common[folded] || common[plain] || common["~"+stem] || common["~"+signsAsLetters.Replace(stem)]
}

var signsAsLetters = strings.NewReplacer("@", "a", "0", "o", "$", "s", "5", "s", "1", "i", "!", "i", "3", "e")

// Initial passwords are read out and typed: no characters that look alike.
const initialAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// newInitialPassword makes one like "k7Rp-2xQm-h9Wd" (69 bits) that keeps the rules.
func newInitialPassword(signIn string) string {
	for {
		var b strings.Builder
		for i := range 12 {
			if i > 0 && i%4 == 0 {
				b.WriteByte('-')
			}
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(initialAlphabet))))
			if err != nil {
				panic(err) // impossible: crypto/rand.Reader never fails
			}
			b.WriteByte(initialAlphabet[n.Int64()])
		}
		// "others" is the hyphen, so one more class is always there; about one in ten lacks a digit.
		if p := b.String(); strings.ContainsAny(p, "23456789") && CheckPassword(p, signIn) == nil {
			return p
		}
	}
}
