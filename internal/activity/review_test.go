package activity_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/review"
)

// chain tells who reads an activity: units and roles, in order.
func (d *desk) chain(act activity.Activity) (list []string) {
	for _, step := range act.Steps {
		for name, unitID := range d.ids {
			if unitID == step.UnitID {
				list = append(list, name+" "+string(step.Role))
			}
		}
	}
	return list
}

func same[T comparable](t testing.TB, what string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestActivityIsReadByItsUnitAndTheUnitAboveAndPublished(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		act := d.submit(host, d.ready("芙蓉中职"))
		same(t, "chain", d.chain(act), "芙蓉中职 reviewer", "长沙市教育局 head") // a school of the city
		if act.State != activity.Unpublished || act.Draft.State != activity.DraftReview || act.PublishedAt != 0 {
			t.Errorf("handed in: %s %s", act.State, act.Draft.State)
		}
		d.clock.Advance(time.Hour)
		d.acceptAll(act)
		act = d.got(host, act.ID)
		if act.State != activity.Published || act.Draft.State != activity.DraftNone || act.PublishedAt != d.clock.Now() || act.ChangedAt != act.PublishedAt {
			t.Errorf("accepted: %s %s %v", act.State, act.Draft.State, act.PublishedAt)
		}
		want := sound(d)
		if act.Content.Title != want.Title || act.Content.Venue != want.Venue || act.Form.Code != form.OpenCampus {
			t.Errorf("the public reads %+v", act.Content)
		}
		same(t, "messages", listTexts(t, d.db, listMessages), "activity.told_accepted", "activity.told_submitted", "activity.told_submitted")
		same(t, "audit", listTexts(t, d.db, listAudit), "activity.begin", "activity.sessions_add", "activity.submit", "activity.publish")
		if got, want := listTexts(t, d.db, publicColumns, act.ID)[0], `数控技术开放日|430102|open_campus|{"programmes":[{"name":"数控技术","place":"实训楼"}]}`; got != want {
			t.Errorf("columns: %s, want %s", got, want)
		}
		if len(listTexts(t, d.db, readTopic, activity.TopicOf(d.e.ID))) != 1 {
			t.Error("no page was told")
		}
	})
}

func TestDepthSaysWhoReads(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		office := d.editor("省教育厅")
		rule, err := d.Rule(ctx, d.e.ID)
		must(t, err)
		for _, c := range []struct {
			unit  string
			depth int
			want  []string
		}{
			{"芙蓉中职", 1, []string{"芙蓉中职 reviewer"}},
			{"芙蓉中职", 2, []string{"芙蓉中职 reviewer", "长沙市教育局 head"}},
			{"芙蓉中职", 3, []string{"芙蓉中职 reviewer", "长沙市教育局 head", "省教育厅 reviewer"}},
			{"芙蓉中学", 2, []string{"芙蓉区教育局 reviewer"}}, // nobody but the clerk
			{"芙蓉中学", 3, []string{"芙蓉区教育局 reviewer", "省教育厅 reviewer"}},
			{"长沙高职", 2, []string{"省教育厅 reviewer"}}, // answers to the province directly
			{"芙蓉区教育局", 2, []string{"芙蓉区教育局 reviewer", "长沙市教育局 head"}},
			{"长沙市工信局", 2, []string{"省工信厅 reviewer"}},
			{"省工信厅", 2, []string{"省工信厅 reviewer", "省教育厅 reviewer"}},
			{"省教育厅", 3, []string{"省教育厅 reviewer"}},
		} {
			rule.Depth = c.depth
			rule, err = d.SetRule(ctx, office, d.e.ID, rule)
			must(t, err)
			act := d.submit(d.editor(c.unit), d.ready(c.unit))
			same(t, c.unit, d.chain(act), c.want...)
		}
		rule.Depth = 1
		_, err = d.SetRule(ctx, office, d.e.ID, rule)
		must(t, err)
		act := d.ready("芙蓉中学")
		_, err = d.Submit(ctx, d.editor("芙蓉中学"), act.ID, act.Draft.Version)
		refused(t, err, "activity.no_reviewer")
	})
}

