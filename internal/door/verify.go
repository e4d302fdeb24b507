package door

import (
	"context"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Verify looks for check-ins that contradict themselves or their bookings: more people than were booked,
// duplicates of nothing, another session's.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "door.Verify")
	var found []error
	for _, c := range checks {
		list, err := listTexts(ctx, q, c.query)
		if err != nil {
			return err
		}
		for _, one := range list {
			found = append(found, fmt.Errorf("%s: %s", one, c.what))
		}
	}
	return errors.Join(found...)
}
