package booking

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const insertNotice = `INSERT INTO booking_notice (id, session_id, to_whom, body, parties, people, written, sent_by, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// markNotice marks those who can be written to.
const markNotice = `INSERT INTO booking_notice_to (notice_id, booking_id)
SELECT CAST($1 AS TEXT), id FROM booking WHERE session_id = $2 AND status = $3 AND contact_sealed IS NOT NULL AND reachable`

const findNotices = `SELECT id, session_id, to_whom, body, parties, people, written, sent_by, sent_at FROM booking_notice
WHERE session_id = $1 ORDER BY sent_at DESC, id DESC LIMIT $2`

const findNoticeMarks = `SELECT t.notice_id, t.booking_id, b.contact_sealed, s.ends_at FROM booking_notice_to t JOIN booking b ON b.id = t.booking_id JOIN session s ON s.id = b.session_id
ORDER BY t.notice_id, t.booking_id LIMIT $1`

// takeNoticeMark lets one process have a mark.
const takeNoticeMark = `DELETE FROM booking_notice_to WHERE notice_id = $1 AND booking_id = $2`

const getNotice = `SELECT id, session_id, to_whom, body, parties, people, written, sent_by, sent_at FROM booking_notice WHERE id = $1`

func scanNotice(row interface{ Scan(...any) error }) (n Notice, err error) {
	return n, row.Scan(&n.ID, &n.SessionID, &n.To, &n.Text, &n.Parties, &n.People, &n.Written, &n.By, &n.At)
}

func listNotices(ctx context.Context, q sqldb.Querier, sessionID string, limit int) ([]Notice, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (Notice, error) { return scanNotice(row) }, findNotices, sessionID, limit)
}

// noticeMark is a letter with a host's text that must still be made.
type noticeMark struct {
	noticeID, bookingID string
	contact             []byte
	ends                clock.Instant
}

func listNoticeMarks(ctx context.Context, q sqldb.Querier, most int) ([]noticeMark, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (m noticeMark, err error) {
		return m, row.Scan(&m.noticeID, &m.bookingID, &m.contact, &m.ends)
	}, findNoticeMarks, most)
}

// notice gets a text that a host has sent.
func (s *Service) notice(ctx context.Context, noticeID string) (Notice, error) {
	n, err := scanNotice(s.deps.DB.QueryRow(ctx, getNotice, noticeID))
	if errors.Is(err, sql.ErrNoRows) {
		return Notice{}, errNotFound()
	}
	return n, err
}
