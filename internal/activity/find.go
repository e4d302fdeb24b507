package activity

import (
	"context"
	"slices"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/search"
)

// PublicPage is a part of a list.
type PublicPage struct {
	Items []PublicItem
	// Next continues the list as Filter.Cursor, "" at its end. A page may be shorter than the limit and
	// still be continued: where only few of many activities have seats left.
	Next string
	// How the text was understood: Items of another way than search.Exact are what the words sound like.
	// "" where nothing was searched for.
	How search.How
	// Capped says that a ranked list ends after MaxRanked though more would follow.
	Capped bool
}

// FindPublic lists what the public finds of an edition. It needs no right.
//
// Errors: activity.edition_not_found, also for a draft; those of ParseFilter.
func (s *Service) FindPublic(ctx context.Context, editionID string, f Filter) (page PublicPage, err error) {
	defer errs.Wrap(&err, "activity.FindPublic(%s, %s)", shorten(editionID), f.Query())
	l, err := s.look(ctx, editionID, f)
	if err != nil {
		return PublicPage{}, err
	}
	chosen, next, err := l.page(ctx)
	if err != nil {
		return PublicPage{}, err
	}
	page = PublicPage{Next: next, How: l.how(), Capped: l.capped}
	page.Items, err = s.items(ctx, l, chosen)
	return page, err
}

// EachPublic gives fn what a filter finds, page after page, at most most of them: for feeds, which must
// end. more tells whether there would be more. The filter's cursor and limit are not looked at.
//
// Errors: those of FindPublic and of fn.
func (s *Service) EachPublic(ctx context.Context, editionID string, f Filter, most int, fn func(PublicItem) error) (more bool, err error) {
	defer errs.Wrap(&err, "activity.EachPublic(%s)", shorten(editionID))
	f.Cursor, f.Limit = "", MaxLimit
	for left := most; ; {
		page, err := s.FindPublic(ctx, editionID, f)
		if err != nil {
			return false, err
		}
		for _, item := range page.Items {
			if left == 0 {
				return true, nil
			}
			left--
			if err := fn(item); err != nil {
				return false, err
			}
		}
		if page.Next == "" {
			return page.Capped, nil
		}
		f.Cursor = page.Next
	}
}

// candidate is a place that passes all filters of the board, with its rank in a ranked list.
type candidate struct {
	place
	rank int64
}

func (c candidate) cursor() string { return cursor{c.rank, c.key}.String() }

// scanLimit bounds how many candidates one page asks the seats of.
const scanLimit = 2000

// page gives the places of a page and the cursor of the next.
func (l *look) page(ctx context.Context) (chosen []candidate, next string, err error) {
	if l.none {
		return nil, "", nil
	}
	source, err := l.candidates(ctx)
	if err != nil {
		return nil, "", err
	}
	limit := l.f.limit()
	if !l.f.HasSeats {
		chosen, err := source(limit + 1)
		if err == nil && len(chosen) > limit {
			chosen = chosen[:limit]
			next = chosen[limit-1].cursor()
		}
		return chosen, next, err
	}
	for asked, size := 0, limit+limit/4+1; ; size = min(size*2, seatBatch) {
		some, err := source(size)
		if err != nil || len(some) == 0 {
			return chosen, "", err
		}
		asked += len(some)
		seats, err := l.seats(ctx, some)
		if err != nil {
			return nil, "", err
		}
		for _, c := range some {
			if !seats[l.board.acts[c.act].id].open() {
				continue
			}
			if len(chosen) == limit {
				return chosen, chosen[limit-1].cursor(), nil
			}
			chosen = append(chosen, c)
		}
		if asked >= scanLimit {
			return chosen, some[len(some)-1].cursor(), nil
		}
	}
}

// source gives the next candidates in the order of the list, at most n; none at the end.
type source func(n int) ([]candidate, error)

func (l *look) candidates(ctx context.Context) (source, error) {
	after, _ := l.f.cursor()
	if l.f.ranked() {
		return l.rank(ctx, after)
	}
	return l.byTime(ctx, after.key), nil
}

// byTime gives candidates in the order of keys above after.
func (l *look) byTime(ctx context.Context, after int64) source {
	set := l.chosen()
	begin := max(l.board.above(after), l.begin)
	if l.query.Empty() {
		return l.scan(set, begin)
	}
	return l.search(ctx, set, begin)
}

// firstKey is below all keys of a day and above those of earlier ones.
func firstKey(day clock.Day) int64 {
	return listKey(day.Start(), "")>>tailBits<<tailBits + 1
}

// scan goes through a set from an index on.
func (l *look) scan(set bitset, i int) source {
	return func(n int) (list []candidate, err error) {
		for i = set.next(i); i >= 0 && len(list) < n; i = set.next(i + 1) {
			list = append(list, candidate{l.board.places[i], -1})
		}
		if i < 0 {
			i = len(set) * 64
		}
		return list, nil
	}
}

// fewCandidates are looked at one by one where a text is searched for, after the index has given
// manyMatches: then the text is everywhere, and the other filters leave little.
const (
	fewCandidates = 400
	manyMatches   = 1500
)

// search goes through the matches of the text in a set from an index on.
func (l *look) search(ctx context.Context, set bitset, begin int) source {
	set.keep(begin, l.end)
	if begin >= l.end || set.next(begin) < 0 {
		return inTurn(nil)
	}
	in := search.Span{After: l.board.places[begin].key - 1, Before: l.board.places[l.end-1].key + 1}
	done, size, asked := false, 0, 0
	var few source
	return func(n int) (list []candidate, err error) {
		for few == nil && len(list) < n && !done {
			if asked >= manyMatches && l.query.How() == search.Exact {
				set.keep(l.board.above(in.After), l.end)
				if set.count() <= fewCandidates {
					few = l.among(ctx, set)
					break
				}
			}
			size = min(max(size*4, n), 4000)
			keys, err := search.Keys(ctx, l.s.deps.DB, l.query, in, size)
			if err != nil {
				return nil, err
			}
			asked += len(keys)
			done = len(keys) < size
			for _, key := range keys {
				in.After = key
				if i, ours := l.board.find(key); ours && set.has(i) {
					list = append(list, candidate{l.board.places[i], -1})
					if len(list) == n {
						done = false // the rest is asked for again
						break
					}
				}
			}
		}
		if few != nil && len(list) < n {
			more, err := few(n - len(list))
			return append(list, more...), err
		}
		return list, nil
	}
}

// among gives the matches among few candidates.
func (l *look) among(ctx context.Context, set bitset) source {
	next := l.scan(set, 0)
	asked := false
	return func(n int) ([]candidate, error) {
		if !asked {
			asked = true
			all, err := next(fewCandidates)
			if err != nil {
				return nil, err
			}
			keys := make([]int64, len(all))
			for i, c := range all {
				keys[i] = c.key
			}
			found, err := search.Among(ctx, l.s.deps.DB, l.query, keys)
			if err != nil {
				return nil, err
			}
			next = inTurn(slices.DeleteFunc(all, func(c candidate) bool {
				_, ok := slices.BinarySearch(found, c.key)
				return !ok
			}))
		}
		return next(n)
	}
}

// inTurn gives the candidates of a list.
func inTurn(list []candidate) source {
	return func(n int) (some []candidate, err error) {
		some, list = list[:min(n, len(list))], list[min(n, len(list)):]
		return some, nil
	}
}