func TestReturnedActivityIsCorrectedAndAccepted(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.submit(host, d.ready("芙蓉中学"))
		step, _ := open(act)
		reader := d.reader(step)
		_, err := d.decide(reader, step, review.Returned, review.Mark{Field: "nowhere", Words: "？"})
		refused(t, err, "activity.mark_unknown")
		_, err = d.decide(reader, step, review.Returned, review.Mark{Field: "summary", Words: "太短"}, review.Mark{Field: "form.programmes", Words: "请补充"}, review.Mark{Field: "sessions.0.starts", Words: "请核对"})
		must(t, err)
		act = d.got(host, act.ID)
		if v, _ := act.Latest(); act.Draft.State != activity.DraftReturned || v.Outcome != activity.Returned || act.Steps[0].Marks[0].Field != "summary" {
			t.Errorf("%s %+v", act.Draft.State, act.Steps)
		}
		c := act.Draft.Content
		c.Summary = "参观实训楼，体验数控机床，听毕业生讲成长故事。"
		act = d.save(host, act, c)
		act = d.addSessions(host, act, run(day(7, 21), "09:00", 90, 40))
		act = d.submit(host, act)
		d.acceptAll(act)
		act = d.got(host, act.ID)
		if act.State != activity.Published || len(act.Versions) != 2 || act.Content.Summary != c.Summary || len(act.Sessions) != 2 {
			t.Errorf("%s, %d versions, %d sessions", act.State, len(act.Versions), len(act.Sessions))
		}
	})
}

func TestDeclinedActivityIsClosed(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.submit(host, d.ready("芙蓉中学"))
		step, _ := open(act)
		_, err := d.decide(d.reader(step), step, review.Declined)
		must(t, err)
		act = d.got(host, act.ID)
		_, _, err = d.SaveDraft(ctx, host, act.ID, act.Draft.Version, sound(d))
		refused(t, err, "activity.draft_declined")
		_, err = d.AddSessions(ctx, host, act.ID, act.Version, []activity.SessionDraft{run(day(7, 22), "09:00", 60, 5)})
		refused(t, err, "activity.draft_declined")
		refused(t, d.Discard(ctx, host, act.ID, act.Draft.Version), "activity.handed_in")
		copied, err := d.Copy(ctx, host, act.ID, activity.Copying{Sessions: true, Days: 1})
		must(t, err)
		if copied.Draft.State != activity.DraftEditing || copied.Draft.Content.Title != sound(d).Title || copied.Sessions[0].Day() != "2020-07-21" {
			t.Errorf("the copy: %+v", copied)
		}
	})
}

func TestWhoWroteDoesNotReview(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		both := d.staff("芙蓉中职", actor.RoleReviewer)
		both.Roles = []actor.Role{actor.RoleEditor, actor.RoleReviewer}
		act := d.begin(both, sound(d))
		act = d.addSessions(d.editor("芙蓉中职"), act, run(day(7, 20), "09:00", 90, 40))
		// The only reviewer of the school has written in it: the unit above reads alone.
		act = d.submit(d.editor("芙蓉中职"), act)
		same(t, "chain", d.chain(act), "长沙市教育局 head")
	})
}

func TestWithdrawnActivityIsADraftAgain(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		act := d.submit(host, d.ready("芙蓉中职"))
		_, _, err := d.SaveDraft(ctx, host, act.ID, act.Draft.Version, sound(d))
		refused(t, err, "activity.draft_review")
		_, err = d.AddSessions(ctx, host, act.ID, act.Version, []activity.SessionDraft{run(day(7, 22), "09:00", 60, 5)})
		refused(t, err, "activity.draft_review")
		step, _ := open(act)
		act, err = d.Withdraw(ctx, host, act.ID)
		must(t, err)
		if act.Draft.State != activity.DraftEditing || act.Versions[0].Outcome != activity.Withdrawn {
			t.Errorf("%s %+v", act.Draft.State, act.Versions)
		}
		_, err = d.decide(d.reader(step), step, review.Accepted)
		refused(t, err, "review.decided")
		act = d.submit(host, act)
		step, _ = open(act)
		_, err = d.decide(d.reader(step), step, review.Accepted)
		must(t, err)
		_, err = d.Withdraw(ctx, host, act.ID)
		refused(t, err, "activity.under_review")
	})
}

