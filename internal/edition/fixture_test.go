package edition_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/unit"
)

// office is a store with a province in it, and people to act.
type office struct {
	*edition.Service
	t        *testing.T
	db       *sqldb.DB
	clock    *clock.Manual
	units    *unit.Service
	recorder *recorder
	ids      map[string]string // unit ids by name
}

var (
	province = actor.Place{Region: "430000", Line: actor.LineEducation, Tier: actor.TierProvince, Kind: actor.KindDepartment}
	changsha = actor.Place{Region: "430100", Line: actor.LineEducation, Tier: actor.TierPrefecture, Kind: actor.KindDepartment}
	zhuzhou  = actor.Place{Region: "430200", Line: actor.LineEducation, Tier: actor.TierPrefecture, Kind: actor.KindDepartment}

	head       = staff(province, actor.RoleHead)
	editor     = staff(province, actor.RoleEditor)
	reader     = staff(zhuzhou)
	prefecture = staff(changsha, actor.RoleEditor)
	public     = actor.Actor{}
)

func staff(place actor.Place, roles ...actor.Role) actor.Actor {
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: id.New(), Place: place, Roles: roles}
}

// both runs fn with an office on each engine and verifies the store afterwards.
func both(t *testing.T, fn func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) { fn(t, newOffice(t, db)) }, edition.Verify)
}

func newOffice(t *testing.T, db *sqldb.DB) *office {
	t.Helper()
	file, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewManual(time.Date(2020, 7, 6, 9, 0, 0, 0, clock.Shanghai))
	log := audit.New(db, ring, c)
	files, err := blob.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	o := &office{t: t, db: db, clock: c, units: unit.NewService(db, ring, c, log), recorder: &recorder{}, ids: map[string]string{}}
	o.Service = edition.NewService(db, c, log, files, o.recorder)
	regions, units := hunan()
	ids, err := o.units.Load(t.Context(), actor.TheSystem(), regions, units)
	if err != nil {
		t.Fatal(err)
	}
	for i, u := range units {
		o.ids[u.Name] = ids[i]
	}
	return o
}

