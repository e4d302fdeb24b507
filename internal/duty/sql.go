package duty

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// An obligation is a clause of the notice or one that a unit added; the ledger shows both alike.
const obligationColumns = `r.obligation_id, r.edition_id, r.slot, coalesce(o.clause, ''), coalesce(o.what, w.what, ''), coalesce(o.what_en, ''),
	coalesce(o.timing, CASE WHEN w.due_on <> '' THEN 'due' ELSE 'open' END), coalesce(o.due_on, w.due_on, ''), coalesce(o.due_time, ''),
	coalesce(o.required, TRUE), coalesce(o.discharge, 'filing'), coalesce(o.form_hint, ''), r.form, r.chain,
	coalesce(w.owner_unit_id, ''), coalesce(wu.name, ''), r.version`

const obligationJoins = ` LEFT JOIN obligation o ON o.id = r.obligation_id
	LEFT JOIN own_obligation w ON w.id = r.own_id LEFT JOIN unit wu ON wu.id = w.owner_unit_id`

const findRules = `SELECT ` + obligationColumns + ` FROM duty_rule r` + obligationJoins + ` WHERE /*where*/TRUE ORDER BY r.slot`

func (o *Obligation) into() []any {
	return []any{&o.ID, &o.EditionID, &o.Slot, &o.Clause, &o.What, &o.WhatEN, &o.Timing, &o.Due, &o.DueTime,
		&o.Required, &o.Discharge, &o.FormHint, &o.Form, &o.Chain, &o.OwnerID, &o.OwnerName, &o.Version}
}

func listRules(ctx context.Context, q sqldb.Querier, where *sqldb.Where) ([]Obligation, error) {
	query, args := where.Apply(findRules)
	return sqldb.List(ctx, q, func(row *sql.Rows) (o Obligation, err error) { return o, row.Scan(o.into()...) }, query, args...)
}

func ruleByID(ctx context.Context, q sqldb.Querier, obligationID string) (o Obligation, ok bool, err error) {
	list, err := listRules(ctx, q, (&sqldb.Where{}).And("r.obligation_id = ?", obligationID))
	if err != nil || len(list) == 0 {
		return Obligation{}, false, err
	}
	return list[0], true, nil
}

const insertRule = `INSERT INTO duty_rule (obligation_id, edition_id, own_id, slot, form, chain, version)
VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (obligation_id) DO NOTHING`

const updateRule = `UPDATE duty_rule SET form = $3, chain = $4, version = version + 1 WHERE obligation_id = $1 AND version = $2`

const deleteRule = `DELETE FROM duty_rule WHERE obligation_id = $1`

const lastSlot = `SELECT coalesce(max(slot), -1) FROM duty_rule WHERE edition_id = $1`

// An id is made of one that Go made for the statement and the random end of the unit's own: it is a
// UUIDv7 like every other, and a thousand rows need one statement instead of a thousand.
const insertDuties = `INSERT INTO duty (id, edition_id, obligation_id, unit_id, slot, state, due_at, extended_until, filed_at, settled_at, begun_at, version)
SELECT substr(CAST($1 AS TEXT), 1, 24) || substr(u.id, 25, 12), CAST($2 AS TEXT), CAST($3 AS TEXT), u.id, CAST($4 AS BIGINT), 'open', CAST($5 AS BIGINT), 0, 0, 0, 0, 1
FROM unit u WHERE u.closed_at = 0 AND /*where*/TRUE
ON CONFLICT (obligation_id, unit_id) DO NOTHING`

// covered is the union of scopes and named groups as a condition on unit u.
func covered(scopes actor.Scopes, groups []string) *sqldb.Where {
	var any []*sqldb.Where
	if len(scopes) > 0 {
		any = append(any, scopes.SQL(actor.UnitColumns("u")))
	}
	for _, groupID := range groups {
		any = append(any, (&sqldb.Where{}).And("u.id IN (SELECT m.unit_id FROM unit_group_member m WHERE m.group_id = ?)", groupID))
	}
	return (&sqldb.Where{}).Any(any...)
}

const dutyColumns = `d.id, d.edition_id, d.state, d.due_at, d.extended_until, d.filed_at, d.settled_at, d.version,
	u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind,
	EXISTS (SELECT 1 FROM duty_decision x WHERE x.duty_id = d.id AND x.status = 'asked'),
	(SELECT count(*) FROM chase c WHERE c.duty_id = d.id), ` + obligationColumns

const dutyFrom = ` FROM duty d JOIN unit u ON u.id = d.unit_id JOIN duty_rule r ON r.obligation_id = d.obligation_id` + obligationJoins

const findDuties = `SELECT ` + dutyColumns + dutyFrom + ` WHERE /*where*/TRUE ORDER BY d.edition_id DESC, d.slot, u.region_code, u.sort_key, u.id LIMIT $1`

const getDuty = `SELECT ` + dutyColumns + dutyFrom + ` WHERE d.id = $1`

// dutiesAfter is a condition for findDuties: behind one of its duties. Editions stand the latest first.
const dutiesAfter = `EXISTS (SELECT 1 FROM duty b JOIN unit bu ON bu.id = b.unit_id WHERE b.id = ? AND (d.edition_id < b.edition_id
	OR d.edition_id = b.edition_id AND (d.slot, u.region_code, u.sort_key, u.id) > (b.slot, bu.region_code, bu.sort_key, bu.id)))`

func behind(where *sqldb.Where, dutyID string) { where.And(dutiesAfter, dutyID) }

