package notice

var (
	themeWord  = lex("主题")
	openQuotes = lex(`“ " 「 『 ‘`)
)

// readTheme finds the slogan: said to be it, alone in a section about it, or quoted.
func (r *reader) readTheme() Text {
	s := r.s
	for i := r.text.from; i < r.text.to; i++ {
		n := themeWord.at(s.c, i, r.text.to)
		if n == 0 {
			continue
		}
		j := i + n
		said := false
		for j < r.text.to && (s.c[j] == '为' || s.c[j] == '是' || s.c[j] == '：') && j < i+n+3 {
			said, j = true, j+1
		}
		if !said || j >= r.text.to || r.section(i, j) {
			continue
		}
		if t := r.themeAt(j); t.len() > 0 {
			return r.themeText(t, Sure)
		}
	}
	for _, p := range r.allParts() {
		if p.title.len() == 0 || !themeWord.in(s.c, p.title.from, p.title.to) || p.own.len() == 0 {
			continue
		}
		line := rng{p.own.from, min(s.lineOf(p.own.from).to, p.own.to)}
		if s.gaps[p.own.from] >= gapLine || s.at(p.own.from-1) == '：' || s.themeTitle(p.title.from, p.own.to) == p.title.to {
			if n := themeSaid.at(s.c, line.from, line.to); n > 0 {
				line.from += n
			}
			if line.len() <= 40 && !sentenceMark.in(s.c, line.from, line.to-1) && line.len() > 3 && !s.startsSentence(line) {
				if t := r.themeAt(line.from); t.len() > 0 {
					return r.themeText(t, Sure)
				}
			}
		}
		if t := r.quotedTheme(p.own.from, p.own.to, s.isThemeUse); t.len() > 0 {
			return r.themeText(t, Doubtful)
		}
	}
	if r.countThemes() == 1 {
		if t := r.quotedTheme(r.text.from, r.text.to, s.isThemeUse); t.len() > 0 {
			return r.themeText(t, Sure)
		}
	}
	if t := r.quotedTheme(r.head.title.from, r.head.title.to, s.isThemeOfShow); t.len() > 0 {
		return r.themeText(t, Doubtful)
	}
	return Text{}
}

var (
	themeSaid = lex("主题为： 主题为 主题是 主题： 活动主题： 主题为以")
	themeUse  = lex("为主题 为活动主题 为主线 为宣传主题 的主题 为大赛主题 这一主题 这个主题 这一活动主题 的活动主题 为年会主题 为会议主题")
	speech    = lex("本次 以 围绕 根据 结合 各 请 由 分为 包括")
)

func (s *source) startsSentence(l rng) bool { return speech.at(s.c, l.from, l.to) > 0 }

// section tells whether the word 主题 at i belongs to a section's title that ends at its
// colon: what follows is then read as that section's text.
func (r *reader) section(i, j int) bool {
	p := r.partAt(i)
	return p != nil && i >= p.title.from && i < p.title.to && r.s.isLineEnd(j)
}

// themeAt reads the slogan at c[i]: in quotes, or up to the end of the sentence or line.
func (r *reader) themeAt(i int) rng {
	s := r.s
	if n := openQuotes.at(s.c, i, r.text.to); n > 0 {
		if to := s.closing(i, r.text.to); to > i {
			after := s.at(to + 1)
			if s.isLineEnd(to+1) || after == '。' || after == '，' || after == '；' || after == '）' || after == '：' {
				return rng{i + 1, to}
			}
			if !isHan(after) && after != '“' {
				return rng{i + 1, to}
			}
			if s.gaps[to+1] == gapNone && !s.isLineEnd(to+1) && s.at(i) == '“' && (after == '的' || after == '系') {
				return rng{i + 1, to}
			}
		} else {
			return rng{}
		}
	}
	end := i
	limit := r.text.to
	if sent := r.sentence(i); sent.to > i {
		limit = sent.to
	}
	for end < limit && end-i < 60 && (end == i || nextLabel.at(s.c, end, limit) == 0) && s.c[end] != '。' && s.c[end] != '；' && (end == i || !s.isLineEnd(end)) {
		end++
	}
	if end-i < 3 || end-i >= 60 || s.isLineEnd(i) && i > 0 && s.c[i-1] != '：' && r.partAt(i) == nil {
		return rng{}
	}
	return rng{i, end}
}

var nextLabel = lex("活动时间： 时间： 活动地点： 地点： 活动内容： 参加对象：")

// closing finds the quote that closes the one at c[i]; quotes may nest.
func (s *source) closing(i, to int) int {
	open := s.c[i]
	shut := map[rune]rune{'“': '”', '"': '"', '「': '」', '『': '』', '‘': '’'}[open]
	depth := 0
	for j := i; j < to && j < i+80; j++ {
		switch {
		case s.c[j] == shut && (open != shut || j > i):
			depth--
			if depth == 0 || open == shut {
				return j
			}
		case s.c[j] == open && open != shut:
			depth++
		}
	}
	return -1
}

// isThemeUse tells whether c[i] says that what stands before it is the theme: 为主题.
func (s *source) isThemeUse(i, to int) bool {
	if themeUse.at(s.c, i, to) > 0 {
		return true
	}
	if themeWord.at(s.c, i, to) == 0 || s.at(i+2) != '，' || s.at(i-1) != '”' { // 围绕“X”主题，
		return false
	}
	for k := i - 2; k > 1 && k > i-60; k-- {
		if s.c[k] == '“' {
			return around.before(s.c, 0, k) > 0
		}
	}
	return false
}

var around = lex("围绕 以")

// isThemeOfShow tells whether c[i] names a show by the theme before it: “X”主题图片展.
func (s *source) isThemeOfShow(i, to int) bool {
	if themeWord.at(s.c, i, to) == 0 {
		return false
	}
	for k := i + 2; k < to && k < i+10; k++ {
		if s.c[k] == '展' {
			return true
		}
	}
	return false
}

// quotedTheme finds “X” whose use is told by what follows it.
func (r *reader) quotedTheme(from, to int, told func(i, to int) bool) rng {
	s := r.s
	for i := from; i < to; i++ {
		if openQuotes.at(s.c, i, to) == 0 {
			continue
		}
		end := s.closing(i, to)
		if end < 0 {
			continue
		}
		if told(end+1, to) && end-i > 3 {
			return rng{i + 1, end}
		}
	}
	return rng{}
}

func (r *reader) countThemes() int {
	n := 0
	for i := r.text.from; i < r.text.to; i++ {
		if r.s.isThemeUse(i, r.text.to) {
			n++
			i++
		}
	}
	return n
}

func (r *reader) themeText(t rng, certainty Certainty) Text {
	return Text{Value: r.s.value(t.from, t.to, true), Span: r.s.span(t.from, t.to), Certainty: certainty}
}
