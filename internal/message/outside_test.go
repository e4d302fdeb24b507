package message

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/testkit/peer"
)

// outsiders are people outside of the register, by what a letter to them is about.
type outsiders struct {
	lock sync.Mutex
	mail map[string]string
	fail error
}

func (o *outsiders) WriteOutside(_ context.Context, l Outside) (string, Text, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	mail, known := o.mail[l.SubjectID]
	switch {
	case o.fail != nil:
		return "", Text{}, o.fail
	case !known:
		return "", Text{}, errs.NotFound("booking.not_found")
	}
	return mail, Text{Subject: l.Key, Body: l.Ref + "\n"}, nil
}

// reader makes somebody who is written to, with an address of their own.
func (o *outsiders) reader(address string) (subjectID string) {
	o.lock.Lock()
	defer o.lock.Unlock()
	subjectID = id.New()
	if address == "" {
		address = "o" + subjectID[24:] + "@example.cn"
	}
	o.mail[subjectID] = address
	return subjectID
}

func (h *house) outside(t testing.TB) *outsiders {
	t.Helper()
	o := &outsiders{mail: map[string]string{}}
	h.UseOutsiders(o)
	return o
}

func (h *house) note(t testing.TB, n Note) (letters int) {
	t.Helper()
	n.Subject, n.Key, n.Channels = "booking", "booked", []Channel{Mail, SMS}
	if n.Until == 0 {
		n.Until = h.now.Now().Add(48 * time.Hour)
	}
	ok(t, h.db.Write(context.Background(), func(tx *sqldb.Tx) (err error) {
		letters, err = h.TellOutsideTx(context.Background(), tx, n)
		return err
	}))
	return letters
}

func (h *house) sendOutsiders(t testing.TB) {
	t.Helper()
	_, err := h.SendOutside(context.Background())
	ok(t, err)
}

// about gives the letters about a subject without what differs each time.
func (h *house) about(t testing.TB, subjectID string) []Outside {
	t.Helper()
	found, err := h.OutsideEvidence(context.Background(), h.db, "booking", []string{subjectID})
	ok(t, err)
	return found[subjectID]
}

func TestALetterToSomebodyOutsideIsSentOnceOnTheChannelsThatThereAre(t *testing.T) {
	server, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		out := h.outside(t)
		subjectID := out.reader("")
		if n := h.note(t, Note{SubjectID: subjectID}); n != 1 {
			t.Errorf("%d letters", n)
		}
		told := h.now.Now()
		for range 3 {
			h.sendOutsiders(t)
		}
		list := h.about(t, subjectID)
		if len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		l := list[0]
		want := Outside{Delivery: Delivery{ID: l.ID, Channel: Mail, State: Sent, Attempts: 1, Queued: told, Due: told, Claimed: told, Done: told, headerID: l.ID + "@week.example.cn", version: 3},
			Subject: "booking", SubjectID: subjectID, Key: "booked", Created: told, Until: told.Add(48 * time.Hour)}
		if l != want {
			t.Errorf("got %+v, want %+v", l, want)
		}
		if got := server.To(t, out.mail[subjectID]); len(got) != 1 || got[0].MessageID != l.ID+"@week.example.cn" || got[0].Subject != "booked" {
			t.Errorf("%+v", got)
		}
	})
}

func TestALetterThatCannotBeWrittenWaitsAndOneThatNeedNotIsWithheld(t *testing.T) {
	server, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		out := h.outside(t)
		waits, gone := out.reader(""), out.reader("")
		h.note(t, Note{SubjectID: waits})
		h.note(t, Note{SubjectID: gone})
		out.fail = errors.New("the store is away")
		h.sendOutsiders(t)
		if l := h.about(t, waits)[0]; l.State != Queued || l.Reason != "render" {
			t.Errorf("%+v", l)
		}
		out.fail = nil
		mail := out.mail[waits]
		delete(out.mail, gone)
		h.now.Advance(2 * time.Minute)
		h.sendOutsiders(t)
		if l := h.about(t, gone)[0]; l.State != Withheld || l.Reason != "withdrawn" {
			t.Errorf("%+v", l)
		}
		if l := h.about(t, waits)[0]; l.State != Sent || l.Attempts != 2 {
			t.Errorf("%+v", l)
		}
		if got := server.To(t, mail); len(got) != 1 {
			t.Errorf("%d mails", len(got))
		}
	})
}

func TestALetterIsGivenUpWhenItIsTooLateToTell(t *testing.T) {
	_, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		out := h.outside(t)
		subjectID, late := out.reader(""), out.reader("")
		h.note(t, Note{SubjectID: late, Until: h.now.Now().Add(time.Hour)})
		h.now.Advance(2 * time.Hour)
		h.sendOutsiders(t)
		if l := h.about(t, late)[0]; l.State != Failed || l.Reason != "gave_up" {
			t.Errorf("%+v", l)
		}
		// While a server is away it is tried no longer than it is of use.
		out.fail = errors.New("away")
		h.note(t, Note{SubjectID: subjectID, Until: h.now.Now().Add(10 * time.Minute)})
		for range 20 {
			h.sendOutsiders(t)
			h.now.Advance(time.Minute)
		}
		if l := h.about(t, subjectID)[0]; l.State != Failed || l.Reason != "gave_up" || l.Attempts != 4 { // at 0, 1, 3 and 7 minutes
			t.Errorf("%+v", l)
		}
	})
}

