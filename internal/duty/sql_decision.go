package duty

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

const decisionColumns = `id, duty_id, kind, status, until_at, reason, asked_by, asked_unit, asked_at, words, decided_by, decided_unit, decided_at`

const getDecision = `SELECT ` + decisionColumns + ` FROM duty_decision WHERE id = $1`

const findDecisions = `SELECT ` + decisionColumns + ` FROM duty_decision WHERE duty_id = $1 ORDER BY asked_at, id`

const insertDecision = `INSERT INTO duty_decision (` + decisionColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (duty_id) WHERE status = 'asked' DO NOTHING`

const endDecision = `UPDATE duty_decision SET status = $2, until_at = $3, words = $4, decided_by = $5, decided_unit = $6, decided_at = $7
WHERE id = $1 AND status = 'asked'`

// closeDecision writes how a plea ended, unless it has ended already. Errors: duty.decided.
func closeDecision(ctx context.Context, tx *sqldb.Tx, d Decision) error {
	n, err := tx.Exec(ctx, endDecision, d.ID, string(d.Status), int64(d.Until), d.Words, d.DecidedBy, d.DecidedUnit, int64(d.DecidedAt))
	if err == nil && n == 0 {
		err = errs.Conflict("duty.decided")
	}
	return err
}

func scanDecision(row interface{ Scan(...any) error }) (d Decision, err error) {
	err = row.Scan(&d.ID, &d.DutyID, &d.Kind, &d.Status, &d.Until, &d.Reason, &d.AskedBy, &d.AskedUnit, &d.AskedAt,
		&d.Words, &d.DecidedBy, &d.DecidedUnit, &d.DecidedAt)
	return d, err
}

func decisionByID(ctx context.Context, q sqldb.Querier, decisionID string) (Decision, error) {
	missing := errs.NotFound("duty.decision_not_found")
	if !id.Valid(decisionID) {
		return Decision{}, missing
	}
	d, err := scanDecision(q.QueryRow(ctx, getDecision, decisionID))
	if errors.Is(err, sql.ErrNoRows) {
		return Decision{}, missing
	}
	return d, err
}

func listDecisions(ctx context.Context, q sqldb.Querier, dutyID string) ([]Decision, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (Decision, error) { return scanDecision(row) }, findDecisions, dutyID)
}

func writeDecision(ctx context.Context, tx *sqldb.Tx, d Decision) (int64, error) {
	return tx.Exec(ctx, insertDecision, d.ID, d.DutyID, string(d.Kind), string(d.Status), int64(d.Until), d.Reason, d.AskedBy, d.AskedUnit, int64(d.AskedAt),
		d.Words, d.DecidedBy, d.DecidedUnit, int64(d.DecidedAt))
}
