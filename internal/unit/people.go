package unit

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// FindPeople lists people whom the actor may see, masked, in the order of their sign-in names.
func (s *Service) FindPeople(ctx context.Context, a actor.Actor, f PeopleFilter) (page Page[Person], err error) {
	defer errs.Wrap(&err, "unit.FindPeople")
	if f.UnitID != "" && !id.Valid(f.UnitID) {
		return page, errs.NotFound("unit.not_found")
	}
	where := s.peopleWhere(actor.PeopleSight(a), f)
	if f.After != "" {
		signIn, _, err := parseCursor(f.After)
		if err != nil {
			return page, err
		}
		peopleAfter(where, signIn)
	}
	limit := limitOf(f.Limit)
	list, err := s.listPeople(ctx, s.db, where, findPeople, limit+1)
	if err != nil {
		return page, err
	}
	for i := range list {
		list[i] = list[i].masked()
	}
	return pageOf(list, limit, func(p Person) (string, string) { return p.SignIn, p.ID }), nil
}

// GetPerson gets a person, masked. Everybody sees themselves. Errors: person.not_found, also for one out of sight.
func (s *Service) GetPerson(ctx context.Context, a actor.Actor, personID string) (p Person, err error) {
	defer errs.Wrap(&err, "unit.GetPerson(%s)", shorten(personID))
	p, err = s.seenPerson(ctx, s.db, a, personID)
	return p.masked(), err
}

// seenPerson gives the person in clear if the actor may see them at all.
func (s *Service) seenPerson(ctx context.Context, q sqldb.Querier, a actor.Actor, personID string) (Person, error) {
	p, err := s.personByID(ctx, q, personID)
	if err != nil {
		return Person{}, err
	}
	if !isSelf(a, personID) && !actor.Can(a, actor.PersonRead, p.Target()) {
		return Person{}, errs.NotFound("person.not_found")
	}
	return p, nil
}

func isSelf(a actor.Actor, personID string) bool { return a.IsStaff() && a.PersonID == personID }

// Authorize gets a person, masked, and tells whether the actor has a right over them: for packages
// that keep things of people, such as their passwords. Errors: person.not_found, person.forbidden.
func (s *Service) Authorize(ctx context.Context, q sqldb.Querier, a actor.Actor, right actor.Right, personID string) (p Person, err error) {
	defer errs.Wrap(&err, "unit.Authorize(%s, %s)", right, shorten(personID))
	p, err = s.authorized(ctx, q, a, right, personID)
	return p.masked(), err
}

func (s *Service) authorized(ctx context.Context, q sqldb.Querier, a actor.Actor, right actor.Right, personID string) (Person, error) {
	p, err := s.seenPerson(ctx, q, a, personID)
	if err != nil {
		return Person{}, err
	}
	if !actor.Can(a, right, p.Target()) {
		return Person{}, errs.Forbidden("person.forbidden")
	}
	return p, nil
}

// RevealPerson gets a person in clear and records who looked. Everybody may see their own.
// Errors: person.not_found, person.forbidden.
func (s *Service) RevealPerson(ctx context.Context, a actor.Actor, personID string) (p Person, err error) {
	defer errs.Wrap(&err, "unit.RevealPerson(%s)", shorten(personID))
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		one, err := s.seenPerson(ctx, tx, a, personID)
		if err != nil {
			return err
		}
		if !isSelf(a, personID) && !actor.Can(a, actor.PersonReveal, one.Target()) {
			return errs.Forbidden("person.forbidden")
		}
		p = one
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "person.reveal", Subject: "person", SubjectID: personID, UnitID: one.UnitID,
			Fields: []string{"name", "phone", "email"}})
	})
	if err != nil {
		return Person{}, err
	}
	return p, nil
}

// FindHosts lists the open units with a text in their name or code into which the actor may bring
// people, in the order of their names' pinyin, at most limit.
func (s *Service) FindHosts(ctx context.Context, a actor.Actor, text string, limit int) (list []Unit, err error) {
	defer errs.Wrap(&err, "unit.FindHosts")
	where := Filter{Text: text}.where(actor.Sight(a)).Any(actor.StaffSight(a).SQL(actor.UnitColumns("u")))
	found, err := listUnits(ctx, s.db, where, findUnits, limitOf(limit))
	return bare(found), err
}

