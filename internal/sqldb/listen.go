package sqldb

import (
	"context"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Notify wakes those who Listen on the channel, after the commit and in every process of the store.
// A notification can be lost with a connection: it only ever hastens a look at the data.
func (tx *Tx) Notify(ctx context.Context, channel, payload string) error {
	if tx.db.engine == SQLite { // which serves one process
		tx.AfterCommit(func() { tx.db.local.send(channel, payload) })
		return nil
	}
	_, err := tx.Exec(ctx, "SELECT pg_notify($1, $2)", channel, payload)
	return err
}

// Listen waits for notifications on a channel. It calls ready once it listens (what was sent before
// may have been missed) and then heard with each payload. It returns when ctx ends or, on
// PostgreSQL, its connection is lost ("store.unavailable").
func (db *DB) Listen(ctx context.Context, channel string, ready func(), heard func(payload string)) error {
	if db.engine == SQLite {
		return db.local.listen(ctx, channel, ready, heard)
	}
	conn, err := pgx.Connect(ctx, db.dsn)
	if err != nil {
		return explain(err)
	}
	// ctx may have ended, and a lost connection cannot be closed properly: nothing to report.
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return explain(err)
	}
	ready()
	for {
		notification, err := conn.WaitForNotification(ctx)
		if err != nil {
			return explain(err)
		}
		heard(notification.Payload)
	}
}

// exchange carries notifications inside the process. The zero value is ready.
type exchange struct {
	mu        sync.Mutex
	listeners map[*listener]struct{}
}

// listener keeps what it has not been told yet, each payload once: a slow listener holds nobody up
// and does not grow without bound.
type listener struct {
	channel string
	waiting []string // guarded by exchange.mu
	wake    chan struct{}
}

func (e *exchange) send(channel, payload string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for l := range e.listeners {
		if l.channel != channel || slices.Contains(l.waiting, payload) {
			continue
		}
		l.waiting = append(l.waiting, payload)
		select {
		case l.wake <- struct{}{}:
		default: // it is about to look anyway
		}
	}
}

func (e *exchange) listen(ctx context.Context, channel string, ready func(), heard func(payload string)) error {
	l := &listener{channel: channel, wake: make(chan struct{}, 1)}
	e.mu.Lock()
	if e.listeners == nil {
		e.listeners = map[*listener]struct{}{}
	}
	e.listeners[l] = struct{}{}
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		delete(e.listeners, l)
		e.mu.Unlock()
	}()
	ready()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.wake:
		}
		e.mu.Lock()
		payloads := l.waiting
		l.waiting = nil
		e.mu.Unlock()
		for _, p := range payloads {
			heard(p)
		}
	}
}
