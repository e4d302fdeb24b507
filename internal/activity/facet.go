package activity

import (
	"context"
	"sort"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/search"
)

// Facets count what would be found with each value of a filter, all other filters applied. An activity of
// several days counts once, and once for each of its days. Seats are not looked at: they change with
// every booking.
type Facets struct {
	Total    int            // with all filters
	Regions  map[string]int // by GB/T 2260 code; a region counts all inside of it
	Methods  map[string]int // by the id of the edition's item
	Topics   map[string]int // by the id of the edition's item
	Audience map[Audience]int
	Modes    map[Mode]int
	Days     map[clock.Day]int
	// Partial says that the text has more than some thousand matches: only the first ones are counted,
	// and every number is "at least".
	Partial bool
}

// maxCounted is how many matches of a text are counted.
const maxCounted = 10_000

// Facets counts beside each value of each filter: for the lists of values, the strip of days and the map
// of prefectures. The filter's order, cursor and limit are not looked at.
//
// Errors: those of FindPublic.
func (s *Service) Facets(ctx context.Context, editionID string, f Filter) (n Facets, err error) {
	defer errs.Wrap(&err, "activity.Facets(%s)", shorten(editionID))
	f.Order, f.Cursor = "", ""
	l, err := s.look(ctx, editionID, f)
	if err != nil {
		return Facets{}, err
	}
	n = Facets{Regions: map[string]int{}, Methods: map[string]int{}, Topics: map[string]int{}, Audience: map[Audience]int{}, Modes: map[Mode]int{}, Days: map[clock.Day]int{}}
	found, partial, err := l.found(ctx, 0, len(l.board.places))
	if err != nil || l.none {
		return n, err
	}
	n.Partial = partial
	restricted := func(set bitset) bitset {
		if found != nil {
			set.and(found)
		}
		return set
	}
	whole := restricted(l.onDays(l.passing(nil)))
	n.Total = whole.count()
	sets := l.board.sets
	counts := func(own *bitset, values map[string]bitset, put func(value string, n int)) {
		all := whole
		if *own != nil {
			all = restricted(l.onDays(l.passing(own)))
		}
		for value, set := range values {
			if n := all.countWith(set); n > 0 {
				put(value, n)
			}
		}
	}
	counts(&l.region, sets.region, func(v string, count int) { n.Regions[v] = count })
	counts(&l.method, sets.method, func(v string, count int) { n.Methods[v] = count })
	counts(&l.topic, sets.topic, func(v string, count int) { n.Topics[v] = count })
	counts(&l.audience, sets.audience, func(v string, count int) { n.Audience[Audience(v)] = count })
	counts(&l.mode, sets.mode, func(v string, count int) { n.Modes[Mode(v)] = count })
	l.days(restricted(l.passing(nil)), n.Days)
	return n, nil
}

// found gives the places of which the text is found between two indexes, at most maxCounted, nil where
// none is looked for. partial says that there are more.
func (l *look) found(ctx context.Context, begin, end int) (set bitset, partial bool, err error) {
	if l.query.Empty() || begin >= end {
		return nil, false, nil
	}
	in := search.Span{After: l.board.places[begin].key - 1, Before: l.board.places[end-1].key + 1}
	keys, err := search.Keys(ctx, l.s.deps.DB, l.query, in, maxCounted+1)
	if err != nil {
		return nil, false, err
	}
	set = newBitset(len(l.board.places))
	for _, key := range keys {
		if i, ours := l.board.find(key); ours {
			set.add(int32(i))
		}
	}
	return set, len(keys) > maxCounted, nil
}

// days counts the places of a set by their day: places stand in the order of days.
func (l *look) days(set bitset, n map[clock.Day]int) {
	places := l.board.places
	for begin := 0; begin < len(places); {
		day := places[begin].day
		end := begin + sort.Search(len(places)-begin, func(i int) bool { return places[begin+i].day > day })
		if count := set.countBetween(begin, end); count > 0 {
			n[dayOf(day)] += count
		}
		begin = end
	}
}

// around gives a region's code and those of the regions around it: 430102 → 430000, 430100, 430102.
func around(code string) (list []string) {
	if len(code) != 6 {
		return []string{code}
	}
	for _, outer := range []string{code[:2] + "0000", code[:4] + "00", code} {
		if len(list) == 0 || list[len(list)-1] != outer {
			list = append(list, outer)
		}
	}
	return list
}
