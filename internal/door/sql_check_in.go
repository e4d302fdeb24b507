package door

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// row is a check-in as it is stored.
type row struct {
	id, sessionID, linkID, bookingID, claimID string
	people                                    int64
	how                                       How
	device, helper, enteredBy                 string
	deviceAt, cameAt, receivedAt              clock.Instant
	duplicateOf                               string
	undoneAt                                  clock.Instant
}

// insertCheckIn gives way to a row with the same id, and to the first check-in of a booking.
const insertCheckIn = `INSERT INTO check_in (id, session_id, link_id, booking_id, claim_id, people, how, device, helper, entered_by, device_at, came_at, received_at, duplicate_of, undone_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0) ON CONFLICT DO NOTHING`

const getCheckIn = `SELECT id, session_id, coalesce(link_id, ''), coalesce(booking_id, ''), coalesce(claim_id, ''), people, how, came_at, coalesce(duplicate_of, ''), undone_at
FROM check_in WHERE id = $1`

// lockFirstOf holds the first check-in of a booking until the end of the transaction, so that it is not
// taken back while another becomes its duplicate.
const lockFirstOf = `UPDATE check_in SET people = people WHERE booking_id = $1 AND duplicate_of IS NULL AND undone_at = 0 RETURNING id`

const seen = `SELECT c.came_at, coalesce(l.label, ''), c.helper, c.how FROM check_in c LEFT JOIN door_link l ON l.id = c.link_id WHERE c.id = $1`

const undoCheckIn = `UPDATE check_in SET undone_at = $2 WHERE id = $1 AND undone_at = 0`

const nextOf = `SELECT id FROM check_in WHERE duplicate_of = $1 AND undone_at = 0 ORDER BY received_at, id LIMIT 1`

const promote = `UPDATE check_in SET duplicate_of = NULL WHERE id = $1`

const follow = `UPDATE check_in SET duplicate_of = $2 WHERE duplicate_of = $1 AND id <> $2`

const setPeople = `UPDATE check_in SET people = $2 WHERE id = $1`

const byCode = `SELECT id, session_id, status, party_size FROM booking WHERE code = $1`

const byID = `SELECT id, session_id, status, party_size FROM booking WHERE id = $1`

const waitingOf = `SELECT count(*) FROM booking WHERE session_id = $1 AND status = 'waitlisted'`

const countedOf = `SELECT session_id, sum(CASE WHEN duplicate_of IS NULL AND undone_at = 0 THEN people ELSE 0 END) FROM check_in WHERE /*where*/TRUE GROUP BY session_id`

func insertTx(ctx context.Context, tx *sqldb.Tx, r row) (written bool, err error) {
	n, err := tx.Exec(ctx, insertCheckIn, r.id, r.sessionID, null(r.linkID), null(r.bookingID), null(r.claimID), r.people, string(r.how), r.device, r.helper, r.enteredBy,
		int64(r.deviceAt), int64(r.cameAt), int64(r.receivedAt), null(r.duplicateOf))
	return n == 1, err
}

func rowByID(ctx context.Context, q sqldb.Querier, checkInID string) (r row, found bool, err error) {
	err = q.QueryRow(ctx, getCheckIn, checkInID).Scan(&r.id, &r.sessionID, &r.linkID, &r.bookingID, &r.claimID, &r.people, &r.how, &r.cameAt, &r.duplicateOf, &r.undoneAt)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

// firstPaper gives the first check-in of a booking as far as a paper list needs it.
func firstPaper(ctx context.Context, q sqldb.Querier, bookingID string) (r row, found bool, err error) {
	err = q.QueryRow(ctx, firstRow, bookingID).Scan(&r.id, &r.people, &r.how)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

// lockFirst gives the id of a booking's first check-in, "" where it has none.
func lockFirst(ctx context.Context, tx *sqldb.Tx, bookingID string) (checkInID string, err error) {
	err = tx.QueryRow(ctx, lockFirstOf, bookingID).Scan(&checkInID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return checkInID, err
}

func seenByID(ctx context.Context, q sqldb.Querier, checkInID string) (s Seen, err error) {
	return s, q.QueryRow(ctx, seen, checkInID).Scan(&s.At, &s.Door, &s.Helper, &s.How)
}

// undoTx takes a check-in back; the earliest duplicate of it, if there is one, takes its place.
func undoTx(ctx context.Context, tx *sqldb.Tx, checkInID string, now clock.Instant) error {
	if n, err := tx.Exec(ctx, undoCheckIn, checkInID, int64(now)); err != nil || n == 0 {
		return err
	}
	var nextID string
	err := tx.QueryRow(ctx, nextOf, checkInID).Scan(&nextID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, promote, nextID); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, follow, checkInID, nextID)
	return err
}

// booked is a booking as far as a door needs it.
type booked struct {
	id, sessionID string
	status        booking.Status
	party         int64
}

func bookingByCode(ctx context.Context, q sqldb.Querier, code string) (booked, bool, error) {
	return readBooking(ctx, q, byCode, code)
}

func bookingByID(ctx context.Context, q sqldb.Querier, bookingID string) (booked, bool, error) {
	return readBooking(ctx, q, byID, bookingID)
}

func readBooking(ctx context.Context, q sqldb.Querier, query, arg string) (b booked, found bool, err error) {
	err = q.QueryRow(ctx, query, arg).Scan(&b.id, &b.sessionID, &b.status, &b.party)
	if errors.Is(err, sql.ErrNoRows) {
		return booked{}, false, nil
	}
	return b, err == nil, err
}

func countWaiting(ctx context.Context, q sqldb.Querier, sessionID string) (n int64, err error) {
	return n, q.QueryRow(ctx, waitingOf, sessionID).Scan(&n)
}

func counted(ctx context.Context, q sqldb.Querier, sessionIDs []string) (map[string]int64, error) {
	n := map[string]int64{}
	if len(sessionIDs) == 0 {
		return n, nil
	}
	query, args := (&sqldb.Where{}).In("session_id", sessionIDs).Apply(countedOf)
	_, err := sqldb.List(ctx, q, func(row *sql.Rows) (sessionID string, err error) {
		var people int64
		err = row.Scan(&sessionID, &people)
		n[sessionID] = people
		return sessionID, err
	}, query, args...)
	return n, err
}
