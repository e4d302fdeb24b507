package calendar

import (
	"context"
	"database/sql"

	"openweek/internal/clock"
	"openweek/internal/sqldb"
)

const listYearsSQL = `SELECT year, replaced_at FROM calendar_year ORDER BY year`

const listDaysSQL = `SELECT year, day_on, kind, name FROM calendar_day ORDER BY day_on`

const upsertYear = `INSERT INTO calendar_year (year, replaced_at, version) VALUES ($1, $2, 1)
ON CONFLICT (year) DO UPDATE SET replaced_at = excluded.replaced_at, version = calendar_year.version + 1`

const deleteDays = `DELETE FROM calendar_day WHERE year = $1`

const insertDay = `INSERT INTO calendar_day (day_on, year, kind, name) VALUES ($1, $2, $3, $4)`

const workday, holiday = "workday", "holiday"

func kindOf(work bool) string {
	if work {
		return workday
	}
	return holiday
}

type stored struct {
	number     int
	replacedAt clock.Instant
}

func listYears(ctx context.Context, q sqldb.Querier) ([]stored, error) {
	return sqldb.List(ctx, q, func(row *sql.Rows) (y stored, err error) {
		return y, row.Scan(&y.number, &y.replacedAt)
	}, listYearsSQL)
}

func listDays(ctx context.Context, q sqldb.Querier) (map[int][]Mark, error) {
	days := map[int][]Mark{}
	_, err := sqldb.List(ctx, q, func(row *sql.Rows) (m Mark, err error) {
		var year int
		var kind string
		if err := row.Scan(&year, &m.On, &kind, &m.Name); err != nil {
			return m, err
		}
		m.Work = kind == workday
		days[year] = append(days[year], m)
		return m, nil
	}, listDaysSQL)
	return days, err
}
