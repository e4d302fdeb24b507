package filing

import (
	"context"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Verify looks for filings that contradict themselves or the ledger: values that do not open, versions
// that are not what their hash says or are numbered with gaps, states that the duty does not have,
// duties that count as filed at a time at which nothing was filed, drafts by people who are not among
// the writers.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "filing.Verify")
	var found []error
	for _, c := range checks {
		ids, err := texts(ctx, q, c.query)
		if err != nil {
			return err
		}
		for _, one := range ids {
			found = append(found, fmt.Errorf("%s: %s", one, c.what))
		}
	}
	for after := ""; ; {
		list, err := listFilings(ctx, q, findAll, after, verifyBatch)
		if err != nil {
			return err
		}
		for _, f := range list {
			if err := s.verifyOne(ctx, q, f); err != nil {
				found = append(found, fmt.Errorf("filing %s: %w", f.id, err))
			}
			after = f.id
		}
		if len(list) < verifyBatch {
			return errors.Join(found...)
		}
	}
}

const verifyBatch = 200

func (s *Service) verifyOne(ctx context.Context, q sqldb.Querier, row stored) error {
	f, err := s.deps.Forms.Get(ctx, q, row.form)
	if err != nil {
		return err
	}
	if f.Code != row.code {
		return errors.New("its form has another code")
	}
	if _, err := s.open(f.Definition, row.open, row.sealed, bindDraft(row.id)); err != nil {
		return err
	}
	versions, err := listVersions(ctx, q, row.id)
	if err != nil {
		return err
	}
	if len(versions) != row.versions {
		return fmt.Errorf("it has %d versions and counts %d", len(versions), row.versions)
	}
	for i, v := range versions {
		values, err := s.open(f.Definition, v.open, v.sealed, bindVersion(row.id, v.N))
		if err != nil {
			return err
		}
		hash, err := s.hash(f.ID, values)
		if err != nil {
			return err
		}
		if v.N != i+1 || hash != v.Hash {
			return fmt.Errorf("version %d is not what was handed in", v.N)
		}
	}
	return nil
}
