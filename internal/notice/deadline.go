package notice

// limit is a stated time limit while the notice is read.
type limit struct {
	when  when
	due   Due
	sent  rng // the sentence that states it
	what  rng
	who   []phrase
	doubt bool
}

var (
	byWord = lex(`
		前 之前 以前 底前 止 截止 为止 下班前 下班之前 下班以前 中午前 （含）前 （含）之前 当天前 当日前 24时前
		结束前 午前`)
	untilWord = lex("截止时间 截止日期 截止 截稿时间 截稿日期 截 不迟 最迟 最晚 不晚 延长 延期 延 最后期限 时限")
	// What 前 does not make a time limit of: a status that had to exist by then, and words
	// that begin with 前 (前后, 前夕, 前期, 前往, 前三名).
	eligibility = lex(`
		已 正式 注册 出生 毕业 入学 取得 获得 获 参加工作 成立 登记注册 建成 竣工 在册 发表 公开发表 退休 有效
		年满 未满 入职 后 夕 期 往 来 五 三 二 任职 聘任 被 的 在职 投入 开工 投产 加入 具有 授权`)
	recurring = lex("每月 每年 每季 每周 每学期 每季度 每日 每年度 逐年 历年")
	arrival   = lex("报到 签到 到达 集合 入场 入座 到场 抵达 就座 到会 入住 退房 进场")
	// What a unit does for a time limit.
	dutyVerbs = lex(`
		报 送 交 发至 发到 发给 寄 反馈 完成 填 登记 致电 申请 缴 办理 领取 回复 回执 登录 确认 上传 投 推荐
		复核 摸底 发送 汇总 组织 制定 开展 落实 整改 结束 启动 推选 评审 公布 提供 录入 修改 审核 告知 联系 预约
		传 提出 提前 建立 形成 自查 总结 安排 做好 邮 注册 加入 答复 举办 召开 到位 备案 退回 领 购 印发 发布
		通过 发邮件 将 把`)
	handIn = lex(`
		报送 上报 报至 报给 提交 上交 交至 交到 交给 交回 递交 送至 送到 送交 送达 寄至 寄送 寄到 邮寄 发送 发至
		发到 反馈 返回 报名 填报 申报 投稿 缴费 汇总至 报备 传至 上传 推荐至`)
	handInTime = lex(`
		报名时间 申报时间 提交时间 征稿时间 投稿时间 征集时间 填报时间 上报时间 报送时间 缴费时间 收件时间
		受理时间 推荐时间 网上报名 材料报送 报名日期 报名起止时间 申报起止时间 材料提交时间 作品提交时间
		作品征集时间 网报时间 申报期限 报名期限 受理期限 网上填报 材料上报 作品报送 材料上报时间 交费时间
		交稿时间 送审时间 回执时间 集中受理 预报名时间 收稿时间 材料提交 作品提交 线上报名 接收时间 收取时间
		材料接收时间`)
	onDay = lex("于 务于 须于 应于 可于 在")
)

// isLimit tells whether a word for "by" follows; 止 behind a period only closes it.
func (s *source) isLimit(w when) bool {
	n := byWord.at(s.c, w.to, len(s.c))
	return n > 0 && !(w.isRange && n == 1 && s.c[w.to] == '止')
}

// readLimits finds the stated time limits of the region, in the order of the text. A
// limit is a day with a word for "by" (前, 截止…), the end of a hand-in period, or a day on
// which something is to be handed in.
func (r *reader) readLimits() []limit {
	s := r.s
	var all []limit
	for _, w := range r.whens {
		if !r.inBody(w.from) || w.precision == toMonth {
			continue
		}
		sent := r.sentence(w.from)
		if recurring.before(s.c, sent.from, w.from) > 0 {
			continue
		}
		l := limit{when: w, sent: sent}
		switch {
		case r.isBy(&l), r.isUntil(&l), r.isHandInPeriod(&l), r.isHandInDay(&l):
		default:
			continue
		}
		day, ok := w.end.resolve(r.yearFor(w), true)
		if !ok {
			continue
		}
		if w.end.year == 0 && r.sig.found {
			issued, _ := r.sig.day.resolve(0, true)
			if day < issued { // in December a limit in January means the next year
				l.doubt = true
				if next, ok := w.end.resolve(r.yearFor(w)+1, true); ok && r.sig.day.month-w.end.month >= 3 {
					day = next
				}
			}
		}
		l.due = Due{Day: day, Time: w.end.clock}
		l.what = r.limitWhat(l)
		l.who = r.limitWho(l)
		if n := len(all); n > 0 && all[n-1].due == l.due && all[n-1].sent == l.sent {
			continue
		}
		all = append(all, l)
	}
	return all
}

