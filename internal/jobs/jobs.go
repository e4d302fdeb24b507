package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Args are the arguments of a job, stored as JSON, and name its kind ("message.send"). Kind has a
// value receiver and is never renamed: jobs of the old name may be waiting.
type Args interface{ Kind() string }

// InsertTx makes a job that is due once the caller's transaction has committed.
func InsertTx(ctx context.Context, tx *sqldb.Tx, args Args) error {
	return insert(ctx, tx, args, nil)
}

// InsertAtTx makes a job that is due at an instant.
func InsertAtTx(ctx context.Context, tx *sqldb.Tx, args Args, at clock.Instant) error {
	return insert(ctx, tx, args, &river.InsertOpts{ScheduledAt: at.Time()})
}

func insert(ctx context.Context, tx *sqldb.Tx, args Args, o *river.InsertOpts) (err error) {
	defer errs.Wrap(&err, "jobs.InsertTx(%s)", args.Kind())
	client, err := inserter(tx.Engine())
	if err != nil {
		return err
	}
	_, err = client.InsertTx(ctx, tx.Std(), args, o)
	return err
}

// inserter gives the client that only inserts: it has no pool, so it cannot leave the transaction.
func inserter(engine sqldb.Engine) (*river.Client[*sql.Tx], error) {
	if engine == sqldb.SQLite {
		return sqliteInserter()
	}
	return postgresInserter()
}

var (
	sqliteInserter   = sync.OnceValues(func() (*river.Client[*sql.Tx], error) { return bare(sqldb.SQLite) })
	postgresInserter = sync.OnceValues(func() (*river.Client[*sql.Tx], error) { return bare(sqldb.Postgres) })
)

func bare(engine sqldb.Engine) (*river.Client[*sql.Tx], error) {
	client, err := river.NewClient(driver(engine, nil), &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("client without pool: %w", err)
	}
	return client, nil
}

func driver(engine sqldb.Engine, pool *sql.DB) riverdriver.Driver[*sql.Tx] {
	if engine == sqldb.SQLite {
		return riversqlite.New(pool)
	}
	return riverdatabasesql.New(pool)
}
