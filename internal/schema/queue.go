package schema

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"openweek/internal/sqldb"
)

// The queue's tables are River's; they are migrated and moved with ours, through its own calls.

func queueDriver(engine sqldb.Engine, pool *sql.DB) riverdriver.Driver[*sql.Tx] {
	if engine == sqldb.Postgres {
		return riverdatabasesql.New(pool)
	}
	return riversqlite.New(pool)
}

func migrateQueue(ctx context.Context, engine sqldb.Engine, pool *sql.DB) error {
	m, err := rivermigrate.New(queueDriver(engine, pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// queueVersion is the version of the queue's tables that this program knows.
func queueVersion() (int64, error) {
	m, err := rivermigrate.New(riversqlite.New(nil), nil)
	if err != nil {
		return 0, err
	}
	all := m.AllVersions()
	return int64(all[len(all)-1].Version), nil
}

// copyQueue puts the unfinished jobs of one store into another. One that was running is due again;
// finished ones stay behind.
func copyQueue(ctx context.Context, from, to *sqldb.Tx) (copied int64, err error) {
	source, err := river.NewClient(queueDriver(from.Engine(), nil), &river.Config{})
	if err != nil {
		return 0, err
	}
	target, err := river.NewClient(queueDriver(to.Engine(), nil), &river.Config{})
	if err != nil {
		return 0, err
	}
	page := river.NewJobListParams().First(1000).OrderBy(river.JobListOrderByID, river.SortOrderAsc).States(
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled)
	for {
		list, err := source.JobListTx(ctx, from.Std(), page)
		if err != nil || len(list.Jobs) == 0 {
			return copied, err
		}
		for _, job := range list.Jobs {
			_, err := target.InsertTx(ctx, to.Std(), storedArgs{job.Kind, job.EncodedArgs}, &river.InsertOpts{
				MaxAttempts: job.MaxAttempts, Priority: job.Priority, Queue: job.Queue, ScheduledAt: job.ScheduledAt, Tags: job.Tags,
			})
			if err != nil {
				return copied, err
			}
			copied++
		}
		page = page.After(list.LastCursor)
	}
}

// storedArgs passes a job's arguments on as they are stored.
type storedArgs struct {
	kind    string
	encoded json.RawMessage
}

// Kind is the copied job's.
func (a storedArgs) Kind() string { return a.kind }

// MarshalJSON gives the stored text.
func (a storedArgs) MarshalJSON() ([]byte, error) { return a.encoded.MarshalJSON() }
