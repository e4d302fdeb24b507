package unit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// workbook writes rows, the first of which is the header.
func workbook(t *testing.T, rows ...[]string) io.Reader {
	t.Helper()
	var heads []sheet.Head
	for _, title := range rows[0] {
		heads = append(heads, sheet.Head{Title: title})
	}
	var cells [][]any
	for _, row := range rows[1:] {
		line := make([]any, len(row))
		for i, c := range row {
			line[i] = c
		}
		cells = append(cells, line)
	}
	var file bytes.Buffer
	ok(t, sheet.Write(&file, sheet.Book{Sheets: []sheet.Sheet{{Name: "x", Columns: heads, Rows: sheet.RowsOf(cells...)}}}))
	return &file
}

var unitHeader = []string{"单位名称", "单位代码", "所在地区", "条线", "层级", "类别"}

func told(plan unit.Plan) (out []string) {
	for _, p := range plan.Problems {
		out = append(out, fmt.Sprintf("%d %s %s", p.Row, p.Column, p.Err.Key))
	}
	return out
}

func TestDryRunListsEveryRowsErrorAndWritesNothing(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		before := listTexts(t, h.db, unitVersions)
		file := workbook(t, unitHeader,
			[]string{"湘音新闻网", "", "湖南省", "", "省级", "媒体"},
			[]string{"", "", "430100", "", "基层", "中小学"},
			[]string{"某局", "", "长沙市", "", "市州级", "部门"},
			[]string{"湘音新闻网", "", "430000", "", "省级", "媒体"},
			[]string{"远方中学", "", "远方市", "", "基层", "中小学"},
			[]string{"怪学校", "", "芙蓉区", "天文", "半空", "魔法"},
			[]string{"湘音日报社", "4143000001", "湖南省", "", "省级", "媒体"},
			[]string{"甲学院", "C1", "430100", "", "省级", "高职"},
			[]string{"乙学院", "C1", "430100", "", "省级", "高职"},
		)
		plan, err := h.CheckImport(ctx, admin(actor.SystemAdmin), file)
		ok(t, err)
		want := []string{
			"3 单位名称 sheet.empty_cell", "4 条线 unit.line_missing", "5 单位名称 unit.repeated", "6 区划代码 unit.region_unknown",
			"7 条线 unit.line_unknown", "7 层级 unit.tier_unknown", "7 单位类别 unit.kind_unknown", "8 单位名称 unit.name_taken", "10 单位代码 unit.repeated",
		}
		if got := told(plan); !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
		if plan.Create != 2 || plan.Change != 0 {
			t.Errorf("got %+v", plan)
		}
		if after := listTexts(t, h.db, unitVersions); !slices.Equal(before, after) {
			t.Error("the dry run wrote")
		}
	})
}

func TestImportDoesWhatTheDryRunShowedOrNothing(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		rows := [][]string{unitHeader,
			{"湘音新闻网", "", "湖南省", "", "省级", "媒体"},
			{"长沙示例职业技术大学", "4143000001", "湖南省长沙市", "", "省级", "职业本科"},
			{"株洲示例职业技术学院", "", "株洲", "", "省级", "高职"},
		}
		plan, err := h.CheckImport(ctx, admin(actor.SystemAdmin), workbook(t, rows...))
		ok(t, err)
		if plan.Create != 1 || plan.Change != 1 || plan.Same != 1 || !slices.Equal(plan.Steps[1].Fields, []string{"name", "kind"}) {
			t.Errorf("got %+v", plan)
		}
		before := listTexts(t, h.db, unitVersions)
		other := append(slices.Clone(rows), []string{"混入学校", "", "芙蓉区", "", "基层", "中小学"})
		_, err = h.Import(ctx, admin(actor.SystemAdmin), workbook(t, other...), plan.Token)
		refused(t, err, "unit.import_changed")
		if after := listTexts(t, h.db, unitVersions); !slices.Equal(before, after) {
			t.Error("a refused import wrote")
		}
		_, err = h.Import(ctx, admin(actor.SystemAdmin), workbook(t, rows...), plan.Token)
		ok(t, err)
		u, err := h.Get(ctx, sys, h.ids["长沙示例职业技术学院"])
		ok(t, err)
		if u.Name != "长沙示例职业技术大学" || u.Place.Kind != actor.KindVocationalUniversity || u.Version != 2 {
			t.Errorf("got %+v", u)
		}
		if u.Phone != "0731-85210000" || u.NameEN != "Changsha Sample College" {
			t.Errorf("columns that the file does not have were emptied: %+v", u)
		}
		_, err = h.Import(ctx, admin(actor.SystemAdmin), workbook(t, rows...), plan.Token) // twice: the store is another now
		refused(t, err, "unit.import_changed")
	})
}

