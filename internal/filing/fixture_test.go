package filing_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/message"
	"openweek/internal/review"
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

// desk is a small province with a published edition, in which units file and others review.
type desk struct {
	*filing.Service
	t      *testing.T
	db     *sqldb.DB
	clock  *clock.Manual
	duties *duty.Service
	files  *file.Service
	ids    map[string]string // unit ids by name
	places map[string]actor.Place
	people map[string]string // person ids by unit and role
	e      edition.Edition
}

var regions = []unit.Region{
	{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1},
	{Code: "430100", Name: "长沙市", Short: "长沙", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 1},
	{Code: "430102", Name: "芙蓉区", Short: "芙蓉", Level: unit.LevelCounty, Parent: "430100", TileX: -1, TileY: -1},
	{Code: "430200", Name: "株洲市", Short: "株洲", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 2},
	{Code: "430202", Name: "荷塘区", Short: "荷塘", Level: unit.LevelCounty, Parent: "430200", TileX: -1, TileY: -1},
}

func at(name, region string, l actor.Line, t actor.Tier, k actor.Kind) unit.Draft {
	return unit.Draft{Name: name, Place: actor.Place{Region: region, Line: l, Tier: t, Kind: k}}
}

var register = []unit.Draft{
	at("省教育厅", "430000", actor.LineEducation, actor.TierProvince, actor.KindDepartment),
	at("省总工会", "430000", actor.LineTradeUnion, actor.TierProvince, actor.KindDepartment),
	at("长沙市教育局", "430100", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),
	at("长沙市总工会", "430100", actor.LineTradeUnion, actor.TierPrefecture, actor.KindDepartment),
	at("株洲市教育局", "430200", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),
	at("株洲市总工会", "430200", actor.LineTradeUnion, actor.TierPrefecture, actor.KindDepartment),
	at("芙蓉区教育局", "430102", actor.LineEducation, actor.TierCounty, actor.KindDepartment),
	at("荷塘区教育局", "430202", actor.LineEducation, actor.TierCounty, actor.KindDepartment),
	at("长沙高职", "430100", actor.LineNone, actor.TierProvince, actor.KindHigherVocational),
	at("株洲高职", "430200", actor.LineNone, actor.TierProvince, actor.KindHigherVocational),
	at("芙蓉中职", "430102", actor.LineNone, actor.TierPrefecture, actor.KindSecondaryVocational),
	at("芙蓉中学", "430102", actor.LineNone, actor.TierBase, actor.KindSchool),
	at("荷塘中学", "430202", actor.LineNone, actor.TierBase, actor.KindSchool),
	at("省报", "430000", actor.LineNone, actor.TierProvince, actor.KindMedia),
	at("央媒站", "430000", actor.LineNone, actor.TierCentral, actor.KindMedia),
}

// notice is one in the genre, written for these tests: media owe something without being addressed.
const noticeText = `湖南省教育厅
湖南省总工会

湘教通〔2020〕900号

关于开展2020年湖南省职业教育宣传活动周的通知

各市州教育局、总工会，各高职高专院校：

为办好2020年湖南省职业教育宣传活动周，现就有关事项通知如下。

一、时间和主题

活动周时间为：7月20日-7月26日，宣传主题为：“匠心筑梦，技能强湘”。

二、主要宣传内容

1.宣传方针政策。宣传职业教育法。

2.宣传典型经验。宣传产教融合的创新成果。

三、主要宣传方式

1.开放校园。各高职院校要组织中小学生参观校园。

2.专题学习。组织专题座谈会，学习职业教育法。

四、工作要求

1.请各市州教育局、总工会制定职业教育宣传活动周工作方案。请各市州教育局自主决定是否举办启动仪式。请各市州教育局明确地方宣传主题。

2.遴选优秀新闻。12月20日前，请央媒驻湘机构和省级媒体将有关职业教育的正面宣传报道报送省教育厅职成处。

3.报送工作总结。8月31日前，请各市州教育局和各高职院校将活动周工作总结报送省教育厅职成处。

联系人：张三，联系电话：0731-84710000，手机：13900000000，邮箱：name@example.cn。

湖南省教育厅

湖南省总工会

2020年7月3日
`

