package duty

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Leave is what a duty can be given besides acceptance.
type Leave string

// The leaves.
const (
	Extension Leave = "extension" // 延期: a later due time for one unit
	Exemption Leave = "exemption" // 免报: excused
	NilReturn Leave = "nil"       // 零报告: nothing to report
	Lift      Leave = "lift"      // an exemption or nil return is taken back, by the upper unit only
)

// Leaves lists what a unit can ask for.
var Leaves = []Leave{Extension, Exemption, NilReturn}

// DecisionStatus is how far a decision has come.
type DecisionStatus string

// The statuses.
const (
	Asked   DecisionStatus = "asked"
	Granted DecisionStatus = "granted"
	Refused DecisionStatus = "refused"
	// TakenBack is what the unit took back before anybody had decided; DecidedBy then is its own person.
	TakenBack DecisionStatus = "withdrawn"
)

// Decision is an extension, exemption or nil return with its reason and approver.
type Decision struct {
	ID          string
	DutyID      string
	Kind        Leave
	Status      DecisionStatus
	Until       clock.Instant // of an extension: first instant that is late
	Reason      string        // of whoever asked, or of the upper unit that acted by itself
	AskedBy     string        // person
	AskedUnit   string
	AskedAt     clock.Instant
	Words       string // of whoever decided
	DecidedBy   string // person; that of the unit itself where the rule grants at once
	DecidedUnit string
	DecidedAt   clock.Instant
}

// LastDay is the last day of an extension.
func (d Decision) LastDay() clock.Day {
	if d.Until == 0 {
		return ""
	}
	return (d.Until - 1).Day()
}

// Plea is what a unit asks for, or what the upper unit gives without being asked.
type Plea struct {
	Kind   Leave
	Until  clock.Day // of an extension: the last day, included
	Reason string
}

func (p Plea) check(d Duty) []*errs.Error {
	bad := []*errs.Error{checkText("reason", p.Reason, maxReason, true)}
	switch {
	case p.Kind != Extension:
		if p.Until != "" {
			bad = append(bad, errs.Invalid("duty.day_without_extension").On("until"))
		}
	case !d.Dated():
		bad = append(bad, errs.Invalid("duty.undated").On("kind"))
	default:
		if _, err := clock.ParseDay(string(p.Until)); err != nil || p.Until >= "2201" {
			bad = append(bad, errs.Invalid("duty.day_impossible").On("until"))
		} else if p.Until.End() <= d.DueAt() {
			bad = append(bad, errs.Invalid("duty.extension_early").On("until"))
		}
	}
	return bad
}

// allows tells whether the state of a duty lets a leave be given. An extension may excuse afterwards
// what was filed late and is not decided on.
func (l Leave) allows(state State) bool {
	switch l {
	case Extension:
		return state.Waiting() || state == StateFiled
	case Exemption, NilReturn:
		return state.Waiting()
	default:
		return state == StateExempt || state == StateNil
	}
}

// Ask asks for an extension, exemption or nil return, by an editor or the head of the unit that owes.
// A nil return for what is not owed by a day (Obligation.NilAtOnce) stands at once.
//
// Errors: duty.not_found, also for another unit's; duty.forbidden, duty.kind_unknown, a form of
// problems, duty.state_…, duty.asked_already.
func (s *Service) Ask(ctx context.Context, a actor.Actor, dutyID string, p Plea) (made Decision, err error) {
	defer errs.Wrap(&err, "duty.Ask(%s)", shorten(dutyID))
	p.Reason = tidy(p.Reason)
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		d, err := s.LockTx(ctx, tx, a, dutyID)
		switch {
		case err != nil:
			return err
		case d.Unit.ID != a.UnitID:
			return errNotFound()
		case !a.Has(actor.RoleEditor, actor.RoleHead):
			return errForbidden()
		case !known(p.Kind, Leaves):
			return errs.Invalid("duty.kind_unknown").On("kind")
		}
		if err := errs.Join(p.check(d)...); err != nil {
			return err
		}
		if !p.Kind.allows(d.State) {
			return errState(d.State)
		}
		now := s.clock.Now()
		made = Decision{ID: id.New(), DutyID: dutyID, Kind: p.Kind, Status: Asked, Until: endOf(p.Until), Reason: p.Reason,
			AskedBy: a.PersonID, AskedUnit: a.UnitID, AskedAt: now}
		if p.Kind == NilReturn && d.Obligation.NilAtOnce() {
			made.Status, made.DecidedBy, made.DecidedUnit, made.DecidedAt = Granted, a.PersonID, a.UnitID, now
		}
		n, err := writeDecision(ctx, tx, made)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Conflict("duty.asked_already")
		}
		if made.Status == Granted {
			if err := s.applyTx(ctx, tx, a, d, made); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, a, "duty.ask", d, string(p.Kind))
	})
	if err != nil {
		return Decision{}, err
	}
	return made, nil
}

