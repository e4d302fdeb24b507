package edition

import (
	"reflect"
	"slices"
	"testing"

	"openweek/internal/actor"
)

// said is a resolution in a short form.
type said struct {
	scopes actor.Scopes
	group  string
	notes  []Note
	open   bool
}

func departments(tiers []actor.Tier, lines ...actor.Line) actor.Scope {
	return actor.Scope{Regions: []string{"430000"}, Lines: lines, Tiers: tiers, Kinds: []actor.Kind{actor.KindDepartment}}
}

func kinds(tiers []actor.Tier, kinds ...actor.Kind) actor.Scope {
	return actor.Scope{Regions: []string{"430000"}, Tiers: tiers, Kinds: kinds}
}

var (
	every    = []actor.Tier{actor.TierProvince, actor.TierPrefecture, actor.TierCounty}
	deep     = append(slices.Clone(every), actor.TierBase)
	local    = []actor.Tier{actor.TierPrefecture, actor.TierCounty}
	atCenter = []actor.Tier{actor.TierCentral}
	atTop    = []actor.Tier{actor.TierProvince}
	atCity   = []actor.Tier{actor.TierPrefecture}
	atCounty = []actor.Tier{actor.TierCounty}
)

func TestResolveReadsPhrasesOfTheGenre(t *testing.T) {
	t.Parallel()
	vocational := []actor.Kind{actor.KindHigherVocational, actor.KindVocationalUniversity, actor.KindSecondaryVocational, actor.KindTechnicianCollege}
	one := func(s actor.Scope, notes ...Note) said { return said{scopes: actor.Scopes{s}, notes: notes} }
	for _, c := range []struct {
		list []string
		want []said
	}{
		{[]string{"市州教育（体）局"}, []said{one(departments(atCity, actor.LineEducation))}},
		{[]string{"各市(州)教育局 ："}, []said{one(departments(atCity, actor.LineEducation))}},
		{[]string{"各设区市教育局", "总工会"}, []said{one(departments(atCity, actor.LineEducation)), one(departments(atCity, actor.LineTradeUnion))}},
		{[]string{"各州市教育体育局", "党委宣传部"}, []said{one(departments(atCity, actor.LineEducation)), one(departments(atCity, actor.LinePropaganda))}},
		{[]string{"各市教育局（教委）"}, []said{one(departments(atCity, actor.LineEducation))}},
		{[]string{"各县（市、区）教育局", "人社局"}, []said{one(departments(atCounty, actor.LineEducation)), one(departments(atCounty, actor.LineHumanResources))}},
		{[]string{"各市州", "县市区教育局", "团委"}, []said{
			one(departments(atCity, actor.LineEducation)), one(departments(atCounty, actor.LineEducation)), one(departments(local, actor.LineYouthLeague)),
		}},
		{[]string{"各市州教育局", "各高职院校", "宣传部"}, []said{ // a school between ends the spread
			one(departments(atCity, actor.LineEducation)), one(kinds(nil, actor.KindHigherVocational), NoteNeighbour),
			one(departments(every, actor.LinePropaganda), NoteTierAssumed),
		}},
		{[]string{"省委宣传部"}, []said{one(departments(atTop, actor.LinePropaganda))}},
		{[]string{"团省委"}, []said{one(departments(atTop, actor.LineYouthLeague))}},
		{[]string{"省直工信部门"}, []said{one(departments(atTop, actor.LineIndustry))}},
		{[]string{"湖南省教育厅"}, []said{one(departments(atTop, actor.LineEducation))}},
		{[]string{"长沙市教育局", "总工会"}, []said{
			one(actor.Scope{Regions: []string{"430100"}, Lines: []actor.Line{actor.LineEducation}, Tiers: atCity, Kinds: []actor.Kind{actor.KindDepartment}}),
			one(actor.Scope{Regions: []string{"430100"}, Lines: []actor.Line{actor.LineTradeUnion}, Tiers: atCity, Kinds: []actor.Kind{actor.KindDepartment}}),
		}},
		{[]string{"湖南工匠职业学院"}, []said{one(actor.Scope{Units: []string{"u-1"}})}},
		{[]string{"各地教育、宣传、网信等部门"}, []said{one(departments(local, actor.LineEducation, actor.LinePropaganda, actor.LineCyberspace), NoteOpenEnded)}},
		{[]string{"教育、宣传、人力资源和社会保障部门"}, []said{
			one(departments(every, actor.LineEducation, actor.LinePropaganda, actor.LineHumanResources), NoteTierAssumed),
		}},
		{[]string{"工业和信息化、人力资源和社会保障部门、国资委与行业企业协会"}, []said{{
			scopes: actor.Scopes{departments(every, actor.LineIndustry, actor.LineHumanResources, actor.LineStateAssets), kinds(nil, actor.KindIndustryAssociation)},
			notes:  []Note{NoteTierAssumed},
		}}},
		{[]string{"各级教育部门和职业院校师生"}, []said{{scopes: actor.Scopes{departments(every, actor.LineEducation), kinds(nil, vocational...)}}}},
		{[]string{"共青团组织"}, []said{one(departments(deep, actor.LineYouthLeague))}},
		{[]string{"工会"}, []said{one(departments(deep, actor.LineTradeUnion))}},
		{[]string{"农业行政部门"}, []said{one(departments(every, actor.LineAgriculture), NoteTierAssumed)}},
		{[]string{"各市州"}, []said{one(departments(atCity, actor.LineEducation), NoteLeadAssumed)}},
		{[]string{"各地、各单位"}, []said{one(departments(local, actor.LineEducation), NoteLeadAssumed), {open: true, notes: []Note{NoteAddressees}}}},
		{[]string{"央媒驻湘机构"}, []said{one(kinds(atCenter, actor.KindMedia))}},
		{[]string{"中央驻粤新闻单位"}, []said{one(kinds(atCenter, actor.KindMedia))}},
		{[]string{"部分驻鄂央媒"}, []said{one(kinds(atCenter, actor.KindMedia), NoteSelection)}},
		{[]string{"省级媒体"}, []said{one(kinds(atTop, actor.KindMedia))}},
		{[]string{"省内有关媒体"}, []said{one(kinds([]actor.Tier{actor.TierProvince, actor.TierPrefecture}, actor.KindMedia), NoteSelection, NoteNeighbour)}},
		{[]string{"各类媒体"}, []said{one(kinds(nil, actor.KindMedia))}},
		{[]string{"地方主流媒体"}, []said{one(kinds(local, actor.KindMedia), NoteSelection)}},
		{[]string{"中央在湘企业"}, []said{one(kinds(atCenter, actor.KindEnterprise))}},
		{[]string{"龙头骨干企业"}, []said{one(kinds(nil, actor.KindEnterprise), NoteSelection)}},
		{[]string{"各高职高专院校"}, []said{one(kinds(nil, actor.KindHigherVocational), NoteNeighbour)}},
		{[]string{"各职业本科学校"}, []said{one(kinds(nil, actor.KindVocationalUniversity))}},
		{[]string{"职业院校"}, []said{one(kinds(nil, vocational...))}},
		{[]string{"技师学院"}, []said{one(kinds(nil, actor.KindTechnicianCollege))}},
		{[]string{"独立设置的成人高校"}, []said{one(kinds(nil, actor.KindAdultCollege))}},
		{[]string{"中小学校"}, []said{one(kinds(nil, actor.KindSchool))}},
		{[]string{"省职业教育联席会议成员单位"}, []said{{group: "省职业教育联席会议成员单位", notes: []Note{NoteMembers}}}},
		{[]string{"教育部门和各有关领导小组成员单位"}, []said{{
			scopes: actor.Scopes{departments(every, actor.LineEducation)}, group: "领导小组成员单位", notes: []Note{NoteTierAssumed, NoteSelection, NoteMembers},
		}}},
		{[]string{"有关单位"}, []said{{open: true, notes: []Note{NoteSelection, NoteUnknown}}}},
		{[]string{"教育部"}, []said{{open: true, notes: []Note{NoteUnknown}}}},
		{[]string{"各县（市、区）委文明办"}, []said{{open: true, notes: []Note{NoteUnknown}}}},
		{[]string{""}, []said{{open: true, notes: []Note{NoteUnknown}}}},
		{[]string{"教育部门和某某公司"}, []said{{open: true, notes: []Note{NoteTierAssumed, NoteUnknown}}}},
	} {
		hunan := Territory{
			Code: "430000", Regions: map[string]string{"湖南省": "430000", "长沙市": "430100", "长沙": "430100"},
			Units: map[string]string{"湖南工匠职业学院": "u-1"}, Addressed: actor.Scopes{departments(atCity, actor.LineEducation)},
		}
		var got []said
		for _, r := range hunan.Resolve(c.list) {
			got = append(got, said{r.Scopes, r.Group, r.Notes, !r.Resolved})
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v\n got %+v\nwant %+v", c.list, got, c.want)
		}
	}
}

func TestResolveOffersWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	hunan := Territory{Code: "430000", Addressed: actor.Scopes{departments(atCity, actor.LineEducation)}}
	for phrase, want := range map[string]actor.Scopes{
		"各高职院校":     {kinds(nil, actor.KindVocationalUniversity)},
		"省内媒体":      {kinds(atCounty, actor.KindMedia)},
		"各单位":       hunan.Addressed,
		"教育部门和某某公司": {departments(every, actor.LineEducation)},
		"技师学院":      nil,
		"有关单位":      nil,
	} {
		if got := hunan.Resolve([]string{phrase})[0].Suggestions; len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", phrase, got, want)
		}
	}
}

func TestResolveInAPrefectureBeginsThere(t *testing.T) {
	t.Parallel()
	changsha := Territory{Code: "430100"}
	for phrase, want := range map[string][]actor.Tier{"教育部门": local, "各地": atCounty, "各区县教育局": atCounty, "市教育局": atCity} {
		got := changsha.Resolve([]string{phrase})[0].Scopes
		if len(got) != 1 || !slices.Equal(got[0].Tiers, want) || got[0].Regions[0] != "430100" {
			t.Errorf("%s: got %+v, want tiers %v", phrase, got, want)
		}
	}
}

func FuzzResolveNeverObligesByHalfAPhrase(f *testing.F) {
	for _, s := range []string{"各市州教育（体）局、党委宣传部", "驻", "委", "（", "各各各", "等", "等、等", "成员单位", "、、", "中央驻", "\xff教育"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, phrase string) {
		for _, r := range (Territory{Code: "430000", Regions: map[string]string{"长沙": "430100"}}).Resolve([]string{phrase, phrase}) {
			if covers := len(r.Scopes) > 0 || r.Group != ""; covers != r.Resolved {
				t.Fatalf("%q: resolved is %v with %+v", phrase, r.Resolved, r)
			}
		}
	})
}
