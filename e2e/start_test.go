package e2e

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"openweek/internal/app"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// serverLog is what the server printed, for whoever looks for the token of the first run.
type serverLog struct {
	sync.Mutex
	bytes.Buffer
}

func (l *serverLog) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.Write(p)
}

var tokenInLog = regexp.MustCompile(` token=(\S+)`)

func (l *serverLog) token(t *testing.T) string {
	t.Helper()
	l.Lock()
	defer l.Unlock()
	found := tokenInLog.FindStringSubmatch(l.String())
	if found == nil {
		t.Fatalf("no token in the log:\n%s", l.String())
	}
	return found[1]
}

// secrets are the initial passwords that the page shows, by sign-in name.
func (tab *Tab) secrets() map[string]string {
	tab.t.Helper()
	return eval[map[string]string](tab, `Object.fromEntries([...document.querySelectorAll('.desk-secret')].map(e => [e.closest('tr').cells[0].textContent.trim(), e.textContent.trim()]))`)
}

// workbookFile writes rows under the heads of a template that the page offers.
func (tab *Tab) workbookFile(template, name string, heads []string, rows ...[]any) string {
	tab.t.Helper()
	columns := make([]sheet.Column, len(heads))
	for i, h := range heads {
		columns[i] = sheet.Column{Key: h, Titles: []string{h}, Required: true}
	}
	offered, err := sheet.Read(bytes.NewReader(tab.Download(template)), columns, sheet.DefaultLimits())
	if err != nil || len(offered.Unknown) > 0 {
		tab.t.Fatalf("the template %s has other heads than %v: %v, %v", template, heads, offered, err)
	}
	titles := make([]sheet.Head, len(heads))
	for i, h := range heads {
		titles[i].Title = h
	}
	var body bytes.Buffer
	if err := sheet.Write(&body, sheet.Book{Sheets: []sheet.Sheet{{Name: "1", Columns: titles, Rows: sheet.RowsOf(rows...)}}}); err != nil {
		tab.t.Fatal(err)
	}
	return keep(tab.t, name, body.Bytes())
}

