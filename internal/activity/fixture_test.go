package activity_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"image"
	"image/png"
	"testing"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/file"
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

// desk is a small province with a published edition, in which units enter activities and others review.
type desk struct {
	*activity.Service
	t        testing.TB
	db       *sqldb.DB
	clock    *clock.Manual
	units    *unit.Service
	editions *edition.Service
	files    *file.Service
	forms    *form.Service
	follower *follower
	duties   *duty.Service
	counts   counts
	ids      map[string]string // unit ids by name
	places   map[string]actor.Place
	people   map[string]string // person ids by unit and role
	e        edition.Edition
}

var regions = []unit.Region{
	{Code: "430000", Name: "湖南省", Short: "湖南", Level: unit.LevelProvince, TileX: -1, TileY: -1},
	{Code: "430100", Name: "长沙市", Short: "长沙", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 1},
	{Code: "430102", Name: "芙蓉区", Short: "芙蓉", Level: unit.LevelCounty, Parent: "430100", TileX: -1, TileY: -1},
	{Code: "430200", Name: "株洲市", Short: "株洲", Level: unit.LevelPrefecture, Parent: "430000", TileX: 3, TileY: 2},
}

func place(name, region string, l actor.Line, t actor.Tier, k actor.Kind) unit.Draft {
	return unit.Draft{Name: name, Place: actor.Place{Region: region, Line: l, Tier: t, Kind: k}}
}

var register = []unit.Draft{
	place("省教育厅", "430000", actor.LineEducation, actor.TierProvince, actor.KindDepartment),
	place("省工信厅", "430000", actor.LineIndustry, actor.TierProvince, actor.KindDepartment),
	place("长沙市教育局", "430100", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),
	place("长沙市工信局", "430100", actor.LineIndustry, actor.TierPrefecture, actor.KindDepartment),
	place("株洲市教育局", "430200", actor.LineEducation, actor.TierPrefecture, actor.KindDepartment),
	place("芙蓉区教育局", "430102", actor.LineEducation, actor.TierCounty, actor.KindDepartment),
	place("长沙高职", "430100", actor.LineNone, actor.TierProvince, actor.KindHigherVocational),
	place("芙蓉中职", "430102", actor.LineNone, actor.TierPrefecture, actor.KindSecondaryVocational),
	place("芙蓉中学", "430102", actor.LineNone, actor.TierBase, actor.KindSchool),
}

// The notice is one in the genre, written for these tests.
const noticeText = `湖南省教育厅
湖南省工业和信息化厅

湘教通〔2020〕900号

关于开展2020年湖南省职业教育宣传活动周的通知

各市州教育局、工业和信息化局，各高职高专院校：

为办好2020年湖南省职业教育宣传活动周，现就有关事项通知如下。

一、时间和主题

活动周时间为：7月20日-7月26日，宣传主题为：“匠心筑梦，技能强湘”。

二、主要宣传内容

1.宣传方针政策。宣传职业教育法。

2.宣传典型经验。宣传产教融合的创新成果。

三、主要宣传方式

1.开放校园。各高职院校要组织中小学生参观校园。

2.专题学习。组织专题座谈会，学习职业教育法。

3.走进社区。各高职院校要走进社区为居民服务。

四、工作要求

1.报送工作总结。8月31日前，请各市州教育局和各高职院校将活动周工作总结报送省教育厅职成处。

湖南省教育厅

湖南省工业和信息化厅

2020年7月3日
`

// amendingText moves the week.
const amendingText = `湖南省教育厅

湘教通〔2020〕901号

关于调整2020年湖南省职业教育宣传活动周时间的通知

各市州教育局，各高职高专院校：

因疫情防控需要，活动周时间调整为：8月3日-8月9日。

湖南省教育厅

2020年7月10日
`

// follower notes what bookings would be told.
type follower struct {
	db     *sqldb.DB
	refuse error
}

func (f *follower) noteTx(ctx context.Context, tx *sqldb.Tx, text string) error {
	if f.refuse != nil {
		return f.refuse
	}
	_, err := tx.Exec(ctx, insertNote, id.New(), text)
	return err
}

func (f *follower) MovedTx(ctx context.Context, tx *sqldb.Tx, _ actor.Actor, before, after activity.Session) error {
	return f.noteTx(ctx, tx, fmt.Sprintf("moved %s to %s", before.Starts.Time().Format("01-02 15:04"), after.Starts.Time().Format("01-02 15:04")))
}

func (f *follower) CancelledTx(ctx context.Context, tx *sqldb.Tx, _ actor.Actor, s activity.Session, reason string) error {
	return f.noteTx(ctx, tx, fmt.Sprintf("cancelled %s: %s", s.Starts.Time().Format("01-02 15:04"), reason))
}

