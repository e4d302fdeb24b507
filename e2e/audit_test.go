package e2e

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"openweek/internal/sheet"
	"openweek/internal/testkit"
)

// The head of a unit changes and reveals the people of the own unit; the auditor finds who looked, verifies
// the chain and takes the log along.
func TestAuditShowsWhoLookedAtWhom(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		head := openAs(t, site, s, "college.head")
		head.Go("/desk/people?q=college.editor")
		head.Follow("college.editor")
		head.SeesNot("13800080000", "谢样本")
		head.Follow(head.say("修改", "Edit"))
		head.Fill(head.say("电话", "Telephone"), "12")
		head.Follow(head.say("保存", "Save"))
		head.Sees(head.say("电话格式不正确", "a mobile number of 11 digits"))
		head.check()
		head.Fill(head.say("电话", "Telephone"), "13900090000")
		head.Follow(head.say("保存", "Save"))
		head.Sees(head.say("人员信息已修改。", "The person is changed."), "139****0000")

		head.Click(head.say("查看完整信息", "Show in full"))
		head.Sees(head.say("此次查看会记入审计日志。", "the audit log"))
		head.Shot(fmt.Sprintf("reveal-dialog-%d", s.width))
		head.check()
		eval[any](head, `(() => { document.querySelector('dialog[open] form button[type=submit]').setAttribute('aria-label', 'do it'); return null; })()`)
		head.Follow("do it")
		head.Sees("谢样本", "13900090000")
		head.Shot(fmt.Sprintf("person-revealed-%d", s.width))
		head.check()

		auditor := openAs(t, site, s, "auditor")
		auditor.Go("/desk/audit")
		auditor.Unfold()
		auditor.Choose(auditor.say("操作", "Action"), auditor.say("查看完整信息", "looked at a person in full"))
		auditor.Fill(auditor.say("操作人", "By"), "college.head")
		auditor.Follow(auditor.say("筛选", "Filter"))
		rows := eval[[]string](auditor, `[...document.querySelectorAll('main table tbody tr')].map(r => r.cells[1].textContent.trim() + ' → ' + r.cells[3].querySelector('a').textContent.trim())`)
		if want := []string{"college.head → college.editor"}; !slices.Equal(rows, want) {
			t.Errorf("the log shows %q, want %q", rows, want)
		}
		auditor.SeesNot("13900090000", "谢样本") // ids and field names only
		auditor.Shot(fmt.Sprintf("audit-found-%d", s.width))
		auditor.check()

		auditor.takesTheLogAlong(1)
		auditor.Go("/desk/audit")
		auditor.Follow(auditor.say("立即核验", "Verify now"))
		auditor.Sees(auditor.say("核验通过", "Verified"))
		auditor.Shot(fmt.Sprintf("audit-verified-%d", s.width))
		auditor.check()
	})
}

// takesTheLogAlong exports what the list shows and reads the file.
func (tab *Tab) takesTheLogAlong(entries int) {
	tab.t.Helper()
	file := tab.Download(eval[string](tab, `document.querySelector('a[href^="/desk/audit/export"]').getAttribute('href')`))
	action, person := tab.say("操作代码", "Code of the action"), tab.say("操作人编号", "Id of the person")
	table, err := sheet.Read(bytes.NewReader(file), []sheet.Column{
		{Key: "action", Titles: []string{action}, Required: true}, {Key: "person", Titles: []string{person}, Required: true},
	}, sheet.DefaultLimits())
	if err != nil {
		tab.t.Fatal(err)
	}
	if len(table.Rows) != entries {
		tab.t.Errorf("the file has %d entries, want %d", len(table.Rows), entries)
	}
	for _, row := range table.Rows {
		if got := row.Get("action"); got != "person.reveal" {
			tab.t.Errorf("the file has an entry %q", got)
		}
	}
}

// Pages that are not for somebody say so, in both languages, with a request id and a way back.
func TestAuditAndOtherPagesAreClosedToOthers(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		tab := openAs(t, site, s, "college.editor")
		for _, path := range []string{"/desk/audit", "/desk/units/new", "/desk/regions", "/desk/people/import", "/desk/people/without-role"} {
			tab.Go(path)
			tab.Sees(tab.say("没有权限", "Not permitted"), tab.say("请求编号", "Request id"))
		}
		tab.check()
		if nav := eval[string](tab, `(document.querySelector('.desk-nav') || {textContent: ''}).textContent`); nav != "" {
			for _, word := range []string{tab.say("审计", "Audit"), tab.say("区划", "Regions")} {
				if bytes.Contains([]byte(nav), []byte(word)) {
					t.Errorf("the navigation offers %q to an editor", word)
				}
			}
		}
		tab.Go("/desk/units/0190163d-8694-739b-aea5-966c26f8ad90")
		tab.Sees(tab.say("没有找到该单位", "was not found"))
		tab.check()
	})
}
