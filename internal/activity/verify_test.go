package activity_test

import (
	"context"
	"testing"

	"openweek/internal/activity"
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
		d.tampered(tampering)
		must(t, d.Verify(ctx, d.db))
	})
}

func TestVerifyFindsEachTamperingWithResults(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		d := newDesk(t, sqldbtest.Open(t, sqldbtest.New(t, engine)))
		d.published("芙蓉中学")
		_, sessionID := d.held("芙蓉中学")
		d.report(d.editor("芙蓉中学"), sessionID, activity.ResultDraft{Attendance: 40, Outcome: "反响良好。"})
		must(t, d.Verify(ctx, d.db))
		d.tampered(resultTampering)
	})
}

// tampered does each of what somebody who rules the database could do, and expects Verify to find it.
func (d *desk) tampered(statements []string) {
	d.t.Helper()
	for _, statement := range statements {
		err := d.db.Write(ctx, func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
			if d.Verify(ctx, tx) == nil {
				d.t.Errorf("not found: %s", statement)
			}
			return context.Canceled // undone
		})
		if err != context.Canceled {
			d.t.Errorf("%s: %v", statement, err)
		}
	}
}
