package edition

import (
	"cmp"
	"slices"
	"strings"

	"openweek/internal/actor"
)

// This file is the vocabulary of the genre: how notices name departments, schools, media and levels.
// It holds no sentence of any notice. A new word is added here and nowhere else.

// term is one way of naming units: departments of a line, or units of some kinds.
type term struct {
	word  string
	line  actor.Line   // a department of this line; or
	kinds []actor.Kind // units of these kinds
	tiers []actor.Tier // tiers that the word itself says (团省委, 央媒)
	// near are kinds that some readers would count in; they are left out and offered.
	near []actor.Kind
	// ranked kinds stand at tiers that a notice tells apart (省级媒体, 中央企业); a college's tier says nothing.
	ranked bool
}

// lineWords name a department's field; what follows (局, 厅, 委, 办, 部门 …) is in lineSuffixes.
var lineWords = map[actor.Line][]string{
	actor.LineEducation:       {"教育", "教育体育", "教育和体育", "教育科技", "教体", "教科体", "教科"},
	actor.LinePropaganda:      {"宣传"},
	actor.LineCyberspace:      {"网信", "网络安全和信息化", "网络安全与信息化", "互联网信息"},
	actor.LineHumanResources:  {"人力资源和社会保障", "人力资源社会保障", "人力资源与社会保障", "人力资源、社会保障", "人力社保", "人社"},
	actor.LineIndustry:        {"工业和信息化", "工业与信息化", "工业信息化", "工业和信息", "工信", "工信科技", "经济和信息化", "经信"},
	actor.LineAgriculture:     {"农业农村", "农业", "农牧", "农业和农村"},
	actor.LineStateAssets:     {"国有资产监督管理", "国有资产监管", "国有资产管理", "国有资产", "国资监管", "国资"},
	actor.LineTradeUnion:      {"总工会", "工会联合会", "工会"},
	actor.LineYouthLeague:     {"共青团", "中国共产主义青年团", "团委", "团组织", "团"},
	actor.LineVocationSociety: {"中华职业教育社", "中华职教社", "职业教育社", "职教社"},
}

// tieredWords say line and tier at once.
var tieredWords = []term{
	{word: "团省委", line: actor.LineYouthLeague, tiers: []actor.Tier{actor.TierProvince}},
	{word: "团市委", line: actor.LineYouthLeague, tiers: []actor.Tier{actor.TierPrefecture}},
	{word: "团州委", line: actor.LineYouthLeague, tiers: []actor.Tier{actor.TierPrefecture}},
	{word: "团县委", line: actor.LineYouthLeague, tiers: []actor.Tier{actor.TierCounty}},
	{word: "团区委", line: actor.LineYouthLeague, tiers: []actor.Tier{actor.TierCounty}},
}

// lineSuffixes may follow a line's word; 教育、宣传部门 has none after the first.
var lineSuffixes = longestFirst([]string{
	"行政主管部门", "行政管理部门", "行政部门", "主管部门", "管理部门", "监管机构", "工作部门", "职能部门", "部门",
	"工作领导小组办公室", "领导小组办公室", "工作委员会", "委员会办公室", "委员会", "办公室",
	"组织", "机构", "系统", "机关", "和体育局", "体育局", "局", "厅", "委", "办", "部", "省委", "市委", "州委", "县委", "区委",
})

// massOrganisations reach down to the single employer, school or village, so that no tier named means all of them.
var massOrganisations = []actor.Line{actor.LineTradeUnion, actor.LineYouthLeague}