func rulesSeen(a actor.Actor, editionID string) *sqldb.Where {
	where := (&sqldb.Where{}).And("r.edition_id = ?", editionID)
	owners := []*sqldb.Where{(&sqldb.Where{}).And("r.own_id IS NULL"), actor.Sight(a).SQL(actor.UnitColumns("wu"))}
	if a.IsStaff() && a.UnitID != "" {
		owners = append(owners, (&sqldb.Where{}).And("EXISTS (SELECT 1 FROM duty d WHERE d.obligation_id = r.obligation_id AND d.unit_id = ?)", a.UnitID))
	}
	return where.Any(owners...)
}

func scanDuty(row interface{ Scan(...any) error }) (d Duty, err error) {
	err = row.Scan(append([]any{&d.ID, &d.EditionID, &d.State, &d.Due, &d.Extended, &d.Filed, &d.SettledAt, &d.Version,
		&d.Unit.ID, &d.Unit.Name, &d.Unit.NameEN, &d.Unit.Place.Region, &d.Unit.Place.Line, &d.Unit.Place.Tier, &d.Unit.Place.Kind,
		&d.Asked, &d.Chases}, d.Obligation.into()...)...)
	return d, err
}

func dutyByID(ctx context.Context, q sqldb.Querier, dutyID string) (Duty, error) {
	d, err := scanDuty(q.QueryRow(ctx, getDuty, dutyID))
	if errors.Is(err, sql.ErrNoRows) {
		return Duty{}, errNotFound()
	}
	return d, err
}

func listDuties(ctx context.Context, q sqldb.Querier, where *sqldb.Where, limit int) ([]Duty, error) {
	query, args := where.Apply(findDuties, limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (Duty, error) { return scanDuty(row) }, query, args...)
}

// lockDuty takes the row so that what follows is checked against a state that nobody else changes.
const lockDuty = `UPDATE duty SET version = version + 1 WHERE id = $1`

const setState = `UPDATE duty SET state = $2, filed_at = $3, settled_at = $4 WHERE id = $1`

const setBegun = `UPDATE duty SET begun_at = $2 WHERE id = $1 AND begun_at = 0`

const setExtension = `UPDATE duty SET extended_until = $2 WHERE id = $1`

const unitName = `SELECT name FROM unit WHERE id = $1`

const territoryOfEdition = `SELECT territory FROM edition WHERE id = $1`

const getEditionHead = `SELECT territory, status, coalesce(notice_id, '') FROM edition WHERE id = $1`

const listDepartments = `SELECT id, region_code, line, tier, kind FROM unit
WHERE kind = 'department' AND closed_at = 0 AND region_code IN ($1, $2, $3) ORDER BY id`

type editionHead struct {
	territory, status, noticeID string
}

func editionByID(ctx context.Context, q sqldb.Querier, editionID string) (e editionHead, err error) {
	err = q.QueryRow(ctx, getEditionHead, editionID).Scan(&e.territory, &e.status, &e.noticeID)
	if errors.Is(err, sql.ErrNoRows) {
		return editionHead{}, errEdition()
	}
	return e, err
}

// moveDue gives the duties of an obligation another due time: not those that are settled, nor those
// that were handed in and would be late by an earlier one.
const moveDue = `UPDATE duty SET due_at = $2, version = version + 1 WHERE obligation_id = $1 AND due_at <> $2
AND state NOT IN ('accepted', 'nil') AND (filed_at = 0 OR due_at < $2)`

// countMove counts what moveDue changes, and of these the duties whose extension lies later still.
const countMove = `SELECT count(*), count(*) FILTER (WHERE extended_until > $2) FROM duty WHERE obligation_id = $1 AND due_at <> $2
AND state NOT IN ('accepted', 'nil') AND (filed_at = 0 OR due_at < $2)`

func setCell(ctx context.Context, tx *sqldb.Tx, dutyID string, state State, filed, settled clock.Instant) error {
	_, err := tx.Exec(ctx, setState, dutyID, string(state), int64(filed), int64(settled))
	return err
}

// sightOf is what the actor may see of the ledger: its own unit's duties, and those of units in sight
// as far as they are of the notice or of somebody in sight.
func sightOf(a actor.Actor) *sqldb.Where {
	owners := actor.Sight(a).SQL(actor.UnitColumns("wu"))
	theirs := actor.Sight(a).SQL(actor.UnitColumns("u")).Any((&sqldb.Where{}).And("r.own_id IS NULL"), owners)
	if !a.IsStaff() || a.UnitID == "" {
		return theirs
	}
	return (&sqldb.Where{}).Any((&sqldb.Where{}).And("u.id = ?", a.UnitID), theirs)
}

func byID(where *sqldb.Where, dutyID string) *sqldb.Where { return where.And("d.id = ?", dutyID) }

func (f Filter) where(a actor.Actor, now clock.Instant) *sqldb.Where {
	where := (&sqldb.Where{}).Any(sightOf(a))
	if f.EditionID != "" {
		where.And("d.edition_id = ?", f.EditionID)
	}
	if f.UnitID != "" {
		where.And("d.unit_id = ?", f.UnitID)
	}
	if f.ObligationID != "" {
		where.And("d.obligation_id = ?", f.ObligationID)
	}
	if len(f.States) > 0 {
		states := make([]string, len(f.States))
		for i, s := range f.States {
			states[i] = string(s)
		}
		where.In("d.state", states)
	}
	if f.Late { // agrees with Cell.Late; a test holds that
		where.And(lateAt, int64(now))
	}
	if f.Asked {
		where.And("EXISTS (SELECT 1 FROM duty_decision x WHERE x.duty_id = d.id AND x.status = 'asked')")
	}
	return where
}

const lateAt = `(d.due_at > 0 AND d.state <> 'exempt' AND ? >= CASE WHEN d.extended_until > d.due_at THEN d.extended_until ELSE d.due_at END
	AND (d.filed_at = 0 OR d.filed_at >= CASE WHEN d.extended_until > d.due_at THEN d.extended_until ELSE d.due_at END))`
