package activity

import (
	"context"

	"openweek/internal/errs"
)

// CheckIns tells how many have checked in to sessions, by their ids; NotCounted for one at which nobody
// counts. It checks no right: a count says nothing of anybody.
func (s *Service) CheckIns(ctx context.Context, sessionIDs ...string) (counts map[string]int64, err error) {
	defer errs.Wrap(&err, "activity.CheckIns")
	return s.counted(ctx, s.deps.DB, sessionIDs...)
}
