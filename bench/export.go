package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/export"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/web/host"
)

// taken is how many bookings an export takes out, and a tenth of that to see whether its memory is flat.
const taken = 100_000

// exporting measures the workbook of a session's bookings.
func exporting(int) (rows []row, err error) {
	ctx := context.Background()
	root, err := os.MkdirTemp("", "openweek-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	one, err := exportingOn(ctx, "SQLite", sqldb.Options{}, filepath.Join(root, "sqlite"))
	if err != nil {
		return nil, err
	}
	cluster, err := sqldbtest.StartCluster(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: without PostgreSQL:", err)
		return []row{one}, nil
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	two, err := exportingOn(ctx, "PostgreSQL", sqldb.Options{URL: cluster.URL}, filepath.Join(root, "postgres"))
	return []row{one, two}, err
}

func exportingOn(ctx context.Context, engine string, o sqldb.Options, dir string) (r row, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return row{}, err
	}
	f, err := openFair(ctx, o, dir, few)
	if err != nil {
		return row{}, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	c, err := openCounter(ctx, f, dir)
	if err != nil {
		return row{}, err
	}
	large, small, err := c.crowd(ctx)
	if err != nil {
		return row{}, err
	}
	// What the engine does by itself within a minute of so many bookings.
	if err := c.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, analyze)
		return err
	}); err != nil {
		return row{}, err
	}
	_, _, tenth, _, err := c.export(ctx, small)
	if err != nil {
		return row{}, err
	}
	took, size, peak, idle, err := c.export(ctx, large)
	return row{
		fmt.Sprintf("export of the %d bookings of a session, contacts opened, on %s", taken, engine), "rows/s and peak memory",
		fmt.Sprintf("%.0f rows/s (%s, %.1f MB), %.0f MB over %.0f MB; a tenth of the rows %.0f MB", taken/took.Seconds(), seconds(took), float64(size)/1e6, peak, idle, tenth),
		"flat memory", "< 64 MB over idle",
	}, err
}

// crowd books two sessions of an activity: one by all, one by a tenth.
func (c *counter) crowd(ctx context.Context) (large, small string, err error) {
	page, err := c.activities.FindPublic(ctx, c.edition.ID, activity.Filter{Limit: 1})
	if err != nil {
		return "", "", err
	}
	like, starts := page.Items[0], clock.System().Now().Add(24*time.Hour)
	one := activity.Loading{ID: id.New(), UnitID: like.Unit.ID, Content: activity.Content{Title: "开放日", MethodID: like.MethodID, TopicIDs: like.TopicIDs, Mode: activity.OnSite, Venue: like.Venue}}
	for range 2 {
		one.Sessions = append(one.Sessions, activity.LoadingSession{ID: id.New(), SessionDraft: activity.SessionDraft{Starts: starts, Ends: starts.Add(time.Hour), Bookable: true, Capacity: taken, PartyMax: 5}})
	}
	if err := c.activities.Load(ctx, actor.TheSystem(), c.edition.ID, []activity.Loading{one}); err != nil {
		return "", "", err
	}
	large, small = one.Sessions[0].ID, one.Sessions[1].ID
	running, halt := context.WithCancel(ctx)
	var writer, all sync.WaitGroup
	writer.Go(func() { c.bookings.Run(running) })
	defer func() {
		halt()
		writer.Wait()
	}()
	var next atomic.Int64
	failures := make(chan error, bookers)
	for range bookers {
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < taken+taken/10; n = int(next.Add(1)) - 1 {
				sessionID := large
				if n >= taken {
					sessionID = small
				}
				if _, err := c.bookings.Claim(ctx, booking.Request{SessionID: sessionID, Party: 1, Source: booking.FromPortal,
					Contact: booking.Contact{Name: "张示例", Phone: fmt.Sprintf("0731-20000000x%d", n)}}); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	all.Wait()
	select {
	case err = <-failures:
	default:
	}
	return large, small, err
}

// export writes the workbook of a session's bookings to a file, and gives the time, its bytes, and the
// memory in MB: what it took at its peak over what there was.
func (c *counter) export(ctx context.Context, sessionID string) (took time.Duration, size int64, over, idle float64, err error) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return 0, 0, 0, 0, err
	}
	p := &process{cmd: &exec.Cmd{Process: self}}
	debug.FreeOSMemory()
	if idle, err = p.resetPeak(); err != nil {
		return 0, 0, 0, 0, err
	}
	out, err := os.CreateTemp("", "openweek-bench-")
	if err != nil {
		return 0, 0, 0, 0, err
	}
	defer func() { err = errors.Join(err, out.Close(), os.Remove(out.Name())) }()
	began := time.Now()
	ask := export.Request{Kind: host.ExportBookings, SubjectID: sessionID, Locale: "zh-Hans"}
	if err := (host.BookingBooks{Bookings: c.bookings}).Make(ctx, actor.TheSystem(), ask, out, func(int, int) error { return nil }); err != nil {
		return 0, 0, 0, 0, err
	}
	took = time.Since(began)
	if size, err = out.Seek(0, io.SeekEnd); err != nil {
		return 0, 0, 0, 0, err
	}
	peak, err := p.memory("VmHWM")
	return took, size, peak - idle, idle, err
}
