package booking

import (
	"context"
	"database/sql"
	"slices"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const seatedOf = `SELECT id, status, seats, party_size, CASE WHEN contact_sealed IS NULL THEN 0 ELSE 1 END, reachable
FROM booking WHERE session_id = $1 AND status IN ('confirmed', 'pending') ORDER BY turn`

const dropReserved = `UPDATE booking SET reserved = 0, version = version + 1 WHERE session_id = $1 AND status = 'waitlisted' AND reserved > 0`

const sendWaiting = `UPDATE booking SET status = 'waitlisted', offer_until = 0, untold = CASE WHEN contact_sealed IS NULL THEN '' ELSE 'waits' END, changed_at = $1, version = version + 1
WHERE status IN ('confirmed', 'pending') AND /*where*/TRUE`

const markAll = `UPDATE booking SET untold = $2, changed_at = $3, version = version + 1 WHERE session_id = $1 AND status <> 'cancelled' AND contact_sealed IS NOT NULL`

func listSeated(ctx context.Context, q sqldb.Querier, sessionID string) ([]seated, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (one seated, err error) {
		var named int64
		err = row.Scan(&one.id, &one.status, &one.seats, &one.party, &named, &one.reachable)
		one.named = named == 1
		return one, err
	}, seatedOf, sessionID)
}

// sendBack puts bookings back on the waitlist of their session.
func sendBack(ctx context.Context, tx *sqldb.Tx, list []seated, now clock.Instant) error {
	for part := range slices.Chunk(list, moveBatch) {
		ids := make([]string, len(part))
		for i, one := range part {
			ids[i] = one.id
		}
		query, args := (&sqldb.Where{}).In("id", ids).Apply(sendWaiting, int64(now))
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}
