package visit_test

import (
	"slices"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/id"
	"openweek/internal/visit"
)

// bureau is a person of the prefecture's education bureau who invites.
func (w *town) bureau() actor.Actor { return w.staff("长沙市教育局", actor.RoleEditor) }

// allot invites a school to a session and gives the invitation.
func (w *town) allot(hall, school string, people int64) visit.Allotment {
	w.t.Helper()
	allotmentID, err := w.Allot(ctx, w.bureau(), visit.Allotting{SchoolID: w.ids[school], SessionID: hall, People: people, Note: "请提前十分钟到校门口集合。"})
	must(w.t, err)
	return w.allotment(allotmentID)
}

func (w *town) allotment(allotmentID string) visit.Allotment {
	w.t.Helper()
	l, err := w.GetAllotment(ctx, w.bureau(), allotmentID)
	must(w.t, err)
	return l
}

func TestABureauInvitesASchoolWhoseTeacherThenBooks(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		hall := w.halls[0]
		l := w.allot(hall, "芙蓉中学", 40)
		if l.State != visit.AllotmentInvited || l.Visit.State != visit.Invited || l.LastDay() != "2020-07-19" || w.count(countHeld, hall) != 40 {
			t.Errorf("%+v", l)
		}
		for unitName, key := range map[string]string{"芙蓉中学": "visit.told_invited", "长沙高职": "visit.told_held"} {
			if n := w.count(countTold, w.ids[unitName], key); n != 1 {
				t.Errorf("%s was told %d times", unitName, n)
			}
		}
		by := visit.Answer{Token: w.Invitation(l.ID)}
		for range 2 {
			must(t, w.Accept(ctx, nobody, by))
		}
		if got := w.allotment(l.ID); got.State != visit.AllotmentAccepted || got.Visit.State != visit.Accepted {
			t.Errorf("%+v", got)
		}
		small := w.class("", 1, "")
		small.Class.Pupils = 5
		_, err := w.Fill(ctx, nobody, by, small)
		refused(t, err, "booking.group_size")
		nameless := w.class("", 1, "")
		nameless.Contact = booking.Contact{}
		_, err = w.Fill(ctx, nobody, by, nameless)
		refused(t, err, "booking.name_missing")
		token, err := w.Fill(ctx, nobody, by, w.class("", 1, ""))
		must(t, err)
		v := w.read(token)
		if v.State != visit.Pending || v.School.ID != w.ids["芙蓉中学"] || v.Pupils != 28 || v.Contact.Name != "李示例" || w.count(countHeld, hall) != 30 {
			t.Errorf("%+v", v)
		}
		if n := w.count(countUntold, v.ID, "booked"); n != 1 {
			t.Error("the teacher is not told")
		}
		_, err = w.Fill(ctx, nobody, by, w.class("", 2, ""))
		refused(t, err, "visit.invitation_over")
		refused(t, w.Withdraw(ctx, w.bureau(), l.ID), "visit.invitation_over")
		refused(t, w.Refuse(ctx, nobody, by, "不来"), "visit.invitation_over")
		must(t, w.Confirm(ctx, w.staff("长沙高职", actor.RoleHead), v.ID))
		if got := w.allotment(l.ID); got.Visit.State != visit.Confirmed || got.Visit.Contact != (booking.Contact{}) || got.Visit.Needs != "" {
			t.Errorf("the bureau reads %+v", got.Visit)
		}
	})
}

func TestSeatsOfAnInvitationAreFreeAgainWhenItEnds(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		refusedOne, withdrawn, lapsed, kept := w.allot(w.halls[0], "芙蓉中学", 20), w.allot(w.halls[0], "五一小学", 20), w.allot(w.halls[1], "芙蓉中学", 20), w.allot(w.halls[1], "五一小学", 20)
		must(t, w.Refuse(ctx, nobody, visit.Answer{Token: w.Invitation(refusedOne.ID)}, "当日考试"))
		must(t, w.Withdraw(ctx, w.bureau(), withdrawn.ID))
		_, err := w.Fill(ctx, nobody, visit.Answer{Token: w.Invitation(kept.ID)}, w.class("", 1, ""))
		must(t, err)
		if held := w.count(countHeld, w.halls[0]); held != 0 {
			t.Errorf("%d seats are held", held)
		}
		w.clock.Set(lapsed.Deadline.Time())
		_, err = w.Fill(ctx, nobody, visit.Answer{Token: w.Invitation(lapsed.ID)}, w.class("", 2, ""))
		refused(t, err, "visit.invitation_over")
		if n, err := w.LapseInvitations(ctx); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if n, err := w.LapseInvitations(ctx); n != 0 || err != nil {
			t.Errorf("again: %d, %v", n, err)
		}
		if held := w.count(countHeld, w.halls[1]); held != 30 {
			t.Errorf("%d seats are held", held)
		}
		for l, want := range map[string]visit.State{refusedOne.ID: visit.Refused, withdrawn.ID: visit.Withdrawn, lapsed.ID: visit.Lapsed, kept.ID: visit.Pending} {
			if got := w.allotment(l); got.Visit.State != want {
				t.Errorf("%s, want %s", got.Visit.State, want)
			}
		}
		if got := w.allotment(refusedOne.ID); got.Reason != "当日考试" {
			t.Errorf("%+v", got)
		}
		for _, key := range []string{"visit.told_refused", "visit.told_lapsed", "visit.told_filled"} {
			if n := w.count(countTold, w.ids["长沙市教育局"], key); n != 1 {
				t.Errorf("the bureau was told %d times: %s", n, key)
			}
		}
	})
}

