package sqldb

import (
	"context"
	"database/sql"
)

// Held gives a Querier whose SELECTs hold what they read until the end of the transaction: others that
// want to change or hold the same rows wait. Rows are held in the order of ORDER BY, and what is read is
// what stands once they are held, so two transactions that hold several rows in the same order never
// deadlock. A SELECT has one table and no aggregates.
//
// On SQLite a writing transaction is alone anyway.
func (tx *Tx) Held() Querier { return held{tx} }

type held struct{ *Tx }

// forUpdate is a lock without a new version of the row, which UPDATE … SET x = x would write.
func (h held) forUpdate(query string) string {
	if h.db.engine == Postgres {
		return query + " FOR UPDATE"
	}
	return query
}

func (h held) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return h.Tx.Query(ctx, h.forUpdate(query), args...)
}

func (h held) QueryRow(ctx context.Context, query string, args ...any) *Row {
	return h.Tx.QueryRow(ctx, h.forUpdate(query), args...)
}
