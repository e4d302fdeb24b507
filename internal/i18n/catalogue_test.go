package i18n

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// message is one key of a catalogue: its texts by plural form ("other" where there is only one).
type message map[string]string

// readCatalogues gives all keys of a language and the file of each.
func readCatalogues(t *testing.T, l Locale) (messages map[string]message, files map[string]string) {
	t.Helper()
	messages, files = map[string]message{}, map[string]string{}
	names, err := filepath.Glob("locales/*." + string(l) + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		var raw map[string]any
		if _, err := toml.DecodeFile(name, &raw); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for key, value := range raw {
			if other, twice := files[key]; twice {
				t.Errorf("%s: %s stands in %s too", name, key, other)
			}
			files[key] = name
			switch v := value.(type) {
			case string:
				messages[key] = message{"other": v}
			case map[string]any:
				m := message{}
				for form, text := range v {
					m[form] = fmt.Sprint(text)
				}
				messages[key] = m
			default:
				t.Errorf("%s: %s is neither a text nor plural forms", name, key)
			}
		}
	}
	return messages, files
}

var (
	keyForm  = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	argument = regexp.MustCompile(`\{\{\s*\.([A-Za-z0-9_]+)\s*\}\}`)
)

// arguments gives the names used by any form of the message.
func (m message) arguments() []string {
	var out []string
	for _, text := range m {
		for _, found := range argument.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(out, found[1]) {
				out = append(out, found[1])
			}
		}
	}
	sort.Strings(out)
	return out
}

func TestCataloguesHaveTheSameKeysWithTheSameArguments(t *testing.T) {
	t.Parallel()
	chinese, files := readCatalogues(t, Chinese)
	english, englishFiles := readCatalogues(t, English)
	for key, m := range chinese {
		other, ok := english[key]
		if !ok {
			t.Errorf("%s: %s has no English", files[key], key)
			continue
		}
		if got, want := other.arguments(), m.arguments(); !slices.Equal(got, want) {
			t.Errorf("%s: %s has arguments %v in English and %v in Chinese", files[key], key, got, want)
		}
	}
	for key := range english {
		if _, ok := chinese[key]; !ok {
			t.Errorf("%s: %s has no Chinese", englishFiles[key], key)
		}
	}
}

func TestKeysStandInTheFileOfTheirArea(t *testing.T) {
	t.Parallel()
	for _, l := range Locales {
		_, files := readCatalogues(t, l)
		for key, file := range files {
			area, _, _ := strings.Cut(key, ".")
			if !keyForm.MatchString(key) || filepath.Base(file) != area+"."+string(l)+".toml" {
				t.Errorf("%s: %s is malformed or belongs into another file", file, key)
			}
		}
	}
}

// Chinese needs no plural forms; English has both or none, and a plural needs its count.
func TestPluralFormsAreComplete(t *testing.T) {
	t.Parallel()
	english, files := readCatalogues(t, English)
	for key, m := range english {
		if len(m) > 1 && (m["one"] == "" || m["other"] == "" || len(m) != 2) {
			t.Errorf("%s: %s needs the forms one and other", files[key], key)
		}
	}
	for _, l := range Locales {
		messages, files := readCatalogues(t, l)
		for key, m := range messages {
			for form, text := range m {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s (%s) is empty", files[key], key, form)
				}
			}
		}
	}
}

// use is where a key is used.
type use struct{ key, where string }

var (
	literal = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)"`)
	// asked are the calls whose first literal is a key for certain.
	asked  = regexp.MustCompile(`(?:\bT\(|\bi18n\.T\([\w.()]+,\s*|errs\.(?:Invalid|Unauthenticated|Forbidden|NotFound|Conflict|Busy)\(|\bTell\([\w.]+,\s*[\w.]+,\s*)"([a-z][a-z0-9_.]*)"|\bKey:\s*"([a-z][a-z0-9_]*\.[a-z0-9_.]+)"`)
	prefix = regexp.MustCompile(`//i18n:prefix\s+(\S+)`)
)

// readSources gives every literal that looks like a key, those that are keys for certain, and the
// prefixes of keys that code composes (declared by a comment "//i18n:prefix state.").
func readSources(t *testing.T) (literals map[string]bool, keys []use, prefixes []string) {
	t.Helper()
	literals = map[string]bool{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() {
			if slices.Contains([]string{".git", "node_modules", "tmp", "bin", "docs", "dist", "testdata"}, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ") {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(raw), "\n") {
			for _, found := range prefix.FindAllStringSubmatch(line, -1) {
				prefixes = append(prefixes, found[1])
			}
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, found := range literal.FindAllStringSubmatch(line, -1) {
				literals[found[1]] = true
			}
			for _, found := range asked.FindAllStringSubmatch(line, -1) {
				keys = append(keys, use{found[1] + found[2], fmt.Sprintf("%s:%d", rel, i+1)})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return literals, keys, prefixes
}

func TestEveryKeyInTheCodeExists(t *testing.T) {
	t.Parallel()
	chinese, _ := readCatalogues(t, Chinese)
	_, keys, prefixes := readSources(t)
	for _, u := range keys {
		if _, ok := chinese[u.key]; !ok && !slices.Contains(prefixes, u.key) {
			t.Errorf("%s: %s is in no catalogue", u.where, u.key)
		}
	}
	for _, p := range prefixes {
		if !slices.ContainsFunc(sortedKeys(chinese), func(key string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("no key begins with the declared prefix %s", p)
		}
	}
}

func TestNoKeyIsLeftOver(t *testing.T) {
	t.Parallel()
	chinese, files := readCatalogues(t, Chinese)
	literals, _, prefixes := readSources(t)
	for _, key := range sortedKeys(chinese) {
		if !literals[key] && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("%s: nothing uses %s", files[key], key)
		}
	}
}

func sortedKeys(messages map[string]message) []string {
	var out []string
	for key := range messages {
		out = append(out, key)
	}
	sort.Strings(out)
	return out
}
