package schema

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Leases belong to running processes and are not moved.
func moved(t table) bool { return t.name != "lease" }

// Copy moves the rows of all tables of one store and its unfinished jobs into another, whatever
// their engines: in one transaction, from one unchanging state, with the counts compared at the end.
// Both have this program's schema; the target is empty; no server works on either. What package
// search keeps is made anew by the caller. progress, which may be nil, hears of each finished table.
//
// Errors: "schema.newer", "schema.older", "schema.not_empty", "schema.mismatch" (Conflict).
func Copy(ctx context.Context, from, to *sqldb.DB, progress func(table string, rows int64)) (err error) {
	defer errs.Wrap(&err, "schema.Copy")
	for _, db := range []*sqldb.DB{from, to} {
		if err := Require(ctx, db); err != nil {
			return err
		}
	}
	if progress == nil {
		progress = func(string, int64) {}
	}
	return from.Snapshot(ctx, func(q sqldb.Querier) error {
		source := q.(*sqldb.Tx) // Snapshot gives no other
		return to.Write(ctx, func(tx *sqldb.Tx) error { return copyTx(ctx, source, tx, progress) })
	})
}

func copyTx(ctx context.Context, from, to *sqldb.Tx, progress func(table string, rows int64)) error {
	targets, err := tables(ctx, to)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if rows, err := count(ctx, to, t); err != nil || rows > 0 && moved(t) {
			if err == nil {
				err = errs.Conflict("schema.not_empty", "table", t.name)
			}
			return err
		}
	}
	// Parents come first although the keys are checked late: a new parent makes SQLite look for
	// waiting children, through a whole table where no index helps.
	if targets, err = parentsFirst(ctx, to, targets); err != nil {
		return err
	}
	restore, err := deferForeignKeys(ctx, to)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if !moved(t) {
			continue
		}
		if err := copyTable(ctx, from, to, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		want, err := count(ctx, from, t)
		if err != nil {
			return err
		}
		got, err := count(ctx, to, t)
		if err != nil {
			return err
		}
		if got != want {
			return errs.Conflict("schema.mismatch", "table", t.name, "from", want, "to", got)
		}
		progress(t.name, got)
	}
	if err := restore(); err != nil {
		return err
	}
	queued, err := copyQueue(ctx, from, to)
	if err != nil {
		return err
	}
	progress("river_job", queued)
	return nil
}

func count(ctx context.Context, q sqldb.Querier, t table) (n int64, err error) {
	err = q.QueryRow(ctx, "SELECT count(*) FROM "+quote(t.name)).Scan(&n)
	return n, err
}

// deferForeignKeys lets rows arrive in any order, so that tables may refer to themselves and to each
// other; restore checks them all and brings the immediate checks back.
func deferForeignKeys(ctx context.Context, tx *sqldb.Tx) (restore func() error, err error) {
	if tx.Engine() == sqldb.SQLite { // which checks at COMMIT and resets the pragma itself
		_, err := tx.Exec(ctx, "PRAGMA defer_foreign_keys = ON")
		return func() error { return nil }, err
	}
	keys, err := texts(ctx, tx, `
		SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I ', k.conrelid::regclass, k.conname)
		FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace
		WHERE k.contype = 'f' AND NOT k.condeferrable AND n.nspname = current_schema()`)
	if err != nil {
		return nil, err
	}
	alter := func(how string) error {
		for _, key := range keys {
			if _, err := tx.Exec(ctx, key+how); err != nil {
				return err
			}
		}
		return nil
	}
	return func() error {
		if _, err := tx.Exec(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
			return err
		}
		return alter("NOT DEFERRABLE")
	}, alter("DEFERRABLE INITIALLY DEFERRED")
}

// So many arguments go into one statement. The SQLite driver's time grows with their square: 20,000
// rows of seven columns took 0.7 s with 1000, 1.3 s with 200 and 8.4 s with 3500.
const batchArgs = 1000

func copyTable(ctx context.Context, from, to *sqldb.Tx, t table) (err error) {
	rows, err := from.Query(ctx, "SELECT "+t.list()+" FROM "+quote(t.name))
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what went wrong
	size := max(1, batchArgs/len(t.columns))
	batch := make([]any, 0, size*len(t.columns))
	for rows.Next() {
		values, err := scan(rows, t)
		if err != nil {
			return err
		}
		batch = append(batch, values...)
		if len(batch) == cap(batch) {
			if err := insert(ctx, to, t, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return insert(ctx, to, t, batch)
}

// scan reads a row as values that the target takes: SQLite stores a boolean as a number.
func scan(rows *sql.Rows, t table) ([]any, error) {
	values, dest := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		dest[i] = &values[i]
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, err
	}
	for i, c := range t.columns {
		if n, ok := values[i].(int64); ok && c.class == "boolean" {
			values[i] = n != 0
		}
		// SQLite's driver reads an empty value as nil, which would be written as NULL.
		if bytes, ok := values[i].([]byte); ok && bytes == nil {
			values[i] = []byte{}
		}
	}
	return values, nil
}

func insert(ctx context.Context, tx *sqldb.Tx, t table, values []any) error {
	if len(values) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("INSERT INTO " + quote(t.name) + " (" + t.list() + ") VALUES ")
	for i := range values {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%len(t.columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteByte(')')
	_, err := tx.Exec(ctx, b.String(), values...)
	return err
}
