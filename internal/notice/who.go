package notice

// phrase is a name in a sentence, and what the list that it stands in shares with it.
type phrase struct {
	rng
	place rng // 各地 in 各地教育、宣传等部门
	noun  rng // 部门
}

var (
	modal = lex("要 应 应当 必须 须 需 务必 可 可以 负责 牵头")
	// Words that contain a modal's character without being one.
	noModal = lex(`
		主要 重要 需要 要求 必要 摘要 纲要 简要 只要 首要 概要 要素 要点 要闻 提要 要道 要位 反应 相应 适应 应用
		应急 响应 应对 供应 应届 应聘 不可 可能 可持续 许可 认可 可靠 可行 可穿戴 必需 所需 急需 需求 负责人
		要害 紧要 要件 对应 效应 皆可 可视 可爱 机要 无须`)
	// Where the predicate begins behind 请WHO.
	predicates = lex(`
		将 于 在 按 结合 积极 认真 及时 务必 根据 尽快 填写 自主 自行 配合 协助 准备 参加 做好 组织 提交 报送 以
		对 通过 从 严格 高度 提前 登录 关注 安排 推荐 围绕 参照 遵照 抓好 加强 并 尽早 统一 主动 明确 注意 抓紧
		切实 指定 先 仔细 妥善 汇总 上报 申报 转发 落实 扫描 联系 下载 广泛 依据 填报 携带 如实 随时 继续 贯彻
		充分 协调 予以 把 深入 确定 派 选派 致电 报名 支持 动员 发动 开展 制定 完成 凭 仍 自 点击 到 至 不要
		据此 各自 提供 督促 选择 预约 学习 阅读 核对 与 互相 精心 依照 选送 遴选 发送 上传 共同`)
	// What somebody is called: words that a name of obliged people ends in.
	peopleEnds = lex(`
		单位 部门 局 厅 委 处 科 院校 学校 高校 学院 校 媒体 机构 组织 企业 公司 协会 会 社 团委 工会 各地 地区
		地方 市州 市 县 省 同学 老师 教师 学生 人员 个人 专家 发明人 作者 申报者 申请人 负责人 者 中心 所 站 办
		党委 支部 总支 集体 班级 主任 运营商 政府 园 馆 院 部 室 系 州 区 方 学员 代表 选手 团队 队 成员 社会
		各级 党组 学联 科协 国资委 家长 师生 集团 （部） （体）局 （局） （教委） （中心） （所） （系） （院）
		（区） （单位） （区、市） （自治区、直辖市） 工作者 监护人 主管部门 行业`)
	leadIns = lex(`
		活动周期间 活动期间 宣传周期间 其中 同时 此外 另外 因此 要求 希望 期间 届时 原则上 活动周期间要 每年
		宣传活动周期间`)
	// 和 inside the name of one office.
	wholeNames = lex(`
		工业和信息化 工业和信息 人力资源和社会保障 人力资源与社会保障 卫生和计划生育 发展和改革 住房和城乡建设
		文化和旅游 自然资源和规划 规划和自然资源 职业教育与成人教育 职业教育和成人教育 教育和体育 教育与体育
		新闻出版和广播电视 科学和技术 网络安全和信息化 劳动和社会保障 经济和信息化 城市建设和管理
		农业和农村 民族和宗教 就业和社会保障 改革和发展`)
	starters = lex("各 全 有关 相关 市州 省 市 县 区 职业院校 高校 学校")
	adverbs  = lex(`
		在 主动 积极 认真 严格 按照 结合 根据 加强 统一 负责 将 汇总 组织 自行 开展 对 要 进行 提交 报送 填写
		公布 参照 做好 落实 应 须 于 下载 完成 通过 推荐 确定 指定 从 及时 把 需 可 以`)
	withWord = lex("和 会同 联合 与 同")
	together = lex("一起 共同 一道 联合")
)

