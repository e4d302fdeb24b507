package e2e

import (
	"bytes"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/testkit"
)

// A host reports more people than the rule takes on its word, the province verifies them, the public sees the
// figure, and the host prints its thanks.
func TestHostReportsWhatBecameOfASession(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		soon := site.Clock.Now().Add(time.Minute)
		act := site.Publish(nil, activity.SessionDraft{Starts: soon, Ends: soon.Add(30 * time.Minute)})
		site.Clock.Advance(40 * time.Minute)
		path := "/desk/results/" + act.Sessions[0].ID
		host := openAs(t, site, s, "college.editor")
		host.Go("/desk/results")
		host.Sees(act.Content.Title)
		host.Go(path + "/report")
		host.Fill(host.say("参加人数", "People"), "620")
		host.Fill(host.say("活动成效", "Outcome"), "学生体验数控机床，反响良好。")
		host.Shot("result-report")
		host.check()
		host.Follow(host.say("提交结果", "Hand in"))
		host.Sees(host.say("等待上级单位核实", "the unit above verifies it"))

		province := openAs(t, site, screen{office, s.lang}, "sheng.reviewer")
		province.Go("/desk/reviews")
		province.Follow(act.Content.Title)
		province.Sees("620", "学生体验数控机床，反响良好。")
		province.Shot("result-review-1440")
		province.check()
		province.Follow(province.say("核实无误", "Verify"))
		province.Sees(province.say("已核实", "Verified"))

		host.Go(path)
		host.Sees("620", host.say("上级核实", "verified by the upper unit"))
		host.Shot("result")
		host.check()
		if thanks := host.Download("/desk/activities/" + act.ID + "/certificate"); !bytes.HasPrefix(thanks, []byte("%PDF-")) {
			t.Errorf("the thanks begin with %.8q", thanks)
		}
		reader := openTab(t, site.URL, s.width, s.lang)
		reader.Go("/activities/" + act.ID)
		reader.Sees("620", "学生体验数控机床，反响良好。")
		reader.check()
	})
}
