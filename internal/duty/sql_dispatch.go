package duty

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/sqldb"
)

// About the id see insertDuties.
const insertDispatches = `INSERT INTO dispatch (id, edition_id, notice_id, unit_id, from_unit_id, via, reason, covering_note, sent_by, sent_at,
	opened_at, opened_by, signed_at, signed_by, implicit, told_at)
SELECT substr(CAST($1 AS TEXT), 1, 24) || substr(u.id, 25, 12), CAST($2 AS TEXT), CAST($3 AS TEXT), u.id,
	coalesce((SELECT min(p.id) FROM unit p WHERE p.region_code = $7 AND p.tier = $8 AND p.line = u.line AND p.kind = 'department' AND p.closed_at = 0 AND p.id <> u.id),
		(SELECT min(p.id) FROM unit p WHERE p.region_code = $7 AND p.tier = $8 AND p.line = $9 AND p.kind = 'department' AND p.closed_at = 0)),
	NULL, CAST($4 AS TEXT), '', CAST($5 AS TEXT), CAST($6 AS BIGINT), 0, '', 0, '', FALSE, 0
FROM unit u WHERE u.closed_at = 0 AND /*where*/TRUE
ON CONFLICT (notice_id, unit_id) DO NOTHING`

// The notice that moves a week goes the same ways as the one that began it.
const insertAmending = `INSERT INTO dispatch (id, edition_id, notice_id, unit_id, from_unit_id, via, reason, covering_note, sent_by, sent_at,
	opened_at, opened_by, signed_at, signed_by, implicit, told_at)
SELECT substr(CAST($1 AS TEXT), 1, 24) || substr(u.id, 25, 12), d.edition_id, CAST($3 AS TEXT), u.id, d.from_unit_id,
	NULL, CASE d.reason WHEN 'obliged' THEN 'obliged' ELSE 'addressed' END, '', CAST($4 AS TEXT), CAST($5 AS BIGINT), 0, '', 0, '', FALSE, 0
FROM dispatch d JOIN unit u ON u.id = d.unit_id JOIN edition e ON e.id = d.edition_id
WHERE d.edition_id = $2 AND d.notice_id = e.notice_id AND u.closed_at = 0
ON CONFLICT (notice_id, unit_id) DO NOTHING`

const countNoticed = `SELECT count(*) FROM dispatch d JOIN unit u ON u.id = d.unit_id JOIN edition e ON e.id = d.edition_id
WHERE d.edition_id = $1 AND d.notice_id = e.notice_id AND u.closed_at = 0`

// About the id see insertDuties.
const insertPassedOn = `INSERT INTO dispatch (id, edition_id, notice_id, unit_id, from_unit_id, via, reason, covering_note, sent_by, sent_at,
	opened_at, opened_by, signed_at, signed_by, implicit, told_at)
SELECT substr(CAST($1 AS TEXT), 1, 24) || substr(u.id, 25, 12), d.edition_id, d.notice_id, u.id, d.unit_id, d.id, 'passed_on',
	CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT), 0, '', 0, '', FALSE, 0
FROM dispatch d JOIN unit u ON u.id <> d.unit_id WHERE d.id = $2 AND u.closed_at = 0 AND /*where*/TRUE
ON CONFLICT (notice_id, unit_id) DO NOTHING`

const countCovered = `SELECT count(*) FROM unit u WHERE u.closed_at = 0 AND /*where*/TRUE`

const dispatchColumns = `d.id, d.edition_id, d.notice_id, n.doc_number, n.title, n.kind, d.reason, coalesce(d.via, ''),
	coalesce(f.id, ''), coalesce(f.name, ''), coalesce(f.name_en, ''), d.covering_note, d.sent_at, d.opened_at, d.signed_at, d.signed_by, d.implicit,
	(SELECT count(*) FROM dispatch p WHERE p.via = d.id), u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind`

const dispatchFrom = ` FROM dispatch d JOIN unit u ON u.id = d.unit_id JOIN notice n ON n.id = d.notice_id LEFT JOIN unit f ON f.id = d.from_unit_id`

const findDispatches = `SELECT ` + dispatchColumns + dispatchFrom + ` WHERE /*where*/TRUE ORDER BY u.region_code, u.sort_key, u.id, d.sent_at LIMIT $1`

const getDispatch = `SELECT ` + dispatchColumns + dispatchFrom + ` WHERE d.id = $1`

// dispatchesAfter is a condition for findDispatches of one notice: behind one of its units.
const dispatchesAfter = `(u.region_code, u.sort_key, u.id) > (SELECT b.region_code, b.sort_key, b.id FROM unit b WHERE b.id = ?)`

