package notice

import "strings"

// part is a section while it is being built: places of the compact view.
type part struct {
	mark     mark
	all      rng // mark to the end of its last child
	title    rng // empty for a paragraph without a title
	own      rng // the text below the title, without children
	sure     bool
	clause   string
	label    string
	children []*part
}

// readParts builds the tree of the numbered parts of [from, to).
func (s *source) readParts(from, to int, paras []rng) []*part {
	marks := s.findMarks(from, to)
	var roots, open []*part
	para := 0
	for k, m := range marks {
		end := to
		if k+1 < len(marks) {
			end = marks[k+1].from
		}
		for para+1 < len(paras) && paras[para+1].from <= m.from {
			para++
		}
		paraEnd := end
		if para < len(paras) {
			paraEnd = min(end, paras[para].to)
		}
		p := &part{mark: m, all: rng{m.from, end}, label: s.markLabel(m), sure: true}
		leaf := k+1 == len(marks) || marks[k+1].style <= m.style
		p.title, p.own.from, p.sure = s.partTitle(m, paraEnd, end, leaf)
		p.own.to = end
		for len(open) > 0 && open[len(open)-1].mark.style >= m.style {
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			roots = append(roots, p)
			p.clause = p.label
		} else {
			up := open[len(open)-1]
			up.children = append(up.children, p)
			p.clause = up.clause + "." + p.label
		}
		for _, o := range open {
			o.all.to = end
		}
		open = append(open, p)
	}
	return roots
}

// markLabel gives the number of a mark without its punctuation: 四, （一）, 5, （2）, ①.
func (s *source) markLabel(m mark) string {
	label := string(s.c[m.from:m.to])
	if m.style == styleHan || m.style == styleArabic {
		return strings.TrimRight(label, "、.，·。")
	}
	return label
}

// Titles of real notices are shorter; beyond that it is a paragraph.
const (
	titleRunes      = 45 // on a line of its own
	titleIntroRunes = 30 // in front of a full stop
	titleLabelRunes = 18 // in front of a colon
)

// partTitle tells the title behind a mark from a paragraph without one. The title is a
// line of its own, or what stands in front of the first full stop or colon; where line
// breaks are lost it ends at the next mark or with a noun that titles end in.
//
// A sentence that is all a part has is its text: leaf is true for a part without children.
func (s *source) partTitle(m mark, paraEnd, end int, leaf bool) (title rng, body int, sure bool) {
	from := m.to
	stop, comma := paraEnd, -1
	quoted := 0
	for i := from; i < paraEnd && i < from+80; i++ {
		switch s.c[i] {
		case '《', '“', '（':
			quoted++
		case '》', '”', '）':
			quoted--
		case '。', '：', '；', '！', '？':
			if quoted <= 0 && !(s.c[i] == '：' && isDigit(s.at(i-1)) && isDigit(s.at(i+1))) {
				stop = i
			}
		case '，':
			if comma < 0 && quoted <= 0 {
				comma = i
			}
		}
		if stop < paraEnd {
			break
		}
	}
	size := stop - from
	joined := s.isJoined(from)
	if k := s.innerCount(from, min(stop, from+titleRunes), m.style); joined && k > 0 {
		return rng{from, k}, k, false
	}
	switch {
	case size == 0:
		return rng{}, from, true
	case joined && m.style <= styleHan && s.themeTitle(from, stop) > 0:
		k := s.themeTitle(from, stop)
		return rng{from, k}, k, false
	case stop == paraEnd: // no end mark within the paragraph
		if k := s.gluedTitle(from, stop); joined && m.style <= styleHan && k > 0 && k < stop {
			// 活动时间4月19日—5月31日, 会议地点某某市, 主办单位某某厅某某局
			if _, ok := s.whenAt(k); ok || factLabels.before(s.c, from, k) > 0 || s.organs(k, stop) != nil {
				return rng{from, k}, k, false
			}
		}
		if size <= titleRunes && (paraEnd == end || s.isLineEnd(paraEnd)) && !(comma > 0 && size > titleIntroRunes) {
			return rng{from, stop}, stop, !joined
		}
		if !joined && paraEnd-from <= titleRunes*2 && m.style <= styleHan && comma < 0 {
			return rng{from, paraEnd}, paraEnd, false
		}
	case s.c[stop] == '：':
		if comma < 0 && size <= titleLabelRunes || stop+1 == paraEnd && size <= titleRunes && comma < 0 {
			if _, listed := s.markAt(stop + 1); m.style <= styleHan && joined && (!listed || listIntro.in(s.c, from, stop)) {
				if k := s.gluedTitle(from, stop); k > 0 {
					return rng{from, k}, k, false
				}
			}
			return rng{from, stop}, stop + 1, true
		}
	case s.c[stop] == '。' && leaf && (stop+1 >= end || closings.at(s.c, stop+1, end) > 0):
		if !joined || m.style > styleHan {
			return rng{}, from, true
		}
	case s.c[stop] == '。':
		if size <= titleIntroRunes && (comma < 0 || size <= 20 && (m.style <= styleHan || m.style == styleHanPar && comma-from == stop-comma-1)) && !s.isSentence(from, stop, m.style) {
			if joined && m.style <= styleHan {
				if k := s.gluedTitle(from, stop); k > 0 && stop+1 < end {
					return rng{from, k}, k, false
				}
			}
			return rng{from, stop}, stop + 1, true
		}
	}
	if m.style <= styleHanPar {
		if k := s.gluedTitle(from, min(stop, from+60)); k > 0 && (joined || s.gaps[min(k, len(s.c)-1)] > gapNone || m.style <= styleHan && textStart.at(s.c, k, end) > 0) {
			return rng{from, k}, k, false
		}
	}
	return rng{}, from, true
}

