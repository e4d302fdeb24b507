package booking

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

const nameOne = `UPDATE booking SET contact_sealed = $2, contact_hash = $3, reachable = $4, locale = $5, untold = $6, changed_at = $7, version = version + 1
WHERE id = $1 AND contact_sealed IS NULL`

const contactsOf = `SELECT id, contact_sealed FROM booking WHERE contact_sealed IS NOT NULL AND /*where*/TRUE`

func listContactsOf(ctx context.Context, q sqldb.Querier, ids []string) ([]contactRow, error) {
	query, args := (&sqldb.Where{}).In("id", ids).Apply(contactsOf)
	return sqldb.List(ctx, q, func(row *sql.Rows) (r contactRow, err error) { return r, row.Scan(&r.id, &r.sealed) }, query, args...)
}
