package filing

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// Handed is what stands handed in for a duty: the latest version that was not taken back.
type Handed struct {
	Duty    duty.Duty
	State   State
	Form    form.Form
	Version Version
	Steps   []review.Step
}

// Filed lists what units in sight have handed in for an obligation and what was not declined, by region
// and name, at most limit duties a page (200 where it is 0): for exports and for decisions such as the
// kickoff. next goes on, "" at the end.
//
// Errors: duty.page_malformed.
func (s *Service) Filed(ctx context.Context, a actor.Actor, obligationID, after string, limit int) (list []Handed, next string, err error) {
	defer errs.Wrap(&err, "filing.Filed(%s)", shorten(obligationID))
	page, err := s.deps.Duties.Find(ctx, a, duty.Filter{ObligationID: obligationID, States: []duty.State{duty.StateFiled, duty.StateReturned, duty.StateAccepted}, After: after, Limit: limit})
	if err != nil {
		return nil, "", err
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		list = nil
		for _, d := range page.Items {
			f, err := s.get(ctx, q, a, d.ID)
			if err != nil {
				return err
			}
			for i := len(f.Versions) - 1; i >= 0; i-- {
				if v := f.Versions[i]; v.Outcome != Withdrawn {
					list = append(list, Handed{Duty: f.Duty, State: f.State, Form: f.Form, Version: v, Steps: f.Steps})
					break
				}
			}
		}
		return nil
	})
	return list, page.Next, err
}
