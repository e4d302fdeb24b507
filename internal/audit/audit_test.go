package audit_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// house is a log on a store of its own.
type house struct {
	*audit.Log
	t     *testing.T
	db    *sqldb.DB
	ring  *seal.Ring
	clock *clock.Manual
}

func newHouse(t *testing.T, db *sqldb.DB) *house {
	t.Helper()
	h := &house{t: t, db: db, ring: newRing(t), clock: clock.NewManual(time.Date(2026, 5, 11, 9, 0, 0, 0, clock.Shanghai))}
	h.Log = audit.New(db, h.ring, h.clock)
	return h
}

func newRing(t *testing.T) *seal.Ring {
	t.Helper()
	file, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) record(a actor.Actor, entries ...audit.Entry) {
	h.t.Helper()
	h.must(h.db.Write(h.t.Context(), func(tx *sqldb.Tx) error {
		for _, e := range entries {
			if err := h.RecordTx(h.t.Context(), tx, a, e); err != nil {
				return err
			}
		}
		return nil
	}))
}

// sealed records n entries and seals them.
func (h *house) sealed(n int) {
	h.t.Helper()
	h.clock.Advance(time.Second)
	entries := make([]audit.Entry, n)
	for i := range entries {
		entries[i] = audit.Entry{Action: "unit.change", Subject: "unit", SubjectID: id.New(), Fields: []string{"name"}}
	}
	h.record(staff, entries...)
	h.must(h.Seal(h.t.Context()))
}

