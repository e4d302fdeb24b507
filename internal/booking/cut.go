package booking

import (
	"context"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// CountActive counts the active bookings of sessions, those who wait among them. Sessions without any are
// not among the counts.
func (s *Service) CountActive(ctx context.Context, q sqldb.Querier, sessionIDs []string) (byID map[string]Parties, err error) {
	defer errs.Wrap(&err, "booking.CountActive")
	tallies, err := talliesOf(ctx, q, sessionIDs)
	if err != nil {
		return nil, err
	}
	byID = map[string]Parties{}
	for sessionID, t := range tallies {
		byID[sessionID] = t.Active()
	}
	return byID, nil
}

// CountCut tells whom CutTx would put back on the waitlist.
func (s *Service) CountCut(ctx context.Context, q sqldb.Querier, sessionID string, most int64) (p Parties, err error) {
	defer errs.Wrap(&err, "booking.CountCut(%s)", sessionID)
	list, err := listSeated(ctx, q, sessionID)
	if err != nil {
		return Parties{}, err
	}
	return partiesOf(cut(list, most)), nil
}

// seated is a booking that has seats or holds some.
type seated struct {
	id               string
	status           Status
	seats, party     int64
	named, reachable bool
}

// cut gives the bookings that lose their seats so that at most so many are gone. list is in the order in
// which they were admitted, in which seats are given again: who fits into what is left keeps them.
func cut(list []seated, most int64) (lost []seated) {
	for _, one := range list {
		if one.seats > most {
			lost = append(lost, one)
			continue
		}
		most -= one.seats
	}
	return lost
}

func partiesOf(list []seated) (p Parties) {
	for _, one := range list {
		p.Count, p.People = p.Count+1, p.People+one.party
		if one.named {
			p.Named++
		}
		if one.named && one.reachable {
			p.Reached++
		}
	}
	return p
}

// CutTx makes room by the order of an office: of those who booked a session the first keep their seats, as
// far as so many go, and the others are put back on its waitlist, at the place that their turn gives them,
// and are told. Seats that were held for the head of the waitlist become free first. The seats that become
// free are the caller's, who must keep them back in the same transaction and call SettleTx then.
func (s *Service) CutTx(ctx context.Context, tx *sqldb.Tx, sessionID string, most int64) (p Parties, err error) {
	defer errs.Wrap(&err, "booking.CutTx(%s)", sessionID)
	w, err := s.holdTx(ctx, tx, sessionID)
	if err != nil {
		return Parties{}, err
	}
	seat := w.session.Seat
	if seat.Taken+seat.Held <= most {
		return Parties{}, nil
	}
	list, err := listSeated(ctx, tx, sessionID)
	if err != nil {
		return Parties{}, err
	}
	if _, err := tx.Exec(ctx, dropReserved, sessionID); err != nil {
		return Parties{}, err
	}
	lost := cut(list, most)
	if err := sendBack(ctx, tx, lost, s.deps.Clock.Now()); err != nil {
		return Parties{}, err
	}
	gone := map[Status]int64{}
	for _, one := range list {
		gone[one.status] += one.seats
	}
	for _, one := range lost {
		gone[one.status] -= one.seats
	}
	w.change(gone[Confirmed]-seat.Taken, gone[Pending]-seat.Held)
	return partiesOf(lost), s.deps.Activities.TakeHeldSeatsTx(ctx, tx, []activity.Seat{w.session.Seat})
}

// SettleTx gives the free seats of a session to its waitlist.
func (s *Service) SettleTx(ctx context.Context, tx *sqldb.Tx, sessionID string) (err error) {
	defer errs.Wrap(&err, "booking.SettleTx(%s)", sessionID)
	w, err := s.holdTx(ctx, tx, sessionID)
	if err != nil {
		return err
	}
	return s.settleTx(ctx, tx, w, s.deps.Clock.Now())
}

// TellAllTx marks the active bookings of a session to be told something of it.
func (s *Service) TellAllTx(ctx context.Context, tx *sqldb.Tx, sessionID string, what Untold) (err error) {
	defer errs.Wrap(&err, "booking.TellAllTx(%s)", sessionID)
	_, err = tx.Exec(ctx, markAll, sessionID, string(what), int64(s.deps.Clock.Now()))
	return err
}
