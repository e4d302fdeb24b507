package visit

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/sqldb"
)

const putRoster = `INSERT INTO visit_roster (booking_id, names_sealed, names, shown, declared_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (booking_id) DO UPDATE SET names_sealed = excluded.names_sealed, names = excluded.names, shown = excluded.shown, declared_at = excluded.declared_at`

const getRoster = `SELECT names_sealed FROM visit_roster WHERE booking_id = $1`

const eraseRoster = `DELETE FROM visit_roster WHERE booking_id = $1`

// dueErasures are visits that hold something of persons although their booking holds nothing any more.
const dueErasures = `SELECT v.booking_id FROM visit v JOIN booking b ON b.id = v.booking_id LEFT JOIN visit_roster t ON t.booking_id = v.booking_id
WHERE (b.contact_sealed IS NULL OR b.status = 'cancelled') AND (v.needs_sealed IS NOT NULL OR t.booking_id IS NOT NULL) ORDER BY v.booking_id LIMIT $1`

const eraseRosters = `DELETE FROM visit_roster WHERE /*where*/TRUE`

const eraseNeeds = `UPDATE visit SET needs_sealed = NULL, version = version + 1 WHERE needs_sealed IS NOT NULL AND /*where*/TRUE`

func rosterOf(ctx context.Context, q sqldb.Querier, visitID string) (sealed []byte, err error) {
	err = q.QueryRow(ctx, getRoster, visitID).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return sealed, err
}

func listTexts(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
}

// eraseAll erases the rosters and the needs of visits.
func eraseAll(ctx context.Context, tx *sqldb.Tx, visitIDs []string) error {
	for _, erase := range []string{eraseRosters, eraseNeeds} {
		query, args := (&sqldb.Where{}).In("booking_id", visitIDs).Apply(erase)
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}
