package notice

// annexes are the titles of an 附件 list, and where the list stands.
type annexes struct {
	titles []rng
	list   rng // empty where there is none
	sheets bool
}

var (
	annexTag   = lex("附件 附表 附：")
	annexCited = lex("见 详见 参见 填写 按照 按 及 和 （ 的 在 从 下载 到 与 《")
	annexStop  = lex("联系人 联系电话 抄送 主题词 填表说明 地址： 填报说明 （此件 备注： 填写说明")
)

// annexAt reads 附件：, 附件1：, 附件 1. at c[i]: where the title begins, and its number
// (0 without). list is true where a colon stands, which cites never have.
func (s *source) annexAt(i, to int) (title, number int, list, ok bool) {
	n := annexTag.at(s.c, i, to)
	if n == 0 {
		return 0, 0, false, false
	}
	j := i + n
	if s.c[j-1] == '：' {
		return j, 0, true, true
	}
	if v, k := s.numeral(j); k > 0 && k < 3 && v < 40 {
		number, j = v, j+k
	}
	if s.at(j) == '：' {
		return j + 1, number, true, true
	}
	if number > 0 && s.at(j) == '.' && !isDigit(s.at(j+1)) {
		return j + 1, number, true, true
	}
	if number > 0 && s.at(j) == '、' && s.gaps[i] >= gapLine && !sentenceMark.in(s.c, i, s.lineOf(i).to) { // 附件1、2018年…名单
		if _, digits := s.arabic(j + 1); (digits == 0 || digits == 4) && annexTag.at(s.c, j+1, to) == 0 {
			return j + 1, number, true, true
		}
	}
	return j, number, false, true
}

// readAnnexes finds the list in front of the signature, else behind it; where there is
// none, the headings of the annexed sheets.
func (s *source) readAnnexes(bodyFrom int, sig signature, known []rng) annexes {
	if a := s.annexList(bodyFrom, sig.from, len(s.c), known); len(a.titles) > 0 {
		return a
	}
	if sig.to >= len(s.c) {
		return annexes{}
	}
	if a := s.annexList(sig.to, len(s.c), len(s.c), known); len(a.titles) > 0 {
		return a
	}
	return s.annexSheets(sig.to, known)
}

// annexList reads the list whose tag stands in [from, to); its items may run up to to.
func (s *source) annexList(from, to, end int, known []rng) annexes {
	var a annexes
	for i := from; i < to; i++ {
		title, number, list, ok := s.annexAt(i, to)
		if !ok || !(list || number == 0 && s.gaps[i] >= gapLine && s.at(title) != 0 && s.gaps[title] >= gapLine) {
			continue
		}
		if s.gaps[i] < gapLine && (annexCited.before(s.c, 0, i) > 0 || s.inBracket(i)) {
			continue
		}
		if len(a.titles) > 0 && !(s.gaps[i] >= gapLine || s.isJoined(i)) {
			continue
		}
		titles, stop := s.annexItems(title, to, known)
		if len(titles) == 0 {
			continue
		}
		if a.list.len() == 0 {
			a.list.from = i
		}
		a.titles = append(a.titles, titles...)
		a.list.to = stop
		i = max(stop-1, i)
	}
	return a
}

func (s *source) inBracket(i int) bool {
	for k := i - 1; k >= 0 && k > i-40; k-- {
		switch s.c[k] {
		case '）', '。':
			return false
		case '（':
			return true
		}
	}
	return false
}

// annexItems reads the titles from at on: one, or a numbered list, each maybe wrapped
// over lines.
func (s *source) annexItems(at, to int, known []rng) (titles []rng, stop int) {
	expect := 1
	for at < to {
		from := at
		m, numbered := s.annexMark(at)
		if numbered && (m.style == styleArabic || m.style == styleArabicPar || m.style == styleHan && s.gaps[at] >= gapLine) && m.number >= expect && m.number <= expect+2 {
			from, expect = m.to, m.number // a number may be lost
		} else if expect > 1 {
			break
		} else {
			numbered = false
		}
		end := s.annexTitleEnd(from, to, expect+1, numbered, known)
		if end <= from {
			break
		}
		cut := end
		for cut > from && (s.c[cut-1] == '。' || s.c[cut-1] == '；' || s.c[cut-1] == '.' || s.c[cut-1] == '，' || s.c[cut-1] == '、') {
			cut--
		}
		if cut-from < 2 || cut-from > 120 {
			break
		}
		titles = append(titles, rng{from, cut})
		at = end
		if !numbered { // one title, or the name of a file above the list of what it holds
			if m, ok := s.annexMark(end); !ok || m.number != 1 || m.style != styleArabic && m.style != styleHan || end >= to || s.gaps[end] < gapLine {
				break
			}
			continue
		}
		expect++
	}
	return titles, at
}

