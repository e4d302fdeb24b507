package message

import (
	"context"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Verify joins what contradicts itself: letters without a message, messages in another's letter, and
// claims so old that no sweep can be running.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "message.Verify")
	var found []error
	for _, c := range []struct {
		query, what string
		args        []any
	}{
		{deliveriesWithoutMessage, "letter %s holds no message", nil},
		{strayItems, "message %s is in a letter to somebody else", nil},
		{claimsBefore, "letter %s is being sent for more than an hour", []any{s.clock.Now().Add(-4 * lapse)}},
		{outsideClaimsBefore, "letter %s to somebody outside is being sent for more than an hour", []any{s.clock.Now().Add(-4 * lapse)}},
	} {
		ids, err := sqldb.List(ctx, q, scanIDs, c.query, c.args...)
		if err != nil {
			return err
		}
		for _, one := range ids {
			found = append(found, fmt.Errorf(c.what, one))
		}
	}
	return errors.Join(found...)
}