// isBy takes 8月31日前, 5月14日中午前, 2024年底前 with a duty in the sentence, or in the bracket
// behind a title.
func (r *reader) isBy(l *limit) bool {
	s, j := r.s, l.when.to
	if s.at(j) == '（' && s.at(j+1) == '含' {
		if k, _ := closeBracket.find(s.c, j, min(j+8, len(s.c))); k > 0 {
			j = k + 1
		}
	}
	if s.at(j) == '）' && s.at(l.when.from-1) == '（' && byWord.at(s.c, j+1, len(s.c)) > 0 { // 第一个工作日（6月12日）前
		j++
	}
	n := byWord.at(s.c, j, len(s.c))
	if n == 0 || j == l.when.to && !s.isLimit(l.when) {
		return false
	}
	after := j + n
	if s.c[after-1] == '午' {
		return false
	}
	if eligibility.at(s.c, after, l.sent.to) > 0 || isDigit(s.at(after)) || arrival.at(s.c, after, l.sent.to) > 0 {
		return false
	}
	if s.at(after) == '）' {
		return eligibility.at(s.c, after+1, l.sent.to) == 0
	}
	clause := s.clauseEnd(after, l.sent.to)
	if arrival.in(s.c, after, clause) && !r.handsIn(after, l.sent.to) {
		return false
	}
	return dutyVerbs.in(s.c, after, l.sent.to) || dutyVerbs.in(s.c, l.sent.from, l.when.from) ||
		duty.in(s.c, max(l.sent.from, l.when.from-40), l.when.from)
}

// Words that make an action with a day a duty.
var duty = lex("请 要 应 须 务必 必须 需")

var closeBracket = lex("）")

// handsIn tells whether something is handed in within [from, to): by a verb of it, or by
// 报 or 交 in front of an office (报省教育厅, 交人事科).
func (r *reader) handsIn(from, to int) bool { return r.handsInAt(from, to) >= 0 }

func (r *reader) handsInAt(from, to int) int {
	if k, _ := handIn.find(r.s.c, from, to); k >= 0 {
		return k
	}
	if office := r.recipient(rng{from, to}, to); office.len() > 0 {
		return office.from
	}
	return -1
}

// isUntil takes 征稿截止时间：9月15日 and 不迟于5月1日, but not the state of affairs 截至2020年底，已….
func (r *reader) isUntil(l *limit) bool {
	s := r.s
	at := l.when.from
	for at > l.sent.from && untilJoint.at(s.c, at-1, at) > 0 {
		at--
	}
	n := untilWord.before(s.c, l.sent.from, at)
	if n == 1 && s.c[at] != '至' {
		n = 0
	}
	if n == 0 {
		// "3.申报截止日期：9月4日": the word stands in the item's title.
		p := r.partAt(l.when.from)
		return p != nil && p.own.from == l.when.from && untilTitle.before(s.c, p.title.from, p.title.to) > 0
	}
	word := at - n
	if s.c[word] == '截' && !timeWordIn(s, word, l.when.from) && s.c[l.when.from-1] != '：' {
		rest := s.clauseEnd(l.when.to, l.sent.to)
		if stateOfAffairs.in(s.c, l.when.to, min(l.sent.to, rest+20)) {
			return false
		}
		return dutyVerbs.in(s.c, l.sent.from, l.sent.to) || l.sent.to-l.sent.from < 40
	}
	return true
}

// What stands between the word for a limit and its day: 截稿日期为：, 不迟于, 截止到.
var untilJoint = lex("为 是 ： 于 在 到 至")

var untilTitle = lex("截止时间 截止日期 截稿时间 截稿日期 截止 最后期限 申报期限 报名期限")

