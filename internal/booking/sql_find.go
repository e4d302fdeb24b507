package booking

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const findCode = `SELECT id, contact_hash FROM booking WHERE code = $1`

// contactByCode gives the booking with a code and whose it is: nil where there is none, or nobody any more.
func contactByCode(ctx context.Context, q sqldb.Querier, code string) (bookingID string, hash []byte, err error) {
	err = q.QueryRow(ctx, findCode, code).Scan(&bookingID, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, nil
	}
	return bookingID, hash, err
}

const getOwn = `SELECT answers_sealed, locale, changed_at, cancelled_by, moved_to, reachable FROM booking WHERE id = $1`

// own is what a booking holds beyond what row does, for its booker.
type own struct {
	answers     []byte // sealed; nil without any
	locale      string
	changed     clock.Instant
	cancelledBy By
	movedTo     string
	reachable   bool
}

func ownRow(ctx context.Context, q sqldb.Querier, bookingID string) (o own, err error) {
	return o, q.QueryRow(ctx, getOwn, bookingID).Scan(&o.answers, &o.locale, &o.changed, &o.cancelledBy, &o.movedTo, &o.reachable)
}

const setMoved = `UPDATE booking SET moved_to = $2, version = version + 1 WHERE id = $1`

const eraseOne = `UPDATE booking SET contact_sealed = NULL, contact_hash = NULL, answers_sealed = NULL, locale = '', reachable = FALSE, untold = '',
	changed_at = $2, version = version + 1 WHERE id = $1`

const eraseKeys = `DELETE FROM booking_key WHERE booking_id = $1`

// eraseDays forgets the counts of a contact that no active booking stands for any more.
const eraseDays = `DELETE FROM booking_day WHERE activity_id = $1 AND contact_hash = $2
AND NOT EXISTS (SELECT 1 FROM booking b JOIN session s ON s.id = b.session_id WHERE s.activity_id = $1 AND b.contact_hash = $2 AND b.status <> 'cancelled')`
