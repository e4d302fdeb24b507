package measure

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

const checkBlocked = `SELECT m.session_id FROM measure_session m JOIN seat c ON c.session_id = m.session_id JOIN session s ON s.id = m.session_id
WHERE s.starts_at > $1 AND s.cancelled_at = 0 AND m.blocked > c.blocked ORDER BY m.session_id`

const checkCancelled = `SELECT m.session_id FROM measure_session m JOIN session s ON s.id = m.session_id
WHERE s.starts_at > $1 AND s.cancelled_at = 0 AND m.cancelled ORDER BY m.session_id`

func listTexts(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
}
