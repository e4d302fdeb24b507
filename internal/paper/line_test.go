package paper

import (
	"reflect"
	"strings"
	"testing"
)

// broken breaks a text into lines of so many characters; Latin ones are half as wide.
func broken(s string, characters float32) (lines []string) {
	var all []glyph
	for _, r := range s {
		w := float32(1)
		if !wide(r) {
			w = 0.5
		}
		all = append(all, glyph{r: r, w: w})
	}
	for len(all) > 0 {
		n := fill(all, characters)
		line, _ := trim(all[:n])
		var b strings.Builder
		for _, g := range line {
			b.WriteRune(g.r)
		}
		lines = append(lines, b.String())
		all = all[n:]
	}
	return lines
}

func TestLinesBreakAsChinesePunctuationAllows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		width      float32
		want       []string
	}{
		{"between any two characters", "职业教育活动周", 3, []string{"职业教", "育活动", "周"}},
		{"no closing mark begins a line", "职业教育，活动周。", 4, []string{"职业教", "育，活动", "周。"}},
		{"nor do several", "他说“办好。”然后", 5, []string{"他说“办", "好。”然后"}},
		{"no opening mark ends a line", "印发《方案》的通知", 3, []string{"印发", "《方", "案》的", "通知"}},
		{"a dash is not parted", "奋斗的青春——最美", 6, []string{"奋斗的青春", "——最美"}},
		{"an ellipsis neither", "等等等……好", 4, []string{"等等等", "……好"}},
		{"words and numbers are not parted", "共12034人次 week2020 结束", 4, []string{"共12034", "人次", "week2020", "结束"}},
		{"a per cent sign stays with its number", "完成率为99.5%以上", 6, []string{"完成率为", "99.5%以上"}},
		{"spaces hang over the end", "open week  now", 4.5, []string{"open week", "now"}},
		{"a word longer than a line is cut", "https://week.example.cn", 6, []string{"https://week", ".example.cn"}},
		{"marks alone are cut", "。。。。。", 2, []string{"。。", "。。", "。"}},
		{"a span of time stays together", "时间为9:00–11:00止", 6, []string{"时间为", "9:00–11:00", "止"}},
		{"a character wider than the line stands alone", "职教", 0.5, []string{"职", "教"}},
		{"English", "Please hand it in, in time.", 6, []string{"Please hand", "it in, in", "time."}},
	} {
		if got := broken(c.text, c.width); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzLinesLoseNothing(f *testing.F) {
	f.Add("他说“办好。”然后——end of 2020年", 4)
	f.Fuzz(func(t *testing.T, s string, width int) {
		s = clean(s)
		if width < 1 || width > 100 || strings.ContainsAny(s, "\n") {
			t.Skip()
		}
		got := strings.Join(broken(s, float32(width)), "")
		if bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }; bare(got) != bare(s) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
