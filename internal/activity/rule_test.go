package activity_test

import (
	"testing"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
)

func TestOnlyTheOfficeSetsRuleAndKinds(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		rule, err := d.Rule(ctx, d.e.ID)
		must(t, err)
		if rule.Depth != 2 || rule.VerifyOver != 500 || rule.Version != 1 {
			t.Errorf("%+v", rule)
		}
		for _, who := range []string{"长沙市教育局", "省工信厅", "芙蓉中职"} {
			_, err := d.SetRule(ctx, d.head(who), d.e.ID, rule)
			refused(t, err, "activity.rule_forbidden")
			refused(t, d.SetKinds(ctx, d.head(who), d.e.ID, d.method("open_campus"), []string{form.PlainEvent}), "activity.rule_forbidden")
		}
		office := d.editor("省教育厅")
		broken := activity.Rule{Depth: 4, VerifyOver: -1, SmallFields: []string{"nowhere"}, Version: 1}
		_, err = d.SetRule(ctx, office, d.e.ID, broken)
		same(t, "problems", keys(err), "depth activity.rule_depth", "verify_over activity.rule_attendance", "small_fields activity.choice_unknown")
		rule.Depth = 3
		after, err := d.SetRule(ctx, office, d.e.ID, rule)
		must(t, err)
		_, err = d.SetRule(ctx, office, d.e.ID, rule)
		refused(t, err, "activity.changed_meanwhile")
		if after.Depth != 3 || after.Version != 2 {
			t.Errorf("%+v", after)
		}
	})
}

func TestKindsAreThoseOfTheMethodUntilTheOfficeSetsOthers(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		codes := func() (list []string) {
			kinds, err := d.Kinds(ctx, d.e.ID)
			must(t, err)
			for _, one := range kinds[d.method("open_campus")] {
				list = append(list, one.Code)
			}
			return list
		}
		same(t, "usual", codes(), form.OpenCampus, form.SharingTalk, form.KickoffEvent)
		host, office := d.editor("芙蓉中学"), d.editor("省教育厅")
		act := d.begin(host, sound(d))
		must(t, d.SetKinds(ctx, office, d.e.ID, d.method("open_campus"), []string{form.PlainEvent, form.SharingTalk}))
		same(t, "set", codes(), form.PlainEvent, form.SharingTalk)
		// What was entered before does not fit any more: it is told, not lost.
		act = d.addSessions(host, act, run(day(7, 20), "09:00", 60, 10))
		_, err := d.Submit(ctx, host, act.ID, act.Draft.Version)
		same(t, "problems", keys(err), "kind activity.kind_other")
		begun := d.begin(host, activity.Content{MethodID: d.method("open_campus")})
		if begun.Draft.Content.Kind != form.PlainEvent || begun.Draft.Form.Code != form.PlainEvent || begun.Draft.Content.Venue.Region != "430102" {
			t.Errorf("%+v", begun.Draft.Content)
		}
		refused(t, d.SetKinds(ctx, office, d.e.ID, d.method("open_campus"), []string{"nothing"}), "activity.choice_unknown")
		must(t, d.SetKinds(ctx, office, d.e.ID, d.method("open_campus"), nil))
		same(t, "usual again", codes(), form.OpenCampus, form.SharingTalk, form.KickoffEvent)
	})
}

func TestGuestHostsAreVouchedForByDepartmentsOfEnterprises(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		industry := d.editor("长沙市工信局")
		g, err := d.AddGuest(ctx, industry, d.e.ID, activity.GuestDraft{Name: "示例重工", Contact: form.Person{Name: "张示例", Phone: "13800010000"}})
		must(t, err)
		_, err = d.AddGuest(ctx, industry, d.e.ID, activity.GuestDraft{Name: "示例重工", Contact: form.Person{Name: "张示例", Phone: "13800010000"}})
		same(t, "problems", keys(err), "name activity.guest_taken")
		_, err = d.AddGuest(ctx, industry, d.e.ID, activity.GuestDraft{})
		same(t, "problems", keys(err), "name activity.text_missing", "contact.name activity.text_missing", "contact.phone activity.text_missing")
		_, err = d.AddGuest(ctx, d.editor("长沙市教育局"), d.e.ID, activity.GuestDraft{Name: "x", Contact: form.Person{Name: "x", Phone: "1"}})
		refused(t, err, "activity.guest_forbidden")

		act, err := d.Begin(ctx, industry, activity.Beginning{EditionID: d.e.ID, GuestID: g.ID, Content: sound(d)})
		must(t, err)
		if act.Guest.Name != "示例重工" || act.Guest.Unit.ID != d.ids["长沙市工信局"] {
			t.Errorf("%+v", act.Guest)
		}
		_, err = d.Begin(ctx, d.editor("省工信厅"), activity.Beginning{EditionID: d.e.ID, GuestID: g.ID, Content: sound(d)})
		refused(t, err, "activity.guest_not_found")

		g, err = d.ChangeGuest(ctx, industry, g.ID, g.Version, activity.GuestDraft{Name: "示例重工集团", Contact: g.Contact})
		must(t, err)
		_, err = d.ChangeGuest(ctx, industry, g.ID, g.Version-1, activity.GuestDraft{Name: "示例", Contact: g.Contact})
		refused(t, err, "activity.changed_meanwhile")
		_, err = d.ChangeGuest(ctx, d.editor("省工信厅"), g.ID, g.Version, activity.GuestDraft{Name: "示例", Contact: g.Contact})
		refused(t, err, "activity.guest_not_found")
		for who, want := range map[string]form.Person{"长沙市工信局": {Name: "张示例", Phone: "13800010000"}, "省工信厅": {}} {
			list, err := d.Guests(ctx, d.editor(who), d.e.ID)
			must(t, err)
			if len(list) != 1 || list[0].Name != "示例重工集团" || list[0].Contact != want {
				t.Errorf("%s: %+v", who, list)
			}
		}
		if list, err := d.Guests(ctx, d.editor("芙蓉中职"), d.e.ID); err != nil || len(list) != 0 {
			t.Errorf("a school sees %+v, %v", list, err)
		}
	})
}

