package duty

import (
	"context"
	"database/sql"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Reason is why a unit was sent a notice.
type Reason string

// The reasons.
const (
	Addressed Reason = "addressed" // 主送
	Obliged   Reason = "obliged"   // it owes something by the notice without being addressed
	PassedOn  Reason = "passed_on" // 转发
)

// Dispatch is a notice on its way to one unit.
type Dispatch struct {
	ID           string
	EditionID    string
	NoticeID     string
	DocNumber    string
	Title        string
	NoticeKind   string // original or amending
	Unit         Unit
	From         Unit   // without a place; the zero Unit where nobody stands above
	Via          string // dispatch that was passed on, or ""
	Reason       Reason
	CoveringNote string
	SentAt       clock.Instant
	OpenedAt     clock.Instant // first look; 0 for none
	SignedAt     clock.Instant // 0 while there is no receipt
	SignedBy     string        // person
	Implicit     bool          // signed by filing or passing on
	PassedOn     int           // units to which it was passed on
}

// Open records that somebody of the unit has looked at the notice, the first time only.
//
// Errors: dispatch.not_found, also for another unit's.
func (s *Service) Open(ctx context.Context, a actor.Actor, dispatchID string) (d Dispatch, err error) {
	defer errs.Wrap(&err, "duty.Open(%s)", shorten(dispatchID))
	d, err = s.ownDispatch(ctx, s.db, a, dispatchID)
	if err != nil || d.OpenedAt != 0 {
		return d, err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, openDispatch, dispatchID, int64(s.clock.Now()), a.PersonID)
		if err != nil || n == 0 {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "dispatch.open", Subject: "dispatch", SubjectID: dispatchID})
	})
	if err != nil {
		return Dispatch{}, err
	}
	return dispatchByID(ctx, s.db, dispatchID)
}

// Sign is the receipt (签收) by an editor or the head of the unit. Signing twice changes nothing.
//
// Errors: dispatch.not_found, dispatch.forbidden.
func (s *Service) Sign(ctx context.Context, a actor.Actor, dispatchID string) (d Dispatch, err error) {
	defer errs.Wrap(&err, "duty.Sign(%s)", shorten(dispatchID))
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := s.ownDispatch(ctx, tx, a, dispatchID); err != nil {
			return err
		}
		if !a.Has(actor.RoleEditor, actor.RoleHead) {
			return errs.Forbidden("dispatch.forbidden")
		}
		if err := s.signTx(ctx, tx, a, dispatchID, false); err != nil {
			return err
		}
		d, err = dispatchByID(ctx, tx, dispatchID)
		return err
	})
	if err != nil {
		return Dispatch{}, err
	}
	return d, nil
}

func (s *Service) signTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, dispatchID string, implicit bool) error {
	n, err := tx.Exec(ctx, signDispatch, dispatchID, int64(s.clock.Now()), a.PersonID, implicit)
	if err != nil || n == 0 {
		return err
	}
	action := "dispatch.sign"
	if implicit {
		action = "dispatch.sign_implicit"
	}
	return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: "dispatch", SubjectID: dispatchID})
}

