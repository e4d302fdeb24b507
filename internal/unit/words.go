package unit

import (
	"openweek/internal/actor"
)

// The words of the enumerations as they stand in Excel files, the one that is written first. The
// files are an office's own documents, so they are written in Chinese whatever the reader's language;
// the identifier is always understood too.
var (
	lineWords = map[actor.Line][]string{
		actor.LineNone:            {"", "无", "none"},
		actor.LineEducation:       {"教育"},
		actor.LinePropaganda:      {"宣传"},
		actor.LineCyberspace:      {"网信"},
		actor.LineHumanResources:  {"人力资源和社会保障", "人社", "人力资源社会保障"},
		actor.LineIndustry:        {"工业和信息化", "工信"},
		actor.LineAgriculture:     {"农业农村", "农业"},
		actor.LineStateAssets:     {"国有资产监督管理", "国资", "国资委"},
		actor.LineTradeUnion:      {"工会", "总工会"},
		actor.LineYouthLeague:     {"共青团", "团委"},
		actor.LineVocationSociety: {"中华职业教育社", "中华职教社", "职教社"},
	}
	tierWords = map[actor.Tier][]string{
		actor.TierCentral:    {"中央"},
		actor.TierProvince:   {"省级", "省"},
		actor.TierPrefecture: {"市州级", "市州", "市级", "州级"},
		actor.TierCounty:     {"县市区级", "县市区", "县级", "区级"},
		actor.TierBase:       {"基层"},
	}
	kindWords = map[actor.Kind][]string{
		actor.KindDepartment:           {"部门", "党政部门", "机关"},
		actor.KindHigherVocational:     {"高职高专院校", "高职院校", "高职", "高专"},
		actor.KindVocationalUniversity: {"职业本科院校", "职业本科"},
		actor.KindUniversity:           {"普通本科院校", "普通本科", "本科"},
		actor.KindTechnicianCollege:    {"技师学院"},
		actor.KindAdultCollege:         {"成人高校", "独立设置的成人高校"},
		actor.KindSecondaryVocational:  {"中职学校", "中等职业学校", "中职"},
		actor.KindSchool:               {"中小学"},
		actor.KindEnterprise:           {"企业"},
		actor.KindIndustryAssociation:  {"行业协会", "行业组织"},
		actor.KindResearchInstitute:    {"科研院所", "科研单位"},
		actor.KindMedia:                {"媒体"},
		actor.KindCommunity:            {"社区"},
		actor.KindOther:                {"其他"},
	}
	levelWords = map[string][]string{
		LevelProvince:   {"省级", "省"},
		LevelPrefecture: {"地级", "市州级", "市州", "地级市"},
		LevelCounty:     {"县级", "县市区级", "县市区"},
	}
)

// parseWord finds the value that a cell names; an unknown word is given back as it is, for the check to refuse.
func parseWord[T ~string](table map[T][]string, cell string) T {
	folded := fold(cell)
	for value, accepted := range table {
		if folded == string(value) {
			return value
		}
		for _, w := range accepted {
			if folded == fold(w) {
				return value
			}
		}
	}
	return T(cell)
}

// word gives the word that is written for a value.
func word[T ~string](table map[T][]string, value T) string {
	if accepted := table[value]; len(accepted) > 0 {
		return accepted[0]
	}
	return string(value)
}
