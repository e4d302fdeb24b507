package desk_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"openweek/internal/app"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

var newUnit = url.Values{
	"name": {"长沙新示例职业学院"}, "region": {"430100"}, "tier": {"province"}, "kind": {"higher_vocational"}, "line": {"none"},
	"code": {"4143009999"}, "phone": {"0731-85210000"},
}

func TestAUnitIsAddedChangedAndClosed(t *testing.T) {
	b := as(t, start(t), "sysadmin")
	made := b.post("/desk/units/new", newUnit).expect(t, http.StatusOK)
	if got := made.alerts(); !reflect.DeepEqual(got, []string{"单位已新增。"}) {
		t.Errorf("told %v", got)
	}
	if p := b.post("/desk/units/new", newUnit).expect(t, http.StatusUnprocessableEntity); p.problems()["name"] != "该地区已有名为“长沙新示例职业学院”的单位。" {
		t.Errorf("a second time: %v", p.problems())
	}
	edit := b.get(made.path+"/edit").expect(t, http.StatusOK)
	changed := url.Values{"version": edit.hidden()["version"], "short": {"新示例"}}
	for name, v := range newUnit {
		changed[name] = v
	}
	b.post(made.path+"/edit", changed).expect(t, http.StatusOK)
	if p := b.post(made.path+"/edit", changed).expect(t, http.StatusConflict); p.summary() != "该单位刚刚被他人修改，请刷新后重新编辑。" {
		t.Errorf("over somebody else's change: %q", p.summary())
	}
	ask := b.get(made.path+"/close").expect(t, http.StatusOK)
	if p := b.post(made.path+"/close", ask.hidden()).expect(t, http.StatusOK); p.path != made.path || !reflect.DeepEqual(p.alerts(), []string{"单位已停用。", "该单位已停用，仅供查询。"}) {
		t.Errorf("closed, and then %s says %v", p.path, p.alerts())
	}
	b.get(made.path+"/edit").expect(t, http.StatusConflict)
}

func TestAHeadAddsUnitsInTheirOwnRegionOnly(t *testing.T) {
	b := as(t, start(t), "changsha.head")
	form := url.Values{}
	for name, v := range newUnit {
		form[name] = v
	}
	form.Set("tier", "base")
	form.Set("kind", "school")
	form.Del("code")
	b.post("/desk/units/new", form).expect(t, http.StatusOK)
	form.Set("region", "430200")
	if p := b.post("/desk/units/new", form).expect(t, http.StatusForbidden); p.problems()["region"] != "该单位所在的地区、条线或层级不在您的管理范围内。" {
		t.Errorf("in another prefecture: %v %v", p.problems(), p.alerts())
	}
}

func TestTheListOfUnitsIsFilteredAndPaged(t *testing.T) {
	b := as(t, start(t), "sheng.head")
	first := b.get("/desk/units?region=430100")
	if p := b.get("/desk/units?region=430100&kind=higher_vocational"); len(p.rows()) < 10 || len(p.rows()) >= len(first.rows()) {
		t.Errorf("%d colleges of %d rows", len(p.rows()), len(first.rows()))
	}
	all := b.get("/desk/units")
	second := b.get(all.link(t, "下一页"))
	third := b.get(second.link(t, "下一页"))
	if second.rows()[1] == all.rows()[1] || third.rows()[1] == second.rows()[1] {
		t.Error("the pages show the same")
	}
	if back := b.get(third.link(t, "上一页")); !reflect.DeepEqual(back.rows(), second.rows()) {
		t.Errorf("back from the third page: %s", back.path)
	}
	if back := b.get(second.link(t, "上一页")); !reflect.DeepEqual(back.rows(), all.rows()) {
		t.Errorf("back from the second page: %s", back.path)
	}
	if p := b.get("/desk/units?q=nothing-is-called-so").expect(t, http.StatusOK); !strings.Contains(p.body, "没有符合条件的单位") {
		t.Error("an empty list says nothing")
	}
	b.get("/desk/units?after=forged").expect(t, http.StatusUnprocessableEntity)
}

var unitHeads = []string{"单位代码", "单位名称", "区划代码", "层级", "单位类别"}

