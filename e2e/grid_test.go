package e2e

import (
	"testing"

	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// The province looks at what is covered before the week begins, finds a gap and asks.
func TestProvinceFindsAGapAndAsks(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		site, lang := sampleSite(t, engine), "zh-Hans"
		if engine == sqldb.Postgres {
			lang = "en"
		}
		tab := openAs(t, site, screen{office, lang}, "sheng.head")
		base := "/desk/editions/" + presentEdition(t, site) + "/grid"
		tab.Go("/desk")
		tab.Follow(tab.say("覆盖情况", "Coverage"))
		tab.At(base)
		tab.Sees(tab.say("空白多的在前", "Most gaps first"), tab.say("空白", "Gap"))
		tab.Axe()
		tab.Choose(tab.say("行", "Rows"), tab.say("宣传内容", "Topic"))
		tab.Follow(tab.say("筛选", "Filter"))
		tab.At(base + "?")

		// Back to the prefectures, and down to a gap.
		tab.Go(base)
		tab.follow(`document.querySelector('.gr-gap .gr-ask')`)
		tab.At(base + "/ask?")
		tab.Axe()
		tab.Follow(tab.say("发出询问", "Send the question")) // without words
		tab.Sees(tab.say("请填写", "Please"))
		words := "请在活动周开始前安排一场活动，并于三日内答复。"
		tab.Fill(tab.say("询问内容", "Question"), words)
		tab.Follow(tab.say("发出询问", "Send the question"))
		tab.At(base)
		tab.Sees(tab.say("已询问", "asked on"))
		if sheets := tab.book("GET", base+"/export").GetSheetList(); len(sheets) != 2 {
			t.Errorf("the workbook has the sheets %v", sheets)
		}
	})
}