// kindTerms name units that are no departments.
//
// 高职高专院校 is 专科 level only: 普通本科 owe nothing under the notice of 2020, and 本科层次职业学校
// (职业本科) are 本科, which 高专 excludes. They are near, since later notices mean them when they say
// 高等职业学校 (职业教育法 2022 第十五条 counts 专科、本科 both).
//
// 职业院校 and 职业学校 are all of vocational schooling: 中等职业学校（含技工学校）, 高等职业学校 of 专科
// and 本科 level, and 技师学院, which the same article lets into the 高等职业学校 series.
var kindTerms = slices.Concat(
	kindWords([]actor.Kind{actor.KindHigherVocational}, []actor.Kind{actor.KindVocationalUniversity}, false,
		"高职高专院校", "高职高专学校", "高职高专", "高职院校", "高职学校", "高职学院", "高等职业院校", "高等职业学校",
		"高等职业技术学院", "高等专科学校", "高职", "高专院校", "高专"),
	kindWords([]actor.Kind{actor.KindVocationalUniversity}, nil, false,
		"职业本科院校", "职业本科学校", "职业本科", "本科层次职业学校", "本科层次职业院校", "本科职业院校", "职业技术大学", "职业大学"),
	kindWords([]actor.Kind{actor.KindTechnicianCollege}, nil, false, "技师学院"),
	kindWords([]actor.Kind{actor.KindTechnicianCollege, actor.KindSecondaryVocational}, nil, false, "技工院校"),
	kindWords([]actor.Kind{actor.KindSecondaryVocational}, []actor.Kind{actor.KindTechnicianCollege}, false,
		"中等职业学校", "中等职业院校", "中等职业技术学校", "中职学校", "中职院校", "中职", "职业高中", "职业中学",
		"职业中专", "中等专业学校", "中专学校", "中专", "技工学校"),
	kindWords([]actor.Kind{actor.KindAdultCollege}, nil, false,
		"独立设置的成人高校", "独立设置成人高校", "成人高校", "成人高等学校", "成人高等院校", "成人院校", "开放大学", "广播电视大学"),
	kindWords([]actor.Kind{
		actor.KindHigherVocational, actor.KindVocationalUniversity, actor.KindSecondaryVocational, actor.KindTechnicianCollege,
	}, nil, false, "职业院校", "职业学校", "职业技术院校", "职业技术学校", "职校"),
	kindWords([]actor.Kind{actor.KindUniversity}, []actor.Kind{actor.KindVocationalUniversity}, false,
		"普通本科院校", "普通本科高校", "普通本科学校", "本科院校", "本科高校", "普通本科"),
	kindWords([]actor.Kind{actor.KindUniversity, actor.KindVocationalUniversity, actor.KindHigherVocational},
		[]actor.Kind{actor.KindAdultCollege}, false,
		"普通高等学校", "普通高校", "高等学校", "高等院校", "高校", "大专院校"),
	kindWords([]actor.Kind{actor.KindSchool}, nil, false, "中小学校", "中小学", "中学", "小学", "普通中学"),
	kindWords([]actor.Kind{actor.KindIndustryAssociation}, nil, false,
		"行业企业协会", "行业协会", "企业协会", "行业组织", "行业协会商会", "协会", "商会", "学会"),
	kindWords([]actor.Kind{actor.KindEnterprise}, nil, true, "行业企业", "企业", "工业企业", "农业企业", "企业单位"),
	central(kindWords([]actor.Kind{actor.KindEnterprise}, nil, true, "央企")),
	kindWords([]actor.Kind{actor.KindResearchInstitute}, nil, false,
		"科研院所", "科研机构", "科研单位", "科研和教学单位", "研究机构", "研究院所", "职业教育研究机构", "教科研机构"),
	kindWords([]actor.Kind{actor.KindMedia}, nil, true, "新闻媒体", "媒体单位", "新闻单位", "媒体机构", "媒体"),
	central(kindWords([]actor.Kind{actor.KindMedia}, nil, true, "央媒")),
	[]term{{word: "融媒体中心", kinds: []actor.Kind{actor.KindMedia}, tiers: []actor.Tier{actor.TierCounty}, ranked: true}},
	kindWords([]actor.Kind{actor.KindCommunity}, nil, false, "社区", "街道社区", "村（社区）"),
)

// kindSuffixes may follow a kind: what a college must do, its people do.
var kindSuffixes = longestFirst([]string{"师生", "教师", "教职工", "学生", "负责人"})

func kindWords(kinds, near []actor.Kind, ranked bool, words ...string) []term {
	list := make([]term, len(words))
	for i, w := range words {
		list[i] = term{word: w, kinds: kinds, near: near, ranked: ranked}
	}
	return list
}

func central(list []term) []term {
	for i := range list {
		list[i].tiers = []actor.Tier{actor.TierCentral}
	}
	return list
}

var terms = func() []term {
	list := slices.Concat(kindTerms, tieredWords)
	for line, words := range lineWords {
		for _, w := range words {
			list = append(list, term{word: w, line: line})
		}
	}
	slices.SortFunc(list, func(a, b term) int { // longest first, then in a fixed order
		return cmp.Or(len(b.word)-len(a.word), strings.Compare(a.word, b.word))
	})
	return list
}()