// who names the people that a sentence obliges: 请WHO…, 由WHO…, WHO要…, WHO将….
func (r *reader) who(sent rng) []phrase {
	s := r.s
	if who, _ := r.whoAsked(sent); len(who) > 0 {
		return who
	}
	if i, _ := byAgent.find(s.c, sent.from, sent.to); i >= 0 && (i == sent.from || !isHan(s.c[i-1]) || s.c[i-1] == '中' || s.c[i-1] == '作' || agentAfter.before(s.c, sent.from, i) > 0) {
		if to := r.agentEnd(i+1, min(sent.to, i+40)); to > 0 {
			if p := r.phrases(rng{i + 1, to}); len(p) > 0 {
				if k, n := organising.find(s.c, to, min(sent.to, to+12)); k >= 0 { // 由甲牵头，组织乙对…
					if e, _ := agentObject.find(s.c, k+n, min(sent.to, k+n+30)); e > 0 {
						p = append(p, r.phrases(rng{k + n, e})...)
					}
				}
				return p
			}
		}
	}
	if who, _, _ := r.whoModal(sent); len(who) > 0 {
		return who
	}
	return r.whoStarts(sent)
}

var (
	byAgent    = lex("由")
	agentVerbs = lex(`
		牵头 负责 于 统一 会同 组织 在 进行 汇总 自行 按 将 填 报 根据 召开 推荐 审核 协调 具体 审定 对 确定
		登记 完成 承担 提供 选派 直接 开设 开展 举办 积极 参与 结合 利用 通过 参加 建立 设立 申报 把 采取`)
	agentAfter  = lex("记录 材料 工作 计划 名单")
	organising  = lex("组织 会同")
	agentObject = lex("对 开展 进行 倒排 摸 做 完成")
)

// agentEnd is where the name behind 由 ends: in front of a verb, behind what names end in.
func (r *reader) agentEnd(from, to int) int {
	for i := from + 2; i < to; i++ {
		if agentVerbs.at(r.s.c, i, to) > 0 && r.s.endsPeople(from, i) {
			return i
		}
	}
	return -1
}

// whoAsked reads 请WHO; end is where the predicate begins, -1 without 请.
func (r *reader) whoAsked(sent rng) (who []phrase, end int) {
	s := r.s
	i := sent.from
	for ; i < sent.to; i++ {
		if s.c[i] == '请' && s.at(i+1) != '示' && !(i > sent.from && (s.c[i-1] == '申' || s.c[i-1] == '邀' || s.c[i-1] == '提' || s.c[i-1] == '聘' || s.c[i-1] == '报')) {
			break
		}
	}
	if i >= sent.to {
		return nil, -1
	}
	from := i + 1
	if informs.at(s.c, from, sent.to) > 0 {
		return nil, -1
	}
	if described.at(s.c, from, sent.to) > 0 { // 请有意参加…的同学填写
		clause := s.clauseEnd(from, sent.to)
		for k := from; k < clause && k < from+45; k++ {
			if s.c[k] != '的' {
				continue
			}
			for e := k + 2; e <= clause && e < k+12; e++ {
				if peopleEnds.before(s.c, k+1, e) > 0 && (e == clause || predicates.at(s.c, e, sent.to) > 0 || s.c[e] == '务') {
					return []phrase{{rng: rng{from, e}}}, e
				}
			}
		}
	}
	limit := min(s.clauseEnd(from, sent.to), from+60)
	for k := from; k < limit; k++ {
		if n := wholeNames.at(s.c, k, limit); n > 0 {
			k += n - 1
			continue
		}
		if predicates.at(s.c, k, limit) > 0 && !(k > from && s.c[k] == '与') {
			if k == from {
				if informs.at(s.c, k, limit) > 0 {
					return nil, -1
				}
				return r.whoAhead(sent, i), k
			}
			return r.phrases(rng{from, k}), k
		}
		if isDigit(s.c[k]) {
			return nil, k
		}
	}
	return nil, from
}

// whoAhead reads the names in front of 请: 各市教育局请于5月20日前….
func (r *reader) whoAhead(sent rng, please int) []phrase {
	start := please
	for start > sent.from && r.s.c[start-1] != '，' && r.s.c[start-1] != '：' && please-start < 60 {
		start--
	}
	if starters.at(r.s.c, start, please) == 0 {
		return nil
	}
	return r.phrases(rng{start, please})
}

// What is asked of a reader, not of a unit: 请详见附件, 请致电.
var informs = lex("详见 见 致电 联系 及时联系 咨询 参见 关注 注意 查阅 参阅 与 点击 扫描 登录 各位考生注意")

var described = lex("有意 需要 需 拟 符合 参加 首次 报名 已 未 自愿 愿意 尚未 具备 获 申报 凡 报考")