func TestImportIsRefusedWhenTheStoreChangedSince(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		rows := [][]string{unitHeader, {"长沙示例职业技术大学", "4143000001", "430100", "", "省级", "职业本科"}}
		plan, err := h.CheckImport(ctx, sys, workbook(t, rows...))
		ok(t, err)
		d := houseUnits[8]
		d.Short = "长示院"
		_, err = h.Change(ctx, sys, h.ids[d.Name], 1, d)
		ok(t, err)
		_, err = h.Import(ctx, sys, workbook(t, rows...), plan.Token)
		refused(t, err, "unit.import_changed")
	})
}

func TestImportStaysWithinCommand(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		rows := [][]string{unitHeader,
			{"芙蓉新苗小学", "", "芙蓉区", "", "基层", "中小学"},
			{"荷塘新苗小学", "", "荷塘区", "", "基层", "中小学"},
		}
		plan, err := h.CheckImport(ctx, h.staff(t, "长沙市教育局", actor.RoleHead), workbook(t, rows...))
		ok(t, err)
		if got, want := told(plan), []string{"3 区划代码 unit.place_outside"}; !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		_, err = h.Import(ctx, h.staff(t, "长沙市教育局", actor.RoleHead), workbook(t, rows...), plan.Token)
		refused(t, err, "unit.import_problems")
		_, err = h.CheckImport(ctx, h.staff(t, "长沙示例职业技术学院", actor.RoleHead), workbook(t, rows...))
		refused(t, err, "unit.forbidden")
	})
}

func TestExportedUnitsComeInUnchanged(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		var file bytes.Buffer
		ok(t, h.Export(ctx, admin(actor.SystemAdmin), unit.Filter{}, &file))
		plan, err := h.CheckImport(ctx, admin(actor.SystemAdmin), &file)
		ok(t, err)
		if plan.Same != len(houseUnits) || plan.Create+plan.Change+len(plan.Problems) != 0 {
			t.Errorf("got %d same, %d new, %d changed, %q", plan.Same, plan.Create, plan.Change, told(plan))
		}
	})
}

func TestExportHoldsNothingOutOfSight(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		var file bytes.Buffer
		ok(t, h.Export(ctx, h.staff(t, "芙蓉区教育局"), unit.Filter{}, &file))
		table, err := sheet.Read(&file, []sheet.Column{{Key: "name", Titles: []string{"单位名称"}}}, sheet.DefaultLimits())
		ok(t, err)
		var got []string
		for _, r := range table.Rows {
			got = append(got, r.Get("name"))
		}
		if want := []string{"芙蓉区教育局", "芙蓉示例中学"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestRegionsOfAnotherProvinceComeIn(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		header := []string{"区划代码", "名称", "英文名称", "简称", "级别", "上级代码", "图块列", "图块行"}
		rows := [][]string{header,
			{"420102", "江岸区", "", "江岸", "县级", "420100", "", ""}, // before its parents: order does not matter
			{"420100", "武汉市", "Wuhan", "武汉", "地级", "420000", "2", "1"},
			{"420000", "湖北省", "Hubei", "湖北", "省级", "", "", ""},
		}
		plan, err := h.CheckRegionImport(ctx, admin(actor.SystemAdmin), workbook(t, rows...))
		ok(t, err)
		if plan.Create != 3 || len(plan.Problems) != 0 {
			t.Fatalf("got %+v %q", plan, told(plan))
		}
		_, err = h.ImportRegions(ctx, admin(actor.SystemAdmin), workbook(t, rows...), plan.Token)
		ok(t, err)
		r, err := h.Region(ctx, "420100")
		ok(t, err)
		if want := (unit.Region{Code: "420100", Name: "武汉市", NameEN: "Wuhan", Short: "武汉", Level: unit.LevelPrefecture, Parent: "420000", TileX: 2, TileY: 1}); r != want {
			t.Errorf("got %+v", r)
		}
		var file bytes.Buffer
		ok(t, h.ExportRegions(ctx, &file))
		plan, err = h.CheckRegionImport(ctx, admin(actor.SystemAdmin), &file)
		ok(t, err)
		if plan.Same != len(houseRegions)+3 || plan.Change+plan.Create != 0 {
			t.Errorf("the round trip changes: %+v %q", plan, told(plan))
		}
		bad := workbook(t, header,
			[]string{"420200", "黄石市", "", "", "地级", "430000", "", ""},
			[]string{"4203", "短码", "", "", "地级", "420000", "", ""},
			[]string{"420300", "十堰市", "", "", "县级", "420000", "9999", "1"},
			[]string{"510100", "成都市", "", "", "地级", "510000", "", ""},
		)
		plan, err = h.CheckRegionImport(ctx, admin(actor.SystemAdmin), bad)
		ok(t, err)
		want := []string{"2 上级代码 region.parent_outside", "3 区划代码 region.code_malformed",
			"4 级别 region.level_code", "4  region.tile", "5 上级代码 region.parent_unknown"}
		if got := told(plan); !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
		_, err = h.CheckRegionImport(ctx, h.staff(t, "湖南省教育厅", actor.RoleHead), workbook(t, rows...))
		refused(t, err, "unit.forbidden")
	})
}

