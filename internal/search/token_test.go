package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func init() { probe = 60 } // so that both the walk and the index are tested on few documents

// said shows pieces as text, runs in brackets.
func said(list []piece) string {
	var out []string
	for _, p := range list {
		s := p.String()
		if p.run {
			s = "[" + s + "]"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestTextsArePartedIntoPieces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":               "",
		"  ，。！":          "",
		"开放校园":           "[开放校园]",
		"开放，校园":          "[开放] [校园]",
		"３Ｄ打印":           "3d [打印]",
		"AI＋职业教育2026":    "ai [职业教育] 2026",
		"“大国工匠”进校园":      "[大国工匠] [进校园]",
		"ＣＡＦÉ café":      "café café",
		"cafe\u0301":     "café",
		"ｶﾞｲﾄﾞ":          "[ガイド]",
		"开\u200b放\ufe00": "[开放]",
		"㍿":              "[株式会社]",
		"〇一二":            "[〇一二]",
		"𠮷野家":            "[𠮷野家]",
		"a\xffb":         "a b",
		"\"*NEAR:^()":    "near",
		"½":              "1 2",
		"don't":          "don t",
		"۱۲٣":            "۱۲٣",
	} {
		if got := said(pieces(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestARunIsFiledUnderItsPairsAndItsLastCharacter(t *testing.T) {
	t.Parallel()
	var got []string
	for _, p := range pieces("开放校园 3D") {
		p.tokens(func(s string) { got = append(got, s) })
	}
	if want := []string{"开放", "放校", "校园", "园", "3d"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNamesAreFiledUnderTheirSoundsAndInitials(t *testing.T) {
	t.Parallel()
	var got []string
	for _, p := range pieces("长沙校园行") {
		soundTokens(p, func(s string) { got = append(got, s) })
	}
	want := []string{
		"¬chang·sha", "¬zhang·sha", "¦csxy", "¦csjy", "¦zsxy", "¦zsjy",
		"¬sha·xiao", "¬sha·jiao", "¦sxyx", "¦sxyh", "¦sjyx", "¦sjyh",
		"¬xiao·yuan", "¬jiao·yuan", "¦xyx", "¦xyh", "¦jyx", "¦jyh",
		"¬yuan·xing", "¬yuan·hang", "¦yx", "¦yh", "¬xing·", "¬hang·", "¦x", "¦h",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLatinLettersAreSpelledInEveryWay(t *testing.T) {
	t.Parallel()
	for letters, want := range map[string][]string{
		"kaifangxiaoyuan": {"kai fang xiao yuan", "kai fang xiao yu an", "kai fang xia o yuan", "kai fang xi ao yuan"},
		"xian":            {"xian", "xi an"},
		"kfxy":            nil,
		"lvyou":           {"lv you"},
		"zhuangyuanx":     nil,
		"fangan":          {"fang an", "fan gan"},
	} {
		var got []string
		for _, way := range spell(letters) {
			got = append(got, strings.Join(way, " "))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", letters, got, want)
		}
	}
}

func TestSpellingEndsSoon(t *testing.T) {
	t.Parallel()
	for _, letters := range []string{strings.Repeat("an", 70), strings.Repeat("xian", 20) + "q", strings.Repeat("a", 144)} {
		if n := len(spell(letters)); n > maxReadings {
			t.Errorf("%d ways", n)
		}
	}
}

func FuzzPieces(f *testing.F) {
	for _, s := range []string{"开放校园", "３Ｄ，打印", "a\xff\u0301", "ｶﾞ㍿\u200b", "\"NEAR(*)^:-", "ﷺ", strings.Repeat("\u0301", 80)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list := pieces(s)
		length, last := utf8.RuneCountInString(s), 0
		for _, p := range list {
			if len(p.text) == 0 || p.start < last && p.start != last-1 || p.end <= p.start || p.end > length {
				t.Fatalf("%q: piece %q at %d to %d of %d after %d", s, p, p.start, p.end, length, last)
			}
			if p.run && len(p.from) != len(p.text) {
				t.Fatalf("%q: %d places of %d", s, len(p.from), len(p.text))
			}
			if !utf8.ValidString(p.String()) || strings.ContainsAny(p.String(), " \x00\n\"'\\*:&|!()<>") {
				t.Fatalf("%q: piece %q", s, p)
			}
			last = p.end
		}
		q := Parse(s)
		for _, way := range append([]Query{q}, q.Forgiving()...) {
			if way.Empty() {
				continue
			}
			way.tokens()
			way.texts()
			for _, r := range way.Highlight(s) {
				if r.Start < 0 || r.End <= r.Start || r.End > length {
					t.Fatalf("%q: %v of %d", s, r, length)
				}
			}
		}
	})
}
