package booking

import (
	"context"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

const resealBatch = 500

// Reseal seals again, under the current key, contacts and answers that are sealed under an older one, and
// gives how many bookings that concerned. It runs beside a working server: a contact that is erased or
// named meanwhile stays as it is then. Keyed hashes stay: their key does not rotate, so that a contact is
// found, and found to have booked already, across rotations.
func (s *Service) Reseal(ctx context.Context) (resealed int, err error) {
	defer errs.Wrap(&err, "booking.Reseal")
	current := s.deps.Ring.Current()
	if done := s.resealed.Load(); done != nil && *done == current {
		return 0, nil // a whole round found nothing under an older key
	}
	for after := ""; ; {
		list, err := listSealed(ctx, s.deps.DB, after, resealBatch)
		if err != nil {
			return resealed, err
		}
		var stale []contactRow
		for _, r := range list {
			if r.sealed != nil && s.deps.Ring.Stale(r.sealed) || r.answers != nil && s.deps.Ring.Stale(r.answers) {
				stale = append(stale, r)
			}
			after = r.id
		}
		if len(stale) > 0 {
			if err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error { return s.resealTx(ctx, tx, stale) }); err != nil {
				return resealed, err
			}
		}
		resealed += len(stale)
		if len(list) < resealBatch {
			if resealed == 0 {
				s.resealed.Store(&current)
			}
			return resealed, nil
		}
	}
}

func (s *Service) resealTx(ctx context.Context, tx *sqldb.Tx, list []contactRow) error {
	for _, r := range list {
		for _, c := range []struct {
			sealed               []byte
			purpose, bind, query string
		}{
			{r.sealed, contactPurpose, bindContact(r.id), resealContact},
			{r.answers, answersPurpose, bindAnswers(r.id), resealAnswers},
		} {
			if c.sealed == nil {
				continue
			}
			clear, err := s.deps.Ring.Open(c.purpose, c.sealed, c.bind)
			if err != nil {
				return err
			}
			// A compare-and-set: what was erased meanwhile does not come back.
			if _, err := tx.Exec(ctx, c.query, r.id, c.sealed, s.deps.Ring.Seal(c.purpose, clear, c.bind)); err != nil {
				return err
			}
		}
	}
	return nil
}