// annexMark reads the number of an item: a mark, or at the start of a line 1：… and 1….
func (s *source) annexMark(i int) (mark, bool) {
	if m, ok := s.markAt(i); ok {
		return m, true
	}
	if i >= len(s.c) || s.gaps[i] < gapLine {
		return mark{}, false
	}
	v, n := s.arabic(i)
	if n == 0 || n > 2 || v == 0 {
		return mark{}, false
	}
	m := mark{rng: rng{i, i + n}, style: styleArabic, number: v}
	switch r := s.at(i + n); {
	case r == '：':
		m.to++
		return m, true
	case isHan(r) && r != '年' && r != '月', r == '《', r == '“':
		return m, true
	}
	return mark{}, false
}

func (s *source) annexTitleEnd(from, to, next int, numbered bool, known []rng) int {
	depth := 0
	for i := from; i < to && i < from+130; i++ {
		switch s.c[i] {
		case '《':
			depth++
		case '》':
			depth = max(depth-1, 0)
		case '。', '；':
			if depth == 0 {
				return i + 1
			}
		}
		if i == from {
			continue
		}
		if numbered && depth == 0 {
			if m, ok := s.annexMark(i); ok && (m.style >= styleArabic || m.style == styleHan && s.gaps[i] >= gapLine) && (m.number == next || m.number > next && m.number <= next+2 && s.gaps[i] >= gapLine) && (s.gaps[i] > gapNone || !isWord(s.c[i-1]) || fileEnd.before(s.c, from, i) > 0) {
				return i
			}
		}
		if annexStop.at(s.c, i, to) > 0 || s.gaps[i] == gapNone && depth == 0 && s.isNextAnnex(i, to) {
			return i
		}
		if annexNouns.before(s.c, from, i) > 0 && depth == 0 && s.isJoined(i) && s.isSigned(i) && s.gaps[i] < gapLine {
			return i
		}
		for _, k := range known {
			if k.len() > 3 && i+k.len() <= len(s.c) && sameRunes(s.c[i:i+k.len()], s.c[k.from:k.to]) && s.isSigned(i+k.len()) {
				return i
			}
		}
		if s.gaps[i] >= gapLine {
			line := s.lineOf(i)
			prev := s.lineOf(i - 1)
			wrapped := s.gaps[i] == gapLine && prev.len() >= wrappedRunes && lineLabels.at(s.c, i, to) == 0 && s.organs(i, line.to) == nil
			if depth == 0 && (!wrapped || s.c[i] == '（' && s.c[line.to-1] == '）' && s.at(line.to-2) == '号') {
				return i
			}
			if _, ok := s.markAt(i); ok {
				return i
			}
			if w, ok := s.whenAt(i); ok && w.to == line.to && w.start.year > 0 {
				return i
			}
		}
	}
	return min(to, from+130)
}

// isNextAnnex tells whether the tag of another annex stands at c[i]: 附件2, 附件二：.
func (s *source) isNextAnnex(i, to int) bool {
	_, number, list, ok := s.annexAt(i, to)
	return ok && (isDigit(s.at(i+2)) || number > 0 && list)
}

// fileEnd is the end of the name of a file.
var fileEnd = lex(".doc .docx .xls .xlsx .pdf .rar .zip .wps .ppt .pptx .et .jpg")

// isSigned tells whether a date, another name or the end of the line follows a name.
func (s *source) isSigned(i int) bool {
	if s.isLineEnd(i) {
		return true
	}
	w, ok := s.whenAt(i)
	return ok && w.start.year > 0
}

// annexSheets reads the headings of annexed sheets: 附件1 and what follows it.
func (s *source) annexSheets(from int, known []rng) annexes {
	a := annexes{sheets: true}
	expect := 1
	for i := from; i < len(s.c); i++ {
		title, number, _, ok := s.annexAt(i, len(s.c))
		if !ok || number != expect && !(number == 0 && expect == 1 && s.gaps[i] >= gapLine) {
			continue
		}
		prev := s.at(i - 1)
		bounded := s.gaps[i] >= gapLine || s.isJoined(i) && (prev == '。' || prev == '；' || prev == '日' || prev == '）' && false)
		if !bounded || title >= len(s.c) || s.c[title] == '）' || s.c[title] == '、' {
			continue
		}
		end := title + 1
		for end < len(s.c) && end-title < 60 {
			if m, ok := s.markAt(end); ok && m.number == 1 || annexStop.at(s.c, end, len(s.c)) > 0 || s.c[end] == '。' ||
				s.gaps[end] >= gapLine || annexTag.at(s.c, end, len(s.c)) > 0 && isDigit(s.at(end+2)) {
				break
			}
			if s.startsKnown(end, known) {
				break
			}
			end++
		}
		if end-title < 2 || end-title >= 60 {
			continue
		}
		if a.list.len() == 0 {
			a.list = rng{i, len(s.c)}
		}
		a.titles = append(a.titles, rng{title, end})
		expect++
		i = end - 1
	}
	return a
}

func (s *source) startsKnown(i int, known []rng) bool {
	for _, k := range known {
		if k.len() > 3 && i+k.len() <= len(s.c) && sameRunes(s.c[i:i+k.len()], s.c[k.from:k.to]) {
			return true
		}
	}
	return false
}
