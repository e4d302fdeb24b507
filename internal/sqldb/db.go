package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"openweek/internal/errs"
)

// Engine is one of the two engines.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Querier reads. DB, Tx and a snapshot are Queriers, so a statement can be written once and run in either.
type Querier interface {
	// Engine tells where the statement will run; see DB.Engine.
	Engine() Engine
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *Row
}

// Row is the single row of a QueryRow, read by Scan. No row is sql.ErrNoRows.
type Row struct {
	row    *sql.Row
	inside bool // inside a transaction, where the error must stay as it is until Write has seen it
}

// Scan copies the row's columns. Outside a transaction its errors are those of DB.Query.
func (r *Row) Scan(dest ...any) error {
	err := r.row.Scan(dest...)
	if r.inside {
		return err
	}
	return explain(err)
}

// DB is an open store. It reads; writing needs Write.
type DB struct {
	engine  Engine
	reader  *sql.DB
	writer  *sql.DB // the same pool as reader on PostgreSQL without replica
	lagging *sql.DB // reads that may lag; the reader where there is no replica
	dsn     string
	release func() error // gives the data folder's lock back
	local   exchange     // notifications on SQLite
}

// Engine tells which engine the store runs on. Only sqldb, search, change and jobs may ask.
func (db *DB) Engine() Engine { return db.engine }

// Pools gives the raw pools for reading and for writing, which are one on PostgreSQL. Only schema
// and jobs may use them, for the libraries that migrate and queue (a test holds that).
func (db *DB) Pools() (reader, writer *sql.DB) { return db.reader, db.writer }

// Query reads rows outside a transaction.
//
// Errors: "store.unavailable", "store.contended" (Busy); "store.text" (Invalid) for an argument with
// a NUL character or broken UTF-8, which PostgreSQL does not store and SQLite would.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return queryPool(ctx, db.reader, query, args)
}

// QueryRow reads one row outside a transaction.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *Row {
	return &Row{row: db.reader.QueryRowContext(ctx, query, checked(args)...)}
}

func queryPool(ctx context.Context, pool *sql.DB, query string, args []any) (*sql.Rows, error) {
	rows, err := pool.QueryContext(ctx, query, checked(args)...)
	if err != nil {
		return nil, explain(err)
	}
	return rows, nil
}

// Lagging reads from the replica where one is configured: never for a reader's own writes, page
// cache fills or decisions.
func (db *DB) Lagging() Querier { return &lagging{db} }

type lagging struct{ db *DB }

func (l *lagging) Engine() Engine { return l.db.engine }

func (l *lagging) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return queryPool(ctx, l.db.lagging, query, args)
}

func (l *lagging) QueryRow(ctx context.Context, query string, args ...any) *Row {
	return &Row{row: l.db.lagging.QueryRowContext(ctx, query, checked(args)...)}
}

// Tx is a writing transaction.
type Tx struct {
	tx    *sql.Tx
	db    *DB
	after []func()
}

// Query reads inside the transaction. Rows must be closed before the next statement.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return tx.tx.QueryContext(ctx, query, checked(args)...)
}

// QueryRow reads one row inside the transaction.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	return &Row{row: tx.tx.QueryRowContext(ctx, query, checked(args)...), inside: true}
}

// Exec changes rows and returns how many were changed. Use ON CONFLICT and this count instead of
// catching a constraint error: after an error PostgreSQL refuses everything until the rollback.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (changed int64, err error) {
	result, err := tx.tx.ExecContext(ctx, query, checked(args)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Engine tells which engine the transaction runs on; see DB.Engine.
func (tx *Tx) Engine() Engine { return tx.db.engine }

// Std is the raw transaction. Only package jobs may use it (a test holds that).
func (tx *Tx) Std() *sql.Tx { return tx.tx }

// AfterCommit runs f once the transaction's changes are durable: nothing leaves the house (mail,
// push, page cache) before the commit that makes it true. f does not run after a rollback.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Write runs fn in a transaction and commits when fn returns nil. It may run fn again after a
// serialization failure, a deadlock or a connection lost before COMMIT: fn assigns, never appends, and does no I/O.
// fn must not use db: on SQLite a Write within a Write waits for itself.
//
// Errors of fn are returned as they are, except that a store that cannot be reached, has no room
// left or is too contended becomes errs.Busy ("store.unavailable", "store.full", "store.contended").
// A connection lost during COMMIT is "store.unavailable" too, and nobody knows whether it happened.
func (db *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	for attempt := 0; ; attempt++ {
		err := db.writeOnce(ctx, fn)
		if err == nil || attempt == maxAttempts-1 || !again(err) {
			return explain(err)
		}
		if werr := wait(ctx, backoff(attempt)); werr != nil {
			return explain(err)
		}
	}
}

const maxAttempts = 8

func (db *DB) writeOnce(ctx context.Context, fn func(tx *Tx) error) (err error) {
	raw, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx := &Tx{tx: raw, db: db}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			if rerr := raw.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) && err != nil {
				err = fmt.Errorf("%w (rollback: %v)", err, rerr)
			}
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	done = true
	if err := raw.Commit(); err != nil {
		return &commitError{err}
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// Snapshot runs fn on one unchanging state of the store, for reads that must agree with each other.
func (db *DB) Snapshot(ctx context.Context, fn func(q Querier) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if db.engine == Postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	raw, err := db.reader.BeginTx(ctx, options)
	if err != nil {
		return explain(fmt.Errorf("begin: %w", err))
	}
	defer raw.Rollback() //nolint:errcheck // nothing was written
	return explain(fn(&Tx{tx: raw, db: db}))
}

// Ping tells whether the store answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.writer.PingContext(ctx); err != nil {
		return errs.Busy("store.unavailable").Because(err)
	}
	return nil
}

// Close gives everything back. It is safe to call twice.
func (db *DB) Close() error {
	err := db.reader.Close()
	if db.writer != db.reader {
		err = errors.Join(err, db.writer.Close())
	}
	if db.lagging != db.reader {
		err = errors.Join(err, db.lagging.Close())
	}
	if db.release != nil {
		err = errors.Join(err, db.release())
		db.release = nil
	}
	return err
}

// List reads all rows of a query with scan.
func List[T any](ctx context.Context, q Querier, scan func(row *sql.Rows) (T, error), query string, args ...any) (list []T, err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what went wrong
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	if err := rows.Err(); err != nil {
		switch q.(type) {
		case *Tx, held: // Write explains it
			return nil, err
		}
		return nil, explain(err)
	}
	return list, nil
}
