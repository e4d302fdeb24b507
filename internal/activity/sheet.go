package activity

import (
	"strconv"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sheet"
)

// Plan is what an import would do: a dry run shows it, and the import itself does it or nothing.
type Plan struct {
	// Token stands for the file and for what it would do. The import is refused where it differs.
	Token      string
	Activities int
	Sessions   int
	Steps      []Step          // one for each activity, in the order of the file
	Problems   []sheet.Problem // empty when the file can be imported
	Unknown    []string        // titles of columns that are not read
}

// Step is an activity that an import makes.
type Step struct {
	Row      int // of its first session, as Excel numbers it
	Title    string
	Sessions int
}

// sheetColumns are those of an import and of an export, in the order in which they are written. A row
// is a session; rows that follow each other with the same title are sessions of one activity, which is
// as its first row says.
var sheetColumns = []sheet.Column{
	{Key: "title", Titles: []string{"活动名称", "Title"}, Required: true},
	{Key: "title_en", Titles: []string{"英文名称", "English title"}},
	{Key: "method", Titles: []string{"活动方式", "宣传方式", "Method"}, Required: true},
	{Key: "topics", Titles: []string{"宣传内容", "主题", "Topics"}},
	{Key: "kind", Titles: []string{"活动类型", "Kind"}},
	{Key: "summary", Titles: []string{"活动简介", "简介", "Summary"}},
	{Key: "description", Titles: []string{"详细介绍", "Description"}},
	{Key: "audience", Titles: []string{"面向对象", "参加对象", "Audience"}},
	{Key: "mode", Titles: []string{"活动形式", "Mode"}},
	{Key: "venue", Titles: []string{"活动地点", "地点", "Venue"}},
	{Key: "address", Titles: []string{"详细地址", "地址", "Address"}},
	{Key: "region", Titles: []string{"所在地区", "区划代码", "Region"}},
	{Key: "link", Titles: []string{"线上地址", "Link"}},
	{Key: "office", Titles: []string{"咨询部门", "Contact office"}},
	{Key: "phone", Titles: []string{"咨询电话", "办公电话", "Contact phone"}},
	{Key: "safety", Titles: []string{"安全须知", "Safety"}},
	{Key: "access", Titles: []string{"交通指引", "How to come"}},
	{Key: "day", Titles: []string{"日期", "Date"}, Kind: sheet.Date},
	{Key: "start", Titles: []string{"开始时间", "Start"}},
	{Key: "end", Titles: []string{"结束时间", "End"}},
	{Key: "seats", Titles: []string{"席位数", "名额", "Seats"}, Kind: sheet.Number},
	{Key: "party", Titles: []string{"每次最多人数", "Largest party"}, Kind: sheet.Number},
	{Key: "group_min", Titles: []string{"团体最少人数", "Smallest group"}, Kind: sheet.Number},
	{Key: "group_max", Titles: []string{"团体最多人数", "Largest group"}, Kind: sheet.Number},
}

// The words of the choices as they stand in Excel files, the one that is written first. The files are
// an office's own documents, so they are written in Chinese whatever the reader's language; the code is
// always understood too.
var (
	modeWords = map[Mode][]string{
		OnSite: {"现场", "线下"},
		Online: {"线上", "网上"},
		Both:   {"线上线下结合", "线上线下"},
	}
	audienceWords = map[Audience][]string{
		"public":          {"社会公众", "公众", "市民"},
		"pupils":          {"中小学生", "学生（中小学）"},
		"parents":         {"学生家长", "家长"},
		"students":        {"职业院校学生", "院校学生"},
		"teachers":        {"教师"},
		"residents":       {"社区居民", "居民"},
		"workers":         {"企业职工", "职工"},
		"job_seekers":     {"求职人员", "失业人员"},
		"farmers":         {"农民", "高素质农民", "农户"},
		"veterans":        {"退役军人"},
		"migrant_workers": {"进城务工人员", "农民工"},
		"enterprises":     {"企业"},
	}
)

// parseWord finds the value that a cell names; ok is false where it names none.
func parseWord[T ~string](table map[T][]string, cell string) (value T, ok bool) {
	for value, accepted := range table {
		if cell == string(value) {
			return value, true
		}
		for _, word := range accepted {
			if cell == word {
				return value, true
			}
		}
	}
	return "", false
}

// entries parts a cell with several entries.
func entries(cell string) (list []string) {
	for _, one := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";；、,，\n", r) }) {
		if one = strings.TrimSpace(one); one != "" {
			list = append(list, one)
		}
	}
	return list
}

// sheetFields leads from the fields of problems to the columns in which they are mended.
var sheetFields = map[string]string{
	"venue.name": "venue", "venue.address": "address", "venue.region": "region", "contact.office": "office", "contact.phone": "phone",
	"session.starts": "start", "session.ends": "end", "session.capacity": "seats", "session.party_max": "party", "session.group_max": "group_max",
	"session.opens": "start", "session.closes": "start",
}

// column is the first title of the column in which a problem is mended, "" for the row as a whole.
func column(field string) string {
	if key, ok := sheetFields[field]; ok {
		field = key
	}
	for _, c := range sheetColumns {
		if c.Key == field {
			return c.Titles[0]
		}
	}
	return ""
}

// rowSession reads the session of a row; ok is false where the row has none.
func rowSession(row sheet.Row) (d SessionDraft, ok bool, bad problems) {
	day, start, end := row.Get("day"), row.Get("start"), row.Get("end")
	if day == "" && start == "" && end == "" && row.Get("seats") == "" {
		return SessionDraft{}, false, nil
	}
	if day == "" {
		bad.add(errs.Invalid("activity.session_undated").On("day"))
		return SessionDraft{}, false, bad
	}
	for _, one := range []struct {
		key, cell string
		to        *clock.Instant
	}{{"start", start, &d.Starts}, {"end", end, &d.Ends}} {
		instant, err := at(clock.Day(day), clockTime(one.cell))
		if err != nil {
			bad.add(errs.Invalid("activity.time_unreadable", "value", shorten(one.cell)).On(one.key))
			continue
		}
		*one.to = instant
	}
	numbers := map[string]int64{}
	for _, key := range []string{"seats", "party", "group_min", "group_max"} {
		if row.Get(key) == "" {
			continue
		}
		n, err := strconv.ParseInt(row.Get(key), 10, 32)
		if err != nil {
			bad.add(errs.Invalid("activity.number_whole").On(key))
		}
		numbers[key] = n
	}
	d.Bookable = row.Get("seats") != ""
	d.Capacity, d.PartyMax, d.GroupMin, d.GroupMax = numbers["seats"], int(numbers["party"]), int(numbers["group_min"]), int(numbers["group_max"])
	return d.tidy(), true, bad
}

// clockTime gives a time as people write it (9:00, 09：00, 9:00:00 of a cell that Excel took for a
// time) as HH:MM.
func clockTime(cell string) string {
	cell = strings.ReplaceAll(cell, "：", ":")
	if parts := strings.Split(cell, ":"); len(parts) == 3 && parts[2] == "00" {
		cell = parts[0] + ":" + parts[1]
	}
	if len(cell) == 4 {
		cell = "0" + cell
	}
	return cell
}
