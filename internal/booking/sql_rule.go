package booking

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

const getRule = `SELECT per_day, auto_max, adults_per, visits_max, questions, offer_minutes, skip_limit, version FROM booking_rule WHERE activity_id = $1`

const insertRule = `INSERT INTO booking_rule (activity_id, per_day, auto_max, adults_per, visits_max, questions, offer_minutes, skip_limit, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT DO NOTHING`

const updateRule = `UPDATE booking_rule SET per_day = $2, auto_max = $3, adults_per = $4, visits_max = $5, questions = $6, offer_minutes = $7, skip_limit = $8,
	version = version + 1 WHERE activity_id = $1 AND version = $9`

const sessionsOf = `SELECT id FROM session WHERE activity_id = $1 ORDER BY id`

func ruleOf(ctx context.Context, q sqldb.Querier, activityID string) (r Rule, err error) {
	var questions string
	r.ActivityID = activityID
	err = q.QueryRow(ctx, getRule, activityID).Scan(&r.PerDay, &r.AutoMax, &r.AdultsPer, &r.VisitsMax, &questions, &r.OfferMinutes, &r.SkipLimit, &r.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return usualRule(activityID), nil
	}
	if err != nil {
		return Rule{}, err
	}
	r.Questions, err = storedQuestions(questions)
	return r, err
}

// storedQuestions reads the questions of a rule, which were checked when they were written.
func storedQuestions(raw string) (list []Question, err error) {
	if raw == "[]" {
		return nil, nil
	}
	return list, json.Unmarshal([]byte(raw), &list)
}

// writeRule writes a rule over that of its version, 0 for none.
func writeRule(ctx context.Context, tx *sqldb.Tx, r Rule) error {
	questions := []byte("[]")
	if len(r.Questions) > 0 {
		var err error
		if questions, err = json.Marshal(r.Questions); err != nil {
			return err
		}
	}
	args := []any{r.ActivityID, r.PerDay, r.AutoMax, r.AdultsPer, r.VisitsMax, string(questions), r.OfferMinutes, r.SkipLimit}
	query := insertRule
	if r.Version > 0 {
		query, args = updateRule, append(args, r.Version)
	}
	n, err := tx.Exec(ctx, query, args...)
	if err == nil && n == 0 {
		err = errs.Conflict("booking.changed_meanwhile")
	}
	return err
}

const forgetDays = `DELETE FROM booking_day WHERE activity_id = $1`

const dayContacts = `SELECT s.starts_at, b.contact_hash FROM booking b JOIN session s ON s.id = b.session_id
WHERE s.activity_id = $1 AND b.status <> 'cancelled' AND b.contact_hash IS NOT NULL`

const insertDay = `INSERT INTO booking_day (activity_id, on_day, contact_hash, bookings) VALUES ($1, $2, $3, $4)`

// recountDays counts the active bookings of an activity by day and contact anew. The seats of all its
// sessions are held.
func recountDays(ctx context.Context, tx *sqldb.Tx, activityID string) error {
	counts := map[dayKey]int64{}
	_, err := sqldb.List(ctx, tx, func(row *sql.Rows) (none struct{}, err error) {
		var starts int64
		var hash []byte
		err = row.Scan(&starts, &hash)
		counts[dayKey{activityID, string(clock.Instant(starts).Day()), string(hash)}]++
		return none, err
	}, dayContacts, activityID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, forgetDays, activityID); err != nil {
		return err
	}
	rows := make([][]any, 0, len(counts))
	for k, n := range counts {
		rows = append(rows, []any{k.activityID, k.day, []byte(k.hash), n})
	}
	_, err = tx.InsertMany(ctx, insertDay, rows)
	return err
}

// The counts by day of those who have booked a session, each of whom has booked it once.
const (
	dropDay = `UPDATE booking_day SET bookings = bookings - 1 WHERE activity_id = $1 AND on_day = $2 AND bookings > 0
AND contact_hash IN (SELECT contact_hash FROM booking WHERE session_id = $3 AND status <> 'cancelled' AND contact_hash IS NOT NULL)`
	raiseDay = `INSERT INTO booking_day (activity_id, on_day, contact_hash, bookings)
SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), contact_hash, 1 FROM booking WHERE session_id = $3 AND status <> 'cancelled' AND contact_hash IS NOT NULL
ON CONFLICT (activity_id, on_day, contact_hash) DO UPDATE SET bookings = booking_day.bookings + 1`
)
