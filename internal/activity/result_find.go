package activity

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
)

// ResultFilter chooses sessions that are over or were reported on. An empty field does not restrict.
type ResultFilter struct {
	EditionID  string
	ActivityID string
	Own        bool   // of the actor's own unit only
	Region     string // of the unit, with all regions inside of it
	State      ResultState
	After      string // Page.Next of the page before
	Limit      int    // at most 200; 0 takes 50
}

// ResultItem is a session in a list of results.
type ResultItem struct {
	SessionID      string
	Starts, Ends   clock.Instant
	ActivityID     string
	Title, TitleEN string
	Unit           Unit
	State          ResultState
	// What was handed in last; 0 and NotCounted where nothing was.
	Attendance, Online, Counted int64
	Verified                    bool
	Photos                      int
	At                          clock.Instant
}

// Provenance is where the attendance comes from.
func (i ResultItem) Provenance() form.Provenance {
	return ResultVersion{Verified: i.Verified}.Provenance()
}

// FindResults lists the results of the actor's unit and of units in sight, and the sessions that are
// over without one, the last held first. Errors: activity.page_malformed, activity.choice_unknown.
func (s *Service) FindResults(ctx context.Context, a actor.Actor, f ResultFilter) (page Page[ResultItem], err error) {
	defer errs.Wrap(&err, "activity.FindResults")
	where, err := f.where(a, s.deps.Clock.Now(), true)
	if err != nil {
		return Page[ResultItem]{}, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, 200)
	if page.Items, err = listResults(ctx, s.deps.DB, where, limit+1); err != nil {
		return Page[ResultItem]{}, err
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = page.Items[limit-1].SessionID
	}
	return page, nil
}

// CountResults counts what FindResults lists, under each state as if that were not filtered.
func (s *Service) CountResults(ctx context.Context, a actor.Actor, f ResultFilter) (counts map[ResultState]int, err error) {
	defer errs.Wrap(&err, "activity.CountResults")
	f.After = ""
	where, err := f.where(a, s.deps.Clock.Now(), false)
	if err != nil {
		return nil, err
	}
	return countResults(ctx, s.deps.DB, where)
}

func (f ResultFilter) check() error {
	switch {
	case f.State != "" && !slices.Contains(ResultStates, f.State):
		return errs.Invalid("activity.choice_unknown").On("state")
	case f.After != "" && !id.Valid(f.After):
		return errs.Invalid("activity.page_malformed")
	}
	return nil
}

// CountMissing counts the sessions of the actor's own unit that are over without a result, and those
// whose result was sent back: what a home page asks for.
func (s *Service) CountMissing(ctx context.Context, a actor.Actor) (n int, err error) {
	defer errs.Wrap(&err, "activity.CountMissing")
	counts, err := s.CountResults(ctx, a, ResultFilter{Own: true})
	return counts[ResultMissing] + counts[ResultReturned], err
}
