package notice

var (
	// Imperatives that open a sentence which names nobody: everybody addressed is meant.
	imperatives = lex(`
		组织 开展 加强 做好 制定 推动 落实 认真 积极 充分 严格 建立 强化 切实 大力 深入 广泛 完善 注重 要 务必
		应 须 及时 精心 按照要求 举办 报送 提交 遴选 请`)
	// Titles of parts that describe what is publicised, whom it is for, what can be won: no duties.
	descriptive = lex(`
		宣传内容 主题 奖励 奖项 对象 宗旨 意义 组织机构 举办单位 主办 承办 赛制 课程 授课 费用 目的 指导思想
		设备 计划内容`)
	optionalDo  = lex("可结合 可根据 可自行 可以 可参照 可适当 可自主 可视 鼓励")
	selection   = lex("遴选 评选 征集 推选 评优 选拔")
	ownDecision = lex("自主决定 自行决定 是否举办 是否开展 明确地方 确定地方 自主确定 自行确定 自行安排 自主安排")
	onRequest   = lex("协助配合 予以配合 积极配合采访 支持配合 配合做好 配合采访 提供便利")
	inWindow    = lex("活动周期间 宣传周期间 活动期间 宣传活动周期间 周期间")
	rolling     = lex("挖掘 随时报 及时报送 常态 日常 随时推荐 培育")
	askVerbs    = lex("报 送 交 寄 发 反馈 填 提供 上传")
	recipientAt = lex(`
		报送至 报送到 报送 上报至 上报 报至 报送我 交至 交到 提交至 提交到 提交给 发送至 发送到 发至 发到 反馈至
		反馈给 送至 送到 送交 寄至 寄送至 寄到 上交至 上交 报 交`)
)

// readObligations reads the clauses that oblige: in every sentence of the parts that are
// not descriptive, WHO要…, 请WHO…, a sentence of limits, an imperative. One sentence is one
// obligation; further verbs of the same people stay in it.
func (r *reader) readObligations(limits []limit) []Obligation {
	var all []Obligation
	next, covered := 0, 0
	for _, sent := range r.sents {
		var l *limit
		for next < len(limits) && limits[next].when.from < sent.to {
			if l == nil && limits[next].when.from >= sent.from {
				l = &limits[next]
			}
			next++
		}
		p := r.partAt(sent.from)
		if l == nil && sent.from < covered {
			continue // told with the limit in the title above it
		}
		if l != nil {
			covered = l.what.to
		}
		if l == nil && (p == nil && len(r.parts) > 0 || r.isDescriptive(p) && !r.offers(sent) && !r.charges(p, sent)) {
			continue
		}
		if p != nil && p.title.len() > 0 && sent.from < p.title.to && l == nil {
			continue
		}
		if o, ok := r.obligation(sent, p, l); ok {
			all = append(all, o)
		}
	}
	return all
}

// isDescriptive tells whether a part, or one above it, describes rather than obliges.
func (r *reader) isDescriptive(p *part) bool {
	if p == nil {
		return false
	}
	up := r.topPart(p.all.from)
	return up != nil && descriptive.in(r.s.c, up.title.from, up.title.to)
}

// offers tells whether a sentence of a descriptive part still leaves somebody a choice:
// 各地可结合…明确地方宣传主题.
func (r *reader) offers(sent rng) bool {
	return optionalDo.in(r.s.c, sent.from, sent.to) && ownDecision.in(r.s.c, sent.from, sent.to)
}

// charges tells whether a sentence about who organises the event also charges somebody: 各县、
// 各有关部门要….
func (r *reader) charges(p *part, sent rng) bool {
	up := r.topPart(p.all.from)
	if up == nil || !organisers.in(r.s.c, up.title.from, up.title.to) {
		return false
	}
	who, at, _ := r.whoModal(sent)
	return at >= 0 && len(who) > 0 && r.s.c[who[0].from] == '各'
}

var organisers = lex("组织机构 举办单位 主办 承办")

func (r *reader) obligation(sent rng, p *part, l *limit) (Obligation, bool) {
	s := r.s
	end := trimStop(s, sent)
	if end-sent.from < 4 {
		return Obligation{}, false
	}
	who, asked := r.whoAsked(sent)
	duty, doubt, optional := asked >= 0, false, false
	what := rng{sent.from, end}
	if !duty {
		var at int
		if who, at, optional = r.whoModal(sent); at >= 0 {
			duty = true
			if k := lastComma(s, sent.from, at); k > sent.from && (optional || inWindow.in(s.c, sent.from, k)) {
				what.from = k
			}
		}
	} else if asked > sent.from {
		what.from = s.pleaseBefore(asked, sent.from)
	}
	if n := encouraged.at(s.c, sent.from, end); !duty && n > 0 { // 鼓励各校开设线上展厅
		if to := r.agentEnd(sent.from+n, s.clauseEnd(sent.from, end)); to > 0 {
			who = r.phrases(rng{sent.from + n, to})
		}
		duty, optional = true, true
	}
	if !duty {
		if who = r.whoStarts(sent); len(who) > 0 && diligence.in(s.c, sent.from, end) {
			duty = true
		} else if p != nil && imperatives.at(s.c, sent.from, end) > 0 && r.isOrder(p) {
			duty, doubt = true, r.methodPart(p) == nil
		}
	}
	if l != nil {
		duty = true
		what = l.what
		if len(l.who) > 0 {
			who = l.who
		}
	}
	if !duty {
		return Obligation{}, false
	}
	o := Obligation{
		Who: []Phrase{}, What: s.value(what.from, what.to, false), WhatSpan: s.span(what.from, what.to), Timing: TimingOpen,
		Span: s.span(sent.from, end), Required: true, Certainty: sureIf(!doubt),
	}
	for _, f := range who {
		o.Who = append(o.Who, r.full(f))
	}
	if p != nil {
		o.Clause = p.clause
	}
	r.discharge(&o, sent, p, optional)
	if l != nil {
		if o.Discharge == ByEvidence && r.handsIn(l.what.from, l.what.to) {
			o.Discharge = ByFiling // the sentence also tells of things to hold
		}
		if len(o.Kinds) == 0 && o.Discharge == ByEvidence && !holding.in(s.c, sent.from, end) {
			o.Discharge = ByFiling
		}
		o.Due, o.DueSpan, o.Timing = l.due, s.span(l.when.from, l.when.to), TimingDue
		if l.doubt {
			o.Certainty = Doubtful
		}
	}
	if to := r.recipient(sent, end); to.len() > 0 {
		o.To, o.ToSpan = s.value(to.from, to.to, false), s.span(to.from, to.to)
	}
	return o, true
}

