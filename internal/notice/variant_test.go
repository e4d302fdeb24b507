package notice

import (
	"strings"
	"testing"
)

// variant is the sample notice with some of its words replaced.
func variant(t *testing.T, oldNew ...string) Draft {
	t.Helper()
	text := read(t, sampleFile)
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			t.Fatalf("the sample has no %q", oldNew[i])
		}
	}
	return mustParse(t, strings.NewReplacer(oldNew...).Replace(text))
}

func TestVariantWithRenamedTopics(t *testing.T) {
	t.Parallel()
	d := variant(t, "1.宣传方针政策。", "1.宣传职业教育法。", "7.宣传中职资助工作。", "7.宣传技能大赛成果。")
	equal(t, "first", d.Topics[0].Title, "宣传职业教育法")
	equal(t, "last", d.Topics[6].Title, "宣传技能大赛成果")
}

func TestVariantWithoutTopic(t *testing.T) {
	t.Parallel()
	text := read(t, sampleFile)
	from, to := strings.Index(text, "6.宣传终身学习理念"), strings.Index(text, "7.宣传中职")
	d := mustParse(t, text[:from]+"6."+text[to+len("7."):])
	equal(t, "topics", len(d.Topics), 6)
	equal(t, "clause", d.Topics[5].Clause, "二.6")
	equal(t, "title", d.Topics[5].Title, "宣传中职资助工作")
}

func TestVariantWithRenamedMethod(t *testing.T) {
	t.Parallel()
	d := variant(t, "5.开放企业。", "5.云端课堂。")
	equal(t, "method", []string{d.Methods[4].Title, d.Methods[4].Code}, []string{"云端课堂", "online_activity"})
}

func TestVariantWithMovedDates(t *testing.T) {
	t.Parallel()
	d := variant(t,
		"7月20日-7月26日", "9月7日至13日",
		"8月31日前", "10月15日下午5点前",
		"12月20日前", "2021年1月20日之前",
		"2020年7月3日", "二〇二〇年八月十二日",
	)
	equal(t, "window", []Day{d.Window.Start.Value, d.Window.End.Value}, []Day{"2020-09-07", "2020-09-13"})
	equal(t, "news", d.Obligations[16].Due, Due{Day: "2021-01-20"})
	equal(t, "summary", d.Obligations[17].Due, Due{Day: "2020-10-15", Time: "17:00"})
	equal(t, "issued on", d.IssuedOn.Value, Day("2020-08-12"))
}

func TestVariantLimitWithoutYearInJanuaryIsNextYear(t *testing.T) {
	t.Parallel()
	d := variant(t, "12月20日前", "1月20日前")
	news := d.Deadlines[0].Due
	equal(t, "due", news.Value.Day, Day("2021-01-20"))
	equal(t, "certainty", news.Certainty, Doubtful)
}

func TestVariantOfAnotherProvince(t *testing.T) {
	t.Parallel()
	d := variant(t, "湖南", "湖北", "湘教通", "鄂教职成函", "央媒驻湘", "央媒驻鄂", "各市州教育（体）局", "各市、州、直管市教育局")
	equal(t, "title", d.Title.Value, "关于开展2020年湖北省职业教育宣传活动周的通知")
	equal(t, "number", d.DocNumber.Value, "鄂教职成函〔2020〕166号")
	equal(t, "lead", d.Issuers[0].Value, "湖北省教育厅")
	equal(t, "last", d.Issuers[9].Value, "湖北中华职业教育社")
	equal(t, "first addressee", d.Addressees[0].Value, "各市、州、直管市教育局")
	equal(t, "media", d.Obligations[16].Who[0].Full, "央媒驻鄂机构")
}

func TestVariantSummaryOwedByOthers(t *testing.T) {
	t.Parallel()
	d := variant(t, "请各市州教育（体）局和各高职院校将", "请各市州总工会、团委及技师学院将")
	o := d.Obligations[17]
	var who []string
	for _, p := range o.Who {
		who = append(who, p.Full)
	}
	equal(t, "who", who, []string{"各市州总工会", "各市州团委", "技师学院"})
}

func TestVariantWithOptionalSummary(t *testing.T) {
	t.Parallel()
	d := variant(t, "请各市州教育（体）局和各高职院校将本地本校职业教育宣传活动周工作总结报送省教育厅职成处", "各高职院校可以将本校职业教育宣传活动周工作总结报送省教育厅职成处")
	equal(t, "required", d.Obligations[17].Required, false)
}

func TestVariantWithoutLineBreaks(t *testing.T) {
	t.Parallel()
	want := variant(t)
	text := strings.Join(strings.Fields(read(t, sampleFile)), "")
	got := mustParse(t, text)
	equal(t, "title", got.Title.Value, want.Title.Value)
	equal(t, "number", got.DocNumber.Value, want.DocNumber.Value)
	equal(t, "issuers", values(got.Issuers), values(want.Issuers))
	equal(t, "addressees", values(got.Addressees), values(want.Addressees))
	equal(t, "tree", outline(got.Sections), outline(want.Sections))
	equal(t, "issued on", got.IssuedOn.Value, want.IssuedOn.Value)
	equal(t, "obligations", len(got.Obligations), len(want.Obligations))
}

// A page width breaks paragraphs, not meaning.
func TestVariantWithWrappedLines(t *testing.T) {
	t.Parallel()
	want := variant(t)
	var b strings.Builder
	for _, line := range strings.Split(read(t, sampleFile), "\n") {
		for r := []rune(line); len(r) > 0; {
			n := min(len(r), 30)
			b.WriteString(string(r[:n]) + "\n")
			r = r[n:]
		}
	}
	got := mustParse(t, b.String())
	equal(t, "addressees", values(got.Addressees), values(want.Addressees))
	equal(t, "tree", outline(got.Sections), outline(want.Sections))
	equal(t, "obligations", len(got.Obligations), len(want.Obligations))
	for i := range want.Obligations {
		equal(t, "what", got.Obligations[i].What, want.Obligations[i].What)
	}
}
