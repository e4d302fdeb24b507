package activity

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

const findAddress = `SELECT id, '' FROM activity WHERE id >= $1 AND id < $2
UNION ALL SELECT activity_id, id FROM session WHERE id >= $1 AND id < $2 LIMIT 2`

func findAddresses(ctx context.Context, q sqldb.Querier, from, before string) ([]Address, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (a Address, err error) { return a, row.Scan(&a.ActivityID, &a.SessionID) }, findAddress, from, before)
}

const findEntries = `SELECT a.id, a.changed_at FROM activity a JOIN edition e ON e.id = a.edition_id
WHERE a.edition_id = $1 AND a.state = 'published' AND a.id > $2 AND e.status <> 'draft' ORDER BY a.id LIMIT $3`

func listEntries(ctx context.Context, q sqldb.Querier, editionID, after string, most int) ([]Entry, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (e Entry, err error) { return e, row.Scan(&e.ID, &e.ChangedAt) }, findEntries, editionID, after, most)
}

// findEntryParts gives the last id of each full part that something follows.
const findEntryParts = `WITH part AS (
	SELECT a.id, row_number() OVER (ORDER BY a.id) AS n, count(*) OVER () AS total
	FROM activity a JOIN edition e ON e.id = a.edition_id WHERE a.edition_id = $1 AND a.state = 'published' AND e.status <> 'draft'
)
SELECT '' FROM part WHERE n = 1
UNION ALL SELECT id FROM part WHERE n % $2 = 0 AND n < total ORDER BY 1`

func listEntryParts(ctx context.Context, q sqldb.Querier, editionID string, most int) ([]string, error) {
	return texts(ctx, q, findEntryParts, editionID, most)
}

const findCancelledRuns = `SELECT ` + sessionColumns + ` FROM session s JOIN seat c ON c.session_id = s.id JOIN activity a ON a.id = s.activity_id
WHERE s.cancelled_at <> 0 AND a.state = 'published' AND /*where*/TRUE ORDER BY s.activity_id, s.starts_at, s.id`

func listCancelledRuns(ctx context.Context, q sqldb.Querier, ids []string) ([]Session, error) {
	query, args := (&sqldb.Where{}).In("s.activity_id", ids).Apply(findCancelledRuns)
	return listSessions(ctx, q, query, args...)
}
