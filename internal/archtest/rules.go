package archtest

import (
	"go/ast"
	"slices"
	"strings"
)

// Rule is one rule of the house.
type Rule struct {
	Name   string
	Reason string
	// Check gives one line for each place that breaks the rule.
	Check func(t *Tree) []string
	// Names are the packages that the rule speaks of; each must exist.
	Names []string
	// Bad are snippets, path → source, that break the rule; Caught is how many lines Check must give.
	Bad    map[string]string
	Caught int
}

// Rules are all rules.
func Rules() []Rule {
	return []Rule{
		importOrder, domainIsPure, facesApart, facesWithoutStore, drivers, rawStore, sqlText, engineText, tablesHaveOneWriter,
		tablesAreReadFromBelow, environment, wallClock, foreignTypes, fileLength,
	}
}

var importOrder = Rule{
	Name:   "import order",
	Reason: "the house is read from above to below; a cycle of ideas begins with one import upwards",
	Names:  order(),
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			here := rank(f.Pkg)
			if here < 0 {
				bad = append(bad, t.at(f.Syntax.Name, "package %s is not in the list of house.go", f.Pkg))
				return
			}
			for _, imported := range sorted(f.Imports) {
				pkg := own(imported)
				if pkg == "" || pkg == f.Pkg || within(pkg, f.Pkg) || within(f.Pkg, pkg) && rank(pkg) == here {
					continue
				}
				if testSupport(pkg) {
					bad = append(bad, t.at(f.Syntax.Name, "imports %s, which is for tests", pkg))
				} else if r := rank(pkg); r < 0 || r >= here {
					bad = append(bad, t.at(f.Syntax.Name, "%s imports %s, which does not stand above it", f.Pkg, pkg))
				}
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/service.go":  `package unit; import _ "openweek/internal/edition"`,
		"internal/errs/errs.go":     `package errs; import _ "openweek/internal/unit"`,
		"internal/edition/x.go":     `package edition; import _ "openweek/internal/testkit"`,
		"internal/edition/ok.go":    `package edition; import _ "openweek/internal/unit"`,
		"internal/helpers/thing.go": `package helpers`,
	},
	Caught: 4,
}

var domainIsPure = Rule{
	Name:   "the domain knows no face",
	Reason: "use cases serve pages, an API, commands and jobs alike; whoever returns HTTP codes, markup or sentences serves one of them",
	Names:  append([]string{"i18n"}, domain...),
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			if !within(f.Pkg, domain...) {
				return
			}
			for _, imported := range sorted(f.Imports) {
				if within(imported, "net/http", "html/template", "text/template", "github.com/a-h/templ", module+"/internal/i18n") {
					bad = append(bad, t.at(f.Syntax.Name, "imports %s", imported))
				}
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/a.go": `package unit; import _ "net/http"`,
		"internal/unit/b.go": `package unit; import _ "openweek/internal/i18n"`,
		"internal/unit/c.go": `package unit; import _ "github.com/a-h/templ"`,
		"internal/unit/d.go": `package unit; import _ "net/netip"`,
	},
	Caught: 3,
}

var facesApart = Rule{
	Name:   "faces apart",
	Reason: "pages of one audience must be able to change without another's; what they share is in web/ui and httpx",
	Names:  doors,
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			for _, door := range doors {
				if !within(f.Pkg, door) {
					continue
				}
				for _, imported := range sorted(f.Imports) {
					if pkg := own(imported); within(pkg, doors...) && !within(pkg, door) {
						bad = append(bad, t.at(f.Syntax.Name, "imports %s", pkg))
					}
				}
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/web/portal/a.go": `package portal; import _ "openweek/internal/web/desk"`,
		"internal/api/a.go":        `package api; import _ "openweek/internal/web/portal"`,
	},
	Caught: 2,
}

var facesWithoutStore = Rule{
	Name:   "faces without store",
	Reason: "a page that reads tables goes around rights, scopes and the audit log",
	Names:  append([]string{"sqldb"}, faces...),
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			if !within(f.Pkg, faces...) {
				return
			}
			for _, imported := range sorted(f.Imports) {
				if imported == "database/sql" || within(own(imported), "sqldb", "schema") {
					bad = append(bad, t.at(f.Syntax.Name, "imports %s", imported))
				}
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/web/desk/a.go": `package desk; import _ "openweek/internal/sqldb"`,
		"internal/httpx/a.go":    `package httpx; import _ "database/sql"`,
	},
	Caught: 2,
}