var encouraged = lex("鼓励 支持 倡导 提倡")

// What is done rather than handed in.
var holding = lex("举办 开展 举行 组织 召开 完成 排查 建设 整治 开放 登记")

// Adverbs of duty in a sentence without a modal: 各单位…主动挖掘.
var diligence = lex("主动 积极 认真 严格 负责 汇总 报送 上报 落实 将")

func lastComma(s *source, from, to int) int {
	for i := to; i > from; i-- {
		if s.c[i-1] == '，' {
			return i
		}
	}
	return from
}

func (s *source) pleaseBefore(i, from int) int {
	for k := i; k > from; k-- {
		if s.c[k-1] == '请' {
			return k - 1
		}
	}
	return from
}

// isOrder tells whether a part gives orders: requirements, ways, measures.
func (r *reader) isOrder(p *part) bool {
	up := r.topPart(p.all.from)
	return up != nil && orders.in(r.s.c, up.title.from, up.title.to)
}

var orders = lex("要求 方式 措施 任务 步骤 活动 实施 工作 安排 程序 保障 落实")

// discharge settles how the obligation is fulfilled, whether it is owed, and when it falls.
func (r *reader) discharge(o *Obligation, sent rng, p *part, optional bool) {
	s := r.s
	found := hintsIn(s, sent)
	for _, h := range found {
		o.Kinds = append(o.Kinds, h.kind)
	}
	title := rng{}
	if p != nil {
		title = p.title
	}
	switch {
	case ownDecision.in(s.c, sent.from, sent.to):
		o.Discharge = ByDecision
	case len(found) > 0:
		o.Discharge = found[0].discharge
	case askVerbs.in(s.c, sent.from, sent.to) && r.handsIn(sent.from, sent.to):
		o.Discharge = ByFiling
	default:
		o.Discharge = ByEvidence
	}
	if optional || optionalDo.in(s.c, sent.from, sent.to) {
		o.Required = false
	}
	if o.Discharge == ByFiling && selection.in(s.c, title.from, title.to) && r.handsIn(sent.from, sent.to) {
		o.Required = false // a call for entries obliges nobody to have one
	}
	switch {
	case onRequest.in(s.c, sent.from, sent.to):
		o.Timing = TimingOnRequest
	case rolling.in(s.c, sent.from, sent.to) && o.Discharge == ByFiling:
		o.Timing = TimingRolling
	case inWindow.in(s.c, sent.from, sent.to) || r.methodPart(p) != nil:
		o.Timing = TimingWindow
	}
}

// recipient reads to whom it is handed in: 报送省教育厅职成处.
func (r *reader) recipient(sent rng, end int) rng {
	s := r.s
	for i := sent.from; i < end; i++ {
		n := recipientAt.at(s.c, i, end)
		if n == 0 || n == 1 && (notReporting.at(s.c, i+1, end) > 0 || reportTail.before(s.c, sent.from, i) > 0) {
			continue
		}
		from := i + n
		to := from
		for to < end && to-from < 40 && (isHan(s.c[to]) || s.c[to] == '“' || s.c[to] == '”') {
			to++
		}
		if s.at(to) == '（' && to > from {
			for to > from && s.c[to-1] == '邮' {
				to--
			}
		}
		for to > from && organEnds.before(s.c, from, to) == 0 && mailbox.before(s.c, from, to) == 0 {
			to--
		}
		if to-from >= 2 && s.c[from] != '的' {
			return rng{from, to}
		}
		i += n - 1
	}
	return rng{}
}

// Words with 报 that hand nothing in: 报道, 填报系统.
var (
	notReporting = lex(`
		道 告 名 刊 纸 表 备 社 考 到 销 酬 经 请 栏 亭 流 通 易 换 付 接 往 叉 融 警 代 响 给 电子 纸质 一份
		材料`)
	reportTail = lex("填 申 汇 通 简 日 墙 海 情 电 预 举 晚 早 画 板 青年 提 移 成 外 社 公 转 递")
	mailbox    = lex("邮箱 信箱")
)
