package message

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit/peer"
	"openweek/internal/unit"
)

// noon is a Friday.
var noon = time.Date(2020, 7, 3, 12, 0, 0, 0, clock.Shanghai)

// house is a message service beside real units and people, in a store of its own.
type house struct {
	*Service
	db    *sqldb.DB
	units *unit.Service
	log   *audit.Log
	now   *clock.Manual
	sys   actor.Actor
}

func newRing(t testing.TB) (ring *seal.Ring, keyFile string) {
	t.Helper()
	keyFile = filepath.Join(t.TempDir(), "keys")
	ring, err := seal.Create(keyFile)
	ok(t, err)
	return ring, keyFile
}

func build(t testing.TB, db *sqldb.DB, ring *seal.Ring, o Options) *house {
	t.Helper()
	now := clock.NewManual(noon)
	log := audit.New(db, ring, now)
	h := &house{db: db, units: unit.NewService(db, ring, now, log), log: log, now: now, sys: actor.TheSystem()}
	o.Host = "week.example.cn"
	h.Service = NewService(db, now, log, people{h.units}, plain{}, o)
	return h
}

// in runs a test on both engines and verifies the store afterwards.
func in(t *testing.T, o Options, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		ring, _ := newRing(t)
		var h *house
		db := sqldbtest.Open(t, sqldbtest.New(t, engine), func(ctx context.Context, q sqldb.Querier) error { return h.Verify(ctx, q) })
		h = build(t, db, ring, o)
		h.load(t)
		fn(t, h)
	})
}

// aloneHouse is a house on SQLite that is not verified at the end: for tests that harm it.
func aloneHouse(t *testing.T, o Options) *house {
	t.Helper()
	ring, _ := newRing(t)
	h := build(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite)), ring, o)
	h.load(t)
	return h
}

// people is the port as the product fills it: from the sealed rows of package unit.
type people struct{ units *unit.Service }

func (p people) Recipients(ctx context.Context, _ sqldb.Querier, unitID string) (ids []string, err error) {
	page, err := p.units.FindPeople(ctx, actor.TheSystem(), unit.PeopleFilter{UnitID: unitID, Limit: 200})
	for _, one := range page.Items {
		ids = append(ids, one.ID)
	}
	return ids, err
}

func (p people) Address(ctx context.Context, personID string) (Address, error) {
	one, err := p.units.RevealPerson(ctx, actor.TheSystem(), personID)
	if err == nil && one.Closed {
		err = errs.NotFound("person.not_found")
	}
	return Address{Mail: one.Email, Phone: one.Phone, Locale: "zh-Hans"}, err
}

// plain writes a letter without a catalogue.
type plain struct{}

func (plain) Render(_ context.Context, l Letter) (Text, error) {
	var body strings.Builder
	for _, m := range l.Messages {
		fmt.Fprintf(&body, "%s %v https://week.example.cn%s\n", m.Key, m.Args, m.Link)
	}
	return Text{Subject: fmt.Sprintf("%s %s %d", l.Locale, l.Digest, len(l.Messages)), Body: body.String()}, nil
}

var regions = []unit.Region{
	{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1},
	{Code: "430100", Name: "长沙市", Short: "长沙", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 1},
}

// office and bureau are the names of the two units.
const office, bureau = "湖南省教育厅", "长沙市教育局"

func (h *house) load(t testing.TB) {
	t.Helper()
	_, err := h.units.Load(context.Background(), h.sys, regions, []unit.Draft{
		{Name: office, Place: actor.Place{Region: "430000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment}},
		{Name: bureau, Place: actor.Place{Region: "430100", Line: actor.LineEducation, Tier: actor.TierPrefecture, Kind: actor.KindDepartment}},
	})
	ok(t, err)
}

func (h *house) unitID(t testing.TB, name string) string {
	t.Helper()
	page, err := h.units.Find(context.Background(), h.sys, unit.Filter{Text: name})
	ok(t, err)
	return page.Items[0].ID
}

// person makes somebody of a unit, with a mail address that no other test uses, or without any.
func (h *house) person(t testing.TB, unitName string, withMail bool) (a actor.Actor, mail string) {
	t.Helper()
	signIn := "p" + strings.ReplaceAll(id.New(), "-", "")[2:30]
	if withMail {
		mail = signIn + "@example.cn"
	}
	p, err := h.units.CreatePerson(context.Background(), h.sys, unit.PersonDraft{UnitID: h.unitID(t, unitName), SignIn: signIn, Name: "张示例", Phone: "13800010000", Email: mail})
	ok(t, err)
	return actor.Actor{Class: actor.Staff, PersonID: p.ID, UnitID: p.UnitID, Roles: []actor.Role{actor.RoleEditor}}, mail
}

func (h *house) tell(t testing.TB, a actor.Actor, m Message) (messageID string, told bool) {
	t.Helper()
	ok(t, h.db.Write(context.Background(), func(tx *sqldb.Tx) (err error) {
		messageID, told, err = h.TellTx(context.Background(), tx, a, m)
		return err
	}))
	return messageID, told
}

// due is a message to a person that there is something due.
func due(to actor.Actor) Message {
	return Message{Dedupe: "chase:" + id.New(), ToPerson: to.PersonID, Key: "message.duty_due", Args: map[string]string{"day": "2020-08-31"}, Link: "/desk/duties"}
}

func urgent(to actor.Actor) Message {
	m := due(to)
	m.Urgent = true
	return m
}

// letters gives the deliveries of a message.
func (h *house) letters(t testing.TB, messageID string) []Delivery {
	t.Helper()
	found, err := h.Evidence(context.Background(), h.db, []string{messageID})
	ok(t, err)
	list := found[messageID]
	for i := range list {
		list[i].headerID, list[i].version = "", 0
	}
	return list
}

// letter gives the only delivery of a message.
func (h *house) letter(t testing.TB, messageID string) Delivery {
	t.Helper()
	list := h.letters(t, messageID)
	if len(list) != 1 {
		t.Fatalf("%d letters, want one: %+v", len(list), list)
	}
	return list[0]
}

// sweep moves the clock past what a letter's own job would have had, and sweeps.
func (h *house) sweep(t testing.TB) {
	t.Helper()
	h.now.Advance(2 * time.Minute)
	ok(t, h.Sweep(context.Background()))
}

// actions lists the audit log's actions upon a subject, oldest first.
func (h *house) actions(t testing.TB, subjectID string) (list []string) {
	t.Helper()
	page, err := h.log.Find(context.Background(), h.sys, audit.Filter{SubjectID: subjectID})
	ok(t, err)
	for _, r := range page.Records {
		list = append(list, r.Action)
	}
	slices.Reverse(list)
	return list
}

func smtp(t testing.TB, addr string) map[Channel]courier.Carrier {
	t.Helper()
	s, err := courier.OpenSMTP("smtp://"+addr, "活动周办公室 <week@example.cn>")
	ok(t, err)
	return map[Channel]courier.Carrier{Mail: s}
}

func byMail(t testing.TB) (*peer.Mail, Options) {
	server := peer.StartMail(t)
	return server, Options{Carriers: smtp(t, server.SMTP)}
}

func wants(t testing.TB, err error, key string, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, key) || errs.KindOf(err) != kind {
		t.Errorf("got %v, want %s (%s)", err, key, kind)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// environment gives this process's environment with one more setting, for a process of its own.
func environment(name, value string) []string { return append(os.Environ(), name+"="+value) }
