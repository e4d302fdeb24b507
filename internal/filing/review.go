package filing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// Withdraw takes a filing back before anybody has decided on it: by an editor or the head of the unit.
// What was handed in for the first time then counts as never handed in.
//
// Errors: duty.not_found, filing.forbidden, filing.empty, filing.state_…, filing.under_review (Conflict).
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, dutyID string) (f Filing, err error) {
	defer errs.Wrap(&err, "filing.Withdraw(%s)", shorten(dutyID))
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		d, err := s.deps.Duties.LockTx(ctx, tx, a, dutyID)
		if err != nil {
			return err
		}
		if err := mayWrite(a, d); err != nil {
			return err
		}
		living, ok, err := livingOf(ctx, tx, dutyID)
		switch {
		case err != nil:
			return err
		case !ok:
			return errs.Conflict("filing.empty")
		case living.state != StateFiled:
			return errState(living.state)
		}
		steps, err := s.deps.Reviews.History(ctx, tx, Kind, living.id)
		if err != nil {
			return err
		}
		correction := false
		for _, step := range steps {
			if int(step.Subject.Version) == living.versions && step.DecidedBy != "" {
				return errs.Conflict("filing.under_review")
			}
			correction = correction || step.State == review.Returned
		}
		if _, err := s.deps.Reviews.WithdrawTx(ctx, tx, Kind, living.id); err != nil {
			return err
		}
		if err := s.deps.Duties.WithdrawTx(ctx, tx, d, correction); err != nil {
			return err
		}
		state := StateDraft
		if correction {
			state = StateReturned
		}
		if err := s.closeTx(ctx, tx, living, state, Withdrawn); err != nil {
			return err
		}
		if err := s.record(ctx, tx, a, "filing.withdraw", living.id, d); err != nil {
			return err
		}
		f, err = s.get(ctx, tx, a, dutyID)
		return err
	})
	if err != nil {
		return Filing{}, err
	}
	return f, nil
}

// closeTx ends the review of the latest version.
func (s *Service) closeTx(ctx context.Context, tx *sqldb.Tx, living stored, state State, outcome Outcome) error {
	if _, err := tx.Exec(ctx, setOutcome, living.id, living.versions, string(outcome)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, setState, living.id, string(state))
	return err
}

// outcomes are what the end of a review means for the filing, its version and the duty.
var outcomes = map[review.State]struct {
	state   State
	version Outcome
	duty    duty.Outcome
	message string
}{
	review.Accepted: {StateAccepted, Accepted, duty.Accepted, "filing.told_accepted"},
	review.Returned: {StateReturned, Returned, duty.Returned, "filing.told_returned"},
	review.Declined: {StateDeclined, Declined, duty.Declined, "filing.told_declined"},
}

// Decide decides a step of the review of a filing, and does what follows from its end: the duty is
// accepted, returned or owed again, an accepted local theme is the prefecture's. Marks stand on fields
// of the form, or on cells as the problems of a form do.
//
// Errors: those of review.DecideTx; review.not_found also for a step of something else;
// filing.mark_unknown on marks; edition.archived, edition.region_outside for a local theme.
func (s *Service) Decide(ctx context.Context, a actor.Actor, stepID string, decision review.Decision) (r review.Result, err error) {
	defer errs.Wrap(&err, "filing.Decide(%s)", shorten(stepID))
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		step, err := s.deps.Reviews.Get(ctx, tx, a, stepID)
		if err != nil {
			return err
		}
		if step.Subject.Kind != Kind {
			return errs.NotFound("review.not_found")
		}
		row, err := filingByID(ctx, tx, step.Subject.ID)
		if err != nil {
			return err
		}
		// The step says that the actor's unit reviews this; sight need not reach as far.
		d, err := s.deps.Duties.LockTx(ctx, tx, actor.TheSystem(), row.duty)
		if err != nil {
			return err
		}
		if row, err = filingByID(ctx, tx, row.id); err != nil { // as it stands under the lock
			return err
		}
		f, err := s.deps.Forms.Get(ctx, tx, row.form)
		if err != nil {
			return err
		}
		for _, m := range decision.Marks {
			if _, ok := f.Definition.Field(strings.SplitN(m.Field, ".", 2)[0]); !ok {
				return errs.Join(errs.Invalid("filing.mark_unknown", "field", shorten(m.Field)).On("marks"))
			}
		}
		if r, err = s.deps.Reviews.DecideTx(ctx, tx, a, stepID, decision); err != nil {
			return err
		}
		if !r.Done {
			return s.tellNext(ctx, tx, a, d, r.Step)
		}
		return s.endTx(ctx, tx, a, d, row, f, r.Step)
	})
	if err != nil {
		return review.Result{}, err
	}
	return r, nil
}

