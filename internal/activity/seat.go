package activity

import (
	"context"
	"fmt"
	"slices"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Seat is how many seats a session has and how many are gone. Taken are booked, Held wait for a
// confirmation, Blocked are kept back by the host.
type Seat struct {
	SessionID                      string
	Capacity, Taken, Held, Blocked int64
}

// Left is how many seats can still be taken.
func (s Seat) Left() int64 { return s.Capacity - s.Taken - s.Held - s.Blocked }

// gone is how many seats cannot be.
func (s Seat) gone() int64 { return s.Taken + s.Held + s.Blocked }

// Claim is what a booking takes of a session's seats, or gives back with negative numbers. A hold
// that is confirmed is {Take: n, Hold: -n}.
type Claim struct {
	SessionID         string
	Take, Hold, Block int64
}

// maxSeats bounds a capacity and what one claim changes: a stadium, and sums that cannot overflow.
const maxSeats = 1_000_000

// LockSeatsTx holds the seats of sessions until the end of the transaction and reads them, in the
// order of their ids, so that two transactions with the same sessions wait instead of deadlocking.
// What Left says is true until the end: whoever writes less than it with TakeSeatsTx is not refused.
//
// Errors: activity.session_not_found.
func (s *Service) LockSeatsTx(ctx context.Context, tx *sqldb.Tx, sessionIDs []string) (list []Seat, err error) {
	defer errs.Wrap(&err, "activity.LockSeatsTx")
	distinct := slices.Compact(slices.Sorted(slices.Values(sessionIDs)))
	list, err = lockSeatRows(ctx, tx, distinct)
	if err == nil && len(list) < len(distinct) {
		return nil, errSessionNotFound()
	}
	return list, err
}

// lockBatch is how many seats one statement holds.
const lockBatch = 500

// lockSeatRows holds the seats of those sessions that there are, in the order of their ids.
func lockSeatRows(ctx context.Context, tx *sqldb.Tx, sessionIDs []string) (list []Seat, err error) {
	for part := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(sessionIDs))), lockBatch) {
		some, err := listLockedSeats(ctx, tx, part)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

// TakeSeatsTx changes the seats of sessions, all claims or none, and gives the seats as they are then,
// in the order of the sessions' ids. Several claims on one session count together. It is the one way
// in which seats are booked, held, kept back and given free: each row is held before it is looked at,
// so that what was free when looked at is free when written (counting first and inserting afterwards
// oversells). Nothing is read of the session itself: whether it may be booked is the caller's to say.
//
// Errors: activity.seats_short (Conflict, with session and left) where fewer are left than are asked
// for; activity.session_not_found. More given back than was taken is a mistake of the program.
func (s *Service) TakeSeatsTx(ctx context.Context, tx *sqldb.Tx, claims []Claim) (list []Seat, err error) {
	defer errs.Wrap(&err, "activity.TakeSeatsTx")
	wanted := map[string]Claim{}
	var ids []string
	for _, c := range claims {
		for _, n := range []int64{c.Take, c.Hold, c.Block} {
			if n < -maxSeats || n > maxSeats {
				return nil, errs.Internal(fmt.Errorf("activity: a claim of %d seats", n))
			}
		}
		sum := wanted[c.SessionID]
		wanted[c.SessionID] = Claim{c.SessionID, sum.Take + c.Take, sum.Hold + c.Hold, sum.Block + c.Block}
		ids = append(ids, c.SessionID)
	}
	if list, err = s.LockSeatsTx(ctx, tx, ids); err != nil {
		return nil, err
	}
	for i := range list {
		if err := list[i].change(wanted[list[i].SessionID]); err != nil {
			return nil, err
		}
	}
	return list, writeSeats(ctx, tx, list)
}

// TakeHeldSeatsTx is TakeSeatsTx for a caller that holds the seats since LockOffersTx and has counted with
// them itself: it writes them as they are to be.
//
// Errors: activity.seats_short (Conflict, with session and left). Seats below nothing are a mistake of the
// program.
func (s *Service) TakeHeldSeatsTx(ctx context.Context, tx *sqldb.Tx, seats []Seat) (err error) {
	defer errs.Wrap(&err, "activity.TakeHeldSeatsTx")
	for _, seat := range seats {
		if err := seat.change(Claim{}); err != nil {
			return err
		}
	}
	return writeSeats(ctx, tx, seats)
}

// change applies a claim. Seats that a claim gives back are free for itself.
func (s *Seat) change(c Claim) error {
	after := *s
	after.Taken, after.Held, after.Blocked = s.Taken+c.Take, s.Held+c.Hold, s.Blocked+c.Block
	switch {
	case after.Taken < 0 || after.Held < 0 || after.Blocked < 0:
		return errs.Internal(fmt.Errorf("activity: session %s: more seats are given back than were taken", s.SessionID))
	case after.Left() < 0:
		return errs.Conflict("activity.seats_short", "session", s.SessionID, "left", s.Left())
	}
	*s = after
	return nil
}
