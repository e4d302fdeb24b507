package booking_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"openweek/internal/booking"
	"openweek/internal/errs"
)

var asked = []booking.Question{
	{Key: "age", Type: booking.AskNumber, Label: "最小的孩子几岁", Required: true},
	{Key: "meal", Type: booking.AskChoice, Label: "午餐", LabelEN: "Lunch", Choices: []booking.Choice{{Label: "不需要", LabelEN: "none"}, {Label: "清真"}}},
	{Key: "chair", Type: booking.AskYesNo, Label: "需要轮椅通道"},
	{Key: "note", Type: booking.AskText, Label: "其他需要"},
}

// problems gives the fields of a form that are wrong, with what is.
func problems(err error) map[string]string {
	found := map[string]string{}
	if err == nil {
		return found
	}
	for _, p := range errs.As(err).Problems {
		found[p.Field] = p.Key
	}
	return found
}

func TestQuestionsAreTidiedAndKeyed(t *testing.T) {
	t.Parallel()
	got, err := booking.ParseQuestions([]byte(`[{"type":"text","label":"  学校 名称 "},{"key":"q1","type":"choice","label":"年级","choices":[{"label":"七"},{"label":"八"}]},{"type":"yes_no","label":"坐车","choices":[{"label":"x"}]}]`))
	must(t, err)
	want := []booking.Question{
		{Key: "q2", Type: booking.AskText, Label: "学校 名称"},
		{Key: "q1", Type: booking.AskChoice, Label: "年级", Choices: []booking.Choice{{Label: "七"}, {Label: "八"}}},
		{Key: "q3", Type: booking.AskYesNo, Label: "坐车"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestQuestionsThatNobodyCouldAnswerAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", booking.MaxLabel+1)
	_, err := booking.CheckQuestions([]booking.Question{
		{Key: "Bad key", Type: "essay", Label: ""},
		{Key: "a", Type: booking.AskChoice, Label: long, Choices: []booking.Choice{{Label: "一"}}},
		{Key: "a", Type: booking.AskChoice, Label: "二\u202e", Choices: []booking.Choice{{Label: "一"}, {Label: "一"}}},
	})
	want := map[string]string{
		"questions.0.key": "booking.question_key", "questions.0.type": "booking.question_type", "questions.0.label": "booking.question_label",
		"questions.1.label": "booking.question_label", "questions.1.choices": "booking.question_choices",
		"questions.2.key": "booking.question_key", "questions.2.label": "booking.question_label", "questions.2.choices": "booking.question_choices",
	}
	if got := problems(err); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	_, err = booking.CheckQuestions(make([]booking.Question, booking.MaxQuestions+1))
	if got := problems(err); !reflect.DeepEqual(got, map[string]string{"questions": "booking.questions_many"}) {
		t.Errorf("%v", got)
	}
	_, err = booking.ParseQuestions([]byte(`{"a":1}`))
	refused(t, err, "booking.questions_malformed")
}

func TestAnswersAreReadFromAForm(t *testing.T) {
	t.Parallel()
	read := func(kv ...string) (string, map[string]string) {
		typed := map[string]string{}
		for i := 0; i+1 < len(kv); i += 2 {
			typed["answers."+kv[i]] = kv[i+1]
		}
		raw, err := booking.ReadAnswers(asked, func(field string) string { return typed[field] })
		return string(raw), problems(err)
	}
	if raw, bad := read("age", " １２ ", "meal", "清真", "chair", "no", "note", " 不吃  花生 "); raw != `{"age":12,"chair":false,"meal":"清真","note":"不吃 花生"}` || len(bad) > 0 {
		t.Errorf("%s %v", raw, bad)
	}
	if raw, bad := read("age", "0"); raw != `{"age":0}` || len(bad) > 0 {
		t.Errorf("%s %v", raw, bad)
	}
	for name, c := range map[string]struct {
		kv   []string
		want map[string]string
	}{
		"nothing":        {nil, map[string]string{"answers.age": "booking.answer_missing"}},
		"only spaces":    {[]string{"age", "  "}, map[string]string{"answers.age": "booking.answer_missing"}},
		"no number":      {[]string{"age", "x"}, map[string]string{"answers.age": "booking.answer_number"}},
		"half a number":  {[]string{"age", "1.5"}, map[string]string{"answers.age": "booking.answer_number"}},
		"below zero":     {[]string{"age", "-1"}, map[string]string{"answers.age": "booking.answer_number"}},
		"beyond all":     {[]string{"age", "99999999999999999999"}, map[string]string{"answers.age": "booking.answer_number"}},
		"another choice": {[]string{"age", "1", "meal", "x"}, map[string]string{"answers.meal": "booking.answer_choice"}},
		"perhaps":        {[]string{"age", "1", "chair", "maybe"}, map[string]string{"answers.chair": "booking.answer_yes_no"}},
		"a novel":        {[]string{"age", "1", "note", strings.Repeat("长", 1000)}, map[string]string{"answers.note": "booking.answer_text"}},
		"hidden letters": {[]string{"age", "1", "note", "a\u202eb"}, map[string]string{"answers.note": "booking.answer_text"}},
	} {
		if raw, bad := read(c.kv...); raw != "" || !reflect.DeepEqual(bad, c.want) {
			t.Errorf("%s: %s %v", name, raw, bad)
		}
	}
}

func TestAnswersStandBesideTheirQuestions(t *testing.T) {
	t.Parallel()
	got, err := booking.ShowAnswers(asked[1:3], json.RawMessage(`{"meal":"不需要","chair":true,"age":7}`))
	must(t, err)
	want := []booking.Answer{
		{Question: asked[1], Given: true, Text: "不需要", TextEN: "none"},
		{Question: asked[2], Given: true, Yes: true},
		{Question: booking.Question{Key: "age", Type: booking.AskText, Label: "age"}, Given: true, Text: "7"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	got, err = booking.ShowAnswers(asked[:1], nil)
	must(t, err)
	if !reflect.DeepEqual(got, []booking.Answer{{Question: asked[0]}}) {
		t.Errorf("%+v", got)
	}
}
