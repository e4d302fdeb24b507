package booking_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"openweek/internal/booking"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// A hall of 200 seats and 64 clients with ten bookers each.
const (
	hallSeats = 200
	clients   = 64
	each      = 10
)

// rush sends the claims of all clients to processes in turn and gives their receipts.
func rush(t *testing.T, processes []process, sessionID string, party func(n int) int64) (receipts []booking.Receipt) {
	t.Helper()
	var lock sync.Mutex
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for n := range each {
				who := i*each + n
				r, err := processes[who%len(processes)].Claim(ctx, request(sessionID, who, party(who)))
				if err != nil {
					t.Errorf("booker %d: %v", who, err)
					continue
				}
				lock.Lock()
				receipts = append(receipts, r)
				lock.Unlock()
			}
		})
	}
	all.Wait()
	return receipts
}

// orderly checks that exactly the seats were booked, nobody stands twice, and the waitlist is in order.
func orderly(t *testing.T, f *fair, sessionID string, receipts []booking.Receipt) {
	t.Helper()
	codes := map[string]bool{}
	var confirmed int
	turns := map[int64]int64{} // by position
	for _, r := range receipts {
		codes[r.Code] = true
		turn := count(t, f.db, readTurn, r.BookingID)
		if r.Status == booking.Confirmed {
			confirmed++
			if turn > hallSeats {
				t.Errorf("turn %d is confirmed", turn)
			}
			continue
		}
		turns[r.Position] = turn
	}
	if confirmed != hallSeats || len(codes) != clients*each || f.left(t, sessionID) != 0 {
		t.Errorf("%d of %d seats are booked under %d codes, %d are left", confirmed, hallSeats, len(codes), f.left(t, sessionID))
	}
	if len(turns) != clients*each-hallSeats {
		t.Fatalf("%d stand on the waitlist", len(turns))
	}
	for position, turn := range turns {
		if turn != position+hallSeats {
			t.Errorf("position %d has turn %d", position, turn)
		}
	}
}

func TestARushBooksExactlyTheSeatsAndQueuesTheRestInOrder(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, hallSeats)[0]
		orderly(t, f, hall, rush(t, []process{f.process}, hall, func(int) int64 { return 1 }))
	})
}

func TestTwoProcessesOnOneDatabaseBookExactlyTheSeats(t *testing.T) {
	t.Parallel()
	f := newFair(t, sqldb.Postgres)
	hall := f.sessions(nil, hallSeats)[0]
	second := newProcess(sqldbtest.Open(t, f.o), f.ring, f.clock)
	second.run(t)
	orderly(t, f, hall, rush(t, []process{f.process, second}, hall, func(int) int64 { return 1 }))
}

// With the guard off the same race oversells: counting first and inserting later believes what is not so
// any more when it writes.
func TestControlWithoutTheGuardOversells(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 1)[0]
		must(t, f.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, createNaive)
			return err
		}))
		const racers = 6
		var looked, all sync.WaitGroup
		looked.Add(racers)
		for range racers {
			all.Go(func() {
				left := count(t, f.db, readSeats, hall)
				looked.Done()
				looked.Wait()
				if left < 1 {
					t.Error("the seat is gone before anybody has it")
					return
				}
				must(t, f.db.Write(ctx, func(tx *sqldb.Tx) error {
					_, err := tx.Exec(ctx, insertNaive, id.New())
					return err
				}))
			})
		}
		all.Wait()
		if sold := count(t, f.db, countNaive); sold != racers {
			t.Errorf("without the guard %d of %d have the seat: the race is none", sold, racers)
		}
	})
}

func TestGroupsOfAllSizesFillAHallWithoutOverfillingIt(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, hallSeats)[0]
		draw := rand.New(rand.NewPCG(5, 40))
		sizes := make([]int64, clients*each)
		for i := range sizes {
			sizes[i] = 1 + draw.Int64N(40)
		}
		receipts := rush(t, []process{f.process}, hall, func(n int) int64 { return sizes[n] })
		waiting := slices.DeleteFunc(receipts, func(r booking.Receipt) bool { return r.Status == booking.Confirmed })
		if int64(len(waiting)) != count(t, f.db, countStatus, hall, "waitlisted") || f.left(t, hall) != 0 {
			t.Errorf("%d were told to wait, %d do; %d seats are left", len(waiting), count(t, f.db, countStatus, hall, "waitlisted"), f.left(t, hall))
		}
	})
}

func TestClaimsOnManySessionsShareACommit(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, slices.Repeat([]int64{3}, 20)...)
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() { f.claim(t, request(halls[i%20], i, 1)) })
		}
		all.Wait()
		for _, hall := range halls {
			if confirmed, waiting := count(t, f.db, countStatus, hall, "confirmed"), count(t, f.db, countStatus, hall, "waitlisted"); confirmed != 3 || waiting != 2 {
				t.Errorf("%d are confirmed, %d wait", confirmed, waiting)
			}
		}
	})
}
