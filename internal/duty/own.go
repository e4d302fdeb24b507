package duty

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Own is an obligation that a head unit adds for units that answer to it.
type Own struct {
	What   string
	Due    clock.Day // last day, included; "" for none
	Form   string    // code of the form to hand in; "" takes the short evidence form
	Chain  Chain     // ChainOwner or ChainTiers; "" takes ChainOwner
	Scopes actor.Scopes
}

var formPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func (o Own) check(today clock.Day) []*errs.Error {
	bad := []*errs.Error{checkText("what", o.What, maxWhat, true), checkScopes(o.Scopes)}
	if o.Due != "" {
		if _, err := clock.ParseDay(string(o.Due)); err != nil || o.Due < today || o.Due >= "2201" {
			bad = append(bad, errs.Invalid("duty.day_impossible").On("due"))
		}
	}
	if o.Form != "" && !formPattern.MatchString(o.Form) {
		bad = append(bad, errs.Invalid("duty.form_malformed").On("form"))
	}
	if o.Chain != ChainOwner && o.Chain != ChainTiers {
		bad = append(bad, errs.Invalid("duty.chain_unknown").On("chain"))
	}
	if len(o.Scopes) == 0 {
		bad = append(bad, errs.Invalid("duty.scope_missing").On("scopes"))
	}
	return bad
}

// AddObligation adds an obligation for units that answer to the actor's department, and makes their
// duties at once. The head of a department may; what lies outside of actor.Command is left out.
//
// Errors: duty.edition_not_found, duty.edition_closed, duty.own_forbidden, a form of problems on their
// fields, dispatch.nobody_below (on scopes).
func (s *Service) AddObligation(ctx context.Context, a actor.Actor, editionID string, own Own) (o Obligation, made int, err error) {
	defer errs.Wrap(&err, "duty.AddObligation(%s)", shorten(editionID))
	own.What, own.Form = tidy(own.What), tidy(own.Form)
	if own.Chain == "" {
		own.Chain = ChainOwner
	}
	if !a.Has(actor.RoleHead) || len(actor.Command(a)) == 0 {
		return Obligation{}, 0, errs.Forbidden("duty.own_forbidden")
	}
	if err := errs.Join(own.check(s.clock.Now().Day())...); err != nil {
		return Obligation{}, 0, err
	}
	audience, err := json.Marshal(own.Scopes)
	if err != nil {
		return Obligation{}, 0, err
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.publishedTx(ctx, tx, editionID); err != nil {
			return err
		}
		var slot int
		if err := tx.QueryRow(ctx, lastSlot, editionID).Scan(&slot); err != nil {
			return err
		}
		slot++
		ownID := id.New()
		if _, err := tx.Exec(ctx, insertOwn, ownID, editionID, a.UnitID, own.What, string(own.Due), string(audience), a.PersonID, int64(s.clock.Now())); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertRule, ownID, editionID, ownID, slot, own.Form, string(own.Chain)); err != nil {
			return err
		}
		n, err := insertDutiesTx(ctx, tx, editionID, ownID, slot, endOf(own.Due), commanded(a, own.Scopes))
		switch {
		case err != nil:
			return err
		case n == 0:
			return errs.Invalid("dispatch.nobody_below").On("scopes")
		}
		made = int(n)
		if o, _, err = ruleByID(ctx, tx, ownID); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "duty.add_obligation", Subject: "obligation", SubjectID: ownID, Count: made})
	})
	if err != nil {
		return Obligation{}, 0, err
	}
	return o, made, nil
}

func endOf(d clock.Day) clock.Instant {
	if d == "" {
		return 0
	}
	return d.End()
}

// publishedTx checks that an edition is published, and makes those who change its ledger's rules wait
// for each other: two that add a column at once take different slots.
func (s *Service) publishedTx(ctx context.Context, tx *sqldb.Tx, editionID string) error {
	if !id.Valid(editionID) {
		return errEdition()
	}
	if err := change.Touch(ctx, tx, "duty:"+editionID); err != nil {
		return err
	}
	e, err := editionByID(ctx, tx, editionID)
	switch {
	case err != nil:
		return err
	case e.status == "draft":
		return errEdition()
	case e.status != "published":
		return errs.Conflict("duty.edition_closed")
	}
	return nil
}

