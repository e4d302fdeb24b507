package visit

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Answer tells which invitation is answered, and by what right.
type Answer struct {
	Token       string // of the invitation's link, whose holder answers
	AllotmentID string // without a Token: the actor answers, who must be of the school
}

// answered finds the invitation that is answered, and checks who answers.
func (s *Service) answered(ctx context.Context, a actor.Actor, by Answer) (l Allotment, err error) {
	if by.Token != "" {
		return s.AllotmentByToken(ctx, by.Token)
	}
	if l, err = s.GetAllotment(ctx, a, by.AllotmentID); err == nil && !l.Answers(a) {
		err = errForbidden()
	}
	return l, err
}

// Accept says that the school comes; its class is described with Fill, until the deadline. An invitation
// that is accepted already stays so.
//
// Errors: as GetAllotment and AllotmentByToken; visit.forbidden; visit.invitation_over (Conflict).
func (s *Service) Accept(ctx context.Context, a actor.Actor, by Answer) (err error) {
	defer errs.Wrap(&err, "visit.Accept")
	l, err := s.answered(ctx, a, by)
	if err != nil || l.State == AllotmentAccepted && l.Open(s.deps.Clock.Now()) {
		return err
	}
	if !l.Open(s.deps.Clock.Now()) {
		return errInvitation()
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		changed, err := tx.Exec(ctx, answerAllotment, l.ID, string(AllotmentAccepted), "", int64(s.deps.Clock.Now()), string(AllotmentInvited), string(AllotmentInvited))
		if err != nil {
			return err
		}
		if changed == 0 {
			return errInvitation()
		}
		if err := s.tellBureauTx(ctx, tx, a, l, "accepted", "visit.told_accepted"); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.accept", Subject: "visit", SubjectID: l.Visit.ID, UnitID: l.Visit.School.ID})
	})
}

// Refuse says that the school does not come, and why; the seats are free again.
//
// Errors: as Accept; visit.text_… on reason.
func (s *Service) Refuse(ctx context.Context, a actor.Actor, by Answer, reason string) (err error) {
	defer errs.Wrap(&err, "visit.Refuse")
	l, err := s.answered(ctx, a, by)
	if err != nil {
		return err
	}
	var bad problems
	reason = bad.text("reason", reason, maxReason, false, false)
	if err := errs.Join(bad...); err != nil {
		return err
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.endTx(ctx, tx, l, AllotmentDeclined, reason); err != nil {
			return err
		}
		if err := s.tellBureauTx(ctx, tx, a, l, "refused", "visit.told_refused"); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.refuse", Subject: "visit", SubjectID: l.Visit.ID, UnitID: l.Visit.School.ID})
	})
}

// Fill describes the class of a school that was invited, with the seats that are held: confirmed by the
// host's rule, else the host's to confirm. More people than were invited need free seats. It gives the
// booking's manage token, by which the teacher follows the visit.
//
// Errors: as Accept; as Ask for what is wrong with class and contact.
func (s *Service) Fill(ctx context.Context, a actor.Actor, by Answer, r Request) (manageToken string, err error) {
	defer errs.Wrap(&err, "visit.Fill")
	l, err := s.answered(ctx, a, by)
	if err != nil {
		return "", err
	}
	rule, err := ruleOf(ctx, s.deps.DB, l.Visit.ActivityID)
	if err != nil {
		return "", err
	}
	if !l.Open(s.deps.Clock.Now()) {
		return "", errInvitation()
	}
	class, bad := r.Class.tidy(rule)
	if err := s.check(r.Contact, r.Consent, bad); err != nil {
		return "", err
	}
	o, err := s.Open(ctx, l.Visit.SessionID)
	if err != nil {
		return "", err
	}
	if party := class.Party(); party < int64(o.GroupMin) || party > int64(o.GroupMax) {
		return "", errs.Conflict("booking.group_size", "reason", string(booking.GroupSize), "least", o.GroupMin, "limit", o.GroupMax).On("pupils")
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error { return s.fillTx(ctx, tx, a, l, rule, class, r) })
	if err != nil {
		return "", beside(err)
	}
	return s.deps.Bookings.Token(l.Visit.ID), nil
}

func (s *Service) fillTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, l Allotment, rule Rule, class Class, r Request) error {
	now := s.deps.Clock.Now()
	taken, err := tx.Exec(ctx, answerAllotment, l.ID, string(AllotmentBooked), "", int64(now), string(AllotmentInvited), string(AllotmentAccepted))
	if err != nil {
		return err
	}
	if taken == 0 {
		return errInvitation()
	}
	if _, err := s.deps.Bookings.ResizeTx(ctx, tx, l.Visit.ID, class.Party(), true); err != nil {
		return err
	}
	if _, err := s.deps.Bookings.NameTx(ctx, tx, l.Visit.ID, r.Contact, r.Locale); err != nil {
		return err
	}
	filled, err := tx.Exec(ctx, fillVisit, l.Visit.ID, class.Grade, class.Pupils, class.Adults, s.lockNeeds(l.Visit.ID, class.Needs), string(class.Transport), string(class.Language), int64(now))
	if err != nil {
		return err
	}
	if filled == 0 {
		return errInvitation()
	}
	key := "visit.told_asked"
	if rule.Confirms(class.Pupils) {
		key = "visit.told_booked"
		if _, err := s.deps.Bookings.ConfirmTx(ctx, tx, l.Visit.ID); err != nil {
			return err
		}
	}
	if err := s.tellHostTx(ctx, tx, a, l.Visit.ID, l.Visit.Host.ID, l.Visit.ActivityID, "asked", key); err != nil {
		return err
	}
	if err := s.tellBureauTx(ctx, tx, a, l, "filled", "visit.told_filled"); err != nil {
		return err
	}
	return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.fill", Subject: "visit", SubjectID: l.Visit.ID, UnitID: l.Visit.School.ID})
}
