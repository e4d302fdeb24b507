package notice

var (
	// What introduces the reason or the matter: the text in front of its colon is no addressee.
	matterWords = lex(`
		如下 现将 现就 为了 为贯彻 为深入 为进一步 根据 按照 经研究 决定 拟于 定于 时间 地点 主题 目的 对象 内容
		附件 联系人 电话 要求 近期 近日`)
	// What the name of somebody addressed contains.
	addresseeWords = lex(`
		单位 局 厅 委 部 处 院 校 系 师生 同学 老师 教师 公司 企业 会 社 办 中心 所 站 团 个人 班 家长 园 政府
		馆 媒体 同志 朋友 学员 作者 用户 机构 集团 医院 组 专家 室 科 教研 学联 科协`)
	// Words for a kind of place: 各省、自治区、直辖市 share the noun that follows.
	placeWords = lex(`
		省 自治区 直辖市 计划单列市 副省级市 副省级城市 省会城市 新疆生产建设兵团 省直管县 市 州 县 区 地 盟 旗
		地区 市州 县区 县市区 市县 乡 镇 街道 乡镇 开发区 自治州 自治县 省辖市 设区市 区县 （市、区） （区、市）
		（市） （区） （自治区、直辖市） （州） （州、市） （市、州） 经开区 高新区 新区 管理区 师`)
)

// findAddressees reads the line between title and body that ends in a colon.
func (s *source) findAddressees(h *head, at int) {
	if s.at(at) == '】' {
		at++
	}
	// A number, a date in brackets or the page's own lines may stand between.
	for at < len(s.c) && s.gaps[at] >= gapLine {
		line := s.lineOf(at)
		if s.isNoise(line) || !s.hasHan(line) || s.isStamped(line) || line.to-at < 40 && (s.c[at] == '（' && s.c[line.to-1] == '）' || s.c[line.to-1] == '号') {
			at = line.to
			continue
		}
		break
	}
	if at >= len(s.c) {
		return
	}
	if _, ok := s.markAt(at); ok && s.gaps[at] >= gapLine {
		return
	}
	end := -1
	for i := at; i < len(s.c) && i < at+1200; i++ {
		if s.c[i] == '：' {
			end = i
			break
		}
		if s.c[i] == '。' || s.c[i] == '！' {
			break
		}
	}
	sure := true
	if end < 0 || !s.isAddressed(at, end) {
		// The colon is lost: a line of its own that names somebody.
		line := s.lineOf(at)
		if line.from != at || line.len() > 80 || s.c[at] != '各' && s.c[at] != '全' || sentenceMark.in(s.c, line.from, line.to) || !s.isAddressed(line.from, line.to) || line.to == len(s.c) {
			return
		}
		end, sure = line.to, false
	}
	h.addressees, h.addressedSure = s.splitAddressees(at, end), sure
	h.bodyFrom = end
	if s.at(end) == '：' {
		h.bodyFrom++
	}
}

// isStamped tells whether a page's time stamp opens a line: 2021/5/17 9:31:00 某某网.
func (s *source) isStamped(line rng) bool {
	if !isDigit(s.c[line.from]) || line.len() > pageLineRunes {
		return false
	}
	_, _, n := s.dateAt(line.from)
	return n > 0 && s.at(line.from+4) != '年'
}

func (s *source) isAddressed(from, to int) bool {
	if to-from < 2 || matterWords.in(s.c, from, to) {
		return false
	}
	return addresseeWords.in(s.c, from, to) || s.c[from] == '各' && to-from <= 24
}

// splitAddressees splits at 、 and ， outside of brackets, but not between kinds of places
// that share one noun.
func (s *source) splitAddressees(from, to int) []rng {
	var list []rng
	depth, start := 0, from
	cut := func(end int) {
		if end > start {
			list = append(list, s.unglueCompanies(rng{start, end})...)
		}
		start = end + 1
	}
	for i := from; i < to; i++ {
		switch s.c[i] {
		case '（', '〔', '[':
			depth++
		case '）', '〕', ']':
			depth = max(depth-1, 0)
		case '，', '；':
			if depth == 0 || i-start > 24 { // a bracket that OCR left open
				depth = 0
				cut(i)
			}
		case '、':
			if depth == 0 && (s.at(i+1) == '各' || !s.isPlace(start, i)) {
				cut(i)
			}
		default:
			if i > start && depth == 0 && s.gaps[i] >= gapLine && (s.c[i] == '各' || s.c[i] == '省' || s.c[i] == '市') &&
				organEnds.before(s.c, start, i) > 0 {
				list = append(list, rng{start, i})
				start = i
			}
		}
	}
	cut(to)
	return list
}

// isPlace tells whether [from, to) is or ends in a kind of place, so that the noun is
// still to come: 各省, 自治区, 国家税务总局各省.
func (s *source) isPlace(from, to int) bool {
	n := placeWords.before(s.c, from, to)
	if n == 0 {
		return false
	}
	rest := to - n
	if rest > from && (s.c[rest-1] == '各' || rest-1 > from && joint.at(s.c, rest-1, rest) > 0) {
		return true
	}
	if s.c[from] == '各' && to-from <= 7 { // 各辖市、区团委; 各县（市）、区团委
		return noPlace.before(s.c, from, to) == 0
	}
	if n == 1 && isTown.before(s.c, from, to) > 0 && s.at(to) == '、' { // 昆山市、泰兴市、沭阳县教育局
		town := from
		for k := to - 2; k > from; k-- {
			if s.c[k] == '、' {
				town = k + 1
				break
			}
		}
		if to-town == 3 || to-town == 4 {
			return s.sharesTown(to + 1)
		}
	}
	return rest == from && !(n == 1 && s.c[from] == '地')
}

// sharesTown tells whether a name that begins with a town stands at c[i]: 泰兴市、沭阳县|教育局.
func (s *source) sharesTown(i int) bool {
	for k := i + 1; k < len(s.c) && k < i+5; k++ {
		if isTown.at(s.c, k, len(s.c)) > 0 {
			return noPlace.before(s.c, i, k+1) == 0 && (s.at(k+1) == '、' || addresseeWords.in(s.c, k+1, min(k+12, len(s.c))))
		}
		if s.c[k] == '、' || s.c[k] == '，' {
			return false
		}
	}
	return false
}

var isTown = lex("市 县 区 州 旗")

var joint = lex("、 和 及 与")

var noPlace = lex("园区 校区 社区 学区 小区 景区 库区 老师 教师 律师 导师 医师")

// unglueCompanies parts 甲分公司乙分公司, where OCR lost the 、.
func (s *source) unglueCompanies(p rng) []rng {
	var list []rng
	start := p.from
	for i := p.from + 4; i+5 <= p.to; i++ {
		if i-start > 5 && companyEnd.before(s.c, start, i) > 0 && companyEnd.before(s.c, i, p.to) > 0 {
			list = append(list, rng{start, i})
			start = i
		}
	}
	return append(list, rng{start, p.to})
}

var companyEnd = lex("分公司")
