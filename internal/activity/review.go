package activity

import (
	"context"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// readers gives the units that read what a unit enters, the first first: itself, the nearest department
// of its line above it (of a unit without a line, of education, which leads the week), and the
// province's. A department at the top answers to the office that leads the edition.
func readers(u Unit, territory string, departments []department, depth int) (units []string) {
	office := actor.Office(territory).Place
	line := u.Place.Line
	if line == actor.LineNone {
		line = office.Line
	}
	find := func(region string, line actor.Line, tier actor.Tier) string {
		i := slices.IndexFunc(departments, func(d department) bool {
			return d.place.Region == region && d.place.Line == line && d.place.Tier == tier
		})
		if i < 0 {
			return ""
		}
		return departments[i].id
	}
	top := find(territory, line, office.Tier)
	if top == "" || u.Place.Kind == actor.KindDepartment && !u.Place.Tier.Below(office.Tier) {
		top = find(territory, office.Line, office.Tier)
	}
	near := top
	for _, above := range review.Above(u.Place, line, territory) {
		if unitID := find(above.Region, line, above.Tier); unitID != "" {
			near = unitID
			break
		}
	}
	for _, unitID := range []string{u.ID, near, top}[:depth] {
		if unitID != "" && !slices.Contains(units, unitID) {
			units = append(units, unitID)
		}
	}
	return units
}

// openReviewTx opens the chain. A step is for the unit's reviewers, where it has any who have not
// written in it, else for its head. A small school has nobody but the clerk: its own reading is left
// out where another unit reads it anyway.
func (s *Service) openReviewTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, n int, hash string) error {
	rule, err := ruleOf(ctx, tx, r.EditionID)
	if err != nil {
		return err
	}
	departments, err := departmentsAbove(ctx, tx, r.Unit.Place.Region, r.Territory)
	if err != nil {
		return err
	}
	var chain []review.Step
	for _, unitID := range readers(r.Unit, r.Territory, departments, rule.Depth) {
		step := review.Step{UnitID: unitID, Role: actor.RoleReviewer}
		has, err := mayRead(ctx, tx, r, step, a.PersonID)
		if err != nil {
			return err
		}
		if !has {
			step.Role = actor.RoleHead
			if unitID == r.Unit.ID {
				if has, err = mayRead(ctx, tx, r, step, a.PersonID); err != nil {
					return err
				}
				if !has {
					continue
				}
			}
		}
		chain = append(chain, step)
	}
	if len(chain) == 0 {
		return errs.Conflict("activity.no_reviewer")
	}
	writers, err := texts(ctx, tx, listWriters, r.ID)
	if err != nil {
		return err
	}
	steps, err := s.deps.Reviews.OpenTx(ctx, tx, review.Subject{Kind: Kind, ID: r.ID, Version: int64(n), Hash: hash, AuthorID: a.PersonID, CoAuthorIDs: writers}, chain)
	if err != nil {
		return err
	}
	return s.tellStep(ctx, tx, a, r, steps[0])
}

// mayRead tells whether a unit has somebody who could decide a step.
func mayRead(ctx context.Context, q sqldb.Querier, r row, step review.Step, author string) (has bool, err error) {
	err = q.QueryRow(ctx, hasReader, step.UnitID, string(step.Role), r.ID, author).Scan(&has)
	return has, err
}

// tellStep tells a unit that it has something to review.
func (s *Service) tellStep(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, step review.Step) error {
	_, _, err := s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: fmt.Sprintf("activity:%s:%d:step:%d", r.ID, step.Subject.Version, step.Position), ToUnit: step.UnitID,
		Key: "activity.told_submitted", Args: map[string]string{"activity": r.ID}, Link: "/desk/reviews/" + step.ID,
	})
	return err
}

// Reading is an activity as a reviewer reads it, for the step to be decided.
type Reading struct {
	Activity Activity
	Step     review.Step
	Version  Version // the one under review; its Hash is what a decision says was read
	Doubles  []Double
}