func TestWhatABureauMayNotAllot(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		w.rule(0, 0, 1)
		good := visit.Allotting{SchoolID: w.ids["芙蓉中学"], SessionID: w.halls[3], People: 20}
		for key, change := range map[string]func(*visit.Allotting){
			"visit.school_unknown":  func(d *visit.Allotting) { d.SchoolID = w.ids["荷塘中学"] }, // of another prefecture
			"visit.text_missing":    func(d *visit.Allotting) { d.SchoolID = "" },
			"visit.session_unknown": func(d *visit.Allotting) { d.SessionID = id.New() },
			"visit.people_count":    func(d *visit.Allotting) { d.People = -1 },
			"visit.deadline":        func(d *visit.Allotting) { d.Deadline = "2020-07-14" },
			"booking.group_size":    func(d *visit.Allotting) { d.People = 61 },
		} {
			d := good
			change(&d)
			_, err := w.Allot(ctx, w.bureau(), d)
			refused(t, err, key)
		}
		w.ask(w.class(w.halls[3], 1, "五一小学")) // takes all of its seats
		_, err := w.Allot(ctx, w.bureau(), good)
		if err == nil {
			t.Error("seats were promised that there are not")
		}
		good.SessionID = w.halls[0]
		if _, err := w.Allot(ctx, w.bureau(), good); err != nil {
			t.Fatal(err)
		}
		good.SessionID = w.halls[1]
		_, err = w.Allot(ctx, w.bureau(), good)
		refused(t, err, "visit.visits_max")
		named := visit.Allotting{School: "示例民办小学", SessionID: w.halls[0], People: 10}
		allotmentID, err := w.Allot(ctx, w.staff("芙蓉区教育局", actor.RoleHead), named)
		must(t, err)
		if l, err := w.AllotmentByToken(ctx, w.Invitation(allotmentID)); err != nil || l.Visit.School != (visit.School{Name: "示例民办小学", Region: "430102"}) {
			t.Errorf("%+v, %v", l.Visit.School, err)
		}
		_, err = w.AllotmentByToken(ctx, w.bookings.Token(allotmentID))
		refused(t, err, "visit.invitation_refused")
	})
}

func TestWhoSeesAndAnswersAnInvitation(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		l := w.allot(w.halls[0], "芙蓉中学", 20)
		for _, c := range []struct {
			who                    actor.Actor
			sees, answers, invites bool
		}{
			{w.staff("芙蓉中学", actor.RoleEditor), true, true, false}, {w.staff("芙蓉中学", actor.RoleReviewer), true, false, false},
			{w.staff("五一小学", actor.RoleHead), false, false, false}, {w.staff("长沙高职", actor.RoleHead), false, false, false},
			{w.staff("长沙市教育局", actor.RoleHead), true, false, true}, {w.staff("长沙市教育局", actor.RoleReviewer), true, false, false},
			{w.staff("芙蓉区教育局", actor.RoleHead), true, false, true}, {w.staff("省教育厅", actor.RoleHead), true, false, false},
			{w.staff("株洲市教育局", actor.RoleHead), false, false, true}, {w.staff("长沙市人社局", actor.RoleHead), false, false, false}, {nobody, false, false, false},
		} {
			if _, err := w.GetAllotment(ctx, c.who, l.ID); (err == nil) != c.sees {
				t.Errorf("%v %v sees: %v", c.who.Place, c.who.Roles, err)
			}
			if _, err := w.FindRooms(ctx, c.who, visit.RoomFilter{EditionID: w.editionID}); (err == nil) != c.invites {
				t.Errorf("%v %v finds rooms: %v", c.who.Place, c.who.Roles, err)
			}
			if !c.answers {
				by := visit.Answer{AllotmentID: l.ID}
				_, err := w.Fill(ctx, c.who, by, w.class("", 1, ""))
				for _, err := range []error{err, w.Accept(ctx, c.who, by), w.Refuse(ctx, c.who, by, "")} {
					if err == nil {
						t.Errorf("%v %v answers", c.who.Place, c.who.Roles)
					}
				}
			}
			if c.who.UnitID != l.Bureau.ID || !c.invites {
				if err := w.Withdraw(ctx, c.who, l.ID); err == nil {
					t.Errorf("%v %v withdraws", c.who.Place, c.who.Roles)
				}
			}
		}
		must(t, w.Accept(ctx, w.staff("芙蓉中学", actor.RoleEditor), visit.Answer{AllotmentID: l.ID}))
		rooms, err := w.FindRooms(ctx, w.staff("株洲市教育局", actor.RoleEditor), visit.RoomFilter{EditionID: w.editionID})
		if len(rooms) != 0 || err != nil {
			t.Errorf("another prefecture is offered %+v, %v", rooms, err)
		}
		rooms, err = w.FindRooms(ctx, w.bureau(), visit.RoomFilter{EditionID: w.editionID, Day: "2020-07-20", Text: "开放"})
		if len(rooms) != 1 || err != nil || rooms[0].Left != 80 || rooms[0].Most() != 60 || rooms[0].Host.Name != "长沙高职" {
			t.Errorf("%+v, %v", rooms, err)
		}
	})
}

