package unit

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// readings are words whose characters the dictionary would read otherwise; it knows one reading each.
var readings = map[string][]string{
	"长": {"chang"}, "重庆": {"chong", "qing"}, "厦门": {"xia", "men"}, "乐清": {"yue", "qing"}, "六安": {"lu", "an"},
	"蚌埠": {"beng", "bu"}, "台州": {"tai", "zhou"}, "番禺": {"pan", "yu"}, "什邡": {"shi", "fang"}, "单县": {"shan", "xian"},
	"铅山": {"yan", "shan"}, "洪洞": {"hong", "tong"}, "银行": {"yin", "hang"}, "行业": {"hang", "ye"}, "会计": {"kuai", "ji"},
	"音乐": {"yin", "yue"}, "朝阳": {"chao", "yang"}, "大厦": {"da", "sha"},
}

const longestReading = 2

// syllables reads a text: each Han character is a syllable, each run of letters or digits stays a
// word in small letters, everything else separates.
func syllables(s string) (out []string) {
	args := pinyin.NewArgs()
	runes := []rune(strings.ToLower(narrow(s)))
	for i := 0; i < len(runes); {
		if n, said := reading(runes[i:]); n > 0 {
			out = append(out, said...)
			i += n
			continue
		}
		switch r := runes[i]; {
		case unicode.Is(unicode.Han, r):
			if said := pinyin.SinglePinyin(r, args); len(said) > 0 {
				out = append(out, said[0])
			} else {
				out = append(out, string(r)) // a rare character without a known reading stands for itself
			}
			i++
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			j := i
			for j < len(runes) && !unicode.Is(unicode.Han, runes[j]) && (unicode.IsLetter(runes[j]) || unicode.IsDigit(runes[j])) {
				j++
			}
			out = append(out, string(runes[i:j]))
			i = j
		default:
			i++
		}
	}
	return out
}

func reading(runes []rune) (n int, said []string) {
	for n := min(longestReading, len(runes)); n > 0; n-- {
		if said, ok := readings[string(runes[:n])]; ok {
			return n, said
		}
	}
	return 0, nil
}

// sortKey orders names as a dictionary of pinyin does, the same on both engines. The name itself
// comes last so that names of equal sound keep together.
func sortKey(name string) string { return strings.Join(syllables(name), " ") + " " + name }

// searchKey holds everything that a search may find a unit by, separated by '|'.
func searchKey(d Draft) string {
	parts := []string{fold(d.Name), fold(d.Short), fold(d.NameEN), strings.ToLower(d.Code)}
	for _, s := range []string{d.Name, d.Short} {
		said := syllables(s)
		var initials strings.Builder
		for _, one := range said {
			initials.WriteString(one[:len(string([]rune(one)[0]))])
		}
		parts = append(parts, strings.Join(said, ""), initials.String())
	}
	return strings.Join(parts, "|")
}

// words splits what a person typed into the parts that must occur.
func words(text string) (out []string) {
	for _, w := range strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '|' || r == '，' || r == '、'
	}) {
		if w = fold(w); w != "" {
			out = append(out, w)
		}
	}
	const most = 8 // more words than anybody types only cost time
	return out[:min(len(out), most)]
}

// fold makes texts comparable: half width, small letters, no spaces or brackets.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("()·", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, narrow(s))
}

// narrow turns full-width letters, digits and brackets into half-width ones.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}
