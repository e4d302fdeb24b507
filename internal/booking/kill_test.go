package booking_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// What a child process of a storm is told.
const (
	stormURL  = "OPENWEEK_STORM_URL"
	stormDir  = "OPENWEEK_STORM_DIR"
	stormHall = "OPENWEEK_STORM_HALL"
	stormTurn = "OPENWEEK_STORM_TURN"
)

// kills is how often a storm is killed for each engine.
const kills = 5

// TestStormChild is no test of its own: it is the process that TestKilledInAStorm… kills. It books until
// it dies and writes down each answer once it has it.
func TestStormChild(t *testing.T) {
	dir := os.Getenv(stormDir)
	if dir == "" {
		t.Skip("it is started by TestWhatWasConfirmedIsThereAfterAKill")
	}
	db, err := sqldb.Open(ctx, sqldb.Options{URL: os.Getenv(stormURL), Dir: dir})
	must(t, err)
	ring, err := seal.Load(filepath.Join(dir, "keys"))
	must(t, err)
	p := newProcess(db, ring, clock.NewManual(noon))
	p.run(t)
	var turn int
	_, err = fmt.Sscan(os.Getenv(stormTurn), &turn)
	must(t, err)
	var lock sync.Mutex
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for n := range 1000 {
				r := request(os.Getenv(stormHall), 0, 1+int64(n%3))
				r.Contact.Phone = fmt.Sprintf("139%d%02d%03d00", turn, i, n)
				r.Key = r.Contact.Phone
				receipt := p.claim(t, r)
				lock.Lock()
				fmt.Printf("booked %s %s\n", receipt.BookingID, receipt.Status) // a write of its own: it survives the process
				lock.Unlock()
			}
		})
	}
	all.Wait()
}

func TestWhatWasConfirmedIsThereAfterAKill(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		draw := rand.New(rand.NewPCG(seed, 0))
		o, hall := storm(t, engine)
		promised := map[string]string{}
		for turn := range kills {
			before := len(promised)
			stormUntilKilled(t, o, hall, turn, 3+draw.IntN(200), promised)
			if len(promised) == before {
				t.Fatal("nothing was booked before the kill")
			}
			db, err := sqldb.Open(ctx, o)
			must(t, err)
			ring, err := seal.Load(filepath.Join(o.Dir, "keys"))
			must(t, err)
			p := newProcess(db, ring, clock.NewManual(noon))
			for bookingID, status := range promised {
				var got string
				if err := db.QueryRow(ctx, readStatus, bookingID).Scan(&got); err != nil || got != status {
					t.Errorf("promised %s, found %s, %v", status, got, err)
				}
			}
			if err := p.Verify(ctx, db); err != nil {
				t.Error(err)
			}
			must(t, db.Close())
		}
		t.Logf("%d answers survived %d kills", len(promised), kills)
	})
}

// storm makes a store with a hall that fills up in mid-storm, and closes it.
func storm(t *testing.T, engine sqldb.Engine) (o sqldb.Options, hall string) {
	t.Helper()
	f := &fair{t: t, o: sqldbtest.New(t, engine), clock: clock.NewManual(noon)}
	db, err := sqldb.Open(ctx, f.o)
	must(t, err)
	f.ring, err = seal.Create(filepath.Join(f.o.Dir, "keys"))
	must(t, err)
	f.process = newProcess(db, f.ring, f.clock)
	hall = f.sessions(func(d *activity.SessionDraft) { d.PartyMax = 3 }, 400)[0]
	must(t, db.Close())
	return f.o, hall
}

// stormUntilKilled runs a child, kills it after so many answers and some time in the middle of the next,
// and adds what it was answered to promised.
func stormUntilKilled(t *testing.T, o sqldb.Options, hall string, turn, answers int, promised map[string]string) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestStormChild$", "-test.v=false")
	child.Env = append(os.Environ(), stormDir+"="+o.Dir, stormURL+"="+o.URL, stormHall+"="+hall, fmt.Sprintf("%s=%d", stormTurn, turn))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	fuse := time.AfterFunc(time.Minute, func() { _ = child.Process.Kill() })
	defer fuse.Stop()
	lines, heard := bufio.NewScanner(out), 0
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 || fields[0] != "booked" {
			t.Logf("the child says: %s", lines.Text())
			continue
		}
		promised[fields[1]] = fields[2]
		if heard++; heard == answers {
			must(t, child.Process.Kill())
		}
	}
	_ = child.Wait() // it was killed
	if heard < answers {
		t.Fatalf("the child ended after %d answers", heard)
	}
}
