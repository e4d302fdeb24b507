package activity

import (
	"context"

	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Choices are the values that the filters of an edition take. They are what ParseFilter checks against.
type Choices struct {
	EditionID       string
	Start, End      clock.Day         // of the week
	methods, topics map[string]string // id by code
	regions         map[string]bool
}

// Choices gives the values that the filters of an edition take. It needs no right.
//
// Errors: activity.edition_not_found, also for a draft.
func (s *Service) Choices(ctx context.Context, editionID string) (c Choices, err error) {
	defer errs.Wrap(&err, "activity.Choices(%s)", shorten(editionID))
	if !id.Valid(editionID) {
		return Choices{}, errs.NotFound("activity.edition_not_found")
	}
	version, err := change.Version(ctx, s.deps.DB, edition.Topic, unit.Topic)
	if err != nil {
		return Choices{}, err
	}
	if c, ok := s.boards.choices(editionID, version); ok {
		return c, nil
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		if version, err = change.Version(ctx, q, edition.Topic, unit.Topic); err != nil {
			return err
		}
		c, err = readChoices(ctx, q, editionID)
		return err
	})
	if err != nil {
		return Choices{}, err
	}
	s.boards.keep(editionID, c, version)
	return c, nil
}
