package search

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strings"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Document is what is found.
type Document struct {
	// ID names the document to its owner.
	ID string
	// Keys are the places of the document in the owner's order, positive and each of one document only:
	// it is found once for each of them.
	Keys []int64
	// Names are texts that are also found by their sound.
	Names []string
	// Texts are the others.
	Texts []string
}

// PutTx files documents, each in place of what was filed under its id. One without keys is taken out.
func PutTx(ctx context.Context, tx *sqldb.Tx, docs ...Document) (err error) {
	defer errs.Wrap(&err, "search.PutTx(%d)", len(docs))
	ids := make([]string, len(docs))
	var rows []row
	for i, d := range docs {
		ids[i] = d.ID
		if len(d.Keys) == 0 {
			continue
		}
		text, words := d.filed()
		for _, key := range d.Keys {
			rows = append(rows, row{key, d.ID, text, words})
		}
	}
	if err := remove(ctx, tx, ids); err != nil {
		return err
	}
	return insert(ctx, tx, rows)
}

// filed gives the normalised text and the tokens, parted by spaces.
func (d Document) filed() (text, words string) {
	var b strings.Builder
	seen := map[string]bool{}
	add := func(token string) {
		if !seen[token] {
			seen[token] = true
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(token)
		}
	}
	var parts [][]piece
	left := maxText
	for i, part := range append(append([]string(nil), d.Names...), d.Texts...) {
		runes := []rune(part)
		runes = runes[:min(len(runes), left)]
		left -= len(runes)
		list := pieces(string(runes))
		for _, p := range list {
			p.tokens(add)
			if i < len(d.Names) {
				soundTokens(p, add)
			}
		}
		parts = append(parts, list)
	}
	return bodyOf(parts), b.String()
}

// DeleteTx takes documents out. One that is not there is no error.
func DeleteTx(ctx context.Context, tx *sqldb.Tx, ids ...string) (err error) {
	defer errs.Wrap(&err, "search.DeleteTx(%d)", len(ids))
	return remove(ctx, tx, ids)
}

// ClearTx takes all documents out, before they are put anew.
func ClearTx(ctx context.Context, tx *sqldb.Tx) (err error) {
	defer errs.Wrap(&err, "search.ClearTx")
	return clearAll(ctx, tx)
}

// Span is a part of the keys: those above After and below Before, which is no bound where it is 0.
type Span struct{ After, Before int64 }

func (s Span) before() int64 {
	if s.Before == 0 {
		return math.MaxInt64
	}
	return s.Before
}

// Keys gives the keys of the documents that a query finds, in their order, at most limit.
func Keys(ctx context.Context, q sqldb.Querier, query Query, in Span, limit int) (keys []int64, err error) {
	defer errs.Wrap(&err, "search.Keys(%s)", query.how)
	if query.Empty() || limit <= 0 {
		return nil, nil
	}
	if q.Engine() == sqldb.Postgres && query.how == Exact {
		return walked(ctx, q, query, in, limit)
	}
	return indexed(ctx, q, query, in, limit)
}

func indexed(ctx context.Context, q sqldb.Querier, query Query, in Span, limit int) ([]int64, error) {
	text, args := keysOf(q.Engine(), query, in, limit)
	return listKeys(ctx, q, text, args)
}

func listKeys(ctx context.Context, q sqldb.Querier, text string, args []any) ([]int64, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (key int64, err error) { return key, row.Scan(&key) }, text, args...)
}

// Among gives those of some keys whose documents an exact query finds, in order. It costs a look at each,
// and none at all others: for a caller who has few to choose from. Keys of other queries come from Keys.
func Among(ctx context.Context, q sqldb.Querier, query Query, keys []int64) (found []int64, err error) {
	defer errs.Wrap(&err, "search.Among(%d)", len(keys))
	if query.Empty() {
		return nil, nil
	}
	for len(keys) > 0 {
		n := min(len(keys), amongBatch)
		text, args := amongOf(q.Engine(), query, keys[:n])
		keys = keys[n:]
		some, err := listKeys(ctx, q, text, args)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

// amongBatch is how many keys go into one statement.
const amongBatch = 500

// Understand gives the first way in which a query finds anything of the caller's own in a span: as it was
// typed, and only where that finds nothing, in the forgiving ways. Where none does, the exact query is given.
func Understand(ctx context.Context, q sqldb.Querier, query Query, in Span, own func(key int64) bool) (best Query, err error) {
	defer errs.Wrap(&err, "search.Understand")
	if query.Empty() {
		return query, nil
	}
	for _, way := range append([]Query{query}, query.Forgiving()...) {
		if found, err := anyOwn(ctx, q, way, in, own); err != nil || found {
			return way, err
		}
	}
	return query, nil
}

// anyOwn tells whether a query finds one of the caller's own keys. Nearly always the first match is one.
func anyOwn(ctx context.Context, q sqldb.Querier, query Query, in Span, own func(key int64) bool) (bool, error) {
	for limit := 1; ; limit = min(limit*8, 4096) {
		keys, err := Keys(ctx, q, query, in, limit)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(keys, own) {
			return true, nil
		}
		if len(keys) < limit {
			return false, nil
		}
		in.After = keys[len(keys)-1]
	}
}
