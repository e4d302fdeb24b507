package message

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit/peer"
)

const crashEnv = "OPENWEEK_TEST_MESSAGE_CRASH"

// crash says where the process that dies works.
type crash struct {
	Store      sqldb.Options
	KeyFile    string
	SMTP       string
	DeliveryID string
}

// A process of its own claims a letter and connects to a mail server that says nothing; there it is
// killed. Nobody can know how far it came, so nobody but a person sends the letter again, and then
// under the same Message-ID.
func TestCrashBetweenClaimAndSendIsPerhapsSent(t *testing.T) {
	t.Parallel()
	if text := os.Getenv(crashEnv); text != "" {
		var o crash
		ok(t, json.Unmarshal([]byte(text), &o))
		ring, err := seal.Load(o.KeyFile)
		ok(t, err)
		db, err := sqldb.Open(t.Context(), o.Store)
		ok(t, err)
		h := build(t, db, ring, Options{Carriers: smtp(t, o.SMTP)})
		d, err := h.deliver(t.Context(), o.DeliveryID)
		t.Fatalf("it lived: %+v, %v", d, err)
	}
	server, working := byMail(t)
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		o := crash{Store: sqldbtest.New(t, engine)}
		ring, keyFile := newRing(t)
		o.KeyFile = keyFile
		mute := peer.StartOddMail(t, peer.Mute)
		o.SMTP = mute.Addr

		// SQLite serves one process at a time, so this one lets go of the store meanwhile.
		db, err := sqldb.Open(t.Context(), o.Store)
		ok(t, err)
		h := build(t, db, ring, working)
		h.load(t)
		a, mail := h.person(t, bureau, true)
		messageID, _ := h.tell(t, h.sys, urgent(a))
		o.DeliveryID = h.letter(t, messageID).ID
		ok(t, db.Close())

		text, err := json.Marshal(o)
		ok(t, err)
		command := exec.Command(os.Args[0], "-test.run=^TestCrashBetweenClaimAndSendIsPerhapsSent$")
		command.Env = environment(crashEnv, string(text))
		ok(t, command.Start())
		select {
		case <-mute.Came:
		case <-time.After(30 * time.Second):
			t.Error("it never came to sending")
		}
		ok(t, command.Process.Kill())
		err = command.Wait()
		if exit, died := errors.AsType[*exec.ExitError](err); !died || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatal(err)
		}

		h = build(t, sqldbtest.Open(t, o.Store), ring, working)
		if d := h.letter(t, messageID); d.State != Claimed {
			t.Fatalf("the claim was not kept: %+v", d)
		}
		h.sweep(t) // not yet: it may be alive
		if d := h.letter(t, messageID); d.State != Claimed {
			t.Fatalf("%+v", d)
		}
		h.now.Advance(lapse)
		for range 3 {
			h.sweep(t)
		}
		if d := h.letter(t, messageID); d.State != Perhaps || d.Reason != "crash" || d.Attempts != 1 {
			t.Errorf("%+v", d)
		}
		if got := server.To(t, mail); len(got) != 0 {
			t.Fatalf("sent by itself: %+v", got)
		}
		ok(t, h.Resend(t.Context(), h.sys, o.DeliveryID))
		h.sweep(t)
		if got := server.To(t, mail); len(got) != 1 || got[0].MessageID != o.DeliveryID+"@week.example.cn" {
			t.Errorf("%+v", got)
		}
		if got := h.actions(t, o.DeliveryID); !slices.Equal(got, []string{"message.perhaps", "message.resend", "message.sent"}) {
			t.Errorf("audited %v", got)
		}
		ok(t, h.Verify(t.Context(), h.db))
	})
}

// pair is two processes on one PostgreSQL.
func pair(t *testing.T, o Options) (first, second *house) {
	t.Helper()
	store := sqldbtest.New(t, sqldb.Postgres)
	ring, _ := newRing(t)
	first = build(t, sqldbtest.Open(t, store), ring, o)
	first.load(t)
	second = build(t, sqldbtest.Open(t, store), ring, o)
	second.now, second.Service.clock = first.now, first.now
	return first, second
}

// Two processes find the same letters due. The control sends what it finds without claiming it.
func TestTwoProcessesSendEachLetterOnce(t *testing.T) {
	const letters = 30
	for name, guarded := range map[string]bool{"guarded": true, "control": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, o := byMail(t)
			first, second := pair(t, o)
			a, mail := first.person(t, bureau, true)
			for range letters {
				first.tell(t, first.sys, urgent(a))
			}
			first.now.Advance(2 * time.Minute)
			var all sync.WaitGroup
			for _, h := range []*house{first, second, first, second} {
				all.Go(func() {
					if guarded {
						if err := h.Sweep(context.Background()); err != nil {
							t.Error(err)
						}
						return
					}
					ids, err := sqldb.List(context.Background(), h.db, scanIDs, dueDeliveries, h.now.Now(), letters)
					if err != nil {
						t.Error(err)
					}
					for _, deliveryID := range ids {
						d, err := deliveryByID(context.Background(), h.db, deliveryID)
						if err != nil {
							t.Error(err)
						}
						if d.State == Queued { // looked at, not claimed
							h.send(context.Background(), d)
						}
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

// Messages join digests while other processes claim them: everything is mailed once, in one mail a day.
func TestMessagesThatComeWhileDigestsLeaveAreMailedOnce(t *testing.T) {
	t.Parallel()
	server, o := byMail(t)
	first, second := pair(t, o)
	a, mail := first.person(t, bureau, true)
	const messages = 60
	var all sync.WaitGroup
	ids := make([]string, messages)
	for n, h := range []*house{first, second} {
		all.Go(func() {
			for i := n; i < messages; i += 2 {
				ids[i], _ = h.tell(t, h.sys, due(a))
			}
		})
		all.Go(func() {
			for range 15 {
				h.now.Advance(5 * time.Hour)
				if err := h.Sweep(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	first.now.Advance(48 * time.Hour)
	first.sweep(t)
	days := map[string]int{}
	var lines int
	for _, m := range server.To(t, mail) {
		days[m.Headers["Message-Id"][0]]++
		for _, c := range m.Text {
			if c == '\n' {
				lines++
			}
		}
	}
	if lines != messages {
		t.Errorf("%d messages were mailed, want %d", lines, messages)
	}
	perDay := map[string]bool{}
	for _, messageID := range ids {
		d := first.letter(t, messageID)
		if d.State != Sent || d.Attempts != 1 {
			t.Errorf("%+v", d)
		}
		perDay[string(d.Digest)] = true
	}
	if len(days) != len(perDay) {
		t.Errorf("%d mails for %d days", len(days), len(perDay))
	}
	ok(t, first.Verify(t.Context(), first.db))
}
