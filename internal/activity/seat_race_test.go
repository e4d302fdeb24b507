package activity_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// A hall of 200 seats, and bookers by the score who want up to five each.
const (
	hallSeats = 200
	bookers   = 64
	attempts  = 4 // of each booker
)

// hall makes a session without anything around it: seats know nothing of activities.
func hall(t *testing.T, db *sqldb.DB, capacity int) (sessionID string) {
	t.Helper()
	d := newDesk(t, db)
	act := d.begin(d.editor("芙蓉中职"), sound(d))
	act = d.addSessions(d.editor("芙蓉中职"), act, run(day(7, 20), "09:00", 60, int64(capacity)))
	return act.Sessions[0].ID
}

func TestManyBookersNeverTakeMoreSeatsThanThereAre(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		db := sqldbtest.Open(t, sqldbtest.New(t, engine))
		sessionID := hall(t, db, hallSeats)
		s := activity.NewService(activity.Deps{DB: db})
		var sold atomic.Int64
		var all sync.WaitGroup
		for i := range bookers {
			all.Go(func() {
				for n := range attempts {
					party := int64(1 + (i+n)%5)
					err := db.Write(ctx, func(tx *sqldb.Tx) error {
						_, err := s.TakeSeatsTx(ctx, tx, []activity.Claim{{SessionID: sessionID, Take: party}})
						return err
					})
					switch {
					case err == nil:
						sold.Add(party)
					case !errs.Is(err, "activity.seats_short"):
						t.Errorf("got %v", err)
					}
				}
			})
		}
		all.Wait()
		var capacity, taken int64
		must(t, db.QueryRow(ctx, readSeat, sessionID).Scan(&capacity, &taken))
		if taken != sold.Load() || taken > capacity || capacity-taken >= 5 {
			t.Errorf("%d seats: %d are taken and %d were sold", capacity, taken, sold.Load())
		}
	})
}

// With the guard off the same race oversells: counting first and inserting later believes what is not
// so any more when it writes.
func TestControlWithoutTheGuardOversells(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		db := sqldbtest.Open(t, sqldbtest.New(t, engine))
		sessionID := hall(t, db, 1)
		const racers = 8
		var looked, all sync.WaitGroup
		looked.Add(racers)
		for range racers {
			all.Go(func() {
				var capacity, taken int64
				err := db.QueryRow(ctx, readSeat, sessionID).Scan(&capacity, &taken)
				looked.Done()
				looked.Wait()
				if err != nil || taken >= capacity {
					t.Errorf("the seat is gone before anybody has it: %d of %d, %v", taken, capacity, err)
					return
				}
				must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
					_, err := tx.Exec(ctx, insertNote, id.New(), "a booking")
					return err
				}))
			})
		}
		all.Wait()
		if sold := len(listTexts(t, db, listNotes)); sold != racers {
			t.Errorf("without the guard %d of %d have the seat: the race is none", sold, racers)
		}
	})
}

func TestSeatsAreTakenInOneOrderByBookersOfManySessions(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		db := sqldbtest.Open(t, sqldbtest.New(t, engine))
		d := newDesk(t, db)
		host := d.editor("芙蓉中职")
		act := d.begin(host, sound(d))
		act = d.addSessions(host, act, run(day(7, 20), "09:00", 60, 100), run(day(7, 21), "09:00", 60, 100), run(day(7, 22), "09:00", 60, 100))
		var all sync.WaitGroup
		for i := range 24 {
			all.Go(func() {
				claims := make([]activity.Claim, 3)
				for n := range claims { // each in another order
					claims[n] = activity.Claim{SessionID: act.Sessions[(i+n)%3].ID, Take: 1, Hold: 1}
				}
				must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
					_, err := d.TakeSeatsTx(ctx, tx, claims)
					return err
				}))
			})
		}
		all.Wait()
		for _, s := range d.got(host, act.ID).Sessions {
			if s.Seat.Taken != 24 || s.Seat.Held != 24 {
				t.Errorf("%+v", s.Seat)
			}
		}
	})
}

func TestTakeSeatsTakesAllOrNone(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		db := sqldbtest.Open(t, sqldbtest.New(t, engine))
		d := newDesk(t, db)
		host := d.editor("芙蓉中职")
		act := d.begin(host, sound(d))
		act = d.addSessions(host, act, run(day(7, 20), "09:00", 60, 10), run(day(7, 21), "09:00", 60, 2))
		first, second := act.Sessions[0].ID, act.Sessions[1].ID
		take := func(claims ...activity.Claim) (list []activity.Seat, err error) {
			err = db.Write(ctx, func(tx *sqldb.Tx) (err error) {
				list, err = d.TakeSeatsTx(ctx, tx, claims)
				return err
			})
			return list, err
		}
		_, err := take(activity.Claim{SessionID: first, Take: 5}, activity.Claim{SessionID: second, Take: 3})
		refused(t, err, "activity.seats_short")
		if got := errs.As(err).Args["left"]; got != int64(2) {
			t.Errorf("left: %v", got)
		}
		list, err := take(activity.Claim{SessionID: first, Hold: 4}, activity.Claim{SessionID: first, Block: 2}, activity.Claim{SessionID: second, Take: 2})
		must(t, err)
		for i, seat := range list {
			want := map[string]activity.Seat{first: {first, 10, 0, 4, 2}, second: {second, 2, 2, 0, 0}}[seat.SessionID]
			if seat != want {
				t.Errorf("%d: %+v, want %+v", i, seat, want)
			}
		}
		// A hold that is confirmed needs no further seat, though the hall is full otherwise.
		_, err = take(activity.Claim{SessionID: first, Take: 4})
		must(t, err)
		list, err = take(activity.Claim{SessionID: first, Take: 4, Hold: -4})
		must(t, err)
		if list[0].Left() != 0 || list[0].Taken != 8 {
			t.Errorf("%+v", list[0])
		}
		for name, c := range map[string]activity.Claim{"too much given back": {SessionID: second, Take: -3}, "beyond all bounds": {SessionID: second, Take: 1 << 62}} {
			if _, err := take(c); errs.KindOf(err) != errs.KindInternal {
				t.Errorf("%s: got %v", name, err)
			}
		}
		_, err = take(activity.Claim{SessionID: "nothing", Take: 1})
		refused(t, err, "activity.session_not_found")
	})
}
