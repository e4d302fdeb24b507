package notice

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The notice that the product ships, and the real one that it was written after, state
// the same facts: one table holds both. shared is the folder beside the checkout.
const (
	sampleFile = "../sample/notice_hunan_2020.txt"
	shared     = "../../../shared/notices"
)

// seeds gives the texts that the tables of this file hold for.
func seeds(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{"sample": read(t, sampleFile)}
	if b, err := os.ReadFile(filepath.Join(shared, "seed_hunan_2020.txt")); err == nil {
		texts["seed"] = string(b)
	} else {
		t.Log("the shared seed notice is absent: only the product's own sample is tried")
	}
	return texts
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func mustParse(t testing.TB, text string) Draft {
	t.Helper()
	d, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func values(facts []Text) []string {
	var v []string
	for _, f := range facts {
		v = append(v, f.Value)
	}
	return v
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func TestSeedHead(t *testing.T) {
	t.Parallel()
	for name, text := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			d := mustParse(t, text)
			equal(t, "title", d.Title.Value, "关于开展2020年湖南省职业教育宣传活动周的通知")
			equal(t, "number", d.DocNumber.Value, "湘教通〔2020〕166号")
			equal(t, "issuers", values(d.Issuers), []string{
				"湖南省教育厅", "中共湖南省委宣传部", "中共湖南省委网络安全和信息化委员会办公室", "湖南省人力资源和社会保障厅", "湖南省工业和信息化厅",
				"湖南省农业农村厅", "湖南省人民政府国有资产监督管理委员会", "湖南省总工会", "中国共产主义青年团湖南省委员会", "湖南中华职业教育社",
			})
			equal(t, "addressees", values(d.Addressees), []string{
				"各市州教育（体）局", "党委宣传部", "网信办", "人力资源和社会保障局", "工业和信息化局", "农业农村局", "国资委", "总工会", "团委", "中华职教社",
				"省职业教育联席会议成员单位", "省内有关媒体", "各高职高专院校", "技师学院", "独立设置的成人高校", "有关单位",
			})
			equal(t, "issued on", d.IssuedOn.Value, Day("2020-07-03"))
			equal(t, "window", []Day{d.Window.Start.Value, d.Window.End.Value}, []Day{"2020-07-20", "2020-07-26"})
			equal(t, "theme", d.Theme.Value, "推进高质量发展，建设职业教育强省")
			equal(t, "headings", values(d.Headings), []string{"时间和主题", "主要宣传内容", "主要宣传方式", "相关工作要求"})
			equal(t, "attachments", len(d.Attachments), 0)
		})
	}
}

// outline draws a section tree: level, clause and title of each section.
func outline(sections []Section) []string {
	var lines []string
	for _, s := range sections {
		lines = append(lines, strings.Repeat(" ", s.Level-1)+s.Clause+" "+s.Title)
		lines = append(lines, outline(s.Children)...)
	}
	return lines
}

func TestSeedSectionTree(t *testing.T) {
	t.Parallel()
	for name, text := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			equal(t, "tree", outline(mustParse(t, text).Sections), []string{
				"一 时间和主题",
				"二 主要宣传内容",
				" 二.1 宣传方针政策", " 二.2 宣传职业教育发展成果", " 二.3 宣传典型经验", " 二.4 宣传典型事迹", " 二.5 宣传产教融合校企合作", " 二.6 宣传终身学习理念", " 二.7 宣传中职资助工作",
				"三 主要宣传方式",
				" 三.1 专题学习", " 三.2 宣传报道", " 三.3 走进社区", " 三.4 开放校园", " 三.5 开放企业",
				"四 相关工作要求",
				" 四.1 ", " 四.2 ", " 四.3 ", " 四.4 遴选2020年度职业教育优秀新闻", " 四.5 报送工作总结",
			})
		})
	}
}

func TestSeedTopicsAndMethods(t *testing.T) {
	t.Parallel()
	brief := func(items []Item) (list []string) {
		for _, it := range items {
			list = append(list, strings.TrimSpace(it.Clause+" "+it.Title+" "+it.Code))
		}
		return list
	}
	for name, text := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			d := mustParse(t, text)
			equal(t, "topics", brief(d.Topics), []string{
				"二.1 宣传方针政策", "二.2 宣传职业教育发展成果", "二.3 宣传典型经验", "二.4 宣传典型事迹", "二.5 宣传产教融合校企合作", "二.6 宣传终身学习理念", "二.7 宣传中职资助工作",
			})
			equal(t, "methods", brief(d.Methods), []string{
				"三.1 专题学习 study_session", "三.2 宣传报道 media_coverage", "三.3 走进社区 community_visit", "三.4 开放校园 open_campus", "三.5 开放企业 open_enterprise",
			})
		})
	}
}

