package audit_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"openweek/internal/audit"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func faults(found []audit.Finding) (list []audit.Fault) {
	for _, f := range found {
		list = append(list, f.Fault)
	}
	return list
}

func TestSealedChainVerifies(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		if found := h.verify(); len(found) > 0 {
			t.Fatalf("an empty log: %v", found)
		}
		h.sealed(1205) // more than a batch and a page
		if n := h.count(`SELECT count(*) FROM audit_pending`); n != 0 {
			t.Errorf("%d entries are left unsealed", n)
		}
		if got := h.find(audit.Filter{Limit: 1})[0].Seq; got != 1205 {
			t.Errorf("the newest entry has place %d, want 1205", got)
		}
		if found := h.verify(); len(found) > 0 {
			t.Errorf("found %v", found)
		}
	})
}

func TestVerifyStandsARotatedKey(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		path := filepath.Join(t.TempDir(), "keys")
		ring, err := seal.Create(path)
		h.must(err)
		h.ring, h.Log = ring, audit.New(db, ring, h.clock)
		h.sealed(2)
		h.must(ring.Rotate(path))
		h.sealed(2)
		if n := h.count(`SELECT count(DISTINCT key_id) FROM audit_link`); n != 2 {
			t.Errorf("%d keys in use, want 2", n)
		}
		if found := h.verify(); len(found) > 0 {
			t.Errorf("found %v", found)
		}
	})
}

// tampered runs statements against a sealed log of ten entries and gives what is found.
func tampered(t *testing.T, db *sqldb.DB, statements ...string) []audit.Finding {
	t.Helper()
	h := newHouse(t, db)
	h.sealed(10)
	h.run(statements...)
	h.clock.Advance(2 * time.Minute)
	return h.verify()
}

const entryAt5 = `(SELECT entry_id FROM audit_link WHERE seq = 5)`

func TestVerifyFindsAnAlteredEntryInEveryColumn(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.sealed(10)
		undo := errors.New("undone")
		for column, value := range map[string]string{
			"at": "at + 1", "class": "'system'", "person_id": "'x'", "unit_id": "'x'", "addr": "'x'", "action": "'unit.create'",
			"subject": "'x'", "subject_id": "'x'", "fields": `'["phone"]'`, "digests": `'{"a":"b"}'`, "count": "7", "request_id": "'x'",
		} {
			err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(t.Context(), `UPDATE audit_entry SET `+column+` = `+value+` WHERE id = `+entryAt5); err != nil {
					return err
				}
				found, err := h.Verify(t.Context(), tx)
				if len(found) != 1 || found[0].Fault != audit.Altered || found[0].Seq != 5 {
					t.Errorf("%s: found %v, want altered at 5", column, found)
				}
				return errors.Join(err, undo)
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
		}
	})
}

func TestVerifyFindsAlteredLinks(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		found := tampered(t, db, `UPDATE audit_link SET mac = (SELECT mac FROM audit_link WHERE seq = 4) WHERE seq = 5`)
		if want := []audit.Fault{audit.Altered, audit.Order}; !slices.Equal(faults(found), want) || found[0].Seq != 5 || found[1].Seq != 6 {
			t.Errorf("found %v, want %v at 5 and 6", found, want)
		}
	})
}

func TestVerifyFindsARemovedEntry(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		found := tampered(t, db, `DELETE FROM audit_entry WHERE id = `+entryAt5)
		if len(found) != 1 || found[0].Fault != audit.Removed || found[0].Seq != 5 {
			t.Errorf("found %v, want removed at 5", found)
		}
	})
}

func TestVerifyFindsARemovedEntryWithItsLink(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		found := tampered(t, db, `DELETE FROM audit_entry WHERE id = `+entryAt5, `DELETE FROM audit_link WHERE seq = 5`)
		if len(found) != 1 || found[0].Fault != audit.Removed || found[0].Seq != 6 {
			t.Errorf("found %v, want removed before 6", found)
		}
	})
}

func TestVerifyFindsARemovedRowWhoseGapWasClosed(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		// One at a time: SQLite checks uniqueness row by row.
		statements := []string{`DELETE FROM audit_entry WHERE id = ` + entryAt5, `DELETE FROM audit_link WHERE seq = 5`}
		for _, seq := range []string{"6", "7", "8", "9", "10"} {
			statements = append(statements, `UPDATE audit_link SET seq = seq - 1 WHERE seq = `+seq)
		}
		found := tampered(t, db, statements...)
		if len(found) != 5 || slices.ContainsFunc(found, func(f audit.Finding) bool { return f.Fault != audit.Altered }) {
			t.Errorf("found %v, want all from 5 on altered", found)
		}
	})
}

func TestVerifyFindsRemovedFirstRows(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		found := tampered(t, db,
			`DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE seq <= 3)`, `DELETE FROM audit_link WHERE seq <= 3`)
		if len(found) != 1 || found[0].Fault != audit.Removed || found[0].Seq != 4 {
			t.Errorf("found %v, want removed before 4", found)
		}
	})
}

func TestVerifyFindsSwappedEntries(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		found := tampered(t, db,
			`UPDATE audit_entry SET id = 'swap' WHERE id = `+entryAt5,
			`UPDATE audit_entry SET id = `+entryAt5+` WHERE id = (SELECT entry_id FROM audit_link WHERE seq = 6)`,
			`UPDATE audit_entry SET id = (SELECT entry_id FROM audit_link WHERE seq = 6) WHERE id = 'swap'`)
		if want := []audit.Fault{audit.Altered, audit.Altered}; !slices.Equal(faults(found), want) {
			t.Errorf("found %v, want %v", found, want)
		}
	})
}