// Actor builds the actor of an open person of an open unit, without login and address.
// Errors: person.not_found.
func (s *Service) Actor(ctx context.Context, q sqldb.Querier, personID string) (a actor.Actor, err error) {
	defer errs.Wrap(&err, "unit.Actor(%s)", shorten(personID))
	if !id.Valid(personID) {
		return actor.Actor{}, errs.NotFound("person.not_found")
	}
	var roles string
	a = actor.Actor{Class: actor.Staff, PersonID: personID}
	err = q.QueryRow(ctx, getActor, personID).Scan(&a.UnitID, &a.Place.Region, &a.Place.Line, &a.Place.Tier, &a.Place.Kind, &roles, &a.Platform)
	if errors.Is(err, sql.ErrNoRows) {
		return actor.Actor{}, errs.NotFound("person.not_found")
	}
	if err != nil {
		return actor.Actor{}, err
	}
	a.Roles = splitRoles(roles)
	return a, nil
}

// PersonOfSignIn finds a person, open or closed, by the name they sign in with, in any case.
// Errors: person.not_found.
func (s *Service) PersonOfSignIn(ctx context.Context, q sqldb.Querier, signIn string) (personID string, err error) {
	defer errs.Wrap(&err, "unit.PersonOfSignIn")
	signIn = foldSignIn(signIn)
	if !signInPattern.MatchString(signIn) {
		return "", errs.NotFound("person.not_found")
	}
	err = q.QueryRow(ctx, personOfSignIn, signIn).Scan(&personID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errs.NotFound("person.not_found")
	}
	return personID, err
}

// CreatePerson makes a person of a unit, without roles and without a password.
//
// Errors: unit.not_found, person.forbidden, unit.closed, a form of person.* problems, each on its field.
func (s *Service) CreatePerson(ctx context.Context, a actor.Actor, d PersonDraft) (p Person, err error) {
	defer errs.Wrap(&err, "unit.CreatePerson")
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		p, err = s.CreatePersonTx(ctx, tx, a, d)
		return err
	})
	return p, err
}

// CreatePersonTx is CreatePerson in the caller's transaction. Only the system makes people without
// a unit: the first three of an empty product.
func (s *Service) CreatePersonTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d PersonDraft) (p Person, err error) {
	defer errs.Wrap(&err, "unit.CreatePersonTx")
	d = d.tidy()
	if d.UnitID != "" || a.Class != actor.System {
		if err := s.mayJoin(ctx, tx, a, d.UnitID); err != nil {
			return Person{}, err
		}
	}
	if err := errs.Join(d.check()...); err != nil {
		return Person{}, err
	}
	personID, inserted, err := s.insertPerson(ctx, tx, d)
	if err != nil {
		return Person{}, err
	}
	if inserted == 0 {
		return Person{}, errs.Join(errs.Invalid("person.sign_in_taken", "sign_in", d.SignIn).On("sign_in"))
	}
	err = s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "person.create", Subject: "person", SubjectID: personID, UnitID: d.UnitID})
	if err != nil {
		return Person{}, err
	}
	p, err = s.personByID(ctx, tx, personID)
	return p.masked(), err
}

// mayJoin tells whether the actor may put people into a unit, and keeps the unit open until the
// transaction ends.
func (s *Service) mayJoin(ctx context.Context, tx *sqldb.Tx, a actor.Actor, unitID string) error {
	u, err := seen(ctx, tx, a, unitID)
	if err != nil {
		return err
	}
	if !actor.Can(a, actor.PersonManage, u.Target()) {
		return errs.Forbidden("person.forbidden")
	}
	return holdOpen(ctx, tx, holdUnit, unitID, errs.Conflict("unit.closed"))
}

