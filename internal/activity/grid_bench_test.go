package activity_test

import (
	"fmt"
	"testing"

	"openweek/internal/activity"
	"openweek/internal/id"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// A province with a hundred thousand activities, half of the week over.
func BenchmarkGridOfAHundredThousand(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			d := benchDesk(b, engine, 100_000)
			d.at("2020-07-23", 9)
			head := d.head("省教育厅")
			b.ResetTimer()
			for b.Loop() {
				g, err := d.Grid(ctx, head, activity.GridQuery{EditionID: d.e.ID})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := g.Pivot(activity.ByRegion, activity.ByMethod, "", true); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// benchDesk is a desk with as many activities, of one or two topics, on the days of the week.
func benchDesk(b *testing.B, engine sqldb.Engine, count int) *desk {
	b.Helper()
	d := newDesk(b, sqldbtest.Open(b, sqldbtest.New(b, engine)))
	methods, regions := []string{d.method("open_campus"), d.method("study_session"), d.method("community_visit")}, []string{"430102", "430200"}
	list := make([]activity.Loading, count)
	for i := range list {
		c := sound(d)
		c.MethodID, c.Kind, c.Values, c.Venue.Region = methods[i%3], "", nil, regions[i%2]
		c.Title = fmt.Sprintf("开放日%d", i)
		if i%4 == 0 {
			c.TopicIDs = append(c.TopicIDs, d.e.Topics[1].ID)
		}
		list[i] = activity.Loading{ID: id.New(), UnitID: d.ids[[]string{"长沙高职", "芙蓉中职", "株洲市教育局"}[i%3]], Content: c,
			Sessions: []activity.LoadingSession{{ID: id.New(), SessionDraft: run(day(7, 20+i%7), "09:00", 60, 40)}, {ID: id.New(), SessionDraft: run(day(7, 20+i%7), "14:00", 60, 40)}}}
	}
	if err := d.Load(ctx, sys, d.e.ID, list); err != nil {
		b.Fatal(err)
	}
	_, pool := d.db.Pools()
	if _, err := pool.Exec(analyze); err != nil { // what autovacuum does within a minute of so many rows
		b.Fatal(err)
	}
	return d
}