// RemoveObligation takes back an obligation that the actor's unit added, with its duties. Once a unit
// has begun on it, or was chased or excused, it stays: that is evidence.
//
// Errors: duty.obligation_not_found, also for another unit's; duty.own_forbidden, duty.obligation_used.
func (s *Service) RemoveObligation(ctx context.Context, a actor.Actor, obligationID string) (err error) {
	defer errs.Wrap(&err, "duty.RemoveObligation(%s)", shorten(obligationID))
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		o, ok := Obligation{}, false
		if id.Valid(obligationID) {
			if o, ok, err = ruleByID(ctx, tx, obligationID); err != nil {
				return err
			}
		}
		switch {
		case !ok || o.OwnerID == "" || o.OwnerID != a.UnitID:
			return errs.NotFound("duty.obligation_not_found")
		case !a.Has(actor.RoleHead):
			return errs.Forbidden("duty.own_forbidden")
		}
		if err := s.RemoveObligationTx(ctx, tx, obligationID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteOwn, obligationID); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "duty.remove_obligation", Subject: "obligation", SubjectID: obligationID})
	})
}

// RemoveObligationTx takes the duties of an obligation that is about to be deleted out of the ledger,
// or refuses where something hangs on them. It is the port for whoever owns the obligation.
//
// Errors: duty.obligation_used (Conflict, with the count).
func (s *Service) RemoveObligationTx(ctx context.Context, tx *sqldb.Tx, obligationID string) (err error) {
	defer errs.Wrap(&err, "duty.RemoveObligationTx(%s)", shorten(obligationID))
	// All its rows are taken first, so that nobody begins meanwhile.
	if _, err := tx.Exec(ctx, holdDuties, obligationID); err != nil {
		return err
	}
	var used int
	if err := tx.QueryRow(ctx, countUsed, obligationID).Scan(&used); err != nil {
		return err
	}
	if used > 0 {
		return errs.Conflict("duty.obligation_used", "count", used)
	}
	if _, err := tx.Exec(ctx, deleteDuties, obligationID); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, deleteRule, obligationID)
	return err
}

// Rule is how an obligation is handed in and reviewed.
type Rule struct {
	Form  string // "" follows the notice's hint
	Chain Chain
}

// SetRule sets the form and the review chain of an obligation: the head of the office that leads the
// edition for those of the notice, the head of the unit that added it for its own. Filings that are
// under way keep theirs.
//
// Errors: duty.obligation_not_found, duty.own_forbidden, duty.changed_meanwhile, a form of problems.
func (s *Service) SetRule(ctx context.Context, a actor.Actor, obligationID string, version int64, rule Rule) (o Obligation, err error) {
	defer errs.Wrap(&err, "duty.SetRule(%s)", shorten(obligationID))
	rule.Form = tidy(rule.Form)
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		ok := false
		if id.Valid(obligationID) {
			if o, ok, err = ruleByID(ctx, tx, obligationID); err != nil {
				return err
			}
		}
		if !ok {
			return errs.NotFound("duty.obligation_not_found")
		}
		e, err := editionByID(ctx, tx, o.EditionID)
		if err != nil {
			return err
		}
		mine := o.OwnerID != "" && o.OwnerID == a.UnitID && a.Has(actor.RoleHead)
		if o.OwnerID == "" {
			mine = actor.Can(a, actor.EditionPublish, actor.Office(e.territory))
		}
		if !mine {
			return errs.Forbidden("duty.own_forbidden")
		}
		var bad []*errs.Error
		if rule.Form != "" && !formPattern.MatchString(rule.Form) {
			bad = append(bad, errs.Invalid("duty.form_malformed").On("form"))
		}
		if !slices.Contains(Chains, rule.Chain) || rule.Chain == ChainOwner && o.OwnerID == "" {
			bad = append(bad, errs.Invalid("duty.chain_unknown").On("chain"))
		}
		if err := errs.Join(bad...); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, updateRule, obligationID, version, rule.Form, string(rule.Chain))
		if err != nil {
			return err
		}
		if n == 0 {
			return errChanged()
		}
		if o, _, err = ruleByID(ctx, tx, obligationID); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "duty.set_rule", Subject: "obligation", SubjectID: obligationID, Fields: []string{"form", "chain"}})
	})
	if err != nil {
		return Obligation{}, err
	}
	return o, nil
}

// fillOwnTx makes the duties that the units' own obligations lack, for units that came later.
func (s *Service) fillOwnTx(ctx context.Context, tx *sqldb.Tx, editionID string) (made int64, err error) {
	list, err := listOwn(ctx, tx, editionID)
	if err != nil {
		return 0, err
	}
	for _, o := range list {
		owner := actor.Actor{Class: actor.Staff, UnitID: o.owner.ID, Place: o.owner.Place}
		n, err := insertDutiesTx(ctx, tx, editionID, o.id, o.slot, endOf(o.due), commanded(owner, o.scopes))
		if err != nil {
			return 0, err
		}
		made += n
	}
	return made, nil
}