func TestEnteredListsOwnDraftsAndWhatWasHandedInInSight(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		draft := d.begin(d.editor("芙蓉中学"), sound(d))
		handed := d.submit(d.editor("芙蓉中学"), d.ready("芙蓉中学"))
		elsewhere := d.submit(d.editor("长沙高职"), d.ready("长沙高职"))
		ids := func(who string, f activity.Entered) (list []string) {
			t.Helper()
			for {
				page, err := d.FindEntered(ctx, d.editor(who), f)
				must(t, err)
				for _, item := range page.Items {
					list = append(list, item.ID)
				}
				if f.After = page.Next; f.After == "" {
					return list
				}
			}
		}
		all := activity.Entered{EditionID: d.e.ID, Limit: 1}
		same(t, "the school", ids("芙蓉中学", all), handed.ID, draft.ID)
		same(t, "the county", ids("芙蓉区教育局", all), handed.ID)
		same(t, "the city", ids("长沙市教育局", all), elsewhere.ID, handed.ID)
		same(t, "another city", ids("株洲市教育局", all))
		same(t, "by text", ids("芙蓉中学", activity.Entered{Text: "数控"}), handed.ID, draft.ID)
		same(t, "by a sign", ids("芙蓉中学", activity.Entered{Text: "%"}))
		same(t, "by state", ids("长沙市教育局", activity.Entered{Drafts: []activity.DraftState{activity.DraftReview}, Region: "430102", Limit: 1}), elsewhere.ID, handed.ID)
		c, err := d.CountEntered(ctx, d.editor("芙蓉中学"), activity.Entered{EditionID: d.e.ID, Drafts: []activity.DraftState{activity.DraftReview}})
		must(t, err)
		if c.Total != 2 || c.Drafts[activity.DraftEditing] != 1 || c.Drafts[activity.DraftReview] != 1 || c.States[activity.Unpublished] != 2 {
			t.Errorf("%+v", c)
		}
		_, err = d.FindEntered(ctx, d.editor("芙蓉中学"), activity.Entered{After: "';"})
		if !errs.Is(err, "activity.page_malformed") {
			t.Errorf("got %v", err)
		}
	})
}

// A cell of the grid leads to the activities that it counts: public ones, those being read, and drafts.
func TestEnteredIsFoundByTopicAndByWhereItTakesPlace(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		public := d.published("芙蓉中学")
		away := sound(d)
		away.TopicIDs, away.Venue.Region = []string{d.e.Topics[1].ID}, "430200"
		visiting := d.submit(host, d.addSessions(host, d.begin(host, away), run(day(7, 21), "09:00", 90, 40)))
		unplaced := d.begin(host, activity.Content{Title: "还没有定地点", TopicIDs: []string{d.e.Topics[1].ID}})
		find := func(f activity.Entered) (list []string) {
			t.Helper()
			page, err := d.FindEntered(ctx, host, f)
			must(t, err)
			for _, item := range page.Items {
				list = append(list, item.ID)
			}
			return list
		}
		same(t, "a public one's topic", find(activity.Entered{TopicID: d.e.Topics[0].ID}), public.ID)
		same(t, "a draft's topic", find(activity.Entered{TopicID: d.e.Topics[1].ID}), unplaced.ID, visiting.ID)
		same(t, "no topic", find(activity.Entered{TopicID: d.e.ID}))
		same(t, "the host's region", find(activity.Entered{Region: "430100"}), unplaced.ID, public.ID)
		same(t, "the region it takes place in", find(activity.Entered{Region: "430200"}), visiting.ID)
	})
}

func TestCopyToAnotherYearFindsMethodAndTopicsAgain(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.published("芙蓉中学")
		first := d.e
		head := d.head("省教育厅")
		next, err := d.editions.CopyToYear(ctx, head, first.ID, edition.Copying{Year: 2021})
		must(t, err)
		_, err = d.Copy(ctx, host, act.ID, activity.Copying{EditionID: next.ID})
		refused(t, err, "activity.edition_closed") // a draft that a school may not know of
		read, err := d.editions.Reading(ctx, head, next.ID)
		must(t, err)
		next, err = d.editions.Publish(ctx, head, next.ID, next.Version, edition.Publication{Read: read, LeaveOpen: true})
		must(t, err)
		days := first.Start.DaysUntil(next.Start)
		copied, err := d.Copy(ctx, host, act.ID, activity.Copying{EditionID: next.ID, Sessions: true, Days: days})
		must(t, err)
		c := copied.Draft.Content
		if copied.EditionID != next.ID || c.MethodID == act.Content.MethodID || c.Kind != form.OpenCampus || len(c.TopicIDs) != 1 || c.TopicIDs[0] != next.Topics[0].ID ||
			copied.Sessions[0].Day() != next.Start || copied.Sessions[0].Capacity != 40 || copied.State != activity.Unpublished {
			t.Errorf("%+v %+v", c, copied.Sessions)
		}
		_, err = d.Copy(ctx, host, act.ID, activity.Copying{Days: 1 << 40})
		refused(t, err, "activity.shift")
		_, err = d.Copy(ctx, d.editor("芙蓉中职"), act.ID, activity.Copying{})
		refused(t, err, "activity.not_found")
	})
}
