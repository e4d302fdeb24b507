package visit_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/visit"
)

func TestOnlyTheHostsPeopleReadAndDecideAboutVisits(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		v := w.ask(w.class(w.halls[0], 1, "芙蓉中学")).BookingID
		for _, c := range []struct {
			who           actor.Actor
			reads, decide bool
		}{
			{w.staff("长沙高职", actor.RoleEditor), true, true}, {w.staff("长沙高职", actor.RoleHead), true, true},
			{w.staff("长沙高职", actor.RoleReviewer), true, false}, {w.staff("长沙高职"), false, false},
			{w.staff("株洲高职", actor.RoleHead), false, false}, {w.staff("芙蓉中学", actor.RoleHead), false, false},
			{w.staff("长沙市教育局", actor.RoleHead), false, false}, {w.staff("省教育厅", actor.RoleHead), false, false},
			{actor.Actor{Class: actor.Staff, PersonID: id.New(), Platform: actor.SystemAdmin}, false, false}, {nobody, false, false},
		} {
			got, err := w.Get(ctx, c.who, v)
			if (err == nil) != c.reads {
				t.Errorf("%s %v reads: %v", c.who.UnitID, c.who.Roles, err)
			}
			if err == nil && (got.Contact != booking.Contact{Name: "李*", Phone: "139****0000"} || (got.Needs != "") != c.decide) {
				t.Errorf("%v reads %+v", c.who.Roles, got)
			}
			reveal, err := w.Reveal(ctx, c.who, v)
			if (err == nil) != c.decide || c.decide != (reveal.Phone == "13900010000") {
				t.Errorf("%v reveals: %v", c.who.Roles, err)
			}
			if !c.decide {
				for _, err := range []error{w.Confirm(ctx, c.who, v), w.Decline(ctx, c.who, v, "不行")} {
					if err == nil {
						t.Errorf("%s %v decides", c.who.UnitID, c.who.Roles)
					}
				}
			}
			if _, err := w.ReadRoster(ctx, c.who, v); err == nil {
				t.Errorf("%v reads a roster that there is not", c.who.Roles)
			}
		}
		if n := w.count(countAction, "visit.reveal"); n != 2 {
			t.Errorf("%d disclosures are recorded", n)
		}
		_, err := w.Get(ctx, w.staff("长沙高职", actor.RoleHead), "x")
		refused(t, err, "visit.not_found")
	})
}

func TestTheHostsListHasThoseFirstThatWait(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		editor := w.staff("长沙高职", actor.RoleEditor)
		confirmed := w.ask(w.class(w.halls[0], 1, "芙蓉中学"))
		must(t, w.Confirm(ctx, editor, confirmed.BookingID))
		late, early := w.ask(w.class(w.halls[2], 2, "五一小学")), w.ask(w.class(w.halls[1], 3, "五一小学"))
		gone := w.ask(w.class(w.halls[0], 4, "五一小学"))
		must(t, w.Decline(ctx, editor, gone.BookingID, "满员"))
		want := []string{early.BookingID, late.BookingID, confirmed.BookingID, gone.BookingID}
		var got []string
		for after := ""; ; {
			page, err := w.Find(ctx, editor, visit.Filter{Limit: 1, After: after})
			must(t, err)
			for _, v := range page.Items {
				if v.Contact.Phone != "139****0000" || v.Needs != "" {
					t.Errorf("the list shows %+v", v)
				}
				got = append(got, v.ID)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if slices.Sort(got[2:]); !slices.Equal(got[:2], want[:2]) || len(got) != 4 {
			t.Errorf("got %v, want %v", got, want)
		}
		counts, err := w.Count(ctx, editor, visit.Filter{State: visit.Pending})
		must(t, err)
		if counts[visit.Pending] != 2 || counts[visit.Confirmed] != 1 || counts[visit.Declined] != 1 {
			t.Errorf("%v", counts)
		}
		for _, s := range visit.States {
			page, err := w.Find(ctx, editor, visit.Filter{State: s})
			must(t, err)
			if len(page.Items) != counts[s] {
				t.Errorf("%s: %d are listed and %d counted", s, len(page.Items), counts[s])
			}
		}
		page, err := w.Find(ctx, editor, visit.Filter{Day: "2020-07-21", ActivityID: w.act})
		must(t, err)
		if len(page.Items) != 1 || page.Items[0].ID != early.BookingID {
			t.Errorf("%+v", page.Items)
		}
		for _, f := range []visit.Filter{{State: "x"}, {After: "x"}, {After: "AAAA"}} {
			if _, err := w.Find(ctx, editor, f); err == nil {
				t.Errorf("%+v is taken", f)
			}
		}
		_, err = w.Find(ctx, nobody, visit.Filter{})
		refused(t, err, "visit.forbidden")
	})
}

func roster(names ...string) visit.RosterDraft {
	return visit.RosterDraft{Names: names, Declared: "李示例", Consent: true}
}

