package booking

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

const getTerritory = `SELECT territory FROM edition WHERE id = $1`

const getPolicy = `SELECT keep_days, version FROM booking_policy WHERE edition_id = $1`

// insertPolicy and updatePolicy take the version that is written over as $3.
const insertPolicy = `INSERT INTO booking_policy (edition_id, keep_days, version) VALUES ($1, $2, $3 + 1) ON CONFLICT (edition_id) DO NOTHING`

const updatePolicy = `UPDATE booking_policy SET keep_days = $2, version = version + 1 WHERE edition_id = $1 AND version = $3`

// findExpired gives the bookings whose session ended before the day that is so many days before today; $1
// is the beginning of today, $2 the usual number of days and $3 the length of a day. China has no summer
// time: each day is as long.
const findExpired = `SELECT b.id, s.activity_id, s.starts_at, b.contact_hash FROM booking b
JOIN session s ON s.id = b.session_id JOIN activity a ON a.id = s.activity_id LEFT JOIN booking_policy p ON p.edition_id = a.edition_id
WHERE (b.contact_sealed IS NOT NULL OR b.answers_sealed IS NOT NULL) AND s.ends_at < $1 - coalesce(p.keep_days, $2) * $3 ORDER BY b.id LIMIT $4`

const forgetDay = `DELETE FROM booking_day WHERE activity_id = $1 AND on_day = $2 AND contact_hash = $3`

const countOldDays = `SELECT count(*) FROM booking_day WHERE on_day < $1`

const dropOldDays = `DELETE FROM booking_day WHERE on_day < $1`

const findSealed = `SELECT id, contact_sealed, answers_sealed FROM booking
WHERE id > $1 AND (contact_sealed IS NOT NULL OR answers_sealed IS NOT NULL) ORDER BY id LIMIT $2`

const resealContact = `UPDATE booking SET contact_sealed = $3 WHERE id = $1 AND contact_sealed = $2`

const resealAnswers = `UPDATE booking SET answers_sealed = $3 WHERE id = $1 AND answers_sealed = $2`

// territoryOf gives the territory of an edition, whose office leads it.
//
// Errors: edition.not_found.
func territoryOf(ctx context.Context, q sqldb.Querier, editionID string) (territory string, err error) {
	if !id.Valid(editionID) {
		return "", errs.NotFound("edition.not_found")
	}
	err = q.QueryRow(ctx, getTerritory, editionID).Scan(&territory)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errs.NotFound("edition.not_found")
	}
	return territory, err
}

func policyOf(ctx context.Context, q sqldb.Querier, editionID string) (p Policy, err error) {
	p = Policy{EditionID: editionID, KeepDays: KeepDays}
	err = q.QueryRow(ctx, getPolicy, editionID).Scan(&p.KeepDays, &p.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	return p, err
}

func listExpired(ctx context.Context, q sqldb.Querier, today clock.Day, most int) ([]expiredRow, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (r expiredRow, err error) {
		var starts clock.Instant
		err = row.Scan(&r.id, &r.activityID, &starts, &r.hash)
		r.day = starts.Day()
		return r, err
	}, findExpired, int64(today.Start()), int64(KeepDays), (24 * time.Hour).Microseconds(), most)
}

func listSealed(ctx context.Context, q sqldb.Querier, after string, most int) ([]contactRow, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (r contactRow, err error) { return r, row.Scan(&r.id, &r.sealed, &r.answers) }, findSealed, after, most)
}
