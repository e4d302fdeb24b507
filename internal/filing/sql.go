package filing

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const filingColumns = `id, duty_id, unit_id, form_id, form_code, state, values_open, values_sealed, draft_by, draft_at, draft_version, versions`

const getLiving = `SELECT ` + filingColumns + ` FROM filing WHERE duty_id = $1 AND state <> 'declined'`

const getFiling = `SELECT ` + filingColumns + ` FROM filing WHERE id = $1`

const findOfDuty = `SELECT ` + filingColumns + ` FROM filing WHERE duty_id = $1 ORDER BY created_at, id`

const countDeclined = `SELECT count(*) FROM filing WHERE duty_id = $1 AND state = 'declined'`

const insertFiling = `INSERT INTO filing (id, duty_id, unit_id, form_id, form_code, state, values_open, values_sealed, draft_by, draft_at, draft_version, versions, created_at)
VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9, 1, 0, $9)`

const updateDraft = `UPDATE filing SET values_open = $3, values_sealed = $4, draft_by = $5, draft_at = $6, draft_version = draft_version + 1
WHERE id = $1 AND draft_version = $2`

const setState = `UPDATE filing SET state = $2 WHERE id = $1`

const setFiled = `UPDATE filing SET state = 'filed', versions = $2 WHERE id = $1`

const insertWriter = `INSERT INTO filing_writer (filing_id, person_id) VALUES ($1, $2) ON CONFLICT (filing_id, person_id) DO NOTHING`

const listWriters = `SELECT person_id FROM filing_writer WHERE filing_id = $1 ORDER BY person_id`

const insertVersion = `INSERT INTO filing_version (filing_id, n, values_open, values_sealed, hash, draft_version, filed_by, filed_at, due_at, outcome)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'filed')`

const setOutcome = `UPDATE filing_version SET outcome = $3 WHERE filing_id = $1 AND n = $2`

const findVersions = `SELECT n, values_open, values_sealed, hash, draft_version, filed_by, filed_at, due_at, outcome FROM filing_version WHERE filing_id = $1 ORDER BY n`

const listHolders = `SELECT EXISTS (SELECT 1 FROM person p JOIN person_role r ON r.person_id = p.id
WHERE p.unit_id = $1 AND p.closed_at = 0 AND r.role = 'reviewer')`

// stored is a row of filing; what is in the values is opened by the service.
type stored struct {
	id, duty, unit, form, code string
	state                      State
	open                       string
	sealed                     []byte
	by                         string
	at                         clock.Instant
	version                    int64
	versions                   int
}

func scanFiling(row interface{ Scan(...any) error }) (f stored, err error) {
	err = row.Scan(&f.id, &f.duty, &f.unit, &f.form, &f.code, &f.state, &f.open, &f.sealed, &f.by, &f.at, &f.version, &f.versions)
	return f, err
}

// livingOf gives the filing of a duty that is not declined; ok is false where there is none.
func livingOf(ctx context.Context, q sqldb.Querier, dutyID string) (f stored, ok bool, err error) {
	f, err = scanFiling(q.QueryRow(ctx, getLiving, dutyID))
	if errors.Is(err, sql.ErrNoRows) {
		return stored{}, false, nil
	}
	return f, err == nil, err
}

func filingByID(ctx context.Context, q sqldb.Querier, filingID string) (stored, error) {
	f, err := scanFiling(q.QueryRow(ctx, getFiling, filingID))
	if errors.Is(err, sql.ErrNoRows) {
		return stored{}, errNotFound()
	}
	return f, err
}

func listFilings(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]stored, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (stored, error) { return scanFiling(row) }, query, args...)
}

// storedVersion is a row of filing_version.
type storedVersion struct {
	Version
	open   string
	sealed []byte
}

func listVersions(ctx context.Context, q sqldb.Querier, filingID string) ([]storedVersion, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (v storedVersion, err error) {
		return v, row.Scan(&v.N, &v.open, &v.sealed, &v.Hash, &v.draft, &v.By, &v.At, &v.Due, &v.Outcome)
	}, findVersions, filingID)
}

func texts(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
}
