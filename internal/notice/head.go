package notice

// head is what stands above the body: letterhead, number, title, addressees.
type head struct {
	number        rng // 文号, as printed
	numberYear    int
	title         rng
	titleSure     bool
	issuers       []rng // of the letterhead, or of the title
	fromTitle     bool
	addressees    []rng
	addressedSure bool
	bodyFrom      int // where the body begins
}

// headRunes bounds the search for the head: letterheads of ten offices and the list of
// addressees stay far below.
const headRunes = 3000

var (
	titleEnds = lex(`
		的通知 的通告 的公告 的函 的复函 的公函 的意见 的决定 的批复 的请示 的报告 的通报 的公示 的倡议 的倡议书
		的邀请函 的启事 的办法 的方案 的提示 的说明 的补充通知 的紧急通知 的预通知 的预备通知 的实施意见
		的指导意见 的实施方案 的工作方案 的再通知 的便函 的征集启事 的征稿启事 的安排`)
	bareTitleEnds = lex("通知 通告 公告 函 通报 公示 启事 倡议书 方案 办法 意见")
	posted        = lex("重发： 转发： 标题： 【通知】 【转发】 [通知] （转发） 【重要】 【紧急】 紧急： 主题：")
	pageNoise     = lex(`
		发布时间 发布日期 发布人 发布者 来源： 作者： 浏览 点击 阅读次数 字体： 【字体 索引号 发文单位 发文机关
		成文日期 当前位置 您的位置 首页 信息来源 访问量 责任编辑 编辑： 文章来源 更新时间 分享到 【打印 打印本页
		关闭窗口 特急 加急 内部明电 上一篇 下一篇`)
	// What the page's own lines about a document count or name.
	pageCount = lex(`
		浏览次数： 浏览量： 浏览人数： 浏览： 点击数： 点击量： 点击次数： 点击： 访问数量： 访问次数： 访问量： 阅读次数： 阅读量：
		阅读： 评论数： 稿源： 上传时间： 发稿时间： 发布者： 发布人： 来源： 作者： 编辑： 字号： 次数：`)
)

// pageLineRunes bounds a line of the page about the document.
const pageLineRunes = 80

// isNoise tells whether a line is the page's own: 发布时间：…, 来源：… 浏览次数：….
func (s *source) isNoise(line rng) bool {
	return pageNoise.at(s.c, line.from, line.to) > 0 ||
		line.len() <= pageLineRunes && pageCount.in(s.c, line.from, line.to) && !sentenceMark.in(s.c, line.from, line.to)
}

// hasHan tells whether a line has a Chinese character.
func (s *source) hasHan(line rng) bool {
	for i := line.from; i < line.to; i++ {
		if isHan(s.c[i]) {
			return true
		}
	}
	return false
}

func (s *source) readHead() head {
	var h head
	limit := min(len(s.c), headRunes)
	numbers := s.docNumbers(limit)
	at := s.findTitle(&h, limit, numbers)
	h.bodyFrom = h.title.to
	s.findAddressees(&h, behindNumber(at, numbers, s))
	if k := s.line[max(h.title.from-1, 0)]; len(h.addressees) == 0 && h.title.from > 0 && h.title.from == s.lineOf(h.title.from).from {
		// Some put the salutation above the title.
		if l := s.lines[k]; s.c[l.to-1] == '：' && s.isAddressed(l.from, l.to-1) {
			h.addressees = s.splitAddressees(l.from, l.to-1)
		}
	}
	for _, n := range numbers {
		if n.to <= h.title.from || n.from >= h.title.to && n.to <= h.bodyFrom {
			h.number, h.numberYear = n.rng, n.year
			break
		}
	}
	if h.number.to > h.bodyFrom {
		h.bodyFrom = h.number.to
	}
	s.findHeadIssuers(&h)
	return h
}

// findTitle finds the title: from 关于 back to the start of its line (or to what is
// printed in front of it on a line that lost its breaks) and on to the kind of document.
// It gives the place from which the addressees are looked for.
func (s *source) findTitle(h *head, limit int, numbers []docNumber) int {
	for i := 0; i < limit-1; i++ {
		if s.c[i] != '关' || s.c[i+1] != '于' {
			continue
		}
		line := s.lineOf(i)
		if s.isNoise(line) {
			continue
		}
		from, clean := s.titleStart(line.from, i, numbers)
		if !clean {
			continue
		}
		to, sure := s.titleEnd(i, line)
		h.title, h.titleSure = s.lastPrinted(rng{from, to}, limit), sure
		return h.title.to
	}
	return s.findBareTitle(h, limit, numbers)
}

