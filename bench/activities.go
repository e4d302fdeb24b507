package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/form"
	"openweek/internal/login"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/sample"
	"openweek/internal/schema"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

const (
	many = 100_000
	few  = 1_000
	seed = 2020
)

// fair is a store full of activities.
type fair struct {
	db         *sqldb.DB
	blobs      *blob.Disk
	activities *activity.Service
	edition    edition.Edition
	choices    activity.Choices
	took       time.Duration // to invent and write them
}

func openFair(ctx context.Context, o sqldb.Options, dir string, n int) (f *fair, err error) {
	f = &fair{}
	o.Dir = dir
	if f.db, err = sqldb.Open(ctx, o); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	if err := schema.Migrate(ctx, f.db); err != nil {
		return nil, err
	}
	ring, err := seal.Create(filepath.Join(dir, "keys"))
	if err != nil {
		return nil, err
	}
	if f.blobs, err = blob.OpenDisk(filepath.Join(dir, "files")); err != nil {
		return nil, err
	}
	clk := clock.System()
	log := audit.New(f.db, ring, clk)
	units := unit.NewService(f.db, ring, clk, log)
	editions := edition.NewService(f.db, clk, log, f.blobs)
	forms := form.NewService(f.db, clk, log)
	if err := sample.Fill(ctx, sample.Deps{DB: f.db, Units: units, Ring: ring, Blobs: f.blobs, Editions: editions, Clock: clk,
		Logins: login.NewService(f.db, ring, clk, log, units, login.Options{Cost: login.Cost{MemoryKiB: 64, Passes: 1}})}); err != nil {
		return nil, err
	}
	current, err := editions.Current(ctx)
	if err != nil {
		return nil, err
	}
	if f.edition, err = editions.Get(ctx, actor.TheSystem(), current.ID); err != nil {
		return nil, err
	}
	f.activities = activity.NewService(activity.Deps{DB: f.db, Ring: ring, Clock: clk, Log: log, Forms: forms, Reviews: review.NewService(clk, log),
		Messages: message.NewService(f.db, clk, log, nil, nil, message.Options{})})
	began := time.Now()
	if err := sample.Activities(ctx, sample.Crowd{DB: f.db, Units: units, Editions: editions, Activities: f.activities, EditionID: current.ID, Seed: seed, Count: n}); err != nil {
		return nil, err
	}
	f.took = time.Since(began)
	// The tables' sizes, without which neither engine knows what is worth an index.
	if err := f.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, analyze)
		return err
	}); err != nil {
		return nil, err
	}
	f.choices, err = f.activities.Choices(ctx, current.ID)
	return f, err
}

func (f *fair) close() error {
	var err error
	if f.blobs != nil {
		err = f.blobs.Close()
	}
	return errors.Join(err, f.db.Close())
}

// find times one look.
func (f *fair) find(ctx context.Context, filter activity.Filter) (time.Duration, int, error) {
	began := time.Now()
	page, err := f.activities.FindPublic(ctx, f.edition.ID, filter)
	return time.Since(began), len(page.Items), err
}

// mixes are filters as people set them, and as nobody would.
func (f *fair) mixes() []activity.Filter {
	day := f.edition.Start.AddDays(2)
	topic, second := f.edition.Topics[0].Code, f.edition.Topics[len(f.edition.Topics)-1].Code
	method := func(code string) []string {
		for _, m := range f.edition.Methods {
			if m.Code == code {
				return []string{code}
			}
		}
		return []string{f.edition.Methods[0].Code}
	}
	near := activity.Point{Lng: 112_938_000, Lat: 28_228_000}
	return []activity.Filter{
		{},
		{From: day},
		{From: day, To: day},
		{Regions: []string{"430100"}},
		{Regions: []string{"430102"}, From: day, To: day},
		{Methods: method("open_campus")},
		{Methods: method("community_visit"), Topics: []string{topic}, From: day},
		{Regions: []string{"433100"}, Methods: method("open_enterprise"), Topics: []string{second}},
		{Topics: []string{topic}, Audience: []activity.Audience{"teachers"}, Modes: []activity.Mode{activity.Online}},
		{Regions: []string{"430700"}, Methods: method("study_session"), Topics: []string{second}, Audience: []activity.Audience{"workers"}, Modes: []activity.Mode{activity.Both}, From: f.edition.End, To: f.edition.End},
		{Near: near, Radius: 5},
		{Near: near, Radius: 10, Order: activity.ByDistance},
		{HasSeats: true, From: day},
		{Regions: []string{"430200"}, HasSeats: true},
		{Text: "开放"},
		{Text: "汽车", Regions: []string{"430300"}},
		{Text: "护理", From: day, Modes: []activity.Mode{activity.OnSite}},
	}
}

// finding measures the lists and the search on both engines.
func finding(runs int) (rows []row, err error) {
	ctx := context.Background()
	root, err := os.MkdirTemp("", "openweek-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	more, err := findingOn(ctx, "SQLite", root, [2]sqldb.Options{}, runs)
	if err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	cluster, err := sqldbtest.StartCluster(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: without PostgreSQL:", err)
		return rows, nil
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	second, err := secondDatabase(ctx, cluster.URL)
	if err != nil {
		return nil, err
	}
	more, err = findingOn(ctx, "PostgreSQL", root, [2]sqldb.Options{{URL: cluster.URL}, {URL: second}}, runs)
	return append(rows, more...), err
}

func secondDatabase(ctx context.Context, server string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	_, err = pool.ExecContext(ctx, createDatabase)
	u.Path = "/openweek_thousand"
	return u.String(), errors.Join(err, pool.Close())
}

func findingOn(ctx context.Context, engine, root string, stores [2]sqldb.Options, runs int) (rows []row, err error) {
	var fairs [2]*fair
	for i, n := range []int{many, few} {
		dir := filepath.Join(root, fmt.Sprint(engine, n))
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, err
		}
		if fairs[i], err = openFair(ctx, stores[i], dir, n); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, fairs[i].close()) }()
	}
	rows = append(rows, row{engine + ": 100,000 activities invented and written", "seconds", seconds(fairs[0].took), "< 120 s", "< 60 s"})
	lists, err := lists(ctx, engine, fairs[0], fairs[1], runs)
	if err != nil {
		return nil, err
	}
	searches, err := searches(ctx, engine, fairs[0], runs)
	return append(append(rows, lists...), searches...), err
}