// tellNext tells the unit whose turn it is after an accepted step.
func (s *Service) tellNext(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d duty.Duty, done review.Step) error {
	steps, err := s.deps.Reviews.History(ctx, tx, Kind, done.Subject.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(steps, func(step review.Step) bool {
		return step.Subject.Version == done.Subject.Version && step.Position == done.Position+1
	})
	if i < 0 {
		return nil
	}
	return s.tellStep(ctx, tx, a, d, steps[i])
}

// endTx does what follows from the end of a review.
func (s *Service) endTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d duty.Duty, row stored, f form.Form, last review.Step) error {
	o := outcomes[last.State]
	if err := s.deps.Duties.DecideTx(ctx, tx, d, o.duty); err != nil {
		return err
	}
	if err := s.closeTx(ctx, tx, row, o.state, o.version); err != nil {
		return err
	}
	if o.state == StateAccepted && row.code == form.LocalTheme {
		if err := s.setThemeTx(ctx, tx, a, d, row, f.Definition); err != nil {
			return err
		}
	}
	if err := s.record(ctx, tx, a, "filing."+string(o.version), row.id, d); err != nil {
		return err
	}
	_, _, err := s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: fmt.Sprintf("filing:%s:%d:end", row.id, row.versions), ToUnit: d.Unit.ID,
		Key: o.message, Args: map[string]string{"duty": d.ID}, Link: "/desk/duties/" + d.ID,
	})
	return err
}

// setThemeTx makes an accepted local theme the prefecture's (notice §一).
func (s *Service) setThemeTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d duty.Duty, row stored, def form.Definition) error {
	versions, err := listVersions(ctx, tx, row.id)
	if err != nil {
		return err
	}
	last := versions[len(versions)-1]
	values, err := s.open(def, last.open, last.sealed, bindVersion(row.id, last.N))
	if err != nil {
		return err
	}
	theme, _ := values["theme"].(form.Text)
	english, _ := values["theme_en"].(form.Text)
	return s.deps.Editions.AcceptLocalThemeTx(ctx, tx, a, d.EditionID, d.Unit.Place.Region, edition.ThemeText{Theme: string(theme), ThemeEN: string(english)})
}

// Reading is a filing as a reviewer reads it, for the step to be decided.
type Reading struct {
	Filing  Filing
	Step    review.Step
	Version Version // the one under review; its Hash is what a decision says was read
}

// Read gives the version that a step of the actor's unit is about. Errors: review.not_found.
func (s *Service) Read(ctx context.Context, a actor.Actor, stepID string) (r Reading, err error) {
	defer errs.Wrap(&err, "filing.Read(%s)", shorten(stepID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		if r.Step, err = s.deps.Reviews.Get(ctx, q, a, stepID); err != nil {
			return err
		}
		if r.Step.Subject.Kind != Kind {
			return errs.NotFound("review.not_found")
		}
		row, err := filingByID(ctx, q, r.Step.Subject.ID)
		if err != nil {
			return err
		}
		d, err := s.deps.Duties.GetTx(ctx, q, actor.TheSystem(), row.duty)
		if err != nil {
			return err
		}
		if r.Filing, err = s.view(ctx, q, a, d, row); err != nil {
			return err
		}
		for _, v := range r.Filing.Versions {
			if int64(v.N) == r.Step.Subject.Version {
				r.Version = v
				return nil
			}
		}
		return errs.NotFound("review.not_found") // withdrawn meanwhile
	})
	if err != nil {
		return Reading{}, err
	}
	return r, nil
}

// Pending lists what waits for the actor's review, the oldest first.
func (s *Service) Pending(ctx context.Context, a actor.Actor, limit int) (list []Reviewable, err error) {
	defer errs.Wrap(&err, "filing.Pending")
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		steps, err := s.deps.Reviews.Pending(ctx, q, a, limit)
		if err != nil {
			return err
		}
		list = nil
		for _, step := range steps {
			if step.Subject.Kind != Kind {
				continue
			}
			row, err := filingByID(ctx, q, step.Subject.ID)
			if err != nil {
				return err
			}
			d, err := s.deps.Duties.GetTx(ctx, q, actor.TheSystem(), row.duty)
			if err != nil {
				return err
			}
			list = append(list, Reviewable{step, d})
		}
		return nil
	})
	return list, err
}

// Reviewable is a filing that waits for a reviewer.
type Reviewable struct {
	review.Pending
	Duty duty.Duty
}