func TestEditorAndReviewerAtOnceYieldOneOfBoth(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		for range 4 {
			act := d.submit(host, d.ready("芙蓉中学"))
			step, _ := open(act)
			reader := d.reader(step)
			read, err := d.Read(ctx, reader, step.ID)
			must(t, err)
			var withdrawn, decided error
			var both sync.WaitGroup
			both.Go(func() { _, withdrawn = d.Withdraw(ctx, host, act.ID) })
			both.Go(func() {
				_, decided = d.Decide(ctx, reader, step.ID, review.Decision{Outcome: review.Accepted, ReadHash: read.Version.Hash})
			})
			both.Wait()
			act = d.got(host, act.ID)
			switch {
			case withdrawn == nil && errs.Is(decided, "review.decided") && act.State == activity.Unpublished && act.Draft.State == activity.DraftEditing:
			case decided == nil && errs.KindOf(withdrawn) == errs.KindConflict && act.State == activity.Published:
			default:
				t.Errorf("withdrawn: %v, decided: %v, %s %s", withdrawn, decided, act.State, act.Draft.State)
			}
		}
	})
}

func TestSubmittingTwiceIsSubmittingOnce(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		act := d.ready("芙蓉中职")
		const clicks = 6
		receipts, errors := make([]activity.Receipt, clicks), make([]error, clicks)
		var all sync.WaitGroup
		for i := range clicks {
			all.Go(func() { receipts[i], errors[i] = d.Submit(ctx, host, act.ID, act.Draft.Version) })
		}
		all.Wait()
		first := 0
		for i, r := range receipts {
			must(t, errors[i])
			if !r.Before {
				first++
			}
		}
		if act = d.got(host, act.ID); first != 1 || len(act.Versions) != 1 {
			t.Errorf("%d were the first, %d versions", first, len(act.Versions))
		}
	})
}

func TestPublishedActivityChangesAfterReviewAndStaysUntilThen(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.published("芙蓉中学")
		c := act.Content
		c.Title, c.Contact.Phone = "数控与焊接技术开放日", "0731-84720000"
		c.Values = form.Values{"programmes": form.Rows{{"name": form.Text("焊接技术")}}, "liaison": c.Values["liaison"]}
		act = d.save(host, act, c)
		fields := func(list []activity.Change) (names []string) {
			for _, one := range list {
				names = append(names, one.Field)
			}
			return names
		}
		same(t, "pending", fields(act.Changes), "title", "contact.phone", "form.programmes")
		act = d.submit(host, act)
		if act.State != activity.Published || act.Content.Title != sound(d).Title {
			t.Errorf("the public reads %s", act.Content.Title)
		}
		step, _ := open(act)
		read, err := d.Read(ctx, d.reader(step), step.ID)
		must(t, err)
		same(t, "side by side", fields(read.Version.Changes), "title", "contact.phone", "form.programmes")
		// The schedule is the host's also while a change is read.
		act = d.addSessions(host, act, run(day(7, 22), "14:00", 60, 10))
		d.acceptAll(act)
		act = d.got(host, act.ID)
		if act.Content.Title != c.Title || act.Draft.State != activity.DraftNone || len(act.Sessions) != 2 {
			t.Errorf("%s %s", act.Content.Title, act.Draft.State)
		}
		_, err = d.Submit(ctx, host, act.ID, act.Draft.Version)
		if err != nil {
			t.Errorf("handed in before: %v", err)
		}
	})
}

