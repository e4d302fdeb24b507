package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"openweek/internal/errs"
)

// commitError marks a failed COMMIT. Where the connection broke, nobody knows whether it happened.
type commitError struct{ error }

func (e *commitError) Error() string { return "commit: " + e.error.Error() }
func (e *commitError) Unwrap() error { return e.error }

// again tells whether the whole transaction may be tried once more: only where it is certain that
// nothing of it has happened.
func again(err error) bool {
	if gaveUp(err) {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return contended(pg) || goingAway(pg)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	var commit *commitError
	return unreachable(err) && !errors.As(err, &commit)
}

// gaveUp tells whether the caller's context ended.
func gaveUp(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func contended(pg *pgconn.PgError) bool {
	return pg.Code == "40001" || pg.Code == "40P01" // serialization_failure, deadlock_detected
}

func goingAway(pg *pgconn.PgError) bool {
	switch pg.Code {
	case "57P01", "57P02", "57P03", "53300": // shutdown, crash, cannot connect now, too many connections
		return true
	}
	return false
}

func unreachable(err error) bool {
	var op *net.OpError
	var connect *pgconn.ConnectError
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &op) || errors.As(err, &connect) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		pgconn.SafeToRetry(err)
}

// explain turns the few failures that are nobody's bug into errors a user can be told.
func explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var own *errs.Error
	if errors.As(err, &own) {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) { // waited too long for a connection or a lock
		return errs.Busy("store.contended").Because(err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "53100": // disk_full
			return errs.Busy("store.full").Because(err)
		case goingAway(pg):
			return errs.Busy("store.unavailable").Because(err)
		case contended(pg):
			return errs.Busy("store.contended").Because(err)
		}
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return errs.Busy("store.full").Because(err)
		case sqlite3.SQLITE_BUSY:
			return errs.Busy("store.contended").Because(err)
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
			return errs.Busy("store.unavailable").Because(err)
		}
		return err
	}
	if unreachable(err) {
		return errs.Busy("store.unavailable").Because(err)
	}
	return err
}

// damaged tells whether the file is no SQLite database, or a broken one.
func damaged(err error) bool {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	code := lite.Code() & 0xff
	return code == sqlite3.SQLITE_NOTADB || code == sqlite3.SQLITE_CORRUPT
}

// backoff grows from some milliseconds to a quarter of a second, with jitter so that two that
// collided do not collide again.
func backoff(attempt int) time.Duration {
	base := 2 * time.Millisecond << min(attempt, 7)
	return base + rand.N(base)
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting to try again: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}