func (f *follower) SeatsTx(ctx context.Context, tx *sqldb.Tx, _ actor.Actor, s activity.Session, freed int64) error {
	return f.noteTx(ctx, tx, fmt.Sprintf("freed %d of %s", freed, s.Starts.Time().Format("01-02 15:04")))
}

func (d *desk) notes() []string { d.t.Helper(); return listTexts(d.t, d.db, listNotes) }

// in runs a test on both engines with a desk of its own and verifies the store afterwards.
func in(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		var d *desk
		db := sqldbtest.Open(t, sqldbtest.New(t, engine), edition.Verify, review.Verify, func(ctx context.Context, q sqldb.Querier) error { return d.Verify(ctx, q) })
		d = newDesk(t, db)
		fn(t, d)
	})
}

func newDesk(t testing.TB, db *sqldb.DB) *desk {
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
	d := &desk{t: t, db: db, clock: c, units: unit.NewService(db, ring, c, log), follower: &follower{db: db},
		ids: map[string]string{}, places: map[string]actor.Place{}, people: map[string]string{}}
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, createNotes)
		return err
	}))
	d.forms = form.NewService(db, c, log)
	must(t, d.forms.Install(ctx))
	messages := message.NewService(db, c, log, nil, nil, message.Options{})
	d.duties, d.counts = duty.NewService(db, c, log, calendar.NewStore(c), messages), counts{}
	d.Service = activity.NewService(activity.Deps{DB: db, Ring: ring, Clock: c, Log: log, Forms: d.forms, Reviews: review.NewService(c, log),
		Messages: messages, Duties: d.duties, Counter: d.counts, Followers: []activity.SessionFollower{d.follower}})
	d.editions = edition.NewService(db, c, log, blobs, d.duties, d.Service)
	d.files = file.NewService(db, c, log, blobs, t.TempDir(), d.editions)
	d.UseFiles(d.files)
	ids, err := d.units.Load(ctx, sys, regions, register)
	must(t, err)
	for i, u := range register {
		d.ids[u.Name], d.places[u.Name] = ids[i], u.Place
	}
	// The school, the county and the province have reviewers; at the other offices the head reviews.
	for i, name := range []string{"省教育厅", "芙蓉区教育局", "芙蓉中职", "省工信厅"} {
		p, err := d.units.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: d.ids[name], SignIn: fmt.Sprintf("reviewer%d", i), Name: "张示例", Phone: "13800010000", Email: "a@example.cn"})
		must(t, err)
		must(t, d.units.Grant(ctx, sys, p.ID, actor.RoleReviewer))
		d.people[name+string(actor.RoleReviewer)] = p.ID
	}
	d.publish()
	return d
}

