package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"openweek/internal/errs"
	"openweek/internal/seal"
)

func TestCreateMakesAPrivateFileAndNeverOverwrites(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	r, err := seal.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	before, _ := os.ReadFile(path)
	if _, err := seal.Create(path); !errs.Is(err, "seal.key_exists") || errs.KindOf(err) != errs.KindConflict {
		t.Errorf("second Create: %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was overwritten")
	}
	again, err := seal.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Open("p", r.Seal("p", []byte("v"), "b"), "b"); err != nil || string(plain) != "v" {
		t.Errorf("the loaded ring opens %q, %v", plain, err)
	}
}

func TestCreateInAMissingFolderIsUnwritable(t *testing.T) {
	t.Parallel()
	if _, err := seal.Create(filepath.Join(t.TempDir(), "none", "keys")); !errs.Is(err, "seal.key_unwritable") {
		t.Fatal(err)
	}
}

func TestLoadRefusesAFileThatOthersMayRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	if _, err := seal.Create(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o610, 0o602, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Load(path); !errs.Is(err, "seal.key_readable") || errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Load(path); err != nil {
		t.Errorf("mode 0400: %v", err)
	}
}

func TestLoadRefusesWhatIsNotThereOrNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := seal.Load(filepath.Join(dir, "keys")); !errs.Is(err, "seal.key_missing") || errs.KindOf(err) != errs.KindNotFound {
		t.Error(err)
	}
	if _, err := seal.Load(dir); !errs.Is(err, "seal.key_unreadable") {
		t.Error(err)
	}
}

func TestParseRefusesADamagedFileAndNamesTheLine(t *testing.T) {
	t.Parallel()
	data, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	whole := string(data) // lines 1–3 comment, 4 format, 5 lookup, 6 key
	lines := strings.SplitAfter(whole, "\n")
	flip := func(s string) string { // one character of the key, as a slip of the hand
		i := len(s) - 10
		c := byte('A')
		if s[i] == 'A' {
			c = 'B'
		}
		return s[:i] + string(c) + s[i+1:]
	}
	for name, c := range map[string]struct {
		data string
		line int
	}{
		"empty":           {"", 0},
		"other format":    {"openweek-keys 2\n", 1},
		"no keys":         {strings.Join(lines[:4], ""), 4},
		"no current":      {strings.Join(lines[:5], ""), 5},
		"no lookup":       {strings.Join(lines[:4], "") + lines[5], 5},
		"key damaged":     {strings.Join(lines[:5], "") + flip(lines[5]), 6},
		"lookup damaged":  {strings.Join(lines[:4], "") + flip(lines[4]) + lines[5], 5},
		"key cut":         {whole[:len(whole)-9], 6},
		"key twice":       {whole + lines[5], 7},
		"lookup twice":    {whole + lines[4], 7},
		"unknown entry":   {whole + strings.Replace(lines[5], "key ", "kee ", 1), 7},
		"additional word": {strings.TrimSpace(whole) + " x\n", 6},
		"endless line":    {whole + strings.Repeat("x", 70000), 7},
		"too large":       {whole + strings.Repeat("#\n", 1<<20), 1},
		"zeros":           {string(make([]byte, 100)), 1},
	} {
		_, err := seal.Parse([]byte(c.data))
		if !errs.Is(err, "seal.key_malformed") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := errs.As(err).Args["line"]; got != c.line {
			t.Errorf("%s: line %v, want %d", name, got, c.line)
		}
		if secret := strings.Fields(lines[5])[2]; strings.Contains(err.Error(), secret[:8]) {
			t.Errorf("%s: the error quotes a key: %v", name, err)
		}
	}
}

