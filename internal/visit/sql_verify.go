package visit

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

// checks are contradictions that a statement finds; each gives what it concerns.
var checks = []struct{ query, what string }{
	{checkActivity, "its session is of another activity"},
	{checkGroup, "its booking is no group's"},
	{checkInvitation, "an invitation is open and its class is described, or the other way round"},
	{checkHeld, "an invitation that has ended holds seats"},
	{checkAsked, "nobody has described the class and nobody has invited it"},
}

const checkActivity = `SELECT 'visit ' || v.booking_id FROM visit v JOIN booking b ON b.id = v.booking_id JOIN session s ON s.id = b.session_id WHERE s.activity_id <> v.activity_id ORDER BY v.booking_id`

const checkGroup = `SELECT 'visit ' || v.booking_id FROM visit v JOIN booking b ON b.id = v.booking_id WHERE NOT b.grouped ORDER BY v.booking_id`

const checkInvitation = `SELECT 'visit ' || v.booking_id FROM visit v JOIN visit_allotment l ON l.booking_id = v.booking_id WHERE (l.state = 'booked') <> (v.filled_at > 0) ORDER BY v.booking_id`

const checkHeld = `SELECT 'visit ' || v.booking_id FROM visit v JOIN booking b ON b.id = v.booking_id JOIN session s ON s.id = b.session_id JOIN visit_allotment l ON l.booking_id = v.booking_id
WHERE l.state IN ('declined', 'withdrawn') AND b.status <> 'cancelled' AND s.ends_at > l.answered_at ORDER BY v.booking_id`

const checkAsked = `SELECT 'visit ' || v.booking_id FROM visit v LEFT JOIN visit_allotment l ON l.booking_id = v.booking_id WHERE v.filled_at = 0 AND l.id IS NULL ORDER BY v.booking_id`

const findSecrets = `SELECT v.booking_id, v.needs_sealed, t.names_sealed, coalesce(t.names, 0) FROM visit v LEFT JOIN visit_roster t ON t.booking_id = v.booking_id
WHERE v.booking_id > $1 AND (v.needs_sealed IS NOT NULL OR t.names_sealed IS NOT NULL) ORDER BY v.booking_id LIMIT $2`

// secrets is what is sealed of a visit.
type secrets struct {
	id            string
	needs, roster []byte
	names         int64
}

func listSecrets(ctx context.Context, q sqldb.Querier, after string, most int) ([]secrets, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (r secrets, err error) {
		return r, row.Scan(&r.id, &r.needs, &r.roster, &r.names)
	}, findSecrets, after, most)
}

const resealNeeds = `UPDATE visit SET needs_sealed = $3 WHERE booking_id = $1 AND needs_sealed = $2`

const resealRoster = `UPDATE visit_roster SET names_sealed = $3 WHERE booking_id = $1 AND names_sealed = $2`
