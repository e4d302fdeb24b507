package duty

import (
	"context"
	"database/sql"

	"openweek/internal/sqldb"
)

const insertStage = `INSERT INTO chase_stage (edition_id, workdays, who) VALUES ($1, $2, $3) ON CONFLICT (edition_id, workdays, who) DO NOTHING`

const deleteStages = `DELETE FROM chase_stage WHERE edition_id = $1`

const findStages = `SELECT workdays, who FROM chase_stage WHERE edition_id = $1 ORDER BY workdays, who`

func listStages(ctx context.Context, q sqldb.Querier, editionID string) ([]Stage, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s Stage, err error) { return s, row.Scan(&s.Workdays, &s.Who) }, findStages, editionID)
}

const chased = ` FROM duty d JOIN edition e ON e.id = d.edition_id JOIN unit u ON u.id = d.unit_id LEFT JOIN obligation o ON o.id = d.obligation_id
WHERE e.status = 'published' AND u.closed_at = 0 AND d.due_at > 0 AND d.state IN ('open', 'draft', 'returned')`

const dueOf = `CASE WHEN d.extended_until > d.due_at THEN d.extended_until ELSE d.due_at END`

const listDues = `SELECT DISTINCT d.edition_id, ` + dueOf + ` AS due` + chased + ` ORDER BY d.edition_id, due`

// A later stage of the same recipient stands for the earlier ones. Of what is only offered a unit is
// reminded before it is over; nobody owes it afterwards.
const listUnchased = `SELECT d.id` + chased + ` AND d.edition_id = $1 AND ` + dueOf + ` = $2
AND (coalesce(o.required, TRUE) OR $4 < 0)
AND NOT EXISTS (SELECT 1 FROM chase c WHERE c.duty_id = d.id AND c.who = $3 AND c.kind <> 'manual' AND c.due_at = $2 AND c.workdays >= $4)
AND d.id > $5 ORDER BY d.id LIMIT $6`

const insertChase = `INSERT INTO chase (id, duty_id, kind, workdays, who, due_at, words, dedupe, sent_by, sent_at, message_ids)
SELECT CAST($1 AS TEXT), d.id, CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT), CAST($6 AS BIGINT), CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS BIGINT), ''
FROM duty d WHERE d.id = $2 AND d.state IN ('open', 'draft', 'returned') AND ` + dueOf + ` = $6
ON CONFLICT (dedupe) DO NOTHING`

const setMessages = `UPDATE chase SET message_ids = $2 WHERE id = $1`

// listReminders lists the messages about one duty alone. What an upper unit was told is about several.
const listReminders = `SELECT message_ids FROM chase WHERE duty_id = $1 AND who IN ('unit', 'head') AND message_ids <> ''`

const findChases = `SELECT id, duty_id, kind, workdays, who, due_at, words, sent_by, sent_at, message_ids FROM chase WHERE duty_id = $1 ORDER BY sent_at DESC, id DESC`

const listHeads = `SELECT p.id FROM person p JOIN person_role r ON r.person_id = p.id WHERE p.unit_id = $1 AND p.closed_at = 0 AND r.role = 'head' ORDER BY p.id`

const wordsOfDuty = `SELECT coalesce(o.what, w.what, ''), u.name FROM duty d JOIN unit u ON u.id = d.unit_id
LEFT JOIN obligation o ON o.id = d.obligation_id LEFT JOIN own_obligation w ON w.id = d.obligation_id WHERE d.id = $1`

const wordsOfObligation = `SELECT coalesce(o.what, w.what, '') FROM duty_rule r LEFT JOIN obligation o ON o.id = r.obligation_id
LEFT JOIN own_obligation w ON w.id = r.own_id WHERE r.obligation_id = $1`

const wordsOfDispatch = `SELECT n.title, n.doc_number, coalesce(f.name, '') FROM dispatch d JOIN notice n ON n.id = d.notice_id
LEFT JOIN unit f ON f.id = d.from_unit_id WHERE d.id = $1`

const wordsOfChase = `SELECT words FROM chase WHERE id = $1`

const wordsOfDecision = `SELECT CASE WHEN words <> '' THEN words WHEN asked_unit = decided_unit THEN reason ELSE '' END FROM duty_decision WHERE id = $1`
