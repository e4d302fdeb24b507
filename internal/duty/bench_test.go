package duty_test

import (
	"fmt"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/notice"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

// province is a store with a published edition of n obligations that each of the units owes.
type province struct {
	*duty.Service
	db    *sqldb.DB
	clock *clock.Manual
	log   *audit.Log
	e     edition.Edition
	ids   []string
	head  actor.Actor
	made  time.Duration // what publishing took
}

const (
	insertNotice = `INSERT INTO notice (id, territory, kind, doc_number, title, text, text_hash, file_name, format, blob_hash, byte_count, uploaded_by, uploaded_at, issued_on)
VALUES ($1, '430000', 'original', '', '通知', 'x', '` + hash64 + `', '', 'text', '', 1, '', 1, '')`
	hash64        = `0000000000000000000000000000000000000000000000000000000000000000`
	insertEdition = `INSERT INTO edition (id, territory, year, name, name_en, status, theme, theme_en, start_on, end_on, accent, contact_released, notice_id, copied_from,
	read_hash, created_by, created_at, published_by, published_at, archived_at, version)
VALUES ($1, '430000', 2020, '活动周', '', 'published', '主题', '', '2020-07-20', '2020-07-26', '', FALSE, $2, NULL, 'x', '', 1, '', 1, 0, 1)`
	insertObligation = `INSERT INTO obligation (id, edition_id, position, clause, what, what_en, timing, due_on, due_time, submit_to, required, discharge, form_hint, span_start, span_end)
VALUES ($1, $2, $3, '', '任务', '', $4, $5, '', '', TRUE, 'filing', 'work_plan', 0, 0)`
	mixStates = `UPDATE duty SET state = 'accepted', begun_at = 1, filed_at = due_at - 1 + 2 * (slot % 2), settled_at = 1 WHERE due_at > 0 AND slot % 3 = 0 AND substr(unit_id, 36, 1) < '8'`
	vacuum    = `VACUUM`
	analyze   = `ANALYZE`
)

// newProvince has the numbers of the measure: 2,000 units × 20 obligations.
func newProvince(t testing.TB, db *sqldb.DB, units, obligations int) *province {
	t.Helper()
	ring := ringOf(t)
	c := clock.NewManual(noon)
	log := audit.New(db, ring, c)
	p := &province{db: db, clock: c, log: log, Service: duty.NewService(db, c, log, calendar.NewStore(c), message.NewService(db, c, log, nil, nil, message.Options{}))}
	var list []unit.Draft
	places := []unit.Region{regions[0]}
	for i := range 14 {
		code := fmt.Sprintf("43%02d00", i+1)
		places = append(places, unit.Region{Code: code, Name: "市" + code, Level: unit.LevelPrefecture, Parent: "430000", TileX: -1, TileY: -1})
		for j := range 9 {
			county := fmt.Sprintf("43%02d%02d", i+1, j+1)
			places = append(places, unit.Region{Code: county, Name: "县" + county, Level: unit.LevelCounty, Parent: code, TileX: -1, TileY: -1})
		}
	}
	list = append(list, register[0])
	for i := 1; len(list) < units; i++ {
		r := places[1+i%140]
		tier := map[string]actor.Tier{unit.LevelPrefecture: actor.TierPrefecture, unit.LevelCounty: actor.TierCounty}[r.Level]
		list = append(list, unit.Draft{Name: fmt.Sprintf("单位%d", i), Place: actor.Place{Region: r.Code, Line: actor.Lines[i%10], Tier: tier, Kind: actor.KindDepartment}})
	}
	ids, err := unit.NewService(db, ring, c, log).Load(ctx, sys, places, list)
	must(t, err)
	p.ids = ids
	p.head = actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: ids[0], Place: register[0].Place, Roles: []actor.Role{actor.RoleHead}}
	everybody := []edition.Audience{{Scopes: actor.Scopes{{Regions: []string{"430000"}}}, Resolved: true}}
	p.e = edition.Edition{Summary: edition.Summary{ID: id.New(), Territory: "430000", NoticeID: id.New()}, Addressees: everybody}
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, insertNotice, p.e.NoticeID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertEdition, p.e.ID, p.e.NoticeID); err != nil {
			return err
		}
		for i := range obligations {
			o := edition.Obligation{ID: id.New(), Timing: notice.TimingOpen, Audiences: everybody, Required: true}
			if i%4 != 0 {
				o.Timing, o.Due = notice.TimingDue, clock.Day("2020-07-01").AddDays(i)
			}
			p.e.Obligations = append(p.e.Obligations, o)
			if _, err := tx.Exec(ctx, insertObligation, o.ID, p.e.ID, i, string(o.Timing), string(o.Due)); err != nil {
				return err
			}
		}
		return nil
	}))
	began := time.Now()
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return p.PublishTx(ctx, tx, p.head, p.e) }))
	p.made = time.Since(began)
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, mixStates)
		return err
	}))
	// What autovacuum does within a minute of so many rows: indexes can be read alone, and are chosen.
	_, pool := db.Pools()
	for _, statement := range []string{vacuum, analyze} {
		_, err := pool.ExecContext(ctx, statement)
		must(t, err)
	}
	return p
}

// BenchmarkMatrix computes all 40,000 states and totals of 2,000 units × 20 obligations and gives 200
// rows. It must stay below 300 ms and reaches for 80 ms.
func BenchmarkMatrix(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			p := newProvince(b, sqldbtest.Open(b, sqldbtest.New(b, engine)), 2000, 20)
			for b.Loop() {
				m, err := p.Matrix(ctx, p.head, duty.MatrixQuery{EditionID: p.e.ID})
				if err != nil || m.Total.Duties != 40_000 || len(m.Rows) != 200 {
					b.Fatalf("%d duties, %d rows, %v", m.Total.Duties, len(m.Rows), err)
				}
			}
			b.ReportMetric(p.made.Seconds(), "s/publish")
		})
	}
}
