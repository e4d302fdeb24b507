package booking

import (
	"context"
	"time"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// window is a session while its seats are held: session.Seat is as the transaction leaves it, take and
// hold are what it has changed.
type window struct {
	session    activity.Session
	rule       Rule
	last       int64 // the last turn that was given
	waiting    int64 // parties on the waitlist
	skips      int64 // of the first of them
	take, hold int64
	before     bool  // somebody waited before the group
	let        int64 // claims of the group that were let in while they did
	first      int64 // the first turn of the group
}

// change takes seats, holds some, or gives them back with negative numbers.
func (w *window) change(take, hold int64) {
	w.take, w.hold = w.take+take, w.hold+hold
	w.session.Seat.Taken += take
	w.session.Seat.Held += hold
}

// queued tells whether a waiting party has been passed over so often that nobody is let in before it.
func (w *window) queued() bool { return w.before && w.skips+w.let >= w.rule.SkipLimit }

// moveUpTx gives the free seats of a session to its waitlist: to the first parties that fit, in their
// order. A party that is passed over keeps its place and counts it; once it has been passed over as often
// as the rule allows, free seats are held for it until there are enough. Who is reached is offered the
// seats and must take them in time, who is not is confirmed and called. A session that has begun or does
// not take place lets nobody in.
func (s *Service) moveUpTx(ctx context.Context, tx *sqldb.Tx, w *window, now clock.Instant) error {
	left := w.session.Seat.Left()
	if w.waiting == 0 || left <= 0 || w.session.Cancelled() || w.session.Starts <= now {
		return nil
	}
	list, err := listWaiting(ctx, tx, w.session.ID, left, w.rule.SkipLimit)
	if err != nil {
		return err
	}
	let := movedUp{}
	var last int64
	for _, one := range list {
		needs := one.seats - one.reserved
		if needs > left {
			if one.skips < w.rule.SkipLimit {
				continue
			}
			if _, err := tx.Exec(ctx, reserveOne, one.id, left); err != nil {
				return err
			}
			w.change(0, left)
			break // everybody behind waits with it
		}
		left -= needs
		last = one.turn
		switch {
		case one.byHost:
			let.held = append(let.held, one.id)
			w.change(0, needs)
		case one.reachable:
			let.offered = append(let.offered, one.id)
			w.change(0, needs)
		default:
			let.confirmed = append(let.confirmed, one.id)
			w.change(one.seats, -one.reserved)
		}
		if left == 0 {
			break
		}
	}
	if last == 0 {
		return nil
	}
	until := min(now.Add(time.Duration(w.rule.OfferMinutes)*time.Minute), w.session.Starts)
	if err := let.write(ctx, tx, until, now); err != nil {
		return err
	}
	w.waiting -= int64(len(let.held) + len(let.offered) + len(let.confirmed))
	if _, err = tx.Exec(ctx, countSkips, w.session.ID, last, 1, max(left, 0)); err != nil {
		return err
	}
	w.before = w.waiting > 0
	return tx.QueryRow(ctx, headSkips, w.session.ID).Scan(&w.skips)
}

// movedUp are the ids of waiting parties by what becomes of them.
type movedUp struct{ held, offered, confirmed []string }

func (m movedUp) write(ctx context.Context, tx *sqldb.Tx, until, now clock.Instant) error {
	if err := moveAll(ctx, tx, Pending, UntoldOffered, until, m.offered, now); err != nil {
		return err
	}
	if err := moveAll(ctx, tx, Pending, UntoldBooked, 0, m.held, now); err != nil {
		return err
	}
	return moveAll(ctx, tx, Confirmed, UntoldConfirmed, 0, m.confirmed, now)
}

// lapseBatch is how many offers are ended at once at most.
const lapseBatch = 100

// LapseOffers ends the offers that were not taken in time, gives their seats to the next who wait, and
// tells how many it ended. Who was not reached by any letter has not let anything lapse: they are
// confirmed and called, like those without a channel.
func (s *Service) LapseOffers(ctx context.Context) (lapsed int, err error) {
	defer errs.Wrap(&err, "booking.LapseOffers")
	due, err := listTexts(ctx, s.deps.DB, dueOffers, int64(s.deps.Clock.Now()), lapseBatch)
	if err != nil {
		return 0, err
	}
	for _, bookingID := range due {
		ended := false
		err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := s.changeTx(ctx, tx, bookingID, func(w *window, r row, now clock.Instant) error {
				if ended = r.Offered() && r.OfferUntil <= now; !ended {
					return nil // taken in the meantime
				}
				heard, err := s.heardTx(ctx, tx, r)
				if err != nil {
					return err
				}
				if ended = heard || w.session.Starts <= now; !ended {
					return s.takeHeldTx(ctx, tx, w, r, r.tell(UntoldConfirmed), now)
				}
				return s.endTx(ctx, tx, w, r, ByBooker, UntoldLapsed, r.OfferUntil, now)
			})
			return err
		})
		if err != nil {
			return lapsed, err
		}
		if ended {
			lapsed++
		}
	}
	return lapsed, nil
}
