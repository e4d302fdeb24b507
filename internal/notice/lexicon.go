package notice

import "strings"

// lexicon is a set of words that can be looked up at a place of the text, forwards
// from it or backwards to it. A bitmap of first and last runes turns most places away.
type lexicon struct {
	first, last runeSet
	byFirst     map[rune][][]rune // longest first
	byLast      map[rune][][]rune
}

type runeSet [1 << 10]uint64

func (b *runeSet) add(r rune) {
	if r < 1<<16 {
		b[r>>6] |= 1 << (r & 63)
	}
}
func (b *runeSet) has(r rune) bool { return r < 1<<16 && r >= 0 && b[r>>6]&(1<<(r&63)) != 0 }

// lex makes a lexicon of the words of list, parted by white space and written in folded form.
func lex(list string) *lexicon {
	l := &lexicon{byFirst: map[rune][][]rune{}, byLast: map[rune][][]rune{}}
	put := func(m map[rune][][]rune, key rune, w []rune) {
		list := append(m[key], w)
		for i := len(list) - 1; i > 0 && len(list[i]) > len(list[i-1]); i-- {
			list[i], list[i-1] = list[i-1], list[i]
		}
		m[key] = list
	}
	for _, word := range strings.Fields(list) {
		w := []rune(word)
		l.first.add(w[0])
		l.last.add(w[len(w)-1])
		put(l.byFirst, w[0], w)
		put(l.byLast, w[len(w)-1], w)
	}
	return l
}

// at gives the length of the longest word that begins at c[i] and ends by to, or 0.
func (l *lexicon) at(c []rune, i, to int) int {
	if i < 0 || i >= to || !l.first.has(c[i]) {
		return 0
	}
next:
	for _, w := range l.byFirst[c[i]] {
		if i+len(w) > to {
			continue
		}
		for k := 1; k < len(w); k++ {
			if c[i+k] != w[k] {
				continue next
			}
		}
		return len(w)
	}
	return 0
}

// before gives the length of the longest word that ends in front of c[i] and does not
// begin before from, or 0.
func (l *lexicon) before(c []rune, from, i int) int {
	if i <= from || i > len(c) || !l.last.has(c[i-1]) {
		return 0
	}
next:
	for _, w := range l.byLast[c[i-1]] {
		if i-len(w) < from {
			continue
		}
		for k := 0; k < len(w)-1; k++ {
			if c[i-len(w)+k] != w[k] {
				continue next
			}
		}
		return len(w)
	}
	return 0
}

// find gives the first place in [from, to) where a word begins, and its length; -1 if none.
func (l *lexicon) find(c []rune, from, to int) (at, n int) {
	for i := max(from, 0); i < to; i++ {
		if n := l.at(c, i, to); n > 0 {
			return i, n
		}
	}
	return -1, 0
}

func (l *lexicon) in(c []rune, from, to int) bool {
	i, _ := l.find(c, from, to)
	return i >= 0
}

// is tells whether the whole of [from, to) is a word.
func (l *lexicon) is(c []rune, from, to int) bool {
	return from < to && l.at(c, from, to) == to-from
}
