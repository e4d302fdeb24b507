package export

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/sqldb"
)

const exportColumns = `e.id, e.kind, e.subject_id, e.locale, e.name, e.person_id, e.state, e.done, e.total, e.attempts, e.blob_hash, e.bytes,
	e.asked_at, e.finished_at, e.expires_at`

const findExports = `SELECT ` + exportColumns + ` FROM export e WHERE e.person_id = $1 ORDER BY e.asked_at DESC, e.id DESC LIMIT 100`

const getExport = `SELECT ` + exportColumns + ` FROM export e WHERE e.id = $1`

const countWaiting = `SELECT count(*) FROM export WHERE person_id = $1 AND state IN ('queued', 'running')`

const insertExport = `INSERT INTO export (id, kind, subject_id, locale, name, person_id, state, done, total, attempts, blob_hash, bytes, asked_at, finished_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, 0, 0, '', 0, $7, 0, 0)`

const beginExport = `UPDATE export SET state = 'running', done = 0, attempts = attempts + 1 WHERE id = $1 AND state IN ('queued', 'running')`

const tellProgress = `UPDATE export SET done = $2, total = $3 WHERE id = $1 AND state = 'running'`

const finishExport = `UPDATE export SET state = 'ready', blob_hash = $2, bytes = $3, finished_at = $4, expires_at = $5 WHERE id = $1 AND state = 'running'`

const failExport = `UPDATE export SET state = 'failed', finished_at = $2 WHERE id = $1 AND state = 'running'`

const expireExports = `UPDATE export SET state = 'expired', blob_hash = '' WHERE state = 'ready' AND expires_at <= $1`

const forgetExports = `DELETE FROM export WHERE state IN ('expired', 'failed') AND asked_at <= $1`

const findHeld = `SELECT DISTINCT e.blob_hash FROM export e WHERE e.blob_hash <> '' AND /*where*/TRUE`

func scanExport(row interface{ Scan(...any) error }) (e Export, err error) {
	err = row.Scan(&e.ID, &e.Kind, &e.SubjectID, &e.Locale, &e.Name, &e.PersonID, &e.State, &e.Done, &e.Total, &e.attempts, &e.hash, &e.Bytes,
		&e.AskedAt, &e.FinishedAt, &e.ExpiresAt)
	return e, err
}

func exportByID(ctx context.Context, q sqldb.Querier, exportID string) (Export, error) {
	e, err := scanExport(q.QueryRow(ctx, getExport, exportID))
	if errors.Is(err, sql.ErrNoRows) {
		return Export{}, errNotFound()
	}
	return e, err
}
