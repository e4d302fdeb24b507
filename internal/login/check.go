package login

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Check looks for rows that contradict each other, for tests that close a store and for the command
// verify. Its errors are for the log.
func Check(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "login.Check")
	list, err := sqldb.List(ctx, q, func(r *sql.Rows) (text string, err error) {
		err = r.Scan(&text)
		return text, err
	}, contradictions, history-1)
	if err != nil {
		return err
	}
	var all []error
	for _, text := range list {
		all = append(all, errors.New("login: "+text))
	}
	return errors.Join(all...)
}