// lastPrinted finds the last of several prints of a title: a page names it above the document.
func (s *source) lastPrinted(title rng, limit int) rng {
	last := title
	for i := title.to; i+title.len() <= limit && i < last.to+300; i++ {
		if !sameRunes(s.c[i:i+title.len()], s.c[title.from:title.to]) {
			continue
		}
		if line := s.lineOf(i); s.gaps[i] >= gapLine || !contains(s.c[line.from:i], '《') && s.organs(line.from, i) != nil {
			last = rng{line.from, i + title.len()}
		}
	}
	return last
}

// titleStart goes from the line's start to where the title begins; clean is false when
// 关于 stands in the middle of a sentence.
func (s *source) titleStart(from, about int, numbers []docNumber) (int, bool) {
	for _, n := range numbers {
		if n.from >= from && n.to <= about {
			from = n.to
		}
	}
	if i, n := lastOf(letterheadMark, s.c, from, about); i >= 0 {
		from = i + n
	}
	from += posted.at(s.c, from, about)
	if k, _, listed, ok := s.annexAt(from, about); ok && listed { // 附件3：关于…
		from = k
	}
	if s.c[from] == '【' { // 【科研】关于…; 【关于…的通知】
		from++
		for k := from; k < about && k < from+8; k++ {
			if s.c[k] == '】' {
				from = k + 1
				break
			}
		}
	}
	for from < about && (s.c[from] == '）' || s.c[from] == '】' || s.c[from] == '★') {
		from++
	}
	if about-from > 120 {
		return from, false
	}
	for k := from; k < about; k++ {
		switch s.c[k] {
		case '。', '，', '：', '；', '《', '“', '>', '»':
			return from, false
		}
	}
	return from, true
}

var letterheadMark = lex("文件")

func lastOf(l *lexicon, c []rune, from, to int) (at, n int) {
	at = -1
	for i := from; i < to; i++ {
		if k := l.at(c, i, to); k > 0 {
			at, n = i, k
		}
	}
	return at, n
}

// titleEnd finds the kind of document that closes the title, outside of 《》 and “”. A
// title without one ends with its line.
func (s *source) titleEnd(about int, line rng) (to int, sure bool) {
	depth := 0
	for j := about; j < len(s.c) && j < about+220; j++ {
		if j > about && s.gaps[j] == gapBlank && depth == 0 && !s.goesOn(j) {
			break
		}
		switch s.c[j] {
		case '《', '〈', '“':
			depth++
		case '》', '〉', '”':
			depth = max(depth-1, 0)
		case '。':
			return s.shortLine(about, line)
		case '：':
			if depth == 0 && !s.isTitleColon(j) {
				if k := s.titleBeforeAddressee(about, j); k > 0 {
					return k, false
				}
				return s.shortLine(about, line)
			}
		}
		if depth > 0 {
			continue
		}
		n := titleEnds.at(s.c, j, len(s.c))
		if n == 0 {
			continue
		}
		end := j + n
		if s.isLineEnd(end) || s.gaps[end] > gapNone || s.isJoined(about) {
			return s.titleSuffix(end), true
		}
		if s.c[end] == '（' || s.c[end] == '】' || s.isGluedAddressee(end) {
			return s.titleSuffix(end), true
		}
	}
	return s.shortLine(about, line)
}

// goesOn tells whether a title goes on behind an empty line, as pages break it into
// paragraphs: the next line names no number and nobody addressed, and closes the title.
func (s *source) goesOn(j int) bool {
	line := s.lineOf(j)
	return line.len() <= 60 && !s.isNoise(line) && titleEnds.before(s.c, line.from, line.to) > 0 &&
		aboutWord.at(s.c, line.from, line.to) == 0 && !sentenceMark.in(s.c, line.from, line.to)
}

// titleValue is the title without typesetting blanks; those between the offices in front
// of 关于 stay.
func (s *source) titleValue(title rng) string {
	about, _ := aboutWord.find(s.c, title.from, title.to)
	if about <= title.from {
		return s.value(title.from, title.to, false)
	}
	v := ""
	from := title.from
	for _, o := range s.organs(title.from, about) {
		if o.from > title.from && s.gaps[o.from] > gapNone {
			v += s.value(from, o.from, false) + " "
			from = o.from
		}
	}
	return v + s.value(from, title.to, false)
}

// titleBeforeAddressee finds where who is addressed begins behind a title that names no kind
// of document, on a line that lost its breaks: …培训班|校内各单位：. 0 if nobody is.
func (s *source) titleBeforeAddressee(about, colon int) int {
	at := 0
	for i := about + 6; i < colon; i++ {
		n := addressStart.at(s.c, i, colon)
		if n == 0 {
			continue
		}
		if joint.at(s.c, i-1, i) == 0 && s.c[i-1] != '，' && s.isAddressed(i, colon) {
			at = i
		}
		i += n - 1
	}
	return at
}

