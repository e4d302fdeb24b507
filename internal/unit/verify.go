package unit

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// verifyBatch is how many people are opened at a time; resealBatch how many are written in one transaction.
const (
	verifyBatch = 500
	resealBatch = 100
)

// Verify looks for what contradicts itself and joins all that it finds: units in places that cannot
// be, sort and search keys that do not fit the name, regions outside of their parents, sealed values
// that do not open or whose look-up hash is another value's, roles of closed people, a platform
// without a security administrator.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "unit.Verify")
	var found []error
	for _, part := range []func(context.Context, sqldb.Querier) ([]error, error){verifyPlaces, verifyRoles, s.verifySealed} {
		more, err := part(ctx, q)
		if err != nil {
			return err
		}
		found = append(found, more...)
	}
	return errors.Join(found...)
}

func verifyPlaces(ctx context.Context, q sqldb.Querier) (found []error, err error) {
	regions, err := listRegions(ctx, q)
	if err != nil {
		return nil, err
	}
	byCode := map[string]*Region{}
	for i := range regions {
		byCode[regions[i].Code] = &regions[i]
		for _, e := range regions[i].check() {
			found = append(found, fmt.Errorf("region %s: %w", regions[i].Code, e))
		}
	}
	units, err := listUnits(ctx, q, &sqldb.Where{}, scanUnits)
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		for _, e := range u.Draft().check(byCode[u.Place.Region]) {
			found = append(found, fmt.Errorf("unit %s: %w", u.ID, e))
		}
		if u.sortKey != sortKey(u.Name) {
			found = append(found, fmt.Errorf("unit %s: the sort key does not fit the name", u.ID))
		}
	}
	return found, nil
}

func verifyRoles(ctx context.Context, q sqldb.Querier) (found []error, err error) {
	for _, c := range []struct{ query, what string }{
		{findRolesOfClosed, "a closed person holds roles"},
		{findRolesWithoutUnit, "a person without a unit holds a role in one"},
		{findPeopleOfClosedUnits, "an open person belongs to a closed unit"},
	} {
		ids, err := listIDs(ctx, q, c.query)
		if err != nil {
			return nil, err
		}
		for _, personID := range ids {
			found = append(found, fmt.Errorf("person %s: %s", personID, c.what))
		}
	}
	var all, security int
	if err := q.QueryRow(ctx, countAdmins).Scan(&all, &security); err != nil {
		return nil, err
	}
	if all > 0 && security == 0 {
		found = append(found, errors.New("there are platform administrators but no security administrator"))
	}
	return found, nil
}

func (s *Service) verifySealed(ctx context.Context, q sqldb.Querier) (found []error, err error) {
	for after := ""; ; {
		people, err := listSealed(ctx, q, after, verifyBatch)
		if err != nil {
			return nil, err
		}
		hashes, err := listHashes(ctx, q, after, verifyBatch)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			clear, err := s.open(p)
			if err != nil {
				found = append(found, fmt.Errorf("person %s: %w", p.ID, err))
				continue
			}
			h, ok := hashes[p.ID]
			if !ok {
				continue // written between the two lists
			}
			for i, value := range []struct{ purpose, plain string }{
				{purposeName, clear.Name}, {purposePhone, clear.Phone}, {purposeEmail, clear.Email},
			} {
				if value.plain != "" && !bytes.Equal(h[i], s.ring.Hash(value.purpose, value.plain)) {
					found = append(found, fmt.Errorf("person %s: the look-up hash of %s is another value's", p.ID, value.purpose))
				}
			}
		}
		if len(people) < verifyBatch {
			return found, nil
		}
		after = people[len(people)-1].ID
	}
}

func listSealed(ctx context.Context, q sqldb.Querier, after string, limit int) ([]sealed, error) {
	return sqldb.List(ctx, q, func(r *sql.Rows) (p sealed, err error) {
		err = r.Scan(&p.ID, &p.name, &p.phone, &p.email, &p.Version)
		return p, err
	}, findSealed, after, limit)
}

func listHashes(ctx context.Context, q sqldb.Querier, after string, limit int) (map[string][3][]byte, error) {
	rows, err := q.Query(ctx, findHashes, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][3][]byte{}
	for rows.Next() {
		var personID string
		var h [3][]byte
		if err := rows.Scan(&personID, &h[0], &h[1], &h[2]); err != nil {
			return nil, err
		}
		out[personID] = h
	}
	return out, rows.Err()
}

// Reseal seals again, under the current key, what is sealed under an older one, and gives how many
// people that concerned. It runs beside a working server: whoever is changed meanwhile is sealed
// under the current key by that change.
func (s *Service) Reseal(ctx context.Context) (resealed int, err error) {
	defer errs.Wrap(&err, "unit.Reseal")
	for after := ""; ; {
		people, err := listSealed(ctx, s.db, after, resealBatch)
		if err != nil {
			return resealed, err
		}
		var n int
		err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
			n = 0
			for _, p := range people {
				done, err := s.resealTx(ctx, tx, p)
				if err != nil {
					return err
				}
				n += done
			}
			return nil
		})
		if err != nil {
			return resealed, err
		}
		resealed += n
		if len(people) < resealBatch {
			return resealed, nil
		}
		after = people[len(people)-1].ID
	}
}

func (s *Service) resealTx(ctx context.Context, tx *sqldb.Tx, p sealed) (int, error) {
	if !s.ring.Stale(p.name) && (p.phone == nil || !s.ring.Stale(p.phone)) && (p.email == nil || !s.ring.Stale(p.email)) {
		return 0, nil
	}
	clear, err := s.open(p)
	if err != nil {
		return 0, err
	}
	name, _ := s.lock(p.ID, purposeName, clear.Name)
	phone, _ := s.lock(p.ID, purposePhone, clear.Phone)
	email, _ := s.lock(p.ID, purposeEmail, clear.Email)
	n, err := tx.Exec(ctx, resealPerson, p.ID, p.Version, name, phone, email)
	return int(n), err
}
