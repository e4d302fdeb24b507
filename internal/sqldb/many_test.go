package sqldb_test

import (
	"context"
	"testing"

	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestInsertManyWritesEveryRowOnce(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		const statement = "INSERT INTO topic_version (topic, version) VALUES ($1, abs(CAST($2 AS BIGINT))) ON CONFLICT (topic) DO NOTHING"
		rows := make([][]any, 2000)
		for i := range rows {
			rows[i] = []any{string(rune('a'+i%26)) + string(rune('一'+i)), int64(-1 - i)}
		}
		rows = append(rows, []any{"z" + string(rune('一'+25)), int64(7)}) // there already
		var changed int64
		if err := db.Write(context.Background(), func(tx *sqldb.Tx) (err error) {
			changed, err = tx.InsertMany(context.Background(), statement, rows)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var count, sum int64
		if err := db.QueryRow(context.Background(), "SELECT count(*), CAST(sum(version) AS BIGINT) FROM topic_version WHERE version <= 2000").Scan(&count, &sum); err != nil {
			t.Fatal(err)
		}
		if changed != 2000 || count != 2000 || sum != 2000*2001/2 {
			t.Errorf("%d changed, %d rows with the sum %d", changed, count, sum)
		}
	})
}

func TestInsertManyKeepsNullAndEveryType(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		type status string
		when, none := int64(7), (*int64)(nil)
		rows := [][]any{
			{"a", status("on"), &when, []byte{0, 255}, true, nil},
			{"b", status("off"), none, []byte(nil), false, nil},
			{"c", status(""), &when, []byte{}, true, nil},
		}
		if err := db.Write(ctx, func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(ctx, "CREATE TABLE many (id TEXT PRIMARY KEY, status TEXT, moment BIGINT, body "+map[sqldb.Engine]string{sqldb.SQLite: "BLOB", sqldb.Postgres: "BYTEA"}[db.Engine()]+", flag BOOLEAN, gone TEXT)"); err != nil {
				return err
			}
			_, err := tx.InsertMany(ctx, "INSERT INTO many (id, status, moment, body, flag, gone) VALUES ($1, $2, $3, $4, $5, $6)", rows)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			condition string
			want      int
		}{{"status = 'on' AND moment = 7 AND length(body) = 2 AND flag", 1}, {"moment IS NULL AND body IS NULL AND NOT flag", 1}, {"length(body) = 0 AND status = ''", 1}, {"gone IS NULL", 3}} {
			var n int
			if err := db.QueryRow(ctx, "SELECT count(*) FROM many WHERE "+c.condition).Scan(&n); err != nil || n != c.want {
				t.Errorf("%s: %d, %v", c.condition, n, err)
			}
		}
		if err := db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.InsertMany(ctx, "INSERT INTO many (id, status) VALUES ($1, $2)", [][]any{{"d", "x"}, {"e", "bad\x00text"}})
			return err
		}); err == nil {
			t.Error("a text that one engine cannot hold is taken")
		}
	})
}
