package booking_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/id"
)

// host is somebody of the unit that receives the visitors of a session.
func (f *fair) host(sessionID string, roles ...actor.Role) actor.Actor {
	o, err := f.activities.GetOffer(ctx, sessionID)
	must(f.t, err)
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: o.UnitID, Roles: roles,
		Place: actor.Place{Region: "430000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment}}
}

// offices are those of other units: one above, which sees the unit, one that does not, and the platform's.
func offices(own actor.Actor) (above, beside, auditor actor.Actor) {
	above, beside, auditor = own, own, own
	above.UnitID, beside.UnitID = id.New(), id.New()
	beside.Place = actor.Place{Region: "430100", Line: actor.LineEducation, Tier: actor.TierPrefecture, Kind: actor.KindDepartment}
	auditor.Platform, auditor.Roles = actor.Auditor, nil
	return above, beside, auditor
}

func TestAHostSeesItsSessionsAndOthersCountsOrNothing(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 4, 4, 4)
		f.claim(t, request(halls[0], 1, 3))
		f.claim(t, request(halls[0], 2, 2)) // waits
		held := request(halls[1], 3, 2)
		held.Hold = true
		f.claim(t, held)
		own := f.host(halls[0], actor.RoleEditor)
		above, beside, auditor := offices(own)
		find := func(a actor.Actor, filter booking.HostFilter) (ids []string) {
			t.Helper()
			page, err := f.FindSessions(ctx, a, filter)
			must(t, err)
			for _, h := range page.Items {
				ids = append(ids, h.ID)
			}
			return ids
		}
		for name, c := range map[string]struct {
			a      actor.Actor
			filter booking.HostFilter
			want   []string
		}{
			"its own":           {own, booking.HostFilter{Own: true}, halls},
			"from above":        {above, booking.HostFilter{}, halls},
			"only mine, above":  {above, booking.HostFilter{Own: true}, nil},
			"from beside":       {beside, booking.HostFilter{}, nil},
			"somebody unknown":  {actor.Actor{}, booking.HostFilter{}, nil},
			"over":              {own, booking.HostFilter{Past: true}, nil},
			"waits for seats":   {own, booking.HostFilter{State: booking.HostWaiting}, halls[:1]},
			"waits for host":    {own, booking.HostFilter{State: booking.HostPending}, halls[1:2]},
			"none is full":      {own, booking.HostFilter{State: booking.HostFull}, nil},
			"a day":             {own, booking.HostFilter{Day: "2020-07-21"}, halls[1:2]},
			"another region's":  {own, booking.HostFilter{Region: "430100"}, nil},
			"another activity":  {own, booking.HostFilter{ActivityID: id.New()}, nil},
			"continued":         {own, booking.HostFilter{After: halls[0]}, halls[1:]},
			"continued by noun": {own, booking.HostFilter{After: id.New()}, nil},
		} {
			if got := find(c.a, c.filter); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		page, err := f.FindSessions(ctx, own, booking.HostFilter{Limit: 2})
		must(t, err)
		if len(page.Items) != 2 || page.Next != halls[1] {
			t.Errorf("a page of 2: %d, next %s", len(page.Items), page.Next)
		}
		h, err := f.HostSession(ctx, own, halls[0])
		must(t, err)
		if !h.Own || !h.Manages || h.Tally.Confirmed != (booking.Parties{Count: 1, People: 3, Named: 1}) || h.Tally.Waiting.People != 2 || h.Arrived != activity.NotCounted || h.Title != "开放日" {
			t.Errorf("%+v", h)
		}
		reviewer := f.host(halls[0], actor.RoleReviewer)
		if h, err = f.HostSession(ctx, reviewer, halls[0]); err != nil || !h.Own || h.Manages {
			t.Errorf("a reviewer: %+v, %v", h, err)
		}
		if h, err = f.HostSession(ctx, f.host(halls[0]), halls[0]); err != nil || h.Own {
			t.Errorf("without a role: %+v, %v", h, err)
		}
		if h, err = f.HostSession(ctx, auditor, halls[0]); err != nil || h.Own {
			t.Errorf("an auditor: %+v, %v", h, err)
		}
		_, err = f.HostSession(ctx, beside, halls[0])
		refused(t, err, "host.session_not_found")
		_, err = f.FindBookings(ctx, above, halls[0], booking.BookingFilter{})
		refused(t, err, "host.forbidden")
		_, err = f.FindBookings(ctx, beside, halls[0], booking.BookingFilter{})
		refused(t, err, "host.session_not_found")
		_, err = f.FindSessions(ctx, own, booking.HostFilter{After: "x"})
		refused(t, err, "host.page_malformed")
		f.clock.Set(time.Date(2020, 7, 20, 12, 0, 0, 0, clock.Shanghai))
		if got := find(own, booking.HostFilter{Past: true}); !slices.Equal(got, halls[:1]) {
			t.Errorf("over: %v", got)
		}
	})
}

