package audit

import (
	"database/sql"

	"openweek/internal/clock"
)

const insertEntry = `
INSERT INTO audit_entry (id, at, class, person_id, unit_id, addr, action, subject, subject_id, fields, digests, count, request_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

const insertPending = `INSERT INTO audit_pending (entry_id) VALUES ($1)`

const deletePending = `DELETE FROM audit_pending WHERE entry_id = $1`

const anythingPending = `SELECT EXISTS (SELECT 1 FROM audit_pending)`

const entryColumns = `e.id, e.at, e.class, e.person_id, e.unit_id, e.addr, e.action, e.subject, e.subject_id,
    e.fields, e.digests, e.count, e.request_id`

// pendingRows is the anti-join "entries without a link", kept as a table of its own: over the whole
// log it would cost a scan several times a second.
const pendingRows = `
SELECT ` + entryColumns + `
FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
ORDER BY e.at, e.id LIMIT $1`

const takeLease = `
INSERT INTO audit_sealer (name, holder, until_at) VALUES ('chain', $1, $2)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at
WHERE audit_sealer.holder = excluded.holder OR audit_sealer.until_at <= $3`

const deleteLease = `DELETE FROM audit_sealer WHERE name = 'chain' AND holder = $1`

const insertLink = `INSERT INTO audit_link (seq, entry_id, prev, mac, key_id) VALUES ($1, $2, $3, $4, $5)`

const lastLink = `SELECT seq, mac FROM audit_link ORDER BY seq DESC LIMIT 1`

const lastCheckpointHead = `SELECT seq, head FROM audit_checkpoint ORDER BY seq DESC LIMIT 1`

const checkpoints = `SELECT seq, at, head, removed, mac, key_id FROM audit_checkpoint ORDER BY seq`

const insertCheckpoint = `
INSERT INTO audit_checkpoint (seq, at, head, removed, mac, key_id) VALUES ($1, $2, $3, $4, $5, $6)`

const anchorThere = `SELECT EXISTS (SELECT 1 FROM audit_anchor WHERE day = $1)`

const insertAnchor = `
INSERT INTO audit_anchor (day, at, seq, head, mac, key_id, exported_at) VALUES ($1, $2, $3, $4, $5, $6, 0)
ON CONFLICT (day) DO NOTHING`

const anchors = `SELECT day, at, seq, head, mac, key_id FROM audit_anchor ORDER BY seq, day`

const anchorsToExport = `SELECT day, at, seq, head, mac, key_id FROM audit_anchor WHERE exported_at = 0 ORDER BY day`

const markExported = `UPDATE audit_anchor SET exported_at = $2 WHERE day = $1`

const deleteOldEntries = `
DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE seq <= $1)`

const deleteOldLinks = `DELETE FROM audit_link WHERE seq <= $1`

const chainRows = `
SELECT l.seq, l.entry_id, l.prev, l.mac, l.key_id, e.id IS NOT NULL, coalesce(e.id, ''), coalesce(e.at, 0),
    coalesce(e.class, ''), coalesce(e.person_id, ''), coalesce(e.unit_id, ''), coalesce(e.addr, ''), coalesce(e.action, ''),
    coalesce(e.subject, ''), coalesce(e.subject_id, ''), coalesce(e.fields, ''), coalesce(e.digests, ''),
    coalesce(e.count, 0), coalesce(e.request_id, '')
FROM audit_link l LEFT JOIN audit_entry e ON e.id = l.entry_id
WHERE l.seq > $1 ORDER BY l.seq LIMIT $2`

const unsealedRows = `
SELECT e.id FROM audit_entry e
WHERE e.at < $1 AND NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.entry_id = e.id)
ORDER BY e.at, e.id LIMIT $2`

const findEntries = `
SELECT ` + entryColumns + `, coalesce(l.seq, 0)
FROM audit_entry e LEFT JOIN audit_link l ON l.entry_id = e.id
WHERE /*where*/TRUE
ORDER BY e.at DESC, e.id DESC LIMIT $1`

const countEntries = `SELECT count(*) FROM audit_entry e WHERE /*where*/TRUE`

// scanner is a row of a result.
type scanner interface{ Scan(dest ...any) error }

func (r *row) columns() []any {
	return []any{
		&r.ID, &r.At, &r.Class, &r.PersonID, &r.UnitID, &r.Addr, &r.Action, &r.Subject, &r.SubjectID,
		&r.fieldsText, &r.digestsText, &r.Count, &r.RequestID,
	}
}

func scanRow(s scanner) (r row, err error) {
	err = s.Scan(r.columns()...)
	return r, err
}

// scanRecord scans a row of findEntries.
func scanRecord(s *sql.Rows) (Record, error) {
	var r row
	if err := s.Scan(append(r.columns(), &r.Seq)...); err != nil {
		return Record{}, err
	}
	if err := r.parse(); err != nil {
		return Record{}, err
	}
	return r.Record, nil
}

// place is a link with its entry, if that is there.
type place struct {
	link
	there bool
	entry row
}

func scanPlace(s *sql.Rows) (p place, err error) {
	err = s.Scan(append([]any{&p.seq, &p.entryID, &p.prev, &p.mac, &p.keyID, &p.there}, p.entry.columns()...)...)
	return p, err
}

func scanAnchor(s *sql.Rows) (a Anchor, err error) {
	var day string
	err = s.Scan(&day, &a.At, &a.Seq, &a.Head, &a.MAC, &a.KeyID)
	a.Day = clock.Day(day)
	return a, err
}

func scanCheckpoint(s *sql.Rows) (c checkpoint, err error) {
	err = s.Scan(&c.seq, &c.at, &c.head, &c.removed, &c.mac, &c.keyID)
	return c, err
}
