package measure

import (
	"context"
	"errors"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// page is how many sessions are looked at with one statement.
const page = 500

// eachPage gives the sessions of an edition that orders may concern, with what orders have done to them.
func (s *Service) eachPage(ctx context.Context, q sqldb.Querier, editionID string, each func(list []activity.Ordered, ids []string, is map[string]state) error) error {
	for after := ""; ; {
		list, err := s.deps.Activities.FindOrdered(ctx, q, editionID, s.deps.Clock.Now(), after, page)
		if err != nil || len(list) == 0 {
			return err
		}
		ids := make([]string, len(list))
		for i, o := range list {
			ids[i], after = o.ID, o.ID
		}
		is, err := statesOf(ctx, q, ids)
		if err != nil {
			return err
		}
		if err := each(list, ids, is); err != nil || len(list) < page {
			return err
		}
	}
}

// foresee tells what a measure would do beside those in force.
func (s *Service) foresee(ctx context.Context, q sqldb.Querier, d Draft, inForce []Measure) (e Effect, err error) {
	all := append(append([]Measure{}, inForce...), Measure{Draft: d})
	err = s.eachPage(ctx, q, d.EditionID, func(list []activity.Ordered, ids []string, states map[string]state) error {
		booked, err := s.deps.Bookings.CountActive(ctx, q, ids)
		if err != nil {
			return err
		}
		for _, o := range list {
			is := states[o.ID]
			if !d.covers(o) || o.Cancelled() && !is.cancelled {
				continue
			}
			e.Sessions++
			next := wanted(all, o, is)
			more := next.blocked - is.own(o)
			var lost booking.Parties
			if more > 0 {
				if lost, err = s.deps.Bookings.CountCut(ctx, q, o.ID, o.Capacity-o.Seat.Blocked-more); err != nil {
					return err
				}
			}
			e.add(is, next, more, lost, booked[o.ID])
		}
		return nil
	})
	return e, err
}

// Apply brings the sessions of all editions with orders to what the orders in force want of them: sessions
// that were published or moved since, and what a stopped process has left. Several processes may do so at a
// time.
func (s *Service) Apply(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "measure.Apply")
	editions, err := listTexts(ctx, s.deps.DB, findEditions)
	if err != nil {
		return err
	}
	var all []error
	for _, editionID := range editions {
		all = append(all, s.apply(ctx, actor.TheSystem(), editionID))
	}
	return errors.Join(all...)
}

func (s *Service) apply(ctx context.Context, a actor.Actor, editionID string) error {
	inForce, err := listInForce(ctx, s.deps.DB, editionID)
	if err != nil {
		return err
	}
	return s.eachPage(ctx, s.deps.DB, editionID, func(list []activity.Ordered, _ []string, is map[string]state) error {
		for _, o := range list {
			if settled(is[o.ID], wanted(inForce, o, is[o.ID]), o) {
				continue
			}
			if err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error { return s.applyTx(ctx, tx, a, o.ID) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// settled tells whether a session is as it should be. One that its host has cancelled stays so.
func settled(is, next state, o activity.Ordered) bool {
	return is == next && is.own(o) == next.blocked || o.Cancelled() && !is.cancelled
}

// applyTx brings one session to what is wanted of it.
func (s *Service) applyTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, sessionID string) error {
	o, is, inForce, err := s.holdTx(ctx, tx, sessionID)
	if errs.Is(err, "activity.session_not_found") {
		return nil // cancelled with its activity in the meantime
	}
	if err != nil {
		return err
	}
	if is.cancelled && !wanted(inForce, o, is).cancelled {
		if _, err := s.deps.Activities.OrderOnTx(ctx, tx, a, sessionID); err != nil {
			return err
		}
		if o, err = s.deps.Activities.HoldOrderedTx(ctx, tx, sessionID); err != nil {
			return err
		}
		is.cancelled = false
	}
	next := wanted(inForce, o, is)
	if settled(is, next, o) {
		return writeState(ctx, tx, o, is)
	}
	by := orderOf(inForce, o)
	booked, err := s.deps.Bookings.CountActive(ctx, tx, []string{sessionID})
	if err != nil {
		return err
	}
	switch {
	case next.cancelled && !is.cancelled: // first: nobody moves up into what does not take place
		_, err = s.deps.Activities.OrderOffTx(ctx, tx, a, sessionID, by.Reason)
	case next.online && !is.online:
		err = s.deps.Bookings.TellAllTx(ctx, tx, sessionID, booking.UntoldAfar)
	case is.online && !next.online:
		err = s.deps.Bookings.TellAllTx(ctx, tx, sessionID, booking.UntoldOnsite)
	}
	if err != nil {
		return err
	}
	more := next.blocked - is.own(o)
	lost, err := s.blockTx(ctx, tx, o, more, !next.cancelled)
	if err != nil {
		return err
	}
	var e Effect
	if e.add(is, next, more, lost, booked[sessionID]); !e.Quiet() {
		if err := addEffect(ctx, tx, by.ID, e); err != nil {
			return err
		}
	}
	return writeState(ctx, tx, o, next)
}

// holdTx holds a session and reads what orders have done to it and want of it.
func (s *Service) holdTx(ctx context.Context, tx *sqldb.Tx, sessionID string) (o activity.Ordered, is state, inForce []Measure, err error) {
	if o, err = s.deps.Activities.HoldOrderedTx(ctx, tx, sessionID); err != nil {
		return o, state{}, nil, err
	}
	states, err := statesOf(ctx, tx, []string{sessionID}) // only now: another process may have written it
	if err != nil {
		return o, state{}, nil, err
	}
	inForce, err = listInForce(ctx, tx, o.EditionID)
	return o, states[sessionID], inForce, err
}

// orderOf is the last of the orders that concern a session: what is done now is done for it. Its words are
// those of the last that lets nobody come, where there is one.
func orderOf(inForce []Measure, o activity.Ordered) (last Measure) {
	reason := ""
	for _, m := range inForce {
		if !m.covers(o) {
			continue
		}
		last = m
		if m.Onsite != OnsiteStays {
			reason = m.Reason
		}
	}
	if reason != "" {
		last.Reason = reason
	}
	return last
}

// blockTx keeps more seats of a session back by order, or fewer with a negative number; held tells whether
// the session takes place, so that those who wait can have what is free then.
func (s *Service) blockTx(ctx context.Context, tx *sqldb.Tx, o activity.Ordered, more int64, held bool) (lost booking.Parties, err error) {
	if more == 0 {
		return booking.Parties{}, nil
	}
	if more > 0 {
		if lost, err = s.deps.Bookings.CutTx(ctx, tx, o.ID, o.Capacity-o.Seat.Blocked-more); err != nil {
			return booking.Parties{}, err
		}
	}
	if _, err := s.deps.Activities.TakeSeatsTx(ctx, tx, []activity.Claim{{SessionID: o.ID, Block: more}}); err != nil {
		return booking.Parties{}, err
	}
	if !held {
		return lost, nil
	}
	return lost, s.deps.Bookings.SettleTx(ctx, tx, o.ID)
}