func TestSmallChangesArePublicAtOnce(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.published("芙蓉中学")
		c := act.Content
		c.Contact.Phone, c.Access, c.TitleEN = "0731-84720000", "公交1路示例站。", "Machine tools"
		act = d.save(host, act, c)
		r, err := d.Submit(ctx, host, act.ID, act.Draft.Version)
		must(t, err)
		if !r.AtOnce || r.Activity.Content.Access != c.Access || r.Activity.Draft.State != activity.DraftNone || !r.Activity.Versions[1].AtOnce {
			t.Errorf("%+v", r)
		}
		// A stricter office lets nothing through.
		rule, err := d.Rule(ctx, d.e.ID)
		must(t, err)
		rule.SmallFields = nil
		_, err = d.SetRule(ctx, d.editor("省教育厅"), d.e.ID, rule)
		must(t, err)
		c.Access = "步行。"
		act = d.submit(host, d.save(host, r.Activity, c))
		if act.Draft.State != activity.DraftReview || act.Content.Access == c.Access {
			t.Errorf("%s", act.Draft.State)
		}
		// Declined, the change is gone and another may begin.
		step, _ := open(act)
		_, err = d.decide(d.reader(step), step, review.Declined)
		must(t, err)
		act = d.got(host, act.ID)
		must(t, d.Discard(ctx, host, act.ID, act.Draft.Version))
		if act = d.got(host, act.ID); act.Draft.State != activity.DraftNone || act.Draft.Content.Access != act.Content.Access || len(act.Changes) != 0 {
			t.Errorf("%s %+v", act.Draft.State, act.Changes)
		}
		act = d.save(host, act, act.Content)
		_, err = d.Submit(ctx, host, act.ID, act.Draft.Version)
		refused(t, err, "activity.draft_none")
	})
}

func TestCancelledActivityCancelsItsSessionsAndTellsThem(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		act := d.published("芙蓉中学")
		act = d.addSessions(host, act, run(day(7, 21), "09:00", 60, 10))
		d.clock.Set(time.Date(2020, 7, 20, 20, 0, 0, 0, d.clock.Now().Time().Location())) // the first is over
		act = d.save(host, act, func() activity.Content { c := act.Content; c.Title = "改期"; return c }())
		act = d.submit(host, act)
		_, err := d.Cancel(ctx, host, act.ID, act.Version, " \x00 ")
		refused(t, err, "activity.text_missing")
		d.follower.refuse = errors.New("a booking cannot be told")
		if _, err := d.Cancel(ctx, host, act.ID, act.Version, "设备检修"); err == nil || d.got(host, act.ID).State != activity.Published {
			t.Errorf("a follower's refusal undoes nothing: %v", err)
		}
		d.follower.refuse = nil
		act, err = d.Cancel(ctx, host, act.ID, act.Version, "设备检修")
		must(t, err)
		if act.State != activity.Cancelled || act.Reason != "设备检修" || act.Sessions[0].Cancelled() || !act.Sessions[1].Cancelled() || act.Draft.State != activity.DraftNone {
			t.Errorf("%+v", act)
		}
		same(t, "notes", d.notes(), "cancelled 07-21 09:00: 设备检修")
		_, _, err = d.SaveDraft(ctx, host, act.ID, act.Draft.Version, act.Content)
		refused(t, err, "activity.state_cancelled")
	})
}

func TestPendingIsTheOldestFirstWithItsAge(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		first := d.submit(d.editor("芙蓉中学"), d.ready("芙蓉中学"))
		d.clock.Advance(48 * time.Hour)
		d.submit(d.editor("芙蓉中学"), d.ready("芙蓉中学"))
		county := d.reviewer("芙蓉区教育局")
		list, err := d.Pending(ctx, county, 10)
		must(t, err)
		if len(list) != 2 || list[0].ID != first.ID || list[0].Age != 48*time.Hour || list[0].Change || list[0].Title != sound(d).Title {
			t.Errorf("%+v", list)
		}
		if told, err := d.Remind(ctx); err != nil || told != 0 {
			t.Errorf("reminded at two days: %d, %v", told, err)
		}
		d.clock.Advance(24 * time.Hour)
		for i, want := range []int{1, 0} {
			if told, err := d.Remind(ctx); err != nil || told != want {
				t.Errorf("%d. run: %d, %v", i+1, told, err)
			}
		}
		d.clock.Advance(72 * time.Hour)
		if told, err := d.Remind(ctx); err != nil || told != 1 {
			t.Errorf("three days later: %d, %v", told, err)
		}
	})
}
