package form_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"openweek/internal/errs"
	"openweek/internal/form"
)

// parse reads a definition that the test needs to be sound.
func parse(t testing.TB, document string) form.Definition {
	t.Helper()
	d, err := form.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// of makes a definition of one section from its fields and, after a line "checks", its checks.
func of(fields string) string {
	fields, checks, _ := strings.Cut(fields, "checks")
	return `{"code": "test", "version": 1, "title": {"zh": "测试"}, "sections": [{"title": {"zh": "一"}, "fields": [` + fields + `]}], "checks": [` + checks + `]}`
}

// problemsOf gives the problems of an error as "field key".
func problemsOf(err error) (out []string) {
	if err == nil {
		return nil
	}
	e := errs.As(err)
	if len(e.Problems) == 0 {
		return []string{e.Field + " " + e.Key}
	}
	for _, p := range e.Problems {
		out = append(out, p.Field+" "+p.Key)
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func equalJSON(t *testing.T, what string, got any, want string) {
	t.Helper()
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != want {
		t.Errorf("%s: got %s, want %s", what, b, want)
	}
}

// shipped reads the definitions that the product brings along.
func shipped(t testing.TB) map[string]form.Definition {
	t.Helper()
	names, err := filepath.Glob("shipped/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no shipped forms", err)
	}
	list := map[string]form.Definition{}
	for _, name := range names {
		d := parse(t, read(t, name))
		list[d.Code] = d
	}
	return list
}

func read(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
