package e2e

import (
	"net/url"
	"testing"

	"openweek/internal/actor"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
	"openweek/internal/unit"
)

// registerPages are all pages of account, units, people, regions and audit, on the sample.
func registerPages(t *testing.T, site *testkit.Site) []deskPage {
	t.Helper()
	ctx, system := t.Context(), actor.TheSystem()
	find := func(name string) string {
		page, err := site.Units.Find(ctx, system, unit.Filter{Text: name})
		if err != nil || len(page.Items) == 0 {
			t.Fatalf("no unit %s: %v", name, err)
		}
		return "/desk/units/" + page.Items[0].ID
	}
	person := func(name string) string {
		id, err := site.Units.PersonOfSignIn(ctx, site.DB, name)
		if err != nil {
			t.Fatal(err)
		}
		return "/desk/people/" + id
	}
	college, bureau, editor := find("长沙民政职业技术学院"), find("长沙市教育局"), person("college.editor")
	return []deskPage{
		{"sign-in", "", "/desk/sign-in"},
		{"me", "college.head", "/desk/me"},
		{"me-platform", "secadmin", "/desk/me"},
		{"password", "college.head", "/desk/password"},
		{"sign-out-everywhere", "college.head", "/desk/me/sign-out"},
		{"home-head", "college.head", "/desk"},
		{"home-sysadmin", "sysadmin", "/desk"},
		{"home-secadmin", "secadmin", "/desk"},
		{"home-auditor", "auditor", "/desk"},

		{"units", "sheng.head", "/desk/units"},
		{"units-found", "sheng.head", "/desk/units?q=" + url.QueryEscape("学院") + "&region=430100"},
		{"units-none", "sheng.head", "/desk/units?q=nowhere"},
		{"units-own", "college.editor", "/desk/units"},
		{"unit", "sheng.head", bureau},
		{"unit-own", "college.head", college},
		{"unit-new", "sheng.head", "/desk/units/new"},
		{"unit-edit", "sheng.head", bureau + "/edit"},
		{"unit-close", "sheng.head", bureau + "/close"},
		{"unit-contact", "college.head", college + "/contact"},
		{"unit-people", "college.head", college + "/people"},
		{"unit-import", "sysadmin", "/desk/units/import"},

		{"regions", "sysadmin", "/desk/regions"},
		{"regions-import", "sysadmin", "/desk/regions/import"},

		{"people", "secadmin", "/desk/people"},
		{"people-none", "secadmin", "/desk/people?q=nobody"},
		{"people-roleless", "secadmin", "/desk/people/without-role"},
		{"people-export", "college.head", "/desk/people/export"},
		{"people-import", "college.head", "/desk/people/import"},
		{"person", "college.head", editor},
		{"person-secadmin", "secadmin", editor},
		{"person-new", "college.head", college + "/people/new"},
		{"person-edit", "college.head", editor + "/edit"},
		{"person-move", "sysadmin", editor + "/move?q=" + url.QueryEscape("教育局")},
		{"person-move-none", "sysadmin", editor + "/move?q=nowhere"},
		{"person-close", "college.head", editor + "/close"},
		{"person-reset", "college.head", editor + "/reset-password"},
		{"person-reveal", "college.head", editor + "/reveal"},
		{"person-roles", "secadmin", editor + "/roles"},
		{"person-sign-out", "secadmin", editor + "/sign-out"},

		{"audit", "auditor", "/desk/audit"},
		{"audit-none", "auditor", "/desk/audit?from=2030-01-01"},
		{"audit-bad", "auditor", "/desk/audit?from=2030-02-31"},
		{"forbidden", "college.editor", "/desk/audit"},
		{"missing", "college.editor", "/desk/units/nothing"},
	}
}

// Every page of the register and the account, with the sample's long names, on both screens and in both languages.
func TestRegisterPagesHoldOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	hold(t, site, "reg", registerPages(t, site))
}

// The Desk follows a machine that is set to dark.
func TestRegisterPagesHoldInTheDark(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	tab := openTab(t, site.URL, office, "zh-Hans")
	tab.Dark()
	for _, p := range registerPages(t, site) {
		if p.who != "college.head" && p.who != "" {
			continue
		}
		if p.who != "" {
			tab.as(site, p.who)
		}
		tab.Go(p.path)
		tab.Shot("dark-" + p.name + "-1440")
		tab.check()
	}
}