func keep(t *testing.T, name string, body []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// upload sends a file to an import and stops at its check.
func (tab *Tab) upload(path, file string) {
	tab.t.Helper()
	tab.Go(path)
	tab.Upload(tab.say("Excel 文件", "Excel file"), file)
	tab.Follow(tab.say("上传并检查", "Upload and check"))
}

// problems are the rows of the table of what is wrong with a file.
func (tab *Tab) problems() []string {
	tab.t.Helper()
	return eval[[]string](tab, `[...document.querySelectorAll('main table')].slice(0, 1).flatMap(t => [...t.tBodies[0].rows]).map(r => [...r.cells].map(c => c.textContent.trim()).join(' '))`)
}

var (
	regionHeads = []string{"区划代码", "区划名称", "英文名称", "简称", "级别", "上级代码", "图块列", "图块行"}
	unitHeads   = []string{"单位代码", "单位名称", "英文名称", "简称", "区划代码", "条线", "层级", "单位类别", "地址", "办公电话"}
	peopleHeads = []string{"登录名", "姓名", "单位名称", "单位区划代码", "手机或电话", "电子邮箱"}
)

// An office starts the empty product: three administrators, the register from Excel, roles, the first editor.
func TestAccountFirstStartToTheFirstEditor(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		engine sqldb.Engine
		width  int64
		lang   string
	}{{sqldb.SQLite, office, "zh-Hans"}, {sqldb.Postgres, phone, "en"}} {
		t.Run(fmt.Sprintf("%s-%d-%s", run.engine, run.width, run.lang), func(t *testing.T) {
			t.Parallel()
			log := &serverLog{}
			site := emptySite(t, run.engine, nil, app.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
			open := func() *Tab { return openTab(t, site.URL, run.width, run.lang) }
			shot := func(tab *Tab, name string) { tab.Shot(fmt.Sprintf("start-%s-%d", name, run.width)) }

			tab := open()
			first := tab.found(log.token(t), shot)
			system, security := open(), open()
			system.begin("xitong", first["xitong"], "Yunlu-2026-gao")
			shot(system, "home-empty")
			system.check()
			initials := system.fillRegister(site, shot)

			security.begin("anquan", first["anquan"], "Yunlu-2026-shan")
			auditor := open()
			auditor.begin("shenji", first["shenji"], "Yunlu-2026-shui")
			auditor.Sees(auditor.say("已封存", "Sealed"))

			security.Sees(security.say("2 人尚无角色", "2 people have no role"))
			shot(security, "home-roleless")
			security.Follow(security.say("去设置", "Set roles"))
			security.check()
			security.Follow("shi.bianji")
			security.Follow(security.say("设置角色", "Set roles"))
			security.Tick(security.say("填报员", "Editor"))
			security.check()
			security.Follow(security.say("保存", "Save"))
			security.Sees(security.say("角色已更新。", "The roles are changed."))

			editor := open()
			editor.begin("shi.bianji", initials["shi.bianji"], "Yunlu-2026-hai")
			shot(editor, "home-editor")
			editor.check()
			editor.Go("/desk/me")
			editor.Sees(editor.say("长沙市教育局", "Changsha Education Bureau"), editor.say("填报员", "Editor"))
		})
	}
}

// found makes the three administrators and gives their initial passwords.
func (tab *Tab) found(token string, shot func(*Tab, string)) map[string]string {
	tab.t.Helper()
	tab.Go("/desk")
	tab.At("/desk/first-run")
	shot(tab, "first-run")
	tab.check()
	fill := func(token string) {
		tab.FillNamed("token", token)
		for i, one := range []struct{ role, signIn, name string }{{"system_admin", "xitong", "甲示例"}, {"security_admin", "anquan", "乙示例"}, {"auditor", "shenji", "丙示例"}} {
			tab.FillNamed(one.role+".sign_in", one.signIn)
			tab.FillNamed(one.role+".name", one.name)
			tab.FillNamed(one.role+".phone", fmt.Sprintf("1380%03d0000", i+1))
			tab.FillNamed(one.role+".email", one.signIn+"@example.cn")
		}
	}
	fill("not-the-token")
	tab.FillNamed("auditor.email", "shenji@example")
	tab.Follow(tab.say("完成初始化", "Finish set-up"))
	tab.Sees(tab.say("初始化口令不正确或已过期", "The set-up token is wrong or has expired"))
	shot(tab, "first-run-refused")
	tab.check()
	fill(token)
	tab.FillNamed("auditor.sign_in", "xitong")
	tab.Follow(tab.say("完成初始化", "Finish set-up"))
	tab.Sees(tab.say("登录名“xitong”已被使用", "“xitong” is taken"))
	fill(token)
	tab.Follow(tab.say("完成初始化", "Finish set-up"))
	tab.Sees(tab.say("初始化完成", "Set-up is finished"), tab.say("只在此页显示一次", "shown on this page only"))
	shot(tab, "first-run-done")
	tab.check()
	first := tab.secrets()
	if len(first) != 3 {
		tab.t.Fatalf("%d initial passwords are shown", len(first))
	}
	tab.Go("/desk/first-run") // never again
	tab.At("/desk/sign-in")
	tab.SeesNot(first["xitong"], first["anquan"], first["shenji"])
	return first
}

// fillRegister imports regions, units and people from Excel, each first with a file that is wrong, and
// gives the people's initial passwords.
func (tab *Tab) fillRegister(site *testkit.Site, shot func(*Tab, string)) map[string]string {
	tab.t.Helper()
	tab.Follow(tab.say("导入", "Import")) // the home page says what comes first
	tab.At("/desk/regions/import")
	shot(tab, "import")
	tab.check()
	tab.Upload(tab.say("Excel 文件", "Excel file"), keep(tab.t, "regions.xlsx", []byte("no workbook")))
	tab.Follow(tab.say("上传并检查", "Upload and check"))
	tab.Sees(tab.say("请上传 .xlsx 文件", "Upload an .xlsx file"))
	tab.check()

	const regions = "/desk/regions"
	tab.upload(regions+"/import", tab.workbookFile(regions+"/template", "坏区划.xlsx", regionHeads,
		[]any{"430000", "湖南省", "Hunan", "湖南", "省级", "", "", ""}, []any{"4301", "长沙市", "", "长沙", "地级", "430000", "", ""}, []any{"430200", "株洲市", "", "", "哪级", "430000", "", ""}))
	if got := tab.problems(); len(got) != 2 || !strings.HasPrefix(got[0], "3 区划代码 ") || !strings.HasPrefix(got[1], "4 级别 ") {
		tab.t.Errorf("the bad regions: %q", got)
	}
	shot(tab, "import-problems")
	tab.check()
	if list, err := site.Units.Regions(tab.t.Context()); err != nil || len(list) != 0 {
		tab.t.Errorf("a bad file has written %v, %v", list, err)
	}
	tab.upload(regions+"/import", tab.workbookFile(regions+"/template", "区划.xlsx", regionHeads,
		[]any{"430000", "湖南省", "Hunan", "湖南", "省级", "", "", ""}, []any{"430100", "长沙市", "Changsha", "长沙", "地级", "430000", "3", "1"}))
	shot(tab, "import-check")
	tab.check()
	tab.Follow(tab.say("确认导入 2 行", "Import 2 rows"))
	tab.Sees(tab.say("导入完成。", "The import is done."))
	shot(tab, "import-done")
	tab.check()

	const units = "/desk/units"
	tab.upload(units+"/import", tab.workbookFile(units+"/template", "坏单位.xlsx", unitHeads,
		[]any{"", "", "", "", "430100", "教育", "市州级", "部门", "", ""}, []any{"", "长沙市教育局", "", "", "999999", "教育", "市州级", "部门", "", ""}, []any{"", "某单位", "", "", "430100", "渔业", "市州级", "其他", "", "call"}))
	if got := tab.problems(); len(got) != 4 {
		tab.t.Errorf("the bad units: %q", got)
	}
	tab.Go(units)
	tab.Sees(tab.say("还没有单位", "no units"))
	shot(tab, "units-empty")
	tab.check()
	tab.upload(units+"/import", tab.workbookFile(units+"/template", "单位.xlsx", unitHeads,
		[]any{"", "湖南省教育厅", "Hunan Department of Education", "", "湖南省", "教育", "省级", "部门", "长沙市示例路 1 号", "0731-85210000"},
		[]any{"", "长沙市教育局", "Changsha Education Bureau", "", "430100", "教育", "市州级", "部门", "", ""},
		[]any{"4143000001", "长沙示例职业技术学院", "", "示例学院", "430100", "", "省级", "高职高专院校", "", ""}))
	tab.Follow(tab.say("确认导入 3 行", "Import 3 rows"))
	tab.Sees(tab.say("导入完成。", "The import is done."))

	const people = "/desk/people"
	tab.upload(people+"/import", tab.workbookFile(people+"/template", "坏人员.xlsx", peopleHeads,
		[]any{"shi.bianji", "刘示例", "长沙市教育厅", "", "", ""}, []any{"x", "王示例", "长沙市教育局", "", "123", "@"}))
	if got := tab.problems(); len(got) != 4 {
		tab.t.Errorf("the bad people: %q", got)
	}
	tab.upload(people+"/import", tab.workbookFile(people+"/template", "人员.xlsx", peopleHeads,
		[]any{"shi.bianji", "刘示例", "长沙市教育局", "", "13800040000", "bianji@example.cn"}, []any{"xueyuan", "谢示例", "长沙示例职业技术学院", "430100", "", ""}))
	tab.Follow(tab.say("确认导入 2 行", "Import 2 rows"))
	tab.Sees(tab.say("导入完成。", "The import is done."))
	shot(tab, "import-passwords")
	tab.check()
	initials := tab.secrets()
	if len(initials) != 2 {
		tab.t.Fatalf("initial passwords of %d people", len(initials))
	}
	return initials
}