func TestContactsAreMaskedUntilTheyAreRevealedWhichTheLogTells(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 9)[0]
		full := request(hall, 1, 2)
		full.Contact.Mail = "zhang@example.cn"
		f.claim(t, full)
		landline := request(hall, 2, 1)
		landline.Contact.Phone = "0731-84710000转12"
		f.claim(t, landline)
		own := f.host(hall, actor.RoleEditor)
		page, err := f.FindBookings(ctx, f.host(hall, actor.RoleReviewer), hall, booking.BookingFilter{})
		must(t, err)
		contacts := func(p booking.BookingPage) (list []booking.Contact) {
			for _, b := range p.Items {
				list = append(list, b.Contact)
			}
			return list
		}
		if got, want := contacts(page), []booking.Contact{{Name: "张*", Phone: "138****0000", Mail: "z***@example.cn"}, {Name: "张*", Phone: "073****00x**"}}; !slices.Equal(got, want) {
			t.Errorf("masked %+v", got)
		}
		if n := count(t, f.db, countEntries, "booking.reveal", hall); n != 0 {
			t.Errorf("%d entries", n)
		}
		page, err = f.Reveal(ctx, own, hall, booking.BookingFilter{})
		must(t, err)
		if got, want := contacts(page), []booking.Contact{{Name: "张示例", Phone: "13800010000", Mail: "zhang@example.cn"}, {Name: "张示例", Phone: "073184710000x12"}}; !slices.Equal(got, want) {
			t.Errorf("revealed %+v", got)
		}
		if n := count(t, f.db, sumEntries, "booking.reveal", hall); n != 2 {
			t.Errorf("the log tells of %d", n)
		}
		_, err = f.Reveal(ctx, f.host(hall, actor.RoleReviewer), hall, booking.BookingFilter{})
		refused(t, err, "host.forbidden")
		above, _, _ := offices(own)
		_, err = f.Reveal(ctx, above, hall, booking.BookingFilter{})
		refused(t, err, "host.forbidden")
	})
}

func TestBookingsAreFoundByCodeByItsEndAndByTelephone(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 3)[0]
		var made []booking.Receipt
		for n := range 6 {
			made = append(made, f.claim(t, request(hall, n, 1)))
		}
		own := f.host(hall, actor.RoleEditor)
		find := func(filter booking.BookingFilter) (list []string) {
			t.Helper()
			page, err := f.FindBookings(ctx, own, hall, filter)
			must(t, err)
			for _, b := range page.Items {
				list = append(list, fmt.Sprint(slices.IndexFunc(made, func(r booking.Receipt) bool { return r.BookingID == b.ID }), "/", b.Position))
			}
			return list
		}
		code := made[4].Code
		for name, c := range map[string]struct {
			filter booking.BookingFilter
			want   string
		}{
			"all":               {booking.BookingFilter{}, "0/0 1/0 2/0 3/1 4/2 5/3"},
			"confirmed":         {booking.BookingFilter{Status: booking.Confirmed}, "0/0 1/0 2/0"},
			"waiting":           {booking.BookingFilter{Status: booking.Waitlisted}, "3/1 4/2 5/3"},
			"the second page":   {booking.BookingFilter{After: 4}, "4/2 5/3"},
			"a code":            {booking.BookingFilter{Text: strings.ToLower(code[:4] + "-" + code[4:])}, "4/2"},
			"the end of a code": {booking.BookingFilter{Text: code[3:]}, "4/2"},
			"a telephone":       {booking.BookingFilter{Text: "138 0002 0000"}, "2/0"},
			"an unknown one":    {booking.BookingFilter{Text: "13900020000"}, ""},
			"cancelled":         {booking.BookingFilter{Status: booking.Cancelled}, ""},
		} {
			if got := strings.Join(find(c.filter), " "); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		for _, text := range []string{"张示例", "1380002", "AB", "ABCDEFGHJ", "%%%"} {
			_, err := f.FindBookings(ctx, own, hall, booking.BookingFilter{Text: text})
			refused(t, err, "host.search_unreadable")
		}
	})
}

