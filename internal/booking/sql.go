package booking

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// insertBooking writes rows that do not clash and gives their number: an error would end the whole
// transaction on PostgreSQL.
const insertBooking = `INSERT INTO booking (id, session_id, turn, code, status, party_size, seats, contact_sealed, contact_hash, answers_sealed, source, grouped, by_host,
	reachable, locale, untold, skips, created_at, changed_at, cancelled_by, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, $17, $18, '', 1) ON CONFLICT DO NOTHING`

// insertKey takes the place of a key that has expired and was not swept yet.
const insertKey = `INSERT INTO booking_key (digest, body_hash, booking_id, status, position, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (digest) DO UPDATE SET body_hash = excluded.body_hash, booking_id = excluded.booking_id, status = excluded.status, position = excluded.position, created_at = excluded.created_at`

const findKeys = `SELECT k.digest, k.body_hash, k.booking_id, b.code, k.status, k.position FROM booking_key k JOIN booking b ON b.id = k.booking_id
WHERE k.created_at >= $1 AND /*where*/TRUE`

const sweepKeys = `DELETE FROM booking_key WHERE digest IN (SELECT digest FROM booking_key WHERE created_at < $1 ORDER BY created_at LIMIT $2)`

const findActive = `SELECT session_id, contact_hash FROM booking WHERE status <> 'cancelled' AND /*where*/TRUE`

// findLines tells of each session which turn was given last, how many wait, how often the first of them
// was passed over, and what its host has set.
const findLines = `SELECT x.id, coalesce((SELECT max(b.turn) FROM booking b WHERE b.session_id = x.id), 0),
	(SELECT count(*) FROM booking b WHERE b.session_id = x.id AND b.status = 'waitlisted'),
	coalesce((SELECT b.skips FROM booking b WHERE b.session_id = x.id AND b.status = 'waitlisted' ORDER BY b.turn LIMIT 1), 0),
	r.per_day, r.offer_minutes, r.skip_limit, r.questions
FROM session x LEFT JOIN booking_rule r ON r.activity_id = x.activity_id WHERE /*where*/TRUE`

const headSkips = `SELECT coalesce((SELECT skips FROM booking WHERE session_id = $1 AND status = 'waitlisted' ORDER BY turn LIMIT 1), 0)`

// findWaiting gives those who fit into the seats that are free, and those who are not passed over any more.
const findWaiting = `SELECT id, seats, reserved, turn, skips, by_host, reachable FROM booking
WHERE session_id = $1 AND status = 'waitlisted' AND (seats - reserved <= $2 OR skips >= $3) ORDER BY turn`

const moveWaiting = `UPDATE booking SET status = $1, untold = CASE WHEN contact_sealed IS NULL THEN '' ELSE $2 END, offer_until = $3, reserved = 0, changed_at = $4, version = version + 1
WHERE status = 'waitlisted' AND /*where*/TRUE`

const reserveOne = `UPDATE booking SET reserved = reserved + $2, version = version + 1 WHERE id = $1 AND status = 'waitlisted'`

// countSkips counts for those who wait before a turn that others behind them were let in, and how many
// seats were free then.
const countSkips = `UPDATE booking SET skips = skips + $3, skip_left = $4 WHERE session_id = $1 AND status = 'waitlisted' AND turn < $2`

const dueOffers = `SELECT id FROM booking WHERE status = 'pending' AND offer_until > 0 AND offer_until <= $1 ORDER BY offer_until, id LIMIT $2`

const confirmOne = `UPDATE booking SET status = 'confirmed', untold = $2, offer_until = 0, changed_at = $3, version = version + 1 WHERE id = $1 AND status = 'pending'`

const resizeOne = `UPDATE booking SET party_size = $2, seats = $3, reserved = $4, untold = $5, changed_at = $6, version = version + 1 WHERE id = $1`

const holdDay = `INSERT INTO booking_day (activity_id, on_day, contact_hash, bookings) VALUES ($1, $2, $3, 0)
ON CONFLICT (activity_id, on_day, contact_hash) DO UPDATE SET bookings = booking_day.bookings RETURNING bookings`

const addDay = `UPDATE booking_day SET bookings = CASE WHEN bookings + $4 < 0 THEN 0 ELSE bookings + $4 END WHERE activity_id = $1 AND on_day = $2 AND contact_hash = $3`

const getBooking = `SELECT b.id, b.session_id, b.code, b.status, b.party_size, b.seats, b.grouped, b.contact_sealed, b.contact_hash, b.source, b.created_at, b.version,
	b.reserved, b.offer_until, b.skips, b.skip_left,
	CASE WHEN b.status = 'waitlisted' THEN (SELECT count(*) FROM booking w WHERE w.session_id = b.session_id AND w.status = 'waitlisted' AND w.turn <= b.turn) ELSE 0 END
FROM booking b WHERE b.id = $1`

