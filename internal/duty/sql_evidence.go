package duty

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

// What a unit owes in an edition and discharges by evidence, with the hints of the notice.
const findByEvidence = `SELECT d.id, o.form_hint FROM duty d JOIN obligation o ON o.id = d.obligation_id
WHERE d.edition_id = $1 AND d.unit_id = $2 AND o.discharge = 'evidence' ORDER BY d.slot`

const insertEvidence = `INSERT INTO duty_evidence (duty_id, subject_id, at) VALUES ($1, $2, $3) ON CONFLICT (duty_id, subject_id) DO NOTHING`

// What was handed in is for its reviewer; what is excused stays excused. Of what was handed in and sent
// back, or called nothing, the earlier time counts.
const acceptByEvidence = `UPDATE duty SET state = 'accepted', settled_at = $3, version = version + 1,
	filed_at = CASE WHEN filed_at > 0 AND filed_at < $2 THEN filed_at ELSE CAST($2 AS BIGINT) END,
	begun_at = CASE WHEN begun_at = 0 THEN CAST($3 AS BIGINT) ELSE begun_at END
WHERE id = $1 AND state IN ('open', 'draft', 'returned', 'nil')`

const findEvidence = `SELECT subject_id, at FROM duty_evidence WHERE duty_id = $1 ORDER BY at, subject_id`

type hinted struct{ dutyID, hint string }

func listByEvidence(ctx context.Context, q sqldb.Querier, editionID, unitID string) ([]hinted, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (h hinted, err error) { return h, row.Scan(&h.dutyID, &h.hint) }, findByEvidence, editionID, unitID)
}
