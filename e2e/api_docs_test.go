package e2e

import (
	"testing"

	"openweek/internal/sqldb"
)

// The library's page runs under our own content security policy, which forbids what it would load from
// elsewhere.
func TestProgrammerReadsTheInterfaceInABrowser(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	tab := openTab(t, site.URL, office, "zh-Hans")
	tab.Go("/api/docs")
	tab.Sees("数据接口", "/api/v1/activities", "/api/v1/editions/current")
	tab.Shot("portal-api-docs-1440")
	foreign := eval[int](tab, `performance.getEntriesByType("resource").filter((e) => !e.name.startsWith(location.origin) && !e.name.startsWith("data:")).length`)
	if foreign != 0 {
		t.Errorf("the page loads %d files from elsewhere", foreign)
	}
}