var addressStart = lex("各 校内各 全校 全体 全院 校属各 院属各 院内各 机关各 有关单位 省直 市直 区直 县直 广大")

// isGluedAddressee tells whether what follows the title on its line is who is addressed.
func (s *source) isGluedAddressee(from int) bool {
	line := s.lineOf(from)
	for i := from; i < line.to && i < from+200; i++ {
		switch s.c[i] {
		case '。':
			return false
		case '：':
			return s.isAddressed(from, i)
		}
	}
	return false
}

// isTitleColon tells whether a colon belongs to the title: it is not the last of its line.
func (s *source) isTitleColon(j int) bool { return !s.isLineEnd(j+1) && !s.isJoined(j) }

// titleSuffix takes in a bracket right behind the title, such as （第二轮）, unless it is a number.
func (s *source) titleSuffix(end int) int {
	if s.at(end) != '（' || s.isLineEnd(end) {
		return end
	}
	for j := end + 1; j < len(s.c) && j < end+12; j++ {
		if s.c[j] == '号' || s.c[j] == '〔' || s.c[j] == '日' {
			return end
		}
		if s.c[j] == '）' {
			if s.isLineEnd(j + 1) {
				return j + 1
			}
			return end
		}
	}
	return end
}

func (s *source) shortLine(about int, line rng) (int, bool) {
	if line.len() <= 120 {
		return line.to, false
	}
	if i, n := bareTitleEnds.find(s.c, about, min(len(s.c), about+100)); i >= 0 {
		return i + n, false
	}
	return min(line.to, about+60), false
}

// findBareTitle takes a title without 关于: the first line of its length that is neither
// letterhead nor number nor addressees, best one that names the kind of document.
func (s *source) findBareTitle(h *head, limit int, numbers []docNumber) int {
	first := rng{}
	for k, line := range s.lines {
		if line.from >= limit || k > 30 {
			break
		}
		from := line.from
		for _, n := range numbers {
			if n.from >= line.from && n.to <= line.to {
				from = n.to
			}
		}
		from += posted.at(s.c, from, line.to)
		if from == line.to || s.isNoise(line) || letterheadMark.before(s.c, line.from, line.to) > 0 || s.organs(from, line.to) != nil {
			continue
		}
		if s.c[line.to-1] == '：' || line.len() > 60 {
			if line.len() > s.joined() && first.len() == 0 {
				if i, n := bareTitleEnds.find(s.c, from, min(line.to, from+80)); i >= 0 && !sentenceMark.in(s.c, from, i) {
					h.title = rng{from, i + n}
					return h.title.to
				}
			}
			break
		}
		if m, ok := s.markAt(from); ok && m.style < styleArabic {
			break
		}
		if sentenceMark.in(s.c, from, line.to) {
			break
		}
		if bareTitleEnds.before(s.c, from, line.to) > 0 {
			h.title, h.titleSure = rng{from, line.to}, true
			return line.to
		}
		if first.len() == 0 && line.to-from >= 4 {
			first = rng{from, line.to}
		}
	}
	h.title = first
	return first.to
}

var sentenceMark = lex("。 ； ！ ？")

// findHeadIssuers reads the letterhead, the lines above number and title; failing that
// the names in front of 关于 in the title.
func (s *source) findHeadIssuers(h *head) {
	end := h.title.from
	for _, line := range s.lines {
		if line.from >= end {
			break
		}
		to := min(line.to, end)
		if h.number.len() > 0 && h.number.from >= line.from && h.number.from < to {
			to = h.number.from
		}
		for {
			if n := letterheadTail.before(s.c, line.from, to); n > 0 {
				to -= n
			} else {
				break
			}
		}
		if s.isNoise(line) || to <= line.from {
			continue
		}
		for from := line.from; from < to; { // 文件 may stand between the names of two lines that ran together
			i, n := letterheadMark.find(s.c, from, to)
			if i < 0 {
				i = to
			}
			h.issuers = append(h.issuers, s.organs(from, i)...)
			from = i + n
		}
	}
	if len(h.issuers) > 0 || h.title.len() == 0 {
		return
	}
	if i, _ := aboutWord.find(s.c, h.title.from, h.title.to); i > h.title.from {
		h.issuers = s.organs(h.title.from, i)
		h.fromTitle = true
		if k, n := andOthers.find(s.c, h.title.from, i); h.issuers == nil && k > 0 { // 教育部等十部门关于…
			if _, digits := s.numeral(k + n); digits > 0 {
				h.issuers = s.organs(h.title.from, k)
			}
		}
	}
}

var andOthers = lex("等")

var (
	letterheadTail = lex("文件 （ （通知） 公告 便函 函件")
	aboutWord      = lex("关于")
)
