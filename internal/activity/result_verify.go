package activity

import (
	"context"
	"fmt"

	"openweek/internal/sqldb"
)

// verifyResults looks for results that contradict themselves, or are not what was handed in.
func (s *Service) verifyResults(ctx context.Context, q sqldb.Querier) (found []error, err error) {
	for _, c := range resultChecks {
		ids, err := texts(ctx, q, c.query)
		if err != nil {
			return nil, err
		}
		for _, one := range ids {
			found = append(found, fmt.Errorf("%s: %s", one, c.what))
		}
	}
	for after := ""; ; {
		ids, err := texts(ctx, q, allResults, after, verifyBatch)
		if err != nil {
			return nil, err
		}
		for _, sessionID := range ids {
			if err := s.verifyResult(ctx, q, sessionID); err != nil {
				found = append(found, fmt.Errorf("result %s: %w", sessionID, err))
			}
			after = sessionID
		}
		if len(ids) < verifyBatch {
			return found, nil
		}
	}
}

func (s *Service) verifyResult(ctx context.Context, q sqldb.Querier, sessionID string) error {
	list, err := listResultVersions(ctx, q, sessionID)
	if err != nil {
		return err
	}
	for i, v := range list {
		hash, err := s.resultHash(sessionID, v.ResultDraft, v.Counted)
		if err != nil {
			return err
		}
		if v.N != i+1 || hash != v.Hash {
			return fmt.Errorf("version %d is not what was handed in", v.N)
		}
	}
	return nil
}
