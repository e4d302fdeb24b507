package desk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// composed are the ends of actions that are put together of a state.
var composed = map[string][]string{
	"filing.":   {"accepted", "returned", "declined"},
	"message.":  {"queued", "sent", "perhaps", "failed", "withheld"},
	"activity.": {"accepted", "returned", "declined"},
}

// recorded finds every action that the code records: what stands for the field Action of an entry, the
// parameter action of who makes one, a variable of that name, or a value of a table named actions.
func recorded(t *testing.T) (list []string) {
	t.Helper()
	for _, p := range packages(t) {
		at := map[string]int{} // place of the parameter "action", by function
		for _, f := range p {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					n := 0
					for _, field := range fn.Type.Params.List {
						for _, name := range field.Names {
							if name.Name == "action" {
								at[fn.Name.Name] = n
							}
							n++
						}
					}
				}
			}
		}
		take := func(e ast.Expr) {
			switch e := e.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(e.Value); err == nil {
					list = append(list, text)
				}
			case *ast.BinaryExpr:
				head, ok := e.X.(*ast.BasicLit)
				if !ok {
					return
				}
				prefix, err := strconv.Unquote(head.Value)
				if err != nil || composed[prefix] == nil {
					t.Errorf("an action is put together in a way that this test does not know: %s", head.Value)
				}
				for _, end := range composed[prefix] {
					list = append(list, prefix+end)
				}
			}
		}
		for _, f := range p {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					entry, ok := n.Type.(*ast.SelectorExpr)
					if !ok || entry.Sel.Name != "Entry" {
						break
					}
					for _, e := range n.Elts {
						if kv, ok := e.(*ast.KeyValueExpr); ok && named(kv.Key, "Action") {
							take(kv.Value)
						}
					}
				case *ast.AssignStmt:
					for i, left := range n.Lhs {
						if named(left, "action") && i < len(n.Rhs) {
							take(n.Rhs[i])
						}
					}
				case *ast.ValueSpec:
					if table, ok := first(n.Values).(*ast.CompositeLit); ok && n.Names[0].Name == "actions" {
						for _, e := range table.Elts {
							if kv, ok := e.(*ast.KeyValueExpr); ok {
								take(kv.Value)
							}
						}
					}
				case *ast.CallExpr:
					name := ""
					switch fn := n.Fun.(type) {
					case *ast.SelectorExpr:
						name = fn.Sel.Name
					case *ast.Ident:
						name = fn.Name
					}
					if i, ok := at[name]; ok && i < len(n.Args) {
						take(n.Args[i])
					}
				}
				return true
			})
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func named(e ast.Expr, name string) bool {
	i, ok := e.(*ast.Ident)
	return ok && i.Name == name
}

func first(list []ast.Expr) ast.Expr {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// packages parses what may record: everything that is no face.
func packages(t *testing.T) map[string][]*ast.File {
	t.Helper()
	found := map[string][]*ast.File{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "web" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		found[filepath.Dir(path)] = append(found[filepath.Dir(path)], f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// An auditor reads words, not codes: every action that is recorded anywhere has one, in its area.
func TestEveryRecordedActionHasAWord(t *testing.T) {
	t.Parallel()
	all := recorded(t)
	if len(all) < 60 || !slices.Contains(all, "review.return") || !slices.Contains(all, "dispatch.sign_implicit") || !slices.Contains(all, "role.grant") {
		t.Fatalf("found only %d actions: %q", len(all), all)
	}
	for _, action := range all {
		area, _, _ := strings.Cut(action, ".")
		if !slices.Contains(actions, action) || !slices.Contains(areas, area) {
			t.Errorf("%s has no word in word.go", action)
		}
	}
	for _, l := range []i18n.Locale{i18n.Chinese, i18n.English} {
		v := ui.View{Locale: l}
		for _, action := range actions {
			if word := actionName(v, action); strings.HasPrefix(word, "⟦") {
				t.Errorf("%s: %s", l, word)
			}
		}
		for _, area := range areas {
			if word := areaName(v, area); strings.HasPrefix(word, "⟦") {
				t.Errorf("%s: %s", l, word)
			}
		}
		for _, subject := range subjects {
			if word := subjectName(v, subject); strings.HasPrefix(word, "⟦") {
				t.Errorf("%s: %s", l, word)
			}
		}
	}
}
