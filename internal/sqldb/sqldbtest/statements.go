package sqldbtest

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/sqldb"
)

// Statement is a SQL text that stands in the repository's Go code.
type Statement struct {
	Name   string       // the constant's, or "" within a function
	Where  string       // file:line
	Text   string       // as the database gets it
	Engine sqldb.Engine // "" where it is for both; else the constant's name ends in SQLite or Postgres
}

// Statements finds every constant text that begins like a statement in the files sql*.go below
// root, tests excepted. A text put together of constants of its package counts as one; one that
// needs anything else to be complete is an error: it could not be prepared.
func Statements(root string) (found []Statement, err error) {
	byFolder := map[string][]string{}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return fs.SkipDir
		}
		if !entry.IsDir() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			byFolder[filepath.Dir(path)] = append(byFolder[filepath.Dir(path)], path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, files := range byFolder {
		if !slices.ContainsFunc(files, isSQL) {
			continue
		}
		in, err := statementsOf(files)
		if err != nil {
			return nil, err
		}
		found = append(found, in...)
	}
	slices.SortFunc(found, func(a, b Statement) int { return cmp.Compare(a.Where, b.Where) })
	return found, nil
}

func isSQL(path string) bool { return strings.HasPrefix(filepath.Base(path), "sql") }

// folder is one package's constants, by name.
type folder struct {
	set       *token.FileSet
	constants map[string]ast.Expr
}

func statementsOf(files []string) ([]Statement, error) {
	f := folder{set: token.NewFileSet(), constants: map[string]ast.Expr{}}
	parsed := map[string]*ast.File{}
	for _, path := range files {
		file, err := parser.ParseFile(f.set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		parsed[path] = file
		for _, decl := range file.Decls {
			if group, ok := decl.(*ast.GenDecl); ok && group.Tok == token.CONST {
				for _, spec := range group.Specs {
					value := spec.(*ast.ValueSpec)
					for i, name := range value.Names {
						if i < len(value.Values) {
							f.constants[name.Name] = value.Values[i]
						}
					}
				}
			}
		}
	}
	var found []Statement
	var problems []error
	for path, file := range parsed {
		if !isSQL(path) {
			continue
		}
		var visit func(node ast.Node) bool
		visit = func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.ValueSpec:
				for i, value := range n.Values {
					if f.text(value) {
						f.take(&found, &problems, n.Names[i].Name, value)
					} else {
						ast.Inspect(value, visit)
					}
				}
				return false
			case *ast.BasicLit, *ast.BinaryExpr:
				if expr := node.(ast.Expr); f.text(expr) {
					f.take(&found, &problems, "", expr)
					return false
				}
			}
			return true
		}
		ast.Inspect(file, visit)
	}
	return found, errors.Join(problems...)
}

// text tells whether an expression is, or begins with, a text: a whole concatenation is looked at
// at once, and not again in its parts.
func (f folder) text(expr ast.Expr) bool {
	switch e := expr.(type) {
	case *ast.BasicLit:
		return e.Kind == token.STRING
	case *ast.BinaryExpr:
		return e.Op == token.ADD && f.text(e.X)
	case *ast.Ident:
		value, ok := f.constants[e.Name]
		return ok && f.text(value)
	}
	return false
}

func (f folder) take(found *[]Statement, problems *[]error, name string, expr ast.Expr) {
	text, complete := f.value(expr)
	if !beginsLikeStatement(text) {
		return
	}
	at := f.set.Position(expr.Pos())
	where := fmt.Sprintf("%s:%d", at.Filename, at.Line)
	if !complete {
		*problems = append(*problems, fmt.Errorf("%s: the statement is not constant; take a marker and sqldb.Where", where))
		return
	}
	s := Statement{Name: name, Where: where, Text: text}
	switch {
	case strings.HasSuffix(name, "SQLite"):
		s.Engine = sqldb.SQLite
	case strings.HasSuffix(name, "Postgres"):
		s.Engine = sqldb.Postgres
	}
	*found = append(*found, s)
}

// value gives the text as far as it is constant.
func (f folder) value(expr ast.Expr) (text string, complete bool) {
	switch e := expr.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return f.value(e.X)
	case *ast.Ident:
		if value, ok := f.constants[e.Name]; ok {
			return f.value(value)
		}
	case *ast.BinaryExpr:
		left, leftComplete := f.value(e.X)
		right, rightComplete := f.value(e.Y)
		return left + right, leftComplete && rightComplete && e.Op == token.ADD
	}
	return "", false
}

func beginsLikeStatement(text string) bool {
	fields := strings.Fields(text)
	return len(fields) > 1 && slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}, fields[0])
}

// Root finds the repository's root above the test's folder.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the test's folder")
		}
		dir = parent
	}
}
