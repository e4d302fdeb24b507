package notice

import "sort"

var (
	timeLabels = lex(`
		时间： 时间为 时间为： 时间是 时间是： 时间定于 时间定为 日期： 时间在 时间拟定于 时间拟为 时间暂定
		时间安排：`)
	heldAt    = lex("定于 拟于 将于 于 订于 拟定于 决定于 自 从")
	heldVerbs = lex("举办 举行 召开 开展 进行 开幕 开赛 实施")
	// What has hours of its own and is not the event.
	notTheEvent = lex(`
		截止 报名 报到 签到 申报 提交 检查 征稿 报送 上报 注册 获得 评审 缴费 受理 推荐 集合 出发 投稿 公示 发布
		成绩 报告 填报 投票 彩排 退房 印发 审核 答辩 初赛 复赛 决赛 预赛 评选 阶段 发送 入住 返程 初审 论文 作品
		征集 启动仪式 开幕式 闭幕式 下载 打印 接收 收取 领取 截稿 收稿 交稿 现场确认 准考证 面试 笔试 领奖
		办公时间 工作时间 开放时间 发言`)
	timeWord   = lex("时间 日期")
	themeWord  = lex("主题")
	openQuotes = lex(`“ " 「 『 ‘`)
)

// readWindow finds the period of the event: behind a label of time, in a section about
// time, or in a sentence that says when it is held.
func (r *reader) readWindow() Window {
	s := r.s
	for _, w := range r.whens {
		if !r.inBody(w.from) || !r.isPeriod(w) {
			continue
		}
		sent := r.sentence(w.from)
		if n := timeLabels.before(s.c, sent.from, w.from); n > 0 {
			head := max(sent.from, w.from-n-14)
			if !notTheEvent.in(s.c, head, w.from-n) && !s.isLimit(w) && !(r.parentSays(w.from, notTheEvent) && w.from-n == sent.from) {
				return r.window(w, w, Sure)
			}
		}
	}
	for _, p := range r.parts {
		if p.title.len() == 0 || !timeWord.in(s.c, p.title.from, p.title.to) || notTheEvent.in(s.c, p.title.from, p.title.to) {
			continue
		}
		if w, ok := r.sectionWindow(p); ok {
			return w
		}
	}
	for _, w := range r.whens {
		if !r.inBody(w.from) || !r.isPeriod(w) || s.isLimit(w) {
			continue
		}
		sent := r.sentence(w.from)
		n := heldAt.before(s.c, sent.from, w.from)
		if n == 0 && !(w.isRange && w.from == sent.from) {
			continue
		}
		k, _ := heldVerbs.find(s.c, w.to, min(sent.to, w.to+60))
		if k < 0 || notTheEvent.in(s.c, sent.from, min(sent.to, k+12)) || r.handsIn(w.to, k) {
			continue
		}
		certainty := Sure
		if w.precision == toMonth || n == 0 {
			certainty = Doubtful
		}
		return r.window(w, w, certainty)
	}
	return Window{}
}

// isPeriod tells whether a time expression is exact enough for a window: to the day, or
// a range of months.
func (r *reader) isPeriod(w when) bool {
	return w.precision == toDay || w.precision == toMonth && w.isRange && w.end.day == 0 && w.start.month > 0
}

// parentSays tells whether the title of the part that holds i has one of the words.
func (r *reader) parentSays(i int, words *lexicon) bool {
	p := r.partAt(i)
	return p != nil && p.title.len() > 0 && words.in(r.s.c, p.title.from, p.title.to)
}

// sectionWindow takes the days of a section about time, all of them together. Stages of
// a contest (months, or duties with days) make no window.
func (r *reader) sectionWindow(p *part) (Window, bool) {
	var first, last when
	n := 0
	at := sort.Search(len(r.whens), func(k int) bool { return r.whens[k].from >= p.title.to })
	for _, w := range r.whens[at:] {
		if w.to > p.all.to {
			break
		}
		sent := r.sentence(w.from)
		if r.s.isLimit(w) || notTheEvent.in(r.s.c, sent.from, sent.to) {
			return Window{}, false
		}
		if !r.isPeriod(w) {
			continue
		}
		if n == 0 {
			first, last = w, w
		} else if w.precision == toMonth {
			return Window{}, false
		}
		if w.start.before(first.start) {
			first = w
		}
		if last.end.before(w.end) {
			last = w
		}
		n++
	}
	if n == 0 {
		return Window{}, false
	}
	certainty := Sure
	if n > 1 || first.precision == toMonth {
		certainty = Doubtful
	}
	return r.window(first, last, certainty), true
}

func (m moment) before(o moment) bool {
	if m.year > 0 && o.year > 0 && m.year != o.year {
		return m.year < o.year
	}
	if m.month != o.month {
		return m.month < o.month
	}
	return m.day < o.day
}

func (r *reader) window(first, last when, certainty Certainty) Window {
	start, ok1 := first.start.resolve(r.yearFor(first), false)
	endMoment := last.end
	if endMoment.year == 0 {
		endMoment.year = first.start.year
	}
	end, ok2 := endMoment.resolve(r.yearFor(last), true)
	if !ok1 || !ok2 {
		return Window{}
	}
	if end < start {
		certainty = Doubtful
		if m := endMoment; m.year == 0 || m.year == first.start.year { // 12月28日至1月3日
			m.year = r.yearFor(first) + 1
			if first.start.year > 0 {
				m.year = first.start.year + 1
			}
			if next, ok := m.resolve(0, true); ok {
				end = next
			}
		}
	}
	return Window{
		Start: Fact[Day]{start, r.s.span(first.from, first.to), certainty},
		End:   Fact[Day]{end, r.s.span(last.from, last.to), certainty},
	}
}

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
	themeUse  = lex("为主题 为活动主题 为主线 为宣传主题 的主题 为大赛主题")
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
	for end < limit && end-i < 60 && s.c[end] != '。' && s.c[end] != '；' && (end == i || !s.isLineEnd(end)) {
		end++
	}
	if end-i < 3 || end-i >= 60 || s.isLineEnd(i) && i > 0 && s.c[i-1] != '：' && r.partAt(i) == nil {
		return rng{}
	}
	return rng{i, end}
}

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
func (s *source) isThemeUse(i, to int) bool { return themeUse.at(s.c, i, to) > 0 }

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
		if k := themeUse.at(r.s.c, i, r.text.to); k > 0 {
			n++
			i += k
		}
	}
	return n
}

func (r *reader) themeText(t rng, certainty Certainty) Text {
	return Text{Value: r.s.value(t.from, t.to, true), Span: r.s.span(t.from, t.to), Certainty: certainty}
}
