package archtest

import (
	"slices"
	"strings"
)

// The list of DESIGN: a package imports only what stands above it. A package that is not in it
// fails the order rule, and so does a name here that no longer exists.
var (
	foundations = []string{
		"errs", "clock", "id", "config", "seal", "sqldb", "schema", "change", "jobs", "blob",
		"courier", "i18n", "extract", "sheet", "calendar", "search",
	}
	domain = []string{"actor", "audit", "workday", "unit", "login", "file", "message", "form", "review", "notice", "edition", "duty", "filing", "activity", "booking", "visit", "door", "measure", "export", "sample"}
	faces  = []string{"paper", "httpx", "web/assets", "web/ui", "web/order", "web/gallery", "web/portal", "web/ticket", "web/door", "web/host", "web/desk", "web", "api"}
	top    = []string{"app", "cmd/openweek"}
)

// doors are the faces that must not know each other.
var doors = []string{"web/portal", "web/ticket", "web/door", "web/host", "web/desk", "api"}

// support holds what only tests and measurements use; it may import anything.
var support = []string{"sqldb/sqldbtest", "edition/editiontest", "testkit", "archtest", "bench", "e2e", "scripts"}

func order() []string { return slices.Concat(foundations, domain, faces, top) }

func testSupport(pkg string) bool { return within(pkg, support...) }

// within tells whether pkg is one of the packages or stands in a folder of one of them.
func within(pkg string, packages ...string) bool {
	return slices.ContainsFunc(packages, func(p string) bool { return pkg == p || strings.HasPrefix(pkg, p+"/") })
}

// rank is the place in the list. A sub-package that is not listed itself belongs to its folder's.
func rank(pkg string) int {
	for ; pkg != "." && pkg != ""; pkg = parent(pkg) {
		if i := slices.Index(order(), pkg); i >= 0 {
			return i
		}
	}
	return -1
}

func parent(pkg string) string {
	i := strings.LastIndexByte(pkg, '/')
	if i < 0 {
		return ""
	}
	return pkg[:i]
}