// innerCount is where a count of a lower level begins within a title's line that lost its
// breaks, 申报条件|1）已立项…|2）; 0 if none does.
func (s *source) innerCount(from, to int, style markStyle) int {
	for i := from + 2; i < to; i++ {
		if m, ok := s.markAt(i); ok && m.number == 1 && m.style == styleArabicPar && m.style > style && s.c[i] != '（' && isHan(s.c[i-1]) && notCount.before(s.c, from, i) == 0 {
			return i
		}
	}
	return 0
}

var notCount = lex("附件 附表 第 图 见表")

// themeTitle finds the end of a title such as 活动主题 that the slogan is glued to; 0 if
// there is none.
func (s *source) themeTitle(from, to int) int {
	for i := from; i < to && i < from+4; i++ {
		if themeWord.at(s.c, i, to) > 0 && to-i > 6 && joint.at(s.c, i+2, to) == 0 && titleMore.at(s.c, i+2, to) == 0 && s.c[i+2] != '为' {
			return i + 2
		}
	}
	return 0
}

// isSentence tells whether a short text in front of a full stop is a duty or a statement
// rather than a title.
func (s *source) isSentence(from, to int, style markStyle) bool {
	if style <= styleHan {
		return s.c[from] == '请' || s.c[from] == '各' && modal.in(s.c, from, to) || refers.in(s.c, from+2, to)
	}
	for i := from + 2; i < to; i++ { // 中等职业学校要在校内开展竞赛
		if (s.c[i] == '要' || s.c[i] == '应') && noModal.at(s.c, i-1, to) == 0 && noModal.at(s.c, i, to) == 0 && peopleEnds.before(s.c, from, i) > 0 {
			return true
		}
	}
	return s.c[from] == '请' || titleVerb.in(s.c, from, to) || s.c[from] == '各' && to-from > 12
}

// What points to rules elsewhere instead of heading a text.
var refers = lex("参照 详见")

var titleVerb = lex("应当 必须 不得 可以 以内 不超过 为主 为准")

// What titles of the first levels end in. A noun of this list that stands in front of
// the first comma of a text without line breaks closes the title.
var titleNouns = lex(`
	目标 要求 对象 内容 形式 主题 流程 时间 安排 方式 职责 实施 原则 条件 程序 范围 标准 主体 学分 认定 事项
	步骤 措施 任务 意义 机构 领导 保障 地点 办法 说明 组织 宗旨 背景 目的 思想 重点 资格 奖项 奖励 经费 费用
	名额 材料 单位 日程 联系人 要点 方法 途径 纪律 管理 监督 分工 评审 评选 设置 验收 考核 规则 赛制 格式
	期限 依据 概况 简介 体系 机制 议程 人员 类别 主办单位 承办单位 周期 数量 渠道 日期 课程 教师 协调 统筹
	力度 氛围 认识 落实 检查 宣传 总结 培训 服务 建设 组委会 体裁 评奖 方向 评比`)

// gluedTitle finds where a title ends that runs into its text: at the earliest place
// where a title noun ends, unless the title goes on (和, 、, another noun).
func (s *source) gluedTitle(from, to int) int {
	if n := shortTitles.at(s.c, from, to); n > 0 && textStart.at(s.c, from+n, to) > 0 { // 要求请各单位…
		return from + n
	}
	for i := from + 2; i < min(to, from+12); i++ { // 课题申请人依照…
		if n := actors.before(s.c, from, i); n > 0 && acts.at(s.c, i, to) > 0 && !titleNouns.in(s.c, from, i-n) {
			return 0
		}
	}
	if sentenceStarts.at(s.c, from, to) > 0 || s.c[from] == '各' && orderly.in(s.c, from, min(to, from+16)) {
		return 0
	}
	clause := from
	for i := from + 2; i < to; i++ {
		if s.c[i] == '，' {
			if i-clause > titleClauseRunes || s.c[clause] == '为' {
				return 0 // a sentence, no title of matched halves such as 加强领导，精心组织
			}
			clause = i + 1
			continue
		}
		if i >= from+4 && bodyStart.at(s.c, i, to) > 0 {
			if s.c[i-1] == '，' || s.isActor(from, i, to) {
				return 0
			}
			return i
		}
		if titleNouns.before(s.c, from, i) > 0 && isDigit(s.c[i]) { // 活动时间|4月19日
			if _, ok := s.whenAt(i); ok {
				return i
			}
		}
		n := titleNouns.at(s.c, i, to)
		if n == 0 || i+n-from < 4 {
			continue
		}
		end := i + n
		for end < to {
			if more := titleMore.at(s.c, end, to); more > 0 && !(s.at(end+more) == '：' && factLabels.is(s.c, end, end+more)) {
				end += more
				continue
			}
			if r := s.c[end]; (r == '和' || r == '与' || r == '及' || r == '、') && !(r == '与' && s.at(end+1) == '会') {
				if j, k := titleNouns.find(s.c, end+1, min(to, end+9)); j >= 0 {
					end = j + k
					continue
				}
			}
			break
		}
		if end < to && (s.c[end] == '的' || s.c[end] == '性') {
			continue
		}
		if s.isActor(from, end, to) {
			return 0
		}
		return end
	}
	return 0
}