// whoModal reads WHO要: names from the clause's start to the modal. optional is true for 可.
func (r *reader) whoModal(sent rng) (who []phrase, at int, optional bool) {
	s := r.s
	start := sent.from
	for i := sent.from; i < sent.to; i++ {
		switch s.c[i] {
		case '，', '：', '。':
			start = i + 1
			continue
		case '由': // 原则上由各省自行…
			if i-start < 24 {
				start = i + 1
			}
			continue
		case '（':
			if e, _ := closeBracket.find(s.c, i, min(sent.to, i+16)); e > 0 && !modal.in(s.c, i, e) {
				i = e
			} else {
				start = i + 1
			}
			continue
		case '《', '“':
			if to := s.closingAny(i, sent.to); to > i {
				i = to
			}
			continue
		}
		if n := s.nonModalAt(i, sent); n > 0 {
			i += n - 1
			continue
		}
		n := modal.at(s.c, i, sent.to)
		if n == 0 || i == start || i-start > 140 || (s.c[i] == '应' && s.c[i-1] == '相') || s.c[i-1] == '不' {
			continue
		}
		who := r.phrases(rng{start + leadIns.at(s.c, start, i), i})
		if len(who) == 0 {
			continue
		}
		if k := withWord.at(s.c, i+n, sent.to); k > 0 { // 工会要和教育部门一起…
			if e, _ := together.find(s.c, i+n+k, min(s.clauseEnd(i+n, sent.to), i+n+60)); e > 0 {
				who = append(who, r.phrases(rng{i + n + k, e})...)
			}
		}
		return who, i, s.c[i] == '可'
	}
	return nil, -1, false
}

// nonModalAt gives the length of a word at c[i] or around it that only looks like a modal.
func (s *source) nonModalAt(i int, sent rng) int {
	if n := noModal.at(s.c, i, sent.to); n > 0 {
		return n
	}
	return wholeNames.at(s.c, i, sent.to)
}

func (s *source) closingAny(i, to int) int {
	if s.c[i] == '《' {
		for j := i + 1; j < to && j < i+80; j++ {
			if s.c[j] == '》' {
				return j
			}
		}
		return -1
	}
	return s.closing(i, to)
}

// whoStarts reads a sentence that names its people first: 各地、各单位在做好…的同时，主动….
func (r *reader) whoStarts(sent rng) []phrase {
	s := r.s
	from := sent.from
	if s.at(from) == '（' { // （3月1日—11日）各项目负责人下载…
		if e, _ := closeBracket.find(s.c, from, min(sent.to, from+40)); e > 0 {
			from = e + 1
		}
	}
	for from < sent.to && (s.c[from] == '，' || s.c[from] == '）') {
		from++
	}
	if w, ok := s.whenAt(from); ok { // 6月9日前，各省汇总…
		from = w.to + byWord.at(s.c, w.to, sent.to)
		if s.at(from) == '，' {
			from++
		}
	}
	if starters.at(s.c, from, sent.to) == 0 {
		return nil
	}
	limit := min(s.clauseEnd(from, sent.to), from+80)
	for k := from + 1; k < limit; k++ {
		if n := wholeNames.at(s.c, k, limit); n > 0 {
			k += n - 1
			continue
		}
		if s.c[k] == '由' {
			from = k + 1
			continue
		}
		if adverbs.at(s.c, k, limit) > 0 {
			if s.endsPeople(from, k) {
				return r.phrases(rng{from, k})
			}
			if modal.at(s.c, k, limit) > 0 || s.c[k] == '将' {
				return nil
			}
		}
		if s.c[k] == '（' {
			if e, _ := closeBracket.find(s.c, k, min(k+16, limit)); e > 0 {
				k = e
			}
		}
	}
	return nil
}

// endsPeople tells whether [from, to) ends as names of people do, maybe with a bracket
// behind it: 市委文明办（创城办）.
func (s *source) endsPeople(from, to int) bool {
	if to <= from {
		return false
	}
	if peopleEnds.before(s.c, from, to) > 0 {
		return true
	}
	if s.c[to-1] == '）' {
		for k := to - 1; k > from && to-k < 20; k-- {
			if s.c[k] == '（' {
				return peopleEnds.before(s.c, from, k) > 0
			}
		}
	}
	return false
}

