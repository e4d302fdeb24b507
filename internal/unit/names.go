package unit

import (
	"context"
	"database/sql"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Names gives the actor's own name, in clear, and both of their unit ("" for none), for the head of
// their pages. One's own name is no disclosure, so nothing is recorded. Errors: person.not_found.
func (s *Service) Names(ctx context.Context, a actor.Actor) (person, unit, unitEN string, err error) {
	defer errs.Wrap(&err, "unit.Names")
	p, err := s.personByID(ctx, s.db, a.PersonID)
	return p.Name, p.UnitName, p.UnitNameEN, err
}

// SignIns gives the sign-in names of people by their ids, for whoever reads the audit log, whose
// entries hold ids only. An unknown id is left out. Errors: person.forbidden without actor.AuditRead.
func (s *Service) SignIns(ctx context.Context, a actor.Actor, ids []string) (names map[string]string, err error) {
	defer errs.Wrap(&err, "unit.SignIns")
	if !actor.Can(a, actor.AuditRead, actor.Target{}) {
		return nil, errs.Forbidden("person.forbidden")
	}
	return listSignIns(ctx, s.db, ids)
}

// PersonBySignIn finds a person's id by the name they sign in with, for whoever reads the audit log.
// Errors: person.forbidden without actor.AuditRead, person.not_found.
func (s *Service) PersonBySignIn(ctx context.Context, a actor.Actor, signIn string) (personID string, err error) {
	defer errs.Wrap(&err, "unit.PersonBySignIn")
	if !actor.Can(a, actor.AuditRead, actor.Target{}) {
		return "", errs.Forbidden("person.forbidden")
	}
	return s.PersonOfSignIn(ctx, s.db, signIn)
}

// CountRoleless counts the open people who hold no role at all, on whom the security administrator has
// to decide. Errors: person.forbidden without actor.RoleGrant.
func (s *Service) CountRoleless(ctx context.Context, a actor.Actor) (n int, err error) {
	defer errs.Wrap(&err, "unit.CountRoleless")
	if !actor.Can(a, actor.RoleGrant, actor.Target{}) {
		return 0, errs.Forbidden("person.forbidden")
	}
	query, args := roleless(s.peopleWhere(actor.PeopleSight(a), PeopleFilter{})).Apply(countPeople)
	err = s.db.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

// FindRoleless lists the first of those whom CountRoleless counts, masked. Errors: person.forbidden
// without actor.RoleGrant.
func (s *Service) FindRoleless(ctx context.Context, a actor.Actor) (list []Person, err error) {
	defer errs.Wrap(&err, "unit.FindRoleless")
	if !actor.Can(a, actor.RoleGrant, actor.Target{}) {
		return nil, errs.Forbidden("person.forbidden")
	}
	list, err = s.listPeople(ctx, s.db, roleless(s.peopleWhere(actor.PeopleSight(a), PeopleFilter{})), findPeople, maxLimit)
	for i := range list {
		list[i] = list[i].masked()
	}
	return list, err
}

func listSignIns(ctx context.Context, q sqldb.Querier, ids []string) (map[string]string, error) {
	query, args := (&sqldb.Where{}).In("p.id", ids).Apply(findSignIns)
	type named struct{ id, signIn string }
	list, err := sqldb.List(ctx, q, func(r *sql.Rows) (n named, err error) {
		err = r.Scan(&n.id, &n.signIn)
		return n, err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(list))
	for _, n := range list {
		names[n.id] = n.signIn
	}
	return names, nil
}
