package notice

import "strings"

// docNumber is a 发文字号 such as 湘教通〔2020〕166号: code, year in brackets, serial number.
type docNumber struct {
	rng
	year int
}

var (
	yearOpens  = lex("〔 [ 【 （ ﹝ { 《 < 「 ［ 〖")
	yearCloses = lex("〕 ] 】 ） ﹞ } 》 > 」 ］ 〗 J")
	organTail  = lex(`
		厅 局 委员会 办公室 办公厅 大学 学院 学会 协会 部 公司 社 中心 文件 总工会 联合会 研究会 促进会 省委
		市委 县委 区委 人民政府`)
)

// docNumbers finds the document numbers in the first limit runes that are printed as
// such, not cited in a sentence: outside of （） and 《》, at most a title beside them.
func (s *source) docNumbers(limit int) []docNumber {
	var found []docNumber
	for i := 4; i < limit; i++ {
		if s.c[i] != '号' || !isDigit(s.c[i-1]) {
			continue
		}
		if n, ok := s.docNumberAt(i); ok {
			found = append(found, n)
		}
	}
	return found
}

// docNumberAt reads a number backwards from its 号 at c[end].
func (s *source) docNumberAt(end int) (docNumber, bool) {
	none := docNumber{}
	i := end
	for i > 0 && isDigit(s.c[i-1]) && end-i < 6 {
		i--
	}
	if i > 0 && s.c[i-1] == '第' {
		i--
	}
	line := s.lineOf(end)
	if i > 4 && s.c[i-1] == '年' { // 2021年第3号, the number of a public announcement
		year, n := s.numeral(i - 5)
		bracketed := s.at(i-6) == '（' && s.at(end+1) == '）'
		if n == 4 && isYear(year) && s.c[i] == '第' && (line.from == i-5 && line.to == end+1 || bracketed && line.from == i-6) {
			return docNumber{rng{i - 5, end + 1}, year}, true
		}
		return none, false
	}
	if i < 7 || yearCloses.at(s.c, i-1, i) == 0 {
		return none, false
	}
	i--
	year, n := s.numeral(i - 4)
	if n != 4 || !isYear(year) {
		return none, false
	}
	i -= 4
	if yearOpens.at(s.c, i-1, i) == 0 {
		return none, false
	}
	i--
	from := i
	for from > line.from && i-from < 24 && isCode(s.c[from-1]) {
		if s.gaps[from] >= gapWide && from < i { // the office stands beside its number
			break
		}
		from--
	}
	if from < i && s.c[from] == '）' {
		from++
	}
	for from < i && s.c[from] == '（' && !contains(s.c[from:i], '）') {
		from++
	}
	// On a line of its own the code is the line; behind a name it is what follows the name.
	afterHead := false
	if k, n := lastOf(letterheadMark, s.c, from, i); k >= 0 {
		from, afterHead = k+n, true
	}
	if k, n := lastOf(numberLabel, s.c, from, i); k >= 0 {
		from = k + n
	}
	if k := s.behindTitle(from, i); k > from { // 关于…的通知|某教通〔2021〕3号
		from, afterHead = k, true
	}
	if afterHead && i-from <= 9 {
		// the letterhead's 文件 bounds the code
	} else if s.isJoined(end) || afterHead || from == line.from && i-from > 12 {
		for k := i - 2; k > from+3; k-- {
			if organTail.before(s.c, from, k) > 0 && i-k <= 9 {
				from = k
				break
			}
		}
	} else if from > line.from && s.gaps[from] == gapNone && s.c[from-1] != '（' && s.c[from-1] != '：' {
		return none, false
	}
	cited := from > 0 && (s.c[from-1] == '》' || from > 1 && s.c[from-1] == '（' && s.c[from-2] == '》')
	if from == i || cited || i-from > 16 {
		return none, false
	}
	if !s.isJoined(end) && !s.isLineEnd(end+1) && s.c[end+1] != '）' && s.gaps[end+1] == gapNone && s.c[end+1] != '关' {
		return none, false
	}
	if s.at(end+1) == '）' && from > line.from+1 && titleEnds.before(s.c, line.from, from-1) == 0 {
		return none, false // in brackets behind a text that it is cited in
	}
	return docNumber{rng{from, end + 1}, year}, true
}

// behindTitle is where a title ends within [from, to), from if none does: what follows on
// its line is the code of the number.
func (s *source) behindTitle(from, to int) int {
	for k := to - 1; k > from && to-k <= 12; k-- {
		if titleEnds.before(s.c, from, k) == 0 {
			continue
		}
		if s.c[k] == '（' && !contains(s.c[k:to], '）') {
			k++
		}
		return k
	}
	return from
}

func isCode(r rune) bool { return isHan(r) || isWord(r) || r == '（' || r == '）' || r == '·' }

func contains(c []rune, want rune) bool {
	for _, r := range c {
		if r == want {
			return true
		}
	}
	return false
}

// behindNumber steps over a number that stands at at, maybe in brackets.
func behindNumber(at int, numbers []docNumber, s *source) int {
	for _, n := range numbers {
		if n.from == at {
			return n.to
		}
		if n.from == at+1 && s.c[at] == '（' && s.at(n.to) == '）' {
			return n.to + 1
		}
	}
	return at
}

var numberLabel = lex("发文字号 文件编号 发文文号 文号")

// docNumberText gives the number with its year in 〔〕 and everything else as printed.
func (s *source) docNumberText(r rng) string {
	var b strings.Builder
	for i := r.from; i < r.to; i++ {
		isYearMark := func(at int) bool { v, n := s.numeral(at); return n == 4 && isYear(v) }
		switch {
		case i+5 < r.to && yearOpens.at(s.c, i, i+1) > 0 && isYearMark(i+1) && yearCloses.at(s.c, i+5, i+6) > 0:
			b.WriteRune('〔')
		case i-5 >= r.from && yearCloses.at(s.c, i, i+1) > 0 && isYearMark(i-4) && yearOpens.at(s.c, i-5, i-4) > 0:
			b.WriteRune('〕')
		default:
			b.WriteRune(s.raw[s.pos[i]])
		}
	}
	return b.String()
}
