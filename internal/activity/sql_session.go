package activity

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// lockSeatRow takes the row, on PostgreSQL until the end of the transaction, and reads it as it stands
// then. SQLite has one writer anyway; the statement is the same.
const lockSeatRow = `UPDATE seat SET taken = taken WHERE session_id = $1 RETURNING session_id, capacity, taken, held, blocked`

const updateSeat = `UPDATE seat SET capacity = $2, taken = $3, held = $4, blocked = $5 WHERE session_id = $1`

// lockSeats is a lockSeatRow for many, through Tx.Held.
const lockSeats = `SELECT session_id, capacity, taken, held, blocked FROM seat WHERE /*where*/TRUE ORDER BY session_id`

// takeSeats writes what has been taken of seats that are held; the row is repeated for many.
const takeSeats = `WITH w (session_id, taken, held, blocked) AS (VALUES ($1, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT)))
UPDATE seat SET taken = w.taken, held = w.held, blocked = w.blocked FROM w WHERE seat.session_id = w.session_id`

const insertSeat = `INSERT INTO seat (session_id, capacity, taken, held, blocked) VALUES ($1, $2, 0, 0, 0)`

const deleteSeat = `DELETE FROM seat WHERE session_id = $1`

func lockSeat(ctx context.Context, tx *sqldb.Tx, sessionID string) (s Seat, err error) {
	err = tx.QueryRow(ctx, lockSeatRow, sessionID).Scan(&s.SessionID, &s.Capacity, &s.Taken, &s.Held, &s.Blocked)
	if errors.Is(err, sql.ErrNoRows) {
		return Seat{}, errSessionNotFound()
	}
	return s, err
}

func listLockedSeats(ctx context.Context, tx *sqldb.Tx, ids []string) ([]Seat, error) {
	query, args := (&sqldb.Where{}).In("session_id", ids).Apply(lockSeats)
	return sqldb.List(ctx, tx.Held(), func(row *sql.Rows) (s Seat, err error) {
		return s, row.Scan(&s.SessionID, &s.Capacity, &s.Taken, &s.Held, &s.Blocked)
	}, query, args...)
}

func writeSeats(ctx context.Context, tx *sqldb.Tx, list []Seat) error {
	rows := make([][]any, len(list))
	for i, s := range list {
		rows[i] = []any{s.SessionID, s.Taken, s.Held, s.Blocked}
	}
	_, err := tx.InsertMany(ctx, takeSeats, rows)
	return err
}

func writeSeat(ctx context.Context, tx *sqldb.Tx, s Seat) error {
	_, err := tx.Exec(ctx, updateSeat, s.SessionID, s.Capacity, s.Taken, s.Held, s.Blocked)
	return err
}

const sessionColumns = `s.id, s.activity_id, s.starts_at, s.ends_at, s.opens_at, s.closes_at, s.bookable, s.party_max, s.group_min, s.group_max, s.group_unit,
	s.cancelled_at, s.cancel_reason, s.version, c.session_id, c.capacity, c.taken, c.held, c.blocked`

const sessionsOf = `SELECT ` + sessionColumns + ` FROM session s JOIN seat c ON c.session_id = s.id WHERE s.activity_id = $1 ORDER BY s.starts_at, s.id`

const getSession = `SELECT ` + sessionColumns + ` FROM session s JOIN seat c ON c.session_id = s.id WHERE s.id = $1`

// offers are sessions as the public may book them, with what says that they are public.
const offers = `SELECT ` + sessionColumns + `, a.edition_id, a.unit_id FROM session s JOIN seat c ON c.session_id = s.id
JOIN activity a ON a.id = s.activity_id JOIN edition e ON e.id = a.edition_id
WHERE a.state <> 'unpublished' AND e.status <> 'draft' AND /*where*/TRUE ORDER BY s.id`

// sessionsOfWeek are those that a move of the week takes along: they begin in it and were not cancelled.
const sessionsOfWeek = `SELECT ` + sessionColumns + ` FROM session s JOIN seat c ON c.session_id = s.id JOIN activity a ON a.id = s.activity_id
WHERE a.edition_id = $1 AND a.state <> 'cancelled' AND s.cancelled_at = 0 AND s.starts_at >= $2 AND s.starts_at < $3 ORDER BY s.activity_id, s.id`