func timeWordIn(s *source, from, to int) bool { return timeWord.in(s.c, from, to) }

var stateOfAffairs = lex("已 全省 全国 全市 共有 累计 在校 共计 总数")

// isHandInPeriod takes the end of a period for handing in: 报名时间：3月1日至3月10日, or a
// bracket behind an item's title whose text hands something in.
func (r *reader) isHandInPeriod(l *limit) bool {
	s, w := r.s, l.when
	at := w.from
	for at > l.sent.from && (s.c[at-1] == '：' || s.c[at-1] == '为' || s.c[at-1] == '是' || s.c[at-1] == '从' || s.c[at-1] == '自') {
		at--
	}
	if handInTime.before(s.c, l.sent.from, at) > 0 && (w.isRange || at < w.from) {
		return true
	}
	open := fromNow.before(s.c, l.sent.from, w.from) > 0 // 即日起至5月10日
	if open && handInStage.in(s.c, l.sent.from, l.sent.to) {
		return true
	}
	if !w.isRange && !open {
		return false
	}
	if w.isRange && withinWord.at(s.c, w.to, l.sent.to) > 0 && pleaseWord.in(s.c, l.sent.from, w.from) &&
		!heldVerbs.in(s.c, w.to, s.clauseEnd(w.to+3, l.sent.to)) && handIn.in(s.c, w.to, l.sent.to) {
		return true // 请…于8月15日至9月28日期间，登录系统填报
	}
	p := r.partAt(w.from)
	if p == nil || p.mark.to == 0 {
		return false
	}
	switch {
	case w.from >= p.title.from && w.to <= p.title.to: // （一）报名阶段（5月1日至5月10日）
		return handInStage.in(s.c, p.title.from, p.title.to)
	case s.at(w.from-1) == '（' && s.at(w.to) == '）' && w.from-p.own.from <= 1:
		return handInStage.in(s.c, p.title.from, p.title.to) || handedIn.in(s.c, w.to, p.own.to)
	case w.from-p.own.from <= 4 && handInStage.in(s.c, p.title.from, p.title.to): // 1.报名时间。5月1日至5月10日
		return true
	}
	return false
}

var withinWord = lex("期间 之间 内")

var (
	fromNow = lex(`
		即日起至 即日至 即日起到 即日起— 自通知发布之日起至 自本通知发布之日起至 自通知下发之日起至
		自发布之日起至`)
	handInStage = lex("报名 申报 提交 投稿 征稿 报送 征集 上报 递交 填报 缴费 材料接收")
)

var handedIn = lex("上交 交至 提交 报送 上报 送交 发送至 报至 交到 送至")

// isHandInDay takes 请于3月14日将材料交至…: a day on which something is handed in.
func (r *reader) isHandInDay(l *limit) bool {
	s, w := r.s, l.when
	if w.precision != toDay || onDay.before(s.c, l.sent.from, w.from) == 0 || s.at(w.to) == '至' || s.at(w.to) == '起' || s.at(w.to) == '后' {
		return false
	}
	if w.isRange && w.end.clock == "" && !pleaseWord.in(s.c, max(l.sent.from, w.from-20), w.from) {
		return false
	}
	end := s.clauseEnd(w.to, l.sent.to)
	if heldVerbs.in(s.c, w.to, end) {
		return false
	}
	k, _ := handedIn.find(s.c, w.to, l.sent.to)
	if k < 0 {
		k = r.handsInAt(w.to, end)
	}
	return k >= 0 && (s.at(w.to) == '将' || s.at(w.to) == '把' || pleaseWord.in(s.c, max(l.sent.from, w.from-20), w.from))
}

var pleaseWord = lex("请 务必 须")

// clauseEnd is the next ，。；（ from i on, outside of brackets.
func (s *source) clauseEnd(i, to int) int {
	for ; i < to; i++ {
		switch s.c[i] {
		case '，', '。', '；', '！':
			return i
		}
	}
	return to
}

// plainEnd is the next punctuation or bracket from i on.
func (s *source) plainEnd(i, to int) int {
	for end := s.clauseEnd(i, to); i < end; i++ {
		if s.c[i] == '（' {
			return i
		}
	}
	return i
}

