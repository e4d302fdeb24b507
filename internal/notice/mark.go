package notice

// markStyle is a level of numbering as GB/T 9704-2012 §7.3.3 orders them: 一、（一）1.（1）.
type markStyle int

const (
	stylePart   markStyle = iota // 第一部分, 第一章
	styleHan                     // 一、
	styleHanPar                  // （一）
	styleArabic                  // 1.
	styleArabicPar
	styleCircle // ①
	styleCount
)

// mark is a numbering mark: c[from:to] is "四、", "（一）", "5.".
type mark struct {
	rng
	style  markStyle
	number int
}

// markAt reads a numbering mark at c[i] by its shape alone.
func (s *source) markAt(i int) (m mark, ok bool) {
	r := s.at(i)
	m.from = i
	switch {
	case r == '第':
		v, n := s.chineseNumeral(i + 1)
		if k := partWords.at(s.c, i+1+n, len(s.c)); n > 0 && k > 0 && v < 30 {
			m.to, m.style, m.number = i+1+n+k, stylePart, v
			return m, true
		}
	case '①' <= r && r <= '⑳':
		m.to, m.style, m.number = i+1, styleCircle, int(r-'①')+1
		return m, true
	case r == '（':
		if v, n := s.chineseNumeral(i + 1); n > 0 && v > 0 && s.at(i+1+n) == '）' {
			m.to, m.style, m.number = i+n+2, styleHanPar, v
			return m, true
		}
		if v, n := s.arabic(i + 1); n > 0 && n < 3 && s.at(i+1+n) == '）' {
			m.to, m.style, m.number = i+n+2, styleArabicPar, v
			return m, true
		}
	case '㈠' <= r && r <= '㈩':
		m.to, m.style, m.number = i+1, styleHanPar, int(r-'㈠')+1
		return m, true
	case '⑴' <= r && r <= '⒇':
		m.to, m.style, m.number = i+1, styleArabicPar, int(r-'⑴')+1
		return m, true
	case '⒈' <= r && r <= '⒛':
		m.to, m.style, m.number = i+1, styleArabic, int(r-'⒈')+1
		return m, true
	case isDigit(r):
		v, n := s.arabic(i)
		if n > 2 || v == 0 {
			return m, false
		}
		switch s.at(i + n) {
		case '.', '、':
			m.to, m.style, m.number = i+n+1, styleArabic, v
			return m, true
		case '，', '·', '。':
			if s.gaps[i] >= gapLine { // OCR's reading of the point
				m.to, m.style, m.number = i+n+1, styleArabic, v
				return m, true
			}
		case '）':
			m.to, m.style, m.number = i+n+1, styleArabicPar, v
			return m, true
		}
	case r == '—':
		if prev := s.at(i - 1); s.at(i+1) == '、' && (s.gaps[i] >= gapLine || prev == '：' || prev == '。') { // 一 read as a dash
			m.to, m.style, m.number = i+2, styleHan, 1
			return m, true
		}
	default:
		v, n := s.chineseNumeral(i)
		if n == 0 || n > 3 || v == 0 {
			return m, false
		}
		switch s.at(i + n) {
		case '、', '.':
			m.to, m.style, m.number = i+n+1, styleHan, v
			return m, true
		case '，':
			if s.gaps[i] >= gapLine {
				m.to, m.style, m.number = i+n+1, styleHan, v
				return m, true
			}
		}
	}
	return m, false
}

var partWords = lex("部分 章")

func (s *source) arabic(i int) (value, n int) {
	for isDigit(s.at(i+n)) && n < 6 {
		value = value*10 + int(s.c[i+n]-'0')
		n++
	}
	return value, n
}

// findMarks finds the numbering marks of [from, to). At the start of a line a mark
// counts; behind punctuation or a wide blank it counts if it continues or begins a
// count; in a text without line breaks a mark that continues a count is enough.
func (s *source) findMarks(from, to int) []mark {
	var all []mark
	var last [styleCount]int
	for i := from; i < to; i++ {
		r := s.c[i]
		if !(isDigit(r) || r == '（' || r == '第' || r == '—' || r == '十' || chineseDigit(r) > 0 || r >= 0x2460 && r <= 0x249B || r >= 0x3220 && r <= 0x3229) {
			continue
		}
		m, ok := s.markAt(i)
		if !ok || m.to >= to || !s.accepts(m, last[m.style], i == from) {
			continue
		}
		last[m.style] = m.number
		for k := m.style + 1; k < styleCount; k++ {
			last[k] = 0
		}
		all = append(all, m)
		i = m.to - 1
	}
	return all
}