// firstPasswords stands for package login.
type firstPasswords struct {
	prepare func() error // what else is done while a password is hashed
	fail    error        // of giving one
}

type firstPassword struct {
	text string
	fail error
}

func (p firstPasswords) PrepareInitial(_ context.Context, signIn string) (unit.FirstPassword, error) {
	if p.prepare != nil {
		if err := p.prepare(); err != nil {
			return nil, err
		}
	}
	return firstPassword{"initial of " + signIn, p.fail}, nil
}

func (p firstPassword) Text() string { return p.text }

func (p firstPassword) SetTx(context.Context, *sqldb.Tx, actor.Actor, string) error { return p.fail }

var peopleHeader = []string{"登录名", "姓名", "单位", "单位区划", "手机", "邮箱"}

func TestPeopleImportIsAllOrNothingAndGivesInitialPasswords(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		h.person(t, "zhang", "长沙示例职业技术学院", actor.RoleEditor)
		head := h.staff(t, "长沙示例职业技术学院", actor.RoleHead)
		rows := [][]string{peopleHeader,
			{"wang", "王示例", "长沙示例职业技术学院", "", "13800020000", "wang@example.cn"},
			{"Zhang", "张示例", "长沙示例职业技术学院", "长沙市", "13800030000", ""},
		}
		plan, err := h.CheckPeopleImport(ctx, head, workbook(t, rows...))
		ok(t, err)
		if plan.Create != 1 || plan.Change != 1 || !slices.Equal(plan.Steps[1].Fields, []string{"phone"}) {
			t.Fatalf("got %+v %q", plan, told(plan))
		}
		_, _, err = h.ImportPeople(ctx, head, workbook(t, rows...), plan.Token, firstPasswords{fail: errors.New("no")})
		if err == nil {
			t.Error("the failed password went unnoticed")
		}
		if page, err := h.FindPeople(ctx, sys, unit.PeopleFilter{}); err != nil || len(page.Items) != 1 {
			t.Errorf("%d people, %v: a failed import wrote", len(page.Items), err)
		}
		_, initials, err := h.ImportPeople(ctx, head, workbook(t, rows...), plan.Token, firstPasswords{})
		ok(t, err)
		if len(initials) != 1 || initials[0].SignIn != "wang" || initials[0].Password != "initial of wang" {
			t.Errorf("got %+v", initials)
		}
		_, _, err = h.ImportPeople(ctx, head, workbook(t, rows...), plan.Token, firstPasswords{})
		refused(t, err, "unit.import_changed")
	})
}

