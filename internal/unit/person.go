package unit

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"openweek/internal/actor"
	"openweek/internal/errs"
)

// Person is somebody who works for a unit, or a holder of a platform role without one. Name, Phone
// and Email are masked unless the value comes from RevealPerson.
type Person struct {
	ID         string
	UnitID     string // "" only for a holder of a platform role
	UnitName   string
	UnitNameEN string // "" for none
	SignIn     string // name to sign in with, small ASCII letters; never changes
	Name       string
	Phone      string // digits, a landline as 0731-85210000; "" for none
	Email      string // "" for none
	Roles      []actor.Role
	Platform   actor.Platform
	Closed     bool
	Version    int64

	place actor.Place
}

// Target is the person as the target of a right.
func (p Person) Target() actor.Target {
	return actor.Target{UnitID: p.UnitID, Place: p.place, Platform: p.Platform}
}

// PersonDraft is what is written about a new person.
type PersonDraft struct{ UnitID, SignIn, Name, Phone, Email string }

// PersonChange says what to change; nil leaves a field, "" empties phone or e-mail. A form shows
// masked values, so it sends only what was typed anew.
type PersonChange struct{ UnitID, Name, Phone, Email *string }

// PeopleFilter chooses people. Text is the beginning of a sign-in name, or a whole name, phone or
// e-mail: sealed values can only be found whole.
type PeopleFilter struct {
	UnitID   string
	Text     string
	Role     actor.Role
	Platform actor.Platform
	State    State
	After    string
	Limit    int
}

const maxEmail = 100

var (
	signInPattern = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,31}$`)
	mobilePattern = regexp.MustCompile(`^1[0-9]{10}$`)
	linePattern   = regexp.MustCompile(`^0[0-9]{2,3}-?[0-9]{7,8}$`)
	emailPattern  = regexp.MustCompile(`^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

func (d PersonDraft) tidy() PersonDraft {
	return PersonDraft{
		UnitID: d.UnitID, SignIn: foldSignIn(d.SignIn),
		Name: tidy(d.Name), Phone: foldPhone(d.Phone), Email: foldEmail(d.Email),
	}
}

func foldSignIn(s string) string { return strings.ToLower(strings.TrimSpace(narrow(s))) }

func foldEmail(s string) string { return strings.ToLower(strings.TrimSpace(narrow(s))) }

// foldPhone brings a number into the form by which it is looked up.
func foldPhone(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '(', ')', '\t':
			return -1
		case '—', '–', '－':
			return '-'
		}
		return r
	}, narrow(s))
	if mobile := strings.ReplaceAll(strings.TrimPrefix(s, "+86"), "-", ""); mobilePattern.MatchString(mobile) {
		return mobile
	}
	return s
}

func (d PersonDraft) check() []*errs.Error {
	var bad problems
	if !signInPattern.MatchString(d.SignIn) {
		bad.add(errs.Invalid("person.sign_in_malformed").On("sign_in"))
	}
	bad.checkName(d.Name)
	bad.checkPhone(d.Phone)
	bad.checkEmail(d.Email)
	return bad
}

const maxPersonName = 40

func (bad *problems) checkName(s string) { bad.text("name", s, maxPersonName, true) }

func (bad *problems) checkPhone(s string) {
	if s != "" && !mobilePattern.MatchString(s) && !linePattern.MatchString(s) {
		bad.add(errs.Invalid("person.phone_malformed").On("phone"))
	}
}

func (bad *problems) checkEmail(s string) {
	if s != "" && (!emailPattern.MatchString(s) || len(s) > maxEmail) {
		bad.add(errs.Invalid("person.email_malformed").On("email"))
	}
}

// masked hides what identifies, so that a list can be shown: 张*, 138****0000, n***@example.cn.
func (p Person) masked() Person {
	p.Name, p.Phone, p.Email = MaskName(p.Name), MaskPhone(p.Phone), MaskEmail(p.Email)
	return p
}

// MaskName leaves the first character, whatever the length: 张*.
func MaskName(s string) string {
	if s == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(s)
	return s[:n] + "*"
}

// MaskPhone leaves the beginning and the last four digits of a mobile number, 138****0000, and the
// area code and the last two of a landline.
func MaskPhone(s string) string {
	switch {
	case s == "":
		return ""
	case mobilePattern.MatchString(s):
		return s[:3] + "****" + s[7:]
	case linePattern.MatchString(s):
		return s[:3] + "****" + s[len(s)-2:]
	}
	return "****"
}

// MaskEmail leaves the first letter and the domain: n***@example.cn.
func MaskEmail(s string) string {
	if s == "" {
		return ""
	}
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" {
		return "****"
	}
	_, n := utf8.DecodeRuneInString(local)
	return local[:n] + "***@" + domain
}

// sortRoles brings roles into the order in which they are always shown.
func sortRoles(roles []actor.Role) []actor.Role {
	slices.SortFunc(roles, func(a, b actor.Role) int {
		return slices.Index(actor.UnitRoles, a) - slices.Index(actor.UnitRoles, b)
	})
	return roles
}
