package booking

import (
	"cmp"
	"context"
	"slices"

	"openweek/internal/sqldb"
)

// dayKey is a contact on a day of an activity.
type dayKey struct{ activityID, day, hash string }

// dayCount is how many active bookings it has, and what the transaction adds.
type dayCount struct{ has, more int64 }

// dayBook counts the bookings of contacts by day, where a host sets a limit.
type dayBook map[dayKey]*dayCount

func (w *window) dayKey(hash []byte) dayKey {
	return dayKey{w.session.ActivityID, string(w.session.Day()), string(hash)}
}

// take counts a booking, or refuses it.
func (d dayBook) take(w *window, hash []byte) error {
	if w.rule.PerDay == 0 {
		return nil
	}
	c := d[w.dayKey(hash)]
	if c.has+c.more >= w.rule.PerDay {
		return errDayLimit(w.rule.PerDay)
	}
	c.more++
	return nil
}

// daysTx holds and reads the counts of a group's contacts, in one order for all.
func (s *Service) daysTx(ctx context.Context, tx *sqldb.Tx, windows map[string]*window, group []*claim) (dayBook, error) {
	var keys []dayKey
	for _, c := range group {
		if w := windows[c.sessionID]; w != nil && w.rule.PerDay > 0 && c.contactHash != nil {
			keys = append(keys, w.dayKey(c.contactHash))
		}
	}
	slices.SortFunc(keys, func(a, b dayKey) int {
		return cmp.Or(cmp.Compare(a.activityID, b.activityID), cmp.Compare(a.day, b.day), cmp.Compare(a.hash, b.hash))
	})
	days := dayBook{}
	for _, k := range slices.Compact(keys) {
		c := &dayCount{}
		if err := tx.QueryRow(ctx, holdDay, k.activityID, k.day, []byte(k.hash)).Scan(&c.has); err != nil {
			return nil, err
		}
		days[k] = c
	}
	return days, nil
}

func writeDays(ctx context.Context, tx *sqldb.Tx, days dayBook) error {
	for k, c := range days { // they are held: the order does not matter any more
		if c.more == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, addDay, k.activityID, k.day, []byte(k.hash), c.more); err != nil {
			return err
		}
	}
	return nil
}

// dayTx changes the count of one contact. Bookings that were made before the host set a limit were not
// counted: a count does not fall below nothing.
func (s *Service) dayTx(ctx context.Context, tx *sqldb.Tx, w *window, hash []byte, n int64) error {
	if hash == nil {
		return nil
	}
	k := w.dayKey(hash)
	_, err := tx.Exec(ctx, addDay, k.activityID, k.day, hash, n)
	return err
}
