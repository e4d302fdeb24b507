package booking

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"openweek/internal/errs"
)

// answerField is where what is wrong with an answer is told.
func answerField(key string) string { return "answers." + key }

// ReadAnswers makes answers of what was typed into a form, which has a field answers.<key> for each
// question: text as it is, a number in digits, a choice by its label, yes or no. Nothing typed is no
// answer; answers to no question at all are nil.
//
// Errors: a form of booking.answer_missing, answer_text, answer_number, answer_choice and answer_yes_no, on
// answers.<key>.
func ReadAnswers(list []Question, typed func(field string) string) (answers json.RawMessage, err error) {
	defer errs.Wrap(&err, "booking.ReadAnswers")
	given := map[string]any{}
	var bad []*errs.Error
	for _, q := range list {
		text := oneLine(typed(answerField(q.Key)))
		var one any
		if text != "" {
			one = q.typed(text)
			given[q.Key] = one
		}
		bad = append(bad, q.problem(one))
	}
	if err := errs.Join(bad...); err != nil || len(given) == 0 {
		return nil, err
	}
	return json.Marshal(given)
}

// typed is an answer as its type has it; what is none of its type stays text, which problem refuses.
func (q Question) typed(text string) any {
	switch q.Type {
	case AskNumber:
		if n, err := strconv.ParseInt(norm.NFKC.String(text), 10, 64); err == nil {
			return n
		}
	case AskYesNo:
		if text == "yes" || text == "no" {
			return text == "yes"
		}
	}
	return text
}

// checkAnswers tells what is wrong with answers that were sent. needed tells whether those that a host
// requires must be there: not of whom the host books for, nor of a class.
func checkAnswers(list []Question, answers json.RawMessage, needed bool) error {
	given := map[string]any{}
	if answers != nil {
		if err := json.Unmarshal(answers, &given); err != nil {
			return errs.Invalid("booking.answers_malformed").On("answers")
		}
	}
	var bad []*errs.Error
	known := 0
	for _, q := range list {
		one, is := given[q.Key]
		if is {
			known++
		}
		if is || needed {
			bad = append(bad, q.problem(one))
		}
	}
	if known < len(given) {
		bad = append(bad, errs.Invalid("booking.answers_unknown").On("answers"))
	}
	return errs.Join(bad...)
}

// problem tells what is wrong with an answer, nil for none.
func (q Question) problem(given any) *errs.Error {
	switch one := given.(type) {
	case nil:
		if q.Required {
			return errs.Invalid("booking.answer_missing").On(answerField(q.Key))
		}
		return nil
	case string:
		switch {
		case q.Required && strings.TrimSpace(one) == "":
			return errs.Invalid("booking.answer_missing").On(answerField(q.Key))
		case q.Type == AskText && shown(one, 0, MaxAnswer), q.Type == AskChoice && q.offers(one):
			return nil
		}
	case float64:
		if q.Type == AskNumber && one >= 0 && one <= MaxNumber && one == float64(int64(one)) {
			return nil
		}
	case int64:
		if q.Type == AskNumber && one >= 0 && one <= MaxNumber {
			return nil
		}
	case bool:
		if q.Type == AskYesNo {
			return nil
		}
	}
	switch q.Type {
	case AskText:
		return errs.Invalid("booking.answer_text", "limit", MaxAnswer).On(answerField(q.Key))
	case AskNumber:
		return errs.Invalid("booking.answer_number", "limit", MaxNumber).On(answerField(q.Key))
	case AskChoice:
		return errs.Invalid("booking.answer_choice").On(answerField(q.Key))
	default:
		return errs.Invalid("booking.answer_yes_no").On(answerField(q.Key))
	}
}

func (q Question) offers(label string) bool {
	return slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Label == label })
}

// Answer is an answer beside its question.
type Answer struct {
	Question
	Given  bool
	Text   string // of text, number and choice
	TextEN string // the English label of a choice, "" without one
	Yes    bool   // of AskYesNo
}

// ShowAnswers puts answers beside the questions of today. Answers to a question that its host has taken
// away since are shown by their key.
//
// Errors: booking.answers_malformed.
func ShowAnswers(list []Question, answers json.RawMessage) (shown []Answer, err error) {
	defer errs.Wrap(&err, "booking.ShowAnswers")
	given := map[string]any{}
	if answers != nil {
		if err := json.Unmarshal(answers, &given); err != nil {
			return nil, errs.Invalid("booking.answers_malformed").Because(err)
		}
	}
	for _, q := range list {
		one, is := given[q.Key]
		delete(given, q.Key)
		shown = append(shown, q.answer(one, is))
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		q := Question{Key: key, Type: AskText, Label: key}
		if _, is := given[key].(bool); is {
			q.Type = AskYesNo
		}
		shown = append(shown, q.answer(given[key], true))
	}
	return shown, nil
}

func (q Question) answer(one any, given bool) Answer {
	a := Answer{Question: q, Given: given}
	switch one := one.(type) {
	case string:
		a.Text = one
		for _, c := range q.Choices {
			if c.Label == one {
				a.TextEN = c.LabelEN
			}
		}
	case float64:
		a.Text = strconv.FormatFloat(one, 'f', -1, 64)
	case bool:
		a.Yes = one
	}
	return a
}
