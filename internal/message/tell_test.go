package message

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestSameThingIsToldOnce(t *testing.T) {
	in(t, Options{}, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		m := due(a)
		first, told := h.tell(t, h.sys, m)
		m.Key = "message.other" // whatever else it says
		again, toldAgain := h.tell(t, h.sys, m)
		if !told || toldAgain || first != again {
			t.Errorf("%s %v, then %s %v", first, told, again, toldAgain)
		}
		page, err := h.Inbox(t.Context(), a, Filter{})
		want := []Told{{ID: first, ToPerson: a.PersonID, Key: "message.duty_due", Args: m.Args, Link: m.Link, Created: h.now.Now(), Due: h.now.Now()}}
		if err != nil || !reflect.DeepEqual(page, Page[Told]{Items: want}) {
			t.Errorf("%+v, %v", page, err)
		}
		if got := h.actions(t, first); !slices.Equal(got, []string{"message.tell"}) {
			t.Errorf("audited %v", got)
		}
	})
}

func TestTwoProcessesTellTheSameThingOnce(t *testing.T) {
	t.Parallel()
	_, mail := byMail(t)
	o := sqldbtest.New(t, sqldb.Postgres)
	ring, _ := newRing(t)
	first := build(t, sqldbtest.Open(t, o), ring, mail)
	first.load(t)
	second := build(t, sqldbtest.Open(t, o), ring, mail)
	a, _ := first.person(t, bureau, true)
	ids := make([]string, 16)
	told := make([]bool, len(ids))
	m := urgent(a)
	var all sync.WaitGroup
	for i := range ids {
		h := []*house{first, second}[i%2]
		all.Go(func() { ids[i], told[i] = h.tell(t, h.sys, m) })
	}
	all.Wait()
	if slices.Sort(ids); ids[0] != ids[len(ids)-1] {
		t.Errorf("told under %v", slices.Compact(ids))
	}
	if n := len(slices.DeleteFunc(told, func(b bool) bool { return !b })); n != 1 {
		t.Errorf("told %d times", n)
	}
	first.letter(t, ids[0])
}

func TestNothingIsToldByATransactionThatFails(t *testing.T) {
	_, mail := byMail(t)
	in(t, mail, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		no := errors.New("no")
		err := h.db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, _, err := h.TellTx(t.Context(), tx, h.sys, urgent(a))
			return errors.Join(err, no)
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		page, err := h.FindDeliveries(t.Context(), h.sys, DeliveryFilter{})
		ok(t, err)
		n, err := h.Unread(t.Context(), a)
		if err != nil || n != 0 || page.Items != nil {
			t.Errorf("%d unread, letters %+v, %v", n, page.Items, err)
		}
	})
}