func TestAHostBooksConfirmsResizesAndCancelsForOthers(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 5, 5)
		hall := halls[0]
		own := f.host(hall, actor.RoleEditor)
		above, beside, _ := offices(own)
		caller := booking.Caller{Contact: booking.Contact{Name: "李示例", Phone: "13900010000"}, Party: 2}
		made, err := f.BookFor(ctx, own, hall, caller)
		must(t, err)
		came, err := f.BookFor(ctx, own, hall, booking.Caller{Party: 1})
		must(t, err)
		held := request(hall, 3, 2)
		held.Hold = true
		waits := f.claim(t, held)
		for _, r := range []booking.Receipt{made, came} {
			if r.Status != booking.Confirmed {
				t.Errorf("%+v", r)
			}
		}
		_, err = f.BookFor(ctx, own, hall, booking.Caller{Party: 1}) // who came waits for nothing
		refused(t, err, "booking.full")
		_, err = f.BookFor(ctx, own, hall, caller)
		refused(t, err, "booking.contact_twice")
		last, err := f.BookFor(ctx, own, hall, booking.Caller{Contact: booking.Contact{Name: "王示例", Phone: "13900020000"}, Party: 3})
		must(t, err)
		if last.Status != booking.Waitlisted {
			t.Errorf("%+v", last)
		}
		for a, key := range map[*actor.Actor]string{&above: "host.forbidden", &beside: "host.session_not_found"} {
			_, err = f.BookFor(ctx, *a, hall, caller)
			refused(t, err, key)
			_, err = f.CancelFor(ctx, *a, hall, made.BookingID)
			refused(t, err, key)
			_, err = f.ResizeFor(ctx, *a, hall, made.BookingID, 1)
			refused(t, err, key)
			_, err = f.ConfirmFor(ctx, *a, hall, waits.BookingID)
			refused(t, err, key)
		}
		for _, bookingID := range []string{"x", id.New()} {
			_, err = f.CancelFor(ctx, own, hall, bookingID)
			refused(t, err, "booking.not_found")
		}
		_, err = f.CancelFor(ctx, own, halls[1], made.BookingID) // another session's
		refused(t, err, "booking.not_found")

		b, err := f.ConfirmFor(ctx, own, hall, waits.BookingID)
		must(t, err)
		if b.Status != booking.Confirmed || b.Contact.Phone != "138****0000" {
			t.Errorf("%+v", b)
		}
		_, err = f.ConfirmFor(ctx, own, hall, waits.BookingID) // a second time is nothing new
		must(t, err)
		if b, err = f.ResizeFor(ctx, own, hall, made.BookingID, 1); err != nil || b.Party != 1 {
			t.Errorf("%+v, %v", b, err)
		}
		_, err = f.ResizeFor(ctx, own, hall, made.BookingID, 4)
		refused(t, err, "booking.full")
		if b, err = f.CancelFor(ctx, own, hall, waits.BookingID); err != nil || b.Status != booking.Cancelled {
			t.Errorf("%+v, %v", b, err)
		}
		one, err := f.HostBooking(ctx, own, hall, last.BookingID)
		must(t, err)
		if one.Status != booking.Confirmed || one.Source != booking.FromHost || one.Contact.Name != "王*" {
			t.Errorf("who waited: %+v", one)
		}
		for action, want := range map[string]int64{"booking.book_for": 1, "booking.resize_for": 1} {
			if n := count(t, f.db, countEntries, action, made.BookingID); n != want {
				t.Errorf("%s: %d entries", action, n)
			}
		}
		for _, action := range []string{"booking.confirm_for", "booking.cancel_for"} {
			if n := count(t, f.db, countEntries, action, waits.BookingID); n != 1 {
				t.Errorf("%s: %d entries", action, n)
			}
		}
	})
}

