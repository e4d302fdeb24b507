package visit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

const verifyBatch = 500

// Verify looks for visits that contradict themselves, their bookings and their invitations, and for needs
// and rosters that do not open.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "visit.Verify")
	var found []error
	for _, c := range checks {
		ids, err := listTexts(ctx, q, c.query)
		if err != nil {
			return err
		}
		for _, one := range ids {
			found = append(found, fmt.Errorf("%s: %s", one, c.what))
		}
	}
	for after := ""; ; {
		list, err := listSecrets(ctx, q, after, verifyBatch)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := s.verifySecrets(r); err != nil {
				found = append(found, fmt.Errorf("visit %s: %w", r.id, err))
			}
			after = r.id
		}
		if len(list) < verifyBatch {
			return errors.Join(found...)
		}
	}
}

func (s *Service) verifySecrets(r secrets) error {
	if r.needs != nil {
		if _, err := s.deps.Ring.Open(needsPurpose, r.needs, bindNeeds(r.id)); err != nil {
			return err
		}
	}
	if r.roster == nil {
		return nil
	}
	plain, err := s.deps.Ring.Open(rosterPurpose, r.roster, bindRoster(r.id))
	if err != nil {
		return err
	}
	var n names
	if json.Unmarshal(plain, &n) != nil || int64(len(n.Names)) != r.names {
		return errors.New("the roster has not the names that it says")
	}
	return nil
}

// Reseal seals again, under the current key, what is sealed under an older one, and gives how many visits
// that concerned. It runs beside a working server: what is changed meanwhile is sealed under the current
// key by that change.
func (s *Service) Reseal(ctx context.Context) (resealed int, err error) {
	defer errs.Wrap(&err, "visit.Reseal")
	for after := ""; ; {
		list, err := listSecrets(ctx, s.deps.DB, after, verifyBatch)
		if err != nil {
			return resealed, err
		}
		for _, r := range list {
			after = r.id
			if (r.needs == nil || !s.deps.Ring.Stale(r.needs)) && (r.roster == nil || !s.deps.Ring.Stale(r.roster)) {
				continue
			}
			if err := s.reseal(ctx, r); err != nil {
				return resealed, err
			}
			resealed++
		}
		if len(list) < verifyBatch {
			return resealed, nil
		}
	}
}

func (s *Service) reseal(ctx context.Context, r secrets) error {
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		for _, one := range []struct {
			query, purpose, bind string
			sealed               []byte
		}{{resealNeeds, needsPurpose, bindNeeds(r.id), r.needs}, {resealRoster, rosterPurpose, bindRoster(r.id), r.roster}} {
			if one.sealed == nil {
				continue
			}
			plain, err := s.deps.Ring.Open(one.purpose, one.sealed, one.bind)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, one.query, r.id, one.sealed, s.deps.Ring.Seal(one.purpose, plain, one.bind)); err != nil {
				return err
			}
		}
		return nil
	})
}
