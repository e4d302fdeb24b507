package duty_test

import (
	"database/sql"
	"testing"

	"openweek/internal/duty"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

const listMessages = `SELECT dedupe, to_person, to_unit, from_unit, key, args, link FROM message ORDER BY created_at, id`

const listTakenBack = `SELECT key || ' ' || to_unit FROM message WHERE withdrawn_at > 0 ORDER BY key, to_unit`

const lookForUnchased = `SELECT d.id FROM duty d WHERE d.due_at = $1 AND d.state = 'open' AND NOT EXISTS (SELECT 1 FROM chase c WHERE c.duty_id = d.id)`

const listWaiting = `SELECT id FROM duty WHERE due_at > 0 AND state IN ('open', 'draft', 'returned')`

const listChasedTwice = `SELECT duty_id FROM chase GROUP BY duty_id, who, due_at HAVING count(*) > 1`

const listUntoldChases = `SELECT c.id FROM chase c WHERE c.message_ids = '' AND EXISTS (SELECT 1 FROM duty d JOIN unit u ON u.id = d.unit_id WHERE d.id = c.duty_id AND u.tier <> 'province')`

func listTexts(t testing.TB, q sqldb.Querier, query string, args ...any) []string {
	t.Helper()
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
	must(t, err)
	return list
}

// tampering is what somebody who rules the database could do and Verify must find.
var tampering = []string{
	`UPDATE duty SET slot = slot + 100`,
	`UPDATE duty SET state = 'exempt', settled_at = 1 WHERE state = 'open'`,
	`UPDATE duty SET extended_until = 5`,
	`UPDATE duty SET begun_at = 0`,
	`UPDATE edition SET status = 'draft', published_at = 0`,
	`UPDATE duty_rule SET obligation_id = 'x' || obligation_id WHERE own_id IS NULL AND slot = 0`,
	`UPDATE dispatch SET signed_at = 0 WHERE reason = 'addressed'`,
	`UPDATE chase SET sent_by = ''`,
}

func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	for _, harm := range tampering {
		t.Run(harm, func(t *testing.T) {
			t.Parallel()
			l := newLedger(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite)))
			mixed(l)
			_, err := l.PassOn(ctx, l.head("长沙市教育局"), l.received("长沙市教育局").ID, duty.Passing{})
			must(t, err)
			_, err = l.Chase(ctx, l.head("省总工会"), []string{l.duty("长沙市总工会", "work_plan").ID}, "")
			must(t, err)
			must(t, duty.Verify(ctx, l.db))
			err = l.db.Write(ctx, func(tx *sqldb.Tx) error {
				_, err := tx.Exec(ctx, harm)
				return err
			})
			if err == nil && duty.Verify(ctx, l.db) == nil {
				t.Error("was not found")
			}
		})
	}
}