// run executes statements as somebody who rules the database.
func (h *house) run(statements ...string) {
	h.t.Helper()
	h.must(h.db.Write(h.t.Context(), func(tx *sqldb.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(h.t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (h *house) verify(exported ...audit.Anchor) []audit.Finding {
	h.t.Helper()
	return h.verifyWith(h.Log, exported...)
}

func (h *house) verifyWith(log *audit.Log, exported ...audit.Anchor) (found []audit.Finding) {
	h.t.Helper()
	h.must(h.db.Snapshot(h.t.Context(), func(q sqldb.Querier) (err error) {
		found, err = log.Verify(h.t.Context(), q, exported...)
		return err
	}))
	return found
}

func (h *house) find(f audit.Filter) []audit.Record {
	h.t.Helper()
	page, err := h.Find(h.t.Context(), auditor, f)
	h.must(err)
	return page.Records
}

func (h *house) count(query string) (n int) {
	h.t.Helper()
	h.must(h.db.QueryRow(h.t.Context(), query).Scan(&n))
	return n
}

var (
	staff = actor.Actor{
		Class: actor.Staff, PersonID: "0196b000-0000-7000-8000-000000000001", UnitID: "0196b000-0000-7000-8000-0000000000a1",
		Addr: netip.MustParseAddr("10.1.2.3"), RequestID: "req-1",
	}
	auditor = actor.Actor{Class: actor.Staff, PersonID: "0196b000-0000-7000-8000-000000000003", Platform: actor.Auditor}
)

func TestEntryStandsWithItsChangeOrNotAtAll(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		stop := errors.New("the change failed")
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			h.must(h.RecordTx(t.Context(), tx, staff, audit.Entry{Action: "unit.change"}))
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatalf("got %v", err)
		}
		if got := h.find(audit.Filter{}); len(got) != 0 {
			t.Fatalf("entry of a change that did not happen: %+v", got)
		}
		want := audit.Record{
			At: h.clock.Now(), Class: actor.Staff, PersonID: staff.PersonID, UnitID: staff.UnitID, Addr: "10.1.2.3",
			Action: "person.change", Subject: "person", SubjectID: auditor.PersonID, Fields: []string{"name", "phone"},
			Digests: map[string]string{"phone": h.Digest("phone", "13800000000")}, Count: 1, RequestID: "req-1",
		}
		h.record(staff, audit.Entry{
			Action: want.Action, Subject: want.Subject, SubjectID: want.SubjectID, Fields: want.Fields, Digests: want.Digests, Count: 1,
		})
		got := h.find(audit.Filter{})
		if len(got) != 1 {
			t.Fatalf("got %d entries, want 1", len(got))
		}
		want.ID = got[0].ID
		if !same(got[0], want) {
			t.Errorf("got %+v, want %+v", got[0], want)
		}
	})
}

func same(a, b audit.Record) bool {
	if !slices.Equal(a.Fields, b.Fields) || len(a.Digests) != len(b.Digests) {
		return false
	}
	for k, v := range a.Digests {
		if b.Digests[k] != v {
			return false
		}
	}
	a.Fields, b.Fields, a.Digests, b.Digests = nil, nil, nil, nil
	return a.ID == b.ID && a.At == b.At && a.Class == b.Class && a.PersonID == b.PersonID && a.UnitID == b.UnitID && a.Addr == b.Addr &&
		a.Action == b.Action && a.Subject == b.Subject && a.SubjectID == b.SubjectID && a.Count == b.Count &&
		a.RequestID == b.RequestID && a.Seq == b.Seq
}

// The data of a person that could leak, through every field of an entry.
func TestEntryRefusesPersonalValues(t *testing.T) {
	t.Parallel()
	values := []string{"张三", "Zhang San", "13800000000", "0731-88880000", "zhang@example.cn", "430102199001010000", "长沙市", "a b"}
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		for _, v := range values {
			for name, e := range map[string]audit.Entry{
				"action":       {Action: v},
				"subject":      {Action: "person.change", Subject: v},
				"subject id":   {Action: "person.change", SubjectID: v},
				"unit id":      {Action: "person.change", UnitID: v},
				"field":        {Action: "person.change", Fields: []string{v}},
				"digest":       {Action: "person.change", Digests: map[string]string{"name": v}},
				"digest field": {Action: "person.change", Digests: map[string]string{v: h.Digest("name", v)}},
			} {
				err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return h.RecordTx(t.Context(), tx, staff, e) })
				if errs.KindOf(err) != errs.KindInternal {
					t.Errorf("%s %q: got %v, want a refusal", name, v, err)
				}
				if err != nil && strings.Contains(err.Error(), v) && name != "action" {
					t.Errorf("%s: the refusal repeats the value: %v", name, err)
				}
			}
		}
		if n := h.count(`SELECT count(*) FROM audit_entry`); n != 0 {
			t.Errorf("%d entries were written", n)
		}
		// What may be there: digests, which tell nobody the value, and no address of a resident.
		resident := actor.Actor{Class: actor.Link, Addr: netip.MustParseAddr("203.0.113.9"), RequestID: "张三 13800000000"}
		h.record(resident, audit.Entry{Action: "booking.claim", Digests: map[string]string{"phone": h.Digest("phone", "13800000000")}})
		got := h.find(audit.Filter{})[0]
		stored := got.Addr + got.RequestID + strings.Join(got.Fields, "") + got.Digests["phone"]
		for _, v := range append(values, "203.0.113.9") {
			if strings.Contains(stored, v) {
				t.Errorf("%q is in the log: %s", v, stored)
			}
		}
		if got.Digests["phone"] != h.Digest("phone", "13800000000") || got.Digests["phone"] == h.Digest("name", "13800000000") {
			t.Error("a digest must be equal for the same field and value only")
		}
	})
}

