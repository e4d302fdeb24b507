package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"openweek/internal/errs"
)

// InsertMany runs an INSERT of one row, whose VALUES are $1…$n in order, for many rows, and returns how
// many were changed. On PostgreSQL, where each statement is a way to the server and back, all rows go in
// one as arrays, so that the text is the same for any number of them and stays prepared; SQLite would
// spend its time reading such texts, so there one prepared statement is run for each row.
func (tx *Tx) InsertMany(ctx context.Context, query string, rows [][]any) (changed int64, err error) {
	defer errs.Wrap(&err, "sqldb.InsertMany(%d)", len(rows))
	if len(rows) == 0 {
		return 0, nil
	}
	if tx.db.engine == SQLite {
		return tx.insertEach(ctx, query, rows)
	}
	lists, err := columns(rows)
	if err != nil {
		return 0, err
	}
	text, args := unnest(query, lists)
	result, err := tx.tx.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (tx *Tx) insertEach(ctx context.Context, query string, rows [][]any) (changed int64, err error) {
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

// column is the values of one argument in all rows: an array of a type, or nothing but NULL.
type column struct {
	kind   string // "" where all are NULL
	values any
}

// columns turns rows into arrays. The values of a column are of one type, or NULL.
func columns(rows [][]any) ([]column, error) {
	lists := make([]column, len(rows[0]))
	values := make([]any, len(rows))
	for i := range lists {
		for n, row := range rows {
			if len(row) != len(lists) {
				return nil, fmt.Errorf("sqldb: row %d has %d values of %d", n, len(row), len(lists))
			}
			v, err := plain(row[i])
			if err != nil {
				return nil, err
			}
			values[n] = v
		}
		var err error
		if lists[i], err = asArray(values); err != nil {
			return nil, fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return lists, nil
}

// plain gives an argument as the type that stands in an array: nil, string, int64, bool, float64 or []byte.
func plain(arg any) (any, error) {
	if err := argError(arg); err != nil {
		return nil, err
	}
	if v, ok := arg.(driver.Valuer); ok {
		return v.Value()
	}
	if b, ok := arg.([]byte); ok {
		if b == nil {
			return nil, nil //nolint:nilnil // NULL is what is meant
		}
		return b, nil
	}
	v := reflect.ValueOf(arg)
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, nil //nolint:nilnil // NULL is what is meant
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Invalid:
		return nil, nil //nolint:nilnil // NULL is what is meant
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Float64:
		return v.Float(), nil
	}
	return nil, fmt.Errorf("sqldb: a %T is not stored in many rows", arg)
}

func asArray(values []any) (column, error) {
	for _, v := range values {
		switch v.(type) {
		case nil:
			continue
		case string:
			return array[string]("text", values)
		case int64:
			return array[int64]("bigint", values)
		case bool:
			return array[bool]("boolean", values)
		case float64:
			return array[float64]("double precision", values)
		case []byte:
			return array[[]byte]("bytea", values)
		default:
			return column{}, fmt.Errorf("sqldb: a %T is not stored in many rows", v)
		}
	}
	return column{}, nil
}

func array[T any](kind string, values []any) (column, error) {
	list := make([]*T, len(values))
	for i, v := range values {
		if v == nil {
			continue
		}
		one, ok := v.(T)
		if !ok {
			return column{}, fmt.Errorf("sqldb: a %T among values of %s", v, kind)
		}
		list[i] = &one
	}
	return column{kind, list}, nil
}

// unnest puts a SELECT of arrays in place of an INSERT's row.
func unnest(query string, lists []column) (text string, args []any) {
	before, row, after := split(query, len(lists))
	var sources, names []string
	var b strings.Builder
	b.WriteString(before + "SELECT " + row[0])
	for i, c := range lists {
		name := "NULL"
		if c.kind != "" {
			args = append(args, c.values)
			name = "c" + strconv.Itoa(i+1)
			names = append(names, name)
			sources = append(sources, "$"+strconv.Itoa(len(args))+"::"+c.kind+"[]")
			name = "many." + name
		}
		b.WriteString(name + row[i+1])
	}
	if len(args) == 0 {
		panic("sqldb: rows of nothing but NULL")
	}
	b.WriteString(" FROM unnest(" + strings.Join(sources, ", ") + ") AS many (" + strings.Join(names, ", ") + ")" + after)
	return b.String(), args
}

// split takes an INSERT's row of values apart at its arguments. A statement whose row does not hold its
// width arguments in order, each once, is a mistake of the program.
func split(query string, width int) (before string, row []string, after string) {
	const begin = "VALUES ("
	at := strings.Index(query, begin)
	if at < 0 {
		panic("sqldb: no VALUES in " + strconv.Quote(query))
	}
	from := at + len(begin)
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
	row = strings.Split(query[from:to], "$")
	if len(row) != width+1 {
		panic("sqldb: the row has not the arguments of " + strconv.Quote(query))
	}
	for i := range row[1:] {
		rest, ok := strings.CutPrefix(row[i+1], strconv.Itoa(i+1))
		if !ok || rest != "" && '0' <= rest[0] && rest[0] <= '9' {
			panic("sqldb: the row has not its arguments in order in " + strconv.Quote(query))
		}
		row[i+1] = rest
	}
	return query[:at], row, query[to+1:]
}
