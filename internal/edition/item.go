package edition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// known is a name that the genre uses again and again, with the code and the English name it gets.
type known struct{ name, code, en string }

// knownMethods give methods the codes that statistics of several years can be joined by. A method
// with another name gets a code by its place, and counts for its own year.
var knownMethods = []known{
	{"专题学习", "study_session", "Study sessions"},
	{"宣传报道", "media_coverage", "Media coverage"},
	{"走进社区", "community_visit", "Community visits"},
	{"为民服务", "public_service", "Public service"},
	{"开放校园", "open_campus", "Open campus"},
	{"开放企业", "open_enterprise", "Open enterprises"},
	{"开放院所", "open_institute", "Open institutes"},
	{"开放赛场", "open_competition", "Open competitions"},
	{"启动仪式", "kickoff", "Kickoff"},
	{"成果展示", "exhibition", "Exhibitions"},
	{"线上活动", "online_activity", "Online activities"},
}

// knownGenres are genres of news work (新闻体裁).
var knownGenres = []known{
	{"消息", "news", "News item"}, {"通讯", "feature", "Feature"}, {"图片", "photo", "Photo"},
	{"专题", "special", "Special"}, {"评论", "commentary", "Commentary"}, {"访谈", "interview", "Interview"},
	{"专访", "exclusive", "Exclusive interview"}, {"综述", "roundup", "Round-up"}, {"侧记", "sidelight", "Sidelight"},
	{"特写", "close_up", "Close-up"}, {"调查报告", "investigation", "Investigation"}, {"理论文章", "essay", "Essay"},
	{"短视频", "short_video", "Short video"}, {"视频", "video", "Video"}, {"直播", "livestream", "Live stream"},
	{"海报", "poster", "Poster"}, {"公益广告", "public_ad", "Public-service advertisement"}, {"纪录片", "documentary", "Documentary"},
	{"图文", "illustrated", "Illustrated piece"}, {"动漫", "animation", "Animation"}, {"H5", "h5", "H5 page"},
}

// knownChannels are the ways by which publicity reaches people.
var knownChannels = []known{
	{"广播", "radio", "Radio"}, {"电视", "television", "Television"}, {"报刊", "press", "Newspapers and magazines"},
	{"报纸", "newspaper", "Newspapers"}, {"期刊", "magazine", "Magazines"}, {"网络", "internet", "Internet"},
	{"网站", "website", "Websites"}, {"互联网", "internet", "Internet"}, {"微信公众号", "wechat", "WeChat account"},
	{"微信", "wechat", "WeChat"}, {"微博", "weibo", "Weibo"}, {"客户端", "app", "App"}, {"短视频平台", "video_platform", "Video platform"},
	{"墙报", "wall_newspaper", "Wall newspaper"}, {"黑板报", "blackboard", "Blackboard newspaper"}, {"横幅", "banner", "Banner"},
	{"标语", "slogan", "Slogans"}, {"宣传栏", "notice_board", "Notice board"}, {"展板", "panel", "Display panels"},
	{"电子屏", "screen", "Public screens"}, {"显示屏", "screen", "Public screens"}, {"宣传册", "brochure", "Brochures"}, {"海报栏", "poster_wall", "Poster wall"},
}

// What an edition begins with where its notice lists none.
var (
	usualGenres   = knownGenres[:6]
	usualChannels = []string{"广播", "电视", "报刊", "网络", "微信公众号", "墙报", "横幅"}
)

// listOfWays finds 消息、通讯、图片…等多种形式: an enumeration that is said to be ways of publicity.
var listOfWays = regexp.MustCompile(`((?:[\p{Han}A-Za-z0-9]{2,14}、)+[\p{Han}A-Za-z0-9]{2,8}?)等(?:多种|各种|不同)?(?:形式|方式|渠道|途径|手段|平台|体裁|载体|媒介)`)

// itemsIn finds an enumeration in a notice in which at least two names are known, and makes items of
// all its names. The text may be broken into lines anywhere.
func itemsIn(text string, kind ItemKind, vocabulary []known) []Item {
	for _, found := range listOfWays.FindAllStringSubmatch(strings.Join(strings.Fields(text), ""), -1) {
		names := strings.Split(found[1], "、")
		names[0] = cutLead(names[0], vocabulary)
		hits := 0
		for _, n := range names {
			if slices.ContainsFunc(vocabulary, func(k known) bool { return k.name == n }) {
				hits++
			}
		}
		if hits < 2 || names[0] == "" {
			continue
		}
		return itemsOf(names, kind, vocabulary)
	}
	return nil
}

// cutLead drops what stands before the first name (综合运用消息, 通过广播); "" where it is unknown.
func cutLead(first string, vocabulary []known) string {
	longest := ""
	for _, k := range vocabulary {
		if strings.HasSuffix(first, k.name) && len(k.name) > len(longest) {
			longest = k.name
		}
	}
	return longest
}

func itemsOf(names []string, kind ItemKind, vocabulary []known) []Item {
	var list []Item
	for _, n := range names {
		it := Item{Kind: kind, Name: n}
		it.Code, it.NameEN = codeFor(n, kind, len(list)+1, vocabulary)
		if !slices.ContainsFunc(list, func(other Item) bool { return other.Code == it.Code }) {
			list = append(list, it)
		}
	}
	return list
}

// codeFor gives a name's code and English name; one that is not known gets a code by its place.
func codeFor(name string, kind ItemKind, place int, vocabulary []known) (code, en string) {
	for _, k := range vocabulary {
		if k.name == name {
			return k.code, k.en
		}
	}
	return fmt.Sprintf("%s_%d", kind, place), ""
}

func namesOf(list []known) []string {
	names := make([]string, len(list))
	for i, k := range list {
		names[i] = k.name
	}
	return names
}

// check tells what is wrong with an item that a person wrote.
func (it Item) check() problems {
	var bad problems
	if !codePattern.MatchString(it.Code) {
		bad.add(errCode())
	}
	bad.text("name", it.Name, maxName, true)
	bad.text("name_en", it.NameEN, maxName, false)
	bad.text("description", it.Description, maxDescription, false)
	bad.text("description_en", it.DescriptionEN, maxDescription, false)
	bad.text("clause", it.Clause, maxClause, false)
	return bad
}

func (it Item) tidy() Item {
	for _, s := range []*string{&it.Code, &it.Name, &it.NameEN, &it.Description, &it.DescriptionEN, &it.Clause} {
		*s = tidy(*s)
	}
	return it
}
