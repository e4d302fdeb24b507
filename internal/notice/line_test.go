package notice

import (
	"slices"
	"strings"
	"testing"
)

// shown gives the lines as "kind level clause: text".
func shown(text string, lines []Line) (list []string) {
	for _, l := range lines {
		kind := string(l.Kind)
		if l.Kind == BodyLine {
			kind = "body"
		}
		if l.Level > 0 {
			kind += strings.Repeat("#", l.Level)
		}
		if l.Clause != "" {
			kind += " " + l.Clause
		}
		list = append(list, kind+": "+strings.TrimSpace(l.Span.Of(text)))
	}
	return list
}

func TestLinesAreWhatTheyAreSetAs(t *testing.T) {
	t.Parallel()
	section := func(level int, clause, title string, titleEnd, start, end int) Section {
		return Section{Level: level, Clause: clause, Title: title, TitleSpan: Span{Start: titleEnd - len([]rune(title)), End: titleEnd}, Span: Span{Start: start, End: end}}
	}
	for name, c := range map[string]struct {
		text     string
		from     int
		sections []Section
		want     []string
	}{
		"a notice": {
			text: "标题\n各单位：\n　　一、时间\n活动于7月20日：\n开始。\n\n某厅\n某会\n2020年7月3日\n", from: 2,
			sections: []Section{section(1, "一", "时间", 14, 10, 28)},
			want:     []string{"addressee: 各单位：", "heading# 一: 一、时间", "body: 活动于7月20日：", "body: 开始。", "signature: 某厅", "signature: 某会", "signature: 2020年7月3日"},
		},
		"a clause with its text on the line": {
			text: "1.宣传方针。宣传职业教育法。\n", sections: []Section{section(2, "二.1", "宣传方针", 6, 0, 14)}, want: []string{"body 二.1: 1.宣传方针。宣传职业教育法。"},
		},
		"a title with a full stop": {
			text: "1.宣传方针。 \n", sections: []Section{section(2, "二.1", "宣传方针", 6, 0, 7)}, want: []string{"heading## 二.1: 1.宣传方针。"},
		},
		"a third level": {
			text: "（1）方针\n", sections: []Section{section(3, "一.1.1", "方针", 5, 0, 5)}, want: []string{"body 一.1.1: （1）方针"},
		},
		"the date in Chinese figures, and a contact behind it": {
			text: "请认真组织。\n某厅\n二〇二〇年 七月三日\n联系人：张三\n（此件公开发布）\n",
			want: []string{"body: 请认真组织。", "signature: 某厅", "signature: 二〇二〇年 七月三日", "body: 联系人：张三", "body: （此件公开发布）"},
		},
		"without a date nothing is signed": {
			text: "某厅\n请认真组织\n", want: []string{"body: 某厅", "body: 请认真组织"},
		},
		"a date far from the end": {
			text: "2020年7月3日\n一\n二\n三\n四\n", want: []string{"body: 2020年7月3日", "body: 一", "body: 二", "body: 三", "body: 四"},
		},
		"nothing":             {text: "\n \n", want: nil},
		"from beyond the end": {text: "标题", from: 9, want: nil},
	} {
		if got := shown(c.text, LinesOf(c.text, c.from, c.sections)); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

// In the genre every line of the text is there, the four sections are headings, and all who sign stand
// at the right with the date.
func TestLinesOfTheSeedNotice(t *testing.T) {
	t.Parallel()
	for name, text := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			d := mustParse(t, text)
			lines := LinesOf(d.Text, d.Title.Span.End, d.Sections)
			var all, heads, signed []string
			addressees := 0
			for _, l := range lines {
				words := strings.TrimSpace(l.Span.Of(d.Text))
				all = append(all, words)
				switch l.Kind {
				case HeadingLine:
					if l.Level == 1 {
						heads = append(heads, words)
					}
				case SignatureLine:
					signed = append(signed, words)
				case AddresseeLine:
					addressees++
				}
			}
			body := string([]rune(d.Text)[d.Title.Span.End:])
			equal(t, "letters", strings.Join(strings.Fields(strings.Join(all, "")), ""), strings.Join(strings.Fields(body), ""))
			equal(t, "headings", heads, []string{"一、时间和主题", "二、主要宣传内容", "三、主要宣传方式", "四、相关工作要求"})
			if addressees != 1 {
				t.Errorf("%d lines of addressees", addressees)
			}
			want := strings.Join(values(d.Issuers), "") + "2020年7月3日"
			equal(t, "signature", strings.Join(strings.Fields(strings.Join(signed, "")), ""), want)
		})
	}
}
