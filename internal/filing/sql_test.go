package filing_test

import "openweek/internal/errs"

const listKeys = `SELECT key FROM message WHERE key LIKE 'filing.%' ORDER BY key`

const listReminders = `SELECT key FROM message WHERE key LIKE 'duty.chase_%' AND to_unit = $1 AND withdrawn_at = 0`

const listOpenValues = `SELECT values_open FROM filing UNION ALL SELECT values_open FROM filing_version`

const listThemes = `SELECT region_code || ' ' || theme || ' ' || version FROM local_theme ORDER BY region_code`

// problems gives the single problems of a form.
func problems(err error) []*errs.Error { return errs.As(err).Problems }

// tampering is what somebody who rules the database could do and Verify must find.
var tampering = []string{
	`UPDATE filing_version SET values_open = '{"overview":"x"}'`,
	`UPDATE filing_version SET n = n + 1`,
	`UPDATE filing_version SET outcome = 'withdrawn'`,
	`UPDATE filing SET state = 'draft'`,
	`UPDATE filing SET draft_by = 'x'`,
	`UPDATE filing SET versions = 2`,
	`UPDATE filing SET values_open = '{'`,
	`UPDATE filing SET values_sealed = NULL, values_open = '{"nowhere":1}'`,
	`UPDATE filing SET form_code = 'evidence'`,
	`UPDATE duty SET filed_at = filed_at + 1 WHERE filed_at > 0`,
	`UPDATE duty SET state = 'returned' WHERE state = 'accepted'`,
}