// counted is a figure port that counts check-ins.
type counted struct{}

func (counted) Figure(_ context.Context, _ sqldb.Querier, d duty.Duty, key string) (form.Figure, bool, error) {
	if key != "check_ins" {
		return form.Figure{}, false, nil
	}
	n, err := form.ParseNumber("321")
	return form.Figure{Value: n, Provenance: form.Counted}, true, err
}

// in runs a test on both engines with a desk of its own and verifies the store afterwards.
func in(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		var d *desk
		db := sqldbtest.Open(t, sqldbtest.New(t, engine), duty.Verify, edition.Verify, review.Verify, func(ctx context.Context, q sqldb.Querier) error { return d.Verify(ctx, q) })
		d = newDesk(t, db)
		fn(t, d)
	})
}

func newDesk(t *testing.T, db *sqldb.DB) *desk {
	t.Helper()
	text, err := seal.Generate()
	must(t, err)
	ring, err := seal.Parse(text)
	must(t, err)
	c := clock.NewManual(noon)
	log := audit.New(db, ring, c)
	blobs, err := blob.OpenDisk(t.TempDir())
	must(t, err)
	t.Cleanup(func() { blobs.Close() })
	units := unit.NewService(db, ring, c, log)
	messages := message.NewService(db, c, log, nil, nil, message.Options{})
	d := &desk{t: t, db: db, clock: c, ids: map[string]string{}, places: map[string]actor.Place{}, people: map[string]string{}}
	d.duties = duty.NewService(db, c, log, calendar.NewStore(c), messages)
	editions := edition.NewService(db, c, log, blobs, d.duties)
	d.files = file.NewService(db, c, log, blobs, t.TempDir())
	forms := form.NewService(db, c, log)
	must(t, forms.Install(ctx))
	d.Service = filing.NewService(filing.Deps{DB: db, Ring: ring, Clock: c, Log: log, Duties: d.duties, Forms: forms, Reviews: review.NewService(c, log),
		Files: d.files, Messages: messages, Editions: editions, Figures: []filing.Figure{counted{}}})
	ids, err := units.Load(ctx, sys, regions, register)
	must(t, err)
	for i, u := range register {
		d.ids[u.Name], d.places[u.Name] = ids[i], u.Place
	}
	// The province and the county have reviewers; at the city the head reviews.
	for i, name := range []string{"省教育厅", "芙蓉区教育局", "省总工会"} {
		p, err := units.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: d.ids[name], SignIn: fmt.Sprintf("reviewer%d", i), Name: "张示例", Phone: "13800010000", Email: "a@example.cn"})
		must(t, err)
		must(t, units.Grant(ctx, sys, p.ID, actor.RoleReviewer))
	}
	head := d.staff("省教育厅", actor.RoleHead)
	n, err := editions.UploadNotice(ctx, head, edition.Upload{FileName: "通知.txt", Data: []byte(noticeText), Territory: "430000", Kind: edition.Original})
	must(t, err)
	d.e, err = editions.CreateEdition(ctx, head, n.ID, edition.Creation{Version: n.Draft.Version})
	must(t, err)
	read, err := editions.Reading(ctx, head, d.e.ID)
	must(t, err)
	d.e, err = editions.Publish(ctx, head, d.e.ID, d.e.Version, edition.Publication{Read: read, LeaveOpen: true})
	must(t, err)
	return d
}

// staff makes an actor of a unit; the same unit and roles are the same person.
func (d *desk) staff(unitName string, roles ...actor.Role) actor.Actor {
	d.t.Helper()
	if d.ids[unitName] == "" {
		d.t.Fatalf("no unit %s", unitName)
	}
	key := unitName
	for _, r := range roles {
		key += string(r)
	}
	if d.people[key] == "" {
		d.people[key] = id.New()
	}
	return actor.Actor{Class: actor.Staff, PersonID: d.people[key], UnitID: d.ids[unitName], Place: d.places[unitName], Roles: roles}
}

func (d *desk) editor(unitName string) actor.Actor   { return d.staff(unitName, actor.RoleEditor) }
func (d *desk) reviewer(unitName string) actor.Actor { return d.staff(unitName, actor.RoleReviewer) }