func TestAnExportGivesEveryBookingOnceAndTheLogTellsOfIt(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 2, 600)
		f.claim(t, request(halls[0], 0, 2))
		f.claim(t, request(halls[0], 1, 1)) // waits
		var rows []booking.Request
		for n := range 520 { // more than one batch
			rows = append(rows, request(halls[1], n, 1))
		}
		for _, r := range rows {
			f.claim(t, r)
		}
		own := f.host(halls[0], actor.RoleHead)
		s, _, err := f.GetSession(ctx, halls[0])
		must(t, err)
		of := booking.ExportOf{ActivityID: s.ActivityID}
		seen := map[string]int{}
		var told [][2]int
		progress := func(done, total int) error {
			told = append(told, [2]int{done, total})
			return nil
		}
		must(t, f.Export(ctx, own, of, progress, func(h booking.HostSession, b booking.HostBooking) error {
			seen[b.ID]++
			if h.ID != b.SessionID || !strings.HasPrefix(b.Contact.Phone, "138") || strings.Contains(b.Contact.Phone, "*") {
				t.Errorf("%s of %s: %+v", b.ID, h.ID, b.Contact)
			}
			return nil
		}))
		if n, err := f.CountExport(ctx, own, of); err != nil || n != 522 || len(seen) != 522 {
			t.Errorf("%d rows of %d, %v", len(seen), n, err)
		}
		if last := told[len(told)-1]; last != [2]int{522, 522} {
			t.Errorf("told %v", told)
		}
		if n := count(t, f.db, sumEntries, "booking.export", s.ActivityID); n != 522 {
			t.Errorf("the log tells of %d", n)
		}
		enough := errors.New("enough")
		if err := f.Export(ctx, own, booking.ExportOf{SessionID: halls[0]}, nil, func(booking.HostSession, booking.HostBooking) error { return enough }); !errors.Is(err, enough) {
			t.Errorf("%v", err)
		}
		above, beside, _ := offices(own)
		for a, key := range map[*actor.Actor]string{&above: "host.forbidden", &beside: "host.activity_not_found"} {
			_, err := f.CountExport(ctx, *a, of)
			refused(t, err, key)
		}
		_, err = f.CountExport(ctx, f.host(halls[0], actor.RoleReviewer), booking.ExportOf{SessionID: halls[0]})
		refused(t, err, "host.forbidden")
	})
}

func TestANoticeGoesOnceToThoseItIsFor(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 3)[0]
		sure := f.claim(t, request(hall, 1, 2))
		f.claim(t, request(hall, 2, 1))
		waits := f.claim(t, request(hall, 3, 2))
		own := f.host(hall, actor.RoleEditor)
		draft := booking.NoticeDraft{To: booking.Confirmed, Text: " 请携带\n身份证件。 ", Parties: 2}
		p, err := f.NoticeReach(ctx, own, hall, draft)
		must(t, err)
		if p.Count != 2 || p.People != 3 || p.Named != 2 || p.Reached != 0 {
			t.Errorf("%+v", p)
		}
		n, err := f.SendNotice(ctx, own, hall, draft)
		must(t, err)
		if n.Text != "请携带 身份证件。" || n.Parties != 2 || n.People != 3 || n.Written != 0 || n.By != own.PersonID {
			t.Errorf("%+v", n)
		}
		if marks := count(t, f.db, countMarks); marks != 0 { // there is no channel
			t.Errorf("%d letters are to be made", marks)
		}
		draft.Parties = 1
		_, err = f.SendNotice(ctx, own, hall, draft)
		refused(t, err, "host.reach_changed")
		for text, key := range map[string]string{"": "host.text_missing", strings.Repeat("字", 201): "host.text_long", "a\x07b": "host.text_malformed"} {
			_, err = f.SendNotice(ctx, own, hall, booking.NoticeDraft{To: booking.Confirmed, Text: text, Parties: 2})
			refused(t, err, key)
		}
		_, err = f.SendNotice(ctx, own, hall, booking.NoticeDraft{To: booking.Cancelled, Text: "好"})
		refused(t, err, "host.choice_unknown")
		_, err = f.SendNotice(ctx, f.host(hall, actor.RoleReviewer), hall, draft)
		refused(t, err, "host.forbidden")
		list, err := f.Notices(ctx, hall)
		must(t, err)
		if len(list) != 1 || list[0] != n {
			t.Errorf("%+v", list)
		}
		for r, want := range map[booking.Receipt]bool{sure: true, waits: false} {
			b, err := f.Get(ctx, r.Code, r.ManageToken)
			must(t, err)
			if n.Concerns(b) != want {
				t.Errorf("%s is concerned: %v", b.Status, !want)
			}
		}
		_, err = f.Cancel(ctx, waits.Code, waits.ManageToken)
		must(t, err)
		_, err = f.SendNotice(ctx, own, hall, booking.NoticeDraft{To: booking.Waitlisted, Text: "好"})
		refused(t, err, "host.nobody")
		if entries := count(t, f.db, countEntries, "booking.notice_send", hall); entries != 1 {
			t.Errorf("%d entries", entries)
		}
		f.clock.Set(time.Date(2020, 7, 20, 10, 0, 0, 0, clock.Shanghai))
		_, err = f.SendNotice(ctx, own, hall, booking.NoticeDraft{To: booking.Confirmed, Text: "好", Parties: 2})
		refused(t, err, "booking.over")
	})
}