func (d *desk) publish() {
	d.t.Helper()
	head := d.staff("省教育厅", actor.RoleHead)
	n, err := d.editions.UploadNotice(ctx, head, edition.Upload{FileName: "通知.txt", Data: []byte(noticeText), Territory: "430000", Kind: edition.Original})
	must(d.t, err)
	d.e, err = d.editions.CreateEdition(ctx, head, n.ID, edition.Creation{Version: n.Draft.Version})
	must(d.t, err)
	read, err := d.editions.Reading(ctx, head, d.e.ID)
	must(d.t, err)
	d.e, err = d.editions.Publish(ctx, head, d.e.ID, d.e.Version, edition.Publication{Read: read, LeaveOpen: true})
	must(d.t, err)
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
func (d *desk) head(unitName string) actor.Actor     { return d.staff(unitName, actor.RoleHead) }

func (d *desk) method(code string) string {
	d.t.Helper()
	for _, m := range d.e.Methods {
		if m.Code == code {
			return m.ID
		}
	}
	d.t.Fatalf("no method %s among %+v", code, d.e.Methods)
	return ""
}

// sound is an activity that can be handed in once it has a session.
func sound(d *desk) activity.Content {
	return activity.Content{
		Title: "数控技术开放日", TitleEN: "Open day of machine tools", Summary: "参观实训楼，体验数控机床。",
		Description: "## 日程\n\n上午参观，下午**体验**。", MethodID: d.method("open_campus"), TopicIDs: []string{d.e.Topics[0].ID}, Kind: form.OpenCampus,
		Values:   form.Values{"programmes": form.Rows{{"name": form.Text("数控技术"), "place": form.Text("实训楼")}}, "liaison": form.Person{Name: "张示例", Phone: "13800010000"}},
		Audience: []activity.Audience{"pupils", "parents"}, Mode: activity.OnSite,
		Venue:   activity.Venue{Name: "实训楼", Address: "示例路1号", Region: "430102", Point: activity.Point{Lng: 112_980_000, Lat: 28_190_000}},
		Contact: activity.Contact{Office: "招生就业处", Phone: "0731-84710000", Confirmed: true}, Safety: "请勿触摸运转的设备。", Access: "地铁2号线示例站。",
	}
}

func day(month time.Month, d int) clock.Day {
	return clock.Day(fmt.Sprintf("2020-%02d-%02d", month, d))
}

// run is a session that can be booked.
func run(day clock.Day, at string, minutes int, seats int64) activity.SessionDraft {
	start, err := time.ParseInLocation("2006-01-02 15:04", string(day)+" "+at, clock.Shanghai)
	if err != nil {
		panic(err)
	}
	return activity.SessionDraft{Starts: clock.FromTime(start), Ends: clock.FromTime(start).Add(time.Duration(minutes) * time.Minute), Bookable: true, Capacity: seats}
}

func (d *desk) begin(a actor.Actor, c activity.Content) activity.Activity {
	d.t.Helper()
	act, err := d.Begin(ctx, a, activity.Beginning{EditionID: d.e.ID, Content: c})
	must(d.t, err)
	return act
}

func (d *desk) addSessions(a actor.Actor, act activity.Activity, list ...activity.SessionDraft) activity.Activity {
	d.t.Helper()
	act, err := d.AddSessions(ctx, a, act.ID, act.Version, list)
	must(d.t, err)
	return act
}

// ready is a draft with a session, which only needs to be handed in.
func (d *desk) ready(unitName string) activity.Activity {
	d.t.Helper()
	host := d.editor(unitName)
	return d.addSessions(host, d.begin(host, sound(d)), run(day(7, 20), "09:00", 90, 40))
}

func (d *desk) submit(a actor.Actor, act activity.Activity) activity.Activity {
	d.t.Helper()
	r, err := d.Submit(ctx, a, act.ID, act.Draft.Version)
	must(d.t, err)
	return r.Activity
}

// published is an activity that all readers have accepted.
func (d *desk) published(unitName string) activity.Activity {
	d.t.Helper()
	act := d.submit(d.editor(unitName), d.ready(unitName))
	d.acceptAll(act)
	return d.got(d.editor(unitName), act.ID)
}

// acceptAll has each open step accepted by somebody of its unit and role.
func (d *desk) acceptAll(act activity.Activity) {
	d.t.Helper()
	for {
		step, ok := open(d.got(d.editorOf(act), act.ID))
		if !ok {
			return
		}
		_, err := d.decide(d.reader(step), step, review.Accepted)
		must(d.t, err)
	}
}

func (d *desk) editorOf(act activity.Activity) actor.Actor { return d.editor(act.Unit.Name) }

// reader is somebody who may decide a step.
func (d *desk) reader(step review.Step) actor.Actor {
	d.t.Helper()
	for name, unitID := range d.ids {
		if unitID == step.UnitID {
			return d.staff(name, step.Role)
		}
	}
	d.t.Fatalf("no unit %s", step.UnitID)
	return actor.Actor{}
}

func open(act activity.Activity) (review.Step, bool) {
	for _, step := range act.Steps {
		if step.State == review.Open {
			return step, true
		}
	}
	return review.Step{}, false
}

func (d *desk) decide(a actor.Actor, step review.Step, outcome review.State, marks ...review.Mark) (review.Result, error) {
	d.t.Helper()
	read, err := d.Read(ctx, a, step.ID)
	if err != nil {
		return review.Result{}, err
	}
	return d.Decide(ctx, a, step.ID, review.Decision{Outcome: outcome, ReadHash: read.Version.Hash, Comment: "请核对", Marks: marks})
}

func (d *desk) got(a actor.Actor, activityID string) activity.Activity {
	d.t.Helper()
	act, err := d.Get(ctx, a, activityID)
	must(d.t, err)
	return act
}

func (d *desk) save(a actor.Actor, act activity.Activity, c activity.Content) activity.Activity {
	d.t.Helper()
	_, _, err := d.SaveDraft(ctx, a, act.ID, act.Draft.Version, c)
	must(d.t, err)
	return d.got(a, act.ID)
}

// picture uploads a picture.
func (d *desk) picture(a actor.Actor) string {
	d.t.Helper()
	var data bytes.Buffer
	must(d.t, png.Encode(&data, image.NewGray(image.Rect(0, 0, 8, 8))))
	f, err := d.files.Upload(ctx, a, file.Upload{Name: "照片.png", Reader: &data, Purpose: file.Picture})
	must(d.t, err)
	return f.ID
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
