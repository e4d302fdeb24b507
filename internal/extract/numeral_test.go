package extract

import "testing"

func TestNumeral(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format string
		n      int
		want   string
	}{
		{"chineseCounting", 1, "一"}, {"chineseCounting", 10, "十"}, {"chineseCounting", 11, "十一"}, {"chineseCounting", 20, "二十"},
		{"chineseCounting", 101, "一百零一"}, {"chineseCounting", 110, "一百一十"}, {"chineseCounting", 1001, "一千零一"}, {"chineseCounting", 0, "0"},
		{"upperLetter", 1, "A"}, {"lowerLetter", 27, "aa"}, {"upperRoman", 1994, "MCMXCIV"}, {"lowerRoman", 4, "iv"},
		{"decimalEnclosedCircle", 20, "⑳"}, {"decimalEnclosedCircle", 21, "21"}, {"decimalFullWidth", 12, "\uFF11\uFF12"},
		{"decimalEnclosedParen", 3, "(3)"}, {"decimalZero", 3, "03"}, {"ideographTraditional", 2, "乙"}, {"hex", 12, "12"},
	} {
		if got, ok := numeral(c.format, c.n); !ok || got != c.want {
			t.Errorf("%s of %d is %q, want %q", c.format, c.n, got, c.want)
		}
	}
	if _, ok := numeral("bullet", 1); ok {
		t.Error("a bullet has no number")
	}
}
