package seal_test

import (
	"path/filepath"
	"testing"

	"openweek/internal/id"
	"openweek/internal/seal"
)

func TestATokenGivesItsIDForItsPurposeOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	ring, err := seal.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	own := id.New()
	token := ring.Token("a", own)
	if err := ring.Rotate(path); err != nil {
		t.Fatal(err)
	}
	if got, ok := ring.TokenID("a", token); !ok || got != own || len(token) != 70 {
		t.Errorf("after a rotation: %q, %v", got, ok)
	}
	changed := []byte(token)
	for i := range changed {
		was := changed[i]
		if changed[i] = 'A'; was == 'A' {
			changed[i] = 'B'
		}
		if got, ok := ring.TokenID("a", string(changed)); ok {
			t.Errorf("changed at %d: %q", i, got)
		}
		changed[i] = was
	}
	for name, forged := range map[string]string{"none": "", "cut": token[:60], "longer": token + "A", "no base64": "x y"} {
		if _, ok := ring.TokenID("a", forged); ok {
			t.Errorf("%s is taken", name)
		}
	}
	if _, ok := ring.TokenID("b", token); ok {
		t.Error("another purpose's is taken")
	}
}
