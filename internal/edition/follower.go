package edition

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

// Follower is what stands to the right of this package and must move with an edition: duties that are
// dispatched on publishing, due times and sessions that a new week moves. app lists the followers;
// they run in their order, in the transaction of the edition's own change, and an error of one undoes all.
type Follower interface {
	// PublishTx follows the publishing of e.
	PublishTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e Edition) error
	// PreviewRedate tells what RedateTx would change, and changes nothing. e stands as before the move.
	PreviewRedate(ctx context.Context, q sqldb.Querier, e Edition, m Move) ([]Consequence, error)
	// RedateTx follows a move of the week. e stands as after the move.
	RedateTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e Edition, m Move) error
}

// Move is a new window of a published week and the due days that go with it.
type Move struct {
	OldStart, OldEnd clock.Day
	NewStart, NewEnd clock.Day
	Days             int // by which the first day moves; negative to an earlier one
	Dues             []DueMove
}

// Consequence is one thing that follows from a move, for the person who decides.
type Consequence struct {
	Key   string         // message key of the follower's own area; "count" is among its arguments
	Args  map[string]any // arguments of the message
	Count int            // how many things are concerned
}
