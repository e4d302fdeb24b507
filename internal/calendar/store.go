package calendar

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Store keeps the official tables. It is safe for concurrent use.
type Store struct{ clock clock.Clock }

// NewStore makes the store.
func NewStore(c clock.Clock) *Store { return &Store{clock: c} }

// Load gives the calendar as it stands now.
func (s *Store) Load(ctx context.Context, q sqldb.Querier) (c Calendar, err error) {
	defer errs.Wrap(&err, "calendar.Load")
	years, err := listYears(ctx, q)
	if err != nil {
		return Calendar{}, err
	}
	days, err := listDays(ctx, q)
	if err != nil {
		return Calendar{}, err
	}
	c.official = make(map[int]year, len(years))
	for _, y := range years {
		c.official[y.number] = year{marks: tableOf(days[y.number]), replacedAt: y.replacedAt}
	}
	return c, nil
}

// ReplaceYearTx stores a year's official arrangement instead of the one there was. Whether the actor
// may is the caller's to check and to record.
//
// Errors: calendar.year_impossible; a form of the problems of ReadTable.
func (s *Store) ReplaceYearTx(ctx context.Context, tx *sqldb.Tx, year int, marks []Mark) (err error) {
	defer errs.Wrap(&err, "calendar.ReplaceYearTx(%d)", year)
	if year < firstYear || year > lastYear {
		return errYear()
	}
	var bad []*errs.Error
	for _, f := range check(year, marks) {
		bad = append(bad, f.err)
	}
	if err := errs.Join(bad...); err != nil {
		return err
	}
	// The year's row is written first and held, so that two who upload at once follow each other.
	if _, err := tx.Exec(ctx, upsertYear, year, int64(s.clock.Now())); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteDays, year); err != nil {
		return err
	}
	for _, m := range marks {
		if _, err := tx.Exec(ctx, insertDay, string(m.On), year, kindOf(m.Work), m.Name); err != nil {
			return err
		}
	}
	return nil
}

// Verify looks for stored tables that could not have been stored.
func Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "calendar.Verify")
	years, err := listYears(ctx, q)
	if err != nil {
		return err
	}
	days, err := listDays(ctx, q)
	if err != nil {
		return err
	}
	var found []error
	for _, y := range years {
		if flaws := check(y.number, days[y.number]); len(flaws) > 0 {
			found = append(found, fmt.Errorf("calendar of %d: %s", y.number, flaws[0].err.Key))
		}
	}
	for number := range days {
		if !slices.ContainsFunc(years, func(y stored) bool { return y.number == number }) {
			found = append(found, fmt.Errorf("calendar of %d: days without their year", number))
		}
	}
	return errors.Join(found...)
}