func TestARosterIsTheSchoolsAndTheHostSeesItOnTheDayOnly(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		editor := w.staff("长沙高职", actor.RoleEditor)
		r := w.ask(w.class(w.halls[0], 1, "芙蓉中学"))
		for key, d := range map[string]visit.RosterDraft{
			"visit.roster_empty": roster(" "), "visit.roster_name": roster("甲\x00"), "visit.roster_long": roster(slices.Repeat([]string{"甲生"}, 29)...),
			"visit.declaration_missing": {Names: []string{"甲生"}, Declared: "李示例"}, "visit.text_missing": {Names: []string{"甲生"}, Consent: true},
		} {
			refused(t, w.SetRoster(ctx, nobody, r.ManageToken, d), key)
		}
		must(t, w.SetRoster(ctx, nobody, r.ManageToken, roster("甲示例", "乙示例")))
		masked, err := w.MaskedRoster(ctx, r.ManageToken)
		must(t, err)
		if !slices.Equal(masked, []string{"甲*", "乙*"}) {
			t.Errorf("%v", masked)
		}
		must(t, w.Confirm(ctx, editor, r.BookingID))
		if v, err := w.Get(ctx, editor, r.BookingID); err != nil || v.Roster != (visit.Roster{Names: 2}) {
			t.Errorf("%+v, %v", v.Roster, err)
		}
		w.clock.Set(clock.Day("2020-07-20").Time())
		_, err = w.ReadRoster(ctx, editor, r.BookingID)
		refused(t, err, "visit.roster_hidden")
		shown := roster("甲示例", "乙示例", "丙示例")
		shown.Shown = true
		must(t, w.SetRoster(ctx, nobody, r.ManageToken, shown))
		list, err := w.ReadRoster(ctx, editor, r.BookingID)
		must(t, err)
		if !slices.Equal(list, shown.Names) || w.count(countAction, "visit.roster_read") != 1 {
			t.Errorf("%v", list)
		}
		_, err = w.ReadRoster(ctx, w.staff("长沙高职", actor.RoleReviewer), r.BookingID)
		refused(t, err, "visit.roster_hidden")
		w.clock.Set(clock.Day("2020-07-21").Time())
		_, err = w.ReadRoster(ctx, editor, r.BookingID) // the day after
		refused(t, err, "visit.roster_hidden")
		refused(t, w.SetRoster(ctx, nobody, r.ManageToken, shown), "booking.over")
		for range 2 {
			must(t, w.EraseRoster(ctx, nobody, r.ManageToken))
		}
		if w.count(countRosters) != 0 || w.count(countAction, "visit.roster_erase") != 1 {
			t.Error("the roster stands")
		}
	})
}

func TestWhatIsKnownOfPersonsExpiresWithTheBookingsContact(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		kept, gone, cancelled := w.ask(w.class(w.halls[0], 1, "芙蓉中学")), w.ask(w.class(w.halls[1], 2, "五一小学")), w.ask(w.class(w.halls[2], 3, "荷塘中学"))
		for _, r := range []booking.Receipt{kept, gone, cancelled} {
			must(t, w.SetRoster(ctx, nobody, r.ManageToken, roster("甲示例")))
		}
		must(t, w.Cancel(ctx, nobody, cancelled.ManageToken))
		must(t, w.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, forgetContact, gone.BookingID)
			return err
		}))
		if n, err := w.Expire(ctx); n != 2 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if n, err := w.Expire(ctx); n != 0 || err != nil {
			t.Errorf("again: %d, %v", n, err)
		}
		if v := w.read(gone.ManageToken); v.Needs != "" || v.Roster.Names != 0 || v.Pupils != 28 || v.Contact != (booking.Contact{}) {
			t.Errorf("%+v", v)
		}
		if v := w.read(kept.ManageToken); v.Needs == "" || v.Roster.Names != 1 {
			t.Errorf("%+v", v)
		}
		if w.count(countRosters) != 1 || w.count(countNeeds) != 1 {
			t.Error("more stands than should")
		}
		_, err := w.Reveal(ctx, w.staff("长沙高职", actor.RoleHead), gone.BookingID)
		refused(t, err, "visit.no_contact")
	})
}

// Whatever is written ends in the store's files.
func TestNoNameOfAPupilAndNoNeedIsStoredInClear(t *testing.T) {
	t.Parallel()
	w := newTown(t, sqldb.SQLite)
	r := w.ask(w.class(w.halls[0], 1, "芙蓉中学"))
	must(t, w.SetRoster(ctx, nobody, r.ManageToken, roster("甲示例")))
	must(t, w.EraseRoster(ctx, nobody, r.ManageToken))
	must(t, w.SetRoster(ctx, nobody, r.ManageToken, roster("丙示例")))
	var files []byte
	must(t, filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files = append(files, data...)
		return err
	}))
	if !bytes.Contains(files, []byte("初二（3）班")) {
		t.Fatal("what is not secret is not found either")
	}
	for _, secret := range []string{"甲示例", "丙示例", "李示例", "轮椅", "13900010000"} {
		if bytes.Contains(files, []byte(secret)) {
			t.Errorf("%q stands in the store", secret)
		}
	}
}

func TestVerifyFindsTampering(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		r := w.ask(w.class(w.halls[0], 1, "芙蓉中学"))
		must(t, w.SetRoster(ctx, nobody, r.ManageToken, roster("甲示例")))
		undo := errors.New("undo")
		for _, statement := range tampering {
			err := w.db.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
				if w.Verify(ctx, tx) == nil {
					t.Errorf("not found: %s", statement)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Errorf("%s: %v", statement, err)
			}
		}
		must(t, w.Verify(ctx, w.db))
	})
}

func TestSecretsAreSealedAnewAfterARotation(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		r := w.ask(w.class(w.halls[0], 1, "芙蓉中学"))
		must(t, w.SetRoster(ctx, nobody, r.ManageToken, roster("甲示例")))
		if n, err := w.Reseal(ctx); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		must(t, w.ring.Rotate(filepath.Join(w.dir, "keys")))
		must(t, w.ring.Reload())
		if n, err := w.Reseal(ctx); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if n, err := w.Reseal(ctx); n != 0 || err != nil {
			t.Errorf("again: %d, %v", n, err)
		}
		if v := w.read(r.ManageToken); v.Needs != "一名学生使用轮椅" {
			t.Errorf("%+v", v)
		}
	})
}
