package search

import (
	"slices"
)

// Range is a part of a text in rune offsets, its end exclusive.
type Range struct{ Start, End int }

// Highlight gives the parts of a shown text that the query finds in it, in order and apart from each
// other. Of a document that was found by another text there may be none.
func (q Query) Highlight(text string) (ranges []Range) {
	list := pieces(text)
	for _, t := range q.terms {
		ranges = append(ranges, t.in(list)...)
		if t.way == Exact {
			continue
		}
		for _, p := range list {
			ranges = append(ranges, t.heard(p)...)
		}
	}
	slices.SortFunc(ranges, func(a, b Range) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	var merged []Range
	for _, r := range ranges {
		if n := len(merged); n > 0 && r.Start <= merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, r.End)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// in finds the term in pieces as needle is found in the normalised text.
func (t term) in(list []piece) (found []Range) {
	last := len(t.pieces) - 1
	for i := range list[:max(0, len(list)-last)] {
		if last == 0 {
			found = append(found, occurrences(list[i], t.pieces[0])...)
			continue
		}
		r, ok := Range{}, true
		for j, want := range t.pieces {
			have := list[i+j]
			from := 0
			switch {
			case have.run != want.run:
				ok = false
			case j == 0 && want.run:
				from = len(have.text) - len(want.text)
				ok = from >= 0 && slices.Equal(have.text[from:], want.text)
			case j == last && want.run:
				ok = len(have.text) >= len(want.text) && slices.Equal(have.text[:len(want.text)], want.text)
			default:
				ok = slices.Equal(have.text, want.text)
			}
			if !ok {
				break
			}
			one := have.part(from, from+len(want.text))
			if j == 0 {
				r.Start = one.Start
			}
			r.End = one.End
		}
		if ok {
			found = append(found, r)
		}
	}
	return found
}

func occurrences(have, want piece) (found []Range) {
	if have.run != want.run {
		return nil
	}
	if !have.run {
		if slices.Equal(have.text, want.text) {
			found = append(found, have.part(0, len(have.text)))
		}
		return found
	}
	for i := range len(have.text) - len(want.text) + 1 {
		if slices.Equal(have.text[i:i+len(want.text)], want.text) {
			found = append(found, have.part(i, i+len(want.text)))
		}
	}
	return found
}

// part gives where a part of the normalised text stands in the source.
func (p piece) part(from, to int) Range {
	if !p.run {
		return Range{p.start, p.end}
	}
	end := p.end
	if to < len(p.from) {
		end = max(p.from[to], p.from[to-1]+1)
	}
	return Range{p.from[from], end}
}

// heard finds the term in a piece by its sound.
func (t term) heard(p piece) (found []Range) {
	if !p.run {
		return nil
	}
	said := make([][]string, len(p.text))
	for i, r := range p.text {
		said[i] = soundsOf(r)
	}
	add := func(n int, matches func(at, i int) bool) {
		for at := range len(said) - n + 1 {
			ok := true
			for i := range n {
				if ok = matches(at+i, i); !ok {
					break
				}
			}
			if ok {
				found = append(found, p.part(at, at+n))
			}
		}
	}
	want := t.pieces[0]
	switch t.way {
	case Pinyin:
		for _, way := range spell(want.String()) {
			add(len(way), func(at, i int) bool { return slices.Contains(said[at], way[i]) })
		}
	case Initials:
		add(len(want.text), func(at, i int) bool {
			return slices.ContainsFunc(said[at], func(s string) bool { return s[0] == byte(want.text[i]) })
		})
	case Homophone:
		spoken := speech(want)[0]
		for at := range len(said) - len(spoken) + 1 {
			wrong := 0
			for i := range spoken {
				if p.text[at+i] != want.text[i] {
					wrong++
				}
				if !slices.ContainsFunc(said[at+i], func(s string) bool { return slices.Contains(spoken[i], s) }) {
					wrong = 2
				}
			}
			if wrong <= 1 {
				found = append(found, p.part(at, at+len(spoken)))
			}
		}
	}
	return found
}
