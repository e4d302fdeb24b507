package search

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/sqldb"
)

// The index is a table of its own on SQLite, a column on PostgreSQL: nothing of it is common, and each
// statement is prepared on its own engine.
const (
	insertText         = `INSERT INTO search_text (key, id, body) VALUES ($1, $2, $3)`
	insertWordsSQLite  = `INSERT INTO search_index (rowid, word) VALUES ($1, $2)`
	insertTextPostgres = `INSERT INTO search_text (key, id, body, word) VALUES ($1, $2, $3, array_to_tsvector(string_to_array($4, ' ')))`

	deleteWordsSQLite = `DELETE FROM search_index WHERE rowid IN (SELECT key FROM search_text WHERE /*where*/TRUE)`
	deleteText        = `DELETE FROM search_text WHERE /*where*/TRUE`

	clearWordsSQLite = `INSERT INTO search_index (search_index) VALUES ('delete-all')`
	clearText        = `DELETE FROM search_text`

	// The index gives its rows in order and stops when there are enough.
	keysSQLite = `
SELECT f.rowid FROM search_index AS f
WHERE f.search_index MATCH $1 AND f.rowid > $2 AND f.rowid < $3 AND /*where*/TRUE
ORDER BY f.rowid LIMIT $4`
	containsSQLite = `instr((SELECT t.body FROM search_text AS t WHERE t.key = f.rowid), ?) > 0`

	// The sum keeps the engine from walking through the keys instead: that reads each row's tokens.
	keysPostgres = `
SELECT t.key FROM search_text AS t
WHERE t.word @@ CAST($1 AS tsquery) AND t.key > $2 AND t.key < $3 AND /*where*/TRUE
ORDER BY t.key + 0 LIMIT $4`
	containsPostgres = `strpos(t.body, ?) > 0`

	// Where a stretch of so many rows ends, and what a walk through it finds.
	stretch = `SELECT t.key FROM search_text AS t WHERE t.key > $1 AND t.key < $2 ORDER BY t.key LIMIT 1 OFFSET $3`
	walk    = `SELECT t.key FROM search_text AS t WHERE t.key > $1 AND t.key < $2 AND /*where*/TRUE ORDER BY t.key LIMIT $3`

	among = `SELECT t.key FROM search_text AS t WHERE /*where*/TRUE ORDER BY t.key`

	bodySQLite = `instr(t.body, ?) > 0`
)

// row is a document under one key.
type row struct {
	key             int64
	id, text, words string
}

func insert(ctx context.Context, tx *sqldb.Tx, rows []row) error {
	// FTS5 gathers rows only as long as their numbers ascend; each step back writes a segment.
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.key, b.key) })
	texts, words := make([][]any, len(rows)), make([][]any, len(rows))
	if tx.Engine() == sqldb.Postgres {
		for i, r := range rows {
			texts[i] = []any{r.key, r.id, r.text, r.words}
		}
		_, err := tx.InsertMany(ctx, insertTextPostgres, texts)
		return err
	}
	for i, r := range rows {
		texts[i], words[i] = []any{r.key, r.id, r.text}, []any{r.key, r.words}
	}
	if _, err := tx.InsertMany(ctx, insertText, texts); err != nil {
		return err
	}
	_, err := tx.InsertMany(ctx, insertWordsSQLite, words)
	return err
}

func remove(ctx context.Context, tx *sqldb.Tx, ids []string) error {
	statements := []string{deleteText}
	if tx.Engine() == sqldb.SQLite {
		statements = []string{deleteWordsSQLite, deleteText}
	}
	for part := range slices.Chunk(ids, amongBatch) {
		for _, statement := range statements {
			query, args := (&sqldb.Where{}).In("id", part).Apply(statement)
			if _, err := tx.Exec(ctx, query, args...); err != nil {
				return err
			}
		}
	}
	return nil
}

func clearAll(ctx context.Context, tx *sqldb.Tx) error {
	if tx.Engine() == sqldb.SQLite {
		if _, err := tx.Exec(ctx, clearWordsSQLite); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, clearText)
	return err
}

func keysOf(engine sqldb.Engine, q Query, in Span, limit int) (string, []any) {
	statement, contains := keysSQLite, containsSQLite
	if engine == sqldb.Postgres {
		statement, contains = keysPostgres, containsPostgres
	}
	var where sqldb.Where
	for _, alternatives := range q.texts() {
		containsOne(&where, contains, alternatives)
	}
	return where.Apply(statement, q.tokens().text(engine), in.After, in.before(), limit)
}

// containsOne wants all texts of one of the alternatives.
func containsOne(where *sqldb.Where, contains string, alternatives [][]string) {
	var any []*sqldb.Where
	for _, parts := range alternatives {
		var all sqldb.Where
		for _, part := range parts {
			all.And(contains, part)
		}
		any = append(any, &all)
	}
	where.Any(any...)
}

// needles wants all terms of an exact query, which needs no index: the text alone says what it finds.
func (q Query) needles(where *sqldb.Where, contains string) *sqldb.Where {
	for _, t := range q.terms {
		where.And(contains, t.needle())
	}
	return where
}

func amongOf(engine sqldb.Engine, q Query, keys []int64) (string, []any) {
	contains := bodySQLite
	if engine == sqldb.Postgres {
		contains = containsPostgres
	}
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = strconv.FormatInt(key, 10)
	}
	var where sqldb.Where
	// Numbers in the text: hundreds of arguments would cost more than the search.
	where.And(`t.key IN (` + strings.Join(texts, ",") + `)`)
	return q.needles(&where, contains).Apply(among)
}

func walkOf(q Query, in Span, limit int) (string, []any) {
	return q.needles(&sqldb.Where{}, containsPostgres).Apply(walk, in.After, in.before(), limit)
}
