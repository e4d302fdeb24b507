package actor

import (
	"slices"
	"strings"
)

// Line is a vertical of departments (条线).
type Line string

// The ten lines whose departments issue the notice together, and none for units outside of them.
const (
	LineNone            Line = ""
	LineEducation       Line = "education"          // 教育
	LinePropaganda      Line = "propaganda"         // 宣传
	LineCyberspace      Line = "cyberspace"         // 网信
	LineHumanResources  Line = "human_resources"    // 人力资源和社会保障
	LineIndustry        Line = "industry"           // 工业和信息化
	LineAgriculture     Line = "agriculture"        // 农业农村
	LineStateAssets     Line = "state_assets"       // 国资
	LineTradeUnion      Line = "trade_union"        // 工会
	LineYouthLeague     Line = "youth_league"       // 共青团
	LineVocationSociety Line = "vocational_society" // 中华职业教育社
)

// Lines lists the lines in the order in which the notice's issuers sign.
var Lines = []Line{
	LineEducation, LinePropaganda, LineCyberspace, LineHumanResources, LineIndustry,
	LineAgriculture, LineStateAssets, LineTradeUnion, LineYouthLeague, LineVocationSociety,
}

// Tier is the level at which a unit stands (层级).
type Tier string

// The tiers from above to below. Central media and enterprises stand in the province but above it.
const (
	TierCentral    Tier = "central"
	TierProvince   Tier = "province"
	TierPrefecture Tier = "prefecture"
	TierCounty     Tier = "county"
	TierBase       Tier = "base"
)

// Tiers lists the tiers from above to below.
var Tiers = []Tier{TierCentral, TierProvince, TierPrefecture, TierCounty, TierBase}

// Below tells whether t stands below other.
func (t Tier) Below(other Tier) bool { return slices.Index(Tiers, t) > slices.Index(Tiers, other) }

// Kind is what a unit is (单位类别).
type Kind string

// The kinds of unit.
const (
	KindDepartment           Kind = "department"
	KindHigherVocational     Kind = "higher_vocational"     // 高职高专院校
	KindVocationalUniversity Kind = "vocational_university" // 职业本科
	KindUniversity           Kind = "university"            // 普通本科
	KindTechnicianCollege    Kind = "technician_college"    // 技师学院
	KindAdultCollege         Kind = "adult_college"         // 独立设置的成人高校
	KindSecondaryVocational  Kind = "secondary_vocational"  // 中职学校
	KindSchool               Kind = "school"                // 中小学
	KindEnterprise           Kind = "enterprise"
	KindIndustryAssociation  Kind = "industry_association"
	KindResearchInstitute    Kind = "research_institute"
	KindMedia                Kind = "media"
	KindCommunity            Kind = "community"
	KindOther                Kind = "other"
)

// Kinds lists the kinds of unit.
var Kinds = []Kind{
	KindDepartment, KindHigherVocational, KindVocationalUniversity, KindUniversity, KindTechnicianCollege,
	KindAdultCollege, KindSecondaryVocational, KindSchool, KindEnterprise, KindIndustryAssociation,
	KindResearchInstitute, KindMedia, KindCommunity, KindOther,
}

// Place is where a unit stands: region (GB/T 2260 code of six digits) × line × tier × kind.
type Place struct {
	Region string
	Line   Line
	Tier   Tier
	Kind   Kind
}

// RegionPrefix gives the leading digits that a region shares with all regions inside it:
// "430000" → "43", "430100" → "4301", "430102" → "430102" (GB/T 2260).
func RegionPrefix(code string) string {
	if len(code) != 6 {
		return code
	}
	for strings.HasSuffix(code, "00") {
		code = code[:len(code)-2]
	}
	return code
}

// RegionWithin tells whether inner is outer or lies inside of it. An unknown outer holds nothing.
func RegionWithin(inner, outer string) bool {
	prefix := RegionPrefix(outer)
	return prefix != "" && strings.HasPrefix(inner, prefix)
}
