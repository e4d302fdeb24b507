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
