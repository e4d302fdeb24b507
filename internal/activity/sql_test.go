package activity_test

const readSeat = `SELECT capacity, taken FROM seat WHERE session_id = $1`

// What the test follower hears is written in its transaction, so that what is undone is not heard.
const (
	createNotes = `CREATE TABLE test_note (n TEXT PRIMARY KEY, text TEXT NOT NULL)`
	insertNote  = `INSERT INTO test_note (n, text) VALUES ($1, $2)`
	listNotes   = `SELECT text FROM test_note ORDER BY n`
)

const listMessages = `SELECT key FROM message WHERE key LIKE 'activity.%' ORDER BY key, id`

const listAudit = `SELECT action FROM audit_entry WHERE action LIKE 'activity.%' ORDER BY id`

const readTopic = `SELECT topic FROM topic_version WHERE topic = $1`

const publicColumns = `SELECT title || '|' || coalesce(region_code, '') || '|' || form_code || '|' || values_open FROM activity WHERE id = $1`

// tampering is what somebody who rules the database could do and Verify must find.
var tampering = []string{
	`UPDATE activity SET title = 'x' WHERE state = 'published'`,
	`UPDATE activity SET values_open = '{}', values_sealed = NULL WHERE state = 'published'`,
	`UPDATE activity SET lng = lng + 1 WHERE state = 'published'`,
	`UPDATE activity SET versions = versions + 1`,
	`UPDATE activity_version SET content = '{"title":"x"}'`,
	`UPDATE activity_version SET n = n + 5`,
	`UPDATE activity_version SET outcome = 'returned' WHERE outcome = 'accepted'`,
	`UPDATE activity_version SET sessions = '[]'`,
	`UPDATE activity_draft SET content = '{'`,
	`UPDATE activity_draft SET state = 'none'`,
	`UPDATE activity_draft SET saved_by = 'x' WHERE state = 'review'`,
	`UPDATE session SET starts_at = starts_at + 1, ends_at = ends_at + 1`,
	`UPDATE session SET bookable = NOT bookable`,
	`DELETE FROM seat`,
	`DELETE FROM activity_topic`,
	`DELETE FROM activity_audience`,
}

// resultTampering is the same of results.
var resultTampering = []string{
	`UPDATE session_result_version SET attendance = attendance + 1`,
	`UPDATE session_result_version SET counted = counted + 1`,
	`UPDATE session_result_version SET outcome = 'x'`,
	`UPDATE session_result_version SET n = n + 1`,
	`UPDATE session_result_version SET state = 'returned', verified = FALSE`,
	`UPDATE session_result SET accepted = 0, state = 'returned'`,
	`UPDATE session_result SET activity_id = (SELECT id FROM activity WHERE id <> session_result.activity_id LIMIT 1)`,
}

const listTold = `SELECT key FROM message WHERE key LIKE 'results.told%' ORDER BY key`

const analyze = `ANALYZE`
