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
	timeWord = lex("时间 日期")
)

// readWindow finds the period of the event: behind a label of time, in a section about
// time, or in a sentence that says when it is held.
func (r *reader) readWindow() Window {
	s := r.s
	for _, w := range r.whens {
		if !r.inBody(w.from) || !r.isPeriod(w) || s.isNoise(s.lineOf(w.from)) {
			continue
		}
		sent := r.sentence(w.from)
		if n := timeLabels.before(s.c, sent.from, w.from); n > 0 {
			if s.isTravel(w, sent.to) {
				if first, last, ok := r.daysBetween(sent); ok {
					return r.window(first, last, Doubtful)
				}
				continue
			}
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
		if takesPart.at(s.c, w.to, sent.to) > 0 {
			continue
		}
		if w.isRange && isEvent.at(s.c, w.to, sent.to) > 0 && eventNoun.in(s.c, w.to, min(w.to+30, s.clauseEnd(w.to, sent.to))) {
			return r.window(w, w, Sure) // 6月11日至17日是节能宣传周
		}
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

// Days on which people come and go, which are not the event's.
var comesOrGoes = lex("报到 全天报到 签到 全天签到 前报到 离会 返程 离店 撤离 疏散")

// isTravel tells whether people come or go on a day.
func (s *source) isTravel(w when, to int) bool {
	return comesOrGoes.at(s.c, w.to+dayPart.at(s.c, w.to, to), to) > 0
}

// hasTravel tells whether a sentence has a day on which people come or go.
func (r *reader) hasTravel(sent rng) bool {
	at := sort.Search(len(r.whens), func(k int) bool { return r.whens[k].from >= sent.from })
	for _, w := range r.whens[at:] {
		if w.to > sent.to {
			break
		}
		if r.s.isTravel(w, sent.to) {
			return true
		}
	}
	return false
}

// daysBetween takes the days of the event itself where a sentence says who comes when:
// 6月28日报到，6月29日至30日培训，7月1日离会.
func (r *reader) daysBetween(sent rng) (first, last when, ok bool) {
	s := r.s
	at := sort.Search(len(r.whens), func(k int) bool { return r.whens[k].from >= sent.from })
	for _, w := range r.whens[at:] {
		if w.to > sent.to {
			break
		}
		if !r.isPeriod(w) || w.precision != toDay || s.isLimit(w) || s.isTravel(w, sent.to) {
			continue
		}
		if !ok {
			first = w
		}
		last, ok = w, true
	}
	return first, last, ok
}

var (
	isEvent   = lex("是 为")
	eventNoun = lex("周 宣传月 活动月 月活动 安全月 科技节 文化节 艺术节")
)

// What one does at an event of others.
var takesPart = lex("参加 赴 前往 组织参加")

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
		if n == 0 && r.hasTravel(sent) {
			if first, last, ok := r.daysBetween(sent); ok {
				return r.window(first, last, Doubtful), true
			}
		}
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
