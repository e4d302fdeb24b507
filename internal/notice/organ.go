package notice

// What the names of offices, schools, companies and associations end in.
var organEnds = lex(`
	部 厅 局 司 股 委 委员会 办公室 办公厅 办 处 科 室 院 校 学院 大学 学校 中学 小学 高中 幼儿园 会 协会
	学会 联合会 总工会 社 杂志社 出版社 中心 馆 站 所 公司 集团 政府 银行 法院 检察院 中央 学联 科协 文联
	妇联 残联 侨联 工商联 教委 发改委 队 总队 支队 大队 组 系 基地 联盟 兵团 署 海关 医院 党组 国资委 团委
	党委 省委 市委 县委 区委 分院 分会 研究会 促进会 商会 联席会议 园区 管委会 税务总局`)

// What starts the next name where names are glued together.
var organStarts = lex(`
	中共 共青团 中国共产主义青年团 中华全国 国家 中央 全国 教育部 财政部 人力资源 工业和信息化 科技部
	科学技术部 民政部 文化部 文化和旅游部 农业部 农业农村部 商务部 公安部 司法部 自然资源部 生态环境部
	住房城乡建设部 住房和城乡建设部 交通运输部 水利部 卫生健康委 应急管理部 应急部 中国人民银行 人民银行
	审计署 国务院 税务总局 市场监管总局 广电总局 体育总局 中国科协 中国残联 中华职业教育社 校团委 院团委
	校工会 校党委 发展改革委 中国移动 中国电信 中国联通 中国邮政 中国铁塔 国网`)

// What no name of an office contains.
var noOrgan = lex("请 于 将 的 附件 联系 电话 报送 通知 关于 进行 开展 举办 要求 如下 下载 印发")

// isOrgan tells whether [from, to) can be the name of an office.
func (s *source) isOrgan(from, to int) bool {
	if to-from < 2 || to-from > 40 || organEnds.before(s.c, from, to) == 0 {
		return false
	}
	for i := from; i < to; i++ {
		switch r := s.c[i]; {
		case isHan(r), r == '（', r == '）', r == '·', r == '“', r == '”', r == '《', r == '》':
		default:
			return false
		}
		if noOrgan.at(s.c, i, to) > 0 {
			return false
		}
	}
	return s.c[from] != '各' && s.c[from] != '（'
}

// organs splits [from, to) into the names of offices that it consists of, nil if it is
// something else. Names are parted by blanks, by 、, or glued together.
func (s *source) organs(from, to int) []rng {
	if to-from > 400 {
		return nil
	}
	var parts []rng
	start := from
	for i := from; i <= to; i++ {
		if i == to || i > start && s.gaps[i] > gapNone || s.c[i] == '、' || s.c[i] == '，' {
			if i > start {
				parts = append(parts, rng{start, i})
			}
			start = i
			if i < to && (s.c[i] == '、' || s.c[i] == '，') {
				start++
			}
		}
	}
	var names []rng
	for k := 0; k < len(parts); k++ {
		p := parts[k]
		// A blank may also stand inside a name: 湖南省 教育厅.
		for !s.isOrgan(p.from, p.to) && k+1 < len(parts) && parts[k+1].from == p.to {
			k++
			p.to = parts[k].to
		}
		glued := s.unglue(p)
		for _, g := range glued {
			if !s.isOrgan(g.from, g.to) {
				return nil
			}
		}
		names = append(names, glued...)
	}
	return names
}

// unglue splits 甲局乙办公室丙局 where a name ends and what follows begins as names do:
// with a usual start, or with the place that the first name begins with.
func (s *source) unglue(p rng) []rng {
	var names []rng
	start := p.from
	place := p.from + partyHeads.at(s.c, p.from, p.to)
	if place+2 > p.to {
		place = p.from
	}
	for i := p.from + 3; i < p.to-2; i++ {
		if i-start < 3 || organEnds.before(s.c, start, i) == 0 {
			continue
		}
		again := i+3 <= p.to && place+1 < start && s.c[i] == s.c[place] && s.c[i+1] == s.c[place+1] || start == p.from && i+3 <= p.to && s.c[i] == s.c[place] && s.c[i+1] == s.c[place+1] && i > place+3
		if companyEnd.before(s.c, i, p.to) > 0 && companyTail.before(s.c, start, i) > 0 && companyEnd.before(s.c, start, i) == 0 {
			continue // 某某有限公司|某某分公司 is one name
		}
		if again || organStarts.at(s.c, i, p.to) > 0 && !isBelow(s, start, i) {
			names = append(names, rng{start, i})
			start = i
		}
	}
	return append(names, rng{start, p.to})
}

