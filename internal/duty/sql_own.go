package duty

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const insertOwn = `INSERT INTO own_obligation (id, edition_id, owner_unit_id, what, due_on, audience, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

const deleteOwn = `DELETE FROM own_obligation WHERE id = $1`

const holdDuties = `UPDATE duty SET slot = slot WHERE obligation_id = $1`

const countUsed = `SELECT count(*) FROM duty d WHERE d.obligation_id = $1 AND (d.begun_at > 0 OR d.state <> 'open'
	OR EXISTS (SELECT 1 FROM chase c WHERE c.duty_id = d.id) OR EXISTS (SELECT 1 FROM duty_decision x WHERE x.duty_id = d.id))`

const deleteDuties = `DELETE FROM duty WHERE obligation_id = $1`

const listOwnSQL = `SELECT w.id, r.slot, w.due_on, w.audience, u.id, u.region_code, u.line, u.tier, u.kind
FROM own_obligation w JOIN duty_rule r ON r.own_id = w.id JOIN unit u ON u.id = w.owner_unit_id
WHERE w.edition_id = $1 AND u.closed_at = 0 ORDER BY r.slot`

type ownRow struct {
	id     string
	slot   int
	due    clock.Day
	scopes actor.Scopes
	owner  Unit
}

func listOwn(ctx context.Context, q sqldb.Querier, editionID string) ([]ownRow, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (o ownRow, err error) {
		var audience string
		p := &o.owner.Place
		if err := row.Scan(&o.id, &o.slot, &o.due, &audience, &o.owner.ID, &p.Region, &p.Line, &p.Tier, &p.Kind); err != nil {
			return o, err
		}
		if err := json.Unmarshal([]byte(audience), &o.scopes); err != nil {
			return o, fmt.Errorf("audience of %s: %w", o.id, err)
		}
		return o, nil
	}, listOwnSQL, editionID)
}
