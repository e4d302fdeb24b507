package unit

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Grant gives a person a role in their unit. Only the security administrator grants, never to
// themselves (GB/T 22239-2019 8.1.5: the three administrators check each other). Granting what
// somebody has already changes nothing.
//
// Errors: person.not_found, person.forbidden, person.grant_self, person.role_unknown,
// person.without_unit, person.closed.
func (s *Service) Grant(ctx context.Context, a actor.Actor, personID string, role actor.Role) (err error) {
	defer errs.Wrap(&err, "unit.Grant(%s)", shorten(personID))
	return s.db.Write(ctx, func(tx *sqldb.Tx) error { return s.GrantTx(ctx, tx, a, personID, role) })
}

// GrantTx is Grant in the caller's transaction.
func (s *Service) GrantTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, personID string, role actor.Role) (err error) {
	defer errs.Wrap(&err, "unit.GrantTx(%s)", shorten(personID))
	if !slices.Contains(actor.UnitRoles, role) {
		return errs.Invalid("person.role_unknown").On("role")
	}
	p, err := s.grantable(ctx, tx, a, personID)
	if err != nil {
		return err
	}
	if p.UnitID == "" {
		return errs.Conflict("person.without_unit")
	}
	n, err := tx.Exec(ctx, insertRole, personID, string(role))
	if err != nil || n == 0 {
		return err
	}
	return s.recordGrant(ctx, tx, a, "role.grant", p, string(role))
}

// Withdraw takes a role in the unit away; taking what somebody has not changes nothing.
// Errors as Grant.
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, personID string, role actor.Role) (err error) {
	defer errs.Wrap(&err, "unit.Withdraw(%s)", shorten(personID))
	if !slices.Contains(actor.UnitRoles, role) {
		return errs.Invalid("person.role_unknown").On("role")
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		p, err := s.grantable(ctx, tx, a, personID)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, deleteRole, personID, string(role))
		if err != nil || n == 0 {
			return err
		}
		return s.recordGrant(ctx, tx, a, "role.withdraw", p, string(role))
	})
}

// GrantPlatform gives a person one of the three platform roles.
//
// Errors: person.not_found, person.forbidden, person.grant_self, person.role_unknown, person.closed,
// person.has_platform when the person holds another of the three.
func (s *Service) GrantPlatform(ctx context.Context, a actor.Actor, personID string, role actor.Platform) (err error) {
	defer errs.Wrap(&err, "unit.GrantPlatform(%s)", shorten(personID))
	return s.db.Write(ctx, func(tx *sqldb.Tx) error { return s.GrantPlatformTx(ctx, tx, a, personID, role) })
}

// GrantPlatformTx is GrantPlatform in the caller's transaction.
func (s *Service) GrantPlatformTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, personID string, role actor.Platform) (err error) {
	defer errs.Wrap(&err, "unit.GrantPlatformTx(%s)", shorten(personID))
	if !slices.Contains(actor.Platforms, role) {
		return errs.Invalid("person.role_unknown").On("role")
	}
	p, err := s.grantable(ctx, tx, a, personID)
	if err != nil {
		return err
	}
	if p.Platform == role {
		return nil
	}
	n, err := tx.Exec(ctx, insertPlatform, personID, string(role))
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.Conflict("person.has_platform")
	}
	return s.recordGrant(ctx, tx, a, "role.grant", p, string(role))
}

// WithdrawPlatform takes the platform role away. The last security administrator keeps it, otherwise
// nobody could ever grant again.
//
// Errors: person.not_found, person.forbidden, person.closed, person.last_security_admin.
func (s *Service) WithdrawPlatform(ctx context.Context, a actor.Actor, personID string) (err error) {
	defer errs.Wrap(&err, "unit.WithdrawPlatform(%s)", shorten(personID))
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		p, err := s.authorized(ctx, tx, a, actor.RoleGrant, personID) // also their own: less right is no danger
		if err != nil || p.Platform == actor.NoPlatform {
			return err
		}
		if err := s.withdrawPlatformTx(ctx, tx, p); err != nil {
			return err
		}
		return s.recordGrant(ctx, tx, a, "role.withdraw", p, string(p.Platform))
	})
}

func (s *Service) withdrawPlatformTx(ctx context.Context, tx *sqldb.Tx, p Person) error {
	if p.Platform == actor.SecurityAdmin {
		left, err := listIDs(ctx, tx, holdSecurityAdmins)
		if err != nil {
			return err
		}
		if len(left) == 1 && left[0] == p.ID {
			return errs.Conflict("person.last_security_admin")
		}
	}
	_, err := tx.Exec(ctx, deletePlatform, p.ID)
	return err
}

// grantable gets a person whose roles the actor may change, and keeps them open until the
// transaction ends.
func (s *Service) grantable(ctx context.Context, tx *sqldb.Tx, a actor.Actor, personID string) (Person, error) {
	p, err := s.authorized(ctx, tx, a, actor.RoleGrant, personID)
	if err != nil {
		return Person{}, err
	}
	if isSelf(a, personID) {
		return Person{}, errs.Forbidden("person.grant_self")
	}
	return p, holdOpen(ctx, tx, holdPerson, personID, errs.Conflict("person.closed"))
}

func (s *Service) recordGrant(ctx context.Context, tx *sqldb.Tx, a actor.Actor, action string, p Person, role string) error {
	return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: "person", SubjectID: p.ID, UnitID: p.UnitID, Fields: []string{role}})
}
