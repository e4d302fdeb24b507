package booking

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// insertBooking writes rows that do not clash and gives their number: an error would end the whole
// transaction on PostgreSQL.
const insertBooking = `INSERT INTO booking (id, session_id, turn, code, status, party_size, seats, contact_sealed, contact_hash, answers_sealed, source, skips, untold,
	created_at, changed_at, cancelled_by, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '', $12, $13, '', 1) ON CONFLICT DO NOTHING`

// insertKey takes the place of a key that has expired and was not swept yet.
const insertKey = `INSERT INTO booking_key (digest, body_hash, booking_id, status, position, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (digest) DO UPDATE SET body_hash = excluded.body_hash, booking_id = excluded.booking_id, status = excluded.status, position = excluded.position, created_at = excluded.created_at`

const findKeys = `SELECT k.digest, k.body_hash, k.booking_id, b.code, k.status, k.position FROM booking_key k JOIN booking b ON b.id = k.booking_id
WHERE k.created_at >= $1 AND /*where*/TRUE`

const sweepKeys = `DELETE FROM booking_key WHERE digest IN (SELECT digest FROM booking_key WHERE created_at < $1 ORDER BY created_at LIMIT $2)`

const findActive = `SELECT session_id, contact_hash FROM booking WHERE status <> 'cancelled' AND /*where*/TRUE`

// findLines tells of each session which turn was given last and how many wait.
const findLines = `SELECT s.session_id, coalesce((SELECT max(b.turn) FROM booking b WHERE b.session_id = s.session_id), 0),
	(SELECT count(*) FROM booking b WHERE b.session_id = s.session_id AND b.status = 'waitlisted')
FROM seat s WHERE /*where*/TRUE`

const findFitting = `SELECT id, seats, turn FROM booking WHERE session_id = $1 AND status = 'waitlisted' AND seats <= $2 ORDER BY turn`

const confirmWaiting = `UPDATE booking SET status = 'confirmed', untold = 'confirmed', changed_at = $1, version = version + 1 WHERE status = 'waitlisted' AND /*where*/TRUE`

// countSkips counts for those who wait before a turn that somebody behind them was let in.
const countSkips = `UPDATE booking SET skips = skips + 1 WHERE session_id = $1 AND status = 'waitlisted' AND turn < $2`

const getBooking = `SELECT b.id, b.session_id, b.code, b.status, b.party_size, b.seats, b.contact_sealed, b.created_at, b.version,
	CASE WHEN b.status = 'waitlisted' THEN (SELECT count(*) FROM booking w WHERE w.session_id = b.session_id AND w.status = 'waitlisted' AND w.turn <= b.turn) ELSE 0 END
FROM booking b WHERE b.id = $1`

const cancelOne = `UPDATE booking SET status = 'cancelled', cancelled_by = $2, untold = $3, changed_at = $4, version = version + 1 WHERE id = $1 AND status <> 'cancelled'`

const cancelAll = `UPDATE booking SET status = 'cancelled', cancelled_by = $2, untold = $3, changed_at = $4, version = version + 1 WHERE session_id = $1 AND status <> 'cancelled'`

const markMoved = `UPDATE booking SET untold = 'moved', changed_at = $2, version = version + 1 WHERE session_id = $1 AND status <> 'cancelled'`

const seatsOf = `SELECT coalesce(sum(CASE WHEN status = 'confirmed' THEN seats END), 0), coalesce(sum(CASE WHEN status = 'pending' THEN seats END), 0)
FROM booking WHERE session_id = $1 AND status <> 'cancelled'`

// answered is an admitted request by its key.
type answered struct {
	outcome
	bodyHash []byte
}

func answeredKeys(ctx context.Context, tx *sqldb.Tx, digests []string, since clock.Instant) (map[string]answered, error) {
	known := map[string]answered{}
	if len(digests) == 0 {
		return known, nil
	}
	query, args := (&sqldb.Where{}).In("k.digest", digests).Apply(findKeys, int64(since))
	_, err := sqldb.List(ctx, tx, func(row *sql.Rows) (digest string, err error) {
		var a answered
		err = row.Scan(&digest, &a.bodyHash, &a.bookingID, &a.code, &a.status, &a.position)
		known[digest] = a
		return digest, err
	}, query, args...)
	return known, err
}

// activeContacts gives session and contact of the active bookings that contacts have.
func activeContacts(ctx context.Context, tx *sqldb.Tx, hashes [][]byte) (map[string]bool, error) {
	args := make([]any, len(hashes))
	for i, h := range hashes {
		args[i] = h
	}
	query, args := (&sqldb.Where{}).And("contact_hash IN (?"+strings.Repeat(",?", len(args)-1)+")", args...).Apply(findActive)
	active := map[string]bool{}
	_, err := sqldb.List(ctx, tx, func(row *sql.Rows) (sessionID string, err error) {
		var hash []byte
		err = row.Scan(&sessionID, &hash)
		active[contactKey(sessionID, hash)] = true
		return sessionID, err
	}, query, args...)
	return active, err
}

// line is how far the turns and the waitlist of a session have come.
type line struct{ last, waiting int64 }

func readLines(ctx context.Context, tx *sqldb.Tx, sessionIDs []string) (map[string]line, error) {
	lines := map[string]line{}
	query, args := (&sqldb.Where{}).In("s.session_id", sessionIDs).Apply(findLines)
	_, err := sqldb.List(ctx, tx, func(row *sql.Rows) (sessionID string, err error) {
		var l line
		err = row.Scan(&sessionID, &l.last, &l.waiting)
		lines[sessionID] = l
		return sessionID, err
	}, query, args...)
	return lines, err
}

// waiting is a party on a waitlist.
type waiting struct {
	id          string
	seats, turn int64
}

func listFitting(ctx context.Context, tx *sqldb.Tx, sessionID string, left int64) ([]waiting, error) {
	return sqldb.List(ctx, tx, func(row *sql.Rows) (w waiting, err error) {
		return w, row.Scan(&w.id, &w.seats, &w.turn)
	}, findFitting, sessionID, left)
}

// confirmBatch is how many waiting parties one statement confirms.
const confirmBatch = 500

func confirmAll(ctx context.Context, tx *sqldb.Tx, ids []string, now clock.Instant) error {
	for len(ids) > 0 {
		part := ids[:min(len(ids), confirmBatch)]
		query, args := (&sqldb.Where{}).In("id", part).Apply(confirmWaiting, int64(now))
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return err
		}
		ids = ids[len(part):]
	}
	return nil
}

// row is a booking as it is stored.
type row struct {
	Booking
	seats   int64
	contact []byte // sealed; nil once it has expired
}

func bookingByID(ctx context.Context, q sqldb.Querier, bookingID string) (r row, err error) {
	err = q.QueryRow(ctx, getBooking, bookingID).Scan(&r.ID, &r.SessionID, &r.Code, &r.Status, &r.Party, &r.seats, &r.contact, &r.CreatedAt, &r.Version, &r.Position)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, errNotFound()
	}
	return r, err
}
