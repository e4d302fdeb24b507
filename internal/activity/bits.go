package activity

import "math/bits"

// bitset is a set of places of a board, by their index.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, (size+63)/64) }

func (b bitset) add(i int32) { b[i>>6] |= 1 << (i & 63) }

func (b bitset) remove(i int) { b[i>>6] &^= 1 << (i & 63) }

func (b bitset) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

// and leaves what is in both.
func (b bitset) and(other bitset) {
	for i := range b {
		b[i] &= other[i]
	}
}

// or adds what is in other.
func (b bitset) or(other bitset) {
	for i := range b {
		b[i] |= other[i]
	}
}

func (b bitset) count() (n int) {
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// countWith counts what is in both.
func (b bitset) countWith(other bitset) (n int) {
	for i, word := range b {
		n += bits.OnesCount64(word & other[i])
	}
	return n
}

// countBetween counts the places from one index up to another.
func (b bitset) countBetween(from, to int) (n int) {
	for i := from >> 6; i<<6 < to; i++ {
		word := b[i]
		if low := i << 6; low < from {
			word &^= 1<<(from-low) - 1
		}
		if low := i << 6; low+64 > to {
			word &= 1<<(to-low) - 1
		}
		n += bits.OnesCount64(word)
	}
	return n
}

// keep leaves the places from one index up to another.
func (b bitset) keep(from, to int) {
	for i := range b {
		low, high := i*64, i*64+64
		switch {
		case high <= from || low >= to:
			b[i] = 0
		default:
			if low < from {
				b[i] &^= 1<<(from-low) - 1
			}
			if high > to {
				b[i] &= 1<<(to-low) - 1
			}
		}
	}
}

// next gives the first place from an index on, -1 for none.
func (b bitset) next(i int) int {
	if i>>6 >= len(b) {
		return -1
	}
	word := b[i>>6] &^ (1<<(i&63) - 1)
	for at := i >> 6; ; {
		if word != 0 {
			return at<<6 + bits.TrailingZeros64(word)
		}
		if at++; at == len(b) {
			return -1
		}
		word = b[at]
	}
}

// fill makes a set of all places below a size.
func fill(size int) bitset {
	b := newBitset(size)
	for i := range b {
		b[i] = ^uint64(0)
	}
	b.keep(0, size)
	return b
}
