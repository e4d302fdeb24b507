package duty

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Verify looks for a ledger that contradicts itself: obligations that are gone, duties in another
// column or edition than their obligation, states that their decisions do not bear out, extensions
// that nobody granted, drafts of editions with duties, dispatches passed on by a unit that did not have
// the notice, reminders that came before the dispatch or by nobody.
func Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "duty.Verify")
	var found []error
	for _, c := range checks {
		ids, err := sqldb.List(ctx, q, func(row *sql.Rows) (one string, err error) { return one, row.Scan(&one) }, c.query)
		if err != nil {
			return err
		}
		for _, one := range ids {
			found = append(found, fmt.Errorf("%s: %s", one, c.what))
		}
	}
	return errors.Join(found...)
}
