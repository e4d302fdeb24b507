package sqldb

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"openweek/internal/errs"
)

// So many arguments go into one statement on PostgreSQL.
const manyArgs = 2000

// InsertMany runs an INSERT of one row, whose VALUES are $1…$n in order, for many rows, and returns how
// many were changed. On PostgreSQL, where each statement is a way to the server and back, it writes many
// rows in one; SQLite would spend its time reading such texts, so there one prepared statement is run
// for each row.
func (tx *Tx) InsertMany(ctx context.Context, query string, rows [][]any) (changed int64, err error) {
	defer errs.Wrap(&err, "sqldb.InsertMany(%d)", len(rows))
	if tx.db.engine == SQLite {
		return tx.insertEach(ctx, query, rows)
	}
	for len(rows) > 0 {
		n := min(len(rows), max(1, manyArgs/len(rows[0])))
		args := make([]any, 0, n*len(rows[0]))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		some, err := tx.Exec(ctx, repeat(query, n, len(rows[0])), args...)
		if err != nil {
			return changed, err
		}
		changed += some
		rows = rows[n:]
	}
	return changed, nil
}

func (tx *Tx) insertEach(ctx context.Context, query string, rows [][]any) (changed int64, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	statement, err := tx.tx.PrepareContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	for _, row := range rows {
		result, err := statement.ExecContext(ctx, checked(row)...)
		if err != nil {
			return changed, err
		}
		some, err := result.RowsAffected()
		if err != nil {
			return changed, err
		}
		changed += some
	}
	return changed, nil
}

// repeat writes the row of an INSERT n times. A statement whose row does not hold its width arguments in
// order, each once, is a mistake of the program.
func repeat(query string, n, width int) string {
	const begin = "VALUES ("
	from := strings.Index(query, begin)
	if from < 0 {
		panic("sqldb: no VALUES in " + strconv.Quote(query))
	}
	from += len(begin)
	to, depth := from, 1
	for ; to < len(query); to++ {
		switch query[to] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			break
		}
	}
	parts := strings.Split(query[from:to], "$")
	if len(parts) != width+1 {
		panic("sqldb: the row has not the arguments of " + strconv.Quote(query))
	}
	for i := range parts[1:] {
		rest, ok := strings.CutPrefix(parts[i+1], strconv.Itoa(i+1))
		if !ok || rest != "" && '0' <= rest[0] && rest[0] <= '9' {
			panic("sqldb: the row has not its arguments in order in " + strconv.Quote(query))
		}
		parts[i+1] = rest
	}
	var b strings.Builder
	b.WriteString(query[:from])
	for row := range n {
		if row > 0 {
			b.WriteString("), (")
		}
		b.WriteString(parts[0])
		for i, part := range parts[1:] {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(row*width + i + 1))
			b.WriteString(part)
		}
	}
	b.WriteString(query[to:])
	return b.String()
}
