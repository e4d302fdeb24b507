package duty

import (
	"context"
	"database/sql"

	"openweek/internal/actor"
	"openweek/internal/sqldb"
)

// The cells are put together before anything is joined, from the index alone.
const findOwed = `WITH owed AS (
	SELECT d.unit_id, string_agg(concat_ws(':', d.slot, d.state, d.due_at, d.extended_until, d.filed_at), ' ') AS cells
	FROM duty d WHERE d.edition_id = $1 GROUP BY d.unit_id)
SELECT u.id, u.name, u.name_en, u.region_code, u.line, u.tier, u.kind, coalesce(p.opened_at, 0), coalesce(p.signed_at, 0), owed.cells
FROM owed JOIN unit u ON u.id = owed.unit_id JOIN edition e ON e.id = $1
LEFT JOIN dispatch p ON p.notice_id = e.notice_id AND p.unit_id = u.id
WHERE u.closed_at = 0 AND /*where*/TRUE ORDER BY u.region_code, u.sort_key, u.id`

// owedAfter is a condition for findOwed: behind one of its units.
const owedAfter = `(u.region_code, u.sort_key, u.id) > (SELECT b.region_code, b.sort_key, b.id FROM unit b WHERE b.id = ?)`

func (query MatrixQuery) where(a actor.Actor) *sqldb.Where {
	place := actor.Scope{}
	if query.Region != "" {
		place.Regions = []string{query.Region}
	}
	if query.Line != nil {
		place.Lines = []actor.Line{*query.Line}
	}
	if query.Tier != "" {
		place.Tiers = []actor.Tier{query.Tier}
	}
	where := actor.Sight(a).SQL(actor.UnitColumns("u")).Any(place.SQL(actor.UnitColumns("u")))
	if query.After != "" {
		where.And(owedAfter, query.After)
	}
	return where
}

func listOwed(ctx context.Context, q sqldb.Querier, where *sqldb.Where, editionID string) ([]owing, error) {
	query, args := where.Apply(findOwed, editionID)
	return sqldb.List(ctx, q, func(row *sql.Rows) (o owing, err error) {
		return o, row.Scan(&o.unit.ID, &o.unit.Name, &o.unit.NameEN, &o.unit.Place.Region, &o.unit.Place.Line, &o.unit.Place.Tier, &o.unit.Place.Kind,
			&o.opened, &o.signed, &o.cells)
	}, query, args...)
}

const findDetails = `SELECT d.id, d.unit_id, d.slot, EXISTS (SELECT 1 FROM duty_decision x WHERE x.duty_id = d.id AND x.status = 'asked'),
	(SELECT count(*) FROM chase c WHERE c.duty_id = d.id)
FROM duty d WHERE d.edition_id = $1 AND /*where*/TRUE`

type detailRow struct {
	id, unit string
	slot     int
	asked    bool
	chases   int
}

func listDetails(ctx context.Context, q sqldb.Querier, editionID string, unitIDs []string) ([]detailRow, error) {
	query, args := (&sqldb.Where{}).In("d.unit_id", unitIDs).Apply(findDetails, editionID)
	return sqldb.List(ctx, q, func(row *sql.Rows) (d detailRow, err error) {
		return d, row.Scan(&d.id, &d.unit, &d.slot, &d.asked, &d.chases)
	}, query, args...)
}
