package activity

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/sqldb"
)

// SessionFollower is what stands to the right of this package and must move with sessions: bookings
// that are told, moved or cancelled. app lists the followers; they run in their order, in the
// transaction of the change, and an error of one undoes all.
type SessionFollower interface {
	// MovedTx follows a session that begins or ends at another time, or is booked in another window.
	MovedTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, before, after Session) error
	// CancelledTx follows the cancelling of a session.
	CancelledTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, s Session, reason string) error
	// SeatsTx follows seats that became free otherwise than by a booking that was given up.
	SeatsTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, s Session, freed int64) error
}

// UseFollowers names the followers, in the order in which they are called. It is called once while the
// product is put together: bookings are made with activities and follow them.
func (s *Service) UseFollowers(list ...SessionFollower) { s.deps.Followers = list }

// UseCounter names who counts those who came, as UseFollowers does with followers: doors are made with
// activities.
func (s *Service) UseCounter(c Counter) { s.deps.Counter = c }
