package activity_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
)

func TestSecondOfTwoWritersIsShownWhatDiffers(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host, head := d.editor("芙蓉中职"), d.head("芙蓉中职")
		act := d.begin(host, sound(d))
		c := act.Draft.Content
		c.Title, c.Safety = "焊接开放日", ""
		saved, _, err := d.SaveDraft(ctx, host, act.ID, act.Draft.Version, c)
		must(t, err)
		mine := sound(d)
		mine.Access = "公交1路。"
		_, clash, err := d.SaveDraft(ctx, head, act.ID, act.Draft.Version, mine)
		refused(t, err, "activity.changed_meanwhile")
		if clash == nil || clash.Current.Version != saved.Version || clash.Current.By != host.PersonID {
			t.Fatalf("%+v", clash)
		}
		var fields []string
		for _, one := range clash.Changes {
			fields = append(fields, one.Field+": "+one.Old+" → "+one.New)
		}
		same(t, "changes", fields, "title: 焊接开放日 → 数控技术开放日", "safety:  → 请勿触摸运转的设备。", "access: 地铁2号线示例站。 → 公交1路。")
		again, _, err := d.SaveDraft(ctx, head, act.ID, saved.Version, c)
		must(t, err)
		if again.Version != saved.Version {
			t.Error("saving the same is a change")
		}
	})
}

func TestOfManyWhoSaveAtOnceOneDoes(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		act := d.begin(host, sound(d))
		const writers = 8
		saved, clashes := make([]activity.Draft, writers), make([]*activity.Clash, writers)
		errors := make([]error, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				c := sound(d)
				c.Title = fmt.Sprintf("开放日 %d", i)
				saved[i], clashes[i], errors[i] = d.SaveDraft(ctx, host, act.ID, act.Draft.Version, c)
			})
		}
		all.Wait()
		stands, won := d.got(host, act.ID).Draft, 0
		for i, err := range errors {
			switch {
			case err == nil && saved[i].Content.Title == stands.Content.Title:
				won++
			case !errs.Is(err, "activity.changed_meanwhile") || clashes[i] == nil || clashes[i].Current.Content.Title != stands.Content.Title:
				t.Errorf("%d: %v %+v", i, err, clashes[i])
			}
		}
		if won != 1 || stands.Version != act.Draft.Version+1 {
			t.Errorf("%d saved, version %d", won, stands.Version)
		}
	})
}

func TestDraftWithoutAnythingTellsEverythingThatIsMissing(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		act := d.begin(host, activity.Content{})
		_, err := d.Submit(ctx, host, act.ID, act.Draft.Version)
		want := []string{
			"title activity.text_missing", "summary activity.text_missing", "description activity.text_missing", "method activity.method_missing", "topics activity.topic_missing",
			"audience activity.audience_missing", "mode activity.choice_missing", "contact.office activity.text_missing", "contact.phone activity.text_missing",
			"contact.confirmed activity.contact_unconfirmed", "sessions activity.sessions_none",
		}
		same(t, "problems", keys(err), want...)
		list, err := d.Problems(ctx, host, act.ID)
		must(t, err)
		if len(list) != len(want) {
			t.Errorf("the page is told %d of %d", len(list), len(want))
		}
		c := activity.Content{MethodID: d.method("open_campus"), Mode: activity.Both, Pictures: nil}
		act = d.save(host, act, c)
		_, err = d.Submit(ctx, host, act.ID, act.Draft.Version)
		for _, key := range []string{"venue.name activity.text_missing", "venue.address activity.text_missing", "link activity.text_missing", "form.programmes form.required", "form.liaison form.required"} {
			if !strings.Contains(strings.Join(keys(err), "\n"), key) {
				t.Errorf("%s is not told: %q", key, keys(err))
			}
		}
	})
}

func TestDraftRefusesWhatCouldNotBeStored(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		long := func(n int) string { return strings.Repeat("长", n) }
		act := d.begin(host, sound(d))
		c := sound(d)
		c.Title, c.Summary, c.Description = long(61), long(201), form.Text(long(8001))
		c.TopicIDs, c.Audience, c.Mode = []string{id.New()}, []activity.Audience{"martians"}, "telepathy"
		c.Venue.Region, c.Venue.Point = "440100", activity.Point{Lng: 28_190_000, Lat: 112_980_000}
		c.Link, c.Contact.Phone = "javascript:alert(1)", "打我电话"
		c.Pictures = make([]activity.Picture, 11)
		_, _, err := d.SaveDraft(ctx, host, act.ID, act.Draft.Version, c)
		same(t, "problems", keys(err), "title activity.text_long", "summary activity.text_long", "description activity.text_long", "topics activity.choice_unknown",
			"audience activity.choice_unknown", "mode activity.choice_unknown", "venue.region activity.region_outside", "venue.point activity.point_outside",
			"link activity.link_malformed", "contact.phone activity.phone_malformed", "pictures activity.list_long")
		for name, change := range map[string]func(*activity.Content){
			"a kind of another method": func(c *activity.Content) { c.Kind = form.StudySession },
			"a form that is none":      func(c *activity.Content) { c.Kind = form.WorkPlan },
			"a method that is none":    func(c *activity.Content) { c.MethodID = id.New() },
			"a value of another form":  func(c *activity.Content) { c.Values = form.Values{"agenda": form.Text("x")} },
			"a picture that is none":   func(c *activity.Content) { c.Pictures = []activity.Picture{{FileID: id.New(), Alt: "x"}} },
			"a picture without id":     func(c *activity.Content) { c.Pictures = []activity.Picture{{FileID: "../../etc", Alt: "x"}} },
		} {
			c := sound(d)
			change(&c)
			if _, _, err := d.SaveDraft(ctx, host, act.ID, act.Draft.Version, c); errs.KindOf(err) != errs.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestTextsLoseWhatNobodySeesAndMarkupStaysText(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		c := sound(d)
		c.Title = " 数控\x00\u202e开放\u200b日\r\n\xff "
		c.Description = "<script>alert(1)</script>\r\n\r\n[点我](javascript:alert(1)) <img src=x onerror=alert(1)> **好**"
		act := d.begin(host, c)
		if got, want := act.Draft.Content.Title, "数控开放日 \uFFFD"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		act = d.submit(host, d.addSessions(host, act, run(day(7, 20), "09:00", 60, 5)))
		d.acceptAll(act)
		html := form.HTML(d.got(host, act.ID).Content.Description)
		for _, bad := range []string{"<script", "<img", "href=\"javascript"} {
			if strings.Contains(html, bad) {
				t.Errorf("%s in %s", bad, html)
			}
		}
	})
}

