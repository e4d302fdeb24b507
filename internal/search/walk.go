package search

import (
	"context"
	"database/sql"
	"errors"

	"openweek/internal/sqldb"
)

// probe is how many rows are walked through before the index is asked. Tests make it smaller.
var probe = 2000

// walked gives the keys of an exact query on PostgreSQL, whose index gives all matches or none and in no
// order: for a common character that is most of the table. Such a one is soon found by walking through
// the texts in the order of keys; a rare one is not, and the index has few matches to sort. Which it is
// shows on the first rows.
func walked(ctx context.Context, q sqldb.Querier, query Query, in Span, limit int) (keys []int64, err error) {
	for size := probe; ; size *= 4 {
		part, more, err := stretchOf(ctx, q, in, size)
		if err != nil {
			return nil, err
		}
		text, args := walkOf(query, part, limit-len(keys))
		some, err := listKeys(ctx, q, text, args)
		if err != nil {
			return nil, err
		}
		keys = append(keys, some...)
		if len(keys) == limit || !more {
			return keys, nil
		}
		in.After = part.Before - 1
		if len(some) < size/20 {
			rest, err := indexed(ctx, q, query, in, limit-len(keys))
			return append(keys, rest...), err
		}
	}
}

// stretchOf gives the part of a span that holds the first size rows, and whether there are more.
func stretchOf(ctx context.Context, q sqldb.Querier, in Span, size int) (part Span, more bool, err error) {
	part = in
	err = q.QueryRow(ctx, stretch, in.After, in.before(), size).Scan(&part.Before)
	if errors.Is(err, sql.ErrNoRows) {
		return in, false, nil
	}
	return part, err == nil, err
}