func TestRotateKeepsOldValuesAndHashes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	r, err := seal.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	old, hash := r.Seal("p", []byte("v"), "b"), r.Hash("p", "v")
	id, mac := r.MAC("audit", []byte("x"))
	if r.Stale(old) {
		t.Error("stale before rotation")
	}
	if err := r.Rotate(path); err != nil {
		t.Fatal(err)
	}
	if r.Current() == id {
		t.Error("the current key did not change")
	}
	if !r.Stale(old) || r.Stale(r.Seal("p", []byte("v"), "b")) || !r.Stale(nil) {
		t.Error("Stale does not tell old from new")
	}
	loaded, err := seal.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Current() != r.Current() {
		t.Error("file and ring differ in the current key")
	}
	for _, ring := range []*seal.Ring{r, loaded} {
		if plain, err := ring.Open("p", old, "b"); err != nil || string(plain) != "v" {
			t.Errorf("old value: %q, %v", plain, err)
		}
		if !bytes.Equal(ring.Hash("p", "v"), hash) {
			t.Error("rotation changed a look-up hash")
		}
		if !ring.VerifyMAC("audit", id, mac, []byte("x")) {
			t.Error("rotation lost an old mac")
		}
	}
	if info, _ := os.Stat(path); info.Mode() != 0o600 {
		t.Errorf("mode after rotation %v", info.Mode())
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left beside the file: %v", entries)
	}
}

func TestARunningRingLearnsAKeyOfAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	server, err := seal.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	command, err := seal.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Rotate(path); err != nil {
		t.Fatal(err)
	}
	sealed := command.Seal("p", []byte("v"), "b")
	if plain, err := server.Open("p", sealed, "b"); err != nil || string(plain) != "v" {
		t.Fatalf("%q, %v", plain, err)
	}
	if server.Current() != command.Current() {
		t.Error("the server goes on with the old key")
	}
	id, mac := command.MAC("link", []byte("x"))
	if !server.VerifyMAC("link", id, mac, []byte("x")) {
		t.Error("the server refuses the new mac")
	}
}

func TestRotateRefusesAForeignFileAndASecondRotation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine, theirs := filepath.Join(dir, "mine"), filepath.Join(dir, "theirs")
	r, err := seal.Create(mine)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Create(theirs); err != nil {
		t.Fatal(err)
	}
	if err := r.Rotate(theirs); !errs.Is(err, "seal.key_other") {
		t.Errorf("foreign file: %v", err)
	}
	if err := r.Rotate(filepath.Join(dir, "none")); !errs.Is(err, "seal.key_missing") {
		t.Errorf("missing file: %v", err)
	}
	if err := os.WriteFile(mine+".new", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	current := r.Current()
	if err := r.Rotate(mine); !errs.Is(err, "seal.rotating") || r.Current() != current {
		t.Errorf("second rotation: %v", err)
	}
	if err := os.Remove(mine + ".new"); err != nil {
		t.Fatal(err)
	}
	if err := r.Rotate(mine); err != nil {
		t.Errorf("after a refused one: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestRotationsAtOnceLoseNoKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	if _, err := seal.Create(path); err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	var mu sync.Mutex
	var sealed [][]byte
	for range 8 {
		done.Go(func() {
			r, err := seal.Load(path)
			if err != nil {
				t.Error(err)
				return
			}
			if err := r.Rotate(path); err != nil {
				if !errs.Is(err, "seal.rotating") {
					t.Error(err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			sealed = append(sealed, r.Seal("p", []byte("v"), "b"))
		})
	}
	done.Wait()
	if len(sealed) == 0 {
		t.Fatal("no rotation succeeded")
	}
	r, err := seal.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sealed {
		if _, err := r.Open("p", s, "b"); err != nil {
			t.Error(err)
		}
	}
}

func TestReloadKeepsTheKeysWhenTheFileIsGone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	r, err := seal.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := r.Seal("p", []byte("v"), "b")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := r.Reload(); !errs.Is(err, "seal.key_missing") {
		t.Error(err)
	}
	if _, err := r.Open("p", sealed, "b"); err != nil {
		t.Error(err)
	}
	if _, err := newRing(t).Open("p", sealed, "b"); !errors.Is(err, seal.ErrUnknownKey) {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	data, err := seal.Generate()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("openweek-keys 1\nlookup a b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := seal.Parse(data)
		if err != nil {
			if !errs.Is(err, "seal.key_malformed") {
				t.Fatal(err)
			}
			return
		}
		if plain, err := r.Open("p", r.Seal("p", []byte("v"), "b"), "b"); err != nil || string(plain) != "v" {
			t.Fatal(err)
		}
	})
}
