package booking

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Rule is what a host asks of those who book an activity.
type Rule struct {
	ActivityID   string
	PerDay       int64 // most active bookings of one contact on a day; 0 does not bound
	AutoMax      int64 // a group of so many people at most is confirmed by rule; 0 leaves each to the host
	AdultsPer    int64 // pupils for each adult who comes with them; 0 does not ask
	VisitsMax    int64 // most visits of one school; 0 does not bound
	Questions    []Question
	OfferMinutes int64 // how long seats that became free are held for a waiting party that is asked
	SkipLimit    int64 // how often a waiting party is passed over until seats are held for it
	Version      int64 // 0 for the usual rule, which nobody has set
}

// The usual rule of the waitlist.
const (
	usualOffer = 120
	usualSkips = 3
)

// usualRule is that of an activity whose host has set none.
func usualRule(activityID string) Rule {
	return Rule{ActivityID: activityID, OfferMinutes: usualOffer, SkipLimit: usualSkips}
}

// Bounds of a rule.
const (
	maxPerDay    = 100
	maxAuto      = 1000
	maxAdultsPer = 100
	maxVisits    = 100
	maxOffer     = 7 * 24 * 60 // minutes
	maxSkips     = 100
)

// tidy gives a rule with its questions tidied, and zeros of the waitlist's as the usual ones.
//
// Errors: a form of booking.rule_number (on the name of its field) and as CheckQuestions.
func (r Rule) tidy() (Rule, error) {
	if r.OfferMinutes == 0 {
		r.OfferMinutes = usualOffer
	}
	if r.SkipLimit == 0 {
		r.SkipLimit = usualSkips
	}
	var bad []*errs.Error
	for _, one := range []struct {
		field              string
		value, least, most int64
	}{
		{"per_day", r.PerDay, 0, maxPerDay},
		{"auto_max", r.AutoMax, 0, maxAuto},
		{"adults_per", r.AdultsPer, 0, maxAdultsPer},
		{"visits_max", r.VisitsMax, 0, maxVisits},
		{"offer_minutes", r.OfferMinutes, 10, maxOffer},
		{"skip_limit", r.SkipLimit, 1, maxSkips},
	} {
		if one.value < one.least || one.value > one.most {
			bad = append(bad, errs.Invalid("booking.rule_number", "least", one.least, "most", one.most).On(one.field))
		}
	}
	questions, err := CheckQuestions(r.Questions)
	if err != nil {
		bad = append(bad, errs.As(err).Problems...)
	}
	r.Questions = questions
	return r, errs.Join(bad...)
}

// Rule gives what the host of an activity asks of those who book it. Whoever sees the activity on the Desk
// may read it.
//
// Errors: activity.not_found.
func (s *Service) Rule(ctx context.Context, a actor.Actor, activityID string) (r Rule, err error) {
	defer errs.Wrap(&err, "booking.Rule(%s)", activityID)
	if _, err := s.deps.Activities.Get(ctx, a, activityID); err != nil {
		return Rule{}, err
	}
	return ruleOf(ctx, s.deps.DB, activityID)
}

// PublicRule gives what whoever books an activity is asked. It needs no right.
func (s *Service) PublicRule(ctx context.Context, activityID string) (r Rule, err error) {
	defer errs.Wrap(&err, "booking.PublicRule(%s)", activityID)
	return ruleOf(ctx, s.deps.DB, activityID)
}

// SetRule writes over the rule of an activity that stands at version. Its own unit's editors and heads may.
// Bookings that stand are not touched; a limit for each day counts them.
//
// Errors: activity.not_found; booking.rule_forbidden; booking.changed_meanwhile (Conflict); a form of
// booking.rule_number and as CheckQuestions.
func (s *Service) SetRule(ctx context.Context, a actor.Actor, activityID string, version int64, r Rule) (after Rule, err error) {
	defer errs.Wrap(&err, "booking.SetRule(%s)", activityID)
	act, err := s.deps.Activities.Get(ctx, a, activityID)
	if err != nil {
		return Rule{}, err
	}
	own := a.Class == actor.System || a.IsStaff() && a.UnitID == act.Unit.ID
	if !own || !actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: act.Unit.ID, Place: act.Unit.Place}) {
		return Rule{}, errs.Forbidden("booking.rule_forbidden")
	}
	if r, err = r.tidy(); err != nil {
		return Rule{}, err
	}
	r.ActivityID, r.Version = activityID, version
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		sessions, err := listTexts(ctx, tx, sessionsOf, activityID)
		if err != nil {
			return err
		}
		// Held, so that no claim counts beside a new limit.
		if _, err := s.deps.Activities.LockSeatsTx(ctx, tx, sessions); err != nil {
			return err
		}
		before, err := ruleOf(ctx, tx, activityID)
		if err != nil {
			return err
		}
		if before.Version != version {
			return errs.Conflict("booking.changed_meanwhile")
		}
		if err := writeRule(ctx, tx, r); err != nil {
			return err
		}
		if before.PerDay == 0 && r.PerDay > 0 {
			if err := recountDays(ctx, tx, activityID); err != nil {
				return err
			}
		}
		if after, err = ruleOf(ctx, tx, activityID); err != nil {
			return err
		}
		return s.deps.Audit.RecordTx(ctx, tx, a, audit.Entry{Action: "booking.rule_set", Subject: "activity", SubjectID: activityID, UnitID: act.Unit.ID})
	})
	if err != nil {
		return Rule{}, err
	}
	return after, nil
}
