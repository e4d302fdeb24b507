package booking

import (
	"context"

	"openweek/internal/sqldb"
)

// ResealSeen seals a contact again that was read before.
func (s *Service) ResealSeen(ctx context.Context, tx *sqldb.Tx, bookingID string, sealed []byte) error {
	return s.resealTx(ctx, tx, []contactRow{{id: bookingID, sealed: sealed}})
}

// AdmitWithCode admits requests as one group whose claims have all drawn the same code.
func (s *Service) AdmitWithCode(ctx context.Context, code string, list ...Request) (receipts []Receipt, err error) {
	group := make([]*claim, len(list))
	for i, r := range list {
		if group[i], err = s.prepare(r); err != nil {
			return nil, err
		}
		group[i].code = code
	}
	s.admitGroup(ctx, group)
	for _, c := range group {
		receipt, err := s.receipt(<-c.done)
		if err != nil {
			return nil, err
		}
		receipts = append(receipts, receipt)
	}
	return receipts, nil
}

// QueueSize is how many claims wait at most.
const QueueSize = queueSize