func TestOnlyEditorAndHeadOfTheUnitEnter(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		for name, a := range map[string]actor.Actor{"a reviewer": d.reviewer("芙蓉中职"), "nobody": {}, "the system": sys, "without a role": d.staff("芙蓉中职")} {
			if _, err := d.Begin(ctx, a, activity.Beginning{EditionID: d.e.ID, Content: sound(d)}); !errs.Is(err, "activity.forbidden") {
				t.Errorf("%s: %v", name, err)
			}
		}
		act := d.begin(d.editor("芙蓉中职"), sound(d))
		for name, a := range map[string]actor.Actor{"another unit": d.editor("芙蓉中学"), "the unit above": d.editor("长沙市教育局"), "the public": {}} {
			if _, err := d.Get(ctx, a, act.ID); !errs.Is(err, "activity.not_found") {
				t.Errorf("%s sees the draft: %v", name, err)
			}
			if _, _, err := d.SaveDraft(ctx, a, act.ID, 1, sound(d)); !errs.Is(err, "activity.not_found") {
				t.Errorf("%s writes: %v", name, err)
			}
		}
		_, err := d.Begin(ctx, d.editor("芙蓉中职"), activity.Beginning{EditionID: "nothing"})
		refused(t, err, "activity.edition_not_found")
	})
}

func TestOfficesInSightSeeWhatWasHandedInWithoutPersons(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		act := d.submit(d.editor("芙蓉中学"), d.ready("芙蓉中学"))
		seen := d.got(d.editor("省教育厅"), act.ID) // does not review it
		if _, has := seen.Versions[0].Content.Values["liaison"]; has || seen.Own || seen.Draft.Version != 0 {
			t.Errorf("%+v", seen.Versions[0].Content.Values)
		}
		reader := d.got(d.reviewer("芙蓉区教育局"), act.ID)
		if reader.Versions[0].Content.Values["liaison"] != (form.Person{Name: "张示例", Phone: "13800010000"}) {
			t.Errorf("the reviewer reads %+v", reader.Versions[0].Content.Values)
		}
		if _, err := d.Get(ctx, d.editor("株洲市教育局"), act.ID); !errs.Is(err, "activity.not_found") {
			t.Errorf("out of sight: %v", err)
		}
	})
}

func TestDiscardedDraftIsGoneWithItsSessions(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中职")
		c := sound(d)
		c.Pictures = []activity.Picture{{FileID: d.picture(host), Alt: "实训楼"}}
		act := d.begin(host, c)
		act = d.addSessions(host, act, run(day(7, 20), "09:00", 60, 5))
		refused(t, d.Discard(ctx, host, act.ID, act.Draft.Version+1), "activity.changed_meanwhile")
		must(t, d.Discard(ctx, host, act.ID, act.Draft.Version))
		_, err := d.Get(ctx, host, act.ID)
		refused(t, err, "activity.not_found")
		must(t, d.files.Discard(ctx, host, c.Pictures[0].FileID)) // it is free again
	})
}

func TestDoublesAreShownAndNotRefused(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		first := d.ready("芙蓉中学")
		named := func(title string, days ...int) activity.Activity {
			c := sound(d)
			c.Title = title
			act := d.begin(host, c)
			for _, n := range days {
				act = d.addSessions(host, act, run(day(7, n), "14:00", 60, 5))
			}
			return act
		}
		near := named("数控技术 开放日活动", 19, 20)
		named("数控技术开放日", 25) // another day
		named("烹饪技术体验课", 20)
		list, err := d.Doubles(ctx, host, first.ID)
		must(t, err)
		if len(list) != 1 || list[0].ID != near.ID || list[0].Day != "2020-07-20" || list[0].Near != 85 {
			t.Errorf("%+v", list)
		}
		act := d.submit(host, first)
		step, _ := open(act)
		read, err := d.Read(ctx, d.reader(step), step.ID)
		must(t, err)
		if len(read.Doubles) != 1 {
			t.Errorf("the reviewer is shown %+v", read.Doubles)
		}
	})
}