const countWeek = `SELECT count(*), count(DISTINCT s.activity_id) FROM session s JOIN activity a ON a.id = s.activity_id
WHERE a.edition_id = $1 AND a.state <> 'cancelled' AND s.cancelled_at = 0 AND s.starts_at >= $2 AND s.starts_at < $3`

const insertSession = `INSERT INTO session (id, activity_id, starts_at, ends_at, opens_at, closes_at, bookable, party_max, group_min, group_max, group_unit, cancelled_at, cancel_reason, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '', 1)`

const updateSession = `UPDATE session SET starts_at = $3, ends_at = $4, opens_at = $5, closes_at = $6, bookable = $7, party_max = $8, group_min = $9, group_max = $10, group_unit = $11,
version = version + 1 WHERE id = $1 AND version = $2`

const cancelSession = `UPDATE session SET cancelled_at = $2, cancel_reason = $3, version = version + 1 WHERE id = $1 AND cancelled_at = 0`

const deleteSession = `DELETE FROM session WHERE id = $1 AND version = $2`

func scanSession(row interface{ Scan(...any) error }, more ...any) (s Session, err error) {
	err = row.Scan(append([]any{&s.ID, &s.ActivityID, &s.Starts, &s.Ends, &s.Opens, &s.Closes, &s.Bookable, &s.PartyMax, &s.GroupMin, &s.GroupMax, &s.GroupUnit,
		&s.CancelledAt, &s.CancelReason, &s.Version, &s.Seat.SessionID, &s.Seat.Capacity, &s.Seat.Taken, &s.Seat.Held, &s.Seat.Blocked}, more...)...)
	s.Capacity = s.Seat.Capacity
	return s, err
}

func listSessions(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]Session, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (Session, error) { return scanSession(row) }, query, args...)
}

func listOffers(ctx context.Context, q sqldb.Querier, ids []string) ([]Offer, error) {
	query, args := (&sqldb.Where{}).In("s.id", ids).Apply(offers)
	return sqldb.List(ctx, q, func(row *sql.Rows) (o Offer, err error) {
		o.Session, err = scanSession(row, &o.EditionID, &o.UnitID)
		return o, err
	}, query, args...)
}

func sessionByID(ctx context.Context, q sqldb.Querier, sessionID string) (Session, error) {
	s, err := scanSession(q.QueryRow(ctx, getSession, sessionID))
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, errSessionNotFound()
	}
	return s, err
}

func insertSessionTx(ctx context.Context, tx *sqldb.Tx, s Session) error {
	if _, err := tx.Exec(ctx, insertSession, s.ID, s.ActivityID, int64(s.Starts), int64(s.Ends), int64(s.Opens), int64(s.Closes), s.Bookable,
		s.PartyMax, s.GroupMin, s.GroupMax, string(s.GroupUnit)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, insertSeat, s.ID, s.Capacity)
	return err
}

// updateSessionTx writes over a session that stands at version; its seats are written apart.
func updateSessionTx(ctx context.Context, tx *sqldb.Tx, s Session, version int64) error {
	n, err := tx.Exec(ctx, updateSession, s.ID, version, int64(s.Starts), int64(s.Ends), int64(s.Opens), int64(s.Closes), s.Bookable,
		s.PartyMax, s.GroupMin, s.GroupMax, string(s.GroupUnit))
	if err == nil && n == 0 {
		return errChanged()
	}
	return err
}

const sessionsOn = `SELECT ` + sessionColumns + `, a.title, a.title_en FROM session s JOIN seat c ON c.session_id = s.id JOIN activity a ON a.id = s.activity_id
WHERE a.unit_id = $1 AND a.edition_id = $2 AND a.state = 'published' AND s.starts_at >= $3 AND s.starts_at < $4 ORDER BY s.starts_at, s.id LIMIT $5`

func listSessionsOn(ctx context.Context, q sqldb.Querier, editionID, unitID string, day clock.Day) ([]DaySession, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (d DaySession, err error) {
		d.Session, err = scanSession(row, &d.Title, &d.TitleEN)
		return d, err
	}, sessionsOn, unitID, editionID, int64(day.Start()), int64(day.End()), maxDaySessions)
}