// hunan is a province in the numbers of the real one: 14 prefectures, 122 counties, ten lines, and the
// institutions of the ministry's list of 2025; media, associations and the like are invented.
func hunan() (regions []unit.Region, units []unit.Draft) {
	add := func(n int, name, region string, p actor.Place) {
		p.Region = region
		for i := range n {
			u := unit.Draft{Name: name, Place: p}
			if n > 1 {
				u.Name = fmt.Sprintf("%s%d", name, i+1)
			}
			units = append(units, u)
		}
	}
	region := func(code, name, short, level, parent string) {
		regions = append(regions, unit.Region{Code: code, Name: name, Short: short, Level: level, Parent: parent, TileX: unit.NoTile, TileY: unit.NoTile})
		for _, line := range actor.Lines {
			if level != unit.LevelCounty || line == actor.LineEducation {
				add(1, name+string(line), code, actor.Place{Line: line, Tier: actor.Tier(level), Kind: actor.KindDepartment})
			}
		}
	}
	region("430000", "湖南省", "湖南", unit.LevelProvince, "")
	names := strings.Fields("长沙市 株洲市 湘潭市 衡阳市 邵阳市 岳阳市 常德市 张家界市 益阳市 郴州市 永州市 怀化市 娄底市 湘西土家族苗族自治州")
	for i, name := range names {
		code := fmt.Sprintf("43%02d00", i+1)
		if i == 13 {
			code = "433100"
		}
		region(code, name, strings.TrimSuffix(name, "市"), unit.LevelPrefecture, "430000")
		for n := range 8 + min(1, max(0, 10-i)) { // 10 prefectures with nine counties, 4 with eight
			region(fmt.Sprintf("%s%02d", code[:4], n+1), fmt.Sprintf("%s第%d区", name, n+1), "", unit.LevelCounty, code)
		}
	}
	for _, k := range []struct {
		n    int
		name string
		tier actor.Tier
		kind actor.Kind
	}{
		{92, "高职", actor.TierProvince, actor.KindHigherVocational}, {1, "部属高职", actor.TierCentral, actor.KindHigherVocational},
		{2, "职业本科", actor.TierProvince, actor.KindVocationalUniversity}, {50, "大学", actor.TierProvince, actor.KindUniversity},
		{2, "部属大学", actor.TierCentral, actor.KindUniversity}, {3, "成人高校", actor.TierProvince, actor.KindAdultCollege},
		{3, "省技师学院", actor.TierProvince, actor.KindTechnicianCollege}, {5, "市技师学院", actor.TierPrefecture, actor.KindTechnicianCollege},
		{28, "中职", actor.TierPrefecture, actor.KindSecondaryVocational}, {4, "央媒", actor.TierCentral, actor.KindMedia},
		{5, "省媒", actor.TierProvince, actor.KindMedia}, {14, "市媒", actor.TierPrefecture, actor.KindMedia},
		{4, "县媒", actor.TierBase, actor.KindMedia}, {5, "协会", actor.TierProvince, actor.KindIndustryAssociation},
		{22, "企业", actor.TierPrefecture, actor.KindEnterprise}, {14, "社区", actor.TierBase, actor.KindCommunity},
	} {
		add(k.n, k.name, "430100", actor.Place{Tier: k.tier, Kind: k.kind})
	}
	return regions, units
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// seed gives the notice of 2020; the test is skipped where the folder beside the project is missing.
func seed(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "notices", "seed_hunan_2020.txt"))
	if os.IsNotExist(err) {
		t.Skip("the notices are not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// small is a notice in the genre, written for these tests.
const small = `湖南省教育厅
湖南省总工会

湘教通〔2020〕900号

关于开展2020年湖南省职业教育宣传活动周的通知

各市州教育局、总工会，各高职高专院校，省职业教育联席会议成员单位，有关单位：

为办好2020年湖南省职业教育宣传活动周，现就有关事项通知如下。

一、时间和主题

活动周时间为：7月20日-7月26日，宣传主题为：“匠心筑梦，技能强湘”。

二、主要宣传内容

1.宣传方针政策。宣传职业教育法。

2.宣传典型经验。宣传产教融合的创新成果。

三、主要宣传方式

1.开放校园。职业院校要组织中小学生参观校园。

2.专题学习。组织专题座谈会，学习职业教育法。

四、工作要求

1.报送工作总结。8月31日前，请各市州教育局和各高职院校将活动周工作总结报送省教育厅职成处。

2.请有关单位积极协助配合。

联系人：张三，联系电话：0731-84710000，手机：13900000000，邮箱：name@example.cn。

湖南省教育厅

湖南省总工会

2020年7月3日
`

// moving is an amending notice in the genre.
const moving = `湖南省教育厅

湘教通〔2020〕950号

关于调整2020年湖南省职业教育宣传活动周时间的通知

各市州教育局：

因防汛需要，2020年湖南省职业教育宣传活动周时间调整为8月3日-8月9日。

联系人：李四，联系电话：0731-84720000。

湖南省教育厅

2020年7月10日
`

func (o *office) upload(text string, kind edition.NoticeKind) edition.Notice {
	o.t.Helper()
	n, err := o.UploadNotice(o.t.Context(), editor, edition.Upload{FileName: "通知.txt", Data: []byte(text), Territory: "430000", Kind: kind})
	o.must(err)
	return n
}

func (o *office) draft(text string) edition.Edition {
	o.t.Helper()
	n := o.upload(text, edition.Original)
	e, err := o.CreateEdition(o.t.Context(), editor, n.ID, edition.Creation{Version: n.Draft.Version})
	o.must(err)
	return e
}

func (o *office) publish(e edition.Edition) edition.Edition {
	o.t.Helper()
	read, err := o.Reading(o.t.Context(), head, e.ID)
	o.must(err)
	e, err = o.Publish(o.t.Context(), head, e.ID, e.Version, edition.Publication{Read: read, LeaveOpen: true})
	o.must(err)
	return e
}

// recorder is a follower that writes down what it was told, and can refuse.
type recorder struct {
	published []string
	moves     []edition.Move
	refuse    error
}

func (r *recorder) PublishTx(_ context.Context, _ *sqldb.Tx, _ actor.Actor, e edition.Edition) error {
	if r.refuse != nil {
		return r.refuse
	}
	r.published = append(r.published, e.ID)
	return nil
}

func (r *recorder) PreviewRedate(_ context.Context, _ sqldb.Querier, e edition.Edition, m edition.Move) ([]edition.Consequence, error) {
	return []edition.Consequence{{Key: "test.duties_move", Args: map[string]any{"count": len(e.Obligations), "days": m.Days}, Count: len(e.Obligations)}}, r.refuse
}

func (r *recorder) RedateTx(_ context.Context, _ *sqldb.Tx, _ actor.Actor, _ edition.Edition, m edition.Move) error {
	if r.refuse != nil {
		return r.refuse
	}
	r.moves = append(r.moves, m)
	return nil
}
