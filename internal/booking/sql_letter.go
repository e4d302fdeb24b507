package booking

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/sqldb"
)

const findMarks = `SELECT b.id, b.session_id, b.untold, b.contact_sealed, CASE WHEN b.untold = 'offered' THEN b.offer_until ELSE s.ends_at END FROM booking b JOIN session s ON s.id = b.session_id
WHERE b.untold <> '' ORDER BY b.id LIMIT $1`

// takeMark is a compare-and-set: a mark that was set anew meanwhile is told the next time.
const takeMark = `UPDATE booking SET untold = '' WHERE id = $1 AND untold = $2`

const putCall = `INSERT INTO booking_call (booking_id, session_id, what, told_at, called_at, called_by, version) VALUES ($1, $2, $3, $4, 0, '', 1)
ON CONFLICT (booking_id) DO UPDATE SET what = excluded.what, told_at = excluded.told_at, called_at = 0, called_by = '', version = booking_call.version + 1`

const dropCall = `DELETE FROM booking_call WHERE booking_id = $1 AND called_at = 0`

// findCalls gives those whom no letter of that moment or later has reached, nor is on its first way. Who
// was called stays on the list; who has cancelled since need not be.
const findCalls = `SELECT c.booking_id, b.code, b.status, b.party_size, c.what, c.told_at, c.called_at, c.called_by, c.version, b.contact_sealed
FROM booking_call c JOIN booking b ON b.id = c.booking_id
WHERE c.session_id = $1 AND b.contact_sealed IS NOT NULL AND (b.status <> 'cancelled' OR c.what IN ('cancelled', 'declined'))
AND NOT EXISTS (SELECT 1 FROM outside_letter l
	WHERE l.subject = 'booking' AND l.subject_id = c.booking_id AND l.ref = '' AND l.created_at >= c.told_at AND (l.state = 'sent' OR l.state IN ('queued', 'claimed') AND l.attempts <= 1 AND l.error = ''))
ORDER BY CASE WHEN c.called_at = 0 THEN 0 ELSE 1 END, c.told_at, c.booking_id LIMIT $2`

const markCalled = `UPDATE booking_call SET called_at = $3, called_by = $4, version = version + 1 WHERE booking_id = $1 AND version = $2 AND called_at = 0`

const getCall = `SELECT session_id FROM booking_call WHERE booking_id = $1`

const calledAt = `SELECT called_at FROM booking_call WHERE booking_id = $1`

func listMarks(ctx context.Context, q sqldb.Querier, most int) ([]mark, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (m mark, err error) {
		return m, row.Scan(&m.bookingID, &m.sessionID, &m.tell, &m.contact, &m.until)
	}, findMarks, most)
}

// listNoticeLetters gives the texts of hosts that bookers have not been written yet.
func listNoticeLetters(ctx context.Context, q sqldb.Querier, most int) ([]mark, error) {
	marks, err := listNoticeMarks(ctx, q, most)
	list := make([]mark, len(marks))
	for i, m := range marks {
		list[i] = mark{bookingID: m.bookingID, tell: UntoldNotice, noticeID: m.noticeID, contact: m.contact, until: m.ends}
	}
	return list, err
}

// callRow is a call with its contact as it is sealed.
type callRow struct {
	Call
	contact []byte
}

func listCalls(ctx context.Context, q sqldb.Querier, sessionID string, most int) ([]callRow, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (r callRow, err error) {
		return r, row.Scan(&r.BookingID, &r.Code, &r.Status, &r.Party, &r.What, &r.Since, &r.CalledAt, &r.CalledBy, &r.Version, &r.contact)
	}, findCalls, sessionID, most)
}

func sessionOfCall(ctx context.Context, q sqldb.Querier, bookingID string) (sessionID string, err error) {
	err = q.QueryRow(ctx, getCall, bookingID).Scan(&sessionID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errNotFound()
	}
	return sessionID, err
}
