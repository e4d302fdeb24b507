package archtest

import (
	"os"
	"path/filepath"
	"testing"
)

const root = "../.."

func TestTheHouseKeepsItsRules(t *testing.T) {
	t.Parallel()
	tree, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Files) < 20 || len(tree.Tables) < 2 {
		t.Fatalf("only %d files and %d tables were found below the module's root", len(tree.Files), len(tree.Tables))
	}
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			for _, line := range rule.Check(tree) {
				t.Error(line)
			}
			if t.Failed() {
				t.Logf("because %s", rule.Reason)
			}
		})
	}
}

func TestEachRuleCatchesWhatItForbids(t *testing.T) {
	t.Parallel()
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			tree, err := NewTree(rule.Bad)
			if err != nil {
				t.Fatal(err)
			}
			if caught := rule.Check(tree); len(caught) != rule.Caught || rule.Caught == 0 {
				t.Errorf("caught %d of %d: %q", len(caught), rule.Caught, caught)
			}
			if rule.Reason == "" {
				t.Error("a rule without a reason is a habit")
			}
		})
	}
}

func TestEveryPackageThatARuleNamesExists(t *testing.T) {
	t.Parallel()
	exists := func(pkg string) bool {
		for _, folder := range []string{filepath.Join(root, "internal", pkg), filepath.Join(root, pkg)} {
			if info, err := os.Stat(folder); err == nil && info.IsDir() {
				return true
			}
		}
		return false
	}
	for _, rule := range Rules() {
		for _, name := range rule.Names {
			if !exists(name) {
				t.Errorf("%s: there is no package %s", rule.Name, name)
			}
		}
	}
	for _, name := range support {
		if !exists(name) {
			t.Errorf("test support: there is no package %s", name)
		}
	}
}
