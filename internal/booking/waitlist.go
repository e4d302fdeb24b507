package booking

import (
	"context"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// moved is what the waitlist gave seats to.
type moved struct{ parties, seats int64 }

// moveUpTx gives the free seats of a session, which are held, to its waitlist.
func (s *Service) moveUpTx(ctx context.Context, tx *sqldb.Tx, session activity.Session, now clock.Instant) error {
	m, err := s.confirmTx(ctx, tx, session, now)
	if err != nil || m.seats == 0 {
		return err
	}
	_, err = s.deps.Activities.TakeSeatsTx(ctx, tx, []activity.Claim{{SessionID: session.ID, Take: m.seats}})
	return err
}

// confirmTx confirms the first waiting parties that fit into the free seats, in their order, and tells how
// many seats the caller must take for them. A party that is passed over keeps its place and counts it. A
// session that has begun or does not take place lets nobody in.
func (s *Service) confirmTx(ctx context.Context, tx *sqldb.Tx, session activity.Session, now clock.Instant) (m moved, err error) {
	left := session.Seat.Left()
	if left <= 0 || session.Cancelled() || session.Starts <= now {
		return moved{}, nil
	}
	fitting, err := listFitting(ctx, tx, session.ID, left)
	if err != nil {
		return moved{}, err
	}
	var ids []string
	var last int64
	for _, one := range fitting {
		if one.seats <= left {
			left -= one.seats
			m.parties, m.seats = m.parties+1, m.seats+one.seats
			ids, last = append(ids, one.id), one.turn
		}
	}
	if len(ids) == 0 {
		return moved{}, nil
	}
	if err := confirmAll(ctx, tx, ids, now); err != nil {
		return moved{}, err
	}
	_, err = tx.Exec(ctx, countSkips, session.ID, last)
	return m, err
}