func TestTheBureauSeesSchoolsWithoutAVisitFirstAndClashes(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		clash, sameTime := w.class(w.halls[0], 1, "芙蓉中学"), w.class(w.halls[0], 2, "芙蓉中学")
		sameTime.Class.Grade = "初二（4）班"
		w.ask(clash)
		w.ask(sameTime)
		typed := w.class(w.halls[1], 3, "")
		typed.School = visit.School{Name: "示例小学", Region: "430100"}
		w.ask(typed)
		f := visit.SchoolFilter{EditionID: w.editionID}
		page, err := w.FindSchoolVisits(ctx, w.bureau(), f)
		must(t, err)
		var names []string
		for _, one := range page.Items {
			names = append(names, one.Name)
		}
		if !slices.Equal(names, []string{"五一小学", "芙蓉中学"}) {
			t.Errorf("%v", names)
		}
		with := page.Items[1]
		if len(with.Visits) != 2 || len(with.Clashes) != 2 || with.Clashes[with.Visits[0].ID] || with.Visits[0].Code != "" {
			t.Errorf("%+v", with)
		}
		counts, err := w.CountSchools(ctx, w.bureau(), f)
		must(t, err)
		if counts != (visit.SchoolCounts{All: 2, Without: 1, With: 1, Clash: 1, Unregistered: 1}) {
			t.Errorf("%+v", counts)
		}
		w.ask(w.class(w.halls[0], 4, "芙蓉中学")) // the first class once more, by another teacher
		for show, want := range map[visit.SchoolShow][]string{visit.WithoutVisit: {"五一小学"}, visit.WithVisit: {"芙蓉中学"}, visit.WithClash: {"芙蓉中学"}} {
			f.Show = show
			page, err := w.FindSchoolVisits(ctx, w.bureau(), f)
			must(t, err)
			if len(page.Items) != len(want) || page.Items[0].Name != want[0] {
				t.Errorf("%s: %+v", show, page.Items)
			}
			if show == visit.WithClash && !page.Items[0].Clashes[page.Items[0].Visits[0].ID] && !page.Items[0].Clashes[page.Items[0].Visits[1].ID] {
				t.Error("one class at two places is not told")
			}
		}
		f.Show = visit.AllSchools
		for unitName, want := range map[string]int{"省教育厅": 4, "芙蓉区教育局": 2, "株洲市教育局": 2} {
			page, err := w.FindSchoolVisits(ctx, w.staff(unitName), f)
			must(t, err)
			if len(page.Items) != want {
				t.Errorf("%s sees %d schools", unitName, len(page.Items))
			}
		}
		for _, who := range []actor.Actor{w.staff("长沙市人社局", actor.RoleHead), w.staff("长沙高职", actor.RoleHead), nobody} {
			_, err := w.FindSchoolVisits(ctx, who, f)
			refused(t, err, "visit.forbidden")
		}
		f.Region = "430200"
		_, err = w.FindSchoolVisits(ctx, w.bureau(), f)
		refused(t, err, "visit.filter_unknown")
		own, err := w.FindOwn(ctx, w.staff("芙蓉中学"), w.editionID)
		must(t, err)
		if len(own) != 3 || own[0].Code != "" || own[0].Contact != (booking.Contact{}) {
			t.Errorf("%+v", own)
		}
		_, err = w.FindOwn(ctx, w.bureau(), w.editionID)
		refused(t, err, "visit.forbidden")
	})
}

func TestALongListOfSchoolsGoesOn(t *testing.T) {
	in(t, func(t *testing.T, w *town) {
		w.ask(w.class(w.halls[0], 1, "五一小学"))
		w.clock.Advance(time.Minute)
		f := visit.SchoolFilter{EditionID: w.editionID}
		page, err := w.FindSchoolVisits(ctx, w.staff("省教育厅"), f)
		must(t, err)
		if page.Next != "" || len(page.Items) != 4 {
			t.Fatalf("%+v", page)
		}
		for _, after := range []string{"x", "AA.BB", string(clock.Day("2020-07-20"))} {
			f.After = after
			_, err := w.FindSchoolVisits(ctx, w.staff("省教育厅"), f)
			refused(t, err, "visit.page_malformed")
		}
	})
}
