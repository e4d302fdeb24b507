package unit_test

import (
	"database/sql"
	"testing"

	"openweek/internal/sqldb"
)

const (
	auditActions = `SELECT action FROM audit_entry ORDER BY id`
	unitVersions = `SELECT id || ' ' || name || ' ' || version FROM unit ORDER BY id`
	sealedValues = `SELECT name_sealed FROM person UNION ALL SELECT phone_sealed FROM person UNION ALL SELECT email_sealed FROM person`
	swapNames    = `UPDATE person SET name_sealed = (SELECT o.name_sealed FROM person o WHERE o.sign_in = $2) WHERE sign_in = $1`
	breakSortKey = `UPDATE unit SET sort_key = 'x' WHERE name = $1`
	roleOfClosed = `UPDATE person SET closed_at = 1 WHERE sign_in = $1`
	countSecAdm  = `SELECT count(*) FROM platform_role WHERE role = 'security_admin'`
	dropPlatform = `DELETE FROM platform_role WHERE person_id = $1`
	secondRole   = `INSERT INTO platform_role (person_id, role) VALUES ($1, 'auditor')`
)

func listTexts(t *testing.T, q sqldb.Querier, query string, args ...any) []string {
	t.Helper()
	list, err := sqldb.List(ctx, q, func(r *sql.Rows) (s string, err error) {
		err = r.Scan(&s)
		return s, err
	}, query, args...)
	ok(t, err)
	return list
}

func (h *house) exec(t *testing.T, query string, args ...any) {
	t.Helper()
	ok(t, h.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}))
}

func (h *house) count(t *testing.T, query string) (n int) {
	t.Helper()
	ok(t, h.db.QueryRow(ctx, query).Scan(&n))
	return n
}
