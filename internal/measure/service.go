package measure

import (
	"context"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Deps are what measures are made with.
type Deps struct {
	DB         *sqldb.DB
	Clock      clock.Clock
	Log        *audit.Log
	Editions   *edition.Service
	Activities *activity.Service
	Bookings   *booking.Service
}

// Service holds the use cases of measures. It is safe for concurrent use.
type Service struct{ deps Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{deps: d} }

// Find lists the measures of an edition, those in force first, then the latest first.
//
// Errors: measure.forbidden.
func (s *Service) Find(ctx context.Context, a actor.Actor, editionID string) (list []Measure, err error) {
	defer errs.Wrap(&err, "measure.Find")
	if !MayRead(a) {
		return nil, errForbidden()
	}
	return listMeasures(ctx, s.deps.DB, editionID)
}

// Get gets one measure. Errors: measure.not_found, measure.forbidden.
func (s *Service) Get(ctx context.Context, a actor.Actor, measureID string) (m Measure, err error) {
	defer errs.Wrap(&err, "measure.Get")
	if !MayRead(a) {
		return Measure{}, errForbidden()
	}
	if !id.Valid(measureID) {
		return Measure{}, errNotFound()
	}
	return measureByID(ctx, s.deps.DB, measureID)
}

// Preview tells what a measure would do to whom if it were switched on now.
//
// Errors: measure.forbidden; a form of measure.text_missing, text_long, text_malformed, choice_unknown,
// percent, day, day_last, region and empty on the fields of Draft; edition.not_found.
func (s *Service) Preview(ctx context.Context, a actor.Actor, d Draft) (e Effect, err error) {
	defer errs.Wrap(&err, "measure.Preview")
	if d, err = s.checked(ctx, a, d); err != nil {
		return Effect{}, err
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		list, err := listInForce(ctx, q, d.EditionID)
		if err != nil {
			return err
		}
		e, err = s.foresee(ctx, q, d, list)
		return err
	})
	return e, err
}

// checked checks who writes what.
func (s *Service) checked(ctx context.Context, a actor.Actor, d Draft) (Draft, error) {
	if !MaySet(a, a.Place.Region) {
		return Draft{}, errForbidden()
	}
	e, err := s.deps.Editions.Face(ctx, a, d.EditionID)
	if err != nil {
		return Draft{}, err
	}
	d, bad := d.tidy(s.deps.Clock.Now().Day())
	known, err := isRegion(ctx, s.deps.DB, d.Region)
	if err != nil {
		return Draft{}, err
	}
	if !known || !MaySet(a, d.Region) || !actor.RegionWithin(d.Region, e.Territory) {
		bad = append(bad, errRegion())
	}
	return d, errs.Join(bad...)
}

// SwitchOn orders a measure and does what it asks for: it keeps seats back, puts those who booked last on
// the waitlist, cancels sessions, and marks those concerned to be told. It gives what it did. Each session
// is one transaction; should the process stop in between, Apply goes on.
//
// Errors: as Preview; measure.ordered_already (Conflict) where the same is in force.
func (s *Service) SwitchOn(ctx context.Context, a actor.Actor, d Draft) (m Measure, err error) {
	defer errs.Wrap(&err, "measure.SwitchOn")
	if d, err = s.checked(ctx, a, d); err != nil {
		return Measure{}, err
	}
	before, err := listInForce(ctx, s.deps.DB, d.EditionID)
	if err != nil {
		return Measure{}, err
	}
	if slices.ContainsFunc(before, func(m Measure) bool { return m.Draft == d }) {
		return Measure{}, errs.Conflict("measure.ordered_already")
	}
	seen, err := s.foresee(ctx, s.deps.DB, d, before)
	if err != nil {
		return Measure{}, err
	}
	// What it does is counted as it is done: it may differ by whatever is booked in between.
	m = Measure{ID: id.New(), Draft: d, UnitID: a.UnitID, SetBy: a.PersonID, Effect: Effect{Sessions: seen.Sessions}, Version: 1}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		m.SetAt = s.deps.Clock.Now()
		if err := insert(ctx, tx, m); err != nil {
			return err
		}
		if err := s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "measure.on", Subject: "measure", SubjectID: m.ID, Count: int(seen.Sessions)}); err != nil {
			return err
		}
		return change.Touch(ctx, tx, edition.Topic, activity.TopicOf(d.EditionID))
	})
	if err != nil {
		return Measure{}, err
	}
	if err := s.apply(ctx, a, d.EditionID); err != nil {
		return Measure{}, err
	}
	return measureByID(ctx, s.deps.DB, m.ID)
}

// SwitchOff ends a measure that stands at version: seats are given free and go to those who wait, sessions
// that it cancelled and that have not begun take place again. Bookings that were cancelled stay so.
//
// Errors: measure.not_found, measure.forbidden; measure.ended (Conflict), measure.changed_meanwhile
// (Conflict).
func (s *Service) SwitchOff(ctx context.Context, a actor.Actor, measureID string, version int64) (err error) {
	defer errs.Wrap(&err, "measure.SwitchOff")
	m, err := s.Get(ctx, a, measureID)
	if err != nil {
		return err
	}
	if !MaySet(a, m.Region) {
		return errForbidden()
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, endMeasure, m.ID, version, a.PersonID, int64(s.deps.Clock.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			if now, err := measureByID(ctx, tx, m.ID); err != nil || now.InForce() {
				return errs.Conflict("measure.changed_meanwhile").Because(err)
			}
			return errs.Conflict("measure.ended")
		}
		if err := s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "measure.off", Subject: "measure", SubjectID: m.ID}); err != nil {
			return err
		}
		return change.Touch(ctx, tx, edition.Topic, activity.TopicOf(m.EditionID))
	})
	if err != nil {
		return err
	}
	return s.apply(ctx, a, m.EditionID)
}

// Orders gives the measures in force for a place and a day, "" for every day, for the pages of the public.
func (s *Service) Orders(ctx context.Context, editionID, region string, day clock.Day) (list []Draft, err error) {
	defer errs.Wrap(&err, "measure.Orders")
	inForce, err := listInForce(ctx, s.deps.DB, editionID)
	if err != nil {
		return nil, err
	}
	today := s.deps.Clock.Now().Day()
	for _, m := range inForce {
		if !actor.RegionWithin(region, m.Region) || m.Last != "" && m.Last < today || day != "" && !m.On(day) {
			continue
		}
		list = append(list, m.Draft)
	}
	return list, nil
}

// HeldAfar tells which of sessions are held from afar by order.
func (s *Service) HeldAfar(ctx context.Context, sessionIDs []string) (afar map[string]bool, err error) {
	defer errs.Wrap(&err, "measure.HeldAfar")
	return heldAfar(ctx, s.deps.DB, sessionIDs)
}

// ContactRequiredTx tells whether everybody who comes to a session must leave a telephone number: who books
// for somebody at the door asks.
func (s *Service) ContactRequiredTx(ctx context.Context, q sqldb.Querier, sessionID string) (required bool, err error) {
	defer errs.Wrap(&err, "measure.ContactRequiredTx(%s)", sessionID)
	return contactRequired(ctx, q, sessionID)
}
