package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Service holds the use cases of reviewing. It is safe for concurrent use.
type Service struct {
	clock clock.Clock
	log   *audit.Log
}

// NewService makes the service.
func NewService(c clock.Clock, log *audit.Log) *Service { return &Service{clock: c, log: log} }

// OpenTx begins the reading of a version: the first step of the chain can be decided at once, each
// other when the one before it is accepted. What still stood open of earlier versions is void. The
// caller holds the subject's row, so that a version is opened once.
//
// Errors: review.changed_meanwhile where the version is being read already.
func (s *Service) OpenTx(ctx context.Context, tx *sqldb.Tx, subject Subject, chain []Step) (steps []Step, err error) {
	defer errs.Wrap(&err, "review.OpenTx(%s %s)", subject.Kind, subject.ID)
	if !subject.sound(chain) {
		return nil, errs.Internal(errors.New("review: the subject or the chain is malformed"))
	}
	if _, err := s.WithdrawTx(ctx, tx, subject.Kind, subject.ID); err != nil {
		return nil, err
	}
	for _, person := range append(slices.Clone(subject.CoAuthorIDs), subject.AuthorID) {
		if _, err := tx.Exec(ctx, insertAuthor, subject.Kind, subject.ID, subject.Version, person); err != nil {
			return nil, err
		}
	}
	now := s.clock.Now()
	subject.CoAuthorIDs = nil
	for i, want := range chain {
		step := Step{ID: id.New(), UnitID: want.UnitID, Role: want.Role, Subject: subject, Position: i + 1, State: Waiting}
		if i == 0 {
			step.State, step.OpenedAt = Open, now
		}
		n, err := tx.Exec(ctx, insertStep, step.ID, subject.Kind, subject.ID, subject.Version, subject.Hash, subject.AuthorID,
			step.Position, step.UnitID, string(step.Role), string(step.State), int64(step.OpenedAt))
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, errChanged()
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// WithdrawTx ends the reading of a subject without a decision: its author took it back, or it is not
// owed any more. It tells whether anything stood open. Decided steps stay.
func (s *Service) WithdrawTx(ctx context.Context, tx *sqldb.Tx, kind, subjectID string) (withdrawn bool, err error) {
	defer errs.Wrap(&err, "review.WithdrawTx(%s %s)", kind, subjectID)
	n, err := tx.Exec(ctx, voidSteps, kind, subjectID)
	return n > 0, err
}

// DecideTx decides an open step for what the actor has read, and opens the next one or ends the
// reading. The caller acts on the result in the same transaction. Of two who decide at once one does.
//
// Errors: review.not_found, also for a step of another unit; review.forbidden without the step's role;
// review.own_work for an author and review.same_person for who decided another step of the version
// (Forbidden); review.not_open for a step that waits, review.decided for one that somebody has decided
// or that is void, review.changed_meanwhile where something else was read (Conflict); a form of
// review.outcome_unknown, review.comment_missing, review.text_…, review.mark….
func (s *Service) DecideTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, stepID string, d Decision) (r Result, err error) {
	defer errs.Wrap(&err, "review.DecideTx(%.40s)", stepID)
	step, err := s.Get(ctx, tx, a, stepID)
	if err != nil {
		return Result{}, err
	}
	if err := decidable(ctx, tx, a, step, d.ReadHash); err != nil {
		return Result{}, err
	}
	d = d.tidy()
	if err := d.check(); err != nil {
		return Result{}, err
	}
	marks, err := json.Marshal(d.Marks)
	if err != nil {
		return Result{}, err
	}
	now := s.clock.Now()
	n, err := tx.Exec(ctx, decideStep, step.ID, string(d.Outcome), a.PersonID, int64(now), d.Comment, string(marks), d.ReadHash)
	if err != nil {
		return Result{}, err
	}
	if n == 0 { // somebody was faster: what was checked above is not so any more
		if step, err = stepByID(ctx, tx, step.ID); err == nil {
			err = decidable(ctx, tx, a, step, d.ReadHash)
		}
		if err == nil {
			err = errChanged()
		}
		return Result{}, err
	}
	step.State, step.DecidedBy, step.DecidedAt, step.Comment, step.Marks = d.Outcome, a.PersonID, now, d.Comment, d.Marks
	done := true
	if d.Outcome == Accepted {
		n, err := tx.Exec(ctx, openStep, step.Subject.Kind, step.Subject.ID, step.Subject.Version, step.Position+1, int64(now))
		if err != nil {
			return Result{}, err
		}
		done = n == 0
	} else if _, err := tx.Exec(ctx, voidSteps, step.Subject.Kind, step.Subject.ID); err != nil {
		return Result{}, err
	}
	fields := make([]string, len(d.Marks))
	for i, m := range d.Marks {
		fields[i] = m.Field
	}
	entry := audit.Entry{Action: actions[d.Outcome], Subject: step.Subject.Kind, SubjectID: step.Subject.ID, UnitID: step.UnitID, Fields: fields}
	return Result{Step: step, Done: done}, s.log.RecordTx(ctx, tx, a, entry)
}

var actions = map[State]string{Accepted: "review.accept", Returned: "review.return", Declined: "review.decline"}

// decidable tells why an actor of the step's unit may not decide it now, for what was read.
func decidable(ctx context.Context, q sqldb.Querier, a actor.Actor, step Step, readHash string) error {
	if !a.Has(step.Role) {
		return errs.Forbidden("review.forbidden")
	}
	author, other, err := involved(ctx, q, step.Subject, a.PersonID)
	switch {
	case err != nil:
		return err
	case author:
		return errs.Forbidden("review.own_work")
	case step.State == Waiting:
		return errs.Conflict("review.not_open")
	case step.State != Open:
		return errs.Conflict("review.decided")
	case other:
		return errs.Forbidden("review.same_person")
	case readHash != step.Subject.Hash:
		return errChanged()
	}
	return nil
}

// Get gets a step for the people of its unit. Errors: review.not_found, also for anybody else.
func (s *Service) Get(ctx context.Context, q sqldb.Querier, a actor.Actor, stepID string) (step Step, err error) {
	defer errs.Wrap(&err, "review.Get(%.40s)", stepID)
	if !id.Valid(stepID) {
		return Step{}, errNotFound()
	}
	step, err = stepByID(ctx, q, stepID)
	if err == nil && (!a.IsStaff() || a.UnitID != step.UnitID || a.PersonID == "") {
		return Step{}, errNotFound()
	}
	return step, err
}

// Pending lists the steps that the actor could decide now, the oldest first: of their unit and roles,
// without what they wrote in or read at an earlier step. limit is at most 500.
func (s *Service) Pending(ctx context.Context, q sqldb.Querier, a actor.Actor, limit int) (list []Pending, err error) {
	defer errs.Wrap(&err, "review.Pending")
	steps, err := listPending(ctx, q, a, max(0, min(limit, 500)))
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	for _, step := range steps {
		list = append(list, Pending{Step: step, Age: now.Sub(step.OpenedAt)})
	}
	return list, nil
}

// CountPending counts what Pending lists.
func (s *Service) CountPending(ctx context.Context, q sqldb.Querier, a actor.Actor) (n int, err error) {
	defer errs.Wrap(&err, "review.CountPending")
	return countPending(ctx, q, a)
}

// History lists all steps of a subject, by version and position. Whether the reader may see the
// subject is the caller's to check.
func (s *Service) History(ctx context.Context, q sqldb.Querier, kind, subjectID string) (steps []Step, err error) {
	defer errs.Wrap(&err, "review.History(%s %s)", kind, subjectID)
	return listSteps(ctx, q, kind, subjectID)
}

// Verify looks for readings that cannot have come about: steps out of order, or decided by an author.
func Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "review.Verify")
	broken, err := listBroken(ctx, q)
	if err != nil {
		return err
	}
	var found []error
	for _, stepID := range broken {
		found = append(found, fmt.Errorf("review step %s: it was decided out of order or by an author", stepID))
	}
	return errors.Join(found...)
}