// Read gives the version that a step of the actor's unit is about, with what it changes and what it may
// be a double of. Errors: review.not_found, also for a step of something else or one that was withdrawn.
func (s *Service) Read(ctx context.Context, a actor.Actor, stepID string) (reading Reading, err error) {
	defer errs.Wrap(&err, "activity.Read(%s)", shorten(stepID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		step, err := s.step(ctx, q, a, stepID)
		if err != nil {
			return err
		}
		r, err := activityByID(ctx, q, step.Subject.ID)
		if err != nil {
			return err
		}
		reading = Reading{Step: step}
		if reading.Activity, err = s.view(ctx, q, a, r); err != nil {
			return err
		}
		i := slices.IndexFunc(reading.Activity.Versions, func(v Version) bool { return int64(v.N) == step.Subject.Version })
		if i < 0 {
			return errs.NotFound("review.not_found")
		}
		reading.Version = reading.Activity.Versions[i]
		reading.Doubles, err = doubles(ctx, q, r, reading.Version.Content.Title)
		return err
	})
	if err != nil {
		return Reading{}, err
	}
	return reading, nil
}

// step gets a step of an activity for the people of its unit.
func (s *Service) step(ctx context.Context, q sqldb.Querier, a actor.Actor, stepID string) (review.Step, error) {
	step, err := s.deps.Reviews.Get(ctx, q, a, stepID)
	if err == nil && step.Subject.Kind != Kind {
		return review.Step{}, errs.NotFound("review.not_found")
	}
	return step, err
}

// outcomes are what the end of a review means for the draft and its version.
var outcomes = map[review.State]struct {
	draft   DraftState
	version Outcome
	message string
}{
	review.Accepted: {DraftNone, Accepted, "activity.told_accepted"},
	review.Returned: {DraftReturned, Returned, "activity.told_returned"},
	review.Declined: {DraftDeclined, Declined, "activity.told_declined"},
}

// Decide decides a step of the review of an activity, and does what follows from its end: accepted by
// the last reader it is public. Marks stand on fields as the problems of Submit do.
//
// Errors: those of review.DecideTx; review.not_found also for a step of something else;
// activity.mark_unknown on marks.
func (s *Service) Decide(ctx context.Context, a actor.Actor, stepID string, d review.Decision) (result review.Result, err error) {
	defer errs.Wrap(&err, "activity.Decide(%s)", shorten(stepID))
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		step, err := s.step(ctx, tx, a, stepID)
		if err != nil {
			return err
		}
		r, err := lock(ctx, tx, step.Subject.ID)
		if err != nil {
			return err
		}
		list, err := listVersions(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		f, err := s.deps.Forms.Get(ctx, tx, list[step.Subject.Version-1].formID)
		if err != nil {
			return err
		}
		for _, m := range d.Marks {
			if !knownField(m.Field, f.Definition) {
				return errs.Join(errs.Invalid("activity.mark_unknown", "field", shorten(m.Field)).On("marks"))
			}
		}
		if result, err = s.deps.Reviews.DecideTx(ctx, tx, a, stepID, d); err != nil {
			return err
		}
		if !result.Done {
			return s.tellNext(ctx, tx, a, r, result.Step)
		}
		return s.endTx(ctx, tx, a, r, result.Step)
	})
	if err != nil {
		return review.Result{}, err
	}
	return result, nil
}

// tellNext tells the unit whose turn it is after an accepted step.
func (s *Service) tellNext(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, done review.Step) error {
	steps, err := s.deps.Reviews.History(ctx, tx, Kind, r.ID)
	if err != nil {
		return err
	}
	for _, step := range steps {
		if step.Subject.Version == done.Subject.Version && step.Position == done.Position+1 {
			return s.tellStep(ctx, tx, a, r, step)
		}
	}
	return nil
}

// endTx does what follows from the end of a review.
func (s *Service) endTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, last review.Step) error {
	o := outcomes[last.State]
	if err := s.closeTx(ctx, tx, r, o.draft, o.version); err != nil {
		return err
	}
	if o.version == Accepted {
		if err := s.publishTx(ctx, tx, a, r, r.versions); err != nil {
			return err
		}
	}
	_, _, err := s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: fmt.Sprintf("activity:%s:%d:end", r.ID, r.versions), ToUnit: r.Unit.ID,
		Key: o.message, Args: map[string]string{"activity": r.ID}, Link: "/desk/activities/" + r.ID,
	})
	return err
}
