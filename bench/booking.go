package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

const (
	bookers   = 256
	claims    = 10_000
	fullBatch = 256 // rows of one transaction of the plain loop
)

// counter is a fair whose seats are booked.
type counter struct {
	*fair
	bookings *booking.Service
	hot      []string // one session
	many     []string // a thousand
}

// booked measures durable bookings a second against a plain loop that inserts the same rows.
func booked(runs int) (rows []row, err error) {
	ctx := context.Background()
	root, err := os.MkdirTemp("", "openweek-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	rows, err = bookedOn(ctx, "SQLite", sqldb.Options{}, filepath.Join(root, "sqlite"), runs)
	if err != nil {
		return nil, err
	}
	cluster, err := sqldbtest.StartCluster(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: without PostgreSQL:", err)
		return rows, nil
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	pool, err := sql.Open("pgx", cluster.URL)
	if err != nil {
		return nil, err
	}
	_, err = pool.ExecContext(ctx, durable)
	if err == nil {
		_, err = pool.ExecContext(ctx, reload)
	}
	if err := errors.Join(err, pool.Close()); err != nil {
		return nil, err
	}
	more, err := bookedOn(ctx, "PostgreSQL", sqldb.Options{URL: cluster.URL}, filepath.Join(root, "postgres"), runs)
	return append(rows, more...), err
}

func bookedOn(ctx context.Context, engine string, o sqldb.Options, dir string, runs int) (rows []row, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := openFair(ctx, o, dir, few)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	c, err := openCounter(ctx, f, dir)
	if err != nil {
		return nil, err
	}
	running, halt := context.WithCancel(ctx)
	var writer sync.WaitGroup
	writer.Go(func() { c.bookings.Run(running) })
	defer func() {
		halt()
		writer.Wait()
	}()
	for _, part := range []struct {
		name     string
		sessions []string
	}{{"one hot session", c.hot}, {"1,000 sessions", c.many}} {
		var ours, plain, late []float64
		for range runs {
			rate, p99, err := c.storm(ctx, part.sessions)
			if err != nil {
				return nil, err
			}
			limit, err := c.plain(ctx)
			if err != nil {
				return nil, err
			}
			ours, plain, late = append(ours, rate), append(plain, limit), append(late, p99)
		}
		rows = append(rows, row{
			fmt.Sprintf("booking, %s, durable before the answer, %d clients, %s", part.name, bookers, engine),
			fmt.Sprintf("a loop that inserts the same rows %d a transaction: %.0f/s", fullBatch, median(plain)),
			fmt.Sprintf("%.2f (%.0f/s, p99 %.0f ms)", median(ours)/median(plain), median(ours), median(late)), "0.40", "0.80",
		})
	}
	return rows, nil
}

func openCounter(ctx context.Context, f *fair, dir string) (*counter, error) {
	ring, err := seal.Load(filepath.Join(dir, "keys"))
	if err != nil {
		return nil, err
	}
	page, err := f.activities.FindPublic(ctx, f.edition.ID, activity.Filter{Limit: 1})
	if err != nil {
		return nil, err
	}
	like := page.Items[0]
	one := activity.Loading{ID: id.New(), UnitID: like.Unit.ID, Content: activity.Content{Title: "开放日", MethodID: like.MethodID, TopicIDs: like.TopicIDs, Mode: activity.OnSite, Venue: like.Venue}}
	starts := clock.System().Now().Add(24 * time.Hour)
	var ids []string
	for range 1001 {
		ids = append(ids, id.New())
		one.Sessions = append(one.Sessions, activity.LoadingSession{ID: ids[len(ids)-1], SessionDraft: activity.SessionDraft{Starts: starts, Ends: starts.Add(time.Hour), Bookable: true, Capacity: claims, PartyMax: 5}})
	}
	if err := f.activities.Load(ctx, actor.TheSystem(), f.edition.ID, []activity.Loading{one}); err != nil {
		return nil, err
	}
	return &counter{fair: f, hot: ids[:1], many: ids[1:],
		bookings: booking.NewService(booking.Deps{DB: f.db, Ring: ring, Clock: clock.System(), Activities: f.activities, Audit: audit.New(f.db, ring, clock.System())})}, nil
}

// storm books with all clients and gives the bookings a second and the slowest hundredth in milliseconds.
func (c *counter) storm(ctx context.Context, sessions []string) (rate, p99 float64, err error) {
	times := make([]float64, claims)
	var next atomic.Int64
	var all sync.WaitGroup
	failures := make(chan error, bookers)
	began := time.Now()
	for range bookers {
		all.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= claims {
					return
				}
				asked := time.Now()
				if _, err := c.bookings.Claim(ctx, booking.Request{SessionID: sessions[n%len(sessions)], Party: 1, Source: booking.FromAPI, Key: fmt.Sprint("bench-", n),
					Contact: booking.Contact{Name: "张示例", Phone: fmt.Sprintf("0731-20000000x%d", n)}}); err != nil {
					failures <- err
					return
				}
				times[n] = time.Since(asked).Seconds() * 1000
			}
		})
	}
	all.Wait()
	took := time.Since(began).Seconds()
	select {
	case err := <-failures:
		return 0, 0, err
	default:
	}
	slices.Sort(times)
	return claims / took, times[claims*99/100], nil
}

// plain takes the rows of the storm away and inserts them again in full batches: rows a second. It leaves
// an empty store.
func (c *counter) plain(ctx context.Context) (float64, error) {
	rows, err := c.rows(ctx, readBookings, 12)
	if err != nil {
		return 0, err
	}
	keys, err := c.rows(ctx, readBookingKeys, 6)
	if err != nil {
		return 0, err
	}
	if len(rows) != claims || len(keys) != claims {
		return 0, fmt.Errorf("%d bookings and %d keys of %d claims", len(rows), len(keys), claims)
	}
	if err := c.clear(ctx); err != nil {
		return 0, err
	}
	keyOf := map[any][]any{}
	for _, k := range keys {
		keyOf[k[2]] = k
	}
	began := time.Now()
	for batch := range slices.Chunk(rows, fullBatch) {
		own := make([][]any, len(batch))
		for i, b := range batch {
			own[i] = keyOf[b[0]]
		}
		if err := c.db.Write(ctx, func(tx *sqldb.Tx) error {
			if _, err := tx.InsertMany(ctx, plainBooking, batch); err != nil {
				return err
			}
			_, err := tx.InsertMany(ctx, plainKey, own)
			return err
		}); err != nil {
			return 0, err
		}
	}
	rate := float64(len(rows)) / time.Since(began).Seconds()
	return rate, c.clear(ctx)
}

func (c *counter) rows(ctx context.Context, query string, width int) ([][]any, error) {
	return sqldb.List(ctx, c.db, func(r *sql.Rows) ([]any, error) {
		values, into := make([]any, width), make([]any, width)
		for i := range values {
			into[i] = &values[i]
		}
		return values, r.Scan(into...)
	}, query)
}

func (c *counter) clear(ctx context.Context) error {
	return c.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, statement := range []string{clearKeys, clearBookings, clearSeats} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}