// duties are the obligations of the seed, each judged from its clause. Only the last
// two have a day; plans have none; the kickoff is each prefecture's own decision (that it
// decides is owed, the ceremony is not); an entry for the news selection and a local
// theme are offered, not owed; interviews are owed on request, exemplars are rolling.
var duties = []struct {
	clause    string
	who       string // in full, parted by blanks; "" for everybody addressed
	due       string
	timing    Timing
	required  bool
	discharge Discharge
	kinds     string
	to        string
}{
	{"一", "各地", "", TimingOpen, false, ByDecision, "local_theme", ""},
	{"三.1", "", "", TimingWindow, true, ByEvidence, "study_session", ""},
	{"三.2", "各地 各单位", "", TimingWindow, true, ByEvidence, "media_coverage", ""},
	{"三.2", "各类媒体", "", TimingWindow, true, ByEvidence, "media_column media_coverage", ""},
	{"三.2", "教育部门 宣传部门 人力资源和社会保障部门 职业院校", "", TimingWindow, true, ByEvidence, "media_column", ""},
	{"三.3", "职业院校", "", TimingWindow, true, ByEvidence, "community_visit", ""},
	{"三.4", "市州教育（体）局", "", TimingWindow, true, ByEvidence, "pupil_visit craftsmen_on_campus open_campus", ""},
	{"三.4", "共青团组织", "", TimingWindow, true, ByEvidence, "league_talk online_activity", ""},
	{"三.4", "农业行政部门", "", TimingWindow, true, ByEvidence, "agriculture_day", ""},
	{"三.5", "工业和信息化部门 人力资源和社会保障部门 国资委 行业企业协会", "", TimingWindow, true, ByEvidence, "open_enterprise", ""},
	{"三.5", "工会 教育部门 人力资源和社会保障部门", "", TimingWindow, true, ByEvidence, "craftsmen_on_campus", ""},
	{"四.1", "各地教育部门 各地宣传部门 各地网信部门 各地人力资源和社会保障部门 各地工业和信息部门 各地农业农村部门 各地国资委 各地工会 各地团委 各地中华职教社", "", TimingOpen, true, ByFiling, "work_plan liaison", ""},
	{"四.1", "各市州", "", TimingOpen, true, ByDecision, "kickoff", ""},
	{"四.1", "有关单位", "", TimingOnRequest, true, ByEvidence, "interview", ""},
	{"四.2", "各地 各单位", "", TimingRolling, true, ByFiling, "exemplar", ""},
	{"四.3", "各媒体", "", TimingOpen, true, ByEvidence, "media_coverage", ""},
	{"四.4", "央媒驻湘机构 省级媒体", "2020-12-20", TimingDue, false, ByFiling, "news_entry media_coverage", "省教育厅职业教育与成人教育处"},
	{"四.5", "各市州教育（体）局 各高职院校", "2020-08-31", TimingDue, true, ByFiling, "work_summary", "省教育厅职成处"},
}

func TestSeedObligations(t *testing.T) {
	t.Parallel()
	for name, text := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			got := mustParse(t, text).Obligations
			if len(got) != len(duties) {
				t.Fatalf("%d obligations, want %d", len(got), len(duties))
			}
			for i, want := range duties {
				o := got[i]
				var who []string
				for _, p := range o.Who {
					who = append(who, p.Full)
				}
				is := want
				is.clause, is.who, is.due, is.timing = o.Clause, strings.Join(who, " "), o.Due.String(), o.Timing
				is.required, is.discharge, is.kinds, is.to = o.Required, o.Discharge, strings.Join(o.Kinds, " "), o.To
				if is != want {
					t.Errorf("%d:\n got %+v\nwant %+v\nfrom %s", i, is, want, o.What)
				}
			}
		})
	}
}

func TestSeedDeadlines(t *testing.T) {
	t.Parallel()
	for name, text := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			d := mustParse(t, text)
			if len(d.Deadlines) != 2 {
				t.Fatalf("%d deadlines, want 2", len(d.Deadlines))
			}
			news, summary := d.Deadlines[0], d.Deadlines[1]
			equal(t, "news", []string{news.Due.Value.String(), news.What.Value}, []string{"2020-12-20", "将有关湖南省职业教育的正面宣传报道报送省教育厅职业教育与成人教育处"})
			equal(t, "news, who", values(news.Who), []string{"央媒驻湘机构", "省级媒体"})
			equal(t, "summary", summary.Due.Value.String(), "2020-08-31")
			equal(t, "summary, who", values(summary.Who), []string{"各市州教育（体）局", "各高职院校"})
		})
	}
}

func TestSampleContactIsInvented(t *testing.T) {
	t.Parallel()
	d := mustParse(t, read(t, sampleFile))
	equal(t, "phones", values(d.Phones), []string{"0731-84710000"})
	equal(t, "emails", values(d.Emails), []string{"week@example.cn"})
}
