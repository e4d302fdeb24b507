package unit

import (
	"context"
	"database/sql"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Recipients gives the open people of a unit who are written to when the unit is told something: those
// with a role in it, or, where nobody has one, all of them.
func (s *Service) Recipients(ctx context.Context, q sqldb.Querier, unitID string) (personIDs []string, err error) {
	defer errs.Wrap(&err, "unit.Recipients(%s)", shorten(unitID))
	type one struct {
		id   string
		role bool
	}
	all, err := sqldb.List(ctx, q, func(row *sql.Rows) (p one, err error) { return p, row.Scan(&p.id, &p.role) }, listRecipients, unitID)
	if err != nil {
		return nil, err
	}
	for _, p := range all { // those with a role stand first
		if p.role == all[0].role {
			personIDs = append(personIDs, p.id)
		}
	}
	return personIDs, nil
}

// Reach gives the mail address and telephone number of an open person, in clear, for letters that the
// product itself sends to that person: whoever is written to learns nothing new, so nothing is recorded.
// Errors: person.not_found.
func (s *Service) Reach(ctx context.Context, personID string) (mail, phone string, err error) {
	defer errs.Wrap(&err, "unit.Reach")
	p, err := s.personByID(ctx, s.db, personID)
	if err == nil && p.Closed {
		err = errs.NotFound("person.not_found")
	}
	if err != nil {
		return "", "", err
	}
	return p.Email, p.Phone, nil
}
