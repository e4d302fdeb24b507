package export_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/export"
)

// The whole way: asked for, watched while a job makes it, fetched by whoever asked and nobody else.
func TestAJobMakesWhatWasAskedForAndTellsHowFarItIs(t *testing.T) {
	in(t, func(t *testing.T, h *hall) {
		goOn := make(chan struct{})
		h.make = func(_ context.Context, w io.Writer, progress func(done, total int) error) error {
			if err := progress(1, 3); err != nil {
				return err
			}
			<-goOn
			_, err := io.WriteString(w, "甲\n乙\n丙\n")
			return errors.Join(err, progress(3, 3))
		}
		mine, colleague := h.person(), h.person(actor.RoleHead)
		e := h.ask(mine)
		if e.State != export.Queued || !e.State.Waiting() || e.PersonID != mine.PersonID || e.Name != "名单.txt" {
			t.Errorf("asked for: %+v", e)
		}
		_, _, err := h.Open(ctx, mine, e.ID)
		refused(t, err, "export.not_ready")
		h.run()
		e = h.until(mine, e.ID, func(e export.Export) bool { return e.Done == 1 })
		if e.State != export.Running || e.Total != 3 {
			t.Errorf("in the making: %+v", e)
		}
		close(goOn)
		e = h.until(mine, e.ID, func(e export.Export) bool { return !e.State.Waiting() })
		now := h.clock.Now()
		if e.State != export.Ready || e.Done != 3 || e.Bytes != 12 || e.FinishedAt != now || e.ExpiresAt != now.Add(export.Lasts) {
			t.Errorf("made: %+v", e)
		}
		if got := h.read(mine, e.ID); got != "甲\n乙\n丙\n" {
			t.Errorf("fetched %q", got)
		}
		for _, a := range []actor.Actor{colleague, {}, sys} {
			_, err := h.Get(ctx, a, e.ID)
			refused(t, err, "export.not_found")
			_, _, err = h.Open(ctx, a, e.ID)
			refused(t, err, "export.not_found")
			if all, err := h.Find(ctx, a); len(all) != 0 || err != nil {
				t.Errorf("another finds %+v, %v", all, err)
			}
		}
		all, err := h.Find(ctx, mine)
		if err != nil || len(all) != 1 || all[0].ID != e.ID {
			t.Errorf("found %+v, %v", all, err)
		}
		if got := h.audited(mine); !slices.Equal(got, []string{"export.ask", "export.fetch"}) {
			t.Errorf("audited %v", got)
		}
	})
}

func TestOnlyStaffAskAndOnlyForWhatIsMade(t *testing.T) {
	in(t, func(t *testing.T, h *hall) {
		for _, a := range []actor.Actor{{}, sys, {Class: actor.Link, PersonID: h.person().PersonID}} {
			_, err := h.Ask(ctx, a, export.Request{Kind: list, SubjectID: h.unitID, Locale: "zh-Hans", Name: "x"})
			refused(t, err, "export.forbidden")
		}
		_, err := h.Ask(ctx, h.person(), export.Request{Kind: "everything", SubjectID: h.unitID, Locale: "zh-Hans", Name: "x"})
		refused(t, err, "export.forbidden")
		_, err = h.Get(ctx, h.person(), "x'")
		refused(t, err, "export.not_found")
	})
}

func TestNobodyHasMoreThanFiveInTheMaking(t *testing.T) {
	in(t, func(t *testing.T, h *hall) {
		mine := h.person()
		var last export.Export
		for range 5 {
			last = h.ask(mine)
		}
		_, err := h.Ask(ctx, mine, export.Request{Kind: list, SubjectID: h.unitID, Locale: "zh-Hans", Name: "x"})
		refused(t, err, "export.too_many")
		h.ask(h.person()) // another's do not count
		must(t, h.Service.Make(ctx, last.ID))
		h.ask(mine)
	})
}

