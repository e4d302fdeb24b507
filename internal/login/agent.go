package login

import "strings"

// agentOf names the browser and the system of a User-Agent header, such as "Chrome · Windows", for
// the list of one's own logins. Nothing else of the header is kept: the whole one can identify a device.
func agentOf(header string) string {
	pick := func(table [][2]string) string {
		for _, row := range table {
			if strings.Contains(header, row[0]) {
				return row[1]
			}
		}
		return ""
	}
	browser, system := pick(browsers), pick(systems)
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + " · " + system
}

// The first that fits names it: browsers claim to be each other, the special one before the general one.
var (
	browsers = [][2]string{
		{"MicroMessenger/", "WeChat"}, {"DingTalk/", "DingTalk"}, {"Edg/", "Edge"}, {"EdgA/", "Edge"},
		{"QQBrowser/", "QQ Browser"}, {"UCBrowser/", "UC Browser"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"},
		{"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Trident/", "Internet Explorer"}, {"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"HarmonyOS", "HarmonyOS"}, {"OpenHarmony", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)
