package form_test

import (
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/form"
)

func Example() {
	d, err := form.Parse([]byte(`{
		"code": "kickoff", "version": 1, "title": {"zh": "启动仪式"},
		"sections": [{"title": {"zh": "决定"}, "fields": [
			{"code": "held", "kind": "choice", "label": {"zh": "是否举办"}, "required": true,
			 "options": [{"code": "yes", "label": {"zh": "举办"}}, {"code": "no", "label": {"zh": "不举办"}}]},
			{"code": "date", "kind": "date", "label": {"zh": "日期"}, "required": true, "when": "held = 'yes'"},
			{"code": "funds", "kind": "money", "label": {"zh": "经费"}},
			{"code": "costs", "kind": "table", "label": {"zh": "支出"}, "columns": [{"code": "amount", "kind": "money", "label": {"zh": "金额"}}]}
		]}],
		"checks": [{"expr": "sum(costs.amount) <= funds", "field": "costs", "message": {"zh": "支出超过了经费。"}}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	// What a page sends, as people type it.
	v, err := d.Read(map[string][]string{"held": {"yes"}, "funds": {"1,000 元"}, "costs.0.amount": {"600"}, "costs.1.amount": {"４００.50"}})
	fmt.Println(v["funds"], len(v["costs"].(form.Rows)), err)
	for _, p := range errs.As(d.Validate(v, form.Final)).Problems {
		fmt.Println(p.Field, p.Key)
	}
	// Output:
	// 1000.00 2 <nil>
	// date form.required
	// costs form.check
}
