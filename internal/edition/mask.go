package edition

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"openweek/internal/notice"
)

// maskRune stands for each character that is withheld, so that all spans of the text keep their place.
const maskRune = '＊'

// Contact data as it is printed at the end of a notice. Digits may be full-width or set apart by a page.
var (
	mobilePattern   = regexp.MustCompile(`[1１][3-9３-９](?:[ \t　-]?[0-9０-９XxＸ]){9}`)
	landlinePattern = regexp.MustCompile(`(?:[(（]?[0０][0-9０-９]{2,3}[)）]?[ \t　]?[-－—–一]?[ \t　]?)?[0-9０-９]{7,8}(?:[-－—转][0-9０-９]{1,6})?`)
	emailPattern    = regexp.MustCompile(`[A-Za-z0-9._%+-]+[ \t]?[@＠][ \t]?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	accountPattern  = regexp.MustCompile(`(?i)(?:QQ|微信)(?:群|号|群号)?[:：\s]*([A-Za-z0-9_-]{5,20})`)
	contactPattern  = regexp.MustCompile(`(?:联\s*系\s*人|负\s*责\s*人|联\s*络\s*(?:人|员)|咨\s*询\s*人|经\s*办\s*人)(?:员)?(?:及(?:联系)?(?:电话|方式)|[、和](?:联系)?电话|姓名)?[:：\s]*`)
	titledPattern   = regexp.MustCompile(`[\p{Han}]{1,3}(?:老师|同志|先生|女士)`)
)

// nameEnd are words that follow a contact's name and are none.
var nameEnd = []string{"电话", "手机", "联系", "邮箱", "地址", "传真", "信箱", "微信", "单位", "部门", "办公", "职务", "座机", "网址", "附件"}

// withhold masks telephone numbers, mail addresses, accounts and the names of contacts. facts are those
// that were read from the text, with their places; the patterns find what was overlooked.
func withhold(text string, facts ...[]notice.Text) (masked string, count int) {
	runes := []rune(text)
	hide := make([]bool, len(runes))
	cover := func(from, to int) {
		for i := max(from, 0); i < min(to, len(hide)); i++ {
			hide[i] = hide[i] || runes[i] != '\n'
		}
	}
	for _, list := range facts {
		for _, f := range list {
			cover(f.Span.Start, f.Span.End)
		}
	}
	offset := runeOffsets(text)
	for _, p := range []*regexp.Regexp{mobilePattern, emailPattern} {
		for _, at := range p.FindAllStringIndex(text, -1) {
			cover(offset(at[0]), offset(at[1]))
		}
	}
	for _, at := range landlinePattern.FindAllStringIndex(text, -1) {
		if !digitBeside(text, at) {
			cover(offset(at[0]), offset(at[1]))
		}
	}
	for _, at := range accountPattern.FindAllStringSubmatchIndex(text, -1) {
		cover(offset(at[2]), offset(at[3]))
	}
	for _, at := range contactPattern.FindAllStringIndex(text, -1) {
		for from, to := range namesAfter(text[at[1]:]) {
			cover(offset(at[1]+from), offset(at[1]+to))
		}
	}
	for _, at := range titledPattern.FindAllStringIndex(text, -1) {
		from, to := offset(at[0]), offset(at[1])
		// 张老师 0731-…: a name beside a number, and rather a character too many. In running text 老师 are anybody.
		if slices.Contains(hide[min(to, len(hide)):min(to+nearNumber, len(hide))], true) {
			cover(from, to)
		}
	}
	for i := range runes {
		if hide[i] {
			if i == 0 || !hide[i-1] {
				count++
			}
			runes[i] = maskRune
		}
	}
	return string(runes), count
}

// nearNumber is how far, in characters, a number may stand from the name that it belongs to.
const nearNumber = 8

// digitBeside tells whether a number goes on to the left or right: then it is no telephone number.
func digitBeside(text string, at []int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
	after, _ := utf8.DecodeRuneInString(text[at[1]:])
	isDigit := func(r rune) bool { return '0' <= r && r <= '9' || '０' <= r && r <= '９' }
	return isDigit(before) || isDigit(after)
}

// namesAfter gives the byte ranges of one or more names of two to four characters, up to a word that is none.
func namesAfter(text string) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		at := 0
		for {
			rest := text[at:]
			end := strings.IndexFunc(rest, func(r rune) bool { return r < 0x3400 && r != '·' || r > 0x9fff && r != '·' })
			if end < 0 {
				end = len(rest)
			}
			for _, word := range nameEnd {
				if i := strings.Index(rest[:end], word); i >= 0 {
					end = i
				}
			}
			if n := utf8.RuneCountInString(rest[:end]); n < 2 || n > 6 {
				return
			}
			if !yield(at, at+end) {
				return
			}
			after, ok := cutPrefix(rest[end:], []string{"、", "，", ",", " ", "　", "；", "/"})
			if !ok {
				return
			}
			at += len(rest) - len(after)
		}
	}
}

// runeOffsets turns byte offsets into rune offsets; they may come in any order.
func runeOffsets(text string) func(int) int {
	starts := make([]int, 0, len(text)/2)
	for i := range text {
		starts = append(starts, i)
	}
	return func(b int) int {
		lo, hi := 0, len(starts)
		for lo < hi {
			if mid := (lo + hi) / 2; starts[mid] < b {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		return lo
	}
}