func (s *source) accepts(m mark, last int, first bool) bool {
	i := m.from
	next := s.at(m.to)
	continues := m.number == last+1
	if m.style == styleArabic && isDigit(next) { // 1.5米 against 1.2016年4月
		year, n := s.arabic(m.to)
		follows := s.at(m.to + n)
		if !(n == 4 && isYear(year) || continues && (s.c[m.to-1] == '、' || follows == '月' || s.gaps[m.to] > gapNone && s.gaps[i] >= gapLine)) {
			return false
		}
		if s.c[m.to-1] == '.' && n != 4 && s.gaps[m.to] == gapNone && follows != '月' {
			return false
		}
	}
	if next == '、' || m.style == styleHan && s.at(m.to-1) == '.' && isDigit(next) {
		return false
	}
	if first || s.gaps[i] >= gapLine {
		return m.style != styleHan || m.number <= last+4 || last == 0
	}
	if !continues && m.number != 1 {
		return false
	}
	prev := s.at(i - 1)
	if m.style == stylePart {
		return false
	}
	behind := s.gaps[i] >= gapWide || prev == '。' || prev == '；' || prev == '：' || prev == '！' || prev == '？'
	if behind {
		return true
	}
	if !s.isJoined(i) {
		return (prev == '）' || prev == '”') && continues && last > 0 && m.style != styleArabicPar
	}
	if m.style == styleHan && continues && m.number > 1 && isWord(prev) { // 16:30二、地点
		return true
	}
	if isDigit(prev) || isLatin(prev) || prev == '、' || prev == '第' || prev == '.' || prev == '-' || prev == '—' || prev == '（' {
		return false
	}
	switch m.style {
	case styleHan:
		return m.number > 1 && notCounted.before(s.c, 0, i) == 0 && chineseDigit(prev) < 0
	case styleHanPar:
		return chineseDigit(prev) < 0
	case styleArabic:
		if prev == '件' || prev == '表' || prev == '图' {
			return false
		}
		return s.c[m.to-1] == '.' || s.c[m.to-1] == '、' && (m.number > 1 || s.gaps[i] > gapNone || s.countsOn(m))
	}
	return false
}

// countsOn tells whether the count that m begins goes on: 1、…2、….
func (s *source) countsOn(m mark) bool {
	for i := m.to; i < len(s.c) && i < m.to+countRunes; i++ {
		if n, ok := s.markAt(i); ok && n.style == m.style && n.number == m.number+1 && s.c[n.to-1] == s.c[m.to-1] && !isDigit(s.c[i-1]) {
			return true
		}
	}
	return false
}

// countRunes bounds the text of an item.
const countRunes = 300

// Words that end in front of a numeral without beginning a level: 统一、, 之一、.
var notCounted = lex("之 唯 统 万 单 专 同 划 合 归 星期 周 高 初 大 第 其")

// paragraphs joins the lines that a page width has broken, in [from, to).
func (s *source) paragraphs(from, to int) []rng {
	var all []rng
	for i := from; i < to; {
		line := rng{i, min(s.lineOf(i).to, to)}
		if len(all) > 0 && s.continues(all[len(all)-1], s.lineOf(i-1), line) {
			all[len(all)-1].to = line.to
		} else {
			all = append(all, line)
		}
		i = line.to
	}
	return all
}

// wrappedRunes is the shortest line that may have been broken by a page width; shorter
// ones ended by themselves.
const wrappedRunes = 18

func (s *source) continues(para, prev, line rng) bool {
	if prev.to <= para.from || para.len() < wrappedRunes && prev.len() < wrappedRunes {
		return false
	}
	if prev.len() < wrappedRunes {
		return false
	}
	switch s.c[para.to-1] {
	case '。', '：', '；', '！', '？', '.':
		return false
	}
	if _, ok := s.markAt(line.from); ok {
		return false
	}
	if m, ok := s.markAt(para.from); ok && m.style <= styleHan && s.gaps[line.from] >= gapBlank && prev.len() < 25 {
		return false
	}
	if s.isLabelled(line) || s.isNoise(line) {
		return false
	}
	if line.len() < prev.len()-2 && s.organs(line.from, line.to) != nil || s.organs(prev.from, prev.to) != nil {
		return false
	}
	if w, ok := s.whenAt(line.from); ok && w.to == line.to && w.start.year > 0 {
		return false
	}
	return true
}

// isLabelled tells whether a line begins with a label such as 联系人： or 附件1：; a sentence
// that a page width has broken may begin with the same word.
func (s *source) isLabelled(line rng) bool {
	n := lineLabels.at(s.c, line.from, line.to)
	if n == 0 {
		return false
	}
	if line.len() <= n+2 || s.c[line.from+n-1] == '：' {
		return true
	}
	for i := line.from + n; i < line.to && i < line.from+n+4; i++ {
		if s.c[i] == '：' {
			return true
		}
	}
	return false
}

var lineLabels = lex("附件 附： 联系人 联系电话 联系方式 电话 邮箱 电子邮箱 电子信箱 地址 邮编 传真")
