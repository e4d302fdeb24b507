package activity

import (
	"context"
	"math"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/search"
)

// look is one look at a board through a filter.
type look struct {
	s      *Service
	f      Filter
	board  *board
	query  search.Query // empty where no text is looked for
	none   bool         // the text holds nothing that can be looked for
	now    clock.Instant
	capped bool
	begin  int // index of the first place on the chosen days
	end    int // and of the first after them

	// What passes each filter; nil where it does not restrict.
	region, method, topic, audience, mode, other bitset
}

// look checks a filter and prepares the look.
func (s *Service) look(ctx context.Context, editionID string, f Filter) (*look, error) {
	c, err := s.Choices(ctx, editionID)
	if err != nil {
		return nil, err
	}
	if err := errs.Join(f.problems(c)...); err != nil {
		return nil, err
	}
	b, err := s.board(ctx, editionID)
	if err != nil {
		return nil, err
	}
	l := &look{s: s, f: f, board: b, now: s.deps.Clock.Now(), end: len(b.places)}
	if f.From != "" {
		l.begin = b.above(firstKey(f.From) - 1)
	}
	if f.To != "" {
		l.end = max(b.above(firstKey(f.To.AddDays(1))-1), l.begin)
	}
	l.region, l.method, l.topic = b.either(b.sets.region, f.Regions), b.either(b.sets.method, ids(f.Methods, c.methods)), b.either(b.sets.topic, ids(f.Topics, c.topics))
	l.audience, l.mode = b.either(b.sets.audience, codesOf(f.Audience)), b.either(b.sets.mode, codesOf(f.Modes))
	if f.Host != "" {
		l.other = newBitset(len(b.places))
		for _, i := range b.hosts[f.Host] {
			l.other.add(i)
		}
	}
	if f.Near != (Point{}) {
		near := b.near(f.Near, float64(f.radius())*1000)
		if l.other != nil {
			near.and(l.other)
		}
		l.other = near
	}
	if f.Text == "" {
		return l, nil
	}
	l.query, err = s.understand(ctx, b, f.Text)
	l.none = l.query.Empty()
	return l, err
}

// understand tells what a text means on a board. The index changes with the board, so it need not be
// tried twice for a page, its counts and the pages after it.
func (s *Service) understand(ctx context.Context, b *board, text string) (search.Query, error) {
	query := search.Parse(text)
	if query.Empty() || len(b.places) == 0 {
		return query, nil
	}
	if known, ok := b.meanings.get(text); ok {
		return known, nil
	}
	// Another edition's activities may stand between ours: only ours decide.
	query, err := search.Understand(ctx, s.deps.DB, query, b.span(), func(key int64) bool {
		_, ours := b.find(key)
		return ours
	})
	if err == nil {
		b.meanings.put(text, query)
	}
	return query, err
}

func (l *look) how() search.How {
	if l.f.Text == "" {
		return ""
	}
	return l.query.How()
}

func ids(codes []string, byCode map[string]string) (list []string) {
	for _, code := range codes {
		list = append(list, byCode[code])
	}
	return list
}

func codesOf[T ~string](list []T) (texts []string) {
	for _, one := range list {
		texts = append(texts, string(one))
	}
	return texts
}

// either gives the places that have one of the values; nil where none is wanted.
func (b *board) either(set map[string]bitset, values []string) bitset {
	if len(values) == 0 {
		return nil
	}
	all := newBitset(len(b.places))
	for _, value := range values {
		if has, ok := set[value]; ok {
			all.or(has)
		}
	}
	return all
}

// near gives the places around a point, looking only at those of the squares that the circle touches.
func (b *board) near(p Point, metres float64) bitset {
	set := newBitset(len(b.places))
	high := metres/metresPerDegree*1e6 + 1
	_, lat := p.Degrees()
	wide := high / max(math.Cos((math.Abs(lat)+high/1e6)*math.Pi/180), 0.01)
	low, top := cellOf(Point{p.Lng - int64(wide), p.Lat - int64(high)}), cellOf(Point{p.Lng + int64(wide), p.Lat + int64(high)})
	distance := p.distance()
	for c, list := range b.cells {
		if c.lng < low.lng || c.lng > top.lng || c.lat < low.lat || c.lat > top.lat {
			continue
		}
		for _, i := range list {
			if distance(b.acts[b.places[i].act].point) <= metres {
				set.add(i)
			}
		}
	}
	return set
}

// span is the part of the search index in which a board's keys stand.
func (b *board) span() search.Span {
	return search.Span{After: b.places[0].key - 1, Before: b.places[len(b.places)-1].key + 1}
}

// passing gives the places that pass all filters but those that are left out. Of an activity that is
// held on several of the chosen days only the first is among them, unless the days are left out.
func (l *look) passing(leftOut *bitset) bitset {
	set := fill(len(l.board.places))
	for _, one := range []*bitset{&l.region, &l.method, &l.topic, &l.audience, &l.mode, &l.other} {
		if one != leftOut && *one != nil {
			set.and(*one)
		}
	}
	return set
}

// onDays leaves the places that stand for their activity on the chosen days.
func (l *look) onDays(set bitset) bitset {
	set.keep(l.begin, l.end)
	if l.f.From == "" {
		set.and(l.board.first)
		return set
	}
	from := dayNumber(l.f.From)
	for i := set.next(l.begin); i >= 0; i = set.next(i + 1) {
		if l.board.places[i].before >= from {
			set.remove(i)
		}
	}
	return set
}

// chosen gives the places that a list shows, were it not for text and seats.
func (l *look) chosen() bitset { return l.onDays(l.passing(nil)) }