// phrases splits a list of names at 、 和 与 及, drops 等, and spreads the place and the noun
// that the list shares. It gives nil for what is no list of people.
func (r *reader) phrases(list rng) []phrase {
	s := r.s
	for list.len() > 0 && (s.c[list.from] == '，' || s.c[list.from] == '）') {
		list.from++
	}
	if list.len() < 2 || list.len() > 140 {
		return nil
	}
	var out []phrase
	depth, start := 0, list.from
	cut := func(end, next int) {
		if end > start {
			out = append(out, phrase{rng: rng{start, end}})
		}
		start = next
	}
	var noun rng
	for i := list.from; i < list.to; i++ {
		if n := wholeNames.at(s.c, i, list.to); n > 0 {
			i += n - 1
			continue
		}
		switch s.c[i] {
		case '（':
			depth++
		case '）':
			depth--
		case '、':
			if depth <= 0 && (s.at(i+1) == '各' || !s.isPlace(start, i)) {
				cut(i, i+1)
			}
		case '和', '与', '及':
			if depth <= 0 && i > start+1 && i+1 < list.to && s.at(i-1) != '以' {
				cut(i, i+1)
			} else if s.c[i] == '及' && s.at(i-1) == '以' && i > start+2 && depth <= 0 {
				cut(i-1, i+1)
			}
		case '各': // 各地各高校
			if depth <= 0 && i > start+1 && s.c[start] == '各' && (s.endsPeople(start, i) || sharedPlace.at(s.c, start, i) == i-start) {
				cut(i, i)
			}
		case '等':
			if depth <= 0 && i > start+1 && (i+1 == list.to || groupNoun.at(s.c, i+1, list.to) == list.to-i-1) {
				cut(i, list.to)
				noun = rng{i + 1, list.to}
				i = list.to
			}
		}
	}
	cut(list.to, list.to)
	if len(out) == 0 || !s.endsPeople(list.from, list.to) && noun.len() == 0 {
		return nil
	}
	r.spread(out, noun)
	return out
}

var groupNoun = lex("部门 单位 部门单位 有关部门 相关部门 各部门 相关单位 机构 组织")

// spread finds what a list shares: a place at the head of the first name (各地教育、宣传),
// and a noun behind 等 or at the end of a name whose neighbours lack one (教育、宣传、人力资源和
// 社会保障部门).
func (r *reader) spread(list []phrase, noun rng) {
	s := r.s
	if n := sharedPlace.at(s.c, list[0].from, list[0].to); n > 0 && n < list[0].len() && len(list) > 1 {
		for k := 1; k < len(list); k++ {
			if sharedPlace.at(s.c, list[k].from, list[k].to) == 0 && ownPlace.before(s.c, list[k].from, list[k].to) == 0 && starters.at(s.c, list[k].from, list[k].to) == 0 {
				list[k].place = rng{list[0].from, list[0].from + n}
			}
		}
	}
	for k := len(list) - 1; k >= 0; k-- {
		p := &list[k]
		if n := groupNoun.before(s.c, p.from, p.to); n > 0 && n < p.len() {
			noun = rng{p.to - n, p.to}
			continue
		}
		if peopleEnds.before(s.c, p.from, p.to) > 0 {
			if noun.len() > 0 && noun.from >= p.to && s.at(noun.from-1) != '等' {
				noun = rng{}
			}
			continue
		}
		if s.c[p.from] == '各' && noun.len() > 0 && noun.from > p.to && contains(s.c[p.to:noun.from], '各') {
			continue // 各村、各单位 share nothing
		}
		p.noun = noun
	}
}

// Bodies that belong to no region's offices: 各市州团委及技师学院.
var ownPlace = lex("学院 学校 院校 高校 大学 媒体 企业 公司 机构")

var sharedPlace = lex("各地 各市州 各市 各县 各省 各州 市州 全省各级 各级 各地区 各县区 各区县")

// full spells a phrase out with what its list shares.
func (r *reader) full(p phrase) Phrase {
	s := r.s
	v := s.value(p.from, p.to, false)
	return Phrase{Value: v, Full: s.value(p.place.from, p.place.to, false) + v + s.value(p.noun.from, p.noun.to, false), Span: s.span(p.from, p.to)}
}
