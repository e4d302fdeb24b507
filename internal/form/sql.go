package form

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

const summaryColumns = `f.id, f.territory, f.code, f.version, f.title, f.title_en, f.state, f.created_by, f.created_at`

const findForms = `SELECT ` + summaryColumns + ` FROM form f WHERE /*where*/TRUE ORDER BY f.code, f.territory, f.version DESC`

const getForm = `SELECT ` + summaryColumns + `, f.definition FROM form f WHERE f.id = $1`

const maxVersion = `SELECT coalesce(max(f.version), 0) FROM form f WHERE /*where*/TRUE`

const retireForm = `UPDATE form SET state = 'past' WHERE territory = $1 AND code = $2 AND state = 'current'`

// Two who publish at once meet at the number of the version or at the one current version.
const insertForm = `INSERT INTO form (id, territory, code, version, title, title_en, definition, state, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'current', $8, $9) ON CONFLICT DO NOTHING`

func (s *Summary) columns() []any {
	return []any{&s.ID, &s.Territory, &s.Code, &s.Version, &s.Title.Zh, &s.Title.En, &s.State, &s.CreatedBy, &s.CreatedAt}
}

func ofLineage(code string, territories []string, version int) *sqldb.Where {
	w := (&sqldb.Where{}).And("f.code = ?", code).In("f.territory", territories)
	if version == 0 {
		return w.And("f.state = 'current'")
	}
	return w.And("f.version = ?", version)
}

func (f Filter) where() *sqldb.Where {
	w := &sqldb.Where{}
	if f.Territory != "" {
		w.In("f.territory", lineage(f.Territory))
	}
	if f.Code != "" {
		w.And("f.code = ?", f.Code)
	}
	if f.State != "" {
		w.And("f.state = ?", string(f.State))
	}
	return w
}

func listSummaries(ctx context.Context, q sqldb.Querier, where *sqldb.Where) ([]Summary, error) {
	query, args := where.Apply(findForms)
	return sqldb.List(ctx, q, func(row *sql.Rows) (s Summary, err error) {
		err = row.Scan(s.columns()...)
		return s, err
	}, query, args...)
}

func latestVersion(ctx context.Context, q sqldb.Querier, code string, territories []string) (n int, err error) {
	query, args := (&sqldb.Where{}).And("f.code = ?", code).In("f.territory", territories).Apply(maxVersion)
	err = q.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

func formByID(ctx context.Context, q sqldb.Querier, formID string) (f Form, err error) {
	var text string
	err = q.QueryRow(ctx, getForm, formID).Scan(append(f.columns(), &text)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Form{}, errNotFound()
	}
	if err != nil {
		return Form{}, err
	}
	if f.Definition, err = parse([]byte(text), nil); err != nil {
		return Form{}, errs.Internal(fmt.Errorf("stored form %s: %w", formID, err))
	}
	return f, nil
}
