package change

import (
	"context"
	"slices"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// The channel of the notifications; the payload is empty, because the feed reads all versions anyway.
const channel = "openweek_change"

// Touch raises the versions of topics in the caller's transaction, and wakes the feeds after its
// commit. Several topics are given in one call, which locks them in one order: transactions that
// touch the same topics then wait for each other instead of deadlocking.
func Touch(ctx context.Context, tx *sqldb.Tx, topics ...string) (err error) {
	defer errs.Wrap(&err, "change.Touch(%v)", topics)
	sorted := slices.Compact(slices.Sorted(slices.Values(topics)))
	for _, topic := range sorted {
		if _, err := tx.Exec(ctx, touch, topic); err != nil {
			return err
		}
	}
	return tx.Notify(ctx, channel, "")
}

// Version is one number for the state of several topics: it grows whenever one of them is touched
// and never comes back to an earlier value.
func Version(ctx context.Context, q sqldb.Querier, topics ...string) (version int64, err error) {
	defer errs.Wrap(&err, "change.Version(%v)", topics)
	query, args := (&sqldb.Where{}).In("topic", slices.Compact(slices.Sorted(slices.Values(topics)))).Apply(sumOfVersions)
	err = q.QueryRow(ctx, query, args...).Scan(&version)
	return version, err
}
