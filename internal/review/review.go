package review

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
)

// Subject is a version of something that is to be read.
type Subject struct {
	Kind    string // such as "filing": small letters and underscores
	ID      string
	Version int64  // from 1; a version that was returned is followed by a higher one
	Hash    string // of everything that a reviewer reads
	// AuthorID is the person who handed it in, and CoAuthorIDs those who also wrote in it. None of them
	// reviews it.
	AuthorID    string
	CoAuthorIDs []string
}

// State is what has become of a step.
type State string

// The states.
const (
	Waiting  State = "waiting"  // a step before it is not accepted yet
	Open     State = "open"     // to be decided
	Accepted State = "accepted" // 通过
	Returned State = "returned" // 退回: to be corrected
	Declined State = "declined" // 不予通过: closed
	Void     State = "void"     // not needed any more: an earlier step ended the reading, or it was withdrawn
)

// Step is one reading: a unit in a role. A chain given to OpenTx needs these two only.
type Step struct {
	UnitID string
	Role   actor.Role // actor.RoleReviewer or actor.RoleHead: the person has exactly this one

	ID        string
	Subject   Subject // without CoAuthorIDs
	Position  int     // from 1
	State     State
	OpenedAt  clock.Instant // when it could first be decided
	DecidedBy string        // id of a person
	DecidedAt clock.Instant
	Comment   string
	Marks     []Mark
}

// Mark is what a reviewer says about one field.
type Mark struct {
	Field string `json:"field"` // path of the field, such as "schedule.2.day"
	Words string `json:"words"`
}

// Decision is what a reviewer decides.
type Decision struct {
	Outcome  State  // Accepted, Returned or Declined
	ReadHash string // of what was on the reviewer's page
	Comment  string // needed to return and to decline
	Marks    []Mark
}

// Result is what follows from a decision.
type Result struct {
	Step Step // as decided
	Done bool // the reading is over: returned, declined, or accepted by the last step
}

// Pending is a step that waits for the actor.
type Pending struct {
	Step
	Age time.Duration // since it could first be decided
}

// Bounds of what is stored.
const (
	maxChain   = 8
	maxComment = 2000 // characters
	maxMarks   = 200
	maxWords   = 500 // characters of a mark
)

var (
	kindShape  = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)
	hashShape  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	fieldShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)
)

// sound tells whether a subject and its chain can be stored. What is wrong with them is a mistake of
// the program that calls, not of a user.
func (s Subject) sound(chain []Step) bool {
	persons := append(slices.Clone(s.CoAuthorIDs), s.AuthorID)
	return kindShape.MatchString(s.Kind) && id.Valid(s.ID) && s.Version > 0 && hashShape.MatchString(s.Hash) &&
		!slices.ContainsFunc(persons, func(p string) bool { return !id.Valid(p) }) &&
		len(chain) > 0 && len(chain) <= maxChain &&
		!slices.ContainsFunc(chain, func(step Step) bool {
			return !id.Valid(step.UnitID) || step.Role != actor.RoleReviewer && step.Role != actor.RoleHead
		})
}

// check tells what is wrong with a decision.
func (d Decision) check() error {
	var bad []*errs.Error
	if d.Outcome != Accepted && d.Outcome != Returned && d.Outcome != Declined {
		bad = append(bad, errs.Invalid("review.outcome_unknown").On("outcome"))
	}
	switch {
	case d.Comment == "" && d.Outcome != Accepted:
		bad = append(bad, errs.Invalid("review.comment_missing").On("comment"))
	case odd(d.Comment):
		bad = append(bad, errs.Invalid("review.text_broken").On("comment"))
	case utf8.RuneCountInString(d.Comment) > maxComment:
		bad = append(bad, errs.Invalid("review.text_long", "limit", maxComment).On("comment"))
	}
	if len(d.Marks) > maxMarks {
		return errs.Join(append(bad, errs.Invalid("review.marks_many", "limit", maxMarks).On("marks"))...)
	}
	for _, m := range d.Marks {
		at := "marks." + m.Field
		switch {
		case len(m.Field) > 120 || !fieldShape.MatchString(m.Field):
			bad = append(bad, errs.Invalid("review.mark_field").On("marks"))
		case m.Words == "":
			bad = append(bad, errs.Invalid("review.mark_empty").On(at))
		case odd(m.Words):
			bad = append(bad, errs.Invalid("review.text_broken").On(at))
		case utf8.RuneCountInString(m.Words) > maxWords:
			bad = append(bad, errs.Invalid("review.text_long", "limit", maxWords).On(at))
		}
	}
	return errs.Join(bad...)
}

// tidy trims what a person has typed.
func (d Decision) tidy() Decision {
	d.Comment = strings.TrimSpace(d.Comment)
	d.Marks = slices.Clone(d.Marks)
	for i := range d.Marks {
		d.Marks[i].Words = strings.TrimSpace(d.Marks[i].Words)
	}
	return d
}

func odd(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' })
}

// Above lists where the offices of a line stand that are above a unit, within a territory, the nearest
// first: above a school its county, prefecture and province; above a college of the province, wherever
// it stands, the province; above central media in the province, which answer to nobody here, the
// province that asked them. An office is not above itself.
func Above(unit actor.Place, line actor.Line, territory string) (offices []actor.Place) {
	tier := unit.Tier
	if tier == actor.TierCentral {
		tier = actor.TierProvince
	}
	for prefix := actor.RegionPrefix(unit.Region); len(prefix) >= 2; prefix = prefix[:len(prefix)-2] {
		region := (prefix + "0000")[:6]
		office := actor.Office(region).Place
		office.Line = line
		above := tier.Below(office.Tier) || tier == office.Tier && unit.Kind != actor.KindDepartment
		if above && actor.RegionWithin(region, territory) {
			offices = append(offices, office)
		}
	}
	return offices
}
