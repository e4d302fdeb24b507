package message

import (
	"context"
	"database/sql"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const outsideColumns = `l.id, l.channel, l.state, l.attempts, l.queued_at, l.due_at, l.claimed_at, l.done_at, l.error, l.header_id, l.version,
	l.subject, l.subject_id, l.ref, l.key, l.created_at, l.until_at`

const insertOutside = `
INSERT INTO outside_letter (id, subject, subject_id, ref, key, channel, state, attempts, created_at, queued_at, due_at, until_at, claimed_at, done_at, header_id, error, version)
VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, $7, $7, $7, $8, 0, 0, $9, '', 1)`

const supersedeOutside = `
UPDATE outside_letter SET state = 'withheld', error = 'superseded', done_at = $4, version = version + 1
WHERE subject = $1 AND subject_id = $2 AND ref = $3 AND state = 'queued'`

const getOutside = `SELECT ` + outsideColumns + ` FROM outside_letter l WHERE l.id = $1`

const findDueOutside = `
SELECT ` + outsideColumns + ` FROM outside_letter l
WHERE l.state = 'queued' AND l.due_at <= $1 AND /*where*/TRUE ORDER BY l.due_at, l.id LIMIT $2`

const findOutside = `
SELECT ` + outsideColumns + ` FROM outside_letter l
WHERE l.subject = $1 AND /*where*/TRUE ORDER BY l.created_at, l.id`

const claimOutside = `
UPDATE outside_letter SET state = 'claimed', claimed_at = $2, attempts = attempts + 1, version = version + 1
WHERE id = $1 AND state = 'queued' AND due_at <= $2`

// settleOutside writes what became of an attempt, also over a claim that was taken for a dead process's
// meanwhile.
const settleOutside = `
UPDATE outside_letter SET state = $3, due_at = $4, done_at = $5, error = $6, version = version + 1
WHERE id = $1 AND (state = 'claimed' AND version = $2 OR state = 'perhaps' AND error = 'crash' AND version = $2 + 1)`

const outsideClaimsBefore = `SELECT id FROM outside_letter WHERE state = 'claimed' AND claimed_at < $1`

const lapseOutside = `
UPDATE outside_letter SET state = 'perhaps', error = 'crash', done_at = $2, version = version + 1
WHERE state = 'claimed' AND claimed_at < $1`

const resendOutside = `
UPDATE outside_letter SET state = 'queued', attempts = 0, queued_at = $3, due_at = $3, until_at = $4, done_at = 0, version = version + 1
WHERE subject = $1 AND subject_id = $2 AND ref = '' AND state IN ('perhaps', 'failed')
AND created_at = (SELECT max(x.created_at) FROM outside_letter x WHERE x.subject = $1 AND x.subject_id = $2 AND x.ref = '')`

func (l *Outside) fields() []any {
	return []any{&l.ID, &l.Channel, &l.State, &l.Attempts, &l.Queued, &l.Due, &l.Claimed, &l.Done, &l.Reason, &l.headerID, &l.version,
		&l.Subject, &l.SubjectID, &l.Ref, &l.Key, &l.Created, &l.Until}
}

func scanOutside(row *sql.Rows) (l Outside, err error) {
	err = row.Scan(l.fields()...)
	return l, err
}

func outsideByID(ctx context.Context, q sqldb.Querier, letterID string) (l Outside, err error) {
	err = q.QueryRow(ctx, getOutside, letterID).Scan(l.fields()...)
	return l, err
}

func dueOutside(ctx context.Context, q sqldb.Querier, channels []string, now clock.Instant, most int) ([]Outside, error) {
	query, args := (&sqldb.Where{}).In("l.channel", channels).Apply(findDueOutside, int64(now), most)
	return sqldb.List(ctx, q, scanOutside, query, args...)
}

func outsideAbout(ctx context.Context, q sqldb.Querier, subject string, subjectIDs []string) ([]Outside, error) {
	query, args := (&sqldb.Where{}).In("l.subject_id", subjectIDs).Apply(findOutside, subject)
	return sqldb.List(ctx, q, scanOutside, query, args...)
}
