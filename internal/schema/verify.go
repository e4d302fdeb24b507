package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Verify asks the engine whether the store is whole. PostgreSQL holds foreign keys by itself and
// finds damage by its checksums; SQLite is asked for both, because a repair by hand or another
// program may have written with foreign keys off.
func Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "schema.Verify")
	if q.Engine() == sqldb.Postgres {
		return nil
	}
	damage, err := texts(ctx, q, "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 20")
	if err != nil {
		return err
	}
	orphans, err := texts(ctx, q, `SELECT "table" || ' row ' || coalesce(rowid, '?') || ' lacks its ' || parent FROM pragma_foreign_key_check LIMIT 20`)
	if err != nil {
		return err
	}
	var found []error
	for _, text := range append(damage, orphans...) {
		found = append(found, fmt.Errorf("%s", text))
	}
	return errors.Join(found...)
}

func texts(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]string, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
}
