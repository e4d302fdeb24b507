package duty_test

import (
	"context"
	"database/sql"
	"encoding/json"
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
	"openweek/internal/id"
	"openweek/internal/message"
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

// ledger is a small province with a published edition.
type ledger struct {
	*duty.Service
	t        *testing.T
	db       *sqldb.DB
	clock    *clock.Manual
	units    *unit.Service
	editions *edition.Service
	heard    map[string]bool   // what told has given
	ids      map[string]string // unit ids by name
	places   map[string]actor.Place
	e        edition.Edition
}

// told gives what was told since it was last asked.
func (l *ledger) told() (list []message.Message) {
	l.t.Helper()
	all, err := sqldb.List(ctx, l.db, func(row *sql.Rows) (m message.Message, err error) {
		var args string
		if err := row.Scan(&m.Dedupe, &m.ToPerson, &m.ToUnit, &m.FromUnit, &m.Key, &args, &m.Link); err != nil {
			return m, err
		}
		return m, json.Unmarshal([]byte(args), &m.Args)
	}, listMessages)
	must(l.t, err)
	for _, m := range all {
		if !l.heard[m.Dedupe] {
			list = append(list, m)
			l.heard[m.Dedupe] = true
		}
	}
	return list
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

1.请各市州教育局、总工会制定职业教育宣传活动周工作方案。

2.遴选优秀新闻。12月20日前，请央媒驻湘机构和省级媒体将有关职业教育的正面宣传报道报送省教育厅职成处。

3.报送工作总结。8月31日前，请各市州教育局和各高职院校将活动周工作总结报送省教育厅职成处。

联系人：张三，联系电话：0731-84710000，手机：13900000000，邮箱：name@example.cn。

湖南省教育厅

湖南省总工会

2020年7月3日
`

const movingText = `湖南省教育厅

湘教通〔2020〕950号

关于调整2020年湖南省职业教育宣传活动周时间的通知

各市州教育局：

因防汛需要，2020年湖南省职业教育宣传活动周时间调整为8月3日-8月9日。

联系人：李四，联系电话：0731-84720000。

湖南省教育厅

2020年7月10日
`

// in runs a test on both engines with a ledger of its own and verifies the store afterwards.
func in(t *testing.T, fn func(t *testing.T, l *ledger)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) { fn(t, newLedger(t, db)) }, duty.Verify, edition.Verify)
}

func ringOf(t testing.TB) *seal.Ring {
	t.Helper()
	file, err := seal.Generate()
	must(t, err)
	ring, err := seal.Parse(file)
	must(t, err)
	return ring
}

func newLedger(t *testing.T, db *sqldb.DB) *ledger {
	t.Helper()
	ring := ringOf(t)
	c := clock.NewManual(noon)
	log := audit.New(db, ring, c)
	files, err := blob.OpenDisk(t.TempDir())
	must(t, err)
	t.Cleanup(func() { files.Close() })
	l := &ledger{t: t, db: db, clock: c, units: unit.NewService(db, ring, c, log), heard: map[string]bool{}, ids: map[string]string{}, places: map[string]actor.Place{}}
	l.Service = duty.NewService(db, c, log, calendar.NewStore(c), message.NewService(db, c, log, nil, nil, message.Options{}))
	l.editions = edition.NewService(db, c, log, files, l.Service)
	ids, err := l.units.Load(ctx, sys, regions, register)
	must(t, err)
	for i, u := range register {
		l.ids[u.Name], l.places[u.Name] = ids[i], u.Place
	}
	l.e = l.draft(noticeText)
	return l
}

func (l *ledger) draft(text string) edition.Edition {
	l.t.Helper()
	n := l.upload(text, edition.Original)
	e, err := l.editions.CreateEdition(ctx, l.head("省教育厅"), n.ID, edition.Creation{Version: n.Draft.Version})
	must(l.t, err)
	return e
}

func (l *ledger) upload(text string, kind edition.NoticeKind) edition.Notice {
	l.t.Helper()
	n, err := l.editions.UploadNotice(ctx, l.head("省教育厅"), edition.Upload{FileName: "通知.txt", Data: []byte(text), Territory: "430000", Kind: kind})
	must(l.t, err)
	return n
}

// publish publishes the edition.
func (l *ledger) publish() *ledger {
	l.t.Helper()
	read, err := l.editions.Reading(ctx, l.head("省教育厅"), l.e.ID)
	must(l.t, err)
	l.e, err = l.editions.Publish(ctx, l.head("省教育厅"), l.e.ID, l.e.Version, edition.Publication{Read: read, LeaveOpen: true})
	must(l.t, err)
	return l
}

// staff makes an actor of a unit without a row for the person; the same name and roles are the same person.
func (l *ledger) staff(unitName string, roles ...actor.Role) actor.Actor {
	l.t.Helper()
	if l.ids[unitName] == "" {
		l.t.Fatalf("no unit %s", unitName)
	}
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: l.ids[unitName], Place: l.places[unitName], Roles: roles}
}

func (l *ledger) head(unitName string) actor.Actor   { return l.staff(unitName, actor.RoleHead) }
func (l *ledger) editor(unitName string) actor.Actor { return l.staff(unitName, actor.RoleEditor) }

// owed finds the obligation with a form hint.
func (l *ledger) owed(hint string) edition.Obligation {
	l.t.Helper()
	for _, o := range l.e.Obligations {
		if len(o.FormHint) >= len(hint) && o.FormHint[:len(hint)] == hint {
			return o
		}
	}
	l.t.Fatalf("no obligation with the hint %s among %+v", hint, l.e.Obligations)
	return edition.Obligation{}
}

// duty finds a unit's duty of an obligation, as the unit sees it.
func (l *ledger) duty(unitName, hint string) duty.Duty {
	l.t.Helper()
	page, err := l.Find(ctx, l.editor(unitName), duty.Filter{UnitID: l.ids[unitName], ObligationID: l.owed(hint).ID})
	must(l.t, err)
	if len(page.Items) != 1 {
		l.t.Fatalf("%s has %d duties of %s", unitName, len(page.Items), hint)
	}
	return page.Items[0]
}

// do runs one of filing's verbs on a duty in a transaction of its own.
func (l *ledger) do(d duty.Duty, verb func(tx *sqldb.Tx, d duty.Duty) error) {
	l.t.Helper()
	must(l.t, l.db.Write(ctx, func(tx *sqldb.Tx) error {
		d, err := l.LockTx(ctx, tx, sys, d.ID)
		if err != nil {
			return err
		}
		return verb(tx, d)
	}))
}

func (l *ledger) file(unitName, hint string, when time.Time) duty.Duty {
	l.t.Helper()
	d := l.duty(unitName, hint)
	l.do(d, func(tx *sqldb.Tx, d duty.Duty) error {
		_, err := l.FileTx(ctx, tx, l.editor(unitName), d, clock.FromTime(when))
		return err
	})
	return l.duty(unitName, hint)
}

func (l *ledger) decide(d duty.Duty, o duty.Outcome) {
	l.t.Helper()
	l.do(d, func(tx *sqldb.Tx, d duty.Duty) error { return l.DecideTx(ctx, tx, d, o) })
}

func day(month time.Month, d, hour, minute int) time.Time {
	return time.Date(2020, month, d, hour, minute, 0, 0, clock.Shanghai)
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
