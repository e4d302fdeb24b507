package form

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// The codes of the forms that the product brings along.
const (
	WorkPlan      = "work_plan"       // 工作方案 (notice §四.1)
	Kickoff       = "kickoff"         // 启动仪式: 举办、线上举办或不举办 (notice §四.1)
	LocalTheme    = "local_theme"     // 地方宣传主题 (notice §一)
	WorkSummary   = "work_summary"    // 工作总结 (notice §四.5)
	Exemplar      = "exemplar"        // 先进典型 (notice §四.2)
	NewsEntryList = "news_entry_list" // 优秀新闻报送 (notice §四.4)
	Evidence      = "evidence"        // 工作情况简报: what the methods of §三 oblige to
	Interview     = "interview"       // 专题采访 (notice §四.1)
)

//go:embed shipped/*.json
var shippedFiles embed.FS

// shipped gives the definitions that the product brings along, by code. A changed file needs a higher
// version: a store keeps every version that it has once been given.
var shipped = sync.OnceValues(func() ([]Definition, error) {
	names, err := fs.Glob(shippedFiles, "shipped/*.json")
	if err != nil {
		return nil, err
	}
	list := make([]Definition, len(names))
	for i, name := range names {
		data, err := shippedFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if list[i], err = Parse(data); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return list, nil
})

// CodeFor gives the code of the shipped form that an obligation's hints ask for: names of forms or
// kinds of evidence, the most telling first, parted by blanks. What names no form of its own is told
// in the short evidence filing.
func CodeFor(hints string) string {
	for _, hint := range strings.Fields(hints) {
		switch hint {
		case WorkPlan, Kickoff, LocalTheme, WorkSummary, Exemplar, NewsEntryList, Interview:
			return hint
		case "news_entry":
			return NewsEntryList
		case "liaison": // 委派专人: the plan names the person
			return WorkPlan
		}
	}
	return Evidence
}

// The codes of the forms of activities that the product brings along: what the notice's methods ask
// of an activity beyond what all have in common.
const (
	StudySession   = "study_session"   // 专题学习 (notice §三.1)
	CommunityVisit = "community_visit" // 走进社区 (notice §三.3)
	OpenCampus     = "open_campus"     // 开放校园 (notice §三.4)
	OpenEnterprise = "open_enterprise" // 开放企业 (notice §三.5)
	SharingTalk    = "sharing_talk"    // 分享交流: 大国工匠、劳动模范、优秀职校生 (notice §三)
	AgricultureDay = "agriculture_day" // 大国三农 (notice §三.3)
	KickoffEvent   = "kickoff_event"   // 启动仪式活动
	PlainEvent     = "plain_event"     // what the product knows no kind for
)
