package visit

import (
	"context"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// Opening is what a teacher must know of a session before booking a class.
type Opening struct {
	activity.Offer
	Rule Rule
	// Availability is that of the smallest group: why no class can be booked, "" if one can. Full leads to the
	// waitlist.
	Availability booking.Availability
}

// Open gets what a class can have of a session. It needs no right.
//
// Errors: booking.session_not_found, also for one that the public does not see.
func (s *Service) Open(ctx context.Context, sessionID string) (o Opening, err error) {
	defer errs.Wrap(&err, "visit.Open")
	if o.Offer, err = s.deps.Activities.GetOffer(ctx, sessionID); errs.Is(err, "activity.session_not_found") {
		err = errs.NotFound("booking.session_not_found")
	}
	if err != nil {
		return Opening{}, err
	}
	o.Availability = booking.AvailableTo(o.Session, booking.Ask{Party: max(1, int64(o.GroupMin)), Group: true}, s.deps.Clock.Now())
	o.Rule, err = ruleOf(ctx, s.deps.DB, o.ActivityID)
	return o, err
}

// Request is a teacher's booking of a class.
type Request struct {
	SessionID string
	School    School // its ID, or name and prefecture
	Class     Class
	Contact   booking.Contact
	Consent   bool // to what becomes of the teacher's data
	Locale    string
}

// mostSchools is how many schools a search gives.
const mostSchools = 8

// FindSchools finds registered schools by parts of their names, for a teacher who looks for the own one.
// It needs no right: that there is a school is no secret.
func (s *Service) FindSchools(ctx context.Context, text string) (list []SchoolFound, err error) {
	defer errs.Wrap(&err, "visit.FindSchools")
	var bad problems
	text = bad.text("school", text, maxSchool, false, false)
	if err := errs.Join(bad...); err != nil || text == "" {
		return nil, err
	}
	return listSchools(ctx, s.deps.DB, named(&sqldb.Where{}, text), mostSchools)
}

// Ask books a class: confirmed by the host's rule, else held until the host confirms, or waiting for seats
// where there are too few. It needs no right.
//
// Errors: visit.* and booking.* problems on the fields school, region, grade, pupils, adults, needs,
// transport, language, consent and contact.*; visit.visits_max (Conflict, with limit) where the host takes
// no more visits of the school; otherwise as booking.Claim.
func (s *Service) Ask(ctx context.Context, a actor.Actor, r Request) (receipt booking.Receipt, err error) {
	defer errs.Wrap(&err, "visit.Ask")
	o, err := s.Open(ctx, r.SessionID)
	if err != nil {
		return booking.Receipt{}, err
	}
	class, bad := r.Class.tidy(o.Rule)
	school, err := s.school(ctx, r.School, &bad)
	if err != nil {
		return booking.Receipt{}, err
	}
	if err := s.check(r.Contact, r.Consent, bad); err != nil {
		return booking.Receipt{}, err
	}
	now := s.deps.Clock.Now()
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		rule, err := s.countTx(ctx, tx, o.ActivityID, school)
		if err != nil {
			return err
		}
		receipt, err = s.deps.Bookings.ClaimTx(ctx, tx, booking.Request{
			SessionID: r.SessionID, Party: class.Party(), Contact: r.Contact, Source: booking.FromPortal, Group: true, Hold: !rule.Confirms(class.Pupils), Locale: r.Locale,
		})
		if err != nil {
			return err
		}
		if err := s.insert(ctx, tx, receipt.BookingID, o.ActivityID, school, class, now, now); err != nil {
			return err
		}
		key := "visit.told_asked"
		if receipt.Status == booking.Confirmed {
			key = "visit.told_booked"
		}
		return s.tellHostTx(ctx, tx, a, receipt.BookingID, o.UnitID, o.ActivityID, "asked", key)
	})
	if err != nil {
		return booking.Receipt{}, beside(err)
	}
	return receipt, nil
}

// check joins what is wrong with a class to what is wrong with its contact, so that a form tells all of
// it at once.
func (s *Service) check(c booking.Contact, consent bool, bad problems) error {
	if !consent {
		bad.add(errs.Invalid("visit.consent_missing").On("consent"))
	}
	if err := c.Check(); err != nil {
		bad = append(bad, errs.As(err).Problems...)
	}
	return errs.Join(bad...)
}

