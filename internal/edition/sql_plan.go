package edition

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

const placeItem = `UPDATE edition_item SET position = $3 WHERE id = $1 AND edition_id = $2`

const renameGroup = `UPDATE unit_group SET name = $3, name_en = $4 WHERE id = $1 AND edition_id = $2`

const findCovered = `SELECT u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind FROM unit u
WHERE u.closed_at = 0 AND /*where*/TRUE ORDER BY u.region_code, u.sort_key, u.id LIMIT $1`

// coveredAfter is a condition for findCovered: behind one of its units.
const coveredAfter = `(u.region_code, u.sort_key, u.id) > (SELECT b.region_code, b.sort_key, b.id FROM unit b WHERE b.id = ?)`

func listCovered(ctx context.Context, q sqldb.Querier, where *sqldb.Where, limit int) ([]Covered, error) {
	query, args := where.Apply(findCovered, limit)
	return sqldb.List(ctx, q, func(row *sql.Rows) (c Covered, err error) {
		return c, row.Scan(&c.UnitID, &c.Name, &c.NameEN, &c.Place.Region, &c.Place.Line, &c.Place.Tier, &c.Place.Kind)
	}, query, args...)
}
