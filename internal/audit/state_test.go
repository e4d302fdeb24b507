package audit_test

import (
	"reflect"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

var reader = actor.Actor{Class: actor.Staff, PersonID: "0198a000-0000-7000-8000-00000000000a", Platform: actor.Auditor}

func TestStateTellsWhatIsSealedWaitingAndAnchored(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		state, err := h.State(t.Context(), reader)
		h.must(err)
		if !reflect.DeepEqual(state, audit.State{}) && len(state.Anchors) > 0 {
			t.Errorf("an empty log says %+v", state)
		}
		h.record(actor.TheSystem(), audit.Entry{Action: "unit.create"}, audit.Entry{Action: "unit.change"})
		h.must(h.Seal(t.Context()))
		if _, err := h.AnchorToday(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.record(actor.TheSystem(), audit.Entry{Action: "unit.close"})
		state, err = h.State(t.Context(), reader)
		h.must(err)
		want := audit.State{
			Seq: 2, At: h.clock.Now(), Pending: 1,
			Anchors: []audit.AnchorState{{Day: clock.Day("2026-05-11"), Seq: 2}},
		}
		if !reflect.DeepEqual(state, want) {
			t.Errorf("got %+v, want %+v", state, want)
		}
	})
}

func TestOnlyTheAuditorVerifiesFromThePagesAndThatIsRecorded(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.record(actor.TheSystem(), audit.Entry{Action: "unit.create"})
		h.must(h.Seal(t.Context()))
		for _, platform := range []actor.Platform{actor.NoPlatform, actor.SystemAdmin, actor.SecurityAdmin} {
			other := reader
			other.Platform = platform
			if _, err := h.VerifyNow(t.Context(), other); !errs.Is(err, "audit.forbidden") {
				t.Errorf("%q verifies: %v", platform, err)
			}
			if _, err := h.State(t.Context(), other); !errs.Is(err, "audit.forbidden") {
				t.Errorf("%q reads the state: %v", platform, err)
			}
		}
		found, err := h.VerifyNow(t.Context(), reader)
		h.must(err)
		if len(found) != 0 {
			t.Errorf("found %v", found)
		}
		page, err := h.Find(t.Context(), reader, audit.Filter{Action: "audit.verify"})
		h.must(err)
		if len(page.Records) != 1 || page.Records[0].PersonID != reader.PersonID {
			t.Errorf("recorded %+v", page.Records)
		}
	})
}
