package form_test

import (
	"testing"

	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/i18n"
)

// Messages name a field by its label, which is data: the catalogues choose the language of it.
func TestMessagesNameFieldsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	d := shipped(t)[form.WorkPlan]
	v := form.Values{
		"funds_arranged": form.Text("yes"), "funds": form.Money(100),
		"schedule": form.Rows{{"start": form.Day("2020-07-26"), "end": form.Day("2020-07-20"), "activity": form.Text("开放校园"), "responsible": form.Text("市教育局")}},
	}
	want := map[string][2]string{
		"lead_unit":      {"“牵头单位（处室、科室）”必须填写。", "“Leading office” must be filled in."},
		"schedule.0.end": {"开始日期不能晚于结束日期。", "The first day may not be after the last."},
	}
	for _, p := range errs.As(d.Validate(v, form.Final)).Problems {
		texts, ok := want[p.Field]
		if !ok {
			continue
		}
		delete(want, p.Field)
		if zh, en := i18n.Error(i18n.Chinese, p), i18n.Error(i18n.English, p); zh != texts[0] || en != texts[1] {
			t.Errorf("%s: %s %s", p.Field, zh, en)
		}
	}
	if len(want) > 0 {
		t.Errorf("no problem on %v", want)
	}
}
