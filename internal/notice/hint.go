package notice

// hint is a kind of form or evidence that a clause asks for, told by its words. The
// table is data of the genre: what publicity weeks, calls and campaigns ask of units.
type hint struct {
	kind      string
	discharge Discharge
	any       *lexicon // one of these …
	and       *lexicon // … and one of these, unless nil
}

// Most telling first: the first hint that fits decides how the obligation is discharged.
var hints = []hint{
	{"local_theme", ByDecision, lex("地方宣传主题 地方主题 本地主题 各地主题"), nil},
	{"kickoff", ByDecision, lex("启动仪式 开幕式 启动活动"), lex("是否 自主 自行 举办 举行")},
	{"work_summary", ByFiling, lex("工作总结 总结材料 活动总结 总结报告 总结报送 书面总结 情况总结"), nil},
	{"news_entry", ByFiling, lex("宣传报道 优秀新闻 新闻作品 新闻稿"), lex("报送 推荐报 参评 提交")},
	{"work_plan", ByFiling, lex("工作方案 活动方案 实施方案 宣传方案 工作计划"), lex("制定 制订 报送 研究制 编制 拟定")},
	{"exemplar", ByFiling, lex("先进典型 典型案例 典型经验 典型事迹"), lex("挖掘 报送 推荐 选树 培育")},
	{"interview", ByEvidence, lex("采访"), lex("协助 配合 接受")},
	{"registration", ByFiling, lex("回执 报名表 报名"), nil},
	{"application", ByFiling, lex("申报书 申报表 申请表 申报材料 申请书 参赛项目 推荐表"), nil},
	{"work_entry", ByFiling, lex("论文 作品 征文 稿件"), lex("报 交 送 寄 发")},
	{"contact_list", ByFiling, lex("联络员 联系人名单 负责人名单 人员名单"), lex("报 明确 确定")},
	{"study_session", ByEvidence, lex("座谈会 宣讲会 专题学习 学习会 宣讲活动"), nil},
	{"community_visit", ByEvidence, lex("走进社区 进社区 为社区居民提供 走进乡村"), nil},
	{"pupil_visit", ByEvidence, lex("中小学生"), lex("参观 体验 走进 观摩")},
	{"craftsmen_on_campus", ByEvidence, lex("工匠进校园 劳模进校园 工匠走进校园 劳模走进校园"), nil},
	{"league_talk", ByEvidence, lex("分享活动 分享会 分享团 事迹分享"), lex("团 青年")},
	{"online_activity", ByEvidence, lex("线上主题活动 线上活动 网上主题活动 线上主题 网络主题活动"), nil},
	{"agriculture_day", ByEvidence, lex("三农 农业科研 农业企业"), nil},
	{"open_enterprise", ByEvidence, lex("企业 工厂 车间"), lex("观摩 体验场所 体验活动 开放日 展区")},
	{"open_campus", ByEvidence, lex("校园"), lex("开放 职业体验")},
	{"media_column", ByEvidence, lex("专栏 专版 专刊 专题节目 专页"), nil},
	{"media_coverage", ByEvidence, lex("广播 电视 报刊 新闻 通讯 微信公众号 做好宣传 进行宣传 宣传报道"), lex("宣传 报道")},
	{"liaison", ByFiling, lex("专人负责 指定专人 委派专人 确定专人"), nil},
}

// hintsIn gives the hints of a sentence, most telling first. Titles in 《》 do not count: a
// 《实施方案》 that is studied is not one that is written.
func hintsIn(s *source, sent rng) []hint {
	plain := make([]rune, 0, sent.len())
	for i := sent.from; i < sent.to; i++ {
		if s.c[i] == '《' {
			if to := s.closingAny(i, sent.to); to > i {
				i = to
				continue
			}
		}
		plain = append(plain, s.c[i])
	}
	var found []hint
	for _, h := range hints {
		if h.any.in(plain, 0, len(plain)) && (h.and == nil || h.and.in(plain, 0, len(plain))) {
			found = append(found, h)
		}
	}
	return found
}

// methodCodes are the known codes of methods by the words of their titles; the codes are
// data of an edition, a title without one gets its code from a person.
var methodCodes = []struct {
	code  string
	words *lexicon
}{
	{"open_campus", lex("开放校园 校园开放 走进校园")},
	{"open_enterprise", lex("开放企业 企业开放 走进企业")},
	{"open_institute", lex("开放院所")},
	{"open_contest", lex("开放赛场")},
	{"community_visit", lex("走进社区 进社区 为民服务 服务社区 社区服务")},
	{"study_session", lex("专题学习 学习宣讲 专题宣讲 学习研讨")},
	{"media_coverage", lex("宣传报道 新闻宣传 媒体宣传 新闻报道")},
	{"online_activity", lex("线上活动 网上活动 云端 网络活动")},
}

var (
	topicTitles  = lex("宣传内容 宣传重点 内容重点 主要内容 重点内容 宣传要点 选题")
	methodTitles = lex(`
		宣传方式 宣传形式 主要活动 活动形式 活动方式 活动内容 重点活动 活动安排 主要方式 主要形式 宣传活动
		系列活动 活动项目 方式方法`)
)

// The stages of a contest are no methods.
var stageWord = lex("阶段")

// topicsAndMethods takes the titled parts below 宣传内容 and 宣传方式.
func (r *reader) topicsAndMethods() (topics, methods []Item) {
	for _, p := range r.parts {
		if p.title.len() == 0 {
			continue
		}
		isTopics := topicTitles.in(r.s.c, p.title.from, p.title.to)
		isMethods := !isTopics && methodTitles.in(r.s.c, p.title.from, p.title.to)
		if !isTopics && !isMethods {
			continue
		}
		items := r.items(p, isMethods)
		if len(items) < 2 {
			continue
		}
		if isTopics && topics == nil {
			topics = items
		} else if isMethods && methods == nil {
			methods = items
		}
	}
	return topics, methods
}

func (r *reader) items(up *part, methods bool) []Item {
	var list []Item
	for _, p := range up.children {
		if p.title.len() == 0 || stageWord.in(r.s.c, p.title.from, p.title.to) {
			continue
		}
		it := Item{
			Clause: p.clause, Title: r.s.value(p.title.from, p.title.to, false), TitleSpan: r.s.span(p.title.from, p.title.to),
			Span: r.s.span(p.all.from, p.all.to), Certainty: sureIf(p.sure),
		}
		if methods {
			for _, m := range methodCodes {
				if m.words.in(r.s.c, p.title.from, p.title.to) {
					it.Code = m.code
					break
				}
			}
		}
		list = append(list, it)
	}
	return list
}

// methodPart gives the part of a method that p is or stands in, nil elsewhere.
func (r *reader) methodPart(p *part) *part {
	if p == nil {
		return nil
	}
	up := r.topPart(p.all.from)
	if up == nil || p == up || !methodTitles.in(r.s.c, up.title.from, up.title.to) || topicTitles.in(r.s.c, up.title.from, up.title.to) {
		return nil
	}
	return p
}
