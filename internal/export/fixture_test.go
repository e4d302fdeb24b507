package export_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/export"
	"openweek/internal/id"
	"openweek/internal/jobs"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

var (
	ctx  = context.Background()
	sys  = actor.TheSystem()
	noon = time.Date(2020, 7, 3, 12, 0, 0, 0, clock.Shanghai)
)

// hall is an export service beside real people, blobs and jobs, in a store of its own.
type hall struct {
	*export.Service
	t      *testing.T
	db     *sqldb.DB
	clock  *clock.Manual
	log    *audit.Log
	units  *unit.Service
	unitID string
	made   []actor.Actor // for whom lists were made
	// make is what the maker of lists does, beside noting the actor; nil writes three lines.
	make func(ctx context.Context, w io.Writer, progress func(done, total int) error) error
}

// list is the kind of export that the tests make.
const list = "list"

func in(t *testing.T, fn func(t *testing.T, h *hall)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) { fn(t, newHall(t, db)) })
}

func newHall(t *testing.T, db *sqldb.DB) *hall {
	t.Helper()
	file, err := seal.Generate()
	must(t, err)
	ring, err := seal.Parse(file)
	must(t, err)
	c := clock.NewManual(noon)
	log := audit.New(db, ring, c)
	blobs, err := blob.OpenDisk(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, blobs.Close()) })
	h := &hall{t: t, db: db, clock: c, log: log, units: unit.NewService(db, ring, c, log)}
	h.Service = export.NewService(db, c, log, blobs, h.units)
	h.Serve(list, h)
	ids, err := h.units.Load(ctx, sys, []unit.Region{{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1}}, []unit.Draft{
		{Name: "湖南省教育厅", Place: actor.Place{Region: "430000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment}},
	})
	must(t, err)
	h.unitID = ids[0]
	return h
}

// Make implements export.Maker.
func (h *hall) Make(ctx context.Context, a actor.Actor, r export.Request, w io.Writer, progress func(done, total int) error) error {
	h.made = append(h.made, a)
	if h.make != nil {
		return h.make(ctx, w, progress)
	}
	_, err := fmt.Fprintf(w, "%s %s\n", r.SubjectID, r.Locale)
	return errors.Join(err, progress(3, 3))
}

// person makes somebody of the office with roles.
func (h *hall) person(roles ...actor.Role) actor.Actor {
	h.t.Helper()
	p, err := h.units.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: h.unitID, SignIn: "p" + strings.ReplaceAll(id.New(), "-", "")[2:30], Name: "张示例", Phone: "13800010000"})
	must(h.t, err)
	for _, role := range roles {
		must(h.t, h.units.Grant(ctx, sys, p.ID, role))
	}
	a, err := h.units.Actor(ctx, h.db, p.ID)
	must(h.t, err)
	return a
}

func (h *hall) ask(a actor.Actor) export.Export {
	h.t.Helper()
	e, err := h.Ask(ctx, a, export.Request{Kind: list, SubjectID: h.unitID, Locale: "zh-Hans", Name: "名单.txt"})
	must(h.t, err)
	return e
}

func (h *hall) get(a actor.Actor, exportID string) export.Export {
	h.t.Helper()
	e, err := h.Get(ctx, a, exportID)
	must(h.t, err)
	return e
}

func (h *hall) read(a actor.Actor, exportID string) string {
	h.t.Helper()
	_, content, err := h.Open(ctx, a, exportID)
	must(h.t, err)
	text, err := io.ReadAll(content)
	must(h.t, errors.Join(err, content.Close()))
	return string(text)
}

// run makes the process's jobs run until the test ends.
func (h *hall) run() {
	h.t.Helper()
	r := jobs.New(h.db, jobs.Options{Poll: 50 * time.Millisecond})
	h.Register(r)
	must(h.t, r.Start(ctx))
	h.t.Cleanup(func() { must(h.t, r.Stop(ctx)) })
}

// until waits for an export to be as it should.
func (h *hall) until(a actor.Actor, exportID string, what func(export.Export) bool) export.Export {
	h.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		e := h.get(a, exportID)
		if what(e) {
			return e
		}
		if time.Now().After(end) {
			h.t.Fatalf("it stays %+v", e)
		}
	}
}

// audited lists what was recorded of exports, the first first.
func (h *hall) audited(a actor.Actor) (actions []string) {
	h.t.Helper()
	page, err := h.log.Find(ctx, sys, audit.Filter{PersonID: a.PersonID})
	must(h.t, err)
	for _, r := range page.Records {
		actions = append(actions, r.Action)
	}
	slices.Reverse(actions)
	return actions
}

// hashOf is the name under which a text is kept.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, err error, key string) {
	t.Helper()
	if !errs.Is(err, key) {
		t.Errorf("got %v, want %s", err, key)
	}
}