func TestFindFiltersAndPages(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		resident := actor.Actor{Class: actor.Public, Addr: netip.MustParseAddr("203.0.113.9")}
		unitID := id.New()
		h.record(staff, audit.Entry{Action: "unit.change", Subject: "unit", SubjectID: unitID, UnitID: unitID})
		h.record(resident, audit.Entry{Action: "login.fail"})
		h.clock.Set(time.Date(2026, 5, 11, 23, 59, 59, 999999000, clock.Shanghai))
		h.record(auditor, audit.Entry{Action: "login.sign_in"})
		h.clock.Advance(time.Microsecond)
		h.record(staff, audit.Entry{Action: "login_rule.change", Subject: "unit", SubjectID: "430100"})
		for name, c := range map[string]struct {
			filter audit.Filter
			want   []string
		}{
			"all":                {audit.Filter{}, []string{"login_rule.change", "login.sign_in", "login.fail", "unit.change"}},
			"person":             {audit.Filter{PersonID: staff.PersonID}, []string{"login_rule.change", "unit.change"}},
			"unit":               {audit.Filter{UnitID: unitID}, []string{"unit.change"}},
			"action":             {audit.Filter{Action: "login.fail"}, []string{"login.fail"}},
			"area":               {audit.Filter{Action: "login."}, []string{"login.sign_in", "login.fail"}},
			"subject":            {audit.Filter{Subject: "unit", SubjectID: "430100"}, []string{"login_rule.change"}},
			"staff's address":    {audit.Filter{Addr: "10.1.2.3"}, []string{"login_rule.change", "unit.change"}},
			"resident's address": {audit.Filter{Addr: " 203.0.113.9 "}, []string{"login.fail"}},
			"first day":          {audit.Filter{To: "2026-05-11"}, []string{"login.sign_in", "login.fail", "unit.change"}},
			"second day":         {audit.Filter{From: "2026-05-12", To: "2026-05-12"}, []string{"login_rule.change"}},
			"nothing":            {audit.Filter{PersonID: "x"}, nil},
		} {
			var got []string
			f := c.filter
			f.Limit = 1
			for range 10 {
				page, err := h.Find(t.Context(), auditor, f)
				h.must(err)
				for _, r := range page.Records {
					got = append(got, r.Action)
				}
				if f.After = page.Next; f.After == "" {
					break
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
		for _, f := range []audit.Filter{{From: "2026-02-30"}, {To: "yesterday"}, {Addr: "office"}, {After: "???"}} {
			if _, err := h.Find(t.Context(), auditor, f); !errs.Is(err, "audit.filter") {
				t.Errorf("%+v: got %v, want audit.filter", f, err)
			}
		}
	})
}

func TestOnlyTheAuditorReads(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.sealed(1)
		fresh := auditor
		fresh.MustChangePassword = true
		for _, a := range []actor.Actor{
			{}, staff, fresh, {Class: actor.Staff, Platform: actor.SystemAdmin}, {Class: actor.Staff, Platform: actor.SecurityAdmin},
		} {
			if _, err := h.Find(t.Context(), a, audit.Filter{}); !errs.Is(err, "audit.forbidden") {
				t.Errorf("Find as %+v: got %v", a, err)
			}
			if _, err := h.Export(t.Context(), a, audit.Filter{}); !errs.Is(err, "audit.forbidden") {
				t.Errorf("Export as %+v: got %v", a, err)
			}
		}
	})
}

func TestExportGivesAllAndIsItselfAnEntry(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		const n = 1003 // more than a page
		entries := make([]audit.Entry, n)
		for i := range entries {
			entries[i] = audit.Entry{Action: "unit.change", Subject: "unit", Count: i}
		}
		h.record(staff, entries...)
		h.record(staff, audit.Entry{Action: "unit.close", Subject: "unit"})
		records, err := h.Export(t.Context(), auditor, audit.Filter{Subject: "unit", Action: "unit.change", Limit: 1})
		h.must(err)
		seen := map[string]bool{}
		for r, err := range records {
			h.must(err)
			seen[r.ID] = true
		}
		if len(seen) != n {
			t.Errorf("exported %d, want %d", len(seen), n)
		}
		got := h.find(audit.Filter{Action: "audit.export"})
		if len(got) != 1 || got[0].Count != n || got[0].PersonID != auditor.PersonID || !slices.Equal(got[0].Fields, []string{"action", "subject"}) {
			t.Errorf("the export's entry: %+v", got)
		}
	})
}