// owed gives a unit's duty of the obligation whose hints begin with one, or contain it.
func (d *desk) owed(unitName, hint string) duty.Duty {
	d.t.Helper()
	page, err := d.duties.Find(ctx, d.editor(unitName), duty.Filter{UnitID: d.ids[unitName], EditionID: d.e.ID})
	must(d.t, err)
	for _, one := range page.Items {
		if form.CodeFor(one.Obligation.FormHint) == hint && one.Obligation.OwnerID == "" {
			return one
		}
	}
	for _, one := range page.Items {
		d.t.Logf("owes %s: %s", one.Obligation.FormHint, one.Obligation.What)
	}
	d.t.Fatalf("%s owes no %s", unitName, hint)
	return duty.Duty{}
}

func text(s string) form.Text { return form.Text(s) }

func figure(t testing.TB, n string) form.Figure {
	v, err := form.ParseNumber(n)
	must(t, err)
	return form.Figure{Value: v, Provenance: form.Reported}
}

// summary is a work summary that can be handed in.
func summary(t testing.TB) form.Values {
	return form.Values{"overview": text("总体情况"), "practices": text("主要做法"), "results": text("取得成效"),
		"activities": figure(t, "3"), "sessions": figure(t, "5"), "participants": figure(t, "1200"), "media_pieces": figure(t, "8"),
		"liaison": form.Person{Name: "张三丰", Phone: "13800010000"}}
}

// save writes a draft over the present one.
func (d *desk) save(a actor.Actor, dutyID string, v form.Values) filing.Draft {
	d.t.Helper()
	f, err := d.Get(ctx, a, dutyID)
	must(d.t, err)
	saved, _, err := d.SaveDraft(ctx, a, dutyID, f.Draft.Version, v)
	must(d.t, err)
	return saved
}

// hand hands a draft in.
func (d *desk) hand(a actor.Actor, dutyID string, v form.Values) filing.Receipt {
	d.t.Helper()
	r, err := d.Submit(ctx, a, dutyID, d.save(a, dutyID, v).Version)
	must(d.t, err)
	return r
}

// open gives the step of a filing that is to be decided.
func (d *desk) open(f filing.Filing) review.Step {
	d.t.Helper()
	for _, step := range f.Steps {
		if step.State == review.Open {
			return step
		}
	}
	d.t.Fatalf("nothing is open: %+v", f.Steps)
	return review.Step{}
}

// decide has the open step decided by an actor.
func (d *desk) decide(a actor.Actor, f filing.Filing, outcome review.State, marks ...review.Mark) (review.Result, error) {
	d.t.Helper()
	step := d.open(f)
	read, err := d.Read(ctx, a, step.ID)
	if err != nil {
		return review.Result{}, err
	}
	return d.Decide(ctx, a, step.ID, review.Decision{Outcome: outcome, ReadHash: read.Version.Hash, Comment: "请核对数据", Marks: marks})
}

func (d *desk) must(_ review.Result, err error) { d.t.Helper(); must(d.t, err) }

func (d *desk) got(unitName, dutyID string) filing.Filing {
	d.t.Helper()
	f, err := d.Get(ctx, d.editor(unitName), dutyID)
	must(d.t, err)
	return f
}

func (d *desk) upload(a actor.Actor, name, content string) string {
	d.t.Helper()
	f, err := d.files.Upload(ctx, a, file.Upload{Name: name, Reader: bytes.NewReader([]byte(content)), Purpose: file.Attachment})
	must(d.t, err)
	return f.ID
}

func day(month time.Month, d, hour, minute, second int) time.Time {
	return time.Date(2020, month, d, hour, minute, second, 0, clock.Shanghai)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails unless err has the key, itself or on one of its fields.
func refused(t testing.TB, err error, key string) {
	t.Helper()
	if !errs.Is(err, key) {
		t.Errorf("got %v, want %s", err, key)
	}
}

func listTexts(t testing.TB, q sqldb.Querier, query string, args ...any) []string {
	t.Helper()
	list, err := sqldb.List(ctx, q, func(row *sql.Rows) (s string, err error) { return s, row.Scan(&s) }, query, args...)
	must(t, err)
	return list
}