// signImplicitlyTx signs what a unit has received of an edition, because filing says that it has it.
func (s *Service) signImplicitlyTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, editionID, unitID string) (signed int, err error) {
	ids, err := sqldb.List(ctx, tx, func(row *sql.Rows) (one string, err error) { return one, row.Scan(&one) }, listUnsigned, editionID, unitID)
	if err != nil {
		return 0, err
	}
	for _, one := range ids {
		if err := s.signTx(ctx, tx, a, one, true); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// Passing is to whom a notice is passed on, with the covering note (转发意见). An empty Scopes means
// every unit that answers to the actor's department.
type Passing struct {
	Note   string
	Scopes actor.Scopes
}

// Passed is what passing on did.
type Passed struct {
	Sent    int
	Already int // units that had the notice before
}

// PassOn passes a notice on to units that answer to the actor's department (actor.Command), and signs
// it, if nobody has. Units that have the notice already are not sent it again.
//
// Errors: dispatch.not_found, dispatch.forbidden, dispatch.nobody_below, duty.text_… on note,
// duty.scope_wide on scopes.
func (s *Service) PassOn(ctx context.Context, a actor.Actor, dispatchID string, p Passing) (done Passed, err error) {
	defer errs.Wrap(&err, "duty.PassOn(%s)", shorten(dispatchID))
	note := tidy(p.Note)
	if err := errs.Join(checkText("note", note, maxNote, false), checkScopes(p.Scopes)); err != nil {
		return Passed{}, err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := s.ownDispatch(ctx, tx, a, dispatchID); err != nil {
			return err
		}
		if !a.Has(actor.RoleEditor, actor.RoleHead) || len(actor.Command(a)) == 0 {
			return errs.Forbidden("dispatch.forbidden")
		}
		var all int
		query, args := commanded(a, p.Scopes).Apply(countCovered)
		if err := tx.QueryRow(ctx, query, args...).Scan(&all); err != nil {
			return err
		}
		if all == 0 {
			return errs.Invalid("dispatch.nobody_below").On("scopes")
		}
		query, args = commanded(a, p.Scopes).Apply(insertPassedOn, id.New(), dispatchID, note, a.PersonID, int64(s.clock.Now()))
		n, err := tx.Exec(ctx, query, args...)
		if err != nil {
			return err
		}
		done = Passed{Sent: int(n), Already: all - int(n)}
		if err := s.signTx(ctx, tx, a, dispatchID, true); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "dispatch.pass_on", Subject: "dispatch", SubjectID: dispatchID, Count: done.Sent})
	})
	if err != nil {
		return Passed{}, err
	}
	return done, nil
}

// commanded restricts scopes, or everything, to the units that answer to the actor's department.
func commanded(a actor.Actor, scopes actor.Scopes) *sqldb.Where {
	where := (&sqldb.Where{}).Any(actor.Command(a).SQL(actor.UnitColumns("u")))
	if len(scopes) > 0 {
		where.Any(scopes.SQL(actor.UnitColumns("u")))
	}
	return where
}

func checkScopes(scopes actor.Scopes) *errs.Error {
	bad := len(scopes) > maxScopes
	for _, one := range scopes {
		bad = bad || len(one.Units) > maxUnits || len(one.Regions) > maxUnits
		for _, unitID := range one.Units {
			bad = bad || !id.Valid(unitID)
		}
	}
	if bad {
		return errs.Invalid("duty.scope_wide", "limit", maxScopes).On("scopes")
	}
	return nil
}

// ownDispatch gets a dispatch of the actor's own unit.
func (s *Service) ownDispatch(ctx context.Context, q sqldb.Querier, a actor.Actor, dispatchID string) (Dispatch, error) {
	if !id.Valid(dispatchID) || !a.IsStaff() || a.UnitID == "" {
		return Dispatch{}, errDispatch()
	}
	d, err := dispatchByID(ctx, q, dispatchID)
	if err == nil && d.Unit.ID != a.UnitID {
		return Dispatch{}, errDispatch()
	}
	return d, err
}

// GetDispatch gets a dispatch to the actor's unit, to one in sight, or sent by the actor's unit.
// Errors: dispatch.not_found.
func (s *Service) GetDispatch(ctx context.Context, a actor.Actor, dispatchID string) (d Dispatch, err error) {
	defer errs.Wrap(&err, "duty.GetDispatch(%s)", shorten(dispatchID))
	if !id.Valid(dispatchID) {
		return Dispatch{}, errDispatch()
	}
	d, err = dispatchByID(ctx, s.db, dispatchID)
	if err == nil && !actor.Sight(a).Covers(d.Unit.ID, d.Unit.Place) && (!a.IsStaff() || d.From.ID == "" || d.From.ID != a.UnitID) {
		return Dispatch{}, errDispatch()
	}
	return d, err
}

// Received lists the notices that the actor's unit has received, the latest first.
func (s *Service) Received(ctx context.Context, a actor.Actor, editionID string) (list []Dispatch, err error) {
	defer errs.Wrap(&err, "duty.Received(%s)", shorten(editionID))
	if !a.IsStaff() || a.UnitID == "" || !id.Valid(editionID) {
		return nil, nil
	}
	return listDispatches(ctx, s.db, receivedBy(editionID, a.UnitID), maxLimit)
}
