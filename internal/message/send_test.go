package message

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/jobs"
	"openweek/internal/sqldb"
	"openweek/internal/testkit/peer"
	"openweek/internal/unit"
)

func TestUrgentMailLeavesAtOnceAndOnce(t *testing.T) {
	server, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		a, mail := h.person(t, bureau, true)
		messageID, _ := h.tell(t, h.sys, urgent(a))
		told := h.now.Now()
		for range 3 {
			h.sweep(t)
		}
		d := h.letter(t, messageID)
		want := Delivery{ID: d.ID, Channel: Mail, PersonID: a.PersonID, State: Sent, Attempts: 1, Queued: told, Due: told, Claimed: told.Add(2 * time.Minute), Done: told.Add(2 * time.Minute)}
		if d != want {
			t.Errorf("got %+v, want %+v", d, want)
		}
		got := server.To(t, mail)
		if len(got) != 1 || got[0].MessageID != d.ID+"@week.example.cn" || got[0].Subject != "zh-Hans 1" ||
			got[0].Text != "message.duty_due map[day:2020-08-31] https://week.example.cn/desk/duties\n" {
			t.Errorf("%+v", got)
		}
		if got := h.actions(t, d.ID); !slices.Equal(got, []string{"message.sent"}) {
			t.Errorf("audited %v", got)
		}
	})
}

func TestRunnerSendsByItself(t *testing.T) {
	server, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		a, mail := h.person(t, bureau, true)
		r := jobs.New(h.db, jobs.Options{Poll: 20 * time.Millisecond})
		h.Register(r)
		ok(t, r.Start(t.Context()))
		messageID, _ := h.tell(t, h.sys, urgent(a))
		for deadline := time.Now().Add(20 * time.Second); h.letter(t, messageID).State != Sent; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%+v", h.letter(t, messageID))
			}
		}
		ok(t, r.Stop(context.Background()))
		if got := server.To(t, mail); len(got) != 1 {
			t.Errorf("%d mails", len(got))
		}
	})
}

func TestUnitSeesWhatTheProductToldOnItsBehalf(t *testing.T) {
	_, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		sender, _ := h.person(t, office, true)
		a, _ := h.person(t, bureau, false)
		m := urgent(a)
		m.FromUnit = sender.UnitID
		messageID, _ := h.tell(t, h.sys, m)
		lie := urgent(a)
		lie.FromUnit = sender.UnitID
		h.tell(t, a, lie) // whoever is no system speaks for the own unit
		h.sweep(t)
		page, err := h.FindDeliveries(t.Context(), sender, DeliveryFilter{})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != h.letter(t, messageID).ID {
			t.Errorf("%+v, %v", page, err)
		}
		ok(t, h.Resend(t.Context(), sender, page.Items[0].ID))
	})
}

func TestWhoHasNoAddressKeepsTheInbox(t *testing.T) {
	_, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, false)
		gone, _ := h.person(t, bureau, true)
		none, _ := h.tell(t, h.sys, urgent(a))
		closed, _ := h.tell(t, h.sys, urgent(gone))
		ok(t, h.units.ClosePerson(t.Context(), h.sys, gone.PersonID, 1))
		h.sweep(t)
		for messageID, reason := range map[string]string{none: "no_address", closed: "closed"} {
			if d := h.letter(t, messageID); d.State != Withheld || d.Reason != reason {
				t.Errorf("%+v, want %s", d, reason)
			}
		}
		if n, err := h.Unread(t.Context(), a); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		// An address that was added later, and a person who sends it again.
		mail := "q" + a.PersonID[24:] + "@example.cn"
		_, err := h.units.ChangePerson(t.Context(), h.sys, a.PersonID, 1, unit.PersonChange{Email: &mail})
		ok(t, err)
		ok(t, h.Resend(t.Context(), h.sys, h.letter(t, none).ID))
		h.sweep(t)
		if d := h.letter(t, none); d.State != Sent {
			t.Errorf("%+v", d)
		}
	})
}

func TestUnitIsWrittenToPersonByPerson(t *testing.T) {
	server, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		a, first := h.person(t, bureau, true)
		_, second := h.person(t, bureau, true)
		_, other := h.person(t, office, true)
		messageID, _ := h.tell(t, h.sys, Message{Dedupe: "dispatch:1", ToUnit: a.UnitID, Key: "message.dispatched", Urgent: true})
		h.sweep(t)
		if list := h.letters(t, messageID); len(list) != 2 || list[0].State != Sent || list[1].State != Sent {
			t.Errorf("%+v", list)
		}
		for mail, want := range map[string]int{first: 1, second: 1, other: 0} {
			if got := server.To(t, mail); len(got) != want || want == 1 && got[0].To != mail {
				t.Errorf("%s: %+v", mail, got)
			}
		}
	})
}