// reach is how a level word picks tiers.
type reach string

const (
	reachTiers reach = ""       // exactly the tiers listed
	reachBelow reach = "below"  // 各地: below the territory
	reachAll   reach = "all"    // 各级, 全省: from the territory's tier down to counties
	reachIn    reach = "within" // 省内: lies in the territory; says a tier of media only
)

// level is a word for a tier: 各市州, 县级, 省.
type level struct {
	word  string
	tiers []actor.Tier
	reach reach
}

var levels = func() []level {
	var list []level
	add := func(r reach, tiers []actor.Tier, words ...string) {
		for _, w := range words {
			list = append(list, level{word: w, tiers: tiers, reach: r})
		}
	}
	add(reachTiers, []actor.Tier{actor.TierCentral}, "中央主要", "中央")
	add(reachTiers, []actor.Tier{actor.TierProvince},
		"各省、自治区、直辖市", "各省（自治区、直辖市）", "各省（区、市）", "各省区市", "各省", "省级", "省直", "自治区级", "自治区", "省")
	add(reachTiers, []actor.Tier{actor.TierPrefecture},
		"各市州", "各州市", "各市（州）", "各州（市）", "各市、州", "各设区市", "各设区的市", "各地级市", "各地市", "各市地",
		"各地（市、州）", "各地（州、市）", "各盟市", "各市（地）", "各市（地、州）", "各市", "市州级", "市州", "州市", "市（州）", "设区市",
		"地市级", "地级市", "地市", "市级", "市直", "州级", "州直", "市", "州", "计划单列市")
	add(reachTiers, []actor.Tier{actor.TierCounty},
		"各县（市、区）", "各县（区、市）", "各县（市）区", "各县（区）", "各县市区", "各县区", "各区县", "各区（县）", "各区（县、市）", "各区（市、县）", "各旗县",
		"各县市", "各县", "各区", "县（市、区）", "县（区、市）", "县（区）", "县市区", "县区", "区县", "县级", "县直", "区级", "县", "区")
	add(reachTiers, []actor.Tier{actor.TierPrefecture, actor.TierCounty},
		"各市、县（区）", "各市县（区）", "各市、县（市、区）", "各市县区", "各市县", "市县两级", "市、县", "市县", "市县区")
	add(reachBelow, nil, "各地各级", "各地区", "各地方", "各地", "地方各级", "地方")
	add(reachAll, nil, "省市县三级", "全省各级", "全省", "全市", "全区", "全县", "全州", "各级各类", "各级")
	add(reachIn, nil, "省内", "区内", "市内", "本省", "本市", "我省", "我市")
	slices.SortFunc(list, func(a, b level) int {
		return cmp.Or(len(b.word)-len(a.word), strings.Compare(a.word, b.word))
	})
	return list
}()

// fillers say nothing about which units are meant.
var fillers = longestFirst([]string{"各类", "各个", "各家", "各有关", "各相关", "各", "所有", "全体", "广大", "中共", "党委", "人民政府", "政府", "及其", "的"})

// selections say that fewer are meant than the words cover; which ones, a notice leaves open.
var selections = longestFirst([]string{
	"有关", "相关", "部分", "各有关", "各相关", "优质特色", "优质", "特色", "龙头骨干", "龙头", "骨干", "重点", "主流", "主要", "所属", "直属", "省属", "市属", "部属",
	"公办", "民办", "优秀", "知名", "有条件的", "符合条件的", "具备条件的", "具有代表性的", "当地", "本地", "所在地", "区域内", "辖区内", "驻地",
})

// separators join the items of a list inside one phrase.
var separators = longestFirst([]string{"、", "，", ",", "；", ";", "以及", "暨", "和", "与", "及", "或", "会同", "联合"})

// tails close a list that is not complete.
var tails = longestFirst([]string{"等有关部门", "等相关部门", "等有关单位", "等相关单位", "等部门", "等单位", "等机构", "等部门单位", "等"})

// bodies close a phrase that names members of a body: which they are, no scope can say.
var bodies = []string{"成员单位", "组成单位", "成员部门"}

// vague words mean units of no kind.
var vague = []string{"单位", "部门", "机构", "方面", "各方", "企事业单位"}

func longestFirst(words []string) []string {
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}
