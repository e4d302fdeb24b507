package activity

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func members64(b bitset) (list []int) {
	for i := b.next(0); i >= 0; i = b.next(i + 1) {
		list = append(list, i)
	}
	return list
}

func TestSetsAgreeWithLists(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 1))
	for range 300 {
		size := 1 + r.IntN(300)
		a, b := newBitset(size), newBitset(size)
		var both, either, inA []int
		for i := range size {
			inOne, inOther := r.IntN(2) == 0, r.IntN(3) == 0
			if inOne {
				a.add(int32(i))
				inA = append(inA, i)
			}
			if inOther {
				b.add(int32(i))
			}
			if inOne && inOther {
				both = append(both, i)
			}
			if inOne || inOther {
				either = append(either, i)
			}
		}
		from := r.IntN(size + 1)
		to := from + r.IntN(size+1-from)
		var between []int
		for _, i := range inA {
			if from <= i && i < to {
				between = append(between, i)
			}
		}
		if n := a.countBetween(from, to); n != len(between) {
			t.Fatalf("%d between %d and %d of %d, want %d", n, from, to, size, len(between))
		}
		kept := slices.Clone(a)
		kept.keep(from, to)
		if got := members64(kept); !slices.Equal(got, between) {
			t.Fatalf("kept %v from %d to %d, want %v", got, from, to, between)
		}
		if n := a.countWith(b); n != len(both) {
			t.Fatalf("%d in both, want %d", n, len(both))
		}
		union := slices.Clone(a)
		union.or(b)
		if got := members64(union); !slices.Equal(got, either) || union.count() != len(either) {
			t.Fatalf("either %v, want %v", got, either)
		}
		a.and(b)
		if got := members64(a); !slices.Equal(got, both) {
			t.Fatalf("both %v, want %v", got, both)
		}
		if n := fill(size).count(); n != size {
			t.Fatalf("%d of %d", n, size)
		}
	}
}