const cancelOne = `UPDATE booking SET status = 'cancelled', cancelled_by = $2, untold = $3, changed_at = $4, offer_until = $5, reserved = 0, version = version + 1
WHERE id = $1 AND status <> 'cancelled'`

const cancelAll = `UPDATE booking SET status = 'cancelled', cancelled_by = $2, untold = CASE WHEN contact_sealed IS NULL THEN '' ELSE $3 END, changed_at = $4,
	offer_until = 0, reserved = 0, version = version + 1 WHERE session_id = $1 AND status <> 'cancelled'`

const markMoved = `UPDATE booking SET untold = 'moved', changed_at = $2, version = version + 1 WHERE session_id = $1 AND status <> 'cancelled' AND contact_sealed IS NOT NULL`

const seatsOf = `SELECT coalesce(sum(CASE WHEN status = 'confirmed' THEN seats END), 0), coalesce(sum(CASE WHEN status = 'pending' THEN seats ELSE reserved END), 0)
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
	if len(hashes) == 0 {
		return map[string]bool{}, nil
	}
	args := make([]any, len(hashes))
	for i, h := range hashes {
		args[i] = h
	}
	query, args := (&sqldb.Where{}).InValues("contact_hash", args).Apply(findActive)
	active := map[string]bool{}
	_, err := sqldb.List(ctx, tx, func(row *sql.Rows) (sessionID string, err error) {
		var hash []byte
		err = row.Scan(&sessionID, &hash)
		active[contactKey(sessionID, hash)] = true
		return sessionID, err
	}, query, args...)
	return active, err
}

// readWindows reads what decides about sessions whose seats are held.
func readWindows(ctx context.Context, tx *sqldb.Tx, offers map[string]activity.Offer) (map[string]*window, error) {
	windows := map[string]*window{}
	if len(offers) == 0 {
		return windows, nil
	}
	query, args := (&sqldb.Where{}).In("x.id", slices.Sorted(maps.Keys(offers))).Apply(findLines)
	_, err := sqldb.List(ctx, tx, func(row *sql.Rows) (sessionID string, err error) {
		w := &window{}
		var perDay, minutes, limit sql.NullInt64
		var questions sql.NullString
		if err := row.Scan(&sessionID, &w.last, &w.waiting, &w.skips, &perDay, &minutes, &limit, &questions); err != nil {
			return "", err
		}
		w.session = offers[sessionID].Session
		w.rule = usualRule(w.session.ActivityID)
		if perDay.Valid {
			w.rule.PerDay, w.rule.OfferMinutes, w.rule.SkipLimit = perDay.Int64, minutes.Int64, limit.Int64
			w.rule.Questions, err = storedQuestions(questions.String)
		}
		w.before = w.waiting > 0
		windows[sessionID] = w
		return sessionID, err
	}, query, args...)
	return windows, err
}

// waiting is a party on a waitlist.
type waiting struct {
	id                           string
	seats, reserved, turn, skips int64
	byHost, reachable            bool
}

func listWaiting(ctx context.Context, tx *sqldb.Tx, sessionID string, left, limit int64) ([]waiting, error) {
	return sqldb.List(ctx, tx, func(row *sql.Rows) (w waiting, err error) {
		return w, row.Scan(&w.id, &w.seats, &w.reserved, &w.turn, &w.skips, &w.byHost, &w.reachable)
	}, findWaiting, sessionID, left, limit)
}

// moveBatch is how many waiting parties one statement moves up.
const moveBatch = 500

func moveAll(ctx context.Context, tx *sqldb.Tx, to Status, tell Untold, until clock.Instant, ids []string, now clock.Instant) error {
	for part := range slices.Chunk(ids, moveBatch) {
		query, args := (&sqldb.Where{}).In("id", part).Apply(moveWaiting, string(to), string(tell), int64(until), int64(now))
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}

// row is a booking as it is stored.
type row struct {
	Booking
	contact, hash []byte // the sealed contact and its hash; nil without one, and once it has expired
	reserved      int64
}

func bookingByID(ctx context.Context, q sqldb.Querier, bookingID string) (r row, err error) {
	err = q.QueryRow(ctx, getBooking, bookingID).Scan(&r.ID, &r.SessionID, &r.Code, &r.Status, &r.Party, &r.Seats, &r.Group, &r.contact, &r.hash, &r.Source, &r.CreatedAt, &r.Version,
		&r.reserved, &r.OfferUntil, &r.Skips, &r.SkipLeft, &r.Position)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, errNotFound()
	}
	return r, err
}