func TestANewerNoteTakesThePlaceOfOneThatHasNotLeftAndNotOfAnother(t *testing.T) {
	_, o := byMail(t)
	in(t, o, func(t *testing.T, h *house) {
		out := h.outside(t)
		subjectID, ref := out.reader(""), id.New()
		h.note(t, Note{SubjectID: subjectID, Ref: ref})
		h.note(t, Note{SubjectID: subjectID})
		h.now.Advance(time.Second)
		h.note(t, Note{SubjectID: subjectID})
		h.sendOutsiders(t)
		for i, want := range []State{Sent, Withheld, Sent} {
			if l := h.about(t, subjectID)[i]; l.State != want {
				t.Errorf("%d: %+v", i, l)
			}
		}
	})
}

func TestOnlyAPersonSendsWhatPerhapsArrivedAgain(t *testing.T) {
	_, working := byMail(t)
	odd := peer.StartOddMail(t, peer.DropAfterData)
	in(t, Options{Carriers: smtp(t, odd.Addr)}, func(t *testing.T, h *house) {
		out := h.outside(t)
		subjectID := out.reader("")
		h.note(t, Note{SubjectID: subjectID})
		for range 3 {
			h.sendOutsiders(t)
			h.now.Advance(2 * time.Hour)
		}
		l := h.about(t, subjectID)[0]
		if l.State != Perhaps || l.Attempts != 1 {
			t.Fatalf("%+v", l)
		}
		h.o.Carriers = working.Carriers
		again := func() (err error) {
			return h.db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := h.ResendOutsideTx(t.Context(), tx, "booking", subjectID, h.now.Now().Add(time.Hour))
				return err
			})
		}
		ok(t, again())
		h.sendOutsiders(t)
		after := h.about(t, subjectID)[0]
		if after.State != Sent || after.headerID != l.headerID {
			t.Errorf("%+v", after)
		}
		wants(t, again(), "message.not_resendable", errs.KindConflict)
	})
}

// A gateway that takes nothing is not tried with each of thousands of letters, and one channel does not
// hold up the other.
func TestAChannelThatIsAwayIsLetBe(t *testing.T) {
	_, working := byMail(t)
	in(t, Options{}, func(t *testing.T, h *house) {
		tried := &counting{}
		h.o.Carriers = map[Channel]courier.Carrier{Mail: working.Carriers[Mail], SMS: tried}
		out := h.outside(t)
		var ids []string
		for range 30 {
			ids = append(ids, out.reader(""))
			h.note(t, Note{SubjectID: ids[len(ids)-1]})
		}
		h.sendOutsiders(t)
		h.sendOutsiders(t)
		if n := tried.n(); n < unreachableEnough || n > unreachableEnough+outsideAtOnce {
			t.Errorf("%d were tried", n)
		}
		for _, subjectID := range ids {
			for _, l := range h.about(t, subjectID) {
				if want := map[Channel]State{Mail: Sent, SMS: Queued}[l.Channel]; l.State != want {
					t.Errorf("%+v", l)
				}
			}
		}
	})
}

// counting is a carrier that is away and counts.
type counting struct {
	lock  sync.Mutex
	count int
}

func (c *counting) Carry(context.Context, courier.Letter) error {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.count++
	return &courier.Failure{Outcome: courier.Later, Class: "unreachable"}
}

func (c *counting) n() int {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.count
}

// Two processes find the same letters due. The control sends what it finds without claiming it.
func TestTwoProcessesSendEachOutsideLetterOnce(t *testing.T) {
	const letters = 30
	for name, guarded := range map[string]bool{"guarded": true, "control": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, o := byMail(t)
			first, second := pair(t, o)
			out := first.outside(t)
			second.UseOutsiders(out)
			mail := "o" + id.New()[24:] + "@example.cn"
			for range letters {
				first.note(t, Note{SubjectID: out.reader(mail)})
			}
			var all sync.WaitGroup
			for _, h := range []*house{first, second, first, second} {
				all.Go(func() {
					if guarded {
						if _, err := h.SendOutside(context.Background()); err != nil {
							t.Error(err)
						}
						return
					}
					due, err := dueOutside(context.Background(), h.db, []string{"mail"}, clock.Instant(1<<62), letters)
					if err != nil {
						t.Error(err)
					}
					for _, l := range due {
						h.sendOutside(context.Background(), l) // looked at, not claimed
					}
				})
			}
			all.Wait()
			got := len(server.To(t, mail))
			if guarded && got != letters {
				t.Errorf("%d mails, want %d", got, letters)
			}
			if !guarded && got <= letters {
				t.Errorf("the control sent %d mails; without the claim some should be sent twice", got)
			}
		})
	}
}