// What has expired cannot be fetched from that instant on, whenever it is taken back; its content then
// is nobody's, and its row is forgotten after a month.
func TestAnExportExpiresAfterADay(t *testing.T) {
	in(t, func(t *testing.T, h *hall) {
		mine := h.person()
		e := h.ask(mine)
		must(t, h.Service.Make(ctx, e.ID))
		hashes := []string{hashOf(h.unitID + " zh-Hans\n"), hashOf("another's")}
		held := func(want ...string) {
			t.Helper()
			got, err := h.HeldBlobs(ctx, h.db, hashes)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("holds %v, %v, want %v", got, err, want)
			}
		}
		h.clock.Advance(export.Lasts - time.Second)
		h.read(mine, e.ID)
		if n, err := h.Expire(ctx); n != 0 || err != nil {
			t.Errorf("took %d back, %v", n, err)
		}
		held(hashes[0])
		h.clock.Advance(time.Second)
		_, _, err := h.Open(ctx, mine, e.ID)
		refused(t, err, "export.expired")
		if n, err := h.Expire(ctx); n != 1 || err != nil {
			t.Errorf("took %d back, %v", n, err)
		}
		held()
		_, _, err = h.Open(ctx, mine, e.ID)
		refused(t, err, "export.expired")
		if got := h.get(mine, e.ID); got.State != export.Expired {
			t.Errorf("it is %+v", got)
		}
		h.clock.Advance(export.Listed)
		_, err = h.Expire(ctx)
		must(t, err)
		_, err = h.Get(ctx, mine, e.ID)
		refused(t, err, "export.not_found")
	})
}

// A fault of the machine is tried three times; what a person may not do is not tried again.
func TestAFailedExportSaysSo(t *testing.T) {
	in(t, func(t *testing.T, h *hall) {
		mine := h.person()
		fault := errors.New("the disk is full")
		h.make = func(context.Context, io.Writer, func(int, int) error) error { return fault }
		e := h.ask(mine)
		for try, want := range []export.State{export.Running, export.Running, export.Failed} {
			if err := h.Service.Make(ctx, e.ID); !errors.Is(err, fault) {
				t.Errorf("try %d: %v", try, err)
			}
			if got := h.get(mine, e.ID); got.State != want {
				t.Errorf("after try %d it is %s, want %s", try, got.State, want)
			}
		}
		must(t, h.Service.Make(ctx, e.ID)) // a job that is run once more
		_, _, err := h.Open(ctx, mine, e.ID)
		refused(t, err, "export.not_ready")
		h.make = func(context.Context, io.Writer, func(int, int) error) error {
			return errs.NotFound("duty.obligation_not_found")
		}
		e = h.ask(mine)
		must(t, h.Service.Make(ctx, e.ID))
		if got := h.get(mine, e.ID); got.State != export.Failed || got.FinishedAt != h.clock.Now() {
			t.Errorf("it is %+v", got)
		}
	})
}

// The rights are those of the time of making: a role withdrawn meanwhile, or a person who has left.
func TestAnExportIsMadeWithTheRightsOfItsOwner(t *testing.T) {
	in(t, func(t *testing.T, h *hall) {
		mine := h.person(actor.RoleHead)
		e := h.ask(mine)
		must(t, h.units.Withdraw(ctx, sys, mine.PersonID, actor.RoleHead))
		must(t, h.Service.Make(ctx, e.ID))
		if len(h.made) != 1 || h.made[0].PersonID != mine.PersonID || h.made[0].Has(actor.RoleHead) {
			t.Errorf("made for %+v", h.made)
		}
		e = h.ask(mine)
		p, err := h.units.GetPerson(ctx, sys, mine.PersonID)
		must(t, err)
		must(t, h.units.ClosePerson(ctx, sys, mine.PersonID, p.Version))
		must(t, h.Service.Make(ctx, e.ID))
		if got := h.get(mine, e.ID); got.State != export.Failed || len(h.made) != 1 {
			t.Errorf("for somebody who has left: %+v, made %d", got, len(h.made))
		}
	})
}

// A process that dies in the midst leaves an export that the next try makes from its beginning.
func TestAnInterruptedExportIsMadeAnew(t *testing.T) {
	in(t, func(t *testing.T, h *hall) {
		mine := h.person()
		dying, die := context.WithCancel(ctx)
		h.make = func(ctx context.Context, w io.Writer, progress func(done, total int) error) error {
			_, err := io.WriteString(w, "half")
			die()
			return errors.Join(err, progress(1, 2), ctx.Err())
		}
		e := h.ask(mine)
		if err := h.Service.Make(dying, e.ID); err == nil {
			t.Fatal("the interrupted job counts as done")
		}
		if got := h.get(mine, e.ID); !got.State.Waiting() {
			t.Fatalf("it is %+v", got)
		}
		h.make = nil
		must(t, h.Service.Make(ctx, e.ID))
		if got, want := h.read(mine, e.ID), h.unitID+" zh-Hans\n"; got != want {
			t.Errorf("fetched %q, want %q", got, want)
		}
		made := len(h.made)
		must(t, h.Service.Make(ctx, e.ID))
		if len(h.made) != made {
			t.Error("what is ready was made once more")
		}
	})
}