var environment = Rule{
	Name:   "environment only in config",
	Reason: "a setting that is read elsewhere is in no documentation, no check and no example file",
	Names:  []string{"config"},
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			if f.Pkg == "config" {
				return
			}
			for _, use := range append(f.uses("os", "Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv"), f.uses("syscall", "Getenv", "Environ")...) {
				bad = append(bad, t.at(use, "the environment is read"))
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/a.go":      `package unit; import "os"; var _ = os.Getenv("HOME")`,
		"internal/unit/b.go":      `package unit; import system "os"; var _, _ = system.LookupEnv("HOME")`,
		"internal/config/a.go":    `package config; import "os"; var _ = os.Getenv("HOME")`,
		"internal/unit/a_test.go": `package unit; import "os"; var _ = os.Getenv("HOME")`,
	},
	Caught: 2,
}

var wallClock = Rule{
	Name:   "wall clock only in clock",
	Reason: "lateness, expiry and the day of the week are tested by moving a clock",
	Names:  []string{"clock"},
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			if f.Pkg == "clock" {
				return
			}
			for _, use := range f.uses("time", "Now", "Since", "Until") {
				bad = append(bad, t.at(use, "the wall clock is read"))
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/a.go":  `package unit; import "time"; var _ = time.Now()`,
		"internal/unit/b.go":  `package unit; import "time"; var clock = time.Now`,
		"internal/clock/a.go": `package clock; import "time"; var _ = time.Now()`,
	},
	Caught: 2,
}

var fileLength = Rule{
	Name:   "file length",
	Reason: "a file past 450 lines holds two chapters; splitting it is a design question",
	Check: func(t *Tree) (bad []string) {
		for _, f := range t.Files {
			if !f.Generated && f.Lines > 450 {
				bad = append(bad, t.at(f.Syntax.Name, "%d lines", f.Lines))
			}
		}
		return bad
	},
	Bad: map[string]string{
		"internal/unit/long.go": "package unit\n" + strings.Repeat("\n", 450),
		"internal/unit/made.go": "// Code generated by hand. DO NOT EDIT.\n\npackage unit\n" + strings.Repeat("\n", 450),
	},
	Caught: 1,
}

var foreignTypes = Rule{
	Name:   "no third-party type in an exported domain signature",
	Reason: "a library is replaced in one package, not in all that call it",
	Names:  domain,
	Check: func(t *Tree) (bad []string) {
		t.code(func(f *File) {
			if !within(f.Pkg, domain...) {
				return
			}
			for _, part := range exportedParts(f.Syntax) {
				ast.Inspect(part, func(n ast.Node) bool {
					sel, ok := n.(*ast.SelectorExpr)
					if !ok {
						return true
					}
					if id, ok := sel.X.(*ast.Ident); ok && thirdParty(f.Imports[id.Name]) {
						bad = append(bad, t.at(sel, "%s.%s", id.Name, sel.Sel.Name))
					}
					return true
				})
			}
		})
		return bad
	},
	Bad: map[string]string{
		"internal/unit/a.go": `package unit; import "github.com/google/uuid"; func Get(id uuid.UUID) {}`,
		"internal/unit/b.go": `package unit; import "github.com/google/uuid"; type Unit struct { ID uuid.UUID; own uuid.UUID }`,
		"internal/unit/c.go": `package unit; import "github.com/google/uuid"; func get(id uuid.UUID) { var _ uuid.UUID }`,
		"internal/unit/d.go": `package unit; import "github.com/google/uuid"; type Service struct{}; func (s *Service) Get() (map[string]*uuid.UUID, error) { return nil, nil }`,
		"internal/unit/e.go": `package unit; import excel "github.com/xuri/excelize/v2"; type Writer interface { Write(f *excel.File) }`,
	},
	Caught: 4,
}

// exportedParts are the syntax trees of everything that another package can see, without bodies and
// unexported fields.
func exportedParts(file *ast.File) (parts []ast.Node) {
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() {
				parts = append(parts, d.Type)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() {
						parts = append(parts, exportedType(s.Type)...)
					}
				case *ast.ValueSpec:
					if s.Type != nil && slices.ContainsFunc(s.Names, (*ast.Ident).IsExported) {
						parts = append(parts, s.Type)
					}
				}
			}
		}
	}
	return parts
}

func exportedType(expr ast.Expr) (parts []ast.Node) {
	fields := (*ast.FieldList)(nil)
	switch e := expr.(type) {
	case *ast.StructType:
		fields = e.Fields
	case *ast.InterfaceType:
		fields = e.Methods
	default:
		return []ast.Node{expr}
	}
	for _, field := range fields.List {
		if len(field.Names) == 0 || slices.ContainsFunc(field.Names, (*ast.Ident).IsExported) {
			parts = append(parts, field.Type)
		}
	}
	return parts
}

func sorted(imports map[string]string) []string {
	var list []string
	for _, imported := range imports {
		list = append(list, imported)
	}
	slices.Sort(list)
	return list
}
