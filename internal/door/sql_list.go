package door

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

const countArrived = `SELECT coalesce(sum(CASE WHEN duplicate_of IS NULL THEN people END), 0), coalesce(sum(CASE WHEN duplicate_of IS NULL AND booking_id IS NOT NULL THEN 1 END), 0),
	coalesce(sum(CASE WHEN booking_id IS NULL THEN people END), 0), coalesce(sum(CASE WHEN duplicate_of IS NOT NULL THEN 1 END), 0)
FROM check_in WHERE undone_at = 0 AND /*where*/TRUE`

// countExpected leaves out what a door has booked for walk-ins itself.
const countExpected = `SELECT coalesce(sum(party_size), 0), count(*) FROM booking WHERE status = 'confirmed' AND source <> 'door' AND /*where*/TRUE`

// listed are the bookings of sessions with what came of them.
const listed = `SELECT b.id, b.session_id, b.code, b.party_size, b.status, coalesce(c.people, 0) FROM booking b
LEFT JOIN check_in c ON c.booking_id = b.id AND c.duplicate_of IS NULL AND c.undone_at = 0
WHERE b.source <> 'door' AND /*where*/TRUE ORDER BY b.session_id, b.id LIMIT 20000`

const twiceOf = `SELECT b.code, f.came_at, coalesce(fl.label, ''), f.helper, f.how, c.came_at, coalesce(cl.label, ''), c.helper, c.how
FROM check_in c JOIN check_in f ON f.id = c.duplicate_of JOIN booking b ON b.id = c.booking_id
LEFT JOIN door_link fl ON fl.id = f.link_id LEFT JOIN door_link cl ON cl.id = c.link_id
WHERE c.session_id = $1 AND c.undone_at = 0 ORDER BY c.id DESC LIMIT 200`

// paperPage are the bookings that are expected, in the order of their codes, as a printed list has them.
const paperPage = `SELECT b.id, b.code, b.party_size, coalesce(c.people, 0), coalesce(c.how, ''), coalesce(c.came_at, 0), coalesce(l.label, '')
FROM booking b LEFT JOIN check_in c ON c.booking_id = b.id AND c.duplicate_of IS NULL AND c.undone_at = 0 LEFT JOIN door_link l ON l.id = c.link_id
WHERE b.session_id = $1 AND b.status = 'confirmed' AND b.source <> 'door' AND b.code > $2 ORDER BY b.code LIMIT $3`

const paperWalkIns = `SELECT coalesce(max(people), 0) FROM check_in WHERE session_id = $1 AND how = 'paper' AND booking_id IS NULL AND undone_at = 0`

const setPaperWalkIns = `UPDATE check_in SET people = $2 WHERE session_id = $1 AND how = 'paper' AND booking_id IS NULL AND undone_at = 0`

const dropPaperWalkIns = `UPDATE check_in SET undone_at = $2 WHERE session_id = $1 AND how = 'paper' AND booking_id IS NULL AND undone_at = 0`

const firstRow = `SELECT id, people, how FROM check_in WHERE booking_id = $1 AND duplicate_of IS NULL AND undone_at = 0`

// checks are contradictions that a statement finds; each gives what it concerns.
var checks = []struct{ query, what string }{
	{checkParty, "more people than the booking has"},
	{checkFirst, "a duplicate whose first does not stand"},
	{checkSession, "a check-in stands at another session than its booking"},
	{checkLink, "a check-in by a link that is not for its session's activity"},
}

const checkParty = `SELECT 'check-in ' || c.id FROM check_in c JOIN booking b ON b.id = c.booking_id WHERE c.people > b.party_size AND c.undone_at = 0 AND b.status <> 'cancelled'
AND b.changed_at < c.received_at ORDER BY c.id`

const checkFirst = `SELECT 'check-in ' || c.id FROM check_in c LEFT JOIN check_in f ON f.id = c.duplicate_of AND f.booking_id = c.booking_id AND f.duplicate_of IS NULL AND f.undone_at = 0
WHERE c.duplicate_of IS NOT NULL AND c.undone_at = 0 AND f.id IS NULL ORDER BY c.id`

const checkSession = `SELECT 'check-in ' || c.id FROM check_in c JOIN booking b ON b.id = coalesce(c.booking_id, c.claim_id) WHERE b.session_id <> c.session_id ORDER BY c.id`

const checkLink = `SELECT 'check-in ' || c.id FROM check_in c JOIN door_link l ON l.id = c.link_id JOIN session s ON s.id = c.session_id
WHERE l.activity_id <> s.activity_id OR l.session_id <> c.session_id ORDER BY c.id`

func counts(ctx context.Context, q sqldb.Querier, sessionIDs []string) (c Counts, err error) {
	query, args := (&sqldb.Where{}).In("session_id", sessionIDs).Apply(countArrived)
	if err := q.QueryRow(ctx, query, args...).Scan(&c.Arrived, &c.Tickets, &c.WalkIns, &c.Twice); err != nil {
		return Counts{}, err
	}
	query, args = (&sqldb.Where{}).In("session_id", sessionIDs).Apply(countExpected)
	return c, q.QueryRow(ctx, query, args...).Scan(&c.Expected, &c.Bookings)
}

// listRow is a booking as a list has it.
type listRow struct {
	booked
	code string
	came int64
}

func listBookings(ctx context.Context, q sqldb.Querier, sessionIDs []string) ([]listRow, error) {
	query, args := (&sqldb.Where{}).In("b.session_id", sessionIDs).Apply(listed)
	return sqldb.List(ctx, q, func(row *sql.Rows) (r listRow, err error) {
		return r, row.Scan(&r.id, &r.sessionID, &r.code, &r.party, &r.status, &r.came)
	}, query, args...)
}

func listTwice(ctx context.Context, q sqldb.Querier, sessionID string) ([]Twice, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (t Twice, err error) {
		return t, row.Scan(&t.Code, &t.First.At, &t.First.Door, &t.First.Helper, &t.First.How, &t.Second.At, &t.Second.Door, &t.Second.Helper, &t.Second.How)
	}, twiceOf, sessionID)
}

func listPaper(ctx context.Context, q sqldb.Querier, sessionID, after string, most int) ([]PaperLine, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (l PaperLine, err error) {
		return l, row.Scan(&l.BookingID, &l.Code, &l.Party, &l.Came, &l.How, &l.At, &l.Door)
	}, paperPage, sessionID, after, most)
}

func listTexts(ctx context.Context, q sqldb.Querier, query string) ([]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query)
}
