package booking

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"openweek/internal/errs"
)

// QuestionType is how a question is answered.
type QuestionType string

// The types.
const (
	AskText   QuestionType = "text"   // a line of text
	AskNumber QuestionType = "number" // a whole number
	AskChoice QuestionType = "choice" // one of several
	AskYesNo  QuestionType = "yes_no"
)

// QuestionTypes are all types, in the order in which a host is offered them.
var QuestionTypes = []QuestionType{AskText, AskNumber, AskChoice, AskYesNo}

// Question is what a host asks of each who books, beyond the contact. Hosts ask only for what the
// activity needs (个人信息保护法, article 6), so there are few.
type Question struct {
	Key      string       `json:"key"` // names the answer, and does not change when the label does
	Type     QuestionType `json:"type"`
	Label    string       `json:"label"`
	LabelEN  string       `json:"label_en,omitempty"`
	Choices  []Choice     `json:"choices,omitempty"` // of AskChoice
	Required bool         `json:"required,omitempty"`
}

// Choice is one of the answers to choose from. The answer is its Label, so that it can be read when the
// host has changed the choices.
type Choice struct {
	Label   string `json:"label"`
	LabelEN string `json:"label_en,omitempty"`
}

// Bounds of questions and answers.
const (
	MaxQuestions = 5
	MaxLabel     = 60  // characters of a question
	MaxChoices   = 12  // of one question
	MaxChoice    = 40  // characters of one
	MaxAnswer    = 200 // characters of a text
	MaxNumber    = 1_000_000
)

var questionKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,19}$`)

// ParseQuestions reads questions from JSON as Rule keeps them.
//
// Errors: booking.questions_malformed; as CheckQuestions.
func ParseQuestions(raw []byte) (list []Question, err error) {
	defer errs.Wrap(&err, "booking.ParseQuestions")
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, errs.Invalid("booking.questions_malformed").On("questions").Because(err)
	}
	return CheckQuestions(list)
}

// CheckQuestions tidies questions and fills in the keys that are missing: q1, q2 and so on.
//
// Errors: a form of booking.questions_many (on questions), booking.question_key, booking.question_type,
// booking.question_label, booking.question_choices (on questions.N.key, .type, .label, .label_en and
// .choices, N from 0).
func CheckQuestions(list []Question) (tidy []Question, err error) {
	defer errs.Wrap(&err, "booking.CheckQuestions")
	if len(list) > MaxQuestions {
		return nil, errs.Join(errs.Invalid("booking.questions_many", "limit", MaxQuestions).On("questions"))
	}
	var bad []*errs.Error
	used := map[string]bool{}
	for _, q := range list {
		used[q.Key] = true
	}
	seen := map[string]bool{}
	for i, q := range list {
		at := fmt.Sprintf("questions.%d.", i)
		for n := i + 1; q.Key == ""; n++ {
			if key := fmt.Sprintf("q%d", n); !used[key] {
				q.Key, used[key] = key, true
			}
		}
		if !questionKey.MatchString(q.Key) || seen[q.Key] {
			bad = append(bad, errs.Invalid("booking.question_key").On(at+"key"))
		}
		seen[q.Key] = true
		q.Label, q.LabelEN = oneLine(q.Label), oneLine(q.LabelEN)
		if !shown(q.Label, 1, MaxLabel) {
			bad = append(bad, errs.Invalid("booking.question_label", "limit", MaxLabel).On(at+"label"))
		}
		if !shown(q.LabelEN, 0, 2*MaxLabel) {
			bad = append(bad, errs.Invalid("booking.question_label", "limit", 2*MaxLabel).On(at+"label_en"))
		}
		if !slices.Contains(QuestionTypes, q.Type) {
			bad = append(bad, errs.Invalid("booking.question_type").On(at+"type"))
		}
		if q.Choices, err = tidyChoices(q); err != nil {
			bad = append(bad, errs.As(err).On(at+"choices"))
		}
		tidy = append(tidy, q)
	}
	return tidy, errs.Join(bad...)
}

func tidyChoices(q Question) (list []Choice, err error) {
	if q.Type != AskChoice {
		return nil, nil
	}
	malformed := errs.Invalid("booking.question_choices", "limit", MaxChoices, "length", MaxChoice)
	seen := map[string]bool{}
	for _, c := range q.Choices {
		c.Label, c.LabelEN = oneLine(c.Label), oneLine(c.LabelEN)
		if !shown(c.Label, 1, MaxChoice) || !shown(c.LabelEN, 0, 2*MaxChoice) || seen[c.Label] {
			return nil, malformed
		}
		seen[c.Label] = true
		list = append(list, c)
	}
	if len(list) < 2 || len(list) > MaxChoices {
		return nil, malformed
	}
	return list, nil
}

// oneLine writes a text in its one form, with one space where there was any.
func oneLine(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// shown tells whether a text can be shown and has so many characters.
func shown(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return utf8.ValidString(s) && n >= least && n <= most && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
