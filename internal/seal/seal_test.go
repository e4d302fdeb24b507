package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"openweek/internal/errs"
	"openweek/internal/seal"
)

func newRing(t testing.TB) *seal.Ring {
	t.Helper()
	data, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	r, err := seal.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOpenGivesBackWhatWasSealed(t *testing.T) {
	t.Parallel()
	r := newRing(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		plain := make([]byte, rnd.IntN(300))
		for i := range plain {
			plain[i] = byte(rnd.Uint32())
		}
		bind := fmt.Sprintf("person:%d:phone", n)
		sealed := r.Seal("person.phone", plain, bind)
		got, err := r.Open("person.phone", sealed, bind)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, plain) {
			t.Fatalf("opened %x, sealed %x", got, plain)
		}
		if len(sealed) != len(plain)+45 {
			t.Fatalf("%d bytes sealed into %d", len(plain), len(sealed))
		}
	}
}

func TestSealTwiceDiffers(t *testing.T) {
	t.Parallel()
	r := newRing(t)
	if bytes.Equal(r.Seal("p", []byte("13900000000"), "b"), r.Seal("p", []byte("13900000000"), "b")) {
		t.Fatal("the same value sealed twice is the same, so equal values show in the database")
	}
}

func TestOpenRefusesWhatWasAlteredOrMoved(t *testing.T) {
	t.Parallel()
	r, other := newRing(t), newRing(t)
	sealed := r.Seal("person.phone", []byte("13900000000"), "person:1:phone")
	for _, c := range []struct {
		name, purpose, bind string
		sealed              []byte
		ring                *seal.Ring
		want                error
	}{
		{"another row", "person.phone", "person:2:phone", sealed, r, seal.ErrForged},
		{"another purpose", "person.mail", "person:1:phone", sealed, r, seal.ErrForged},
		{"purpose and bind shifted", "person.phonep", "erson:1:phone", sealed, r, seal.ErrForged},
		{"another ring", "person.phone", "person:1:phone", sealed, other, seal.ErrUnknownKey},
		{"nothing", "person.phone", "person:1:phone", nil, r, seal.ErrForged},
		{"not sealed", "person.phone", "person:1:phone", []byte("13900000000"), r, seal.ErrForged},
		{"longer", "person.phone", "person:1:phone", append(bytes.Clone(sealed), 0), r, seal.ErrForged},
	} {
		_, err := c.ring.Open(c.purpose, c.sealed, c.bind)
		if !errors.Is(err, c.want) || errs.KindOf(err) != errs.KindInternal {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := r.Open("person.phone", bad, "person:1:phone"); err == nil {
				t.Fatalf("byte %d bit %d altered, and it opened", i, bit)
			}
		}
		if _, err := r.Open("person.phone", sealed[:i], "person:1:phone"); err == nil {
			t.Fatalf("cut to %d bytes, and it opened", i)
		}
	}
}

func TestHashIsEqualOnlyForEqualValueAndPurpose(t *testing.T) {
	t.Parallel()
	r, other := newRing(t), newRing(t)
	base := r.Hash("person.phone", "13900000000")
	if len(base) != 32 || !bytes.Equal(base, r.Hash("person.phone", "13900000000")) {
		t.Fatal("a look-up hash is not deterministic")
	}
	for name, h := range map[string][]byte{
		"value":   r.Hash("person.phone", "13800000000"),
		"purpose": r.Hash("person.mail", "13900000000"),
		"ring":    other.Hash("person.phone", "13900000000"),
	} {
		if bytes.Equal(base, h) {
			t.Errorf("another %s has the same hash", name)
		}
	}
}

func TestVerifyMACAcceptsOnlyTheSameListOfParts(t *testing.T) {
	t.Parallel()
	r := newRing(t)
	id, mac := r.MAC("audit", []byte("ab"), []byte("c"))
	if !r.VerifyMAC("audit", id, mac, []byte("ab"), []byte("c")) {
		t.Fatal("refused its own mac")
	}
	flipped := bytes.Clone(mac)
	flipped[31] ^= 1
	for name, ok := range map[string]bool{
		"shifted parts": r.VerifyMAC("audit", id, mac, []byte("a"), []byte("bc")),
		"joined parts":  r.VerifyMAC("audit", id, mac, []byte("abc")),
		"empty part":    r.VerifyMAC("audit", id, mac, []byte("ab"), []byte("c"), nil),
		"purpose":       r.VerifyMAC("link", id, mac, []byte("ab"), []byte("c")),
		"flipped":       r.VerifyMAC("audit", id, flipped, []byte("ab"), []byte("c")),
		"cut":           r.VerifyMAC("audit", id, mac[:16], []byte("ab"), []byte("c")),
		"none":          r.VerifyMAC("audit", id, nil, []byte("ab"), []byte("c")),
		"unknown id":    r.VerifyMAC("audit", "00000000", mac, []byte("ab"), []byte("c")),
		"bad id":        r.VerifyMAC("audit", "zz", mac, []byte("ab"), []byte("c")),
		"another ring":  newRing(t).VerifyMAC("audit", id, mac, []byte("ab"), []byte("c")),
	} {
		if ok {
			t.Errorf("accepted: %s", name)
		}
	}
}

func TestHashAndMACOfOnePurposeDiffer(t *testing.T) {
	t.Parallel()
	r := newRing(t)
	_, mac := r.MAC("p", []byte("v"))
	if bytes.Equal(mac, r.Hash("p", "v")) {
		t.Fatal("two uses share a key")
	}
}

func TestPrintingARingShowsNoKey(t *testing.T) {
	t.Parallel()
	r := newRing(t)
	want := "seal.Ring(" + r.Current() + ")"
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, r); got != want {
			t.Errorf("%s prints %s", format, got)
		}
	}
}

func BenchmarkSealAndOpen(b *testing.B) {
	r := newRing(b)
	for b.Loop() {
		sealed := r.Seal("person.phone", []byte("13900000000"), "person:1:phone")
		if _, err := r.Open("person.phone", sealed, "person:1:phone"); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleRing_Seal() {
	data, _ := seal.Generate()
	ring, _ := seal.Parse(data)
	sealed := ring.Seal("person.phone", []byte("13900000000"), "person:42:phone")
	plain, _ := ring.Open("person.phone", sealed, "person:42:phone")
	_, moved := ring.Open("person.phone", sealed, "person:43:phone")
	fmt.Println(string(plain), errors.Is(moved, seal.ErrForged))
	// Output: 13900000000 true
}
