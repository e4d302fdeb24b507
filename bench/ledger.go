package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"openweek/internal/actor"
	"openweek/internal/app"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/form"
	"openweek/internal/login"
	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

// The size of a province's ledger.
const (
	ledgerUnits       = 2000
	ledgerObligations = 20
	ledgerRows        = 200 // sent at first
)

// A notice without a clause that obliges anybody: the columns are those that the province adds.
const plainNotice = "关于举办%[1]d年职业教育活动周的通知\n各市州教育局：\n    %[1]d年职业教育活动周时间为：%[2]s-%[3]s，主题为：“技能让生活更美好”。\n湖南省教育厅\n%[4]s\n"

// province is a store with a full ledger, made before the product serves it.
type province struct {
	store    config.Store
	edition  string
	filed    string // the obligation that every unit has handed in
	filings  int
	token    string        // of the head of the provincial office
	rollUp   time.Duration // tallies by region and line alone
	tallies  int           // that it gives
	stop     func() error  // of the database server
	database string        // how the table calls it
}

// ledgers measures the matrix, the rates and the export, on both engines where PostgreSQL can be had.
func ledgers(program string, runs int) (rows []row, err error) {
	for _, engine := range sqldbtest.Engines {
		more, err := ledgerOn(engine, program, runs)
		if err != nil {
			return nil, fmt.Errorf("ledger on %s: %w", engine, err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func ledgerOn(engine sqldb.Engine, program string, runs int) (rows []row, err error) {
	dir, err := os.MkdirTemp("", "openweek-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p := province{store: config.Store{Data: dir}, stop: func() error { return nil }, database: "SQLite"}
	if engine == sqldb.Postgres {
		cluster, err := sqldbtest.StartCluster(context.Background())
		if err != nil {
			why, _, _ := strings.Cut(err.Error(), "\n")
			return []row{{"ledger matrix on PostgreSQL", "p50 of the answer", "not measured: " + why, "< 300 ms", "< 80 ms"}}, nil
		}
		p.store.Database, p.database, p.stop = cluster.URL, "PostgreSQL", cluster.Stop
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.make(context.Background(), runs); err != nil {
		return nil, err
	}
	return p.serve(program, runs)
}

// make fills the store: units as a province has them, an edition of three weeks ago, twenty obligations of
// which half are over, and a work plan of every unit for one of them.
func (p *province) make(ctx context.Context, runs int) (err error) {
	now := clock.System().Now()
	then := clock.NewManual(now.Day().AddDays(-21).Start().Time())
	h, err := app.Open(ctx, p.store, then)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	head, err := p.people(ctx, h)
	if err != nil {
		return err
	}
	return h.DB.Bulk(ctx, func() error {
		if err := p.edit(ctx, h, head); err != nil {
			return err
		}
		schools := actor.Scopes{{Kinds: []actor.Kind{actor.KindSecondaryVocational}}}
		for i := range ledgerObligations {
			o, made, err := h.Duties.AddObligation(ctx, head, p.edition, duty.Own{
				What: fmt.Sprintf("第 %d 项材料", i+1), Due: now.Day().AddDays(i - ledgerObligations/2), Form: form.WorkPlan, Chain: duty.ChainOwner, Scopes: schools,
			})
			if err != nil {
				return err
			}
			if made != ledgerUnits {
				return fmt.Errorf("%d duties of an obligation, want %d", made, ledgerUnits)
			}
			p.filed = o.ID
		}
		then.Set(now.Time())
		if p.token, _, err = signIn(ctx, h); err != nil { // one of today, for three weeks are too long
			return err
		}
		if err := p.handIn(ctx, h, head); err != nil {
			return err
		}
		if err := settle(ctx, h.DB); err != nil {
			return err
		}
		return p.count(ctx, h, head, runs)
	})
}

// settle does what a database does by itself within a minute of so many new rows: PostgreSQL's autovacuum
// counts them, so that indexes are chosen and can be read alone.
func settle(ctx context.Context, db *sqldb.DB) error {
	_, writer := db.Pools()
	for _, statement := range []string{"VACUUM", "ANALYZE"} {
		if _, err := writer.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// people fills the register, and gives the sample's people and the head of the provincial office.
func (p *province) people(ctx context.Context, h *app.House) (head actor.Actor, err error) {
	d := sample.Deps{DB: h.DB, Units: h.Units, Logins: h.Logins, Ring: h.Ring, Blobs: h.Blobs, Editions: h.Editions, Clock: h.Clock}
	if err := errors.Join(sample.Units(ctx, d), sample.People(ctx, d)); err != nil {
		return head, err
	}
	there, err := h.Units.CountScope(ctx, h.DB, actor.Scope{Kinds: []actor.Kind{actor.KindSecondaryVocational}})
	if err != nil {
		return head, err
	}
	regions, err := h.Units.Regions(ctx)
	if err != nil {
		return head, err
	}
	var more []unit.Draft
	for i := 0; len(more) < ledgerUnits-there; i++ {
		r := regions[i%len(regions)]
		if r.Level != unit.LevelCounty {
			continue
		}
		more = append(more, unit.Draft{Name: fmt.Sprintf("%s第%d职业中等专业学校（示例）", r.Name, i), Place: actor.Place{
			Region: r.Code, Line: actor.LineEducation, Tier: actor.TierBase, Kind: actor.KindSecondaryVocational,
		}})
	}
	if _, err := h.Units.Load(ctx, actor.TheSystem(), nil, more); err != nil {
		return head, err
	}
	_, head, err = signIn(ctx, h)
	return head, err
}

// signIn signs in as the head of the provincial office.
func signIn(ctx context.Context, h *app.House) (token string, head actor.Actor, err error) {
	return h.Logins.SignIn(ctx, login.Credentials{Name: "sheng.head", Password: sample.Password, Addr: netip.MustParseAddr("127.0.0.1")})
}

func (p *province) edit(ctx context.Context, h *app.House, head actor.Actor) error {
	begins := h.Clock.Now().Day().AddDays(30)
	year, chinese := begins.Time().Year(), "1月2日"
	text := fmt.Sprintf(plainNotice, year, begins.Time().Format(chinese), begins.AddDays(6).Time().Format(chinese), h.Clock.Now().Day().Time().Format("2006年"+chinese))
	n, err := h.Editions.UploadNotice(ctx, head, edition.Upload{FileName: "notice.txt", Data: []byte(text), Territory: sample.Province, Kind: edition.Original})
	if err != nil {
		return err
	}
	e, err := h.Editions.CreateEdition(ctx, head, n.ID, edition.Creation{Version: n.Draft.Version, Year: year, Name: "活动周"})
	if err != nil {
		return err
	}
	for _, item := range []edition.Item{{Kind: edition.ItemTopic, Name: "宣传政策", Code: "topic_1"}, {Kind: edition.ItemMethod, Name: "开放校园", Code: "open_campus"}} {
		if e, err = h.Editions.SaveItem(ctx, head, e.ID, e.Version, item); err != nil {
			return err
		}
	}
	read, err := h.Editions.Reading(ctx, head, e.ID)
	if err != nil {
		return err
	}
	p.edition = e.ID
	_, err = h.Editions.Publish(ctx, head, e.ID, e.Version, edition.Publication{Read: read, LeaveOpen: true})
	return err
}

// handIn files the last obligation for every unit.
func (p *province) handIn(ctx context.Context, h *app.House, head actor.Actor) error {
	raw, err := os.ReadFile(filepath.Join("internal", "form", "testdata", "examples", "work_plan.json"))
	if err != nil {
		return err
	}
	for after := ""; ; {
		page, err := h.Duties.Find(ctx, head, duty.Filter{EditionID: p.edition, ObligationID: p.filed, After: after})
		if err != nil {
			return err
		}
		for _, d := range page.Items {
			editor := actor.Actor{Class: actor.Staff, PersonID: head.PersonID, UnitID: d.Unit.ID, Place: d.Unit.Place, Roles: []actor.Role{actor.RoleEditor}}
			if err := fileFor(ctx, h, editor, d.ID, raw); err != nil {
				return err
			}
			p.filings++
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

func fileFor(ctx context.Context, h *app.House, editor actor.Actor, dutyID string, raw []byte) error {
	f, err := h.Filings.Get(ctx, editor, dutyID)
	if err != nil {
		return err
	}
	values, err := f.Form.Definition.ParseValues(raw)
	if err != nil {
		return err
	}
	delete(values, "attachments")
	saved, _, err := h.Filings.SaveDraft(ctx, editor, dutyID, 0, values)
	if err != nil {
		return err
	}
	_, err = h.Filings.Submit(ctx, editor, dutyID, saved.Version)
	return err
}

// count measures the rates by region and line without their page.
func (p *province) count(ctx context.Context, h *app.House, head actor.Actor, runs int) error {
	var times []time.Duration
	for range runs * 4 {
		began := time.Now()
		m, err := h.Duties.Matrix(ctx, head, duty.MatrixQuery{EditionID: p.edition, Own: true, Limit: 1})
		if err != nil {
			return err
		}
		times = append(times, time.Since(began))
		if want := ledgerUnits * ledgerObligations; m.Total.Duties != want {
			return fmt.Errorf("%d duties, want %d", m.Total.Duties, want)
		}
		p.tallies = len(m.ByRegion) + len(m.ByLine)
	}
	p.rollUp = median(times)
	return nil
}

// serve starts the product on the store and asks for the pages.
func (p *province) serve(program string, runs int) (rows []row, err error) {
	args := []string{"serve", "--no-rate-limit", "--log-level", "warn", "--addr", "ADDR", "--data", p.store.Data}
	if p.store.Database != "" {
		args = append(args, "--database", p.store.Database)
	}
	server, err := start(program, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	if err := server.wait("/healthz"); err != nil {
		return nil, err
	}
	matrix := "/desk/editions/" + p.edition + "/ledger?own=1"
	var times []time.Duration
	for range runs * 8 {
		began := time.Now()
		page, err := p.get(server, matrix)
		if err != nil {
			return nil, err
		}
		times = append(times, time.Since(began))
		if n := strings.Count(string(page), `name="unit"`); n != ledgerRows {
			return nil, fmt.Errorf("%d rows were sent, want %d", n, ledgerRows)
		}
	}
	size := fmt.Sprintf("%d units × %d obligations on %s", ledgerUnits, ledgerObligations, p.database)
	rows = []row{
		{"ledger matrix, " + size, "p50 of the HTTP answer", milliseconds(median(times)), "< 300 ms", "< 80 ms"},
		{fmt.Sprintf("rates of the same: %d tallies by region and line", p.tallies), "p50 without the page", milliseconds(p.rollUp), "< 300 ms", "< 80 ms"},
	}
	exported, err := p.export(server)
	return append(rows, exported), err
}

// export takes all filings of an obligation to a workbook, as a job.
func (p *province) export(server *process) (row, error) {
	before, err := server.resetPeak()
	if err != nil {
		return row{}, err
	}
	began := time.Now()
	place, err := p.post(server, "/desk/editions/"+p.edition+"/ledger/obligations/"+p.filed+"/export")
	if err != nil {
		return row{}, err
	}
	var book []byte
	for book == nil {
		if time.Since(began) > 5*time.Minute {
			return row{}, errors.New("the export does not end")
		}
		time.Sleep(20 * time.Millisecond)
		if book, err = p.get(server, place+"/file"); err != nil && !errors.Is(err, errNotYet) {
			return row{}, err
		}
	}
	took := time.Since(began)
	peak, err := server.memory("VmHWM")
	if err != nil {
		return row{}, err
	}
	result := fmt.Sprintf("%.0f rows/s (%.1f s, %d kB), %.0f MB over %.0f MB", float64(p.filings)/took.Seconds(), took.Seconds(), len(book)/1024, peak-before, before)
	return row{fmt.Sprintf("export of the %d filings of an obligation, on %s", p.filings, p.database), "rows/s and peak memory", result, "flat memory", "< 64 MB over idle"}, nil
}

var errNotYet = errors.New("not yet")

func (p *province) get(server *process, path string) ([]byte, error) {
	answer, err := p.do(server, http.MethodGet, path)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return body, nil
	case http.StatusNotFound, http.StatusConflict:
		return nil, errNotYet
	}
	return nil, fmt.Errorf("%s answers %d", path, answer.StatusCode)
}

// post sends an empty form and gives the path that the answer leads to.
func (p *province) post(server *process, path string) (string, error) {
	answer, err := p.do(server, http.MethodPost, path)
	if err != nil {
		return "", err
	}
	if err := answer.Body.Close(); err != nil {
		return "", err
	}
	place := answer.Header.Get("Location")
	if place == "" {
		return "", fmt.Errorf("%s answers %d and leads nowhere", path, answer.StatusCode)
	}
	return strings.TrimPrefix(place, server.base), nil
}

func (p *province) do(server *process, method, path string) (*http.Response, error) {
	r, err := http.NewRequest(method, server.base+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "ow_login", Value: p.token})
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return client.Do(r)
}