func TestPeopleImportLeavesTheWriterToOthersWhileItHashes(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		const mine = "长沙示例职业技术学院"
		head := h.staff(t, mine, actor.RoleHead)
		rows := [][]string{peopleHeader, {"wang", "王示例", mine, "", "", ""}, {"zhao", "赵示例", mine, "", "", ""}}
		plan, err := h.CheckPeopleImport(ctx, head, workbook(t, rows...))
		ok(t, err)
		// SQLite has one writer: inside of the import's transaction this would wait for itself.
		work := 0
		passwords := firstPasswords{prepare: func() error {
			bounded, stop := context.WithTimeout(ctx, 5*time.Second)
			defer stop()
			work++
			u, err := h.Get(bounded, sys, h.ids["湘音日报社"])
			if err != nil {
				return err
			}
			_, err = h.ChangeContact(bounded, sys, u.ID, u.Version, unit.Contact{Address: "示例路 " + strconv.Itoa(work) + " 号"})
			return err
		}}
		_, initials, err := h.ImportPeople(ctx, head, workbook(t, rows...), plan.Token, passwords)
		ok(t, err)
		if len(initials) != 2 || work != 2 {
			t.Errorf("%d passwords for %+v", work, initials)
		}
	})
}

func TestPeopleImportRefusesWhatChangedWhileItHashed(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		const mine = "长沙示例职业技术学院"
		head := h.staff(t, mine, actor.RoleHead)
		rows := [][]string{peopleHeader, {"wang", "王示例", mine, "", "", ""}}
		plan, err := h.CheckPeopleImport(ctx, head, workbook(t, rows...))
		ok(t, err)
		passwords := firstPasswords{prepare: func() error {
			_, err := h.CreatePerson(ctx, sys, unit.PersonDraft{UnitID: h.ids[mine], SignIn: "wang", Name: "王另一"})
			return err
		}}
		_, initials, err := h.ImportPeople(ctx, head, workbook(t, rows...), plan.Token, passwords)
		refused(t, err, "unit.import_changed")
		if initials != nil {
			t.Errorf("passwords were given: %+v", initials)
		}
	})
}

func TestPeopleDryRunListsEveryRowsErrorAndTellsNothingOfOthers(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		h.person(t, "hidden", "株洲示例职业技术学院")
		head := h.staff(t, "长沙示例职业技术学院", actor.RoleHead)
		const mine = "长沙示例职业技术学院"
		plan, err := h.CheckPeopleImport(ctx, head, workbook(t, peopleHeader,
			[]string{"wang", "王示例", mine, "", "", ""},
			[]string{"wang", "王示例", mine, "", "", ""},
			[]string{"x", "王示例", mine, "", "123", "@"},
			[]string{"lisi", "李示例", "株洲示例职业技术学院", "", "", ""},
			[]string{"li.si", "李示例", "没有的单位", "", "", ""},
			[]string{"hidden", "李示例", mine, "", "", ""},
		))
		ok(t, err)
		want := []string{
			"3 登录名 unit.repeated", "4 登录名 person.sign_in_malformed", "4 手机或电话 person.phone_malformed", "4 电子邮箱 person.email_malformed",
			"5 单位名称 person.unit_unknown", "6 单位名称 person.unit_unknown", "7 登录名 person.sign_in_taken",
		}
		if got := told(plan); !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
	})
}

func TestExportedPeopleComeInUnchangedAndTheExportIsRecorded(t *testing.T) {
	in(t, func(t *testing.T, h *house) {
		h.person(t, "zhang", "长沙示例职业技术学院")
		h.person(t, "hidden", "株洲示例职业技术学院")
		head := h.staff(t, "长沙示例职业技术学院", actor.RoleHead)
		var file bytes.Buffer
		ok(t, h.ExportPeople(ctx, head, unit.PeopleFilter{}, &file))
		if list := h.actions(t); list[len(list)-1] != "person.export" {
			t.Errorf("the log ends with %s", list[len(list)-1])
		}
		plan, err := h.CheckPeopleImport(ctx, head, &file)
		ok(t, err)
		if plan.Same != 1 || plan.Create+plan.Change+len(plan.Problems) != 0 {
			t.Errorf("got %+v %q", plan, told(plan))
		}
		refused(t, h.ExportPeople(ctx, admin(actor.SystemAdmin), unit.PeopleFilter{}, io.Discard), "person.forbidden")
	})
}
