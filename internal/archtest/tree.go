package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// module is the module's path; an import that begins with it is one of ours.
const module = "openweek"

// Tree is the parsed source of the module.
type Tree struct {
	Files  []*File
	Tables []string // of the migrations
	set    *token.FileSet
}

// File is one Go file.
type File struct {
	Path      string // from the module's root, such as "internal/unit/sql.go"
	Pkg       string // folder without "internal/", such as "unit", "web/ui", "cmd/openweek"
	Name      string // base name
	Test      bool   // a _test.go file
	Generated bool
	Lines     int
	Syntax    *ast.File
	Imports   map[string]string // local name → path
}

// Load parses every Go file below root, and the names of the tables in the migrations.
func Load(root string) (*Tree, error) {
	t := &Tree{set: token.NewFileSet()}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if entry.IsDir() {
			base := entry.Name()
			if rel != "." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" || rel == "bin" || rel == "data" || rel == "tmp") {
				return fs.SkipDir
			}
			return nil
		}
		switch path.Ext(rel) {
		case ".go":
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			return t.Add(rel, string(text))
		case ".sql":
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			t.AddSQL(string(text))
		}
		return nil
	})
	return t, err
}

// NewTree makes a tree of snippets, path → source, for the rules' own tests.
func NewTree(snippets map[string]string) (*Tree, error) {
	t := &Tree{set: token.NewFileSet()}
	for name, text := range snippets {
		if strings.HasSuffix(name, ".sql") {
			t.AddSQL(text)
			continue
		}
		if err := t.Add(name, text); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Add parses one file.
func (t *Tree) Add(name, text string) error {
	syntax, err := parser.ParseFile(t.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	f := &File{
		Path: name, Name: path.Base(name), Pkg: strings.TrimPrefix(path.Dir(name), "internal/"),
		Test: strings.HasSuffix(name, "_test.go"), Generated: ast.IsGenerated(syntax),
		Lines: strings.Count(text, "\n"), Syntax: syntax, Imports: map[string]string{},
	}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		local := path.Base(imported)
		if version.MatchString(local) {
			local = path.Base(path.Dir(imported))
		}
		local = strings.TrimPrefix(local, "go-")
		if spec.Name != nil {
			local = spec.Name.Name
		}
		if local == "_" || local == "." {
			local += imported
		}
		f.Imports[local] = imported
	}
	t.Files = append(t.Files, f)
	return nil
}

var (
	version     = regexp.MustCompile(`^v[0-9]+$`)
	createTable = regexp.MustCompile(`(?m)^CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?([a-z_]+)`)
)

// AddSQL takes the tables of a migration.
func (t *Tree) AddSQL(text string) {
	for _, m := range createTable.FindAllStringSubmatch(text, -1) {
		t.Tables = append(t.Tables, m[1])
	}
}

// at writes where a node stands and what is wrong there.
func (t *Tree) at(node ast.Node, format string, args ...any) string {
	p := t.set.Position(node.Pos())
	return fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, fmt.Sprintf(format, args...))
}

// own gives the package of one of our imports without "internal/", "" for a foreign one.
func own(imported string) string {
	rest, ok := strings.CutPrefix(imported, module+"/")
	if !ok {
		return ""
	}
	return strings.TrimPrefix(rest, "internal/")
}

// thirdParty tells whether an import is neither ours nor the standard library's.
func thirdParty(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

// code visits the files of the product: neither tests, nor generated, nor test support.
func (t *Tree) code(visit func(f *File)) {
	for _, f := range t.Files {
		if !f.Test && !f.Generated && !testSupport(f.Pkg) {
			visit(f)
		}
	}
}

// uses finds package-qualified names such as os.Getenv in a file.
func (f *File) uses(imported string, names ...string) []ast.Node {
	var found []ast.Node
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		id, ok := sel.X.(*ast.Ident)
		if !ok || f.Imports[id.Name] != imported {
			return true
		}
		for _, name := range names {
			if sel.Sel.Name == name {
				found = append(found, n)
			}
		}
		return true
	})
	return found
}

// methods finds calls of a method by name, whatever the receiver.
func (f *File) methods(names ...string) []*ast.CallExpr {
	var found []*ast.CallExpr
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			for _, name := range names {
				if sel.Sel.Name == name {
					found = append(found, call)
				}
			}
		}
		return true
	})
	return found
}

// literal is a string constant of a file; a concatenation is one literal.
type literal struct {
	node ast.Node
	text string
}

func (f *File) literals() []literal {
	var list []literal
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		if _, ok := n.(*ast.ImportSpec); ok {
			return false
		}
		expr, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if text, ok := constant(expr); ok {
			list = append(list, literal{n, text})
			return false
		}
		return true
	})
	return list
}

// constant joins literals; a name among them stands as a blank.
func constant(expr ast.Expr) (string, bool) {
	switch e := expr.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, okL := constant(e.X)
		right, okR := constant(e.Y)
		return left + " " + right, e.Op == token.ADD && (okL || okR)
	case *ast.ParenExpr:
		return constant(e.X)
	}
	return "", false
}