// isBelow tells whether the name so far is only the upper organ of what follows
// (中共中央|全国…, 国家|…).
func isBelow(s *source, from, to int) bool {
	return to-from < 3 || upperOrgans.is(s.c, from, to)
}

var partyHeads = lex("中共 共青团 中国共产主义青年团 中国共产党")

var companyTail = lex("公司 集团")

var upperOrgans = lex("中共中央 国家 国务院 中国共产主义青年团 中华全国 中共 共青团")

// organBefore reads names of offices backwards from c[end]: first the known ones, then
// whatever ends like one and is bounded by punctuation, a digit or a wide blank. whole
// is true when every name found is a known one.
func (s *source) organsBefore(end, limit int, known []rng) (names []rng, whole bool) {
	at := end
	for {
		matched := false
		for _, k := range known {
			if n := k.len(); n >= 3 && at-n >= limit && sameRunes(s.c[at-n:at], s.c[k.from:k.to]) {
				names = append([]rng{{at - n, at}}, names...)
				at -= n
				matched = true
				break
			}
		}
		if !matched {
			break
		}
	}
	if len(names) > 0 {
		return names, true
	}
	for at > limit {
		name := s.nameBefore(at, limit)
		if name.len() == 0 {
			break
		}
		parts := s.organs(name.from, at)
		if parts == nil {
			parts = s.unglue(name)
		}
		names = append(parts, names...)
		at = name.from
		if at > limit && s.c[at-1] == '、' { // 科技处、社科处2018年1月18日
			at--
			continue
		}
		if s.gaps[at] == gapNone || len(names) >= maxSigners {
			break
		}
	}
	return names, false
}

// nameBefore reads one unknown name of an office that ends in front of c[at]; empty if
// what stands there is none.
func (s *source) nameBefore(at, limit int) rng {
	start := at
	for start > limit && at-start < 40 && (isHan(s.c[start-1]) || s.c[start-1] == '）' || s.c[start-1] == '（') {
		start--
		if s.gaps[start] >= gapWide {
			break
		}
	}
	for start < at && (s.c[start] == '）' || addressTail.at(s.c, start, at) > 0) {
		start++
	}
	if k := s.behindAnnex(start, at); k > start {
		start = k
	}
	if !s.isOrgan(start, at) {
		return rng{}
	}
	return rng{start, at}
}

// behindAnnex cuts off the title of an annex that a name is glued to: 2.参会回执|某委员会.
func (s *source) behindAnnex(from, to int) int {
	for k := to - 3; k > from; k-- {
		if s.c[k-1] == '）' && s.isOrgan(k, to) && !s.isOrganBracket(from, k) { // 申报文件（教育厅）|科研处
			return k
		}
		if n := annexNouns.before(s.c, from, k); n > 0 && s.isOrgan(k, to) && notAnnex.at(s.c, k, to) == 0 {
			return k
		}
	}
	return from
}

// isOrganBracket tells whether the bracket that closes in front of c[to] belongs to a name:
// 某某大学（某地）学生处.
func (s *source) isOrganBracket(from, to int) bool {
	for k := to - 1; k > from; k-- {
		if s.c[k] == '（' {
			return organEnds.before(s.c, from, k) > 0
		}
	}
	return false
}

var (
	annexNouns = lex(`
		表 回执 通知 名单 方案 清单 目录 办法 指南 细则 二维码 指引 申报书 申请书 样式 格式 模板 标准 路线图
		议程 日程 概述 简介 须知 说明 大纲 样表 材料 文件 意见 条件 要求 承诺书 协议书 推荐书 任务书 计划书
		报告 模版 通告 公告 附页 海报 一览`)
	notAnnex = lex("大会 演 彰 决 办公室 委员会")
)

// What is left of an address in front of a name that is glued to it: 609|室|党委宣传部.
var addressTail = lex("室 号 楼 层 座 房间")

func sameRunes(a, b []rune) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// isSpelledIn tells whether short can be another spelling of long: its characters appear
// in long in order (文明办 in 精神文明建设办公室), and it is no shorter than a third.
func isSpelledIn(short, long []rune) bool {
	if len(short) > len(long) || len(short)*3 < len(long) {
		return false
	}
	k := 0
	for _, r := range long {
		if k < len(short) && short[k] == r {
			k++
		}
	}
	return k == len(short)
}
