package unit

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/change"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Contact is where a unit is found: what its own head keeps up to date.
type Contact struct{ Address, Phone string }

// ChangeContact writes a unit's address and telephone and leaves all else of it.
//
// Errors: unit.not_found, unit.forbidden without actor.UnitContact, a form of problems on "address"
// and "phone", unit.closed, unit.changed_meanwhile.
func (s *Service) ChangeContact(ctx context.Context, a actor.Actor, unitID string, version int64, c Contact) (u Unit, err error) {
	defer errs.Wrap(&err, "unit.ChangeContact(%s)", shorten(unitID))
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		old, err := seen(ctx, tx, a, unitID)
		if err != nil {
			return err
		}
		if !actor.Can(a, actor.UnitContact, old.Target()) {
			return errs.Forbidden("unit.forbidden")
		}
		d := old.Draft()
		d.Address, d.Phone = c.Address, c.Phone
		d = d.tidy()
		var bad problems
		bad.contact(d)
		if err := errs.Join(bad...); err != nil {
			return err
		}
		fields := d.changed(old.Draft())
		if len(fields) == 0 && !old.Closed && old.Version == version {
			u = old
			return nil
		}
		if err := change.Touch(ctx, tx, Topic); err != nil {
			return err
		}
		if err := s.changeTx(ctx, tx, a, unitID, version, d, fields); err != nil {
			return err
		}
		u, err = unitByID(ctx, tx, unitID)
		return err
	})
	return u, err
}