func TestMessageWithAPersonalValueIsRefused(t *testing.T) {
	t.Parallel()
	to := actor.Actor{PersonID: id.New()}
	change := func(f func(m *Message)) Message { m := due(to); f(&m); return m }
	for name, m := range map[string]Message{
		"a name":              change(func(m *Message) { m.Args = map[string]string{"who": "张三"} }),
		"a phone":             change(func(m *Message) { m.Args = map[string]string{"who": "13800010000"} }),
		"a mail":              change(func(m *Message) { m.Args = map[string]string{"who": "a@example.cn"} }),
		"a sentence":          change(func(m *Message) { m.Args = map[string]string{"why": "not good enough"} }),
		"a foreign link":      change(func(m *Message) { m.Link = "https://example.cn/" }),
		"a hidden link":       change(func(m *Message) { m.Link = "//example.cn/" }),
		"a link with a value": change(func(m *Message) { m.Link = "/desk?name=张三" }),
		"nobody":              change(func(m *Message) { m.ToPerson = "" }),
		"two":                 change(func(m *Message) { m.ToUnit = id.New() }),
		"no id":               change(func(m *Message) { m.ToPerson = "x" }),
		"no key":              change(func(m *Message) { m.Key = "您有一项任务" }),
		"no dedupe":           change(func(m *Message) { m.Dedupe = "" }),
		"mail twice":          change(func(m *Message) { m.Also = []Channel{Mail} }),
	} {
		if m.check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if err := due(to).check(); err != nil {
		t.Error(err)
	}
}

func TestInboxHoldsWhatThePersonAndTheUnitWereTold(t *testing.T) {
	in(t, Options{}, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		colleague, _ := h.person(t, bureau, true)
		stranger, _ := h.person(t, office, true)
		mine, _ := h.tell(t, h.sys, due(a))
		h.now.Advance(time.Minute)
		ours, _ := h.tell(t, stranger, Message{Dedupe: "dispatch:1", ToUnit: a.UnitID, Key: "message.dispatched"})
		later := due(a)
		later.Due = h.now.Now().Add(time.Hour)
		tomorrow, _ := h.tell(t, h.sys, later)
		see := func(who actor.Actor, f Filter, want ...string) {
			t.Helper()
			page, err := h.Inbox(t.Context(), who, f)
			var got []string
			for _, m := range page.Items {
				got = append(got, m.ID)
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%+v: got %v, %v, want %v", f, got, err, want)
			}
		}
		see(a, Filter{}, ours, mine)
		see(a, Filter{Box: PersonBox}, mine)
		see(a, Filter{Box: UnitBox}, ours)
		see(colleague, Filter{}, ours)
		see(stranger, Filter{})
		h.now.Advance(time.Hour)
		see(a, Filter{}, tomorrow, ours, mine)

		_, err := h.MarkRead(t.Context(), colleague, ours, mine)
		wants(t, err, "message.not_found", errs.KindNotFound)
		if n, err := h.MarkRead(t.Context(), colleague, ours, ours); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if n, err := h.MarkRead(t.Context(), a, ours, mine); n != 1 || err != nil { // ours was read first by the colleague
			t.Errorf("%d, %v", n, err)
		}
		page, err := h.Inbox(t.Context(), a, Filter{Box: UnitBox})
		if err != nil || page.Items[0].ReadBy != colleague.PersonID || page.Items[0].Read != h.now.Now() || page.Items[0].FromUnit != stranger.UnitID {
			t.Errorf("%+v, %v", page, err)
		}
		see(a, Filter{Unread: true}, tomorrow)
		if n, err := h.Unread(t.Context(), a); n != 1 || err != nil {
			t.Errorf("%d unread, %v", n, err)
		}
		if n, err := h.MarkAllRead(t.Context(), a); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		see(a, Filter{Unread: true})
	})
}

func TestInboxIsReadPageByPage(t *testing.T) {
	in(t, Options{}, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		var want, got []string
		for i := range 7 {
			messageID, _ := h.tell(t, h.sys, due(a))
			want = append(want, messageID)
			if i%3 == 0 { // some stand in the same instant
				h.now.Advance(time.Second)
			}
		}
		slices.Reverse(want)
		for f := (Filter{Limit: 2}); ; {
			page, err := h.Inbox(t.Context(), a, f)
			ok(t, err)
			for _, m := range page.Items {
				got = append(got, m.ID)
			}
			if f.After = page.Next; f.After == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		for _, after := range []string{"x", "x.y", "1." + id.New() + "'", "-", "zz zz." + id.New()} {
			_, err := h.Inbox(t.Context(), a, Filter{After: after})
			wants(t, err, "message.page_malformed", errs.KindInvalid)
		}
	})
}

func TestOnlyStaffHaveAnInbox(t *testing.T) {
	t.Parallel()
	h := &house{Service: NewService(nil, nil, nil, nil, nil, Options{})}
	for _, a := range []actor.Actor{{}, {Class: actor.Link}, {Class: actor.Staff, PersonID: id.New(), MustChangePassword: true}} {
		_, err := h.Inbox(context.Background(), a, Filter{})
		wants(t, err, "message.forbidden", errs.KindForbidden)
		_, err = h.MarkRead(context.Background(), a, id.New())
		wants(t, err, "message.forbidden", errs.KindForbidden)
		_, err = h.FindDeliveries(context.Background(), a, DeliveryFilter{})
		wants(t, err, "message.forbidden", errs.KindForbidden)
		if n, err := h.Unread(context.Background(), a); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
}
