package sqldb

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	"modernc.org/sqlite"
)

// keptStatements is how many prepared statements a connection to SQLite keeps. Reading and planning a
// statement takes SQLite as long as running most of ours; PostgreSQL's driver keeps its own.
const keptStatements = 96

// sqliteConnector opens connections that keep their statements prepared.
type sqliteConnector struct{ dsn string }

func (c sqliteConnector) Driver() driver.Driver { return &sqlite.Driver{} }

func (c sqliteConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := (&sqlite.Driver{}).Open(c.dsn)
	if err != nil {
		return nil, err
	}
	inner, ok := conn.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("sqldb: the driver's connection has not the methods that it should"), conn.Close())
	}
	return &keepingConn{sqliteConn: inner, kept: map[string]*list.Element{}}, nil
}

// sqliteConn is what database/sql uses of the driver's connection.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// sqliteStatement is what database/sql uses of the driver's statement.
type sqliteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn keeps the statements that were run last. database/sql uses a connection from one goroutine
// at a time.
type keepingConn struct {
	sqliteConn
	kept map[string]*list.Element // by text
	used list.List                // of *keptStatement, the one used last in front
}

type keptStatement struct {
	text string
	sqliteStatement
	busy bool // its rows are being read
}

// repeated tells whether a text is one that the program runs again and again. What is run once, such as
// DDL and PRAGMA, is not kept, nor are scripts of several statements.
func repeated(query string) bool {
	for _, verb := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"} {
		if strings.HasPrefix(query, verb) {
			return !strings.Contains(query, ";")
		}
	}
	return false
}

// statement gives the kept statement of a text, nil where there is none to be had.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStatement, error) {
	if !repeated(query) {
		return nil, nil //nolint:nilnil // the caller goes the driver's own way
	}
	if e, ok := c.kept[query]; ok {
		k, _ := e.Value.(*keptStatement)
		if k.busy {
			return nil, nil //nolint:nilnil // within its own rows
		}
		c.used.MoveToFront(e)
		return k, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	inner, ok := s.(sqliteStatement)
	if !ok {
		return nil, errors.Join(errors.New("sqldb: the driver's statement has not the methods that it should"), s.Close())
	}
	k := &keptStatement{text: query, sqliteStatement: inner}
	c.kept[query] = c.used.PushFront(k)
	return k, c.drop()
}

// drop closes the statement that was not used for longest, once there are too many.
func (c *keepingConn) drop() error {
	if c.used.Len() <= keptStatements {
		return nil
	}
	e := c.used.Back()
	k, _ := e.Value.(*keptStatement)
	if k.busy {
		return nil // next time
	}
	c.used.Remove(e)
	delete(c.kept, k.text)
	return k.Close()
}

func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	k, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	return k.ExecContext(ctx, args)
}

func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	k, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := k.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	k.busy = true
	return &keptRows{rows, k}, nil
}

// Close closes the statements, too.
func (c *keepingConn) Close() error {
	var all []error
	for e := c.used.Front(); e != nil; e = e.Next() {
		k, _ := e.Value.(*keptStatement)
		all = append(all, k.Close())
	}
	return errors.Join(append(all, c.sqliteConn.Close())...)
}

// keptRows are rows of a kept statement.
type keptRows struct {
	driver.Rows
	of *keptStatement
}

// Close makes the statement free for the next.
func (r *keptRows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}
