package activity_test

import (
	"testing"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/review"
)

// reads tells who may read a file: the unit, its reviewer, an office in sight, the public.
func (d *desk) reads(fileID string) (list []bool) {
	d.t.Helper()
	for _, a := range []actor.Actor{d.editor("芙蓉中学"), d.reviewer("芙蓉区教育局"), d.editor("长沙市教育局"), {}} {
		_, err := d.files.Get(ctx, a, fileID)
		if err != nil && !errs.Is(err, "file.not_found") {
			d.t.Fatal(err)
		}
		list = append(list, err == nil)
	}
	return list
}

func TestPictureIsPublicOnceAcceptedAndNoLongerThanItIsShown(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		first, second := d.picture(host), d.picture(host)
		c := sound(d)
		c.Pictures = []activity.Picture{{FileID: first, Alt: "实训楼"}}
		act := d.addSessions(host, d.begin(host, c), run(day(7, 20), "09:00", 60, 10))
		same(t, "in a draft", d.reads(first), true, false, false, false)
		act = d.submit(host, act)
		same(t, "handed in", d.reads(first), true, true, true, false)
		d.acceptAll(act)
		same(t, "published", d.reads(first), true, true, true, true)

		act = d.got(host, act.ID)
		c = act.Content
		c.Pictures = []activity.Picture{{FileID: second, Alt: "校门"}}
		act = d.submit(host, d.save(host, act, c))
		same(t, "of a change under review", d.reads(second), true, true, true, false)
		same(t, "still shown", d.reads(first), true, true, true, true)
		d.acceptAll(act)
		same(t, "of the accepted change", d.reads(second), true, true, true, true)
		same(t, "no longer shown", d.reads(first), true, true, true, false)
		act = d.got(host, act.ID)
		_, err := d.Cancel(ctx, host, act.ID, act.Version, "停电")
		must(t, err)
		same(t, "cancelled", d.reads(second), true, true, true, false)
	})
}

func TestDescriptionOfAPictureChangesAtOnceThePictureDoesNot(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		host := d.editor("芙蓉中学")
		c := sound(d)
		c.Pictures = []activity.Picture{{FileID: d.picture(host), Alt: "实训楼"}}
		act := d.submit(host, d.addSessions(host, d.begin(host, c), run(day(7, 20), "09:00", 60, 10)))
		d.acceptAll(act)
		act = d.got(host, act.ID)
		c.Pictures = []activity.Picture{{FileID: c.Pictures[0].FileID, Alt: "实训楼外景", AltEN: "The workshop"}}
		act = d.submit(host, d.save(host, act, c))
		if act.Draft.State != activity.DraftNone || act.Content.Pictures[0].Alt != "实训楼外景" {
			t.Errorf("%s %+v", act.Draft.State, act.Content.Pictures)
		}
		c.Pictures = append(c.Pictures, activity.Picture{FileID: d.picture(host), Alt: "校门"})
		act = d.submit(host, d.save(host, act, c))
		if act.Draft.State != activity.DraftReview {
			t.Errorf("%s", act.Draft.State)
		}
		step, _ := open(act)
		_, err := d.decide(d.reader(step), step, review.Returned)
		must(t, err)
		same(t, "of a returned change", d.reads(c.Pictures[1].FileID), true, true, true, false)
	})
}

func TestPictureOfAnotherUnitIsNone(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		c := sound(d)
		c.Pictures = []activity.Picture{{FileID: d.picture(d.editor("芙蓉中职")), Alt: "实训楼"}}
		_, err := d.Begin(ctx, d.editor("芙蓉中学"), activity.Beginning{EditionID: d.e.ID, Content: c})
		same(t, "problems", keys(err), "pictures.0.file activity.file_unknown")
		host := d.editor("芙蓉中学")
		c.Pictures = []activity.Picture{{FileID: d.picture(host), Alt: "实训楼"}}
		d.begin(host, c)
		_, err = d.Begin(ctx, host, activity.Beginning{EditionID: d.e.ID, Content: c}) // it is the first one's
		same(t, "problems", keys(err), "pictures.0.file activity.file_unknown")
	})
}
