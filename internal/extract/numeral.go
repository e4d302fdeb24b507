package extract

import (
	"strconv"
	"strings"
)

// numeral writes n in one of the numbering formats of ECMA-376 part 1, 17.18.59 (ST_NumberFormat);
// an unknown one as decimal. ok is false for formats that have no number, such as bullets.
func numeral(format string, n int) (s string, ok bool) {
	switch format {
	case "bullet", "none":
		return "", false
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
		"taiwaneseCountingThousand", "ideographDigital", "taiwaneseDigital", "koreanDigital":
		return chinese(n), true
	case "upperLetter":
		return letters(n, 'A'), true
	case "lowerLetter":
		return letters(n, 'a'), true
	case "upperRoman":
		return roman(n), true
	case "lowerRoman":
		return strings.ToLower(roman(n)), true
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if n >= 1 && n <= 20 {
			return string(rune('①' + n - 1)), true
		}
	case "decimalEnclosedParen":
		return "(" + strconv.Itoa(n) + ")", true
	case "decimalFullWidth", "decimalFullWidth2":
		return strings.Map(func(r rune) rune { return r - '0' + '\uFF10' }, strconv.Itoa(max(n, 0))), true
	case "decimalZero":
		if n >= 0 && n < 10 {
			return "0" + strconv.Itoa(n), true
		}
	case "ideographTraditional": // heavenly stems
		if stems := []rune("甲乙丙丁戊己庚辛壬癸"); n >= 1 && n <= len(stems) {
			return string(stems[n-1]), true
		}
	}
	return strconv.Itoa(n), true
}

// chinese counts as headings do: 一, 十, 十一, 二十, 一百零一.
func chinese(n int) string {
	if n <= 0 || n > 9999 {
		return strconv.Itoa(n)
	}
	digits, units := []rune("零一二三四五六七八九"), []rune("千百十 ")
	var b strings.Builder
	gap := false
	for i, unit := range []int{1000, 100, 10, 1} {
		d := n / unit % 10
		if d == 0 {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteRune('零')
			gap = false
		}
		if !(d == 1 && unit == 10 && b.Len() == 0) { // 十一, not 一十一
			b.WriteRune(digits[d])
		}
		if unit > 1 {
			b.WriteRune(units[i])
		}
	}
	return b.String()
}

// letters counts a, b … z, aa, bb as Word does.
func letters(n int, first rune) string {
	if n <= 0 || n > 26*20 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n <= 0 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, step := range []struct {
		value int
		text  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= step.value; n -= step.value {
			b.WriteString(step.text)
		}
	}
	return b.String()
}
