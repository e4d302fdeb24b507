package notice_test

import (
	"fmt"

	"openweek/internal/notice"
)

func ExampleParse() {
	draft, err := notice.Parse(`关于开展宣传周工作的通知
各学校：
一、时间
5月8日至14日
二、要求
请各学校于5月20日前将工作总结报送区教育局职成股。
某某区教育局
2021年4月1日`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(draft.Window.Start.Value, draft.Window.End.Value)
	for _, o := range draft.Obligations {
		fmt.Println(o.Clause, o.Who[0].Full, o.Due, o.To, o.Discharge, o.Kinds)
	}
	fmt.Println(draft.Deadlines[0].Due.Span.Of(draft.Text))
	// Output:
	// 2021-05-08 2021-05-14
	// 二 各学校 2021-05-20 区教育局职成股 filing [work_summary]
	// 5月20日
}
