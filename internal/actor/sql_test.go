package actor_test

import (
	"context"
	"database/sql"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/sqldb"
)

func insertRegion(tx *sqldb.Tx, code string) error {
	_, err := tx.Exec(context.Background(), `INSERT INTO region (code, name, name_en, short, level, parent_code, tile_x, tile_y)
VALUES ($1, $1, '', '', 'province', NULL, -1, -1)`, code)
	return err
}

func insertUnit(tx *sqldb.Tx, id string, p actor.Place) error {
	_, err := tx.Exec(context.Background(), `INSERT INTO unit (id, code, name, name_en, short, region_code, line, tier, kind, address, phone,
    sort_key, search_key, created_at, changed_at, closed_at, version)
VALUES ($1, '', $1, '', '', $2, $3, $4, $5, '', '', '', '', 0, 0, 0, 1)`, id, p.Region, p.Line, p.Tier, p.Kind)
	return err
}

func findIDs(t *testing.T, db *sqldb.DB, where *sqldb.Where) []string {
	t.Helper()
	query, args := where.Apply(`SELECT u.id FROM unit u WHERE /*where*/TRUE ORDER BY u.id`)
	ids, err := sqldb.List(context.Background(), db, func(r *sql.Rows) (id string, err error) {
		err = r.Scan(&id)
		return id, err
	}, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}
