package activity

import (
	"context"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/change"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// ResultFields are the fields that a reviewer marks.
var ResultFields = []string{"attendance", "online", "outcome", "photos"}

// ResultReading is a result as somebody of the unit above reads it.
type ResultReading struct {
	Result  Result
	Step    review.Step
	Version ResultVersion // the one under review; its Hash is what a decision says was read
}

// ReadResult gives the version that a step of the actor's unit is about. Errors: review.not_found, also
// for a step of something else.
func (s *Service) ReadResult(ctx context.Context, a actor.Actor, stepID string) (reading ResultReading, err error) {
	defer errs.Wrap(&err, "activity.ReadResult(%s)", shorten(stepID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		reading = ResultReading{}
		if reading.Step, err = s.resultStep(ctx, q, a, stepID); err != nil {
			return err
		}
		if reading.Result, err = s.result(ctx, q, a, reading.Step.Subject.ID); err != nil {
			return err
		}
		v, ok := reading.Result.version(int(reading.Step.Subject.Version))
		if !ok {
			return errs.NotFound("review.not_found")
		}
		reading.Version = v
		return nil
	})
	if err != nil {
		return ResultReading{}, err
	}
	return reading, nil
}

func (s *Service) resultStep(ctx context.Context, q sqldb.Querier, a actor.Actor, stepID string) (review.Step, error) {
	step, err := s.deps.Reviews.Get(ctx, q, a, stepID)
	if err == nil && step.Subject.Kind != ResultKind {
		return review.Step{}, errs.NotFound("review.not_found")
	}
	return step, err
}

// PendingResult is a result that waits for a reviewer.
type PendingResult struct {
	review.Pending
	Activity   Item
	Session    Session
	Attendance int64
	Counted    int64
}

// PendingResults lists the results that wait for the actor's review, the oldest first.
func (s *Service) PendingResults(ctx context.Context, a actor.Actor, limit int) (list []PendingResult, err error) {
	defer errs.Wrap(&err, "activity.PendingResults")
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		list = nil
		steps, err := s.deps.Reviews.Pending(ctx, q, a, limit)
		if err != nil {
			return err
		}
		for _, step := range steps {
			if step.Subject.Kind != ResultKind {
				continue
			}
			r, err := s.result(ctx, q, a, step.Subject.ID)
			if err != nil {
				return err
			}
			v, _ := r.version(int(step.Subject.Version))
			list = append(list, PendingResult{Pending: step, Activity: r.Activity, Session: r.Session, Attendance: v.Attendance, Counted: v.Counted})
		}
		return nil
	})
	return list, err
}

// DecideResult decides on a result: accepted it is verified (上级核实) and stands, returned it goes back
// with a comment and marks on ResultFields. A session was held whatever is said of it, so a result
// cannot be declined.
//
// Errors: those of review.DecideTx; review.not_found also for a step of something else;
// results.decline on outcome, activity.mark_unknown on marks.
func (s *Service) DecideResult(ctx context.Context, a actor.Actor, stepID string, d review.Decision) (result review.Result, err error) {
	defer errs.Wrap(&err, "activity.DecideResult(%s)", shorten(stepID))
	if d.Outcome == review.Declined {
		return review.Result{}, errs.Join(errs.Invalid("results.decline").On("outcome"))
	}
	for _, m := range d.Marks {
		if !slices.Contains(ResultFields, m.Field) {
			return review.Result{}, errs.Join(errs.Invalid("activity.mark_unknown", "field", shorten(m.Field)).On("marks"))
		}
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		step, err := s.resultStep(ctx, tx, a, stepID)
		if err != nil {
			return err
		}
		one, err := sessionByID(ctx, tx, step.Subject.ID)
		if err != nil {
			return err
		}
		r, err := lock(ctx, tx, one.ActivityID)
		if err != nil {
			return err
		}
		if result, err = s.deps.Reviews.DecideTx(ctx, tx, a, stepID, d); err != nil {
			return err
		}
		return s.endResultTx(ctx, tx, a, r, one, result.Step)
	})
	if err != nil {
		return review.Result{}, err
	}
	return result, nil
}

// endResultTx does what follows from the decision on a result.
func (s *Service) endResultTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, one Session, step review.Step) error {
	list, err := listResultVersions(ctx, tx, one.ID)
	if err != nil {
		return err
	}
	v, key := list[step.Subject.Version-1], "results.told_accepted"
	if step.State == review.Accepted {
		if err := s.standTx(ctx, tx, a, r, one, v, true); err != nil {
			return err
		}
		if err := change.Touch(ctx, tx, TopicOf(r.EditionID)); err != nil {
			return err
		}
	} else {
		key = "results.told_returned"
		if err := settleVersion(ctx, tx, one.ID, v.N, ResultReturned, false, step.DecidedAt); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, returnResult, one.ID); err != nil {
			return err
		}
	}
	_, _, err = s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: fmt.Sprintf("result:%s:%d:end", one.ID, v.N), ToUnit: r.Unit.ID, Key: key,
		Args: resultArgs(r, one), Link: "/desk/results/" + one.ID,
	})
	return err
}
