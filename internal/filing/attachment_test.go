package filing_test

import (
	"testing"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/form"
)

const pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

// The county reviews what the province has asked its school for. The obligation is out of its sight,
// the filing is not.
func TestWhoeverReviewsReadsTheFilesWithoutSight(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor, county := d.asked("芙蓉中学", ""), d.editor("芙蓉中学"), d.reviewer("芙蓉区教育局")
		_, err := d.duties.Get(ctx, county, owed.ID)
		refused(t, err, "duty.not_found")
		fileID := d.upload(editor, "材料.pdf", pdf)
		v := d.complete(editor, owed.ID, evidence())
		v["photos"] = form.Files{fileID}
		d.save(editor, owed.ID, v)
		_, err = d.files.Get(ctx, county, fileID)
		refused(t, err, "file.not_found")
		r := d.hand(editor, owed.ID, v)
		read, err := d.Read(ctx, county, d.open(r.Filing).ID)
		must(t, err)
		if len(read.Version.Values["photos"].(form.Files)) != 1 {
			t.Fatalf("reads %v", read.Version.Values)
		}
		for _, a := range []actor.Actor{county, d.reviewer("省教育厅"), editor} {
			_, err = d.files.Get(ctx, a, fileID)
			must(t, err)
		}
		for _, a := range []actor.Actor{d.staff("荷塘区教育局", actor.RoleReviewer), d.reviewer("省总工会"), d.editor("荷塘中学"), {}, {Class: actor.Link, UnitID: d.ids["芙蓉区教育局"]}} {
			_, err = d.files.Get(ctx, a, fileID)
			refused(t, err, "file.not_found")
		}
		// What is taken back is the unit's own again, its files as well as its words.
		_, err = d.Withdraw(ctx, editor, owed.ID)
		must(t, err)
		for _, a := range []actor.Actor{county, d.reviewer("省教育厅")} {
			_, err = d.files.Get(ctx, a, fileID)
			refused(t, err, "file.not_found")
		}
		_, err = d.files.Get(ctx, editor, fileID)
		must(t, err)
		d.hand(editor, owed.ID, v)
		_, err = d.files.Get(ctx, county, fileID)
		must(t, err)
	})
}

// Whoever has handed in is not reminded of it any more.
func TestHandingInTakesUnreadRemindersBack(t *testing.T) {
	in(t, func(t *testing.T, d *desk) {
		owed, editor := d.owed("长沙高职", form.WorkSummary), d.editor("长沙高职")
		reminded := func() []string { return listTexts(t, d.db, listReminders, d.ids["长沙高职"]) }
		d.clock.Set(day(8, 24, 9, 0, 0))
		n, err := d.duties.ChaseDue(ctx)
		must(t, err)
		if n == 0 || len(reminded()) != 1 {
			t.Fatalf("%d reminders, of them %v", n, reminded())
		}
		r := d.hand(editor, owed.ID, summary(t))
		if got := reminded(); len(got) != 0 {
			t.Errorf("still reminded of what is handed in: %v", got)
		}
		if list, err := d.duties.Chases(ctx, editor, owed.ID); err != nil || len(list) != 1 || r.Filing.Duty.State != duty.StateFiled {
			t.Errorf("evidence %+v, %v", list, err)
		}
	})
}