func TestWithoutChannelsOnlyTheInboxIsUsed(t *testing.T) {
	in(t, Options{}, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		m := urgent(a)
		m.Also = []Channel{SMS, Robot}
		messageID, _ := h.tell(t, h.sys, m)
		if list := h.letters(t, messageID); list != nil {
			t.Errorf("%+v", list)
		}
	})
}

// request is what a gateway was asked.
type request struct{ path, body, key string }

func TestRobotAndSMSGoThroughTheirGateways(t *testing.T) {
	var mu sync.Mutex
	var asked []request
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, request{r.URL.Path, string(body), r.Header.Get("Idempotency-Key")})
	}))
	t.Cleanup(server.Close)
	gateway := func(path, body string) courier.Carrier {
		g, err := courier.OpenHTTP(courier.HTTPOptions{URL: server.URL + path, Body: body})
		ok(t, err)
		return g
	}
	o := Options{Carriers: map[Channel]courier.Carrier{Robot: gateway("/robot", `{{json .To}} {{.Subject}}`), SMS: gateway("/sms", `{{.To}} {{.Subject}}`)}}
	in(t, o, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		m := due(a)
		m.Also = []Channel{SMS, Robot, SMS}
		messageID, _ := h.tell(t, h.sys, m)
		h.sweep(t)
		list := h.letters(t, messageID)
		want := map[Channel]request{SMS: {"/sms", "13800010000 zh-Hans  1", ""}, Robot: {"/robot", `""   1`, ""}}
		if len(list) != len(want) {
			t.Fatalf("%+v", list)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, d := range list {
			w := want[d.Channel]
			w.key = d.ID + "@week.example.cn"
			if d.State != Sent || !slices.Contains(asked, w) {
				t.Errorf("%+v: not asked %+v among %+v", d, w, asked)
			}
		}
	})
}

func TestServerThatIsAwayForADayLosesNothing(t *testing.T) {
	server, working := byMail(t)
	away := Options{Carriers: smtp(t, "127.0.0.1:1")} // nobody may listen there
	in(t, away, func(t *testing.T, h *house) {
		a, mail := h.person(t, bureau, true)
		var messageIDs []string
		for range 5 {
			messageID, _ := h.tell(t, h.sys, urgent(a))
			messageIDs = append(messageIDs, messageID)
		}
		digest, _ := h.tell(t, h.sys, due(a))
		messageIDs = append(messageIDs, digest)
		for range 24 * 12 {
			h.now.Advance(3 * time.Minute)
			h.sweep(t)
		}
		for _, messageID := range messageIDs {
			if d := h.letter(t, messageID); d.State != Queued || d.Reason != "unreachable" || d.Attempts < 3 {
				t.Errorf("%+v", d)
			}
		}
		h.o.Carriers = working.Carriers
		h.now.Advance(time.Hour)
		h.sweep(t)
		for _, messageID := range messageIDs {
			if d := h.letter(t, messageID); d.State != Sent {
				t.Errorf("%+v", d)
			}
		}
		if got := server.To(t, mail); len(got) != 6 {
			t.Errorf("%d mails, want 6", len(got))
		}
	})
}

func TestLetterThatNobodyTakesForAWeekFails(t *testing.T) {
	t.Parallel()
	now := clock.FromTime(noon)
	d := Delivery{State: Claimed, Attempts: 1, Queued: now}
	tries := 0
	for d.State != Failed {
		if d.State == Queued {
			now, d.Attempts = d.Due, d.Attempts+1
		}
		d = d.after(courier.Later, "unreachable", now)
		tries++
	}
	if d.Reason != "gave_up" || now.Sub(d.Queued) > giveUp || now.Sub(d.Queued) < giveUp-backoffMax || tries < 7*24 {
		t.Errorf("%+v after %s and %d tries", d, now.Sub(d.Queued), tries)
	}
}

func TestRefusedMailFailsAndIsNotTriedAgain(t *testing.T) {
	odd := peer.StartOddMail(t, peer.RefuseTo)
	in(t, Options{Carriers: smtp(t, odd.Addr)}, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		messageID, _ := h.tell(t, h.sys, urgent(a))
		for range 3 {
			h.sweep(t)
		}
		if d := h.letter(t, messageID); d.State != Failed || d.Reason != "refused" || d.Attempts != 1 {
			t.Errorf("%+v", d)
		}
	})
}

