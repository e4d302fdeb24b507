package measure

import (
	"context"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Verify looks for sessions to come of which more seats are kept back by order than are kept back at all,
// and for such as take place though they were cancelled by order.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "measure.Verify")
	var found []error
	for _, c := range []struct{ query, what string }{
		{checkBlocked, "more seats are kept back by order than are kept back"},
		{checkCancelled, "it takes place though it was cancelled by order"},
	} {
		ids, err := listTexts(ctx, q, c.query, int64(s.deps.Clock.Now()))
		if err != nil {
			return err
		}
		for _, one := range ids {
			found = append(found, fmt.Errorf("session %s: %s", one, c.what))
		}
	}
	return errors.Join(found...)
}
