package activity

import (
	"context"
	"database/sql"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const findOrdered = `SELECT ` + sessionColumns + `, a.edition_id, a.unit_id, a.region_code, a.mode, CASE WHEN a.link = '' THEN 0 ELSE 1 END
FROM session s JOIN seat c ON c.session_id = s.id JOIN activity a ON a.id = s.activity_id
WHERE a.state = 'published' AND a.mode <> 'online' AND /*where*/TRUE ORDER BY s.id LIMIT $1`

const reopenSession = `UPDATE session SET cancelled_at = 0, cancel_reason = '', version = version + 1 WHERE id = $1`

func listOrdered(ctx context.Context, q sqldb.Querier, editionID string, from clock.Instant, after string, most int) ([]Ordered, error) {
	where := (&sqldb.Where{}).And("a.edition_id = ?", editionID).And("s.starts_at > ?", int64(from)).And("s.id > ?", after)
	return ordered(ctx, q, where, most)
}

func orderedByID(ctx context.Context, q sqldb.Querier, sessionID string) (Ordered, error) {
	list, err := ordered(ctx, q, (&sqldb.Where{}).And("s.id = ?", sessionID), 1)
	if err == nil && len(list) == 0 {
		err = errSessionNotFound()
	}
	if err != nil {
		return Ordered{}, err
	}
	return list[0], nil
}

func ordered(ctx context.Context, q sqldb.Querier, where *sqldb.Where, most int) ([]Ordered, error) {
	query, args := where.Apply(findOrdered, most)
	return sqldb.List(ctx, q, func(row *sql.Rows) (o Ordered, err error) {
		var link int64
		o.Session, err = scanSession(row, &o.EditionID, &o.UnitID, &o.Region, &o.Mode, &link)
		o.Link = link == 1
		return o, err
	}, query, args...)
}