// Answer is what the upper unit says to a plea.
type Answer struct {
	Grant bool
	Words string    // needed for a refusal
	Until clock.Day // of an extension that is granted: another last day than was asked for, or ""
}

// Answer grants or refuses what a unit asked for: by a reviewer or the head of a unit that reviews the
// duty, or of the office that leads the edition; never by the person who asked.
//
// Errors: duty.not_found, duty.decision_not_found, duty.forbidden, duty.own_decision, duty.decided,
// a form of problems, duty.state_….
func (s *Service) Answer(ctx context.Context, a actor.Actor, decisionID string, answer Answer) (made Decision, err error) {
	defer errs.Wrap(&err, "duty.Answer(%s)", shorten(decisionID))
	answer.Words = tidy(answer.Words)
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		made, err = decisionByID(ctx, tx, decisionID)
		if err != nil {
			return err
		}
		d, err := s.LockTx(ctx, tx, a, made.DutyID)
		if errs.Is(err, "duty.not_found") {
			return errs.NotFound("duty.decision_not_found")
		}
		if err != nil {
			return err
		}
		if err := s.mayDecide(ctx, tx, a, d); err != nil {
			return err
		}
		if made, err = decisionByID(ctx, tx, decisionID); err != nil { // as it stands under the lock
			return err
		}
		switch {
		case made.AskedBy == a.PersonID:
			return errs.Forbidden("duty.own_decision")
		case made.Status != Asked:
			return errs.Conflict("duty.decided")
		}
		made.Words, made.DecidedBy, made.DecidedUnit, made.DecidedAt = answer.Words, a.PersonID, a.UnitID, s.clock.Now()
		bad := []*errs.Error{checkText("words", answer.Words, maxReason, !answer.Grant)}
		made.Status = Refused
		if answer.Grant {
			made.Status = Granted
			if answer.Until != "" {
				made.Until = endOf(answer.Until)
			}
			bad = append(bad, Plea{Kind: made.Kind, Until: made.LastDay(), Reason: made.Reason}.check(d)...)
		}
		if err := errs.Join(bad...); err != nil {
			return err
		}
		if answer.Grant {
			if !made.Kind.allows(d.State) {
				return errState(d.State)
			}
			if err := s.applyTx(ctx, tx, a, d, made); err != nil {
				return err
			}
		}
		if err := closeDecision(ctx, tx, made); err != nil {
			return err
		}
		if err := s.tellDecision(ctx, tx, a, d, made); err != nil {
			return err
		}
		return s.record(ctx, tx, a, "duty.answer", d, string(made.Kind), string(made.Status))
	})
	if err != nil {
		return Decision{}, err
	}
	return made, nil
}

// TakeBack takes back what a unit asked for as long as nobody has decided on it: by an editor or the
// head of the unit, whoever of it has asked. The unit may ask again afterwards.
//
// Errors: duty.decision_not_found, also for another unit's; duty.forbidden, duty.decided.
func (s *Service) TakeBack(ctx context.Context, a actor.Actor, decisionID string) (made Decision, err error) {
	defer errs.Wrap(&err, "duty.TakeBack(%s)", shorten(decisionID))
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		made, err = decisionByID(ctx, tx, decisionID)
		if err != nil {
			return err
		}
		d, err := s.LockTx(ctx, tx, a, made.DutyID)
		switch {
		case errs.Is(err, "duty.not_found"), err == nil && d.Unit.ID != a.UnitID:
			return errs.NotFound("duty.decision_not_found")
		case err != nil:
			return err
		case !a.Has(actor.RoleEditor, actor.RoleHead):
			return errForbidden()
		}
		made.Status, made.DecidedBy, made.DecidedUnit, made.DecidedAt = TakenBack, a.PersonID, a.UnitID, s.clock.Now()
		if err := closeDecision(ctx, tx, made); err != nil {
			return err
		}
		return s.record(ctx, tx, a, "duty.take_back", d, string(made.Kind))
	})
	if err != nil {
		return Decision{}, err
	}
	return made, nil
}