// ChangePerson changes a person who stands at version. Whoever moves to another unit loses the roles
// in the old one.
//
// Errors: person.not_found, person.forbidden, unit.not_found, unit.closed, a form of problems as
// CreatePerson, person.closed, person.changed_meanwhile.
func (s *Service) ChangePerson(ctx context.Context, a actor.Actor, personID string, version int64, c PersonChange) (p Person, err error) {
	defer errs.Wrap(&err, "unit.ChangePerson(%s)", shorten(personID))
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		old, err := s.authorized(ctx, tx, a, actor.PersonManage, personID)
		if err != nil {
			return err
		}
		changed, err := s.changePersonTx(ctx, tx, a, old, version, c)
		if err != nil {
			return err
		}
		p = changed.masked()
		return nil
	})
	return p, err
}

func (s *Service) changePersonTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, old Person, version int64, c PersonChange) (Person, error) {
	next, fields := c.apply(old)
	var bad problems
	bad.checkName(next.Name)
	bad.checkPhone(next.Phone)
	bad.checkEmail(next.Email)
	if err := errs.Join(bad...); err != nil {
		return Person{}, err
	}
	if len(fields) == 0 && old.Version == version && !old.Closed {
		return old, nil
	}
	moved := next.UnitID != old.UnitID
	if moved {
		if err := s.mayJoin(ctx, tx, a, next.UnitID); err != nil {
			return Person{}, err
		}
	}
	n, err := s.updatePerson(ctx, tx, next, version)
	if err != nil {
		return Person{}, err
	}
	if n == 0 {
		return Person{}, s.lostPerson(ctx, tx, old.ID)
	}
	if moved {
		if _, err := tx.Exec(ctx, deleteRoles, old.ID); err != nil {
			return Person{}, err
		}
		for _, role := range old.Roles {
			if err := s.recordGrant(ctx, tx, a, "role.withdraw", old, string(role)); err != nil {
				return Person{}, err
			}
		}
	}
	err = s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "person.change", Subject: "person", SubjectID: old.ID, UnitID: next.UnitID, Fields: fields})
	if err != nil {
		return Person{}, err
	}
	return s.personByID(ctx, tx, old.ID)
}

func (c PersonChange) apply(old Person) (next Person, fields []string) {
	next = old
	for _, f := range []struct {
		name   string
		change *string
		to     *string
		fold   func(string) string
	}{
		{"unit_id", c.UnitID, &next.UnitID, func(s string) string { return s }},
		{"name", c.Name, &next.Name, tidy},
		{"phone", c.Phone, &next.Phone, foldPhone},
		{"email", c.Email, &next.Email, foldEmail},
	} {
		if f.change == nil {
			continue
		}
		if value := f.fold(*f.change); value != *f.to {
			*f.to = value
			fields = append(fields, f.name)
		}
	}
	return next, fields
}

func (s *Service) lostPerson(ctx context.Context, q sqldb.Querier, personID string) error {
	p, err := s.personByID(ctx, q, personID)
	switch {
	case err != nil:
		return err
	case p.Closed:
		return errs.Conflict("person.closed")
	}
	return errs.Conflict("person.changed_meanwhile")
}

// ClosePerson ends a person's work in the product and takes all roles away. The row stays for the
// audit trail. Nobody closes themselves.
//
// Errors: person.not_found, person.forbidden, person.close_self, person.last_security_admin,
// person.closed, person.changed_meanwhile.
func (s *Service) ClosePerson(ctx context.Context, a actor.Actor, personID string, version int64) (err error) {
	defer errs.Wrap(&err, "unit.ClosePerson(%s)", shorten(personID))
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		p, err := s.authorized(ctx, tx, a, actor.PersonManage, personID)
		if err != nil {
			return err
		}
		if isSelf(a, personID) {
			return errs.Conflict("person.close_self")
		}
		n, err := tx.Exec(ctx, closePerson, personID, version, int64(s.clock.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return s.lostPerson(ctx, tx, personID)
		}
		if err := s.withdrawPlatformTx(ctx, tx, p); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteRoles, personID); err != nil {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "person.close", Subject: "person", SubjectID: personID, UnitID: p.UnitID})
	})
}
