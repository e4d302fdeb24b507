package sample

import "openweek/internal/actor"

// The optional English names of the sample's data.
const (
	nameEN  = "2020 Hunan Vocational Education Publicity Week"
	themeEN = "Advance high-quality development, build a province strong in vocational education"
)

var topicsEN = map[string]string{
	"宣传方针政策":     "Principles and policies",
	"宣传职业教育发展成果": "What vocational education has achieved",
	"宣传典型经验":     "Experience worth sharing",
	"宣传典型事迹":     "People and their stories",
	"宣传产教融合校企合作": "Industry and education together",
	"宣传终身学习理念":   "Lifelong learning",
	"宣传中职资助工作":   "Financial aid for vocational pupils",
}

// descriptionsEN by the item's Chinese name.
var descriptionsEN = map[string]string{
	"宣传方针政策":     "What the country and the province have decided for vocational education, the reform plans, and the spirit of model workers and craftsmen.",
	"宣传职业教育发展成果": "What vocational education has done for industry, for rural areas and against the epidemic, and how it has grown with the local economy.",
	"宣传典型经验":     "Good practice of prefectures and schools in working with industry: what was tried, what is special, what came of it.",
	"宣传典型事迹":     "Stories of students, teachers, graduates who founded firms, and craftsmen; groups and people who did something outstanding.",
	"宣传产教融合校企合作": "Policies for schools and enterprises to work together, enterprises that train, and how talent is trained jointly.",
	"宣传终身学习理念":   "Examples of learning in communities, at work and on farms, so that more people keep learning.",
	"宣传中职资助工作":   "How pupils of secondary vocational schools are helped, and the stories of those who received a national scholarship.",
	"专题学习":       "Seminars and talks on the reform plan and on the laws and policies of vocational education.",
	"宣传报道":       "Radio, television, newspapers, websites, WeChat accounts, wall newspapers and banners tell of the week; media open columns and series.",
	"走进社区":       "Teachers and students go into communities, parks and museums with services such as health care, repairs, folk crafts and advice for people who move to cities.",
	"开放校园":       "Pupils visit good vocational schools for work experience and exhibitions, and meet craftsmen, model workers and outstanding students.",
	"开放企业":       "Leading enterprises open workshops and places where students, parents and residents can watch and try a profession.",
}

// obligationsEN by the beginning of the clause's words.
var obligationsEN = []struct{ begins, en string }{
	{"各地可结合", "Prefectures may set a theme of their own that fits local industry and schools"},
	{"组织《国家职业教育改革实施方案》", "Hold study sessions and talks on the reform plan and on the laws and policies of vocational education"},
	{"各地、各单位要通过广播", "Publicise the week on radio, television, in the press, online, on WeChat accounts, wall newspapers and banners"},
	{"各类媒体要通过专栏", "Report in columns, special pages and series"},
	{"教育、宣传、人力资源", "Open a column in the leading local media and contribute articles"},
	{"职业院校要组织师生", "Take teachers and students into communities and offer services with professional skill"},
	{"市州教育（体）局要组织", "Organise visits of pupils to good vocational schools, with work experience and talks by craftsmen, model workers and students"},
	{"共青团组织要以", "Hold talks by outstanding vocational students and run the online activity on professions"},
	{"农业行政部门要组织", "Organise the agriculture activities with research institutes and agricultural enterprises"},
	{"工业和信息化、人力资源", "Have leading enterprises open workshops and places to try a profession to students, parents and residents"},
	{"工会要和教育部门", "Bring master craftsmen to campuses and help schools and enterprises find each other"},
	{"各地教育、宣传、网信", "Plan the week: money, a named person, a work plan, and the coordination of media, schools and enterprises"},
	{"请各市州结合本地", "Decide whether to hold a kickoff ceremony"},
	{"请有关单位积极", "Support interviews by central and provincial media"},
	{"各地、各单位在办好", "Find and recommend exemplars"},
	{"各媒体要根据自身特点", "Report in many genres and link with skills contests and enrolment"},
	{"将有关湖南省职业教育的正面宣传报道", "Hand in published reports for the selection of excellent news"},
	{"将本地本校职业教育宣传活动周", "Hand in the summary of the week"},
}

// localTheme is a prefecture's own theme.
type localTheme struct{ region, theme, en string }

var themes2020 = []localTheme{
	{"430100", "匠心星城 技能长沙", "City of craft, Changsha of skills"},
	{"430200", "动力之都 匠造株洲", "Power city, made by craft"},
}

var themesNow = []localTheme{
	{"430100", "技能点亮星城", "Skills light up the city of stars"},
	{"430200", "动力株洲 匠心同行", "Zhuzhou drives on with craft"},
	{"430600", "通江达海 技能岳阳", "From river to sea, skilled Yueyang"},
	{"430800", "技能让山水更美", "Skills make mountains and waters more beautiful"},
	{"431300", "材料之城 工匠之乡", "City of materials, home of craftsmen"},
	{"433100", "苗乡土家有工匠 非遗技艺进校园", "Heritage crafts come to campus"},
}

// officeEN gives the English name of an issuer.
func officeEN(name string) string {
	for _, o := range offices {
		if o.province == name {
			return o.nameEN
		}
	}
	return ""
}

// provincialOffices are the members with which the sample fills the joint conference.
var provincialOffices = actor.Scope{
	Regions: []string{Province}, Tiers: []actor.Tier{actor.TierProvince}, Kinds: []actor.Kind{actor.KindDepartment},
}