func TestAnImportOfUnitsShowsEveryErrorBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		site := testkit.StartWith(t, testkit.Config(t, engine), app.Options{Demo: true})
		b := as(t, site, "sysadmin")
		bad := workbook(t, unitHeads,
			[]any{"", "导入示例学校一", "430100", "基层", "中小学"},
			[]any{"", "导入示例学校二", "999999", "基层", "中小学"},
			[]any{"", "", "430100", "基层", "中小学"},
			[]any{"", "导入示例学校三", "430100", "基层", "天文台"})
		p := b.upload("/desk/units/import", "单位.xlsx", bad).expect(t, http.StatusUnprocessableEntity)
		want := []string{
			"行 列 问题",
			"3 区划代码 没有区划“999999”。",
			"4 单位名称 “单位名称”为必填项，不能为空。",
			"5 单位类别 没有单位类别“天文台”。",
		}
		if got := p.rows(); len(got) < len(want) || !reflect.DeepEqual(got[:len(want)], want) {
			t.Errorf("got %q", got)
		}
		if p.hidden().Get("payload") != "" {
			t.Error("a file with problems can be imported")
		}
		if p := b.get("/desk/units?q=导入示例学校"); len(p.rows()) != 0 {
			t.Errorf("written: %q", p.rows())
		}

		good := workbook(t, unitHeads, []any{"", "导入示例学校一", "430100", "基层", "中小学"}, []any{"", "导入示例学校二", "长沙市", "基层", "中小学"})
		p = b.upload("/desk/units/import", "单位.xlsx", good).expect(t, http.StatusOK)
		if p := b.get("/desk/units?q=导入示例学校"); len(p.rows()) != 0 {
			t.Errorf("the dry run has written: %q", p.rows())
		}
		forged := p.hidden()
		forged.Set("token", strings.Repeat("0", 64))
		b.post("/desk/units/import", forged).expect(t, http.StatusConflict)
		if got := b.post("/desk/units/import", p.hidden()).expect(t, http.StatusOK).alerts(); !reflect.DeepEqual(got, []string{"导入完成。"}) {
			t.Errorf("told %v", got)
		}
		if p := b.get("/desk/units?q=导入示例学校"); len(p.rows()) != 3 {
			t.Errorf("imported: %q", p.rows())
		}
		again := b.post("/desk/units/import", p.hidden()).expect(t, http.StatusConflict)
		if again.summary() != "文件或系统数据在检查之后有变化，未导入任何内容。请重新检查后再导入。" {
			t.Errorf("the same again: %q", again.summary())
		}
	})
}

func TestFilesThatAreNoWorkbookAreRefusedBesideTheField(t *testing.T) {
	b := as(t, start(t), "sysadmin")
	for want, file := range map[string][]byte{
		"该文件不是 Excel 工作簿，请上传 .xlsx 文件。": []byte("name,code\n"),
		"请选择文件。": nil,
	} {
		send := func() page { return b.upload("/desk/units/import", "a.xlsx", file) }
		if file == nil {
			send = func() page { return b.post("/desk/units/import", nil) }
		}
		if got := send().expect(t, http.StatusUnprocessableEntity).problems()["file"]; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTemplatesAndExportsComeInAgain(t *testing.T) {
	b := as(t, start(t), "sysadmin")
	for _, path := range []string{"/desk/units", "/desk/regions"} {
		file := b.get(path+"/export").expect(t, http.StatusOK)
		p := b.upload(path+"/import", "x.xlsx", []byte(file.body)).expect(t, http.StatusOK)
		if got := p.alerts(); !reflect.DeepEqual(got, []string{"文件内容与系统一致，无需导入。"}) {
			t.Errorf("%s/export: %v", path, got)
		}
		file = b.get(path+"/template").expect(t, http.StatusOK) // understood, but nobody has filled it in
		p = b.upload(path+"/import", "x.xlsx", []byte(file.body)).expect(t, http.StatusUnprocessableEntity)
		if got := p.problems()["file"]; got != "文件中只有表头，没有数据。" {
			t.Errorf("%s/template: %q", path, got)
		}
	}
}