// isActor tells whether what ends at c[i] does something: 申报单位|请登录, 课题申请人|按照.
func (s *source) isActor(from, i, to int) bool {
	return actors.before(s.c, from, i) > 0 && (predicates.at(s.c, i, to) > 0 || textStart.at(s.c, i, to) > 0 && s.c[i] == '请' || modal.at(s.c, i, to) > 0)
}

var acts = lex("按 依 请 将 要 应 须 在 于 根据 需")

var actors = lex("单位 人员 申请人 申报人 负责人 者 教师 学生 部门 学校 学院 选手")

// How a paragraph begins and a title does not.
var sentenceStarts = lex("请 凡 同时 此外 另外 由于 如有 若 根据 按照 为了 本课题 本项目 本次活动由")

// titleClauseRunes bounds one half of a title with a comma.
const titleClauseRunes = 9

// What a sentence has and a title has not.
var orderly = lex("要 将 须 应 可 通过 由")

// Titles of two characters that a text runs into.
var shortTitles = lex("要求 内容 时间 地点 对象 主题 目的 意义 其他 其它 经费 费用 奖励 说明 程序 条件 范围 名额")

// Nouns that go on with a title right behind another noun: 组织|实施, 时间|安排.
var titleMore = lex(`
	安排 实施 要求 方式 办法 条件 程序 领导 保障 流程 标准 时间 地点 内容 形式 对象 范围 原则 步骤 措施 机构
	事项 目标 任务 说明 落实 设置 协调 规则 分工 资格 材料 体系 机制 主题 方法 数量 名额 工作 重点`)

// What labels a fact rather than ends a title: 时间和主题|时间：5月6日.
var factLabels = lex("时间 主题 地点 对象 内容")

var listIntro = lex("如下 以下 必须")

// What closes a document and belongs to no part.
var closings = lex("此复 特此 专此 妥否 以上")

// How a text begins that a title runs into.
var bodyStart = lex(`
	各地要 各地各 各单位要 各市要 各学院 各市州 请各 请参 本次 为了 为贯彻 为深入 为进一步 根据 按照 我省
	我市 我校 全省 各地 各单位 各部门 各县 为落实 为做好 为加强 为确保 为推进 为提高 为切实 为全面 为更好
	为保证 详见`)
var textStart = lex("各 请 本次 为了 凡 根据 按照 我省 我市 我校 全省 全校 详见 具体")

// plainTitles finds unnumbered titles of the top level: short lines without punctuation
// that each stand above a count which begins again, or above a paragraph.
func (s *source) plainTitles(from, to int) []*part {
	var all []*part
	for i := from; i < to; {
		line := rng{i, min(s.lineOf(i).to, to)}
		i = line.to
		if !s.isPlainTitle(line) || line.to >= to {
			continue
		}
		next := s.lineOf(line.to)
		m, marked := s.markAt(next.from)
		if !(marked && m.number == 1 || !marked && next.len() > 30) {
			continue
		}
		if n := len(all); n > 0 {
			all[n-1].all.to, all[n-1].own.to = line.from, line.from
		}
		title := line
		for title.len() > 2 && (s.c[title.to-1] == '：' || s.c[title.to-1] == '】') {
			title.to--
		}
		if s.c[title.from] == '【' {
			title.from++
		}
		all = append(all, &part{title: title, all: rng{line.from, to}, own: rng{line.to, to}})
	}
	if len(all) < 2 {
		return nil
	}
	return all
}

func (s *source) isPlainTitle(line rng) bool {
	if line.len() < 2 || line.len() > 18 || s.isNoise(line) || lineLabels.at(s.c, line.from, line.to) > 0 {
		return false
	}
	if _, ok := s.markAt(line.from); ok {
		return false
	}
	for i := line.from; i < line.to; i++ {
		switch s.c[i] {
		case '。', '，', '；', '！', '？', '@', '.':
			return false
		case '：':
			if i+1 < line.to {
				return false
			}
		}
	}
	return isHan(s.c[line.to-1]) || s.c[line.to-1] == '：' || s.c[line.to-1] == '】'
}