// school reads which school it is: a registered one as it is called, or a typed one in a prefecture.
func (s *Service) school(ctx context.Context, one School, bad *problems) (School, error) {
	if one.ID != "" {
		list, err := listSchools(ctx, s.deps.DB, unitIs(&sqldb.Where{}, one.ID), 1)
		if err != nil {
			return School{}, err
		}
		if len(list) == 0 {
			bad.add(errs.Invalid("visit.school_unknown").On("school"))
			return School{}, nil
		}
		return list[0].School, nil
	}
	one.Name = bad.text("school", one.Name, maxSchool, true, false)
	r, err := s.deps.Units.Region(ctx, one.Region)
	if errs.Is(err, "region.not_found") {
		bad.add(errs.Invalid("visit.region_missing").On("region"))
		return one, nil
	}
	return School{Name: one.Name, Region: r.Code}, err
}

// countTx holds a school's row of an activity and refuses one visit too many. Whoever books for the same
// school at the same time waits here, and then counts this visit.
func (s *Service) countTx(ctx context.Context, tx *sqldb.Tx, activityID string, school School) (Rule, error) {
	if _, err := tx.Exec(ctx, holdSchool, activityID, school.key()); err != nil {
		return Rule{}, err
	}
	rule, err := ruleOf(ctx, tx, activityID)
	if err != nil || rule.VisitsMax == 0 {
		return rule, err
	}
	var has int64
	if err := tx.QueryRow(ctx, countSchool, activityID, school.key()).Scan(&has); err != nil {
		return Rule{}, err
	}
	if has >= rule.VisitsMax {
		return Rule{}, errs.Conflict("visit.visits_max", "limit", rule.VisitsMax).On("school")
	}
	return rule, nil
}

// tellHostTx tells the host of something that it must know of; once marks which of the visit's events.
func (s *Service) tellHostTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, visitID, unitID, activityID, once, key string) error {
	_, _, err := s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: "visit:" + once + ":" + visitID, ToUnit: unitID, Key: key, Args: map[string]string{"activity": activityID}, Link: "/desk/visits/" + visitID,
	})
	return err
}

const (
	needsPurpose  = "visit.needs"
	rosterPurpose = "visit.roster"
)

func bindNeeds(visitID string) string { return "visit:" + visitID + ":needs" }

// lockNeeds seals what a class needs, nil for nothing.
func (s *Service) lockNeeds(visitID, needs string) []byte {
	if needs == "" {
		return nil
	}
	return s.deps.Ring.Seal(needsPurpose, []byte(needs), bindNeeds(visitID))
}

// opened gives a row with what its class needs in clear.
func (s *Service) opened(r row) (Visit, error) {
	if r.needs == nil {
		return r.Visit, nil
	}
	plain, err := s.deps.Ring.Open(needsPurpose, r.needs, bindNeeds(r.ID))
	r.Needs = string(plain)
	return r.Visit, err
}

// reads gives a visit with its contact, as its teacher reads it.
func (s *Service) reads(ctx context.Context, q sqldb.Querier, visitID string) (Visit, error) {
	r, err := visitByID(ctx, q, visitID)
	if err != nil {
		return Visit{}, err
	}
	v, err := s.opened(r)
	if err != nil {
		return Visit{}, err
	}
	contacts, err := s.deps.Bookings.Contacts(ctx, q, []string{visitID})
	v.Contact = contacts[visitID]
	return v, err
}

// ByToken gets a visit for the holder of its booking's manage token, with contact and needs in clear.
//
// Errors: booking.token_refused (Forbidden), visit.not_found, also for a booking that is no class visit.
func (s *Service) ByToken(ctx context.Context, token string) (v Visit, err error) {
	defer errs.Wrap(&err, "visit.ByToken")
	visitID, err := s.deps.Bookings.BookingOf(token)
	if err != nil {
		return Visit{}, err
	}
	return s.reads(ctx, s.deps.DB, visitID)
}

// Now is the moment by which pages judge what may still be changed.
func (s *Service) Now() clock.Instant { return s.deps.Clock.Now() }
