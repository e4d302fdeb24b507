package booking

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

// checks are contradictions that a statement finds; each gives what it concerns.
var checks = []struct{ query, what string }{
	{checkSeats, "the seats taken and held are not those of its bookings"},
	{checkTwice, "a contact has two active bookings"},
	{checkCancelled, "an active booking of a session that was cancelled"},
	{checkTurns, "a turn is later than those that were given"},
	{checkOffers, "it is offered seats and does not wait for an answer"},
	{checkCalls, "it is called for another session"},
	{checkLetters, "it is about a booking that there is not"},
}

const checkSeats = `SELECT 'session ' || s.session_id FROM seat s
LEFT JOIN (SELECT session_id, sum(CASE WHEN status = 'confirmed' THEN seats ELSE 0 END) AS taken, sum(CASE WHEN status = 'pending' THEN seats ELSE reserved END) AS held
	FROM booking WHERE status <> 'cancelled' GROUP BY session_id) b ON b.session_id = s.session_id
WHERE s.taken <> coalesce(b.taken, 0) OR s.held <> coalesce(b.held, 0) ORDER BY s.session_id`

const checkTwice = `SELECT 'session ' || session_id FROM booking WHERE status <> 'cancelled' AND contact_hash IS NOT NULL
GROUP BY session_id, contact_hash HAVING count(*) > 1`

// checkQueue looks at sessions that have not begun: later nobody is let in any more.
const checkQueue = `SELECT 'booking ' || b.id FROM booking b JOIN seat c ON c.session_id = b.session_id JOIN session s ON s.id = b.session_id
WHERE b.status = 'waitlisted' AND s.cancelled_at = 0 AND s.starts_at > $1 AND b.seats - b.reserved <= c.capacity - c.taken - c.held - c.blocked ORDER BY b.id`

const checkCancelled = `SELECT 'booking ' || b.id FROM booking b JOIN session s ON s.id = b.session_id WHERE b.status <> 'cancelled' AND s.cancelled_at <> 0 ORDER BY b.id`

const checkTurns = `SELECT 'session ' || session_id FROM booking GROUP BY session_id HAVING max(turn) <> count(*)`

const checkOffers = `SELECT 'booking ' || id FROM booking WHERE offer_until > 0 AND status IN ('confirmed', 'waitlisted') ORDER BY id`

const checkCalls = `SELECT 'booking ' || b.id FROM booking_call c JOIN booking b ON b.id = c.booking_id WHERE c.session_id <> b.session_id ORDER BY b.id`

const checkLetters = `SELECT 'letter ' || l.id FROM outside_letter l WHERE l.subject = 'booking' AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.id = l.subject_id) ORDER BY l.id`

func listTexts(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
}

const findContacts = `SELECT id, contact_sealed, contact_hash, answers_sealed FROM booking WHERE id > $1 AND contact_sealed IS NOT NULL ORDER BY id LIMIT $2`

// contactRow is what identifies a booker.
type contactRow struct {
	id                    string
	sealed, hash, answers []byte
}

func listContacts(ctx context.Context, q sqldb.Querier, after string, most int) ([]contactRow, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (r contactRow, err error) {
		return r, row.Scan(&r.id, &r.sealed, &r.hash, &r.answers)
	}, findContacts, after, most)
}