func scanDispatch(row interface{ Scan(...any) error }) (d Dispatch, err error) {
	err = row.Scan(&d.ID, &d.EditionID, &d.NoticeID, &d.DocNumber, &d.Title, &d.NoticeKind, &d.Reason, &d.Via, &d.From.ID, &d.From.Name, &d.From.NameEN,
		&d.CoveringNote, &d.SentAt, &d.OpenedAt, &d.SignedAt, &d.SignedBy, &d.Implicit, &d.PassedOn,
		&d.Unit.ID, &d.Unit.Name, &d.Unit.NameEN, &d.Unit.Place.Region, &d.Unit.Place.Line, &d.Unit.Place.Tier, &d.Unit.Place.Kind)
	return d, err
}

func dispatchByID(ctx context.Context, q sqldb.Querier, dispatchID string) (Dispatch, error) {
	d, err := scanDispatch(q.QueryRow(ctx, getDispatch, dispatchID))
	if errors.Is(err, sql.ErrNoRows) {
		return Dispatch{}, errDispatch()
	}
	return d, err
}

func listDispatches(ctx context.Context, q sqldb.Querier, where *sqldb.Where, limit int) ([]Dispatch, error) {
	query, args := where.Apply(findDispatches, limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (Dispatch, error) { return scanDispatch(row) }, query, args...)
}

const openDispatch = `UPDATE dispatch SET opened_at = $2, opened_by = $3 WHERE id = $1 AND opened_at = 0`

const signDispatch = `UPDATE dispatch SET signed_at = $2, signed_by = $3, implicit = $4,
	opened_by = CASE WHEN opened_at = 0 THEN $3 ELSE opened_by END, opened_at = CASE WHEN opened_at = 0 THEN $2 ELSE opened_at END
WHERE id = $1 AND signed_at = 0`

// Whoever files has the notice, and every amending one that came before.
const listUnsigned = `SELECT id FROM dispatch WHERE edition_id = $1 AND unit_id = $2 AND signed_at = 0 ORDER BY id`

const countReceipts = `SELECT substr(u.region_code, 1, 4), u.line, count(*), count(*) FILTER (WHERE d.opened_at > 0), count(*) FILTER (WHERE d.signed_at > 0),
	count(*) FILTER (WHERE d.implicit), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM dispatch p WHERE p.via = d.id))
FROM dispatch d JOIN unit u ON u.id = d.unit_id WHERE u.closed_at = 0 AND /*where*/TRUE
GROUP BY substr(u.region_code, 1, 4), u.line ORDER BY substr(u.region_code, 1, 4), u.line`

const findNotices = `SELECT d.notice_id, n.doc_number, n.title, n.kind, count(*), min(d.sent_at) FROM dispatch d JOIN notice n ON n.id = d.notice_id
JOIN unit u ON u.id = d.unit_id WHERE u.closed_at = 0 AND /*where*/TRUE
GROUP BY d.notice_id, n.doc_number, n.title, n.kind ORDER BY min(d.sent_at), d.notice_id`

const findUntold = `SELECT id, unit_id, CASE WHEN from_unit_id IS NULL OR from_unit_id = unit_id THEN '' ELSE from_unit_id END FROM dispatch WHERE told_at = 0 ORDER BY sent_at, id LIMIT $1`

type untold struct{ id, unit, from string }

func listUntold(ctx context.Context, q sqldb.Querier, limit int) ([]untold, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (t untold, err error) { return t, row.Scan(&t.id, &t.unit, &t.from) }, findUntold, limit)
}

const markTold = `UPDATE dispatch SET told_at = $2 WHERE id = $1 AND told_at = 0`

func (q ReceiptQuery) where(a actor.Actor) *sqldb.Where {
	where := actor.Sight(a).SQL(actor.UnitColumns("u")).And("d.edition_id = ?", q.EditionID)
	if q.NoticeID != "" {
		where.And("d.notice_id = ?", q.NoticeID)
	}
	place := actor.Scope{}
	if q.Region != "" {
		place.Regions = []string{q.Region}
	}
	if q.Line != nil {
		place.Lines = []actor.Line{*q.Line}
	}
	where.Any(place.SQL(actor.UnitColumns("u")))
	if q.Reason != "" {
		where.And("d.reason = ?", string(q.Reason))
	}
	if q.Unsigned {
		where.And("d.signed_at = 0")
	}
	if q.PassedBy {
		where.And("d.from_unit_id = ? AND d.reason = 'passed_on'", a.UnitID)
	}
	return where
}

func afterUnit(where *sqldb.Where, unitID string) { where.And(dispatchesAfter, unitID) }

func receivedBy(editionID, unitID string) *sqldb.Where {
	return (&sqldb.Where{}).And("d.edition_id = ? AND d.unit_id = ?", editionID, unitID)
}