// The server takes the whole mail and then hangs up without a word: it may have it.
func TestMailWithoutAnswerIsPerhapsSentAndOnlyAPersonSendsItAgain(t *testing.T) {
	server, working := byMail(t)
	in(t, Options{}, func(t *testing.T, h *house) {
		odd := peer.StartOddMail(t, peer.DropAfterData)
		h.o.Carriers = smtp(t, odd.Addr)
		sender, _ := h.person(t, office, true)
		a, mail := h.person(t, bureau, true)
		messageID, _ := h.tell(t, sender, urgent(a))
		for range 5 {
			h.now.Advance(24 * time.Hour)
			h.sweep(t)
		}
		d := h.letter(t, messageID)
		if d.State != Perhaps || d.Reason != "no_answer" || d.Attempts != 1 || odd.Whole() != 1 {
			t.Fatalf("%+v, %d whole mails", d, odd.Whole())
		}
		page, err := h.FindDeliveries(t.Context(), sender, DeliveryFilter{States: []State{Perhaps}})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != d.ID {
			t.Errorf("the sender sees %+v, %v", page, err)
		}
		h.o.Carriers = working.Carriers
		for _, stranger := range []actor.Actor{a, {}, {Class: actor.Staff, UnitID: sender.UnitID, PersonID: id.New()}, {Class: actor.Staff, Platform: actor.Auditor}} {
			wants(t, h.Resend(t.Context(), stranger, d.ID), "message.delivery_not_found", errs.KindNotFound)
		}
		ok(t, h.Resend(t.Context(), sender, d.ID))
		wants(t, h.Resend(t.Context(), sender, d.ID), "message.not_resendable", errs.KindConflict)
		h.sweep(t)
		wants(t, h.Resend(t.Context(), actor.Actor{Class: actor.Staff, Platform: actor.SystemAdmin}, d.ID), "message.not_resendable", errs.KindConflict)
		if got := server.To(t, mail); len(got) != 1 || got[0].MessageID != d.ID+"@week.example.cn" {
			t.Errorf("%+v", got)
		}
		if got := h.actions(t, d.ID); !slices.Equal(got, []string{"message.perhaps", "message.resend", "message.sent"}) {
			t.Errorf("audited %v", got)
		}
	})
}

// A process that was only slow tells what it knows after others have taken it for dead.
func TestLateOutcomeIsBetterThanPerhaps(t *testing.T) {
	_, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		a, _ := h.person(t, bureau, true)
		messageID, _ := h.tell(t, h.sys, urgent(a))
		d, claimed, err := h.claim(t.Context(), h.letter(t, messageID).ID)
		if err != nil || !claimed {
			t.Fatal(claimed, err)
		}
		h.now.Advance(20 * time.Minute)
		h.sweep(t)
		if got := h.letter(t, messageID); got.State != Perhaps || got.Reason != "crash" {
			t.Fatalf("%+v", got)
		}
		ok(t, h.settle(t.Context(), d, d.after(courier.Taken, "", h.now.Now())))
		if got := h.letter(t, messageID); got.State != Sent {
			t.Errorf("%+v", got)
		}
		// But not over what a person has decided meanwhile.
		ok(t, h.db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE delivery SET state = 'perhaps', error = 'crash' WHERE id = $1`, d.ID)
			return err
		}))
		ok(t, h.Resend(t.Context(), h.sys, d.ID))
		ok(t, h.settle(t.Context(), d, d.after(courier.Refused, "refused", h.now.Now())))
		if got := h.letter(t, messageID); got.State != Queued {
			t.Errorf("%+v", got)
		}
	})
}

func TestVerifyFindsWhatContradictsItself(t *testing.T) {
	t.Parallel()
	_, o := byMail(t)
	h := aloneHouse(t, o)
	a, _ := h.person(t, bureau, true)
	empty, _ := h.tell(t, h.sys, urgent(a))
	stray, _ := h.tell(t, h.sys, urgent(a))
	stuck, _ := h.tell(t, h.sys, urgent(a))
	emptyLetter, stuckLetter := h.letter(t, empty).ID, h.letter(t, stuck).ID
	ok(t, h.Verify(t.Context(), h.db))
	_, _, err := h.claim(t.Context(), stuckLetter)
	ok(t, err)
	ok(t, h.db.Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, harm := range []struct{ text, id string }{
			{`DELETE FROM delivery_message WHERE message_id = $1`, empty},
			{`UPDATE delivery_message SET person_id = 'x' WHERE message_id = $1`, stray},
		} {
			if _, err := tx.Exec(t.Context(), harm.text, harm.id); err != nil {
				return err
			}
		}
		return nil
	}))
	h.now.Advance(2 * time.Hour)
	err = h.Verify(t.Context(), h.db)
	want := []string{"letter " + emptyLetter + " holds no message", "message " + stray + " is in a letter to somebody else", "letter " + stuckLetter + " is being sent for more than an hour"}
	if got := strings.Split(errors.Unwrap(err).Error(), "\n"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