func TestVerifyFindsSwappedLinks(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		found := tampered(t, db,
			`UPDATE audit_link SET seq = 99 WHERE seq = 5`, `UPDATE audit_link SET seq = 5 WHERE seq = 6`, `UPDATE audit_link SET seq = 6 WHERE seq = 99`)
		if want := []audit.Fault{audit.Altered, audit.Altered, audit.Order}; !slices.Equal(faults(found), want) {
			t.Errorf("found %v, want %v", found, want)
		}
	})
}

func TestVerifyFindsAnEntryPutIn(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		found := tampered(t, db, `INSERT INTO audit_entry (id, at, class, person_id, unit_id, addr, action, subject, subject_id, fields, digests, count, request_id)
			SELECT 'forged', at, class, person_id, unit_id, addr, action, subject, subject_id, fields, digests, count, request_id
			FROM audit_entry WHERE id = `+entryAt5)
		if len(found) != 1 || found[0] != (audit.Finding{Fault: audit.Unsealed, EntryID: "forged"}) {
			t.Errorf("found %v, want the forged entry unsealed", found)
		}
	})
}

func TestVerifyFindsEntriesUnsealedForAMinute(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		h.record(staff, audit.Entry{Action: "unit.change"})
		h.clock.Advance(time.Minute)
		if found := h.verify(); len(found) != 0 {
			t.Errorf("found %v in an entry of one minute", found)
		}
		h.clock.Advance(time.Microsecond)
		if found := h.verify(); !slices.Equal(faults(found), []audit.Fault{audit.Unsealed}) {
			t.Errorf("found %v, want unsealed", found)
		}
	})
}

// anchored seals ten entries, anchors the tenth, seals five more, and gives the anchor that left the house.
func anchored(h *house) audit.Anchor {
	h.t.Helper()
	h.sealed(10)
	path := filepath.Join(h.t.TempDir(), "anchors")
	there, err := h.AnchorToday(h.t.Context())
	h.must(err)
	if !there {
		h.t.Fatal("no anchor was made")
	}
	h.must(h.ExportAnchors(h.t.Context(), audit.AnchorFile(path)))
	h.sealed(5)
	file, err := os.Open(path)
	h.must(err)
	defer file.Close()
	list, err := audit.ReadAnchors(file)
	h.must(err)
	if len(list) != 1 || list[0].Seq != 10 || list[0].Day != "2026-05-11" {
		h.t.Fatalf("exported anchors: %+v", list)
	}
	if found := h.verify(list...); len(found) > 0 {
		h.t.Fatalf("an untouched log: %v", found)
	}
	return list[0]
}

const cutTail = `DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE seq > 8)`

func TestVerifyFindsATailCutBehindAnAnchor(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		anchored(h)
		h.run(cutTail, `DELETE FROM audit_link WHERE seq > 8`)
		if found := h.verify(); len(found) != 1 || found[0] != (audit.Finding{Fault: audit.Cut, Seq: 10}) {
			t.Errorf("found %v, want cut before 10", found)
		}
	})
}

func TestVerifyFindsATailCutWithItsAnchors(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		outside := anchored(h)
		h.run(cutTail, `DELETE FROM audit_link WHERE seq > 8`, `DELETE FROM audit_anchor`)
		if found := h.verify(outside); len(found) != 1 || found[0] != (audit.Finding{Fault: audit.Cut, Seq: 10}) {
			t.Errorf("found %v, want cut before 10", found)
		}
		h.sealed(5) // and after the product has gone on from there
		if found := h.verify(outside); !slices.Equal(faults(found), []audit.Fault{audit.Diverged}) || found[0].Seq != 10 {
			t.Errorf("found %v, want diverged at 10", found)
		}
	})
}

func TestVerifyFindsAChainRewrittenWithoutTheKey(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		outside := anchored(h)
		// Somebody with the whole program and the database, but not the key file, does it all again.
		h.run(`UPDATE audit_entry SET person_id = 'x' WHERE id = `+entryAt5,
			`DELETE FROM audit_link`, `DELETE FROM audit_anchor`, `DELETE FROM audit_sealer`,
			`INSERT INTO audit_pending (entry_id) SELECT id FROM audit_entry`)
		forger := audit.New(db, newRing(t), h.clock)
		h.must(forger.Seal(t.Context()))
		_, err := forger.AnchorToday(t.Context())
		h.must(err)
		if found := h.verifyWith(forger); len(found) > 0 {
			t.Fatalf("the forger's own work does not verify: %v", found)
		}
		found := h.verify(outside)
		n := map[audit.Fault]int{}
		for _, f := range found {
			n[f.Fault]++
		}
		if n[audit.Altered] != 15 || n[audit.Forged] != 1 || n[audit.Diverged] != 1 || len(found) != 17 {
			t.Errorf("found %v, want 15 altered, the forged anchor, and the difference from the true one", n)
		}
	})
}

func TestVerifyFindsForgedAnchors(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		outside := anchored(h)
		outside.Seq = 8
		if found := h.verify(outside); !slices.Equal(faults(found), []audit.Fault{audit.Forged}) {
			t.Errorf("found %v, want forged", found)
		}
		h.run(`UPDATE audit_anchor SET seq = 3`)
		if found := h.verify(); !slices.Equal(faults(found), []audit.Fault{audit.Forged}) {
			t.Errorf("found %v, want forged", found)
		}
	})
}
