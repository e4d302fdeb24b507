package message

import (
	"slices"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

func TestDayIsToldInOneDigest(t *testing.T) {
	server, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		a, mail := h.person(t, bureau, true)
		h.tell(t, h.sys, due(a))
		h.tell(t, h.sys, Message{Dedupe: "dispatch:" + id.New(), ToUnit: a.UnitID, Key: "message.dispatched"})
		monday := due(a)
		monday.Due = clock.Day("2020-07-06").Start().Add(9 * time.Hour) // after that day's digest
		late, _ := h.tell(t, h.sys, monday)
		h.sweep(t)
		if got := server.To(t, mail); len(got) != 0 {
			t.Fatalf("left at noon: %+v", got)
		}
		h.now.Set(noon.AddDate(0, 0, 1)) // Saturday: half past eight is over
		h.sweep(t)
		h.tell(t, h.sys, due(a)) // today's has left
		h.sweep(t)
		got := server.To(t, mail)
		if len(got) != 1 || got[0].Subject != "zh-Hans 2020-07-04 2" {
			t.Fatalf("%+v", got)
		}
		h.now.Set(noon.AddDate(0, 0, 4))
		h.sweep(t)
		got = server.To(t, mail)
		var subjects []string
		for _, m := range got[1:] {
			subjects = append(subjects, m.Subject)
		}
		slices.Sort(subjects)
		if want := []string{"zh-Hans 2020-07-05 1", "zh-Hans 2020-07-07 1"}; !slices.Equal(subjects, want) {
			t.Errorf("got %v, want %v", subjects, want)
		}
		if d := h.letter(t, late); d.Digest != "2020-07-07" || d.State != Sent {
			t.Errorf("%+v", d)
		}
	})
}

func TestDigestLeavesWhenTheCallerSays(t *testing.T) {
	server, o := byMail(t)
	o.Digest = func(clock.Instant) clock.Instant { return clock.Day("2020-07-06").Start().Add(9 * time.Hour) } // the next working day
	in(t, o, func(t *testing.T, h *house) {
		a, mail := h.person(t, bureau, true)
		h.tell(t, h.sys, due(a))
		h.now.Set(noon.AddDate(0, 0, 2))
		h.sweep(t)
		if got := server.To(t, mail); len(got) != 0 {
			t.Errorf("left on a Sunday: %+v", got)
		}
		h.now.Set(noon.AddDate(0, 0, 3))
		h.sweep(t)
		if got := server.To(t, mail); len(got) != 1 {
			t.Errorf("%d mails", len(got))
		}
	})
}

func TestWhatWasReadInTheInboxIsNotMailed(t *testing.T) {
	server, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		a, mail := h.person(t, bureau, true)
		messageID, _ := h.tell(t, h.sys, due(a))
		_, err := h.MarkRead(t.Context(), a, messageID)
		ok(t, err)
		h.now.Advance(24 * time.Hour)
		h.sweep(t)
		if d := h.letter(t, messageID); d.State != Withheld || d.Reason != "read" || len(server.To(t, mail)) != 0 {
			t.Errorf("%+v", d)
		}
	})
}

func TestWhatWasTakenBackIsNeitherShownNorSent(t *testing.T) {
	server, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		a, mail := h.person(t, bureau, true)
		over, _ := h.tell(t, h.sys, due(a))
		alone, _ := h.tell(t, h.sys, urgent(a))
		open, _ := h.tell(t, h.sys, due(a))
		for range 2 {
			ok(t, h.db.Write(t.Context(), func(tx *sqldb.Tx) error { return h.WithdrawTx(t.Context(), tx, a, over, alone) }))
		}
		page, err := h.Inbox(t.Context(), a, Filter{})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != open {
			t.Errorf("%+v, %v", page, err)
		}
		_, err = h.MarkRead(t.Context(), a, over)
		wants(t, err, "message.not_found", errs.KindNotFound)
		h.now.Advance(24 * time.Hour)
		h.sweep(t)
		if d := h.letter(t, alone); d.State != Withheld || d.Reason != "withdrawn" {
			t.Errorf("%+v", d)
		}
		if got := server.To(t, mail); len(got) != 1 || got[0].Subject != "zh-Hans 2020-07-04 1" {
			t.Errorf("%+v", got)
		}
		if got := h.actions(t, over); !slices.Equal(got, []string{"message.tell", "message.withdraw"}) {
			t.Errorf("audited %v", got)
		}
	})
}

// What was read stays where it was read: it is not taken out of the inbox under the reader's eyes.
func TestWhatWasReadIsNotTakenBack(t *testing.T) {
	in(t, Options{}, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		known, _ := h.tell(t, h.sys, due(a))
		_, err := h.MarkRead(t.Context(), a, known)
		ok(t, err)
		ok(t, h.db.Write(t.Context(), func(tx *sqldb.Tx) error { return h.WithdrawTx(t.Context(), tx, a, known) }))
		page, err := h.Inbox(t.Context(), a, Filter{})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != known {
			t.Errorf("%+v, %v", page, err)
		}
		if got := h.actions(t, known); !slices.Equal(got, []string{"message.tell"}) {
			t.Errorf("audited %v", got)
		}
	})
}