// whatRunes bounds what is quoted as the duty of a limit.
const whatRunes = 160

// limitWhat quotes the duty: from 将 on where the day opens the sentence; from the day on
// where it stands within it; the whole sentence where nothing but a verb follows.
func (r *reader) limitWhat(l limit) rng {
	s, sent := r.s, l.sent
	from, to := sent.from, trimStop(s, sent)
	w := l.when
	if s.at(w.from-1) == '（' && from >= w.from-1 { // the bracket behind a title, or at the head of an item
		p := r.partAt(w.from)
		if p != nil && p.own.from == w.from-1 {
			next := r.sentence(min(w.to+1, p.own.to-1))
			return r.cutWhat(rng{w.to + 1, trimStop(s, next)})
		}
	}
	p := r.partAt(w.from)
	if p != nil && p.own.from == w.from && untilTitle.before(s.c, p.title.from, p.title.to) > 0 {
		return r.cutWhat(rng{p.title.from, to})
	}
	if p != nil && p.title.len() > 0 && w.from >= p.title.from && w.to <= p.title.to {
		end := p.title.to
		if p.own.len() > 0 {
			first := r.sentence(p.own.from)
			end = min(trimStop(s, first), p.own.to)
		}
		return r.cutWhat(rng{p.title.from, max(end, p.title.to)})
	}
	start := w.from
	for start > from && onDay.before(s.c, from, start) > 0 {
		start--
	}
	if s.at(start-1) == '请' {
		start--
	}
	after := w.to + byWord.at(s.c, w.to, to)
	opens := start-from <= 2 && start >= from
	if opens && s.at(after) == '，' {
		if k := s.takes(after, to); k > 0 && r.handsIn(k, to) {
			return r.cutWhat(rng{k, to})
		}
		return r.cutWhat(rng{after + 1, to})
	}
	if s.at(after) == '，' {
		after++
	}
	if s.plainEnd(after, to)-after < 8 && s.takes(after, to) < 0 {
		return r.cutWhat(rng{from, to})
	}
	return r.cutWhat(rng{start, to})
}

var takeWord = lex("将 把")

// takes finds 将 or 把 in front of an object, -1 if there is none: 即将, 将于 and 把关 have none.
func (s *source) takes(from, to int) int {
	for i := from; i < to; i++ {
		if takeWord.at(s.c, i, to) == 0 {
			continue
		}
		prev, next := s.at(i-1), s.at(i+1)
		if prev != '即' && prev != '必' && next != '于' && next != '关' && next != '握' && next != '在' {
			return i
		}
	}
	return -1
}

func trimStop(s *source, r rng) int {
	to := r.to
	for to > r.from && (s.c[to-1] == '。' || s.c[to-1] == '；' || s.c[to-1] == '！') {
		to--
	}
	return to
}

func (r *reader) cutWhat(w rng) rng {
	if w.to < w.from {
		w.to = w.from
	}
	if w.len() <= whatRunes {
		return w
	}
	for i := w.from + whatRunes; i > w.from+whatRunes/2; i-- {
		if c := r.s.c[i]; c == '，' || c == '。' || c == '；' {
			return rng{w.from, i}
		}
	}
	return rng{w.from, w.from + whatRunes}
}

// limitWho names who owes it: in the sentence, else in the one before it in the item.
func (r *reader) limitWho(l limit) []phrase {
	if who := r.who(l.sent); len(who) > 0 {
		return who
	}
	p := r.partAt(l.when.from)
	prev := r.sentence(l.sent.from - 1)
	if p != nil && l.when.from < p.title.to && p.title.len() > 0 {
		prev = r.sentence(p.own.from)
		return r.who(prev)
	}
	if prev.len() == 0 || p != nil && prev.from < p.own.from {
		return nil
	}
	return r.who(prev)
}

// deadline makes the fact of a limit.
func (r *reader) deadline(l limit) Deadline {
	s := r.s
	d := Deadline{
		Due:  Fact[Due]{l.due, s.span(l.when.from, l.when.to), sureIf(!l.doubt)},
		What: s.text(l.what.from, l.what.to, Sure),
	}
	for _, p := range l.who {
		d.Who = append(d.Who, s.text(p.from, p.to, Sure))
	}
	return d
}