func lists(ctx context.Context, engine string, large, small *fair, runs int) ([]row, error) {
	worst, worstMix := 99.0, ""
	var all []float64
	mixes, smallMixes := large.mixes(), small.mixes()
	for i := range mixes {
		// The same page is one with as many items: both are asked for as many as the small store has.
		_, n, err := small.find(ctx, smallMixes[i])
		if err != nil {
			return nil, err
		}
		mixes[i].Limit, smallMixes[i].Limit = max(n, 1), max(n, 1)
		var of [2][]time.Duration
		for range 1 + runs*10 { // the first fills caches
			for j, one := range []struct {
				f   *fair
				mix activity.Filter
			}{{large, mixes[i]}, {small, smallMixes[i]}} {
				took, _, err := one.f.find(ctx, one.mix)
				if err != nil {
					return nil, err
				}
				of[j] = append(of[j], took)
			}
		}
		ratio := float64(median(of[1][1:])) / float64(median(of[0][1:]))
		fmt.Fprintf(os.Stderr, "  %s %.2f (%s / %s) %d items: %s\n", engine, ratio, milliseconds(median(of[1][1:])), milliseconds(median(of[0][1:])), n, mixes[i].Query())
		all = append(all, ratio)
		if ratio < worst {
			worst, worstMix = ratio, mixes[i].Query()
		}
	}
	if decoded, err := url.QueryUnescape(worstMix); err == nil {
		worstMix = decoded
	}
	var counts []time.Duration
	for range runs * 4 {
		began := time.Now()
		if _, err := large.activities.Facets(ctx, large.edition.ID, activity.Filter{From: large.edition.Start}); err != nil {
			return nil, err
		}
		counts = append(counts, time.Since(began))
	}
	return []row{
		{engine + ": activity list, 100,000 activities, the worst of " + fmt.Sprint(len(mixes)) + " filter mixes", "the same page from 1,000", fmt.Sprintf("%.2f (%s)", worst, worstMix), "0.50", "0.90"},
		{engine + ": the same, median of the mixes", "the same page from 1,000", fmt.Sprintf("%.2f", median(all)), "0.50", "0.90"},
		{engine + ": counts beside all filter values, 100,000 activities", "ms", milliseconds(median(counts)), "reported", ""},
	}, nil
}

// searches measures pages of what a text finds, with queries taken from the texts themselves.
func searches(ctx context.Context, engine string, f *fair, runs int) (rows []row, err error) {
	r := rand.New(rand.NewPCG(seed, seed))
	var runsOf [][]rune
	if _, err := f.activities.EachPublic(ctx, f.edition.ID, activity.Filter{Topics: []string{f.edition.Topics[0].Code}}, 2000, func(p activity.PublicItem) error {
		for _, run := range strings.FieldsFunc(p.Title+" "+p.Summary+" "+p.Unit.Name, func(r rune) bool { return r < '一' || r > '龥' }) {
			runsOf = append(runsOf, []rune(run))
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for _, length := range []int{1, 2, 4} {
		var times, scans []time.Duration
		for i := range 60 * runs {
			text := runsOf[r.IntN(len(runsOf))]
			if len(text) < length {
				continue
			}
			at := r.IntN(len(text) - length + 1)
			query := string(text[at : at+length])
			took, n, err := f.find(ctx, activity.Filter{Text: query})
			if err != nil {
				return nil, err
			}
			if n == 0 {
				return nil, fmt.Errorf("%s: %q is in the texts and was not found", engine, query)
			}
			times = append(times, took)
			if i%20 == 0 {
				scan, err := f.scan(ctx, query)
				if err != nil {
					return nil, err
				}
				scans = append(scans, scan)
			}
		}
		slices.Sort(times)
		p99 := times[len(times)*99/100]
		rows = append(rows, row{fmt.Sprintf("%s: search, 100,000 activities, %d characters, p99 of %d queries", engine, length, len(times)),
			fmt.Sprintf("ms; median %s, LIKE scan %s", milliseconds(median(times)), milliseconds(median(scans))), milliseconds(p99), "< 20 ms", "< 5 ms"})
	}
	for _, query := range []string{"职业", "的", "企业", "乡村电商直播基地参观", "绝无此词", "kaifangqiye", "kfqy", "开方企业"} {
		var times, scans []time.Duration
		for range runs * 4 {
			took, _, err := f.find(ctx, activity.Filter{Text: query})
			if err != nil {
				return nil, err
			}
			times = append(times, took)
		}
		scan, err := f.scan(ctx, query)
		if err != nil {
			return nil, err
		}
		scans = append(scans, scan)
		fmt.Fprintf(os.Stderr, "  %s %s %s, LIKE scan %s\n", engine, query, milliseconds(median(times)), milliseconds(median(scans)))
	}
	return rows, nil
}

func (f *fair) scan(ctx context.Context, query string) (time.Duration, error) {
	began := time.Now()
	_, err := sqldb.List(ctx, f.db, func(row *sql.Rows) (key int64, err error) { return key, row.Scan(&key) }, likeScan, "%"+query+"%")
	return time.Since(began), err
}