// Give gives an extension, exemption or nil return without being asked, or lifts one (Lift): by those
// who may Answer. What the unit has asked for meanwhile stays to be answered.
//
// Errors: as Answer; duty.kind_unknown.
func (s *Service) Give(ctx context.Context, a actor.Actor, dutyID string, p Plea) (made Decision, err error) {
	defer errs.Wrap(&err, "duty.Give(%s)", shorten(dutyID))
	p.Reason = tidy(p.Reason)
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		d, err := s.LockTx(ctx, tx, a, dutyID)
		if err != nil {
			return err
		}
		if err := s.mayDecide(ctx, tx, a, d); err != nil {
			return err
		}
		if p.Kind != Lift && !known(p.Kind, Leaves) {
			return errs.Invalid("duty.kind_unknown").On("kind")
		}
		if err := errs.Join(p.check(d)...); err != nil {
			return err
		}
		if !p.Kind.allows(d.State) {
			return errState(d.State)
		}
		now := s.clock.Now()
		made = Decision{ID: id.New(), DutyID: dutyID, Kind: p.Kind, Status: Granted, Until: endOf(p.Until), Reason: p.Reason,
			AskedBy: a.PersonID, AskedUnit: a.UnitID, AskedAt: now, DecidedBy: a.PersonID, DecidedUnit: a.UnitID, DecidedAt: now}
		if _, err := writeDecision(ctx, tx, made); err != nil {
			return err
		}
		if err := s.applyTx(ctx, tx, a, d, made); err != nil {
			return err
		}
		if err := s.tellDecision(ctx, tx, a, d, made); err != nil {
			return err
		}
		return s.record(ctx, tx, a, "duty.give", d, string(p.Kind))
	})
	if err != nil {
		return Decision{}, err
	}
	return made, nil
}

// applyTx gives a duty what was granted. A nil return counts as handed in when it was asked for. The
// reminders that stand in the unit's inbox name a day that is no longer right, or nothing that is owed.
func (s *Service) applyTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d Duty, made Decision) error {
	if err := s.endRemindersTx(ctx, tx, a, d); err != nil {
		return err
	}
	switch made.Kind {
	case Extension:
		_, err := tx.Exec(ctx, setExtension, d.ID, int64(made.Until))
		return err
	case Exemption:
		return setCell(ctx, tx, d.ID, StateExempt, d.Filed, made.DecidedAt)
	case NilReturn:
		filed := made.AskedAt
		if d.Filed != 0 {
			filed = d.Filed
		}
		return setCell(ctx, tx, d.ID, StateNil, filed, made.DecidedAt)
	default:
		if d.State == StateExempt && d.Filed != 0 {
			return setCell(ctx, tx, d.ID, StateReturned, d.Filed, 0)
		}
		return setCell(ctx, tx, d.ID, StateOpen, 0, 0)
	}
}

// mayDecide tells whether the actor speaks for a unit that reviews the duty, or for the edition's office.
func (s *Service) mayDecide(ctx context.Context, q sqldb.Querier, a actor.Actor, d Duty) error {
	if !a.IsStaff() || !a.Has(actor.RoleReviewer, actor.RoleHead) {
		return errForbidden()
	}
	e, err := editionByID(ctx, q, d.EditionID)
	if err != nil {
		return err
	}
	if d.Obligation.OwnerID == "" && a.Place == actor.Office(e.territory).Place {
		return nil
	}
	above, err := reviewersOf(ctx, q, d)
	if err != nil {
		return err
	}
	if !slices.Contains(above, a.UnitID) {
		return errForbidden()
	}
	return nil
}

// MayDecide tells whether the actor may give leave on a duty and chase it; for pages.
func (s *Service) MayDecide(ctx context.Context, a actor.Actor, d Duty) bool {
	return s.mayDecide(ctx, s.db, a, d) == nil
}

// Decisions lists what was asked for and decided on a duty, the oldest first. Errors: duty.not_found.
func (s *Service) Decisions(ctx context.Context, a actor.Actor, dutyID string) (list []Decision, err error) {
	defer errs.Wrap(&err, "duty.Decisions(%s)", shorten(dutyID))
	if _, err := seen(ctx, s.db, a, dutyID); err != nil {
		return nil, err
	}
	return listDecisions(ctx, s.db, dutyID)
}
