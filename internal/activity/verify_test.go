package activity_test

import (
	"context"
	"testing"

	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestVerifyFindsEachTampering(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		d := newDesk(t, sqldbtest.Open(t, sqldbtest.New(t, engine)))
		d.published("芙蓉中学")
		d.submit(d.editor("芙蓉中学"), d.ready("芙蓉中学"))
		must(t, d.Verify(ctx, d.db))
		for _, statement := range tampering {
			err := d.db.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
				if d.Verify(ctx, tx) == nil {
					t.Errorf("not found: %s", statement)
				}
				return context.Canceled // undone
			})
			if err != context.Canceled {
				t.Errorf("%s: %v", statement, err)
			}
		}
		must(t, d.Verify(ctx, d.db))
	})
}
